//! Recursive descent over the grammar of a schema text.

use super::parse::{Definition, MAX_NESTING, ParseError};
use super::text::{Located, Token, Tokens};
use super::{
    ChangeStream, Collection, ForeignKey, FullDocument, FullDocumentBeforeChange, Index, IndexKey,
    IndexKind, StreamOptions, WatchedTable,
};
use crate::types::{
    EnumType, Field, GeometryType, Item, Limits, Precision, Reference, StoredVariant, StructType,
    Type, Variant,
};
use std::sync::Arc;

pub(super) struct Parser<'a> {
    tokens: Tokens<'a>,
    next: Option<Located<'a>>,
    end: usize,
    depth: usize,
    /// The stored names from the collection to the field being read.
    path: Vec<String>,
    references: Vec<ForeignKey>,
    few: Vec<Vec<String>>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut tokens = Tokens::new(text);
        Parser {
            next: tokens.next(),
            tokens,
            end: text.len(),
            depth: 0,
            path: Vec::new(),
            references: Vec::new(),
            few: Vec::new(),
        }
    }

    /// Reads the whole text.
    pub(super) fn definition(mut self) -> Result<Definition, ParseError> {
        let definition = self.any_definition()?;
        match self.next {
            None => Ok(definition),
            Some(_) => Err(self.expected("the end of the schema")),
        }
    }

    fn advance(&mut self) -> Option<Located<'a>> {
        let following = self.tokens.next();
        std::mem::replace(&mut self.next, following)
    }

    pub(super) fn expected(&self, expected: &'static str) -> ParseError {
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

    pub(super) fn keyword(&mut self, keyword: &str) -> bool {
        let found = matches!(&self.next, Some(next) if next.token == Token::Word(keyword));
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn word(&mut self, expected: &'static str) -> Result<&'a str, ParseError> {
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

    pub(super) fn optional_string(&mut self) -> Option<String> {
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

    pub(super) fn string(&mut self) -> Result<String, ParseError> {
        self.optional_string()
            .ok_or_else(|| self.expected("a string"))
    }

    pub(super) fn optional_unsigned(&mut self) -> Option<u64> {
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

    pub(super) fn unsigned(&mut self) -> Result<u64, ParseError> {
        self.optional_unsigned()
            .ok_or_else(|| self.expected("a number"))
    }

    fn signed(&mut self) -> Result<i64, ParseError> {
        let negative = self.symbol('-');
        let magnitude = i128::from(self.unsigned()?);
        let value = if negative { -magnitude } else { magnitude };
        i64::try_from(value).map_err(|_| self.expected("a 64-bit number"))
    }

    /// A number that fits the field it is read into.
    pub(super) fn small_number<T: TryFrom<u64>>(&mut self) -> Result<T, ParseError> {
        let error = self.expected("a smaller number");
        T::try_from(self.unsigned()?).map_err(|_| error)
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

    fn any_definition(&mut self) -> Result<Definition, ParseError> {
        if self.keyword("collection") {
            return self.collection().map(Definition::Collection);
        }
        if self.keyword("struct") {
            return self.structure().map(Definition::Struct);
        }
        if self.keyword("stream") {
            return self.change_stream().map(Definition::Stream);
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
            closed: self.keyword("closed"),
            fields: self.fields()?,
            ..Collection::default()
        };
        while self.next.is_some() && !self.at_end_of_table() {
            self.option(&mut collection)?;
        }
        collection.references = std::mem::take(&mut self.references);
        collection.few = std::mem::take(&mut self.few);
        Ok(collection)
    }

    /// Whether the table of a change stream ends here.
    fn at_end_of_table(&self) -> bool {
        matches!(&self.next, Some(next) if next.token == Token::Symbol(';'))
    }

    fn change_stream(&mut self) -> Result<ChangeStream, ParseError> {
        let name = self.string()?;
        self.require('{', "the tables of a stream")?;
        let mut tables = Vec::new();
        while !self.symbol('}') {
            let path = self.string()?.split('.').map(str::to_owned).collect();
            if !self.keyword("collection") {
                return Err(self.expected("a collection"));
            }
            let collection = Arc::new(self.collection()?);
            self.require(';', "the end of a table")?;
            tables.push(WatchedTable { path, collection });
        }
        let of_database = self.keyword("database");
        let filter = self.optional("filter", Self::string)?;
        let full_document = self.optional("document", |parser| {
            parser.choice(FullDocument::ALL, |one| one.name())
        })?;
        let full_document_before_change = self.optional("before", |parser| {
            parser.choice(FullDocumentBeforeChange::ALL, |one| one.name())
        })?;
        let options = StreamOptions {
            full_document,
            full_document_before_change,
            batch_size: self.optional("batch", Self::small_number)?,
            max_await_time_ms: self.optional("await", Self::unsigned)?,
            resume_after: self.optional("resume", Self::string)?,
            start_at: self.optional("start", Self::signed)?,
        };
        Ok(ChangeStream {
            name,
            tables,
            of_database,
            filter,
            options,
        })
    }

    /// What follows a keyword, if that is there.
    fn optional<T>(
        &mut self,
        keyword: &str,
        read: impl FnOnce(&mut Self) -> Result<T, ParseError>,
    ) -> Result<Option<T>, ParseError> {
        match self.keyword(keyword) {
            true => read(self).map(Some),
            false => Ok(None),
        }
    }

    /// One of these, by its name.
    fn choice<T: Copy>(
        &mut self,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Result<T, ParseError> {
        let error = self.expected("one of the values of an option");
        let wanted = self.string()?;
        let found = all.iter().find(|one| name(**one) == wanted);
        found.copied().ok_or(error)
    }

    pub(super) fn expire(&mut self) -> Result<Option<u64>, ParseError> {
        if self.keyword("expire") {
            self.unsigned().map(Some)
        } else {
            Ok(None)
        }
    }

    pub(super) fn index(&mut self) -> Result<Index, ParseError> {
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
            closed: self.keyword("closed"),
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
        let alias = match self.keyword("as") {
            true => Some(self.string()?),
            false => None,
        };
        let hidden = self.symbol('-');
        let rust_name = self.name()?;
        self.require(':', "the type of a field")?;
        self.path.push(name.clone());
        let Item { ty, nullable, own } = self.item()?;
        let limits = self.limits()?;
        let absent = self.keyword("absent");
        let default = if self.keyword("default") {
            Some(self.string()?)
        } else {
            None
        };
        if self.keyword("references") {
            let reference = ForeignKey {
                path: self.path.clone(),
                collection: self.string()?,
                key: self.stored_path()?,
                trusted: self.keyword("trusted"),
            };
            self.references.push(reference);
        }
        if self.keyword("few") {
            self.few.push(self.path.clone());
        }
        self.path.pop();
        self.require(';', "the end of a field")?;
        Ok(Field {
            name,
            alias,
            rust_name,
            hidden,
            ty,
            nullable,
            absent,
            own,
            limits,
            default,
        })
    }

    fn limits(&mut self) -> Result<Limits, ParseError> {
        let mut limits = Limits::default();
        loop {
            if self.keyword("length") {
                limits.max_length = Some(self.small_number()?);
            } else if self.keyword("precision") {
                limits.precision = Some(Precision {
                    precision: self.small_number()?,
                    scale: self.small_number()?,
                });
            } else if self.keyword("range") {
                limits.range = Some((self.signed()?, self.signed()?));
            } else {
                return Ok(limits);
            }
        }
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
        other => Type::Geometry(GeometryType::from_name(other)?),
    })
}
