//! SQL in bare tokens, and the way back from its bytes to the tokens.

use super::place::Place;
use crate::errors::{Errors, with_help};
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::{Lit, LitFloat, LitInt};

/// SQL text from tokens.
#[derive(Default)]
pub(crate) struct Tokens {
    text: String,
    /// Where each token ends in the text, in order.
    places: Vec<Written>,
    /// Whether the next token is written without a blank before it.
    glued: bool,
    /// The last punctuation marks, without a blank between them.
    marks: String,
    errors: Errors,
}

struct Written {
    end: usize,
    span: Span,
}

impl Tokens {
    /// Writes tokens as SQL.
    pub(crate) fn new(tokens: TokenStream) -> Result<Self, Errors> {
        let mut written = Tokens {
            glued: true,
            ..Tokens::default()
        };
        written.stream(tokens);
        if written.errors.is_empty() {
            Ok(written)
        } else {
            Err(written.errors)
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Each token as it is written, where it ends in the text, and its span.
    pub(crate) fn words(&self) -> impl Iterator<Item = (&str, usize, Span)> {
        let mut start = 0;
        self.places.iter().map(move |place| {
            let text = self.text.get(start..place.end).unwrap_or_default();
            start = place.end;
            (text.trim_start(), place.end, place.span)
        })
    }

    /// The tokens at the bytes `start..end` of the text.
    pub(crate) fn locate(&self, start: usize, end: usize) -> Place {
        let first = self.at(start);
        let last = self.at(end.saturating_sub(1).max(start));
        Place {
            start: first,
            end: last,
            excerpt: None,
        }
    }

    /// The span of the token at, or next after, this byte.
    pub(crate) fn at(&self, offset: usize) -> Span {
        let number = self.places.partition_point(|place| place.end <= offset);
        let place = self.places.get(number).or(self.places.last());
        place.map_or_else(Span::call_site, |place| place.span)
    }

    fn stream(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.group(&group),
                TokenTree::Ident(ident) => self.ident(&ident),
                TokenTree::Punct(punct) => self.punct(&punct),
                TokenTree::Literal(literal) => self.literal(literal),
            }
        }
    }

