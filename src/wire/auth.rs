//! The token that a request carries.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A secret that authorises requests (Access Manager token or auth key). Shown by nothing but the
/// URL it travels in.
#[derive(Clone)]
pub struct Auth(SecretString);

impl Auth {
    /// Wrap a token.
    pub fn new(token: &str) -> Self {
        Self(SecretString::from(token))
    }

    /// The token itself, to send or to check it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for Auth {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Auth(provided)")
    }
}
