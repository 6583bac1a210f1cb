//! The text form of a schema.
//!
//! One line of text, small because every query that uses the collection carries it:
//!
//! ```text
//! definition  = collection | struct | enum
//! collection  = "collection" string ident "{" field* "}" option*
//! option      = "deny_collscan" | capped | time_series | index
//! capped      = "capped" integer [ integer ]       -- size in bytes, most documents
//! time_series = "time_series" string [ "meta" string ]
//!               [ "seconds" | "minutes" | "hours" ] [ "expire" integer ]
//! index       = "index" [ string ] [ "unique" ] [ "sparse" ] "(" key ("," key)* ")"
//!               [ "partial" string ] [ "expire" integer ]
//! key         = path [ "desc" | "text" | "hashed" | "2dsphere" ]
//! path        = string ("." string)*
//! struct      = "struct" ident "{" field* "}"
//! enum        = "enum" ident "(" variant ("," variant)* ")"
//! variant     = string [ "=" integer ]            -- without a number the string is what is stored
//! field       = string ident ":" ["?"] ["!"] type [ reference ] ";" -- stored name, Rust name
//! reference   = "references" string path [ "trusted" ]    -- the other collection and its field
//! type        = "boolean" | "integer" | "bigint" | "double" | "numeric" | "text" | "timestamp"
//!             | "date" | "interval" | "uuid" | "objectid" | "bytea" | "json" | "document"
//!             | "[" ["?"] ["!"] type "]"          -- array
//!             | "<" ["?"] ["!"] type ">"          -- map with string keys
//!             | struct | enum
//!             | "@" integer                       -- a nested type whose schema is not known yet
//! ```
//!
//! `?` marks what may be `NULL`; `!` marks a Rust type of the user's own that is stored as the type
//! that follows. Strings are quoted as in Rust, with `\"`, `\\`, `\n`, `\t`, `\r` and `\u{..}`.

use super::text::{Located, Token, Tokens};
use super::{Collection, ForeignKey, Granularity, Index, IndexKey, IndexKind, Storage};
use crate::types::{EnumType, Field, Item, Reference, StoredVariant, StructType, Type, Variant};

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
    let mut parser = Parser {
        tokens: Tokens::new(text),
        next: None,
        end: text.len(),
        depth: 0,
        path: Vec::new(),
        references: Vec::new(),
    };
    parser.advance();
    let definition = parser.definition()?;
    match parser.next {
        None => Ok(definition),
        Some(_) => Err(parser.expected("the end of the schema")),
    }
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

struct Parser<'a> {
    tokens: Tokens<'a>,
    next: Option<Located<'a>>,
    end: usize,
    depth: usize,
    /// The stored names from the collection to the field being read.
    path: Vec<String>,
    references: Vec<ForeignKey>,
}

