//! Bodies that are made while they are sent, so that neither a large answer nor a slow reader takes more memory than
//! a piece.

use std::{io::Write, sync::Arc};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use futures_util::{Stream, stream};

use super::{AnswerPieces, host::Host};

/// About how many bytes are sent at once.
const PIECE_BYTES: usize = 32 << 10;

/// A longer answer is sent in pieces.
const LARGEST_WHOLE: usize = 128 << 10;

/// The body of an answer.
pub(super) enum AnswerBody {
    Whole(String),
    Long(Box<LongAnswer>),
}

/// The body of an answer of which only the beginning has been made.
pub(super) struct LongAnswer {
    host: Arc<Host>,
    pieces: AnswerPieces,
    beginning: Vec<u8>,
}

impl AnswerBody {
    /// Make the beginning. If that is all, the body is whole.
    pub async fn begin(host: &Arc<Host>, mut pieces: AnswerPieces) -> Self {
        let mut beginning = Vec::new();
        loop {
            pieces.write(&mut beginning, LARGEST_WHOLE);
            if pieces.is_over() {
                // Names and states are text.
                return Self::Whole(String::from_utf8(beginning).unwrap_or_default());
            }
            if beginning.len() >= LARGEST_WHOLE {
                return Self::Long(Box::new(LongAnswer { host: host.clone(), pieces, beginning }));
            }
            tokio::task::yield_now().await;
            host.with_core(|core, _| pieces.gather(core));
        }
    }
}

impl LongAnswer {
    async fn make_piece(&mut self) -> Option<Vec<u8>> {
        if !self.beginning.is_empty() {
            return Some(std::mem::take(&mut self.beginning));
        }
        let mut piece = Vec::new();
        while piece.is_empty() && !self.pieces.is_over() {
            // Others have their turn, however fast this one reads.
            tokio::task::yield_now().await;
            self.host.with_core(|core, _| self.pieces.gather(core));
            self.pieces.write(&mut piece, PIECE_BYTES);
        }
        (!piece.is_empty()).then_some(piece)
    }

    /// The beginning of the body, of at most so many bytes.
    pub async fn collect(mut self, most: usize) -> Vec<u8> {
        let mut body = Vec::new();
        while body.len() < most
            && let Some(mut piece) = self.make_piece().await
        {
            body.append(&mut piece);
        }
        body.truncate(most);
        body
    }

    /// The pieces of the body, packed or not.
    pub fn into_pieces(self, gzip: bool) -> impl Stream<Item = Bytes> + Send {
        let encoder = gzip.then(|| GzEncoder::new(Vec::new(), Compression::fast()));
        stream::unfold((self, encoder, false), |(mut answer, mut encoder, is_over)| async move {
            if is_over {
                return None;
            }
            loop {
                let piece = answer.make_piece().await;
                let Some(packing) = encoder.as_mut() else {
                    return piece.map(|piece| (piece.into(), (answer, encoder, false)));
                };
                let Some(piece) = piece else {
                    // Nothing is in the way of writing into memory.
                    let packed = encoder.take().and_then(|encoder| encoder.finish().ok()).unwrap_or_default();
                    return Some((packed.into(), (answer, encoder, true)));
                };
                let _ = packing.write_all(&piece);
                let packed = std::mem::take(packing.get_mut());
                if !packed.is_empty() {
                    return Some((packed.into(), (answer, encoder, false)));
                }
            }
        })
    }
}
