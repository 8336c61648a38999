//! Panics on purpose, so that a test can see the terminal survive it: in debug builds only, and only
//! where `HERENOW_TEST_PANIC` names the place, or several with commas between them.

/// Panics if this build is for debugging and the environment names `place`.
pub(crate) fn panic_at(place: &str) {
    #[cfg(debug_assertions)]
    assert!(
        !std::env::var("HERENOW_TEST_PANIC").is_ok_and(|places| places.split(',').any(|named| named == place)),
        "failed on purpose in the {place}"
    );
    #[cfg(not(debug_assertions))]
    let _ = place;
}
