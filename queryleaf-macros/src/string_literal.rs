//! String literals, read without a second look at what rustc has already read.

use proc_macro2::{Literal, Span, TokenStream};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Lit, LitStr};

/// A string literal and its value.
///
/// Macros run unoptimised in a program's `dev` profile, and `syn` reads a literal character by
/// character, once to look at it and once for its value. Most have no escapes: their value stands
/// between the quotes.
#[derive(Clone)]
pub(crate) struct StringLiteral {
    literal: Literal,
    value: String,
}

impl StringLiteral {
    /// Whether a string literal comes next.
    pub(crate) fn peek(input: ParseStream<'_>) -> bool {
        input
            .cursor()
            .literal()
            .is_some_and(|(literal, _)| is_string(&literal.to_string()))
    }

    pub(crate) fn value(&self) -> &str {
        &self.value
    }

    pub(crate) fn literal(&self) -> &Literal {
        &self.literal
    }

    pub(crate) fn span(&self) -> Span {
        self.literal.span()
    }
}

impl Parse for StringLiteral {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let found = input.cursor().literal();
        let value = found.and_then(|(literal, _)| value(&literal));
        match value {
            Some(value) => Ok(StringLiteral {
                literal: input.parse()?,
                value,
            }),
            None => Err(input.error("expected string literal")),
        }
    }
}

impl From<&LitStr> for StringLiteral {
    fn from(literal: &LitStr) -> Self {
        StringLiteral {
            literal: literal.token(),
            value: literal.value(),
        }
    }
}

impl ToTokens for StringLiteral {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.literal.to_tokens(tokens);
    }
}

/// The value of a string literal; none of another.
pub(crate) fn value(literal: &Literal) -> Option<String> {
    value_of(&literal.to_string(), literal)
}

fn is_string(source: &str) -> bool {
    source.starts_with('"') || source.starts_with("r\"") || source.starts_with("r#")
}

/// The value of a literal with this source.
fn value_of(source: &str, literal: &Literal) -> Option<String> {
    if !is_string(source) {
        return None;
    }
    let inner = source
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match inner {
        // Of a line break of two characters Rust makes one.
        Some(inner) if !inner.contains(['\\', '\r']) => Some(inner.to_owned()),
        _ => match Lit::new(literal.clone()) {
            Lit::Str(string) => Some(string.value()),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_that_of_rust() {
        for source in [
            r#""""#,
            r#""SELECT größe FROM kleider""#,
            r#""a \"b\" \\ \u{e9} \
               c""#,
            "\"one\r\n two\"",
            r###"r#"a "b" \n"#"###,
            r#"r"\n""#,
        ] {
            let expected: LitStr = syn::parse_str(source).expect(source);
            let read: StringLiteral = syn::parse_str(source).expect(source);
            assert_eq!(read.value(), expected.value(), "{source}");
        }
    }

    #[test]
    fn what_is_no_string_is_refused() {
        for source in ["1", "'a'", "b\"a\"", "c\"a\"", "name", ""] {
            assert!(syn::parse_str::<StringLiteral>(source).is_err(), "{source}");
        }
    }

    #[test]
    fn a_suffix_is_no_part_of_the_value() {
        let read: StringLiteral = syn::parse_str("\"a\"suffix").expect("a literal");
        assert_eq!(read.value(), "a");
    }
}
