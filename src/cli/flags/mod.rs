//! The flags that several verbs share, in groups; what one verb alone takes stands in its own file.

pub(super) mod crowd;
pub(super) mod dashboard;
pub(super) mod format;
pub(super) mod keyset;
pub(super) mod log;
pub(super) mod metrics;
pub(super) mod past;
pub(super) mod past_time;
pub(super) mod places;
pub(super) mod pseudonyms;
pub(super) mod record;
pub(super) mod service;
pub(super) mod service_values;
pub(super) mod setting_flags;
pub(super) mod watched;
pub(super) mod webhook_listen;
pub(super) mod webhook_values;
