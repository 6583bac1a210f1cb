//! The `#[leaf(..)]` attributes of structs and enums, and what all such attributes are made of.

use super::index::{self, IndexDeclaration};
use super::options::OptionsDeclaration;
use super::storage::StorageDeclaration;
use crate::errors::{Errors, with_help};
use proc_macro2::{Ident, TokenStream};
use queryleaf_compiler::suggestion::nearest;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, LitByteStr, LitStr, Token};

/// `#[leaf(..)]` on a struct with `#[derive(Collection)]`.
#[derive(Default)]
pub(crate) struct CollectionAttributes {
    /// `name = ".."`.
    pub(crate) name: Option<LitStr>,
    /// Whether there is a `name`, be it right or wrong.
    pub(crate) is_named: bool,
    /// `table = ..`.
    pub(crate) table: Option<Ident>,
    /// `index(..)` and its kin.
    pub(crate) indexes: Vec<IndexDeclaration>,
    /// `check = ".."`, any number of them.
    pub(crate) checks: Vec<LitStr>,
    /// `capped(..)` or `time_series(..)`.
    pub(crate) storage: Option<StorageDeclaration>,
    /// `view = b".."`, with which `schema!` says that it is a view, and what it is created with.
    pub(crate) view: Option<LitByteStr>,
    /// `warn_collscan` or `deny_collscan`.
    pub(crate) collection_scan: Option<Ident>,
    /// `require_where`.
    pub(crate) require_where: Option<Ident>,
    /// `deny_unknown_fields`.
    pub(crate) deny_unknown_fields: Option<Ident>,
    /// `collation(..)`, `compression = ".."` and the like.
    pub(crate) options: OptionsDeclaration,
}

impl CollectionAttributes {
    const NAMES: [&'static str; 20] = [
        "name",
        "table",
        "index",
        "unique",
        "ttl",
        "text",
        "geo_2dsphere",
        "hashed",
        "check",
        "capped",
        "time_series",
        "clustered",
        "warn_collscan",
        "deny_collscan",
        "require_where",
        "deny_unknown_fields",
        "validation",
        "collation",
        "compression",
        "pre_and_post_images",
    ];

    /// Reads the `#[leaf(..)]` attributes.
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = CollectionAttributes::default();
        for item in items(attributes, errors) {
            let result = read.item(&item, errors);
            errors.take(result);
        }
        read
    }

    pub(super) fn item(&mut self, item: &Item, errors: &mut Errors) -> syn::Result<()> {
        match item.name.unraw().to_string().as_str() {
            "name" => {
                self.is_named = true;
                set(&mut self.name, item, item.text()?)
            }
            "table" => set(&mut self.table, item, item.word()?),
            "check" => {
                self.checks.push(item.text()?);
                Ok(())
            }
            "view" => set(&mut self.view, item, item.value()?),
            "warn_collscan" | "deny_collscan" => {
                item.flag()?;
                if let Some(other) = &self.collection_scan
                    && *other != item.name
                {
                    let message = format!("`{}` beside `{other}`", item.name);
                    let message = with_help(message, "remove one of them");
                    return Err(syn::Error::new_spanned(&item.name, message));
                }
                set(&mut self.collection_scan, item, item.name.clone())
            }
            "require_where" => {
                item.flag()?;
                set(&mut self.require_where, item, item.name.clone())
            }
            "deny_unknown_fields" => {
                item.flag()?;
                set(&mut self.deny_unknown_fields, item, item.name.clone())
            }
            "validation" | "collation" | "compression" | "pre_and_post_images" => {
                self.options.read(item, errors)
            }
            "capped" | "time_series" | "clustered" => {
                let declaration = StorageDeclaration::read(item, errors)?;
                if let Some(other) = &self.storage {
                    let message = format!("`{}` beside `{}`", item.name, other.word);
                    let message = with_help(message, "remove one of them");
                    return Err(syn::Error::new_spanned(&item.name, message));
                }
                self.storage = Some(declaration);
                Ok(())
            }
            kind => match index::Kind::from_name(kind) {
                Some(kind) => {
                    let index = IndexDeclaration::read(item, kind, item.list()?, errors);
                    self.indexes.extend(index);
                    Ok(())
                }
                None => Err(unknown(&item.name, "of a collection", &Self::NAMES)),
            },
        }
    }
}

/// `#[leaf(..)]` on a struct with `#[derive(Embedded)]`.
#[derive(Default)]
pub(crate) struct EmbeddedAttributes {
    /// `deny_unknown_fields`.
    pub(crate) deny_unknown_fields: Option<Ident>,
}

impl EmbeddedAttributes {
    /// Reads the `#[leaf(..)]` attributes.
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = EmbeddedAttributes::default();
        for item in items(attributes, errors) {
            let result = if item.name == "deny_unknown_fields" {
                read.deny_unknown_fields = Some(item.name.clone());
                item.flag()
            } else {
                let known = ["deny_unknown_fields"];
                Err(unknown(&item.name, "of an embedded struct", &known))
            };
            errors.take(result);
        }
        read
    }
}

/// `#[leaf(..)]` on an enum with `#[derive(SqlEnum)]`.
#[derive(Default)]
pub(crate) struct EnumAttributes {
    /// `integer`.
    pub(crate) integer: Option<Ident>,
}

impl EnumAttributes {
    /// Reads the `#[leaf(..)]` attributes.
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = EnumAttributes::default();
        for item in items(attributes, errors) {
            let result = if item.name == "integer" {
                read.integer = Some(item.name.clone());
                item.flag()
            } else {
                Err(unknown(&item.name, "of an enum", &["integer"]))
            };
            errors.take(result);
        }
        read
    }
}

