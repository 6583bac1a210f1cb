//! SQL in a file beside `Cargo.toml`.

use super::place::{Excerpt, Place, Position};
use crate::errors::with_help;
use crate::string_literal::StringLiteral;
use proc_macro2::TokenStream;
use quote::quote;
use std::path::{Path, PathBuf};

/// SQL text from a file.
pub(crate) struct File {
    /// The path as the macro names it.
    name: StringLiteral,
    /// The whole path.
    path: PathBuf,
    text: String,
}

impl File {
    /// Reads a file, whose path is relative to the folder of the crate's `Cargo.toml`.
    pub(crate) fn read(name: StringLiteral) -> syn::Result<Self> {
        let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
        let path = Path::new(&root).join(name.value());
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(File { name, path, text }),
            Err(error) => Err(syn::Error::new_spanned(
                &name,
                with_help(
                    format!("cannot read `{}`: {error}", path.display()),
                    "the path is relative to the folder of `Cargo.toml`",
                ),
            )),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where the bytes `start..end` of the text stand.
    pub(crate) fn locate(&self, start: usize, end: usize) -> Place {
        let before = self.text.get(..start).unwrap_or(&self.text);
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count());
        let position = Position {
            file: self.name.value().to_owned(),
            line: before.matches('\n').count() + 1,
            column: column + 1,
        };
        Place {
            excerpt: Some(Excerpt::new(&self.text, start, end, Some(position))),
            ..Place::of(self.name.span())
        }
    }

    pub(crate) fn span(&self) -> proc_macro2::Span {
        self.name.span()
    }

    /// An item that makes the crate be built again when the file changes.
    pub(crate) fn tracking(&self) -> TokenStream {
        let path = self.path.to_string_lossy();
        quote! {
            const _: &[::core::primitive::u8] = ::core::include_bytes!(#path);
        }
    }
}
