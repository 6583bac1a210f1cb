//! The SHA-256 of a file's content, and the files that have the same.

use super::head::Head;
use super::orphans;
use super::source::{Repeatable, SourceError, blocking};
use super::store::Store;
use super::target::is_duplicate_key;
use crate::error::Error;
use futures::TryStreamExt;
use mongodb::bson::{RawDocumentBuf, doc};
use mongodb::options::{ReadConcern, ReadPreference, SelectionCriteria};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

/// How many files of the same content are looked at.
const MOST_CANDIDATES: i64 = 8;

/// How long to wait until the majority of the servers has a file.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long to wait before it is asked again.
const PAUSE: Duration = Duration::from_millis(20);

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

/// The document of a file with this content: of the one that was uploaded first, among those that are there
/// to stay. The content that is not stored because of it must not be lost with it.
pub(crate) async fn find(
    store: &Store,
    length: u64,
    sha256: &str,
) -> crate::Result<Option<RawDocumentBuf>> {
    for document in candidates(store, length, sha256).await? {
        // One that cannot be read is none that could be relied on.
        if let Ok(head) = Head::of_document(store, document.as_bytes())
            && is_lasting(store, &head).await?
        {
            return Ok(Some(document));
        }
    }
    Ok(None)
}

async fn candidates(
    store: &Store,
    length: u64,
    sha256: &str,
) -> crate::Result<Vec<RawDocumentBuf>> {
    let files = store.files::<RawDocumentBuf>(None);
    let find = files
        .find(doc! { "sha256": sha256, "length": length as i64 })
        .sort(doc! { "uploadDate": 1 })
        .limit(MOST_CANDIDATES)
        // Where what was stored a moment ago is seen.
        .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
        .read_concern(ReadConcern::local());
    let found = find.await.map_err(|error| store.driver_error(error))?;
    let found = found.try_collect().await;
    found.map_err(|error| store.driver_error(error))
}

/// Whether the majority of the servers has a file and all of its chunks. One that was stored a moment ago
/// may be on its way to them.
async fn is_lasting(store: &Store, head: &Head) -> crate::Result<bool> {
    let deadline = Instant::now() + PATIENCE;
    let lasting = async {
        while !is_at_majority(store, head).await? {
            if Instant::now() >= deadline {
                return Ok(false);
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(!(head.chunks() > 0 && orphans::is_claimed(store, head.file.file_id).await?))
    };
    lasting.await.map_err(|error| store.driver_error(error))
}

async fn is_at_majority(store: &Store, head: &Head) -> mongodb::error::Result<bool> {
    let primary = || SelectionCriteria::ReadPreference(ReadPreference::Primary);
    let files = store.files::<RawDocumentBuf>(None);
    let found = files
        .find_one(doc! { "_id": head.file.file_id })
        .projection(doc! { "_id": 1 })
        .selection_criteria(primary())
        .read_concern(ReadConcern::majority());
    if found.await?.is_none() {
        return Ok(false);
    }
    let chunks = store.chunks::<RawDocumentBuf>(None);
    let numbers = doc! { "$gte": 0, "$lt": head.chunks() as i64 };
    let counted = chunks
        .count_documents(doc! { "files_id": head.file.file_id, "n": numbers })
        .selection_criteria(primary())
        .read_concern(ReadConcern::majority());
    Ok(counted.await? == head.chunks())
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
