//! `CREATE GRIDFS_BUCKET`: the metadata of its files, and its options.

use super::ColumnPlace;
use super::table::{Builder, camel_case};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::schema::{Collection, Compression, MAX_CHUNK_SIZE};
use crate::suggestion::nearest;
use crate::syntax::Source;
use crate::syntax::definition::{BucketOption, CreateBucket, OptionValue};
use crate::units;

/// A bucket of a schema in SQL, as a struct with `#[derive(Bucket)]` would say it.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    /// The metadata of its files, under the name of the bucket; any document, where it has no fields.
    pub metadata: Collection,
    /// Where its name stands.
    pub span: Span,
    /// Where its columns stand, in order.
    pub columns: Vec<ColumnPlace>,
    /// What is said of the bucket.
    pub options: BucketOptions,
}

/// What `WITH (..)` says of a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BucketOptions {
    /// How many bytes are in a chunk.
    pub chunk_size: Option<u32>,
    /// How many servers must have what is written: a number, or `majority`.
    pub write_concern: Option<String>,
    /// Which data is read.
    pub read_concern: Option<String>,
    /// The content types that files may have.
    pub content_types: Vec<String>,
    /// How the chunks are compressed.
    pub compression: Option<Compression>,
}

const NAMES: [&str; 5] = [
    "chunk_size",
    "write_concern",
    "read_concern",
    "content_types",
    "compression",
];

/// What other systems take as options of a bucket: the name, why there is no such thing here, and what to
/// write instead.
const MEANINGLESS: [(&str, &str, &str); 5] = [
    (
        "enable_sharding",
        "whether a collection is sharded is decided for a cluster, not by its clients",
        "leave it out, and run `sh.shardCollection(\"<database>.<bucket>.chunks\", {files_id: 1, n: 1})` \
         where there are shards",
    ),
    (
        "enable_compression",
        "the server compresses chunks with a compressor that has a name",
        "write `compression = 'zstd'`, or `'snappy'`, `'zlib'` or `'none'`",
    ),
    (
        "enable_thumbnail_generation",
        "MongoDB makes no thumbnails",
        "make them in a function of your own, which `#[leaf(on_upload = path::to::function)]` before \
         `struct Name = \"CREATE GRIDFS_BUCKET ..\"` has called with each file before others see it",
    ),
    (
        "enable_virus_scanning",
        "MongoDB looks for no viruses",
        "look for them in a function of your own, which `#[leaf(on_upload = path::to::function)]` \
         before `struct Name = \"CREATE GRIDFS_BUCKET ..\"` has called with each file before others \
         see it; an error from it takes the file back",
    ),
    (
        "enable_deduplication",
        "whether a file is stored once is decided for each upload",
        "leave it out, and write `WITH UPLOAD_OPTIONS (enable_deduplication = true)` there",
    ),
];

impl Bucket {
    pub(super) fn read(
        create: &CreateBucket,
        source: &Source<'_>,
        errors: &mut Vec<Diagnostic>,
    ) -> Self {
        let metadata = Collection {
            name: create.name.value.clone(),
            rust_name: camel_case(&create.name.value),
            ..Collection::default()
        };
        let mut builder = Builder::of(metadata, create.name.span, source);
        for column in &create.columns {
            builder.column(column, errors);
        }
        let table = builder.finish(&[], errors);
        let mut options = BucketOptions::default();
        let mut given: Vec<String> = Vec::new();
        for option in &create.options {
            let name = option.name.value.to_lowercase();
            let result = match given.contains(&name) {
                true => Err(unsupported(
                    option.name.span,
                    format!("`{name}` is given twice"),
                    "leave one of them out",
                )),
                false => options.set(&name, option),
            };
            errors.extend(result.err().map(|error| *error));
            given.push(name);
        }
        Bucket {
            metadata: table.collection,
            span: table.span,
            columns: table.columns,
            options,
        }
    }
}

impl BucketOptions {
    fn set(&mut self, name: &str, option: &BucketOption) -> Result<()> {
        match name {
            "chunk_size" => self.chunk_size = Some(chunk_size(option)?),
            "write_concern" => self.write_concern = Some(write_concern(option)?),
            "read_concern" => {
                let known = ["local", "majority", "available"];
                self.read_concern = Some(one_of(option, &known)?.to_owned());
            }
            "content_types" => self.content_types = content_types(option)?,
            "compression" => {
                let known = [
                    Compression::None,
                    Compression::Snappy,
                    Compression::Zlib,
                    Compression::Zstd,
                ];
                let name = one_of(option, &known.map(Compression::name))?;
                self.compression = known.into_iter().find(|known| known.name() == name);
            }
            other => return Err(unknown(option, other)),
        }
        Ok(())
    }
}