impl<'a> Parser<'a> {
    fn advance(&mut self) -> Option<Located<'a>> {
        let following = self.tokens.next();
        std::mem::replace(&mut self.next, following)
    }

    fn expected(&self, expected: &'static str) -> ParseError {
        ParseError {
            offset: self.next.as_ref().map_or(self.end, |next| next.start),
            expected,
        }
    }

    fn symbol(&mut self, symbol: char) -> bool {
        let found = matches!(&self.next, Some(next) if next.token == Token::Symbol(symbol));
        if found {
            self.advance();
        }
        found
    }

    fn require(&mut self, symbol: char, expected: &'static str) -> Result<(), ParseError> {
        if self.symbol(symbol) {
            Ok(())
        } else {
            Err(self.expected(expected))
        }
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let found = matches!(&self.next, Some(next) if next.token == Token::Word(keyword));
        if found {
            self.advance();
        }
        found
    }

    fn word(&mut self, expected: &'static str) -> Result<&'a str, ParseError> {
        match self.next {
            Some(Located {
                token: Token::Word(word),
                ..
            }) => {
                self.advance();
                Ok(word)
            }
            _ => Err(self.expected(expected)),
        }
    }

    fn optional_string(&mut self) -> Option<String> {
        match self.next.take() {
            Some(Located {
                token: Token::String(value),
                ..
            }) => {
                self.next = self.tokens.next();
                Some(value)
            }
            other => {
                self.next = other;
                None
            }
        }
    }

    fn string(&mut self) -> Result<String, ParseError> {
        self.optional_string()
            .ok_or_else(|| self.expected("a string"))
    }

    fn optional_unsigned(&mut self) -> Option<u64> {
        let value = match &self.next {
            Some(Located {
                token: Token::Word(word),
                ..
            }) => word.parse().ok()?,
            _ => return None,
        };
        self.advance();
        Some(value)
    }

    fn unsigned(&mut self) -> Result<u64, ParseError> {
        self.optional_unsigned()
            .ok_or_else(|| self.expected("a number"))
    }

    fn signed(&mut self) -> Result<i64, ParseError> {
        let negative = self.symbol('-');
        let magnitude = i128::from(self.unsigned()?);
        let value = if negative { -magnitude } else { magnitude };
        i64::try_from(value).map_err(|_| self.expected("a 64-bit number"))
    }

    fn name(&mut self) -> Result<String, ParseError> {
        self.word("a name").map(str::to_owned)
    }

    fn stored_path(&mut self) -> Result<Vec<String>, ParseError> {
        let mut path = vec![self.string()?];
        while self.symbol('.') {
            path.push(self.string()?);
        }
        Ok(path)
    }

    fn definition(&mut self) -> Result<Definition, ParseError> {
        if self.keyword("collection") {
            return self.collection().map(Definition::Collection);
        }
        if self.keyword("struct") {
            return self.structure().map(Definition::Struct);
        }
        if self.keyword("enum") {
            return self.enumeration().map(Definition::Enum);
        }
        Err(self.expected("a definition"))
    }

    fn collection(&mut self) -> Result<Collection, ParseError> {
        let mut collection = Collection {
            name: self.string()?,
            rust_name: self.name()?,
            fields: self.fields()?,
            ..Collection::default()
        };
        while self.next.is_some() {
            self.option(&mut collection)?;
        }
        collection.references = std::mem::take(&mut self.references);
        Ok(collection)
    }

    fn option(&mut self, collection: &mut Collection) -> Result<(), ParseError> {
        match self.word("an option of the collection")? {
            "deny_collscan" => collection.deny_collection_scan = true,
            "capped" => {
                collection.storage = Storage::Capped {
                    size: self.unsigned()?,
                    max: self.optional_unsigned(),
                };
            }
            "time_series" => collection.storage = self.time_series()?,
            "index" => {
                let index = self.index()?;
                collection.indexes.push(index);
            }
            _ => return Err(self.expected("an option of the collection")),
        }
        Ok(())
    }

    fn time_series(&mut self) -> Result<Storage, ParseError> {
        Ok(Storage::TimeSeries {
            time: self.string()?,
            meta: if self.keyword("meta") {
                Some(self.string()?)
            } else {
                None
            },
            granularity: if self.keyword("seconds") {
                Some(Granularity::Seconds)
            } else if self.keyword("minutes") {
                Some(Granularity::Minutes)
            } else if self.keyword("hours") {
                Some(Granularity::Hours)
            } else {
                None
            },
            expire_after_seconds: self.expire()?,
        })
    }

    fn expire(&mut self) -> Result<Option<u64>, ParseError> {
        if self.keyword("expire") {
            self.unsigned().map(Some)
        } else {
            Ok(None)
        }
    }

    fn index(&mut self) -> Result<Index, ParseError> {
        let name = self.optional_string();
        let unique = self.keyword("unique");
        let sparse = self.keyword("sparse");
        self.require('(', "the keys of an index")?;
        let mut keys = vec![self.key()?];
        while self.symbol(',') {
            keys.push(self.key()?);
        }
        self.require(')', "the end of the keys")?;
        Ok(Index {
            name,
            keys,
            unique,
            sparse,
            partial: if self.keyword("partial") {
                Some(self.string()?)
            } else {
                None
            },
            expire_after_seconds: self.expire()?,
        })
    }

    fn key(&mut self) -> Result<IndexKey, ParseError> {
        let path = self.stored_path()?;
        let kind = if self.keyword("desc") {
            IndexKind::Descending
        } else if self.keyword("text") {
            IndexKind::Text
        } else if self.keyword("hashed") {
            IndexKind::Hashed
        } else if self.keyword("2dsphere") {
            IndexKind::Geo2dsphere
        } else {
            IndexKind::Ascending
        };
        Ok(IndexKey { path, kind })
    }

    fn structure(&mut self) -> Result<StructType, ParseError> {
        Ok(StructType {
            name: self.name()?,
            fields: self.fields()?,
        })
    }

    fn fields(&mut self) -> Result<Vec<Field>, ParseError> {
        self.require('{', "the fields of a struct")?;
        let mut fields = Vec::new();
        while !self.symbol('}') {
            fields.push(self.field()?);
        }
        Ok(fields)
    }

    fn field(&mut self) -> Result<Field, ParseError> {
        let name = self.string()?;
        let rust_name = self.name()?;
        self.require(':', "the type of a field")?;
        self.path.push(name.clone());
        let Item { ty, nullable, own } = self.item()?;
        if self.keyword("references") {
            let reference = ForeignKey {
                path: self.path.clone(),
                collection: self.string()?,
                key: self.stored_path()?,
                trusted: self.keyword("trusted"),
            };
            self.references.push(reference);
        }
        self.path.pop();
        self.require(';', "the end of a field")?;
        Ok(Field {
            name,
            rust_name,
            ty,
            nullable,
            own,
        })
    }

    /// `["?"] ["!"] type`.
    fn item(&mut self) -> Result<Item, ParseError> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(self.expected("a type that is nested less deeply"));
        }
        let item = Item {
            nullable: self.symbol('?'),
            own: self.symbol('!'),
            ty: self.ty()?,
        };
        self.depth -= 1;
        Ok(item)
    }

    fn ty(&mut self) -> Result<Type, ParseError> {
        if self.symbol('[') {
            let item = self.item()?;
            self.require(']', "the end of an array type")?;
            return Ok(Type::Array(Box::new(item)));
        }
        if self.symbol('<') {
            let item = self.item()?;
            self.require('>', "the end of a map type")?;
            return Ok(Type::Map(Box::new(item)));
        }
        if self.keyword("struct") {
            return Ok(Type::Struct(Reference::new(self.structure()?)));
        }
        if self.keyword("enum") {
            return Ok(Type::Enum(Reference::new(self.enumeration()?)));
        }
        let error = self.expected("a type");
        simple_type(self.word("a type")?).ok_or(error)
    }

    fn enumeration(&mut self) -> Result<EnumType, ParseError> {
        let name = self.name()?;
        self.require('(', "the variants of an enum")?;
        let mut variants = vec![self.variant()?];
        while self.symbol(',') {
            variants.push(self.variant()?);
        }
        self.require(')', "the end of the variants")?;
        Ok(EnumType { name, variants })
    }

    fn variant(&mut self) -> Result<Variant, ParseError> {
        let name = self.string()?;
        let stored = if self.symbol('=') {
            StoredVariant::Integer(self.signed()?)
        } else {
            StoredVariant::Text(name.clone())
        };
        Ok(Variant { name, stored })
    }
}

