//! Declarations of indexes, each part with its tokens.

use super::leaf::{Item, set, unknown, unknown_of};
use crate::errors::{Errors, with_help};
use proc_macro2::{Ident, TokenStream};
use queryleaf_compiler::schema::{IndexKind, quote as quote_string};
use queryleaf_compiler::units::{self, Misfit};
use quote::ToTokens;
use std::fmt::Write;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{LitStr, Token};

/// The attribute that declares an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Index,
    Unique,
    Ttl,
    Text,
    Geo2dsphere,
    Hashed,
}

impl Kind {
    /// The kind of this name.
    pub(crate) fn from_name(name: &str) -> Option<Kind> {
        Some(match name {
            "index" => Kind::Index,
            "unique" => Kind::Unique,
            "ttl" => Kind::Ttl,
            "text" => Kind::Text,
            "geo_2dsphere" => Kind::Geo2dsphere,
            "hashed" => Kind::Hashed,
            _ => return None,
        })
    }

    /// The kind of a key that does not say its own.
    fn of_key(self) -> IndexKind {
        match self {
            Kind::Index | Kind::Unique | Kind::Ttl => IndexKind::Ascending,
            Kind::Text => IndexKind::Text,
            Kind::Geo2dsphere => IndexKind::Geo2dsphere,
            Kind::Hashed => IndexKind::Hashed,
        }
    }

    fn options(self) -> &'static [&'static str] {
        match self {
            Kind::Ttl => &["after", "partial", "sparse", "name"],
            _ => &["partial", "sparse", "name"],
        }
    }
}

/// A declared index.
pub(crate) struct IndexDeclaration {
    /// The word that declares it.
    pub(crate) word: Ident,
    pub(crate) keys: Vec<Key>,
    pub(crate) partial: Option<LitStr>,
    name: Option<LitStr>,
    unique: bool,
    sparse: bool,
    expire: Option<u64>,
}

/// A key of an index.
pub(crate) struct Key {
    /// The path as it is written.
    pub(crate) tokens: TokenStream,
    pub(super) path: Vec<String>,
    kind: Option<IndexKind>,
}

/// What stands between two commas of an index: a key or an option.
pub(super) enum Part {
    Key(Key),
    Option(Item),
}

impl Parse for Part {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let fork = input.fork();
        if let Ok(item) = fork.parse::<Item>() {
            let assigned = !item.is_bare();
            let sparse = item.name == "sparse" && (fork.is_empty() || fork.peek(Token![,]));
            if assigned || sparse {
                input.advance_to(&fork);
                return Ok(Part::Option(item));
            }
        }
        input.parse().map(Part::Key)
    }
}

impl Parse for Key {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (tokens, path) = path(input)?;
        let kind = if input.is_empty() || input.peek(Token![,]) {
            None
        } else {
            let word = Ident::parse_any(input)?;
            Some(match word.to_string().to_ascii_lowercase().as_str() {
                "asc" => IndexKind::Ascending,
                "desc" => IndexKind::Descending,
                "text" => IndexKind::Text,
                "hashed" => IndexKind::Hashed,
                "geo_2dsphere" => IndexKind::Geo2dsphere,
                _ => {
                    let known = ["asc", "desc", "text", "hashed", "geo_2dsphere"];
                    return Err(unknown_of("kind of key", &word, &known));
                }
            })
        };
        Ok(Key { tokens, path, kind })
    }
}

/// A stored path: `address.city`, or quoted where a name is no identifier.
fn path(input: ParseStream<'_>) -> syn::Result<(TokenStream, Vec<String>)> {
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        let names: Vec<String> = text.value().split('.').map(str::to_owned).collect();
        if names.iter().any(String::is_empty) {
            return Err(syn::Error::new_spanned(
                text,
                "a path has a name between two dots",
            ));
        }
        return Ok((text.to_token_stream(), names));
    }
    let mut tokens = TokenStream::new();
    let mut names = Vec::new();
    loop {
        let name = Ident::parse_any(input).map_err(|error| {
            let help =
                "write its stored name, with dots to the fields inside, as in `address.city`";
            syn::Error::new(error.span(), with_help("expected a field", help))
        })?;
        name.to_tokens(&mut tokens);
        names.push(name.unraw().to_string());
        if !input.peek(Token![.]) {
            return Ok((tokens, names));
        }
        input.parse::<Token![.]>()?.to_tokens(&mut tokens);
    }
}

