//! The theme: styles by meaning, the colours and symbols that a terminal can show. Pure.

mod depth;
mod palette;
mod styles;
mod symbols;

pub(crate) use self::styles::patch_row;
#[cfg(test)]
pub(crate) use self::symbols::GLYPHS;
pub use self::{depth::Depth, styles::Theme, symbols::Symbols};
