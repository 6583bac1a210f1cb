//! The SQL text of a `sql!` and where its words stand.

use super::file::File;
use super::literal::Literals;
use super::place::Place;
use super::tokens::Tokens;
use proc_macro2::{Span, TokenStream};

/// SQL text in one of its forms.
pub(crate) enum Source {
    Literals(Literals),
    Tokens(Tokens),
    File(File),
}

impl Source {
    pub(crate) fn text(&self) -> &str {
        match self {
            Source::Literals(literals) => literals.text(),
            Source::Tokens(tokens) => tokens.text(),
            Source::File(file) => file.text(),
        }
    }

    /// Where the bytes `start..end` of the text stand.
    pub(crate) fn locate(&self, span: queryleaf_compiler::Span) -> Place {
        match self {
            Source::Literals(literals) => literals.locate(span.start, span.end),
            Source::Tokens(tokens) => tokens.locate(span.start, span.end),
            Source::File(file) => file.locate(span.start, span.end),
        }
    }

    /// The span for tokens made from the word at this place.
    pub(crate) fn span(&self, span: queryleaf_compiler::Span) -> Span {
        match self {
            Source::Literals(literals) => literals.span(span.start),
            Source::Tokens(tokens) => tokens.at(span.start),
            Source::File(file) => file.span(),
        }
    }

    /// What makes the crate be built again when the text changes.
    pub(crate) fn tracking(&self) -> TokenStream {
        match self {
            Source::Literals(_) | Source::Tokens(_) => TokenStream::new(),
            Source::File(file) => file.tracking(),
        }
    }
}