fn unknown(option: &BucketOption, name: &str) -> Box<Diagnostic> {
    let span = option.name.span;
    let message = format!("no option `{name}` of a bucket");
    if let Some((_, reason, help)) = MEANINGLESS.iter().find(|(known, ..)| *known == name) {
        return unsupported(span, format!("{message}: {reason}"), help);
    }
    match nearest(name, NAMES) {
        Some(known) => unsupported(span, message, &format!("did you mean `{known}`?")),
        None => {
            let help = format!("the options are `{}`", NAMES.join("`, `"));
            unsupported(span, message, &help)
        }
    }
}

fn unsupported(span: Span, message: String, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::Unsupported, span, message).help(help))
}

fn invalid(option: &BucketOption, message: &str, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::InvalidLiteral, option.span, message).help(help))
}

/// The only value, where it is one.
fn value(option: &BucketOption) -> Option<&OptionValue> {
    match &option.values[..] {
        [(value, _)] if !option.is_list => Some(value),
        _ => None,
    }
}

fn chunk_size(option: &BucketOption) -> Result<u32> {
    let bytes = match value(option) {
        Some(OptionValue::Text(text)) => units::bytes(text)
            .map_err(|misfit| invalid(option, misfit.message, misfit.help))
            .map(Some)?,
        Some(OptionValue::Number(digits)) => digits.parse().ok(),
        Some(OptionValue::Boolean(_) | OptionValue::Word(_)) | None => None,
    };
    bytes
        .and_then(|bytes| u32::try_from(bytes).ok())
        .filter(|bytes| (1..=MAX_CHUNK_SIZE).contains(bytes))
        .ok_or_else(|| {
            let message = "this is no size of a chunk, which is a document";
            invalid(
                option,
                message,
                "write it as in `'512KB'`, up to `'16383KB'`",
            )
        })
}

fn write_concern(option: &BucketOption) -> Result<String> {
    match value(option) {
        Some(OptionValue::Number(digits))
            if digits
                .parse()
                .is_ok_and(|number: u32| (1..=50).contains(&number)) =>
        {
            Ok(digits.clone())
        }
        Some(OptionValue::Text(text) | OptionValue::Word(text)) if text == "majority" => {
            Ok(text.clone())
        }
        _ => Err(invalid(
            option,
            "this says not how many servers must have what is written",
            "write `'majority'`, or a number of servers from 1 to 50",
        )),
    }
}

fn one_of<'k>(option: &BucketOption, known: &[&'k str]) -> Result<&'k str> {
    let text = match value(option) {
        Some(OptionValue::Text(text) | OptionValue::Word(text)) => text.as_str(),
        _ => "",
    };
    known
        .iter()
        .copied()
        .find(|name| *name == text)
        .ok_or_else(|| {
            let message = format!("no such {}", option.name.value.to_lowercase());
            let help = match nearest(text, known.iter().copied()) {
                Some(known) => format!("did you mean `'{known}'`?"),
                None => format!("it can be `'{}'`", known.join("'`, `'")),
            };
            invalid(option, &message, &help)
        })
}

fn content_types(option: &BucketOption) -> Result<Vec<String>> {
    let example = "write it as in `['image/png', 'image/jpeg']`";
    let names = option.values.iter().map(|(value, span)| match value {
        OptionValue::Text(name) if name.split('/').filter(|part| !part.is_empty()).count() == 2 => {
            Ok(name.clone())
        }
        OptionValue::Text(_)
        | OptionValue::Number(_)
        | OptionValue::Boolean(_)
        | OptionValue::Word(_) => Err(Box::new(
            Diagnostic::error(Code::InvalidLiteral, *span, "this is no content type").help(example),
        )),
    });
    let names: Vec<String> = names.collect::<Result<_>>()?;
    if names.is_empty() || !option.is_list {
        let message = "the content types are a list";
        return Err(invalid(option, message, example));
    }
    Ok(names)
}
