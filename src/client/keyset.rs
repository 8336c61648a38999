//! Which application is asked, where, and in whose name.

use super::Origin;
use crate::{
    presence::{SubscribeKey, UserId},
    wire::Auth,
};

/// Whom we ask, and as whom.
#[derive(Debug, Clone)]
pub struct Keyset {
    /// Where.
    pub origin: Origin,
    /// Which application.
    pub subscribe_key: SubscribeKey,
    /// Our own user id.
    pub user: UserId,
    /// The Access Manager token, if there is one.
    pub auth: Option<Auth>,
}
