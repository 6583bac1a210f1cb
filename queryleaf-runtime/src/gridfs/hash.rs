//! The SHA-256 of a file's content, and the files that have the same.

use super::source::{Repeatable, SourceError, blocking};
use super::store::Store;
use super::target::is_duplicate_key;
use crate::error::Error;
use mongodb::bson::{RawDocumentBuf, doc};
use mongodb::options::{ReadConcern, ReadPreference, SelectionCriteria};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::Path;

/// A hash in hexadecimal digits.
pub(crate) fn hexadecimal(hash: Sha256) -> String {
    use std::fmt::Write;
    let mut digits = String::with_capacity(64);
    for byte in hash.finalize() {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// The length and the hash of a source, before it is uploaded.
pub(crate) async fn of(source: Repeatable<'_>) -> Result<Option<(u64, String)>, SourceError> {
    let bytes = match &source {
        Repeatable::Borrowed(bytes) => bytes,
        Repeatable::Owned(bytes) => &**bytes,
        Repeatable::Path(path) => {
            let path = path.clone();
            return blocking(move || of_file(&path)).await;
        }
    };
    let hash = Sha256::new_with_prefix(bytes);
    Ok(Some((bytes.len() as u64, hexadecimal(hash))))
}

/// The length and the hash of a file; none of what can be read only once.
fn of_file(path: &Path) -> Result<Option<(u64, String)>, SourceError> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Ok(None);
    }
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let mut buffer = vec![0; 1024 * 1024];
    let (mut hash, mut length) = (Sha256::new(), 0);
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(Some((length, hexadecimal(hash)))),
            Ok(read) => {
                hash.update(&buffer[..read]);
                length += read as u64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(error).into()),
        }
    }
}

/// The document of a file with this content: of the one that was uploaded first.
pub(crate) async fn find(
    store: &Store,
    length: u64,
    sha256: &str,
) -> crate::Result<Option<RawDocumentBuf>> {
    let files = store.files::<RawDocumentBuf>(None);
    let find = files
        .find_one(doc! { "sha256": sha256, "length": length as i64 })
        .sort(doc! { "uploadDate": 1 })
        // Where what was stored a moment ago is seen.
        .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
        .read_concern(ReadConcern::local());
    find.await.map_err(|error| store.driver_error(error))
}

/// Whether a document was refused because another has the same key.
pub(crate) fn is_duplicate(error: &Error) -> bool {
    error.driver_error().is_some_and(is_duplicate_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hexadecimal(Sha256::new()), empty);
    }
}
