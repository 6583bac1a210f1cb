//! The SHA-256 of a file, compared with that of what is read.

use super::chunks::Window;
use super::hash::hexadecimal;
use super::head::Head;
use super::source::blocking;
use super::store::Store;
use crate::error::{Error, FileError, Result};
use sha2::{Digest, Sha256};

/// The hash of what was read so far.
#[derive(Clone)]
pub(super) enum Verification {
    /// It is not verified, or not any more.
    Off,
    /// Of all chunks before this one.
    Before(u64, Box<Sha256>),
}

impl Verification {
    pub(super) fn new() -> Self {
        Verification::Before(0, Box::default())
    }

    /// Takes more chunks into the hash, if they are the next ones.
    pub(super) async fn go_on(
        self,
        store: &Store,
        head: &Head,
        window: Window,
    ) -> Result<(Window, Verification)> {
        let chunks = window.chunks();
        let (mut hash, expected) = match (self, &head.sha256) {
            (Verification::Before(next, hash), Some(expected)) if next == chunks.start => {
                (hash, expected)
            }
            _ => return Ok((window, Verification::Off)),
        };
        let hashing = blocking(move || {
            for part in window.parts() {
                hash.update(part);
            }
            Ok((window, hash))
        });
        let (window, hash) = hashing.await.map_err(|error| Error::Internal {
            message: error.to_string(),
            sql: store.sql(),
        })?;
        if chunks.end < head.chunks() {
            return Ok((window, Verification::Before(chunks.end, hash)));
        }
        verify(store, head, *hash, expected)?;
        Ok((window, Verification::Off))
    }

    /// Verifies the hash of a file without chunks.
    pub(super) fn check_empty(&self, store: &Store, head: &Head) -> Result<()> {
        match (self, &head.sha256) {
            (Verification::Before(0, hash), Some(expected)) if head.length == 0 => {
                verify(store, head, (**hash).clone(), expected)
            }
            _ => Ok(()),
        }
    }
}

fn verify(store: &Store, head: &Head, hash: Sha256, expected: &str) -> Result<()> {
    let found = hexadecimal(hash);
    if found.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(store.error(FileError::Hash {
        file: head.file.clone(),
        expected: expected.to_owned(),
        found,
    }))
}
