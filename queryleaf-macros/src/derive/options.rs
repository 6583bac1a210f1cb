//! Declarations of what a collection is created with, each part with its tokens.

use super::leaf::{Item, set, unknown};
use super::storage::number;
use crate::errors::{Errors, with_help};
use proc_macro2::{Ident, TokenStream};
use queryleaf_compiler::schema::quote as quote_string;
use queryleaf_compiler::suggestion::nearest;
use quote::ToTokens;
use std::fmt::Write;
use syn::Token;
use syn::parse::Parser;
use syn::punctuated::Punctuated;

/// `validation`, `collation`, `compression` and `pre_and_post_images`.
#[derive(Default)]
pub(crate) struct OptionsDeclaration {
    validation: Option<String>,
    compression: Option<String>,
    /// The text of the collation in the schema.
    collation: Option<String>,
    pre_and_post_images: Option<()>,
    /// The words that declare them.
    words: Vec<Ident>,
}

impl OptionsDeclaration {
    /// Reads one of them.
    pub(crate) fn read(&mut self, item: &Item, errors: &mut Errors) -> syn::Result<()> {
        self.words.push(item.name.clone());
        if item.name == "validation" {
            let name = one_of(item, &["strict", "moderate", "warn", "off"])?;
            return set(&mut self.validation, item, name);
        }
        if item.name == "compression" {
            let name = one_of(item, &["none", "snappy", "zlib", "zstd"])?;
            return set(&mut self.compression, item, name);
        }
        if item.name == "collation" {
            let text = collation(item, errors)?;
            return set(&mut self.collation, item, text);
        }
        item.flag()?;
        set(&mut self.pre_and_post_images, item, ())
    }

    /// The word that declares one of them.
    pub(crate) fn word(&self, name: &str) -> Option<TokenStream> {
        let word = self.words.iter().find(|word| *word == name)?;
        Some(word.to_token_stream())
    }

    /// The options in the schema text.
    pub(crate) fn write(&self, text: &mut String) {
        if self.pre_and_post_images.is_some() {
            text.push_str(" pre_and_post_images");
        }
        // Writing to a string cannot fail.
        if let Some(compression) = &self.compression {
            let _ = write!(text, " compression {compression}");
        }
        if let Some(validation) = self.validation.as_ref().filter(|name| *name != "strict") {
            let _ = write!(text, " validation {validation}");
        }
        if let Some(collation) = &self.collation {
            let _ = write!(text, " collation{collation}");
        }
    }
}

/// A text that is one of a few names.
pub(super) fn one_of(item: &Item, known: &[&str]) -> syn::Result<String> {
    let value = item.text()?;
    let name = value.value();
    if known.contains(&name.as_str()) {
        return Ok(name);
    }
    let help = match nearest(&name, known.iter().copied()) {
        Some(nearest) => format!("did you mean `\"{nearest}\"`?"),
        None => {
            let known: Vec<_> = known.iter().map(|name| format!("`\"{name}\"`")).collect();
            format!("it can be {}", known.join(", "))
        }
    };
    let message = format!("there is no {} `{name}`", item.name);
    Err(syn::Error::new_spanned(value, with_help(message, help)))
}

/// The collation in the schema text.
fn collation(item: &Item, errors: &mut Errors) -> syn::Result<String> {
    let (mut locale, mut strength, mut case_first, mut shifted) = (None, None, None, None);
    let (mut case_level, mut numeric_ordering) = (None, None);
    let (mut backwards, mut normalized) = (None, None);
    let options = Punctuated::<Item, Token![,]>::parse_terminated.parse2(item.list()?)?;
    for option in options {
        let flag = |place: &mut Option<()>| option.flag().and_then(|()| set(place, &option, ()));
        let result = match option.name.to_string().as_str() {
            "locale" => locale_name(&option).and_then(|name| set(&mut locale, &option, name)),
            "strength" => {
                strength_of(&option).and_then(|number| set(&mut strength, &option, number))
            }
            "case_first" => one_of(&option, &["upper", "lower"])
                .and_then(|name| set(&mut case_first, &option, name)),
            "ignore" => one_of(&option, &["punctuation", "space"])
                .and_then(|name| set(&mut shifted, &option, name)),
            "case_level" => flag(&mut case_level),
            "numeric_ordering" => flag(&mut numeric_ordering),
            "backwards" => flag(&mut backwards),
            "normalized" => flag(&mut normalized),
            _ => Err(unknown(
                &option.name,
                "of a collation",
                &[
                    "locale",
                    "strength",
                    "case_level",
                    "case_first",
                    "numeric_ordering",
                    "ignore",
                    "backwards",
                    "normalized",
                ],
            )),
        };
        errors.take(result);
    }
    let Some(locale) = locale else {
        let message = "a collation needs the locale of its language";
        let help = "write it as in `collation(locale = \"de\", strength = 2)`";
        let message = with_help(message, help);
        return Err(syn::Error::new_spanned(&item.name, message));
    };
    let mut text = quote_string(&locale);
    let mut word = |word: &str| {
        text.push(' ');
        text.push_str(word);
    };
    if let Some(strength) = strength {
        word(&format!("strength {strength}"));
    }
    if case_level.is_some() {
        word("case_level");
    }
    if let Some(case) = case_first {
        word(&format!("{case}_first"));
    }
    if numeric_ordering.is_some() {
        word("numeric_ordering");
    }
    if let Some(ignored) = shifted {
        word("shifted");
        if ignored == "space" {
            word("space");
        }
    }
    if backwards.is_some() {
        word("backwards");
    }
    if normalized.is_some() {
        word("normalized");
    }
    Ok(text)
}

/// A locale; which ones there are, the server knows.
fn locale_name(item: &Item) -> syn::Result<String> {
    let value = item.text()?;
    let name = value.value();
    let sound = name
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '@' | '='));
    if sound && !name.is_empty() {
        return Ok(name);
    }
    Err(syn::Error::new_spanned(
        value,
        with_help("this is no locale", "write it as in `locale = \"de\"`"),
    ))
}

fn strength_of(item: &Item) -> syn::Result<u64> {
    let strength = number(item)?;
    if (1..=5).contains(&strength) {
        return Ok(strength);
    }
    let message = "the strength of a collation is 1 to 5";
    Err(syn::Error::new_spanned(&item.name, message))
}
