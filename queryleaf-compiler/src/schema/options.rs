//! What a collection is created with, beside its fields, its indexes and its storage.

/// The options that a collection is created with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// What becomes of a document that does not fit the schema.
    pub validation: Validation,
    /// How texts compare; as their code points, where there is none.
    pub collation: Option<Collation>,
    /// Whether change streams can ask for the document before and after a change.
    pub pre_and_post_images: bool,
    /// How the documents are compressed on the disk; as the server is configured, where there is
    /// none.
    pub compression: Option<Compression>,
}

/// What becomes of a document that does not fit the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Validation {
    /// It is refused.
    #[default]
    Strict,
    /// It is refused, unless it was stored before the schema and did not fit then.
    Moderate,
    /// It is stored, and the server's log says so.
    Warn,
    /// It is stored.
    Off,
}

/// How the documents are compressed on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// Fast, the server's usual choice.
    Snappy,
    /// Slow and small.
    Zlib,
    /// Smaller than zlib, and faster.
    Zstd,
}

impl Compression {
    /// The name that the storage engine has for it.
    pub fn name(self) -> &'static str {
        match self {
            Compression::None => "none",
            Compression::Snappy => "snappy",
            Compression::Zlib => "zlib",
            Compression::Zstd => "zstd",
        }
    }
}

/// How texts compare.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Collation {
    /// The language, as ICU names it: `de`, `fr_CA`.
    pub locale: String,
    /// Which differences count, 1 to 5: letters, accents, case, ..
    pub strength: Option<u8>,
    /// Whether case counts although the strength is 1 or 2.
    pub case_level: bool,
    /// Which case comes first.
    pub case_first: Option<CaseFirst>,
    /// Whether digits compare as numbers.
    pub numeric_ordering: bool,
    /// Whether spaces and punctuation do not count.
    pub shifted: Option<Shifted>,
    /// Whether accents count from the end of a word.
    pub backwards: bool,
    /// Whether texts are normalised first.
    pub normalized: bool,
}

/// Which case comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseFirst {
    /// Capital letters.
    Upper,
    /// Small letters.
    Lower,
}

/// Which characters do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shifted {
    /// Spaces and punctuation.
    Punctuation,
    /// Spaces only.
    Space,
}
