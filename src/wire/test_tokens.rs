//! Tokens of Access Manager v3, made for tests.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use minicbor::Encoder;

/// A permission in a token: `res` or `pat`, `chan` or `grp`, the name or expression, and the bits.
pub(crate) type TestGrant<'a> = (&'a str, &'a str, &'a str, u64);

/// A token that was issued at this second and lasts so many minutes, for one user or for all.
pub(crate) fn make_token(issued: u64, minutes: u64, user: Option<&str>, grants: &[TestGrant<'_>]) -> String {
    let mut cbor = Encoder::new(Vec::new());
    cbor.map(5 + u64::from(user.is_some())).unwrap();
    for (key, number) in [("v", 2), ("t", issued), ("ttl", minutes)] {
        cbor.bytes(key.as_bytes()).unwrap().u64(number).unwrap();
    }
    for part in ["res", "pat"] {
        cbor.bytes(part.as_bytes()).unwrap().map(2).unwrap();
        for kind in ["chan", "grp"] {
            let these: Vec<_> = grants.iter().filter(|(p, k, ..)| (*p, *k) == (part, kind)).collect();
            cbor.bytes(kind.as_bytes()).unwrap().map(these.len() as u64).unwrap();
            for (.., name, bits) in these {
                cbor.str(name).unwrap().u64(*bits).unwrap();
            }
        }
    }
    if let Some(user) = user {
        cbor.bytes(b"uuid").unwrap().str(user).unwrap();
    }
    URL_SAFE_NO_PAD.encode(cbor.into_writer())
}