impl IndexDeclaration {
    /// Reads what is in the parentheses of an index.
    pub(crate) fn read(
        item: &Item,
        kind: Kind,
        list: TokenStream,
        errors: &mut Errors,
    ) -> Option<Self> {
        let parts = Punctuated::<Part, Token![,]>::parse_terminated.parse2(list);
        let mut index = IndexDeclaration {
            word: item.name.clone(),
            keys: Vec::new(),
            partial: None,
            name: None,
            unique: kind == Kind::Unique,
            sparse: false,
            expire: None,
        };
        for part in errors.take(parts)? {
            match part {
                Part::Key(mut key) => {
                    key.kind = key.kind.or(Some(kind.of_key()));
                    index.keys.push(key);
                }
                Part::Option(option) => {
                    let result = index.option(&option, kind);
                    errors.take(result);
                }
            }
        }
        if index.keys.is_empty() {
            let help = format!("name it as in `{}(address.city)`", item.name);
            errors.add_with_help(&item.name, "an index has at least one field", help);
            return None;
        }
        if kind == Kind::Ttl && index.expire.is_none() {
            errors.add_with_help(
                &item.name,
                "a `ttl` says after what time documents expire",
                "write it as in `ttl(expires_at, after = \"7 days\")`",
            );
        }
        Some(index)
    }

    fn option(&mut self, option: &Item, kind: Kind) -> syn::Result<()> {
        match option.name.to_string().as_str() {
            "partial" => set(&mut self.partial, option, option.text()?),
            "name" => {
                let name = option.text()?;
                if name.value().is_empty() || name.value().contains('\0') {
                    return Err(syn::Error::new_spanned(
                        name,
                        with_help(
                            "this cannot be the name of an index",
                            "leave `name` out: the server makes one of the keys",
                        ),
                    ));
                }
                set(&mut self.name, option, name)
            }
            "sparse" => {
                self.sparse = true;
                option.flag()
            }
            "after" if kind == Kind::Ttl => {
                let seconds = duration(option);
                // A wrong duration is one all the same: it is not missing.
                let known = seconds.as_ref().copied().unwrap_or_default();
                set(&mut self.expire, option, known)?;
                seconds.map(drop)
            }
            "after" => Err(syn::Error::new_spanned(
                &option.name,
                with_help(
                    "documents expire by a `ttl`, not by an index of another kind",
                    "write it as in `ttl(expires_at, after = \"7 days\")`",
                ),
            )),
            _ => Err(unknown(&option.name, "of an index", kind.options())),
        }
    }

    /// The index in the schema text.
    pub(crate) fn write(&self, text: &mut String) {
        text.push_str(" index");
        if let Some(name) = &self.name {
            text.push_str(&quote_string(&name.value()));
        }
        if self.unique {
            text.push_str(" unique");
        }
        if self.sparse {
            text.push_str(" sparse");
        }
        for (number, key) in self.keys.iter().enumerate() {
            text.push(if number == 0 { '(' } else { ',' });
            text.push_str(&quote_path(&key.path));
            text.push_str(match key.kind {
                None | Some(IndexKind::Ascending) => "",
                Some(IndexKind::Descending) => "desc",
                Some(IndexKind::Text) => "text",
                Some(IndexKind::Hashed) => "hashed",
                Some(IndexKind::Geo2dsphere) => "2dsphere",
            });
        }
        text.push(')');
        if let Some(partial) = &self.partial {
            text.push_str("partial");
            text.push_str(&quote_string(&partial.value()));
        }
        if let Some(seconds) = self.expire {
            // Writing to a string cannot fail.
            let _ = write!(text, "expire {seconds}");
        }
    }
}

/// A path in the schema text.
pub(crate) fn quote_path<S: AsRef<str>>(path: &[S]) -> String {
    let names: Vec<_> = path
        .iter()
        .map(|name| quote_string(name.as_ref()))
        .collect();
    names.join(".")
}

/// A time span as text.
pub(super) fn duration(item: &Item) -> syn::Result<u64> {
    let value = item.text()?;
    units::seconds(&value.value()).map_err(|misfit| misfit_error(&value, misfit))
}

/// A text that is no size or duration.
pub(super) fn misfit_error(value: &LitStr, misfit: Misfit) -> syn::Error {
    syn::Error::new_spanned(value, with_help(misfit.message, misfit.help))
}
