//! SQL in string literals, and the way back from its bytes to the source.

use super::place::{Excerpt, Place, Position, floor_boundary};
use crate::string_literal::StringLiteral;
use proc_macro2::Span;

/// SQL text from one or more adjacent string literals.
pub(crate) struct Literals {
    literals: Vec<StringLiteral>,
    /// The text of all of them, with a line break between each two.
    text: String,
    /// Where each literal starts in the text.
    starts: Vec<usize>,
}

impl Literals {
    pub(crate) fn new(literals: Vec<StringLiteral>) -> Self {
        let mut text = String::new();
        let mut starts = Vec::with_capacity(literals.len());
        for literal in &literals {
            if !starts.is_empty() {
                text.push('\n');
            }
            starts.push(text.len());
            text.push_str(literal.value());
        }
        Literals {
            literals,
            text,
            starts,
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where the bytes `start..end` of the text stand.
    pub(crate) fn locate(&self, start: usize, end: usize) -> Place {
        let number = self.starts.partition_point(|first| *first <= start);
        let number = number.saturating_sub(1);
        let (Some(literal), Some(first)) = (self.literals.get(number), self.starts.get(number))
        else {
            return Place::of(Span::call_site());
        };
        let value = literal.value();
        let start = floor_boundary(value, start.saturating_sub(*first));
        let end = floor_boundary(value, end.saturating_sub(*first)).max(start);
        let token = literal.literal();
        let source = token.to_string();
        let map = SourceMap::new(&source, value);
        let in_source = map.as_ref().map(|map| (map.source(start), map.source(end)));
        if proc_macro::is_available()
            && let Some((from, to)) = in_source
            && let Some(span) = token.subspan(from..to.max(from + 1))
        {
            return Place::of(span);
        }
        let position = in_source.and_then(|(from, _)| position(literal.span(), &source, from));
        let span = if source.contains('\n') {
            first_point(literal.span())
        } else {
            literal.span()
        };
        Place {
            start: span,
            end: span,
            excerpt: Some(Excerpt::new(value, start, end, position)),
        }
    }

    /// The span of the literal that holds this byte, for tokens made from the text.
    pub(crate) fn span(&self, start: usize) -> Span {
        let number = self.starts.partition_point(|first| *first <= start);
        self.literals
            .get(number.saturating_sub(1))
            .map_or_else(Span::call_site, StringLiteral::span)
    }
}

/// An empty span at the start of another: rustc then shows one line instead of a whole query.
fn first_point(span: Span) -> Span {
    if proc_macro::is_available() {
        span.unwrap().start().into()
    } else {
        span
    }
}

/// The place of a byte of a literal's source.
fn position(span: Span, source: &str, offset: usize) -> Option<Position> {
    let start = span.start();
    if start.line == 0 {
        return None;
    }
    let before = source.get(..offset)?;
    let column = match before.rfind('\n') {
        Some(newline) => before.get(newline + 1..)?.chars().count(),
        None => start.column + before.chars().count(),
    };
    Some(Position {
        file: span.file(),
        line: start.line + before.matches('\n').count(),
        column: column + 1,
    })
}

/// The characters of a literal's value and where they stand in its source.
struct SourceMap {
    /// The byte in the value and the byte in the source of each character, and of the end.
    characters: Vec<(usize, usize)>,
}

impl SourceMap {
    /// Walks over the source as Rust reads it; nothing where it does not give the value.
    fn new(source: &str, value: &str) -> Option<SourceMap> {
        let quote = source.find('"')?;
        let prefix = source.get(..quote)?;
        let mut walk = Walk {
            source,
            offset: quote + 1,
        };
        let mut characters = Vec::with_capacity(value.len() + 1);
        for (in_value, expected) in value.char_indices() {
            let (at, found) = if prefix.starts_with('r') {
                walk.plain()?
            } else {
                walk.escaped()?
            };
            if found != expected {
                return None;
            }
            characters.push((in_value, at));
        }
        characters.push((value.len(), walk.offset));
        Some(SourceMap { characters })
    }

    /// The byte in the source of a byte of the value.
    fn source(&self, in_value: usize) -> usize {
        let number = self
            .characters
            .partition_point(|(value, _)| *value <= in_value);
        self.characters
            .get(number.saturating_sub(1))
            .map_or(0, |(_, source)| *source)
    }
}

struct Walk<'a> {
    source: &'a str,
    offset: usize,
}

impl Walk<'_> {
    /// The next character and where it stands.
    fn plain(&mut self) -> Option<(usize, char)> {
        let at = self.offset;
        let character = self.source.get(at..)?.chars().next()?;
        self.offset += character.len_utf8();
        Some((at, character))
    }

