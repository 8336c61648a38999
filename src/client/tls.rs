//! What goes wrong with TLS, in words: what the library says is for who wrote it.

use std::{
    error::Error as StdError,
    io::{self, ErrorKind},
};

use rustls::{AlertDescription, CertificateError, Error as TlsError, InvalidMessage, pki_types::UnixTime};

use super::Origin;
use crate::{
    presence::sanitize,
    wording::{excerpt, list_first},
};

/// Names of a certificate that are told; the others are counted.
const NAMED: usize = 3;

/// Why TLS does not come about, in words that follow the origin; nothing if something else is wrong. `extended` says
/// whether authorities besides the system's are trusted.
pub(super) fn explain(error: &(dyn StdError + 'static), origin: &Origin, extended: bool) -> Option<String> {
    if !origin.is_secure() {
        return None;
    }
    let causes = || std::iter::successors(Some(error), |&cause| find_cause(cause));
    if let Some(why) = causes().find_map(|cause| cause.downcast_ref::<TlsError>()) {
        return Some(explain_tls(why, origin, extended));
    }
    // What breaks before TCP is there says something else.
    let cut =
        [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset, ErrorKind::ConnectionAborted, ErrorKind::BrokenPipe];
    let is_cut = causes().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|e| cut.contains(&e.kind()));
    is_cut.then(|| {
        "cut the connection in the TLS handshake; check the port, and what stands between: a proxy, a firewall"
            .to_owned()
    })
}

/// What caused an error. One of input and output passes over what it was made of, which is what we want to know.
fn find_cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let made_of = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    made_of.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| error.source())
}

fn explain_tls(error: &TlsError, origin: &Origin, extended: bool) -> String {
    match error {
        TlsError::InvalidCertificate(why) => explain_certificate(why, origin, extended),
        TlsError::InvalidMessage(InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion) => {
            format!("answers without TLS: write http://{}", origin.authority())
        }
        TlsError::InvalidMessage(_) | TlsError::InappropriateMessage { .. } => {
            format!("answers with what is not TLS; is another program at {}?", origin.authority())
        }
        TlsError::PeerIncompatible(_) | TlsError::AlertReceived(AlertDescription::ProtocolVersion) => {
            "speaks only an old TLS, and herenow none below 1.2; have the service updated".to_owned()
        }
        TlsError::AlertReceived(AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity) => {
            "knows no cipher that is safe enough; have the service updated".to_owned()
        }
        TlsError::AlertReceived(AlertDescription::UnrecognisedName) => {
            "has no certificate for this name; check the origin".to_owned()
        }
        TlsError::AlertReceived(AlertDescription::CertificateRequired) => {
            "asks for a certificate of ours, and herenow has none; name an origin that takes a token".to_owned()
        }
        TlsError::AlertReceived(alert) => {
            format!("broke the TLS handshake off ({}); check the origin", tidy(&format!("{alert:?}")))
        }
        other => format!("can't be spoken to by TLS ({}); check the origin and any proxy", tidy(&other.to_string())),
    }
}

fn explain_certificate(error: &CertificateError, origin: &Origin, extended: bool) -> String {
    match error {
        CertificateError::UnknownIssuer if extended => {
            "shows a certificate that neither this machine's authorities nor those of --ca-file have signed; name the \
             file of the authority that did"
                .to_owned()
        }
        CertificateError::UnknownIssuer => {
            "shows a certificate of an authority that this machine does not know; if it is a private one, name its \
             certificate with --ca-file FILE"
                .to_owned()
        }
        CertificateError::Expired => explain_expired(""),
        CertificateError::ExpiredContext { not_after, .. } => explain_expired(&format!(" on {}", show_day(*not_after))),
        CertificateError::NotValidYet => explain_early(""),
        CertificateError::NotValidYetContext { not_before, .. } => {
            explain_early(&format!(" before {}", show_day(*not_before)))
        }
        CertificateError::NotValidForName => explain_wrong_name("", origin),
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names: Vec<String> = presented.iter().map(|name| tidy(name_of(name))).collect();
            let of = if names.is_empty() { String::new() } else { list_first(&names, names.len(), NAMED, ", ") };
            explain_wrong_name(&of, origin)
        }
        CertificateError::Revoked => "shows a certificate that was revoked; have it renewed".to_owned(),
        CertificateError::BadSignature => {
            "shows a certificate that the authority it names did not sign; name the right one with --ca-file FILE".to_owned()
        }
        CertificateError::Other(why) if format!("{why:?}").contains("CaUsedAsEndEntity") => {
            "shows the certificate of an authority, as self-signed ones often are, and no server's; have that authority \
             sign one for the server"
                .to_owned()
        }
        other => format!("shows a certificate that can't be trusted ({})", tidy(&other.to_string())),
    }
}

fn explain_expired(when: &str) -> String {
    format!("shows a certificate that expired{when}; have it renewed, or set this machine's clock")
}

fn explain_early(when: &str) -> String {
    format!("shows a certificate that is not valid{when}; set this machine's clock, or have it renewed")
}

fn explain_wrong_name(names: &str, origin: &Origin) -> String {
    let of = if names.is_empty() { "other names".to_owned() } else { names.to_owned() };
    let host = origin.authority().rsplit_once(':').map_or(origin.authority(), |(host, _)| host);
    format!("shows a certificate for {of}, and not for {host}; write the origin as the certificate has it")
}

/// `DnsName("a.example")` is `a.example`.
fn name_of(presented: &str) -> &str {
    presented.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"')).map_or(presented, |(name, _)| name)
}

fn show_day(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX).strftime("%Y-%m-%d").to_string()
}

fn tidy(text: &str) -> String {
    sanitize(&excerpt(text, 100)).into_owned()
}
