//! The `#[leaf(..)]` attributes of fields.

use super::leaf::{Item, items, set, unknown};
use super::stored_type::StoredType;
use crate::errors::{Errors, with_help};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ExprLit, ExprUnary, Lit, LitInt, LitStr, UnOp};

/// `#[leaf(..)]` on a field.
#[derive(Default)]
pub(crate) struct FieldAttributes {
    /// `as = ".."`.
    pub(crate) stored_as: Option<StoredType>,
    /// The type's name, where it is given, be it right or wrong.
    pub(crate) stored_as_tokens: Option<TokenStream>,
    /// `opaque`.
    pub(crate) opaque: Option<Ident>,
    /// `not_null`.
    pub(crate) not_null: Option<Ident>,
    /// `references = ".."`.
    pub(crate) references: Option<LitStr>,
    /// `trusted`.
    pub(crate) trusted: Option<Ident>,
    /// `few`.
    pub(crate) few: Option<Ident>,
    /// `max_length = ..`.
    pub(crate) max_length: Option<LitInt>,
    /// `precision = ..`.
    pub(crate) precision: Option<LitInt>,
    /// `scale = ..`.
    pub(crate) scale: Option<LitInt>,
    /// `default = ..`, as SQL.
    pub(crate) default: Option<LitStr>,
}

impl FieldAttributes {
    const NAMES: [&'static str; 10] = [
        "as",
        "opaque",
        "not_null",
        "references",
        "trusted",
        "few",
        "max_length",
        "precision",
        "scale",
        "default",
    ];

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
                self.stored_as_tokens = Some(item.name.to_token_stream());
                let name = item.text()?;
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
            "references" => set(&mut self.references, item, item.text()?),
            "max_length" => set(&mut self.max_length, item, item.value()?),
            "precision" => set(&mut self.precision, item, item.value()?),
            "scale" => set(&mut self.scale, item, item.value()?),
            "default" => set(&mut self.default, item, default(item)?),
            "trusted" => {
                self.trusted = Some(item.name.clone());
                item.flag()
            }
            "few" => {
                self.few = Some(item.name.clone());
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

/// The SQL of a default: a text holds it, a number or a boolean is it.
fn default(item: &Item) -> syn::Result<LitStr> {
    let value: Expr = item.value()?;
    let negated = match &value {
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => Some(&**expr),
        _ => None,
    };
    let number = |literal: &Lit| match literal {
        Lit::Int(number) => Some(number.base10_digits().to_owned()),
        Lit::Float(number) => Some(number.base10_digits().to_owned()),
        _ => None,
    };
    let sql = match (&value, negated) {
        (
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }),
            _,
        ) => return Ok(text.clone()),
        (
            Expr::Lit(ExprLit {
                lit: Lit::Bool(truth),
                ..
            }),
            _,
        ) => Some(truth.value.to_string()),
        (Expr::Lit(ExprLit { lit, .. }), _) => number(lit),
        (_, Some(Expr::Lit(ExprLit { lit, .. }))) => number(lit).map(|number| format!("-{number}")),
        _ => None,
    };
    match sql {
        Some(sql) => Ok(LitStr::new(&sql, value.span())),
        None => Err(syn::Error::new_spanned(
            value,
            with_help(
                "a default is a number, a boolean, or SQL in a string",
                "write it as in `default = 0`, `default = \"CURRENT_TIMESTAMP\"` or \
                 `default = \"'new'\"`",
            ),
        )),
    }
}