fn simple_type(word: &str) -> Option<Type> {
    Some(match word {
        "boolean" => Type::Boolean,
        "integer" => Type::Integer,
        "bigint" => Type::Bigint,
        "double" => Type::Double,
        "numeric" => Type::Numeric,
        "text" => Type::Text,
        "timestamp" => Type::Timestamp,
        "date" => Type::Date,
        "interval" => Type::Interval,
        "uuid" => Type::Uuid,
        "objectid" => Type::ObjectId,
        "bytea" => Type::Bytea,
        "json" => Type::Json,
        "document" => Type::Document,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: &str = r#"collection "orders" Order {
        "_id" id: objectid;
        "customer" customer_id: objectid references "customers" "_id" trusted;
        "status" status: enum Status ("open", "shipped");
        "level" level: enum Level ("Low" = -1, "High" = 2);
        "items" items: [struct Item {
            "sku" sku: text references "products" "codes"."sku";
            "tags" tags: ?[?!text];
        }];
        "notes" notes: ?<json>;
    } deny_collscan capped 1000 10
      index unique ("customer", "items"."sku" desc) partial "status = 'open'"
      index "by_age" sparse ("created") expire 60
      index ("title" text)"#;

    fn collection(text: &str) -> Collection {
        match parse(text) {
            Ok(Definition::Collection(collection)) => collection,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_collection_with_everything() {
        let orders = collection(ORDERS);
        assert_eq!(orders.name, "orders");
        assert_eq!(orders.rust_name, "Order");
        assert!(orders.deny_collection_scan);
        assert_eq!(
            orders.storage,
            Storage::Capped {
                size: 1000,
                max: Some(10)
            }
        );
        let fields: Vec<_> = orders
            .fields
            .iter()
            .map(|field| {
                (
                    field.name.as_str(),
                    field.rust_name.as_str(),
                    field.nullable,
                )
            })
            .collect();
        assert_eq!(
            fields,
            [
                ("_id", "id", false),
                ("customer", "customer_id", false),
                ("status", "status", false),
                ("level", "level", false),
                ("items", "items", false),
                ("notes", "notes", true),
            ]
        );
        let Type::Array(item) = &orders.fields[4].ty else {
            panic!("{:?}", orders.fields[4].ty)
        };
        let Type::Struct(item) = &item.ty else {
            panic!("{item:?}")
        };
        assert_eq!(item.definition.name, "Item");
        let tags = &item.definition.fields[1];
        assert!(tags.nullable && !tags.own);
        assert_eq!(
            tags.ty,
            Type::Array(Box::new(Item {
                ty: Type::Text,
                nullable: true,
                own: true
            }))
        );
        let Type::Enum(level) = &orders.fields[3].ty else {
            panic!("{:?}", orders.fields[3].ty)
        };
        assert_eq!(
            level.definition.variants[0].stored,
            StoredVariant::Integer(-1)
        );
    }

    #[test]
    fn indexes_and_references() {
        let orders = collection(ORDERS);
        assert_eq!(orders.indexes.len(), 3);
        let first = &orders.indexes[0];
        assert!(first.unique && !first.sparse);
        assert_eq!(first.keys[1].path, ["items", "sku"]);
        assert_eq!(first.keys[1].kind, IndexKind::Descending);
        assert_eq!(first.partial.as_deref(), Some("status = 'open'"));
        let second = &orders.indexes[1];
        assert_eq!(second.name.as_deref(), Some("by_age"));
        assert_eq!(second.expire_after_seconds, Some(60));
        assert_eq!(orders.indexes[2].keys[0].kind, IndexKind::Text);
        assert_eq!(orders.references.len(), 2);
        assert!(orders.references[0].trusted);
        assert_eq!(orders.references[1].path, ["items", "sku"]);
        assert_eq!(orders.references[1].key, ["codes", "sku"]);
    }

    #[test]
    fn time_series() {
        let readings =
            collection(r#"collection "r" R {} time_series "at" meta "sensor" minutes expire 3600"#);
        assert_eq!(
            readings.storage,
            Storage::TimeSeries {
                time: "at".to_owned(),
                meta: Some("sensor".to_owned()),
                granularity: Some(Granularity::Minutes),
                expire_after_seconds: Some(3600),
            }
        );
    }

    #[test]
    fn nested_texts_take_their_places() {
        let text = r#"struct A {"@0" a: @0; "b" b: ?[@1]; "c" c: @7;}"#;
        let substituted = substitute(text, &["struct B {}", "enum C (\"x\")"]);
        assert_eq!(
            substituted,
            r#"struct A {"@0" a: struct B {}; "b" b: ?[enum C ("x")]; "c" c: @7;}"#
        );
        assert!(parse(&substituted).is_err(), "`@7` is left");
    }

    #[test]
    fn every_cut_is_an_error_and_none_a_panic() {
        let end = ORDERS.len();
        for cut in (0..end).filter(|cut| ORDERS.is_char_boundary(*cut)) {
            let text = &ORDERS[..cut];
            let _ = substitute(text, &["x"]);
            if let Ok(definition) = parse(text) {
                assert!(text.contains('}'), "{definition:?}");
            }
        }
        for text in [
            "",
            "@",
            "collection",
            "struct",
            "enum E ()",
            "struct A {\"a\" a: [",
            "\u{0}",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn nesting_and_length_have_limits() {
        let deep = format!("struct A {{\"a\" a: {}", "[".repeat(100_000));
        assert_eq!(
            parse(&deep).map_err(|error| error.expected),
            Err("a type that is nested less deeply")
        );
        let long = " ".repeat(MAX_TEXT + 1);
        assert!(parse(&long).is_err());
        let holes = "@0 ".repeat(100_000);
        let nested = "x".repeat(100_000);
        let grown = substitute(&holes, &[&nested]);
        assert!(grown.len() < 3 * MAX_TEXT);
        assert!(parse(&grown).is_err());
    }
}
