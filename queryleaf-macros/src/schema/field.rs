//! The fields of a table's struct.

use super::attributes;
use crate::paths::private;
use proc_macro2::{Ident, Span, TokenStream};
use queryleaf_compiler::schema::Collection;
use queryleaf_compiler::types::{Field, Limits, Type};
use quote::{ToTokens, quote};
use syn::Visibility;

/// The name of a column's field.
pub(super) struct FieldName {
    ident: Ident,
    /// The stored name, where it is another.
    rename: Option<String>,
}

impl FieldName {
    /// The name of the column, as far as that is a Rust name; `id` is the usual one for `_id`.
    pub(super) fn new(column: &str, all: &[&str], span: Span) -> Self {
        let span = span.resolved_at(Span::call_site());
        let is_taken = |name: &str| all.contains(&name);
        let wanted = if column == "_id" && !is_taken("id") {
            "id"
        } else {
            column
        };
        if syn::parse_str::<Ident>(wanted).is_ok() {
            let rename = (wanted != column).then(|| column.to_owned());
            return FieldName {
                ident: Ident::new(wanted, span),
                rename,
            };
        }
        if syn::parse_str::<Ident>(&format!("r#{wanted}")).is_ok() {
            return FieldName {
                ident: Ident::new_raw(wanted, span),
                rename: None,
            };
        }
        let mut name: String = wanted
            .chars()
            .map(|letter| {
                if letter.is_alphanumeric() {
                    letter
                } else {
                    '_'
                }
            })
            .collect();
        if name.starts_with(|letter: char| letter.is_numeric()) {
            name.insert(0, '_');
        }
        while is_taken(&name) || syn::parse_str::<Ident>(&name).is_err() {
            name.push('_');
            if name.len() > column.len() + all.len() + 2 {
                // Of letters that no Rust name has.
                "column".clone_into(&mut name);
            }
        }
        FieldName {
            ident: Ident::new(&name, span),
            rename: Some(column.to_owned()),
        }
    }
}

/// The field of a column.
pub(super) fn field(
    collection: &Collection,
    field: &Field,
    name: &FieldName,
    visibility: &Visibility,
    definition: &str,
    sound: bool,
) -> TokenStream {
    let FieldName { ident, rename } = name;
    let rename = rename.as_ref().map(|name| quote!(#[serde(rename = #name)]));
    let leaf = attributes::of_field(collection, field, ident.span(), sound);
    let mut ty = rust_type(&field.ty, field.limits);
    if field.nullable {
        ty = quote!(::core::option::Option<#ty>);
    }
    let definition = definition.split_whitespace().collect::<Vec<_>>().join(" ");
    let documentation = format!(" `{}`", definition.replace('`', "'"));
    quote! {
        #[doc = #documentation]
        #rename
        #leaf
        #visibility #ident: #ty,
    }
}

/// The Rust type of a column that is not `NULL`.
fn rust_type(ty: &Type, limits: Limits) -> TokenStream {
    let private = private();
    let bson = quote!(#private::bson);
    match ty {
        Type::Boolean => quote!(::core::primitive::bool),
        Type::Integer if limits.range.is_some() => quote!(::core::primitive::i16),
        Type::Integer => quote!(::core::primitive::i32),
        Type::Bigint => quote!(::core::primitive::i64),
        Type::Double => quote!(::core::primitive::f64),
        Type::Numeric => quote!(#bson::Decimal128),
        Type::Text => quote!(::std::string::String),
        Type::Timestamp | Type::Date => quote!(#bson::DateTime),
        Type::Uuid => quote!(#bson::Uuid),
        Type::ObjectId => quote!(#bson::oid::ObjectId),
        Type::Bytea => quote!(#bson::Binary),
        Type::Document => quote!(#bson::Document),
        Type::Geometry(geometry) => {
            let name = Ident::new(geometry.rust_name(), Span::call_site());
            quote!(#private::geo::#name)
        }
        Type::Array(item) => {
            let item = rust_type(&item.ty, limits);
            quote!(::std::vec::Vec<#item>)
        }
        // No column of a `CREATE TABLE` is of one of these but the first.
        Type::Json
        | Type::Interval
        | Type::Map(_)
        | Type::Struct(_)
        | Type::Enum(_)
        | Type::Unknown => bson
            .into_token_stream()
            .into_iter()
            .chain(quote!(::Bson))
            .collect(),
    }
}
