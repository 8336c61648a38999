//! Which application is asked, where, and as which user.

use super::Origin;
use crate::{
    presence::{SubscribeKey, UserId},
    wire::Auth,
};

/// Which application is asked, where, and as which user.
#[derive(Debug, Clone)]
pub struct Keyset {
    /// Where the service is.
    pub origin: Origin,
    /// The application.
    pub subscribe_key: SubscribeKey,
    /// Our own user id.
    pub user: UserId,
    /// The Access Manager token, if there is one.
    pub auth: Option<Auth>,
}
