//! The `#[leaf(..)]` attributes of structs, enums and fields.

use super::index::{self, IndexDeclaration};
use super::storage::StorageDeclaration;
use super::stored_type::StoredType;
use crate::errors::{Errors, with_help};
use proc_macro2::{Ident, TokenStream};
use queryleaf_compiler::suggestion::nearest;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, LitStr, Token};

/// `#[leaf(..)]` on a struct with `#[derive(Collection)]`.
#[derive(Default)]
pub(crate) struct CollectionAttributes {
    /// `name = ".."`.
    pub(crate) name: Option<LitStr>,
    /// `table = ..`.
    pub(crate) table: Option<Ident>,
    /// `index(..)` and its kin.
    pub(crate) indexes: Vec<IndexDeclaration>,
    /// `capped(..)` or `time_series(..)`.
    pub(crate) storage: Option<StorageDeclaration>,
    /// `warn_collscan` or `deny_collscan`.
    pub(crate) collection_scan: Option<Ident>,
}

impl CollectionAttributes {
    const NAMES: [&'static str; 12] = [
        "name",
        "table",
        "index",
        "unique",
        "ttl",
        "text",
        "geo_2dsphere",
        "hashed",
        "capped",
        "time_series",
        "warn_collscan",
        "deny_collscan",
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

    fn item(&mut self, item: &Item, errors: &mut Errors) -> syn::Result<()> {
        match item.name.unraw().to_string().as_str() {
            "name" => set(&mut self.name, item, item.value()?),
            "table" => set(&mut self.table, item, item.value()?),
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
            "capped" | "time_series" => set(
                &mut self.storage,
                item,
                StorageDeclaration::read(&item.name, item.list()?, errors),
            ),
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

/// `#[leaf(..)]` on a field.
#[derive(Default)]
pub(crate) struct FieldAttributes {
    /// `as = ".."`.
    pub(crate) stored_as: Option<StoredType>,
    /// The type's name, where it is given.
    pub(crate) stored_as_tokens: Option<TokenStream>,
    /// `opaque`.
    pub(crate) opaque: Option<Ident>,
    /// `not_null`.
    pub(crate) not_null: Option<Ident>,
    /// `references = ".."`.
    pub(crate) references: Option<LitStr>,
    /// `trusted`.
    pub(crate) trusted: Option<Ident>,
}

impl FieldAttributes {
    const NAMES: [&'static str; 5] = ["as", "opaque", "not_null", "references", "trusted"];

    /// Reads the `#[leaf(..)]` attributes.
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = FieldAttributes::default();
        for item in items(attributes, errors) {
            let result = read.item(&item);
            errors.take(result);
        }
        if let (Some(opaque), true) = (&read.opaque, read.stored_as_tokens.is_some()) {
            errors.add_with_help(
                opaque,
                "a field is either opaque or of a known type",
                "remove `opaque` or `as`",
            );
            read.opaque = None;
        }
        if let (Some(trusted), None) = (&read.trusted, &read.references) {
            errors.add_with_help(
                trusted,
                "`trusted` is said of a reference",
                "add `references = \"collection.field\"`",
            );
        }
        if let Some(references) = &read.references {
            let sound = reference(&references.value()).is_some();
            if !sound {
                errors.add_with_help(
                    references,
                    "a reference names a collection and its field",
                    "write it as in `references = \"customers._id\"`",
                );
                read.references = None;
            }
        }
        read
    }

    fn item(&mut self, item: &Item) -> syn::Result<()> {
        match item.name.to_string().as_str() {
            "as" => {
                let name: LitStr = item.value()?;
                self.stored_as_tokens = Some(name.to_token_stream());
                match StoredType::parse(&name.value()) {
                    Ok(stored) => self.stored_as = Some(stored),
                    Err(message) => return Err(syn::Error::new_spanned(name, message)),
                }
                Ok(())
            }
            "opaque" => {
                self.opaque = Some(item.name.clone());
                item.flag()
            }
            "not_null" => {
                self.not_null = Some(item.name.clone());
                item.flag()
            }
            "references" => set(&mut self.references, item, item.value()?),
            "trusted" => {
                self.trusted = Some(item.name.clone());
                item.flag()
            }
            _ => Err(unknown(&item.name, "of a field", &Self::NAMES)),
        }
    }
}

/// The collection and the path that `"customers._id"` names.
pub(crate) fn reference(text: &str) -> Option<(&str, Vec<&str>)> {
    let mut names = text.split('.');
    let collection = names.next().filter(|name| !name.is_empty())?;
    let path: Vec<&str> = names.collect();
    let sound = !path.is_empty() && path.iter().all(|name| !name.is_empty());
    sound.then_some((collection, path))
}

/// Reports any `#[leaf(..)]` where none has a meaning.
pub(crate) fn none(attributes: &[Attribute], place: &str, errors: &mut Errors) {
    for item in items(attributes, errors) {
        errors.add(&item.name, format!("there is no `{}` {place}", item.name));
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
fn items(attributes: &[Attribute], errors: &mut Errors) -> Vec<Item> {
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
    let help = match nearest(&name.to_string(), known.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => {
            let known: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("it can be {}", known.join(", "))
        }
    };
    syn::Error::new_spanned(name, with_help(message, help))
}
