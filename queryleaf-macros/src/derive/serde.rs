//! What serde's attributes say about the stored form.
//!
//! serde decides what is stored, so each of its attributes is either honoured here or an error:
//! one that was ignored would make SQL read something else than the program writes.

use super::case::Case;
use crate::errors::{Errors, with_help};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, LitStr, Token, parenthesized};

/// What serde's attributes say about a struct or enum.
#[derive(Default)]
pub(crate) struct Container {
    /// How its fields or variants are named.
    pub(crate) rename_all: Option<Case>,
    /// `default`: every field may be missing.
    pub(crate) default: bool,
    /// `deny_unknown_fields`: a document with others cannot be read.
    pub(crate) deny_unknown_fields: bool,
}

/// What serde's attributes say about a field.
#[derive(Default)]
pub(crate) struct Field {
    /// The stored name.
    pub(crate) rename: Option<LitStr>,
    /// `skip`: it is not stored.
    pub(crate) skip: bool,
    /// `default`: it may be missing.
    pub(crate) default: bool,
    /// `skip_serializing_if`: it is left out at times.
    pub(crate) skip_serializing_if: Option<TokenStream>,
    /// The module or function that replaces the stored form of its type.
    pub(crate) with: Option<LitStr>,
    /// The module or function that reads it.
    pub(crate) read_with: Option<LitStr>,
}

/// What serde's attributes say about a variant.
#[derive(Default)]
pub(crate) struct Variant {
    /// The stored name.
    pub(crate) rename: Option<LitStr>,
    /// `skip`: it is never stored.
    pub(crate) skip: bool,
}

/// Why an attribute cannot be honoured, and what to do.
type Refusal = (&'static str, &'static str);

/// Reads the attributes of a struct or enum.
pub(crate) fn container(attributes: &[Attribute], errors: &mut Errors) -> Container {
    let mut container = Container::default();
    each(attributes, errors, |name, meta, errors| {
        match name {
            "rename_all" => {
                if let Some(value) = both_ways(meta)? {
                    container.rename_all = errors.take(case(&value));
                }
            }
            "default" => {
                optional_value(meta)?;
                container.default = true;
            }
            "deny_unknown_fields" => container.deny_unknown_fields = true,
            // Not about the stored form, or not of the whole document.
            "rename_all_fields" | "expecting" | "crate" | "bound" | "rename" => skip_value(meta)?,
            _ => return refuse(meta, name, container_refusal(name)),
        }
        Ok(())
    });
    container
}

fn container_refusal(name: &str) -> Option<Refusal> {
    Some(match name {
        "tag" | "content" => (
            "stores the name of the type, too, in a field that no struct declares",
            "declare a field for it, or mark the fields of this type with `#[leaf(opaque)]`",
        ),
        "untagged" => (
            "stores values that do not tell which variant they are",
            "mark the fields of this type with `#[leaf(opaque)]`",
        ),
        "transparent" => (
            "stores the only field itself, where a schema has a document",
            "leave the derive out and mark the fields of this type with `#[leaf(as = \"..\")]`",
        ),
        "from" | "try_from" | "into" => (
            "stores another type, whose form is not known here",
            "leave the derive out and mark the fields of this type with `#[leaf(as = \"..\")]`",
        ),
        "remote" => (
            "describes how another type is stored",
            "mark the fields of that type with `#[leaf(as = \"..\")]`",
        ),
        "variant_identifier" | "field_identifier" => (
            "reads the names of variants, and stores nothing",
            "leave the derive out and mark the fields of this type with `#[leaf(as = \"..\")]`",
        ),
        _ => return None,
    })
}

/// Reads the attributes of a field.
pub(crate) fn field(attributes: &[Attribute], errors: &mut Errors) -> Field {
    let mut field = Field::default();
    let mut skip_serializing = None;
    let mut skip_deserializing = false;
    each(attributes, errors, |name, meta, _| {
        match name {
            "rename" => field.rename = both_ways(meta)?,
            "skip" => field.skip = true,
            "skip_serializing" => skip_serializing = Some(meta.path.to_token_stream()),
            "skip_deserializing" => skip_deserializing = true,
            "default" => {
                optional_value(meta)?;
                field.default = true;
            }
            "skip_serializing_if" => {
                skip_value(meta)?;
                field.skip_serializing_if = Some(meta.path.to_token_stream());
            }
            "with" | "serialize_with" | "deserialize_with" => {
                let value: LitStr = meta.value()?.parse()?;
                if name != "serialize_with" {
                    field.read_with = Some(value.clone());
                }
                // The writing side decides what is stored.
                if name != "deserialize_with" || field.with.is_none() {
                    field.with = Some(value);
                }
            }
            "bound" | "borrow" => skip_value(meta)?,
            _ => return refuse(meta, name, field_refusal(name)),
        }
        Ok(())
    });
    match skip_serializing {
        Some(_) if skip_deserializing => field.skip = true,
        Some(tokens) => errors.add_with_help(
            tokens,
            "`#[serde(skip_serializing)]` reads a field that is never written",
            "use `#[serde(skip)]` for a field that is not stored",
        ),
        None => {}
    }
    field
}

