//! The recordings of an archive of sounds.

use queryleaf::gridfs::File;
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Bucket)]
#[leaf(
    name = "recordings",
    chunk_size = "64KB",
    write_concern = "majority",
    read_concern = "majority",
    content_types("audio/flac", "audio/ogg"),
    index(metadata.place, upload_date desc),
    compression = "zstd"
)]
pub(crate) struct Recording {
    pub(crate) place: String,
    pub(crate) kind: Kind,
    pub(crate) seconds: Option<i32>,
    pub(crate) species: Vec<String>,
    pub(crate) recorder: Recorder,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, SqlEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Dawn,
    Night,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
pub(crate) struct Recorder {
    pub(crate) name: String,
    #[serde(rename = "gainDb")]
    pub(crate) gain: Option<f64>,
}

/// Who has listened to which recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "listenings", index(recording))]
pub(crate) struct Listening {
    pub(crate) recording: ObjectId,
    pub(crate) listener: String,
}

/// Files with any metadata.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Bucket)]
#[leaf(name = "fs", table = anything)]
pub(crate) struct Anything(pub(crate) Document);

pub(crate) fn recording(place: &str, kind: Kind) -> Recording {
    Recording {
        place: place.to_owned(),
        kind,
        seconds: None,
        species: vec!["Turdus merula".to_owned()],
        recorder: Recorder {
            name: "H4".to_owned(),
            gain: Some(1.5),
        },
    }
}

/// Stores a recording of so many bytes.
pub(crate) async fn store(
    db: &Database,
    name: &str,
    length: usize,
    metadata: Recording,
) -> File<Recording> {
    let bytes = content(length);
    let upload = Recording::files(db).upload(name, &bytes, metadata);
    upload.content_type("audio/flac").await.unwrap()
}

/// As many bytes, each telling its position.
pub(crate) fn content(length: usize) -> Vec<u8> {
    (0..length).map(|position| (position % 251) as u8).collect()
}
