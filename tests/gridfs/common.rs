//! A bucket, and bytes to put into it.

use queryleaf::gridfs::{Bucket, File, FileStream, Files, Source};
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;

/// The metadata of the pictures of a gallery.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Picture {
    pub(crate) painter: Option<String>,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
}

impl Bucket for Picture {
    const NAME: &'static str = "pictures";
    const FILES: &'static str = "pictures.files";
    const CHUNKS: &'static str = "pictures.chunks";
}

impl Picture {
    pub(crate) fn by(painter: &str) -> Self {
        Picture {
            painter: Some(painter.to_owned()),
            tags: vec!["oil".to_owned()],
        }
    }
}

/// A bucket in a database of its own.
pub(crate) struct Gallery {
    pub(crate) db: Database,
    pub(crate) files: Files<Picture>,
}

impl Gallery {
    pub(crate) async fn new() -> Self {
        Gallery::of(queryleaf_testkit::database().await)
    }

    pub(crate) fn of(db: Database) -> Self {
        Gallery {
            files: Picture::files(&db),
            db,
        }
    }

    /// The documents of all files.
    pub(crate) async fn file_documents(&self) -> Vec<Document> {
        self.documents(Picture::FILES).await
    }

    /// All chunks in their order.
    pub(crate) async fn chunks(&self) -> Vec<Document> {
        self.documents(Picture::CHUNKS).await
    }

    async fn documents(&self, collection: &str) -> Vec<Document> {
        use futures::TryStreamExt;
        use queryleaf::bson::doc;
        let collection = self.db.collection::<Document>(collection);
        let order = doc! { "files_id": 1, "n": 1, "_id": 1 };
        let found = collection.find(doc! {}).sort(order).await;
        found.unwrap().try_collect().await.unwrap()
    }

    /// Stores bytes in chunks of this size.
    pub(crate) async fn store(&self, name: &str, bytes: &[u8], chunk_size: u64) -> File<Picture> {
        let upload = self.files.upload(name, bytes, Picture::by("Krohg"));
        upload.chunk_size(chunk_size).await.unwrap()
    }

    pub(crate) async fn read(&self, file_id: ObjectId) -> Vec<u8> {
        read_all(self.files.open(file_id).await.unwrap())
            .await
            .unwrap()
    }
}

pub(crate) async fn read_all(mut stream: FileStream) -> std::io::Result<Vec<u8>> {
    use futures::AsyncReadExt;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// As many bytes, of which no two neighbouring kilobytes are the same.
pub(crate) fn bytes(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64 ^ length as u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// A source that gives this many bytes and then fails.
pub(crate) fn failing_after(bytes: Vec<u8>) -> Source<'static> {
    let parts = [Ok(bytes), Err(std::io::Error::other("the line went dead"))];
    Source::stream(futures::stream::iter(parts))
}

/// Waits until something is so, which must not take long.
pub(crate) async fn eventually(is_so: impl AsyncFn() -> bool) {
    for _ in 0..600 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it takes too long");
}
