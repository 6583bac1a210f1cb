//! The compiler's diagnostics as rustc shows them.

use super::place::{Excerpt, Place};
use super::source::Source;
use proc_macro2::{Delimiter, Literal};
use proc_macro2::{Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use queryleaf_compiler::Diagnostic;
use std::fmt::Write;

/// Each diagnostic as an error at its word.
pub(crate) fn errors(
    diagnostics: &[Diagnostic],
    locate: impl Fn(queryleaf_compiler::Span) -> Place,
) -> TokenStream {
    diagnostics
        .iter()
        .map(|diagnostic| {
            let place = locate(diagnostic.span);
            let message = message(diagnostic, place.excerpt.as_ref());
            compile_error(&place, &message)
        })
        .collect()
}

/// Each diagnostic as a warning at its word.
///
/// There is one way on stable Rust to warn: to use what is deprecated.
pub(crate) fn warnings(diagnostics: &[Diagnostic], source: &Source) -> TokenStream {
    diagnostics
        .iter()
        .map(|diagnostic| {
            let place = source.locate(diagnostic.span);
            let message = message(diagnostic, place.excerpt.as_ref());
            let name = Ident::new("query", place.start.resolved_at(Span::mixed_site()));
            quote::quote! {
                {
                    #[deprecated(note = #message)]
                    #[allow(non_upper_case_globals)]
                    const query: () = ();
                    #name
                }
            }
        })
        .collect()
}

/// A message in rustc's form: what is wrong, the word in its line, notes, and what to write.
fn message(diagnostic: &Diagnostic, excerpt: Option<&Excerpt>) -> String {
    let Diagnostic {
        code,
        message,
        label,
        notes,
        help,
        ..
    } = diagnostic;
    let mut text = format!("[{code}] {message}");
    let margin = match excerpt {
        Some(excerpt) => {
            let margin = show(excerpt, label.as_deref(), &mut text);
            if help.is_some() || !notes.is_empty() {
                append(&mut text, &margin, "|");
            }
            margin
        }
        None => {
            if let Some(label) = label {
                append(&mut text, "  ", label);
            }
            String::from("  ")
        }
    };
    for note in notes {
        append(&mut text, &margin, &format!("= note: {note}"));
    }
    if let Some(help) = help {
        append(&mut text, &margin, &format!("= help: {help}"));
    }
    text
}

fn append(text: &mut String, margin: &str, line: &str) {
    text.push('\n');
    text.push_str(margin);
    text.push_str(line);
}

/// The word in its line, with a caret; gives the margin of what follows.
fn show(excerpt: &Excerpt, label: Option<&str>, text: &mut String) -> String {
    let number = excerpt
        .position
        .as_ref()
        .map(|position| position.line.to_string())
        .unwrap_or_default();
    let margin = " ".repeat(number.len() + 1);
    if let Some(position) = &excerpt.position {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n{}--> {}:{}:{}",
            " ".repeat(number.len()),
            position.file,
            position.line,
            position.column
        );
    }
    append(text, &margin, "|");
    let gap = if number.is_empty() { "" } else { " " };
    append(text, "", &format!("{number}{gap}| {}", excerpt.line));
    let label = label.map(|label| format!(" {label}")).unwrap_or_default();
    let marks = " ".repeat(excerpt.start) + &"^".repeat(excerpt.length);
    append(text, &margin, &format!("| {marks}{label}"));
    margin
}

/// `::core::compile_error! { message }`, which rustc underlines from the first to the last token.
pub(crate) fn compile_error(place: &Place, message: &str) -> TokenStream {
    let Place { start, end, .. } = *place;
    let punct = |mark, spacing| {
        let mut punct = Punct::new(mark, spacing);
        punct.set_span(start);
        TokenTree::from(punct)
    };
    let ident = |name| TokenTree::from(Ident::new(name, start));
    let mut literal = Literal::string(message);
    literal.set_span(end);
    let mut group = Group::new(Delimiter::Brace, TokenTree::from(literal).into());
    group.set_span(end);
    [
        punct(':', Spacing::Joint),
        punct(':', Spacing::Alone),
        ident("core"),
        punct(':', Spacing::Joint),
        punct(':', Spacing::Alone),
        ident("compile_error"),
        punct('!', Spacing::Alone),
        TokenTree::from(group),
    ]
    .into_iter()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::place::Position;
    use super::*;
    use queryleaf_compiler::{Code, Span as Bytes};

    fn diagnostic() -> Diagnostic {
        Diagnostic::error(
            Code::UnknownColumn,
            Bytes::new(0, 1),
            "no column `statsu` in `orders`",
        )
        .label("not found")
        .note("columns are named as they are stored")
        .help("did you mean `status`?")
    }

    #[test]
    fn with_an_excerpt() {
        let excerpt = Excerpt {
            position: Some(Position {
                file: "src/main.rs".to_owned(),
                line: 12,
                column: 34,
            }),
            line: "SELECT statsu FROM orders".to_owned(),
            start: 7,
            length: 6,
        };
        assert_eq!(
            message(&diagnostic(), Some(&excerpt)),
            "[QL0202] no column `statsu` in `orders`
  --> src/main.rs:12:34
   |
12 | SELECT statsu FROM orders
   |        ^^^^^^ not found
   |
   = note: columns are named as they are stored
   = help: did you mean `status`?"
        );
    }

    #[test]
    fn without_an_excerpt() {
        assert_eq!(
            message(&diagnostic(), None),
            "[QL0202] no column `statsu` in `orders`
  not found
  = note: columns are named as they are stored
  = help: did you mean `status`?"
        );
    }
}