    fn write(&mut self, text: &str, span: Span) {
        if !self.glued {
            self.text.push(' ');
        }
        self.text.push_str(text);
        self.places.push(Written {
            end: self.text.len(),
            span,
        });
        self.glued = false;
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::None => return self.stream(group.stream()),
        };
        self.marks.clear();
        // `COUNT(*)` and `items[1]` read better as they were written; both are the same to SQL.
        self.glued = true;
        self.write(open, group.span_open());
        self.glued = true;
        self.stream(group.stream());
        self.marks.clear();
        self.glued = true;
        self.write(close, group.span_close());
    }

    fn ident(&mut self, ident: &Ident) {
        self.marks.clear();
        let name = ident.to_string();
        if name.starts_with("r#") {
            // Said to be a name, whatever SQL makes of the word.
            self.write(&format!("\"{}\"", ident.unraw()), ident.span());
        } else {
            self.write(&name, ident.span());
        }
    }

    fn punct(&mut self, punct: &Punct) {
        let mark = punct.as_char();
        if mark == '\'' {
            self.errors.add_with_help(
                TokenTree::from(punct.clone()),
                "Rust cannot read a text in single quotes",
                "write it in double quotes, or the whole query as a string literal",
            );
            return;
        }
        let joint = punct.spacing() == Spacing::Joint;
        let follows = !self.marks.is_empty();
        let cast = mark == ':' && joint;
        self.glued |= follows || cast || matches!(mark, '.' | ',' | ';');
        self.write(&mark.to_string(), punct.span());
        self.marks.push(mark);
        if self.marks.ends_with("--") {
            self.errors.push(syn::Error::new(
                punct.span(),
                with_help(
                    "a comment starts with `//` here",
                    "write `- -` for minus a negative number",
                ),
            ));
            self.marks.clear();
        }
        // A parameter is one word; so is a path, and so a cast.
        self.glued = joint || mark == '.' || mark == '$' || [":", "::"].contains(&&*self.marks);
        if !joint {
            self.marks.clear();
        }
    }

    fn literal(&mut self, literal: Literal) {
        self.marks.clear();
        let span = literal.span();
        let source = literal.to_string();
        match Lit::new(literal) {
            Lit::Str(text) => {
                let quoted = format!("'{}'", text.value().replace('\'', "''"));
                self.write(&quoted, span);
            }
            Lit::Int(number) => self.integer(&number, span),
            Lit::Float(number) => self.float(&number, span),
            Lit::Char(_) => self.refuse(
                span,
                format!("Rust reads {source} as a character"),
                "write a text in double quotes",
            ),
            _ => self.refuse(
                span,
                format!("{source} is no SQL"),
                "write a text as in \"text\"; for bytes or other values use a parameter",
            ),
        }
    }

    fn integer(&mut self, number: &LitInt, span: Span) {
        if number.suffix().is_empty() {
            self.write(number.base10_digits(), span);
        } else {
            self.suffix(number.base10_digits(), number.suffix(), span);
        }
    }

    fn float(&mut self, number: &LitFloat, span: Span) {
        if number.suffix().is_empty() {
            self.write(number.base10_digits(), span);
        } else {
            self.suffix(number.base10_digits(), number.suffix(), span);
        }
    }

    fn suffix(&mut self, digits: &str, suffix: &str, span: Span) {
        self.refuse(
            span,
            format!("`{digits}{suffix}` is no SQL number"),
            "leave out the suffix, or write `::` and a SQL type after the number",
        );
    }

    fn refuse(&mut self, span: Span, message: String, help: &str) {
        let error = syn::Error::new(span, with_help(message, help));
        self.errors.push(error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(tokens: &str) -> String {
        let tokens: TokenStream = tokens.parse().expect(tokens);
        match Tokens::new(tokens) {
            Ok(tokens) => tokens.text,
            Err(errors) => panic!("{:?}", errors.messages()),
        }
    }

    fn error(tokens: &str) -> String {
        let tokens: TokenStream = tokens.parse().expect(tokens);
        let errors = Tokens::new(tokens).err().map(|errors| errors.messages());
        errors.expect("errors").join("; ")
    }

    #[test]
    fn tokens_as_sql() {
        for (tokens, expected) in [
            ("SELECT name FROM users", "SELECT name FROM users"),
            (
                "WHERE age > :min AND city = \"Oslo\"",
                "WHERE age > :min AND city = 'Oslo'",
            ),
            ("\"it's\" \"a\\\"b\"", "'it''s' 'a\"b'"),
            ("x::text, a :: int", "x::text, a::int"),
            ("a->>\"k\" -> b", "a ->> 'k' -> b"),
            ("a !~* \"x\" AND b <= $1", "a !~* 'x' AND b <= $1"),
            ("1.5 + 1_000 - 0xff", "1.5 + 1000 - 255"),
            (
                "o.address.city, items[1].sku",
                "o.address.city, items[1].sku",
            ),
            ("COUNT(*) FILTER (WHERE x)", "COUNT(*) FILTER(WHERE x)"),
            ("r#type, t.r#ref, t.*", "\"type\", t.\"ref\", t.*"),
            ("a || b && c @> d #> e", "a || b && c @> d #> e"),
            ("x - -1", "x - - 1"),
            ("INTERVAL \"1 day\" // a note\n", "INTERVAL '1 day'"),
            ("1e10 + 5.", "1e10 + 5."),
            ("a[1:2], :a::int", "a[1 :2], :a::int"),
            ("LIMIT 5;", "LIMIT 5;"),
        ] {
            assert_eq!(sql(tokens), expected, "{tokens}");
        }
    }

    #[test]
    fn what_rust_reads_otherwise() {
        assert!(error("a = 'x'").contains("as a character"));
        assert!(error("a = 'name").contains("single quotes"));
        assert!(error("a --b").contains("starts with `//`"));
        assert!(error("b\"bytes\"").contains("is no SQL"));
        assert!(error("5i64").contains("`5i64` is no SQL number"));
        assert!(error("1.5f32 'x'").contains("; "), "both are reported");
    }

    #[test]
    fn every_byte_leads_to_its_token() {
        let source = "SELECT o.total::text FROM orders";
        let tokens: TokenStream = source.parse().expect(source);
        let Ok(tokens) = Tokens::new(tokens) else {
            panic!("{source}")
        };
        for (word, column) in [("SELECT", 0), ("total", 9), ("text", 16), ("orders", 26)] {
            let at = tokens.text().find(word).expect(word);
            for offset in at..at + word.len() {
                assert_eq!(tokens.at(offset).start().column, column, "{word}");
            }
        }
        assert_eq!(tokens.at(10_000).start().column, 26);
    }
}