fn field_refusal(name: &str) -> Option<Refusal> {
    Some(match name {
        "flatten" => (
            "stores the fields of the inner type among the outer ones, and they are not known here",
            "declare these fields here, or store the inner type as a document",
        ),
        "alias" => (
            "reads a field under two names, and SQL would see `NULL` under one of them",
            "rename the field in the stored documents and remove the alias",
        ),
        "getter" => (
            "describes how another type is stored",
            "mark the fields of that type with `#[leaf(as = \"..\")]`",
        ),
        _ => return None,
    })
}

/// Reads the attributes of a variant.
pub(crate) fn variant(attributes: &[Attribute], errors: &mut Errors) -> Variant {
    let mut variant = Variant::default();
    each(attributes, errors, |name, meta, _| {
        match name {
            "rename" => variant.rename = both_ways(meta)?,
            "skip" => variant.skip = true,
            "bound" | "borrow" => skip_value(meta)?,
            _ => return refuse(meta, name, variant_refusal(name)),
        }
        Ok(())
    });
    variant
}

fn variant_refusal(name: &str) -> Option<Refusal> {
    Some(match name {
        "skip_serializing" | "skip_deserializing" => (
            "makes a variant that is only read or only written",
            "use `#[serde(skip)]` for a variant that is never stored",
        ),
        "alias" => (
            "reads a variant under two names, and SQL would know one of them",
            "rename the variant in the stored documents and remove the alias",
        ),
        "other" => (
            "reads any text, so that the stored values are not known",
            "remove it, or mark the fields of this type with `#[leaf(as = \"text\")]`",
        ),
        "untagged" => (
            "stores values that do not tell which variant they are",
            "mark the fields of this type with `#[leaf(opaque)]`",
        ),
        "with" | "serialize_with" | "deserialize_with" | "rename_all" => (
            "belongs to a variant with fields",
            "remove it from this unit variant",
        ),
        _ => return None,
    })
}

/// Hands each item of the `#[serde(..)]` attributes to `read`.
fn each(
    attributes: &[Attribute],
    errors: &mut Errors,
    mut read: impl FnMut(&str, &ParseNestedMeta<'_>, &mut Errors) -> syn::Result<()>,
) {
    for attribute in attributes {
        if !attribute.path().is_ident("serde") {
            continue;
        }
        let result = attribute.parse_nested_meta(|meta| {
            let name = meta
                .path
                .get_ident()
                .map(ToString::to_string)
                .unwrap_or_default();
            if let Err(error) = read(&name, &meta, errors) {
                errors.push(error);
                skip_value(&meta)?;
            }
            Ok(())
        });
        errors.take(result);
    }
}

fn refuse(meta: &ParseNestedMeta<'_>, name: &str, refusal: Option<Refusal>) -> syn::Result<()> {
    let message = match refusal {
        Some((reason, help)) => with_help(format!("`#[serde({name})]` {reason}"), help),
        None => with_help(
            "QueryLeaf does not know this serde attribute and what it changes in the stored form",
            "describe the stored form with `#[leaf(as = \"..\")]` or `#[leaf(opaque)]`",
        ),
    };
    Err(syn::Error::new_spanned(&meta.path, message))
}

/// `name = "x"` or `name(serialize = "x", deserialize = "x")`, which must be the same.
fn both_ways(meta: &ParseNestedMeta<'_>) -> syn::Result<Option<LitStr>> {
    if meta.input.peek(Token![=]) {
        return meta.value()?.parse().map(Some);
    }
    let (mut serialize, mut deserialize) = (None, None);
    let mut alias = None;
    meta.parse_nested_meta(|inner| {
        let value: LitStr = inner.value()?.parse()?;
        if inner.path.is_ident("serialize") {
            serialize = Some(value);
        } else if inner.path.is_ident("deserialize") {
            if deserialize.is_some() {
                alias = Some(inner.path.clone());
            }
            deserialize = Some(value);
        } else {
            return Err(inner.error("expected `serialize` or `deserialize`"));
        }
        Ok(())
    })?;
    let same = match (&serialize, &deserialize) {
        (Some(serialize), Some(deserialize)) => serialize.value() == deserialize.value(),
        _ => false,
    };
    if same && alias.is_none() {
        return Ok(serialize);
    }
    Err(syn::Error::new_spanned(
        &meta.path,
        with_help(
            "serde writes one name and reads another, and SQL can have only one of them",
            "give both the same name",
        ),
    ))
}

fn case(value: &LitStr) -> syn::Result<Case> {
    Case::from_name(&value.value()).ok_or_else(|| {
        let names: Vec<_> = Case::names().map(|name| format!("`{name}`")).collect();
        syn::Error::new_spanned(
            value,
            format!("serde has no such case: it knows {}", names.join(", ")),
        )
    })
}

/// Reads over `= value` if it is there.
fn optional_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<syn::Expr>()?;
    }
    Ok(())
}

/// Reads over the rest of an item, whatever its form.
fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in meta.input);
        content.parse::<TokenStream>()?;
    }
    optional_value(meta)
}
