//! Certificates of authorities that are trusted besides the system's own.

use rustls::pki_types::{CertificateDer, pem::PemObject};

/// Certificates of authorities, each of which can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorities {
    /// In DER; at least one.
    certificates: Vec<CertificateDer<'static>>,
}

impl Authorities {
    /// Read the text of a file in PEM, with one certificate or more.
    ///
    /// # Errors
    /// What it is instead, in words that follow the file's name and say what to try.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("is empty; write the authority's certificate into it, in PEM".to_owned());
        }
        let mut certificates = Vec::new();
        // Tries whether each can be used.
        let mut trusted = rustls::RootCertStore::empty();
        for read in CertificateDer::pem_slice_iter(text.as_bytes()) {
            let number = certificates.len() + 1;
            let wrong =
                |why: &str| format!("holds a certificate that can't be read (number {number}: {why}); export it again");
            let certificate = read.map_err(|_| wrong("it is not whole"))?;
            trusted.add(certificate.clone()).map_err(|_| wrong("it is no certificate"))?;
            certificates.push(certificate);
        }
        if !certificates.is_empty() {
            return Ok(Self { certificates });
        }
        Err(if text.contains("PRIVATE KEY-----") {
            "holds a private key and no certificate; name the file with the authority's certificate".to_owned()
        } else {
            "holds no certificate in PEM, which begins with `-----BEGIN CERTIFICATE-----`; name another".to_owned()
        })
    }

    /// What is to be said of a file that is no text but a certificate all the same; nothing for another.
    pub fn explain_binary(bytes: &[u8]) -> Option<&'static str> {
        // A sequence whose length takes two bytes more.
        bytes.starts_with(&[0x30, 0x82]).then_some(
            "is a certificate in DER; turn it into PEM with `openssl x509 -inform der -in FILE -out FILE.pem`",
        )
    }

    /// Each in DER.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.certificates.iter().map(|certificate| &**certificate)
    }
}
