//! The bucket, as Rust sees it.

use queryleaf::prelude::*;

/// What the library knows of a file beside its bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Bucket)]
#[leaf(
    name = "library",
    chunk_size = "255KB",
    index(metadata.shelf),
    index(metadata.kind, length desc),
    index(sha256)
)]
pub(crate) struct Item {
    /// The first directory of the path.
    pub(crate) shelf: String,
    /// The directories from the shelf to the file.
    pub(crate) directory: String,
    pub(crate) kind: Kind,
    /// When the file was changed last, before it came into the library.
    pub(crate) modified: DateTime,
    /// How often somebody took it out.
    pub(crate) loans: i32,
}

/// What a file is, by the first half of its media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, SqlEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Text,
    Image,
    Audio,
    Video,
    Application,
    Other,
}

impl Kind {
    /// The kind of files of a media type, such as `image/png`.
    pub(crate) fn of(media_type: &str) -> Self {
        match media_type.split('/').next() {
            Some("text") => Kind::Text,
            Some("image") => Kind::Image,
            Some("audio") => Kind::Audio,
            Some("video") => Kind::Video,
            Some("application") => Kind::Application,
            _ => Kind::Other,
        }
    }
}
