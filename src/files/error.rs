//! Why a file can't be used.

/// Why a file was not read, in words that follow its name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// There is none.
    #[error("is not there")]
    Missing,
    /// It has more bytes than this, in words.
    #[error("is larger than {0}, which none is that a person wrote; name another")]
    TooLarge(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl FileError {
    /// Why, without what to try: for who knows something better to try.
    pub fn why(&self) -> String {
        let sentence = self.to_string();
        sentence.split_once("; ").map_or(sentence.clone(), |(why, _)| why.to_owned())
    }
}
