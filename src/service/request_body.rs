//! The body of a request: bounded, decompressed, as text.

use std::{io::Read, time::Duration};

use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{
    Request as HttpRequest,
    body::{Body, Incoming},
    header,
};

use super::MemoryAccount;
use crate::wire::Refusal;

/// Bodies larger than this are refused, compressed or not: twice the largest message, for its metadata.
const LARGEST_BODY: usize = 64 * 1024;

/// Status and body of a refusal.
pub(super) type RefusedRequest = (u16, String);

pub(super) fn refuse_with(status: u16, message: impl Into<String>) -> RefusedRequest {
    (status, Refusal::presence(status, message).encode())
}

/// Read a body as text, if it arrives within `patience`. Until then it counts as a part of the memory.
pub(super) async fn read_body(
    request: HttpRequest<Incoming>,
    patience: Duration,
    memory: &MemoryAccount,
) -> Result<String, RefusedRequest> {
    let length = request
        .body()
        .size_hint()
        .upper()
        .map_or(LARGEST_BODY, |most| usize::try_from(most).map_or(LARGEST_BODY, |most| most.min(LARGEST_BODY)));
    if !memory.fits(length + memory.most / 2) {
        return Err(refuse_with(503, "The memory of the service is full"));
    }
    let _share = memory.lasting.share(length);
    let too_large = || refuse_with(413, "Request Entity Too Large");
    let coding = request.headers().get(header::CONTENT_ENCODING).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let collecting = tokio::time::timeout(patience, Limited::new(request.into_body(), LARGEST_BODY).collect());
    let collected = collecting.await.map_err(|_| refuse_with(408, "Request Timeout"))?;
    let bytes =
        collected.map_err(|e| if e.is::<LengthLimitError>() { too_large() } else { refuse_with(400, "Bad body") })?;
    let packed = bytes.to_bytes();
    let unpacked = match coding.map(|coding| coding.to_ascii_lowercase()).as_deref() {
        None | Some("" | "identity") => Decompressed::Whole(packed.to_vec()),
        Some("gzip" | "x-gzip") => decompress(GzDecoder::new(&packed[..])),
        // Some clients send deflate without the zlib frame that the standard asks for.
        Some("deflate") => match decompress(ZlibDecoder::new(&packed[..])) {
            Decompressed::Broken => decompress(DeflateDecoder::new(&packed[..])),
            framed => framed,
        },
        Some(other) => {
            return Err(refuse_with(
                415,
                format!("content-encoding {} is not read", crate::wording::excerpt(other, 40)),
            ));
        }
    };
    match unpacked {
        Decompressed::Whole(bytes) => String::from_utf8(bytes).map_err(|_| refuse_with(400, "the body is not UTF-8")),
        Decompressed::TooLarge => Err(too_large()),
        Decompressed::Broken => Err(refuse_with(400, "the body can't be unpacked")),
    }
}

enum Decompressed {
    Whole(Vec<u8>),
    TooLarge,
    Broken,
}

/// Decompress, but no further than the bound.
fn decompress(packed: impl Read) -> Decompressed {
    let mut plain = Vec::new();
    match packed.take(LARGEST_BODY as u64 + 1).read_to_end(&mut plain) {
        Ok(_) if plain.len() > LARGEST_BODY => Decompressed::TooLarge,
        Ok(_) => Decompressed::Whole(plain),
        Err(_) => Decompressed::Broken,
    }
}
