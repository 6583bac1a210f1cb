//! Which value goes to which parameter.

use super::input::Argument;
use super::report::compile_error;
use super::source::Source;
use crate::errors::{Errors, with_help};
use crate::identifier::raw_identifier;
use proc_macro2::{Ident, Span, TokenStream};
use queryleaf_compiler::suggestion::nearest;
use queryleaf_compiler::{Parameter, ParameterName};
use quote::{ToTokens, quote};
use syn::Expr;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

/// The value of a parameter.
pub(crate) struct Value {
    /// An expression that borrows it, or gives it away where the bytes of a file are read from it.
    pub(crate) borrowed: TokenStream,
    /// Where it stands, for errors about its type.
    pub(crate) span: Span,
    /// The name of the parameter, where it does not stand there by itself.
    pub(crate) name: Option<Ident>,
}

impl Value {
    /// The same, given away.
    fn given_away(self) -> Self {
        let mut tokens = self.borrowed.into_iter();
        // The `&` before it.
        tokens.next();
        Value {
            borrowed: tokens.collect(),
            ..self
        }
    }
}

/// The values of the parameters in their order, or the errors.
pub(crate) fn values(
    parameters: &[Parameter],
    arguments: &[Argument],
    source: &Source,
) -> Result<Vec<Value>, TokenStream> {
    let mut errors = Errors::default();
    let mut missing = TokenStream::new();
    check_arguments(parameters, arguments, &mut errors);
    let mut values = Vec::with_capacity(parameters.len());
    for parameter in parameters {
        match value(parameter, arguments, source) {
            Ok(value) if parameter.source => values.push(value.given_away()),
            Ok(value) => values.push(value),
            Err(message) => {
                let place = source.locate(parameter.span);
                missing.extend(compile_error(&place, &message));
            }
        }
    }
    if errors.is_empty() && missing.is_empty() {
        return Ok(values);
    }
    let errors = errors.into_tokens();
    Err(quote!(#missing #errors))
}

fn value(parameter: &Parameter, arguments: &[Argument], source: &Source) -> Result<Value, String> {
    match &parameter.name {
        ParameterName::Positional(number) => {
            let mut positional = arguments.iter().filter(|argument| argument.name.is_none());
            let argument = usize::from(*number)
                .checked_sub(1)
                .and_then(|number| positional.nth(number));
            argument
                .map(|argument| given(&argument.value))
                .ok_or_else(|| {
                    with_help(
                        format!("`${number}` has no value"),
                        "write the values after the query, as in `sql!(\"..\", first, second)`",
                    )
                })
        }
        ParameterName::Named(name) => {
            let named = arguments
                .iter()
                .find(|argument| argument.name.as_ref().is_some_and(|n| n.unraw() == name));
            match named {
                Some(argument) => Ok(given(&argument.value)),
                None => captured(name, source, parameter.span),
            }
        }
    }
}

fn given(value: &Expr) -> Value {
    let simple = matches!(
        value,
        Expr::Path(_) | Expr::Lit(_) | Expr::Field(_) | Expr::Call(_)
    );
    let borrowed = if simple {
        quote!(&#value)
    } else {
        quote!(&(#value))
    };
    Value {
        borrowed,
        span: value.span(),
        name: None,
    }
}

/// The last byte of `:name`: in bare tokens the name is a token of its own.
fn name_of(span: queryleaf_compiler::Span) -> queryleaf_compiler::Span {
    queryleaf_compiler::Span::new(span.end.saturating_sub(1).max(span.start), span.end)
}

/// The variable of the same name.
fn captured(name: &str, source: &Source, place: queryleaf_compiler::Span) -> Result<Value, String> {
    let span = source.span(name_of(place));
    let variable = raw_identifier(name, span).ok_or_else(|| {
        with_help(
            format!("`:{name}` cannot be the name of a variable"),
            format!("give it another name, as in `:{name}_value`"),
        )
    })?;
    let name = match source {
        Source::Tokens(_) => None,
        Source::Literals(_) | Source::File(_) => {
            let mut name = variable.clone();
            name.set_span(span.resolved_at(Span::mixed_site()));
            Some(name)
        }
    };
    Ok(Value {
        borrowed: quote!(&#variable),
        span,
        name,
    })
}

/// Every argument must be asked for, in the same style, once.
fn check_arguments(parameters: &[Parameter], arguments: &[Argument], errors: &mut Errors) {
    let names: Vec<&str> = parameters
        .iter()
        .filter_map(|parameter| match &parameter.name {
            ParameterName::Named(name) => Some(name.as_str()),
            ParameterName::Positional(_) => None,
        })
        .collect();
    let count = parameters
        .iter()
        .filter_map(|parameter| match parameter.name {
            ParameterName::Positional(number) => Some(usize::from(number)),
            ParameterName::Named(_) => None,
        })
        .max()
        .unwrap_or(0);
    let mut seen: Vec<String> = Vec::new();
    let mut position = 0;
    for argument in arguments {
        let Some(name) = &argument.name else {
            position += 1;
            if position > count {
                errors.add(&argument.value, too_many(&names, count));
            }
            continue;
        };
        let text = name.unraw().to_string();
        if seen.contains(&text) {
            errors.add(name, format!("`{text}` is given twice"));
        } else if !names.contains(&text.as_str()) {
            let message = format!("the query has no parameter `:{text}`");
            match nearest(&text, names.iter().copied()) {
                Some(near) => {
                    errors.add_with_help(name, message, format!("did you mean `{near}`?"))
                }
                None if count > 0 => errors.add_with_help(
                    name,
                    message,
                    "its parameters are numbered: write the value without a name",
                ),
                None => errors.add(name, message),
            }
        }
        seen.push(text);
    }
}

fn too_many(names: &[&str], count: usize) -> String {
    match (names.first(), count) {
        (Some(name), _) => with_help(
            "the parameters of this query have names",
            format!("write `{name} = ..`"),
        ),
        (None, 0) => with_help(
            "the query has no parameter for this value",
            "write `$1` where it belongs",
        ),
        (None, count) => format!("the query has only {count} parameter(s)"),
    }
}

/// Statements that use the variables which a query with errors would have captured, so that no
/// warning about unused ones stands beside the errors.
pub(crate) fn mentions(source: &Source, arguments: &[Argument]) -> TokenStream {
    let mut tokens = TokenStream::new();
    for argument in arguments {
        let value = argument.value.to_token_stream();
        tokens.extend(quote!(let _ = &(#value);));
    }
    let given = |name: &str| {
        let mut names = arguments
            .iter()
            .filter_map(|argument| argument.name.as_ref());
        names.any(|given| given.unraw() == name)
    };
    for (name, span) in named_parameters(source.text()) {
        if let (false, Some(variable)) = (
            given(name),
            raw_identifier(name, source.span(name_of(span))),
        ) {
            tokens.extend(quote!(let _ = &#variable;));
        }
    }
    tokens
}

/// The `:name`s of a text that may be no SQL, each once.
fn named_parameters(sql: &str) -> Vec<(&str, queryleaf_compiler::Span)> {
    let mut found: Vec<(&str, queryleaf_compiler::Span)> = Vec::new();
    let mut quote = None;
    let mut before = ' ';
    for (at, character) in sql.char_indices() {
        let previous = std::mem::replace(&mut before, character);
        match quote {
            Some(end) => {
                if character == end {
                    quote = None;
                }
                continue;
            }
            None if character == '\'' || character == '"' => quote = Some(character),
            None => {}
        }
        if character != ':' || previous == ':' || previous.is_alphanumeric() {
            continue;
        }
        let rest = sql.get(at + 1..).unwrap_or_default();
        let end = rest
            .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        let letters = name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
        if letters && !found.iter().any(|(known, _)| *known == name) {
            found.push((name, queryleaf_compiler::Span::new(at, at + 1 + end)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sql: &str) -> Vec<&str> {
        let found = named_parameters(sql).into_iter();
        found.map(|(name, _)| name).collect()
    }

    #[test]
    fn parameters_of_any_text() {
        assert_eq!(names("a = :one AND b::int > :two OR :one"), ["one", "two"]);
        assert_eq!(names("':no' \":no\" a[1:no] x :: no ': ' :yes"), ["yes"]);
        assert_eq!(names(": :: :1 :größe:"), ["größe"]);
        assert_eq!(names("'open :no"), [""; 0]);
    }
}
