//! The tokens between the brackets of `sql!(..)`.

use super::file::File;
use super::literal::Literals;
use super::source::Source;
use super::tokens::Tokens;
use crate::errors::{Errors, with_help};
use crate::string_literal::StringLiteral;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Ident, LitStr, Token, Type};

/// A call of `sql!`.
pub(crate) struct Input {
    /// The struct that `sql!(as T, ..)` fills.
    pub(crate) target: Option<Type>,
    pub(crate) source: Source,
    pub(crate) arguments: Vec<Argument>,
}

/// A value for a parameter.
pub(crate) struct Argument {
    /// Its name, where it is given as `name = value`.
    pub(crate) name: Option<Ident>,
    pub(crate) value: Expr,
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let named =
            input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]);
        let name = if named {
            let name = Ident::parse_any(input)?;
            input.parse::<Token![=]>()?;
            Some(name)
        } else {
            None
        };
        Ok(Argument {
            name,
            value: input.parse()?,
        })
    }
}

/// What `sql!` holds before its SQL text is read.
struct Parts {
    target: Option<Type>,
    text: Text,
    arguments: Vec<Argument>,
}

enum Text {
    Literals(Vec<StringLiteral>),
    File(StringLiteral),
    Tokens(TokenStream),
}

impl Input {
    /// Reads the tokens and, for `sql!(file "..")`, the file.
    pub(crate) fn read(tokens: TokenStream) -> Result<Self, Errors> {
        let mut errors = Errors::default();
        let Some(parts) = errors.take(parts.parse2(tokens)) else {
            return Err(errors);
        };
        let source = match parts.text {
            Text::Literals(literals) => Some(Source::Literals(Literals::new(literals))),
            Text::File(name) => errors.take(File::read(name)).map(Source::File),
            Text::Tokens(tokens) => match Tokens::new(tokens) {
                Ok(tokens) => Some(Source::Tokens(tokens)),
                Err(found) => return Err(found),
            },
        };
        match source {
            Some(source) => Ok(Input {
                target: parts.target,
                source,
                arguments: parts.arguments,
            }),
            None => Err(errors),
        }
    }
}

fn parts(input: ParseStream<'_>) -> syn::Result<Parts> {
    let target = if input.peek(Token![as]) {
        input.parse::<Token![as]>()?;
        let target = input.parse()?;
        input.parse::<Token![,]>()?;
        Some(target)
    } else {
        None
    };
    let file = input.peek(Ident) && input.peek2(LitStr) && input.fork().parse::<Ident>()? == "file";
    if !file && !StringLiteral::peek(input) {
        let (text, arguments) = bare(input)?;
        return Ok(Parts {
            target,
            text,
            arguments,
        });
    }
    let text = if file {
        input.parse::<Ident>()?;
        Text::File(input.parse()?)
    } else {
        let mut literals = Vec::new();
        while StringLiteral::peek(input) {
            literals.push(input.parse()?);
        }
        Text::Literals(literals)
    };
    Ok(Parts {
        target,
        text,
        arguments: arguments(input)?,
    })
}

/// The values after the text, each after a comma.
fn arguments(input: ParseStream<'_>) -> syn::Result<Vec<Argument>> {
    let mut arguments = Vec::new();
    while !input.is_empty() {
        if !input.peek(Token![,]) {
            return Err(input.error("expected a comma and the value of a parameter"));
        }
        input.parse::<Token![,]>()?;
        if !input.is_empty() {
            arguments.push(input.parse()?);
        }
    }
    Ok(arguments)
}

/// Bare tokens; values follow a semicolon, since SQL has commas of its own.
fn bare(input: ParseStream<'_>) -> syn::Result<(Text, Vec<Argument>)> {
    if input.is_empty() {
        let message = with_help(
            "there is no query",
            "write it as in `sql!(\"SELECT name FROM users\")`",
        );
        return Err(syn::Error::new(Span::call_site(), message));
    }
    if input.peek(Ident::peek_any) && input.peek2(Token![!]) && input.peek3(syn::token::Paren) {
        let message = with_help(
            "macros inside `sql!` are not expanded",
            "write the query as a literal, or in a file for `sql!(file \"query.sql\")`",
        );
        return Err(input.error(message));
    }
    if let Some(value) = value(input) {
        let message = with_help(
            "`sql!` takes the text of a query, not a value that holds it",
            "write the query here, with `:name` for what varies, or in a file for \
             `sql!(file \"query.sql\")`: it is checked while the program compiles, when a variable has \
             no value yet",
        );
        return Err(syn::Error::new_spanned(value, message));
    }
    let mut sql = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![;]) {
        sql.extend([input.parse::<TokenTree>()?]);
    }
    let mut values = Vec::new();
    if input.peek(Token![;]) {
        input.parse::<Token![;]>()?;
        let list = input.parse_terminated(Argument::parse, Token![,])?;
        values.extend(list);
    }
    Ok((Text::Tokens(sql), values))
}

/// An expression of Rust's where a query is wanted.
fn value(input: ParseStream<'_>) -> Option<Expr> {
    let first = input.fork().call(Ident::parse_any).ok();
    let begins_statement = first.is_some_and(|first| {
        STATEMENTS
            .iter()
            .any(|word| first.to_string().eq_ignore_ascii_case(word))
    });
    let ahead = input.fork();
    let value: Expr = (!begins_statement).then(|| ahead.parse().ok()).flatten()?;
    let ends = ahead.is_empty() || ahead.peek(Token![,]) || ahead.peek(Token![;]);
    let is_value = matches!(
        value,
        Expr::Path(_) | Expr::Reference(_) | Expr::Field(_) | Expr::MethodCall(_) | Expr::Call(_)
    );
    (ends && is_value).then_some(value)
}

/// The words with which a statement begins.
const STATEMENTS: [&str; 16] = [
    "SELECT", "WITH", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE",
    "CREATE", "ALTER", "DROP", "SHOW", "DESCRIBE", "ANALYZE", "OPTIMIZE",
];
