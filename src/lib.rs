//! herenow listens to presence, keeps a picture of who is here, draws it, and lets you act on it.

pub mod client;
pub mod clock;
pub mod keys;
pub mod model;
pub mod presence;
pub mod service;
pub mod source;
pub mod view;
pub mod wire;
