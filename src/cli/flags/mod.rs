//! THE FLAGS that several verbs share, in groups; what one verb alone takes stands in its own file.

pub(super) mod appearance;
pub(super) mod crowd;
pub(super) mod format;
pub(super) mod keyset;
pub(super) mod log;
mod named;
pub(super) mod own_presence;
pub(super) mod places;
pub(super) mod service;
pub(super) mod watched;
