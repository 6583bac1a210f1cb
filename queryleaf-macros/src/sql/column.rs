//! The Rust types and SQL markers of columns and parameters.

use super::documents;
use crate::paths::{marker, private};
use proc_macro2::{Ident, Span, TokenStream};
use queryleaf_compiler::schema::Collection;
use queryleaf_compiler::types::{
    EventDocument, EventPart, Field, FieldPath, Item, Step, StoredVariant, Type,
};
use quote::quote;
use std::sync::Arc;

/// The type of a column or parameter.
pub(crate) enum ColumnType {
    /// One that the SQL type tells.
    Known {
        /// The marker of the SQL type.
        marker: TokenStream,
        /// The Rust type.
        rust: TokenStream,
    },
    /// One that only the schema's impls tell: an expression that reaches it.
    Reached(TokenStream),
}

/// Whether the type tells where `NULL` may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nulls {
    /// It does: in a column.
    Typed,
    /// It may stand anywhere: in a parameter, which takes `Option`s and others.
    Anywhere,
}

/// The tables of a query: how their functions are called, and their schemas.
#[derive(Default)]
pub(crate) struct Tables {
    /// The path to each table, to be called for its witness.
    pub(crate) paths: Vec<TokenStream>,
    pub(crate) collections: Vec<Arc<Collection>>,
    /// The streams of several tables that have a name: their tables, and the path to the function
    /// that leads to the enum of their documents.
    pub(crate) streams: Vec<(Vec<usize>, TokenStream)>,
    /// How the query names each table.
    pub(crate) names: Vec<Vec<String>>,
}

impl Tables {
    /// The type of a column.
    pub(crate) fn column(&self, ty: &Type, nullable: bool, rust: Option<&FieldPath>) -> ColumnType {
        wrap_nullable(self.plain(ty, rust, Nulls::Typed), nullable)
    }

