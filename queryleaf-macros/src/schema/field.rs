//! The fields of a table's struct, and the types that those of a view need.

use super::attributes;
use crate::paths::private;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use queryleaf_compiler::definition::camel_case;
use queryleaf_compiler::schema::Collection;
use queryleaf_compiler::types::{Field, Item, Limits, StoredVariant, Type, Variant};
use quote::{ToTokens, quote};
use syn::Visibility;
use syn::ext::IdentExt;

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

/// The fields of a struct, with the types that they need.
pub(super) struct Fields<'a> {
    pub(super) collection: &'a Collection,
    pub(super) visibility: &'a Visibility,
    /// Whether there is no error in the table.
    pub(super) sound: bool,
    /// The structs and enums that the fields are of.
    pub(super) items: TokenStream,
}

impl Fields<'_> {
    /// The field of a column of the struct `owner`.
    pub(super) fn field(
        &mut self,
        owner: &Ident,
        field: &Field,
        name: &FieldName,
        documentation: &str,
    ) -> TokenStream {
        let FieldName { ident, rename } = name;
        let rename = rename.as_ref().map(|name| quote!(#[serde(rename = #name)]));
        let leaf = attributes::of_field(self.collection, field, ident.span(), self.sound);
        let part = format!("{owner}{}", camel_case(&ident.unraw().to_string()));
        let mut ty = self.rust_type(&field.ty, field.limits, &part, owner.span());
        if field.nullable {
            ty = quote!(::core::option::Option<#ty>);
        }
        let visibility = self.visibility;
        quote! {
            #[doc = #documentation]
            #rename
            #leaf
            #visibility #ident: #ty,
        }
    }

    /// The Rust type of a column that is not `NULL`; a struct or enum of the column's own is named
    /// `part`.
    fn rust_type(&mut self, ty: &Type, limits: Limits, part: &str, span: Span) -> TokenStream {
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
                let item = self.item(item, limits, part, span);
                quote!(::std::vec::Vec<#item>)
            }
            Type::Map(item) => {
                let item = self.item(item, limits, part, span);
                quote!(::std::collections::HashMap<::std::string::String, #item>)
            }
            Type::Struct(reference) => {
                let name = Ident::new(part, span);
                self.structure(&name, &reference.definition.fields);
                name.into_token_stream()
            }
            Type::Enum(reference) => {
                let name = Ident::new(part, span);
                self.items.extend(enumeration(
                    &name,
                    self.visibility,
                    &reference.definition.variants,
                ));
                name.into_token_stream()
            }
            // Neither a table nor a view has a column of one of these but the first.
            Type::Json | Type::Interval | Type::Event(_) | Type::Unknown => quote!(#bson::Bson),
        }
    }

    fn item(&mut self, item: &Item, limits: Limits, part: &str, span: Span) -> TokenStream {
        let ty = self.rust_type(&item.ty, limits, part, span);
        if item.nullable {
            quote!(::core::option::Option<#ty>)
        } else {
            ty
        }
    }

    /// A struct whose values are documents in a column of a view.
    fn structure(&mut self, name: &Ident, fields: &[Field]) {
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        let fields: Vec<TokenStream> = fields
            .iter()
            .map(|field| {
                let ident = FieldName::new(&field.name, &names, name.span());
                self.field(name, field, &ident, &format!(" `{}`", field.name))
            })
            .collect();
        let (private, serde, visibility) = (private(), serde_path(), self.visibility);
        self.items.extend(quote! {
            /// A document in a column.
            #[derive(
                ::core::fmt::Debug,
                ::core::clone::Clone,
                ::core::cmp::PartialEq,
                #private::serde::Serialize,
                #private::serde::Deserialize,
                ::queryleaf::Embedded,
            )]
            #[serde(crate = #serde)]
            #[allow(non_snake_case, unreachable_pub)]
            #visibility struct #name { #(#fields)* }
        });
    }
}

/// An enum whose values are those of a column of a view.
fn enumeration(name: &Ident, visibility: &Visibility, variants: &[Variant]) -> TokenStream {
    let (private, serde) = (private(), serde_path());
    let mut taken: Vec<String> = Vec::new();
    let mut integers = false;
    let variants: Vec<TokenStream> = variants
        .iter()
        .map(|variant| {
            let mut ident = camel_case(&variant.name);
            if taken.contains(&ident) || syn::parse_str::<Ident>(&ident).is_err() {
                ident = format!("Value{}", taken.len());
            }
            taken.push(ident.clone());
            let ident = Ident::new(&ident, name.span());
            let documentation = format!(" `{}`", variant.name);
            match &variant.stored {
                StoredVariant::Text(text) => quote! {
                    #[doc = #documentation]
                    #[serde(rename = #text)]
                    #ident
                },
                StoredVariant::Integer(number) => {
                    integers = true;
                    let number = Literal::i64_unsuffixed(*number);
                    quote! {
                        #[doc = #documentation]
                        #ident = #number
                    }
                }
            }
        })
        .collect();
    let form = if integers {
        quote!(#[leaf(integer)])
    } else {
        quote! {
            #[derive(#private::serde::Serialize, #private::serde::Deserialize)]
            #[serde(crate = #serde)]
        }
    };
    quote! {
        /// A value of a column.
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::queryleaf::SqlEnum,
        )]
        #form
        #[allow(unreachable_pub)]
        #visibility enum #name { #(#variants),* }
    }
}

/// The crate that serde's derives find their traits in.
pub(super) fn serde_path() -> String {
    format!("{}::serde", private().into_token_stream()).replace(' ', "")
}
