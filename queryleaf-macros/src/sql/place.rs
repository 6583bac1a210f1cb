//! Where in the user's source a word of the SQL text stands.

use proc_macro2::Span;

/// Where a word stands: the tokens that rustc shall underline and, where these are not the word
/// itself, an excerpt that shows it.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The first token.
    pub(crate) start: Span,
    /// The last token.
    pub(crate) end: Span,
    /// The word in its line.
    pub(crate) excerpt: Option<Excerpt>,
}

impl Place {
    /// A place that rustc can underline.
    pub(crate) fn of(span: Span) -> Self {
        Place {
            start: span,
            end: span,
            excerpt: None,
        }
    }
}

/// A line of SQL with a word of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The place of the word in the user's source, where it is known.
    pub(crate) position: Option<Position>,
    /// The line of SQL.
    pub(crate) line: String,
    /// Where the word starts in the line, in characters.
    pub(crate) start: usize,
    /// How long it is, in characters.
    pub(crate) length: usize,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    /// The path of the file.
    pub(crate) file: String,
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// The column, counted from 1.
    pub(crate) column: usize,
}

/// The longest part of a line that is shown, in characters.
const MAX_LINE: usize = 110;

impl Excerpt {
    /// The word at `start..end` of a text, in its line.
    pub(crate) fn new(text: &str, start: usize, end: usize, position: Option<Position>) -> Self {
        let start = floor_boundary(text, start);
        let end = floor_boundary(text, end.max(start));
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let rest = text.get(line_start..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        let line = line.trim_end_matches('\r');
        let line_end = line_start + line.len();
        let column = characters(text, line_start, start);
        let length = characters(text, start, end.min(line_end).max(start)).max(1);
        Excerpt {
            position,
            line: line.replace('\t', " "),
            start: column,
            length,
        }
        .shortened()
    }

    /// The same with the far ends of a long line cut off, and its indentation.
    fn shortened(mut self) -> Self {
        let indentation = self.line.chars().take_while(|c| *c == ' ').count();
        let cut = indentation.min(self.start);
        self.line = self.line.chars().skip(cut).collect();
        self.start -= cut;
        let total = self.line.chars().count();
        if total <= MAX_LINE {
            return self;
        }
        let from = if self.start + self.length.min(MAX_LINE / 2) > MAX_LINE {
            self.start.saturating_sub(MAX_LINE / 2)
        } else {
            0
        };
        let shown: String = self.line.chars().skip(from).take(MAX_LINE).collect();
        let (head, tail) = (
            if from > 0 { "..." } else { "" },
            if from + MAX_LINE < total { "..." } else { "" },
        );
        let end = (self.start + self.length).min(from + MAX_LINE);
        self.length = end.saturating_sub(self.start).max(1);
        self.start = self.start - from + head.len();
        self.line = format!("{head}{shown}{tail}");
        self
    }
}

fn characters(text: &str, from: usize, to: usize) -> usize {
    text.get(from..to).map_or(0, |part| part.chars().count())
}

/// The nearest start of a character at or before `offset`.
pub(crate) fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, word: &str) -> (String, String) {
        let start = text.find(word).expect(word);
        let excerpt = Excerpt::new(text, start, start + word.len(), None);
        let marked = excerpt.line.chars().skip(excerpt.start);
        (marked.take(excerpt.length).collect(), excerpt.line.clone())
    }

    #[test]
    fn the_word_in_its_line() {
        let text = "SELECT größe, färbe\n    FROM  kleider\r\nWHERE x";
        assert_eq!(
            shown(text, "färbe"),
            ("färbe".into(), "SELECT größe, färbe".into())
        );
        assert_eq!(
            shown(text, "kleider"),
            ("kleider".into(), "FROM  kleider".into())
        );
        assert_eq!(shown(text, "WHERE x").0, "WHERE x");
    }

    #[test]
    fn a_word_over_several_lines_ends_with_its_line() {
        let text = "SELECT (a +\n b) FROM t";
        assert_eq!(shown(text, "(a +\n b)").0, "(a +");
    }

    #[test]
    fn long_lines_are_cut_around_the_word() {
        let text = format!(
            "SELECT {} wrod {} FROM t",
            "a, ".repeat(100),
            "b, ".repeat(100)
        );
        let (word, line) = shown(&text, "wrod");
        assert_eq!(word, "wrod");
        assert!(line.starts_with("...") && line.ends_with("..."), "{line}");
        let (word, line) = shown(&text, "SELECT");
        assert_eq!(word, "SELECT");
        assert!(
            line.starts_with("SELECT") && line.ends_with("..."),
            "{line}"
        );
    }

    #[test]
    fn places_beyond_the_text_are_its_end() {
        let excerpt = Excerpt::new("é", 1, 900, None);
        assert_eq!((excerpt.start, excerpt.length), (0, 1));
        let excerpt = Excerpt::new("", 5, 2, None);
        assert_eq!((excerpt.start, excerpt.length), (0, 1));
    }
}
