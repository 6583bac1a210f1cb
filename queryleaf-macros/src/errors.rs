//! All errors of one expansion, each at its own tokens.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The errors found so far. An expansion goes on after an error, so that a second one is reported
/// with the first.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    found: Vec<syn::Error>,
}

impl Errors {
    /// Adds an error about these tokens.
    pub(crate) fn add(&mut self, tokens: impl ToTokens, message: impl Into<String>) {
        self.push(syn::Error::new_spanned(tokens, message.into()));
    }

    /// Adds an error about these tokens, and what to write instead.
    pub(crate) fn add_with_help(
        &mut self,
        tokens: impl ToTokens,
        message: impl Into<String>,
        help: impl AsRef<str>,
    ) {
        self.add(tokens, with_help(message, help));
    }

    /// Adds an error that syn found.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    /// Adds all errors of another part.
    pub(crate) fn extend(&mut self, others: Errors) {
        self.found.extend(others.found);
    }

    /// The value, or nothing where it is an error, which is added.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.push(error);
                None
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// A `compile_error!` item for each error.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.found
            .iter()
            .map(syn::Error::to_compile_error)
            .collect()
    }

    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        self.found.iter().map(ToString::to_string).collect()
    }
}

/// A message and what to write instead, as rustc sets them apart.
pub(crate) fn with_help(message: impl Into<String>, help: impl AsRef<str>) -> String {
    let mut message = message.into();
    message.push_str("\n\nhelp: ");
    message.push_str(help.as_ref());
    message
}
