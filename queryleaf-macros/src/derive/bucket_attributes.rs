//! The `#[leaf(..)]` attributes of a struct with `#[derive(Bucket)]`.

use super::index::IndexDeclaration;
use super::leaf::{CollectionAttributes, Item, items, set, unknown};
use super::options::one_of;
use super::storage::{StorageDeclaration, byte_size, number};
use crate::errors::{Errors, with_help};
use queryleaf_compiler::schema::quote as quote_string;
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, LitInt, LitStr, Path, Token};

/// The chunk size that drivers use where none is given: 255 KiB.
const CHUNK_SIZE: u64 = 255 * 1024;

/// `#[leaf(..)]` on a struct with `#[derive(Bucket)]`.
#[derive(Default)]
pub(crate) struct BucketAttributes {
    /// What is said about the collection of the files.
    pub(crate) files: CollectionAttributes,
    /// `chunk_size = "512KB"`, in bytes.
    pub(crate) chunk_size: Option<u64>,
    /// `write_concern = ..`.
    pub(crate) write_concern: Option<WriteConcern>,
    /// `read_concern = ".."`.
    pub(crate) read_concern: Option<String>,
    /// `content_types(..)`.
    pub(crate) content_types: Vec<LitStr>,
    /// `on_upload = path::to::function`.
    pub(crate) on_upload: Option<Path>,
}

/// How many servers must have a file before its upload is done.
pub(crate) enum WriteConcern {
    Majority,
    Servers(u32),
}

/// What other systems take as options of a bucket: the names, why there is no such thing here, and what
/// to write instead.
type Meaningless = (&'static [&'static str], &'static str, &'static str);

const MEANINGLESS: [Meaningless; 7] = [
    (
        &[
            "thumbnails",
            "thumbnail_generation",
            "enable_thumbnail_generation",
        ],
        "MongoDB makes no thumbnails",
        "make them in a function of your own: `on_upload = path::to::function` has it called with \
         each file before others see it",
    ),
    (
        &["virus_scanning", "enable_virus_scanning", "scan"],
        "MongoDB looks for no viruses",
        "look for them in a function of your own: `on_upload = path::to::function` has it called \
         with each file before others see it, and an error from it takes the file back",
    ),
    (
        &["compress", "compressed", "enable_compression"],
        "the server compresses chunks with a compressor that has a name",
        "write `compression = \"zstd\"`, or `\"snappy\"`, `\"zlib\"` or `\"none\"`",
    ),
    (
        &["sharded", "sharding", "enable_sharding"],
        "whether a collection is sharded is decided for a cluster, not by its clients",
        "leave it out, and run `sh.shardCollection(\"<database>.<bucket>.chunks\", {files_id: 1, n: 1})` \
         where there are shards",
    ),
    (
        &["deduplication", "deduplicate", "enable_deduplication"],
        "whether a file is stored once is decided for each upload",
        "leave it out, and write `WITH UPLOAD_OPTIONS (enable_deduplication = true)` or \
         `.deduplicate()`",
    ),
    (
        &["encryption", "encrypted", "enable_encryption"],
        "the server encrypts all that it stores, or nothing",
        "leave it out, or hand over bytes that are encrypted",
    ),
    (
        &["ttl", "capped", "time_series", "clustered", "collation"],
        "the server would do this to the files and leave their chunks as they are",
        "leave it out; `DELETE FROM GRIDFS(..) WHERE ..` removes files with their chunks",
    ),
];

impl BucketAttributes {
    const NAMES: [&'static str; 19] = [
        "name",
        "table",
        "chunk_size",
        "write_concern",
        "read_concern",
        "content_types",
        "on_upload",
        "index",
        "unique",
        "text",
        "geo_2dsphere",
        "hashed",
        "compression",
        "validation",
        "pre_and_post_images",
        "warn_collscan",
        "deny_collscan",
        "require_where",
        "deny_unknown_fields",
    ];