    /// The next character, with escapes read.
    fn escaped(&mut self) -> Option<(usize, char)> {
        loop {
            let (at, character) = self.plain()?;
            if character != '\\' {
                return Some((at, character));
            }
            let value = match self.plain()?.1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '0' => '\0',
                'x' => char::from_u32(self.digits(2)?)?,
                'u' => {
                    let end = self.source.get(self.offset..)?.find('}')?;
                    let digits = self.source.get(self.offset + 1..self.offset + end)?;
                    self.offset += end + 1;
                    char::from_u32(u32::from_str_radix(&digits.replace('_', ""), 16).ok()?)?
                }
                // A line break that is not part of the text, with the blanks that follow.
                '\n' => {
                    let rest = self.source.get(self.offset..)?;
                    let text = rest.trim_start_matches([' ', '\n', '\r', '\t']);
                    self.offset += rest.len() - text.len();
                    continue;
                }
                same => same,
            };
            return Some((at, value));
        }
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let digits = self.source.get(self.offset..self.offset + count)?;
        self.offset += count;
        u32::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::LitStr;

    /// The source from the place of `word` on.
    fn found<'a>(source: &'a str, word: &str) -> &'a str {
        let literal: LitStr = syn::parse_str(source).expect(source);
        let value = literal.value();
        let map = SourceMap::new(source, &value).expect("a map");
        let at = value.find(word).expect(word);
        &source[map.source(at)..]
    }

    #[test]
    fn bytes_are_found_in_the_source() {
        assert_eq!(found(r#""a \"b\" c""#, "c"), "c\"");
        assert_eq!(found(r##"r#"a "b" c"#"##, "b"), "b\" c\"#");
        assert_eq!(found(r#""\t\x41\u{e9}\u{1_F600}\\ end""#, "end"), "end\"");
        assert_eq!(found("\"a \\\n     b \\\n\n c\"", "c"), "c\"");
        assert_eq!(found("\"größe äh\"", "äh"), "äh\"");
        assert_eq!(found("\"one\n  two\"", "two"), "two\"");
    }

    #[test]
    fn adjacent_literals_are_one_text() {
        let literals = vec![
            syn::parse_str::<StringLiteral>("\"SELECT a\"").expect("a literal"),
            syn::parse_str::<StringLiteral>("r\"FROM t\"").expect("a literal"),
        ];
        let literals = Literals::new(literals);
        assert_eq!(literals.text(), "SELECT a\nFROM t");
        let place = literals.locate(14, 15);
        let excerpt = place.excerpt.expect("an excerpt");
        assert_eq!((excerpt.line.as_str(), excerpt.start), ("FROM t", 5));
        let position = excerpt.position.expect("a position");
        assert_eq!((position.line, position.column), (1, 8));
    }

    #[test]
    fn lines_and_columns_are_those_of_the_source() {
        let source = "\"SELECT a,\n       größe, b \\\n   FROM t\"";
        let literal: StringLiteral = syn::parse_str(source).expect(source);
        let value = literal.value().to_owned();
        let literals = Literals::new(vec![literal]);
        let at = |word: &str| {
            let start = value.find(word).expect(word);
            let place = literals.locate(start, start + word.len());
            let position = place.excerpt.and_then(|excerpt| excerpt.position);
            position.map(|position| (position.line, position.column))
        };
        assert_eq!(at("a,"), Some((1, 9)));
        assert_eq!(at("b "), Some((2, 15)));
        assert_eq!(at("t"), Some((3, 9)));
    }
}
