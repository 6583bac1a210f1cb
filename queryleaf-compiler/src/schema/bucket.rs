//! What is declared of a GridFS bucket beside the columns of its files.

use super::parse::ParseError;
use super::parser::Parser;

/// How the files of a bucket are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BucketStorage {
    /// How many bytes of a file are in a chunk, where an upload does not say otherwise.
    pub chunk_size: u32,
    /// How many servers must have what is written.
    pub write_concern: Option<WriteConcern>,
    /// Which data is read.
    pub read_concern: Option<ReadConcern>,
    /// The content types that it takes, `image/*` for all of a kind; any where there are none.
    pub content_types: Vec<String>,
}

/// How many servers must have what is written before it counts as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteConcern {
    /// The majority.
    Majority,
    /// So many.
    Servers(i32),
}

/// Which data is read; the later one in this order is the stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReadConcern {
    /// What a server has, of a part of it that may be moving to another shard as well.
    Available,
    /// What a server has.
    Local,
    /// What the majority of the servers has.
    Majority,
}

impl ReadConcern {
    /// All of them.
    pub const ALL: [ReadConcern; 3] = [
        ReadConcern::Available,
        ReadConcern::Local,
        ReadConcern::Majority,
    ];

    /// Its name on the server.
    pub const fn name(self) -> &'static str {
        match self {
            ReadConcern::Available => "available",
            ReadConcern::Local => "local",
            ReadConcern::Majority => "majority",
        }
    }
}

/// The name of the enum that a schema text declares the content types of a bucket as, where they can be
/// counted; a Rust enum has no such name.
pub const CONTENT_TYPE_ENUM: &str = "content_type";

/// What the pattern of all content types of a kind ends with.
const ALL_OF_A_KIND: char = '*';

impl BucketStorage {
    /// What the content types of a kind begin with, such as `image/`, if this is the pattern of a kind.
    pub fn kind(content_type: &str) -> Option<&str> {
        content_type.strip_suffix(ALL_OF_A_KIND)
    }
}

impl Parser<'_> {
    /// What follows the word `bucket`.
    pub(super) fn bucket(&mut self) -> Result<BucketStorage, ParseError> {
        let mut bucket = BucketStorage {
            chunk_size: self.small_number()?,
            ..BucketStorage::default()
        };
        if self.keyword("write") {
            bucket.write_concern = Some(match self.keyword("majority") {
                true => WriteConcern::Majority,
                false => WriteConcern::Servers(self.small_number()?),
            });
        }
        if self.keyword("read") {
            let level = self.word("a read concern")?;
            let found = ReadConcern::ALL
                .into_iter()
                .find(|known| known.name() == level);
            bucket.read_concern = Some(found.ok_or_else(|| self.expected("a read concern"))?);
        }
        if self.keyword("takes") {
            bucket.content_types.push(self.string()?);
            while let Some(next) = self.optional_string() {
                bucket.content_types.push(next);
            }
        }
        Ok(bucket)
    }
}