    /// Reads the `#[leaf(..)]` attributes.
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = BucketAttributes::default();
        let mut size = None;
        for item in items(attributes, errors) {
            if item.name == "chunk_size" {
                size = Some(item.name.to_token_stream());
            }
            let result = read.item(&item, errors);
            errors.take(result);
        }
        let text = read.storage_text();
        read.files.storage = Some(StorageDeclaration {
            word: size.unwrap_or_default(),
            text,
            ..StorageDeclaration::default()
        });
        for index in &mut read.files.indexes {
            with_stored_names(index);
        }
        read
    }

    /// Whether an index on these stored fields, in this order, is declared.
    pub(crate) fn has_index(&self, fields: &[&str]) -> bool {
        self.files.indexes.iter().any(|index| {
            let paths = index.keys.iter().map(|key| key.path.join("."));
            paths.eq(fields.iter().map(|field| (*field).to_owned()))
        })
    }

    /// How many bytes are in a chunk.
    pub(crate) fn chunk_bytes(&self) -> u64 {
        self.chunk_size.unwrap_or(CHUNK_SIZE)
    }

    /// What the schema text says of the bucket.
    fn storage_text(&self) -> String {
        let mut text = format!(" bucket {}", self.chunk_bytes());
        match &self.write_concern {
            Some(WriteConcern::Majority) => text.push_str(" write majority"),
            Some(WriteConcern::Servers(number)) => text.push_str(&format!(" write {number}")),
            None => {}
        }
        if let Some(level) = &self.read_concern {
            text.push_str(&format!(" read {level}"));
        }
        if !self.content_types.is_empty() {
            text.push_str(" takes");
        }
        for name in &self.content_types {
            text.push(' ');
            text.push_str(&quote_string(&name.value()));
        }
        text
    }

    fn item(&mut self, item: &Item, errors: &mut Errors) -> syn::Result<()> {
        let name = item.name.to_string();
        match name.as_str() {
            "chunk_size" => {
                let bytes = byte_size(item)?;
                if bytes > u64::from(u32::MAX) {
                    let message = with_help("a chunk is a document", "choose at most 16383KB");
                    return Err(syn::Error::new_spanned(&item.name, message));
                }
                set(&mut self.chunk_size, item, bytes)
            }
            "write_concern" => set(&mut self.write_concern, item, write_concern(item)?),
            "read_concern" => {
                let known = ["local", "majority", "available"];
                set(&mut self.read_concern, item, one_of(item, &known)?)
            }
            "content_types" => self.content_types(item, errors),
            "on_upload" => set(&mut self.on_upload, item, item.value()?),
            known if Self::NAMES.contains(&known) => self.files.item(item, errors),
            other => match MEANINGLESS
                .iter()
                .find(|(names, ..)| names.contains(&other))
            {
                Some((_, reason, help)) => {
                    let message = with_help(
                        format!("there is no attribute `{name}` of a bucket: {reason}"),
                        help,
                    );
                    Err(syn::Error::new_spanned(&item.name, message))
                }
                None => Err(unknown(&item.name, "of a bucket", &Self::NAMES)),
            },
        }
    }

    fn content_types(&mut self, item: &Item, errors: &mut Errors) -> syn::Result<()> {
        let example = "write it as in `content_types(\"image/png\", \"image/jpeg\")`";
        if !self.content_types.is_empty() {
            let message = "`content_types` is given twice";
            return Err(syn::Error::new_spanned(&item.name, message));
        }
        let names = Punctuated::<LitStr, Token![,]>::parse_terminated.parse2(item.list()?)?;
        if names.is_empty() {
            let message = with_help("no file could have a content type of none", example);
            return Err(syn::Error::new_spanned(&item.name, message));
        }
        for name in names {
            let value = name.value();
            let parts: Vec<&str> = value.split('/').collect();
            let is_wrong = |part: &&str| part.is_empty() || part.contains(char::is_whitespace);
            if parts.len() != 2 || parts.iter().any(is_wrong) || parts.first() == Some(&"*") {
                errors.add_with_help(&name, format!("`{value}` is no content type"), example);
            }
            self.content_types.push(name);
        }
        Ok(())
    }
}

/// `"majority"`, or a number of servers.
fn write_concern(item: &Item) -> syn::Result<WriteConcern> {
    if let Ok(number_of_servers) = item.value::<LitInt>() {
        let servers = number(item)?;
        return match u32::try_from(servers) {
            Ok(servers @ 1..=50) => Ok(WriteConcern::Servers(servers)),
            _ => Err(syn::Error::new_spanned(
                number_of_servers,
                with_help(
                    "an upload that no server confirms may be lost in part",
                    "write `write_concern = \"majority\"`, or a number of servers from 1 to 50",
                ),
            )),
        };
    }
    one_of(item, &["majority"]).map(|_| WriteConcern::Majority)
}

/// An index of files is declared with the columns of SQL, and is one of stored fields.
fn with_stored_names(index: &mut IndexDeclaration) {
    for key in &mut index.keys {
        if let Some(first) = key.path.first_mut()
            && let Some(stored) = stored_name(first)
        {
            stored.clone_into(first);
        }
    }
}

/// The stored name of a column of a file, where it is another one.
fn stored_name(column: &str) -> Option<&'static str> {
    Some(match column {
        "file_id" => "_id",
        "chunk_size" => "chunkSize",
        "upload_date" => "uploadDate",
        "content_type" => "contentType",
        _ => return None,
    })
}
