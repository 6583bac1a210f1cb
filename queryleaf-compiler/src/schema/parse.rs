//! The text form of a schema.
//!
//! One line of text, small because every query that uses the collection carries it:
//!
//! ```text
//! definition  = collection | struct | enum | stream
//! collection  = "collection" string ident fields option*
//! option      = "warn_collscan" | "deny_collscan" | "require_where" | capped | time_series
//!             | "clustered" | "view" | bucket | index
//!             | "check" string                     -- SQL
//!             | "pre_and_post_images" | compression | validation | "collation" collation
//! capped      = "capped" integer [ integer ]       -- size in bytes, most documents
//! time_series = "time_series" string [ "meta" string ]
//!               [ "seconds" | "minutes" | "hours" ] [ "expire" integer ]
//! bucket      = "bucket" integer [ "write" ("majority" | integer) ]
//!               [ "read" ("available" | "local" | "majority") ] [ "takes" string+ ]
//!               -- of files, with the chunk size in bytes and the content types
//! index       = "index" [ string ] [ "unique" ] [ "sparse" ] "(" key ("," key)* ")"
//!               [ "partial" string ] [ "expire" integer ]
//! key         = path [ "desc" | "text" | "hashed" | "2dsphere" ]
//! path        = string ("." string)*
//! compression = "compression" ("none" | "snappy" | "zlib" | "zstd")
//! validation  = "validation" ("moderate" | "warn" | "off")
//! collation   = string [ "strength" integer ] [ "case_level" ] [ "upper_first" | "lower_first" ]
//!               [ "numeric_ordering" ] [ "shifted" [ "space" ] ] [ "backwards" ] [ "normalized" ]
//! stream      = "stream" string "{" (string collection ";")* "}"   -- its tables, as it names them
//!               [ "database" ] [ "filter" string ] [ "document" string ] [ "before" string ] [ "batch" integer ]
//!               [ "await" integer ] [ "resume" string ] [ "start" number ]
//! struct      = "struct" ident fields
//! fields      = ["closed"] "{" field* "}"        -- closed: no others are stored
//! enum        = "enum" ident "(" variant ("," variant)* ")"
//! variant     = string [ "=" number ]             -- without a number the string is what is stored
//! field       = string ["as" string] ["-"] ident ":" ["?"] ["!"] type limit* [ "absent" ] [ "default" string ]
//!               [ reference ] [ "few" ] ";"
//!               -- stored name, SQL name, Rust name; absent: NULL is never stored; the default is SQL;
//!               -- few: few documents hold the same value
//! limit       = "length" integer | "precision" integer integer | "range" number number
//! number      = ["-"] integer
//! reference   = "references" string path [ "trusted" ]    -- the other collection and its field
//! type        = "boolean" | "integer" | "bigint" | "double" | "numeric" | "text" | "timestamp"
//!             | "date" | "interval" | "uuid" | "objectid" | "bytea" | "json" | "document"
//!             | "geometry" | "point" | "linestring" | "polygon"
//!             | "multipoint" | "multilinestring" | "multipolygon"
//!             | "[" ["?"] ["!"] type "]"          -- array
//!             | "<" ["?"] ["!"] type ">"          -- map with string keys
//!             | struct | enum
//!             | "@" integer                       -- a nested type whose schema is not known yet
//! ```
//!
//! `?` marks what may be `NULL`; `!` marks a Rust type of the user's own that is stored as the type
//! that follows; `-` a Rust field that is less visible than its struct. Strings are quoted as in Rust, with `\"`, `\\`, `\n`, `\t`, `\r` and `\u{..}`.

use super::parser::Parser;
use super::text::{Token, Tokens};
use super::{ChangeStream, Collection};
use crate::types::{EnumType, StructType};

/// The longest schema text that is accepted, in bytes.
pub const MAX_TEXT: usize = 1 << 20;

/// How deep types may nest.
pub const MAX_NESTING: usize = 64;

/// What a schema text defines.
#[derive(Debug, Clone, PartialEq)]
pub enum Definition {
    /// `#[derive(Collection)]`.
    Collection(Collection),
    /// `#[derive(Embedded)]`.
    Struct(StructType),
    /// `#[derive(SqlEnum)]`.
    Enum(EnumType),
    /// `CREATE CHANGE STREAM`.
    Stream(ChangeStream),
}

/// A schema text that does not follow the grammar: always a defect of QueryLeaf itself, or text
/// made by a version with another grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The byte offset in the text.
    pub offset: usize,
    /// What was expected there.
    pub expected: &'static str,
}

/// Reads a schema text.
///
/// # Errors
///
/// The first place where the text leaves the grammar.
pub fn parse(text: &str) -> Result<Definition, ParseError> {
    if text.len() > MAX_TEXT {
        return Err(ParseError {
            offset: MAX_TEXT,
            expected: "a schema of at most 1 MiB",
        });
    }
    Parser::new(text).definition()
}

/// Puts the texts of the nested types in place of the `@0`, `@1`, .. that stand for them.
///
/// Nothing is added beyond [`MAX_TEXT`]; [`parse`] refuses what has grown that far.
pub fn substitute(text: &str, nested: &[&str]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut copied = 0;
    let mut tokens = Tokens::new(text).peekable();
    while let Some(at) = tokens.next() {
        if at.token != Token::Symbol('@') || result.len() > MAX_TEXT {
            continue;
        }
        let Some(number) = tokens.next_if(|number| matches!(number.token, Token::Word(_))) else {
            continue;
        };
        let Token::Word(digits) = number.token else {
            continue;
        };
        let known = digits
            .parse()
            .ok()
            .and_then(|index: usize| nested.get(index));
        if let (Some(replacement), Some(before)) = (known, text.get(copied..at.start)) {
            result.push_str(before);
            result.push_str(replacement);
            copied = number.end;
        }
    }
    result.push_str(text.get(copied..).unwrap_or_default());
    result
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
