//! TLS with a certificate that is made at the start, so that a client can be tried over https.
//!
//! An authority signs the service's certificate, is written to a file for clients to trust, and can never sign another:
//! its key is forgotten at once.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    ServerConfig,
    crypto::ring::default_provider,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{connection::Listening, front::RefusedHead};
use crate::{files::write_whole, presence::Moment};

/// How a service is served over https.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TlsOptions {
    /// The file that the certificate of its authority is written to. By default `herenow-PORT.pem` in the system's
    /// folder for temporary files.
    pub file: Option<PathBuf>,
}

impl TlsOptions {
    /// Write the certificate of an authority. Returns where it is.
    pub(super) fn write(&self, port: u16, authority: &str) -> Result<PathBuf, (PathBuf, std::io::Error)> {
        let usual = || std::env::temp_dir().join(format!("herenow-{port}.pem"));
        let file = self.file.clone().unwrap_or_else(usual);
        match write_whole(&file, true, |out| out.write_all(authority.as_bytes())) {
            Ok(()) => Ok(file),
            Err(e) => Err((file, e)),
        }
    }
}

/// What a service shows who it is by.
pub(super) struct OwnCertificate {
    pub acceptor: TlsAcceptor,
    /// The certificate of the authority that signed it, in PEM.
    pub authority: String,
}

/// Valid from a day before, as clocks differ, for about as long as browsers let a certificate be valid.
fn limit_validity(params: &mut CertificateParams, now: Moment) {
    let now = i64::try_from(now.micros()).ok().and_then(|micros| Timestamp::from_microsecond(micros).ok());
    let today = now.unwrap_or_default().to_zoned(TimeZone::UTC).date();
    let day = |days: i64| {
        let day = today.saturating_add(days.days());
        let (month, of_month) = (day.month().unsigned_abs(), day.day().unsigned_abs());
        date_time_ymd(i32::from(day.year()), month, of_month)
    };
    (params.not_before, params.not_after) = (day(-1), day(365));
}

fn name_holder(params: &mut CertificateParams, name: &str) {
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
}

/// Make a certificate for the names of this machine and these, and the authority that signs it.
pub(super) fn make_certificate(
    others: impl IntoIterator<Item = String>,
    now: Moment,
) -> Result<OwnCertificate, rcgen::Error> {
    let mut params = CertificateParams::default();
    name_holder(&mut params, "herenow serve, one run of it");
    limit_validity(&mut params, now);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;

    let mut names = vec!["localhost".to_owned(), Ipv4Addr::LOCALHOST.to_string(), Ipv6Addr::LOCALHOST.to_string()];
    for name in others {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut params = CertificateParams::new(names)?;
    name_holder(&mut params, "herenow serve");
    limit_validity(&mut params, now);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &issuer)?;

    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has ciphers for them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("the key is that of the certificate");
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(OwnCertificate { acceptor: TlsAcceptor::from(Arc::new(config)), authority: issuer.pem() })
}

/// What came of a handshake.
pub(super) enum Handshake<S> {
    /// A connection that nobody else can read.
    Secure(Box<TlsStream<S>>),
    /// The client speaks HTTP without TLS, and is to be told.
    Plain(S),
}

/// What is said to a client that speaks plain HTTP; as nginx says it, so that clients know the words.
pub(super) fn refuse_plain() -> RefusedHead {
    let why = "The plain HTTP request was sent to HTTPS port";
    RefusedHead { status: 400, why, path: String::new() }
}

/// Shake hands within this time. `None` if nothing comes of it, which concerns only the client.
pub(super) async fn shake_hands<S: AsyncRead + AsyncWrite + Unpin>(
    acceptor: &TlsAcceptor,
    socket: TcpStream,
    wrap: impl FnOnce(TcpStream) -> S,
    listening: &Listening,
) -> Option<Handshake<S>> {
    let shaking = async {
        let mut first = [0];
        socket.peek(&mut first).await.ok().filter(|count| *count > 0)?;
        // A method of HTTP. TLS begins with 22.
        if first[0].is_ascii_alphabetic() {
            return Some(Handshake::Plain(wrap(socket)));
        }
        acceptor.accept(wrap(socket)).await.ok().map(|stream| Handshake::Secure(Box::new(stream)))
    };
    limit_time(listening, shaking).await
}

async fn limit_time<T>(listening: &Listening, work: impl Future<Output = Option<T>>) -> Option<T> {
    let patience: Duration = listening.host.bounds.slow_asker;
    tokio::select! {
        () = listening.host.ending.cancelled() => None,
        done = tokio::time::timeout(patience, work) => done.ok().flatten(),
    }
}