    /// The type of a column that is the bytes of files of a bucket.
    pub(crate) fn file_stream(&self, table: usize, nullable: bool) -> ColumnType {
        let private = private();
        let bucket = self.paths.get(table);
        let reached = quote!(#private::gridfs::stream_column(#bucket()));
        wrap_nullable(ColumnType::Reached(reached), nullable)
    }

    /// The type of a parameter, of which `NULL` is no part.
    pub(crate) fn parameter(&self, ty: &Type, list: bool, rust: Option<&FieldPath>) -> ColumnType {
        // The parts of such a type know the way to their own Rust types.
        let rust = rust.filter(|_| !has_declared_parts(ty));
        let item = self.plain(ty, rust, Nulls::Anywhere);
        if list {
            wrap(item, "List", "list")
        } else {
            item
        }
    }

    fn plain(&self, ty: &Type, rust: Option<&FieldPath>, nulls: Nulls) -> ColumnType {
        if let Some(path) = rust
            && self.is_declared_otherwise(ty, path)
            && let Some(reached) = self.reach(path)
        {
            return ColumnType::Reached(reached);
        }
        match ty {
            Type::Array(item) => wrap(self.item(item, nulls), "Array", "array"),
            Type::Map(item) => wrap(self.item(item, nulls), "Map", "map"),
            Type::Struct(reference) => self
                .referenced(reference.rust.as_ref())
                .unwrap_or_else(|| known(&Type::Document)),
            Type::Enum(reference)
                if reference.rust.is_none() && reference.definition.is_of_operations() =>
            {
                event_part(&EventPart::OperationType)
            }
            Type::Enum(reference) => {
                let stored = reference.definition.variants.first();
                let integer = stored
                    .is_some_and(|variant| matches!(variant.stored, StoredVariant::Integer(_)));
                self.referenced(reference.rust.as_ref())
                    .unwrap_or_else(|| known(if integer { &Type::Bigint } else { &Type::Text }))
            }
            Type::Boolean
            | Type::Integer
            | Type::Bigint
            | Type::Double
            | Type::Numeric
            | Type::Text
            | Type::Timestamp
            | Type::Date
            | Type::Interval
            | Type::Uuid
            | Type::ObjectId
            | Type::Bytea
            | Type::Json
            | Type::Document
            | Type::Geometry(_)
            | Type::Unknown => known(ty),
            Type::Event(EventPart::NamedDocument(documents)) => self.documents(documents),
            Type::Event(_) => known(ty),
        }
    }

    /// The enum of the documents of several tables.
    fn documents(&self, documents: &EventDocument) -> ColumnType {
        let numbers: Vec<usize> = documents.tables.iter().map(|(number, _)| *number).collect();
        let witnesses: Vec<TokenStream> = numbers
            .iter()
            .filter_map(|number| self.paths.get(*number).cloned())
            .collect();
        let mut streams = self.streams.iter();
        let reached = match streams.find(|(tables, _)| *tables == numbers) {
            Some((_, function)) => {
                let private = private();
                quote!(#private::document(#function(#(#witnesses()),*)))
            }
            None => {
                let collections: Vec<(&[String], &Collection)> = documents
                    .tables
                    .iter()
                    .filter_map(|(number, collection)| {
                        Some((&**self.names.get(*number)?, &**collection))
                    })
                    .collect();
                documents::of_query(&collections, &witnesses)
            }
        };
        ColumnType::Reached(reached)
    }

    fn item(&self, item: &Item, nulls: Nulls) -> ColumnType {
        let nullable = item.nullable && nulls == Nulls::Typed;
        wrap_nullable(self.plain(&item.ty, None, nulls), nullable)
    }

    fn referenced(&self, path: Option<&FieldPath>) -> Option<ColumnType> {
        path.and_then(|path| self.reach(path))
            .map(ColumnType::Reached)
    }

    /// Whether the Rust type at the end of a path is not the one that the SQL type tells.
    fn is_declared_otherwise(&self, ty: &Type, path: &FieldPath) -> bool {
        has_declared_parts(ty) || self.is_own(path).unwrap_or(false)
    }

    /// Whether the schema marks what is at the end of a path as the user's own type.
    fn is_own(&self, path: &FieldPath) -> Option<bool> {
        let collection = self.collections.get(path.table)?;
        let mut fields: &[Field] = &collection.fields;
        let mut own = false;
        let mut at: Option<&Type> = None;
        for step in &path.steps {
            let next = match step {
                Step::Field(number) => {
                    let field = fields.get(*number)?;
                    own = field.own;
                    &field.ty
                }
                Step::Item => {
                    let (Type::Array(item) | Type::Map(item)) = at? else {
                        return None;
                    };
                    own = item.own;
                    &item.ty
                }
            };
            if let Type::Struct(reference) = next {
                fields = &reference.definition.fields;
            }
            at = Some(next);
        }
        Some(own)
    }

    /// The expression that reaches the end of a path.
    fn reach(&self, path: &FieldPath) -> Option<TokenStream> {
        let private = private();
        let table = self.paths.get(path.table)?;
        let Some((first, rest)) = path.steps.split_first() else {
            return Some(quote!(#private::document(#table())));
        };
        let Step::Field(number) = *first else {
            return None;
        };
        let start = quote!(#private::field::<#number, _>(#table()));
        Some(rest.iter().fold(start, |reached, step| match *step {
            Step::Field(number) => quote!(#private::member::<#number, _, _>(#reached)),
            Step::Item => quote!(#private::item(#reached)),
        }))
    }
}

/// Whether a type has parts that can be declared in several ways.
fn has_declared_parts(ty: &Type) -> bool {
    match ty {
        Type::Struct(_) | Type::Enum(_) | Type::Map(_) => true,
        Type::Array(item) => item.own || has_declared_parts(&item.ty),
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Json
        | Type::Document
        | Type::Geometry(_)
        | Type::Event(_)
        | Type::Unknown => false,
    }
}

fn wrap_nullable(ty: ColumnType, nullable: bool) -> ColumnType {
    if nullable {
        wrap(ty, "Nullable", "nullable")
    } else {
        ty
    }
}

/// A type around another: its marker, and the function that does the same to what is reached.
fn wrap(inner: ColumnType, outer: &str, function: &str) -> ColumnType {
    match inner {
        ColumnType::Known { marker: item, rust } => {
            let outer_marker = marker(outer);
            let rust = match outer {
                "Nullable" => quote!(::core::option::Option<#rust>),
                "Map" => quote!(::std::collections::HashMap<::std::string::String, #rust>),
                _ => quote!(::std::vec::Vec<#rust>),
            };
            ColumnType::Known {
                marker: quote!(#outer_marker<#item>),
                rust,
            }
        }
        ColumnType::Reached(reached) => {
            let private = private();
            let function = Ident::new(function, Span::call_site());
            ColumnType::Reached(quote!(#private::#function(#reached)))
        }
    }
}

/// A type without parts.
fn known(ty: &Type) -> ColumnType {
    if let Type::Event(part) = ty {
        return event_part(part);
    }
    let (marker, rust) = scalar(ty);
    ColumnType::Known { marker, rust }
}

/// The marker and the Rust type of a type without parts.
pub(crate) fn scalar(ty: &Type) -> (TokenStream, TokenStream) {
    let private = private();
    let (name, rust) = match ty {
        Type::Boolean => ("Boolean", quote!(::core::primitive::bool)),
        Type::Integer => ("Integer", quote!(::core::primitive::i32)),
        Type::Bigint => ("Bigint", quote!(::core::primitive::i64)),
        Type::Double => ("Double", quote!(::core::primitive::f64)),
        Type::Numeric => ("Numeric", quote!(#private::bson::Decimal128)),
        Type::Timestamp => ("Timestamp", quote!(#private::bson::DateTime)),
        Type::Date => ("Date", quote!(#private::bson::DateTime)),
        Type::Interval => ("Interval", quote!(#private::Interval)),
        Type::Uuid => ("Uuid", quote!(#private::bson::Uuid)),
        Type::ObjectId => ("ObjectId", quote!(#private::bson::oid::ObjectId)),
        Type::Bytea => ("Bytea", quote!(::std::vec::Vec<::core::primitive::u8>)),
        Type::Json => ("Json", quote!(#private::bson::Bson)),
        Type::Document => ("Document", quote!(#private::bson::Document)),
        Type::Geometry(geometry) => {
            let name = geometry.rust_name();
            let rust = Ident::new(name, Span::call_site());
            (name, quote!(#private::geo::#rust))
        }
        // A literal `NULL` is text, as in PostgreSQL.
        Type::Text
        | Type::Unknown
        | Type::Event(_)
        | Type::Array(_)
        | Type::Map(_)
        | Type::Struct(_)
        | Type::Enum(_) => ("Text", quote!(::std::string::String)),
    };
    (marker(name), rust)
}

/// A part of a change event: of a type of the runtime's, or of what it is stored as.
fn event_part(part: &EventPart) -> ColumnType {
    let private = private();
    let name = match part {
        EventPart::OperationType => "OperationType",
        EventPart::ClusterTime => "ClusterTime",
        EventPart::ResumeToken => "ResumeToken",
        EventPart::RemovedFields(_) | EventPart::ChangedFields(_) => {
            return wrap(known(&Type::Text), "Array", "array");
        }
        EventPart::DocumentKey(_)
        | EventPart::Document(_)
        | EventPart::NamedDocument(_)
        | EventPart::UpdateDescription(_)
        | EventPart::UpdatedFields(_) => return known(&Type::Document),
    };
    let name = Ident::new(name, Span::call_site());
    let rust = quote!(#private::watch::#name);
    let own = marker("Own");
    ColumnType::Known {
        marker: quote!(#own<#rust>),
        rust,
    }
}