/// Reports any `#[leaf(..)]` where none has a meaning.
pub(crate) fn none(attributes: &[Attribute], place: &str, errors: &mut Errors) {
    for item in items(attributes, errors) {
        let message = format!("there is no attribute `{}` {place}", item.name);
        errors.add_with_help(&item.name, message, "remove it");
    }
}

/// An item of a `#[leaf(..)]` attribute: `name`, `name = value` or `name(list)`.
pub(crate) struct Item {
    pub(crate) name: Ident,
    value: ItemValue,
}

enum ItemValue {
    None,
    Value(TokenStream),
    List(TokenStream),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = Ident::parse_any(input)?;
        let value = if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            ItemValue::List(content.parse()?)
        } else if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            let mut value = TokenStream::new();
            while !input.is_empty() && !input.peek(Token![,]) {
                value.extend([input.parse::<proc_macro2::TokenTree>()?]);
            }
            ItemValue::Value(value)
        } else {
            ItemValue::None
        };
        Ok(Item { name, value })
    }
}

impl Item {
    /// The value after `=`.
    pub(crate) fn value<T: Parse>(&self) -> syn::Result<T> {
        match &self.value {
            ItemValue::Value(value) if !value.is_empty() => syn::parse2(value.clone()),
            ItemValue::Value(_) | ItemValue::None | ItemValue::List(_) => Err(self.form(" = ..")),
        }
    }

    /// The text in quotes after `=`.
    pub(crate) fn text(&self) -> syn::Result<LitStr> {
        let written = match &self.value {
            ItemValue::Value(value) if !value.is_empty() => value,
            ItemValue::Value(_) | ItemValue::None | ItemValue::List(_) => {
                return Err(self.form(" = \"..\""));
            }
        };
        syn::parse2(written.clone()).map_err(|_| {
            let name = &self.name;
            let message = with_help(
                format!("`{name}` takes a text"),
                format!("write it in quotes: `{name} = \"{written}\"`"),
            );
            syn::Error::new_spanned(written, message)
        })
    }

    /// The word after `=`, which is not in quotes.
    pub(crate) fn word(&self) -> syn::Result<Ident> {
        let word = |input: ParseStream<'_>| Ident::parse_any(input);
        match &self.value {
            ItemValue::Value(value) if !value.is_empty() => {
                word.parse2(value.clone()).map_err(|_| {
                    let name = &self.name;
                    let message = match syn::parse2::<LitStr>(value.clone()) {
                        Ok(text) => with_help(
                            format!("`{name}` takes a name as Rust writes it"),
                            format!("leave out the quotes: `{name} = {}`", text.value()),
                        ),
                        Err(_) => format!("`{name}` takes a name as Rust writes it"),
                    };
                    syn::Error::new_spanned(value, message)
                })
            }
            ItemValue::Value(_) | ItemValue::None | ItemValue::List(_) => Err(self.form(" = ..")),
        }
    }

    /// Nothing but the name.
    pub(crate) fn flag(&self) -> syn::Result<()> {
        match &self.value {
            ItemValue::None => Ok(()),
            ItemValue::Value(_) | ItemValue::List(_) => {
                Err(self.form("` alone, without `=` or `(..)"))
            }
        }
    }

    /// What is in the parentheses.
    pub(crate) fn list(&self) -> syn::Result<TokenStream> {
        match &self.value {
            ItemValue::List(list) => Ok(list.clone()),
            ItemValue::None | ItemValue::Value(_) => Err(self.form("(..)")),
        }
    }

    fn form(&self, rest: &str) -> syn::Error {
        let name = &self.name;
        syn::Error::new_spanned(name, format!("write `{name}{rest}`"))
    }

    /// Whether anything follows the name.
    pub(crate) fn is_bare(&self) -> bool {
        matches!(self.value, ItemValue::None)
    }
}

/// The items of all `#[leaf(..)]` attributes.
pub(super) fn items(attributes: &[Attribute], errors: &mut Errors) -> Vec<Item> {
    let mut items = Vec::new();
    for attribute in attributes {
        if attribute.path().is_ident("leaf") {
            let parsed = attribute.parse_args_with(Punctuated::<Item, Token![,]>::parse_terminated);
            items.extend(errors.take(parsed).into_iter().flatten());
        }
    }
    items
}

/// Sets what may be given once.
pub(crate) fn set<T>(place: &mut Option<T>, item: &Item, value: T) -> syn::Result<()> {
    if place.is_some() {
        let message = format!("`{}` is given twice", item.name);
        return Err(syn::Error::new_spanned(&item.name, message));
    }
    *place = Some(value);
    Ok(())
}

/// An unknown item, with the nearest one that is known.
pub(crate) fn unknown(name: &Ident, place: &str, known: &[&str]) -> syn::Error {
    let message = format!("there is no attribute `{name}` {place}");
    misspelt(name, message, known)
}

/// An unknown word for one of a few things.
pub(crate) fn unknown_of(thing: &str, name: &Ident, known: &[&str]) -> syn::Error {
    misspelt(name, format!("there is no {thing} `{name}`"), known)
}

fn misspelt(name: &Ident, message: String, known: &[&str]) -> syn::Error {
    let written = name.to_string();
    // What other libraries call the name on the server.
    let is_name = ["collection", "collection_name", "table_name", "rename"];
    let near = if is_name.contains(&written.as_str()) && known.contains(&"name") {
        Some("name")
    } else {
        nearest(&written, known.iter().copied())
    };
    let help = match near {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => {
            let known: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("it can be {}", known.join(", "))
        }
    };
    syn::Error::new_spanned(name, with_help(message, help))
}
