//! Authorities and certificates made for a test, and a TLS server in front of a service.

#![allow(dead_code, reason = "each test crate uses its own part")]

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring::default_provider,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

/// Who signs certificates.
pub struct TestAuthority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// Its certificate, in PEM.
    pub file: PathBuf,
}

impl TestAuthority {
    /// A new one, with its certificate in a file of this name.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, format!("authority {name}"));
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("authority-{name}.pem"));
        std::fs::write(&file, issuer.pem()).unwrap();
        Self { issuer, file }
    }

    /// Its certificate's file.
    pub fn path(&self) -> &str {
        self.file.to_str().unwrap()
    }

    /// Its certificate, in PEM and in DER.
    pub fn certificate(&self) -> (String, Vec<u8>) {
        (self.issuer.pem(), self.issuer.der().to_vec())
    }

    /// A server with a certificate of these names, valid from the beginning of one year to that of another.
    pub fn certify(&self, names: &[&str], years: (i32, i32)) -> ServerConfig {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(years.0, 1, 1), date_time_ymd(years.1, 1, 1));
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        configure(certificate.der().clone(), &key)
    }

    /// A server that shows the authority's own certificate.
    pub fn show_itself(&self) -> ServerConfig {
        configure(self.issuer.der().clone(), self.issuer.key())
    }
}

/// The addresses and names of this machine.
pub const HERE: &[&str] = &["127.0.0.1", "localhost"];

/// Today, for a long time.
pub const VALID: (i32, i32) = (2020, 2200);

fn configure(certificate: CertificateDer<'static>, key: &KeyPair) -> ServerConfig {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}

/// Serve TLS, and pass on what is in it.
pub fn serve_tls(runtime: &Runtime, config: ServerConfig, behind: SocketAddr) -> SocketAddr {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // Whoever does not trust us goes away.
                let Ok(mut outside) = acceptor.accept(stream).await else { return };
                let mut inside = TcpStream::connect(behind).await.unwrap();
                // A reader may have read enough.
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            });
        }
    });
    address
}
