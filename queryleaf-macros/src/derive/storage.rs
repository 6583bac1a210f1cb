//! Declarations of how a collection is kept, each part with its tokens.

use super::index::{Key, Part, duration, misfit_error};
use super::leaf::{Item, set, unknown};
use super::options::one_of;
use crate::errors::Errors;
use proc_macro2::TokenStream;
use queryleaf_compiler::schema::quote as quote_string;
use queryleaf_compiler::units;
use quote::ToTokens;
use std::fmt::Write;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{LitInt, LitStr, Token};

/// `capped(..)`, `time_series(..)` or `clustered`.
#[derive(Default)]
pub(crate) struct StorageDeclaration {
    /// The word that declares it.
    pub(crate) word: TokenStream,
    /// The field with the time of a measurement.
    pub(crate) time: TokenStream,
    /// The field that tells one series from another.
    pub(crate) meta: TokenStream,
    /// The schema text.
    pub(crate) text: String,
}

impl StorageDeclaration {
    /// Reads the kind of storage and what is in its parentheses.
    pub(crate) fn read(item: &Item, errors: &mut Errors) -> syn::Result<Self> {
        let mut declaration = StorageDeclaration {
            word: item.name.to_token_stream(),
            ..StorageDeclaration::default()
        };
        let result = if item.name == "capped" {
            declaration.capped(item.list()?, errors)
        } else if item.name == "clustered" {
            " clustered".clone_into(&mut declaration.text);
            item.flag()
        } else {
            declaration.time_series(item.list()?, errors)
        };
        errors.take(result);
        Ok(declaration)
    }

    fn capped(&mut self, list: TokenStream, errors: &mut Errors) -> syn::Result<()> {
        let (mut size, mut max) = (None, None);
        for item in Punctuated::<Item, Token![,]>::parse_terminated.parse2(list)? {
            let result = match item.name.to_string().as_str() {
                "size" => {
                    let bytes = byte_size(&item);
                    // A wrong size is one all the same: it is not missing.
                    let known = bytes.as_ref().copied().unwrap_or(1);
                    set(&mut size, &item, known).and(bytes.map(drop))
                }
                "max" => number(&item).and_then(|count| set(&mut max, &item, count)),
                _ => Err(unknown(
                    &item.name,
                    "of a capped collection",
                    &["size", "max"],
                )),
            };
            errors.take(result);
        }
        let Some(size) = size else {
            let help = "write it as in `capped(size = \"200MB\")`";
            errors.add_with_help(&self.word, "a capped collection needs a size", help);
            return Ok(());
        };
        let max = max.map(|max: u64| format!(" {max}")).unwrap_or_default();
        self.text = format!(" capped {size}{max}");
        Ok(())
    }

    fn time_series(&mut self, list: TokenStream, errors: &mut Errors) -> syn::Result<()> {
        let (mut time, mut meta, mut granularity, mut expire) = (None, None, None, None);
        for part in Punctuated::<Part, Token![,]>::parse_terminated.parse2(list)? {
            let result = match part {
                Part::Key(key) if time.is_none() => {
                    self.time = key.tokens.clone();
                    time = Some(key);
                    Ok(())
                }
                Part::Key(key) => Err(syn::Error::new_spanned(
                    key.tokens,
                    "a time series has one field for the time",
                )),
                Part::Option(option) => match option.name.to_string().as_str() {
                    "meta" => option.value::<Key>().and_then(|key| {
                        self.meta = key.tokens.clone();
                        set(&mut meta, &option, key)
                    }),
                    "granularity" => one_of(&option, &["seconds", "minutes", "hours"])
                        .and_then(|name| set(&mut granularity, &option, name)),
                    "after" => duration(&option).and_then(|after| set(&mut expire, &option, after)),
                    _ => {
                        let known = ["meta", "granularity", "after"];
                        Err(unknown(&option.name, "of a time series", &known))
                    }
                },
            };
            errors.take(result);
        }
        let Some(time) = time else {
            let help = "write it as in `time_series(measured_at)`";
            errors.add_with_help(
                &self.word,
                "a time series needs the field with the time",
                help,
            );
            return Ok(());
        };
        let mut text = format!(" time_series {}", quote_string(&time.path.join(".")));
        if let Some(meta) = meta {
            text.push_str(" meta");
            text.push_str(&quote_string(&meta.path.join(".")));
        }
        if let Some(granularity) = granularity {
            text.push(' ');
            text.push_str(&granularity);
        }
        if let Some(seconds) = expire {
            // Writing to a string cannot fail.
            let _ = write!(text, " expire {seconds}");
        }
        self.text = text;
        Ok(())
    }
}

/// A size as text with a unit, or as a number of bytes.
pub(super) fn byte_size(item: &Item) -> syn::Result<u64> {
    if let Ok(text) = item.value::<LitStr>() {
        return units::bytes(&text.value()).map_err(|misfit| misfit_error(&text, misfit));
    }
    number(item)
}

pub(super) fn number(item: &Item) -> syn::Result<u64> {
    item.value::<LitInt>()?.base10_parse()
}
