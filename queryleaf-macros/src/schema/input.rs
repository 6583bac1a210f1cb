//! The tokens between the brackets of `schema! { .. }`.

use crate::errors::{Errors, with_help};
use crate::sql::{File, Literals, Source, Tokens};
use crate::string_literal::StringLiteral;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, LitStr, Token, Visibility};

/// One text with SQL, and the struct it is for.
pub(super) struct Part {
    pub(super) head: Option<Head>,
    pub(super) source: Source,
    /// All of it as it was written.
    pub(super) tokens: TokenStream,
}

/// `pub(crate) struct Session =`, with attributes before it.
pub(super) struct Head {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) name: Ident,
}

enum Text {
    Literals(Vec<StringLiteral>),
    File(StringLiteral),
    Tokens(TokenStream),
}

/// Reads the tokens, and the files that they name.
pub(super) fn parts(tokens: TokenStream) -> Result<Vec<Part>, Errors> {
    let mut errors = Errors::default();
    let read = errors.take(all.parse2(tokens)).unwrap_or_default();
    let mut parts = Vec::new();
    for (head, text, tokens) in read {
        let source = match text {
            Text::Literals(literals) => Some(Source::Literals(Literals::new(literals))),
            Text::File(name) => errors.take(File::read(name)).map(Source::File),
            Text::Tokens(tokens) => match Tokens::new(tokens) {
                Ok(tokens) => Some(Source::Tokens(tokens)),
                Err(found) => {
                    errors.extend(found);
                    None
                }
            },
        };
        parts.extend(source.map(|source| Part {
            head,
            source,
            tokens,
        }));
    }
    if errors.is_empty() {
        Ok(parts)
    } else {
        Err(errors)
    }
}

fn all(input: ParseStream<'_>) -> syn::Result<Vec<(Option<Head>, Text, TokenStream)>> {
    if input.is_empty() {
        let message = with_help(
            "there is no statement",
            "write it as in `schema! { \"CREATE TABLE users (name TEXT NOT NULL)\" }`",
        );
        return Err(syn::Error::new(Span::call_site(), message));
    }
    let mut parts = Vec::new();
    while !input.is_empty() {
        let start = input.fork();
        let head = head(input)?;
        let text = text(input, head.is_some())?;
        parts.push((head, text, between(&start, input)?));
        while input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
        }
    }
    Ok(parts)
}

/// The tokens from one place to a later one.
fn between(start: ParseStream<'_>, end: ParseStream<'_>) -> syn::Result<TokenStream> {
    let left = end.cursor().token_stream().into_iter().count();
    let mut count = start.cursor().token_stream().into_iter().count();
    let mut tokens = TokenStream::new();
    while count > left {
        tokens.extend([start.parse::<TokenTree>()?]);
        count -= 1;
    }
    Ok(tokens)
}

fn head(input: ParseStream<'_>) -> syn::Result<Option<Head>> {
    let begins = input.peek(Token![#]) || input.peek(Token![pub]) || input.peek(Token![struct]);
    if !begins {
        return Ok(None);
    }
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility = input.parse()?;
    input.parse::<Token![struct]>()?;
    let name = input.parse()?;
    input.parse::<Token![=]>()?;
    Ok(Some(Head {
        attributes,
        visibility,
        name,
    }))
}

/// SQL in one of its forms; bare tokens go to the end, or, behind a name, to the next semicolon.
fn text(input: ParseStream<'_>, named: bool) -> syn::Result<Text> {
    if StringLiteral::peek(input) {
        let mut literals = Vec::new();
        while StringLiteral::peek(input) {
            literals.push(input.parse()?);
        }
        return Ok(Text::Literals(literals));
    }
    let file = input.peek(Ident) && input.peek2(LitStr) && input.fork().parse::<Ident>()? == "file";
    if file {
        input.parse::<Ident>()?;
        return input.parse().map(Text::File);
    }
    let mut tokens = TokenStream::new();
    while !(input.is_empty() || named && input.peek(Token![;])) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    if tokens.is_empty() {
        return Err(input.error("expected a statement in SQL"));
    }
    Ok(Text::Tokens(tokens))
}
