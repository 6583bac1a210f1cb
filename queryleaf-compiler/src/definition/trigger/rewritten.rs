//! A text that is made of parts of another one, and the way back to their places.

use crate::Query;
use crate::diagnostic::{Diagnostic, Span};

/// SQL made of parts of the text of a schema.
#[derive(Debug, Default)]
pub(super) struct Rewritten {
    sql: String,
    pieces: Vec<Piece>,
}

/// A part of the text that stands for a part of the original.
#[derive(Debug)]
struct Piece {
    start: usize,
    end: usize,
    original: Span,
    /// Whether it is the original, byte for byte.
    copied: bool,
}

impl Rewritten {
    pub(super) fn sql(&self) -> &str {
        &self.sql
    }

    pub(super) fn into_sql(self) -> String {
        self.sql
    }

    /// Adds words that the original does not have.
    pub(super) fn word(&mut self, word: &str) {
        self.sql.push_str(word);
    }

    /// Adds words that stand for a part of the original.
    pub(super) fn instead(&mut self, words: &str, original: Span) {
        self.piece(words, original, false);
    }

    /// Adds a part of the original as it is.
    pub(super) fn copy(&mut self, text: &str, original: Span) {
        let words = text.get(original.start..original.end).unwrap_or_default();
        self.piece(words, original, true);
    }

    fn piece(&mut self, words: &str, original: Span, copied: bool) {
        let start = self.sql.len();
        self.sql.push_str(words);
        self.pieces.push(Piece {
            start,
            end: self.sql.len(),
            original,
            copied,
        });
    }

    /// The place in the original of what stands here, or of `outer` where that is none of it.
    pub(super) fn place(&self, span: Span, outer: Span) -> Span {
        let touches = |piece: &&Piece| {
            piece.start < span.end.max(span.start + 1)
                && span.start < piece.end.max(piece.start + 1)
        };
        let places = self.pieces.iter().filter(touches).map(|piece| {
            if !piece.copied {
                return piece.original;
            }
            let first = span.start.clamp(piece.start, piece.end) - piece.start;
            let last = span.end.clamp(piece.start, piece.end) - piece.start;
            Span::new(piece.original.start + first, piece.original.start + last)
        });
        places.reduce(Span::to).unwrap_or(outer)
    }

    /// Diagnostics about this text as those about the original.
    pub(super) fn moved(&self, diagnostics: Vec<Diagnostic>, outer: Span) -> Vec<Diagnostic> {
        let moved = diagnostics.into_iter().map(|mut diagnostic| {
            diagnostic.span = self.place(diagnostic.span, outer);
            diagnostic
        });
        moved.collect()
    }

    /// A query of this text, with the places of the original.
    pub(super) fn moved_query(&self, mut query: Query, outer: Span) -> Query {
        for column in &mut query.columns {
            column.span = self.place(column.span, outer);
        }
        for parameter in &mut query.parameters {
            parameter.span = self.place(parameter.span, outer);
        }
        query.warnings = self.moved(query.warnings, outer);
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_the_original() {
        let text = "IF change.total > 5 THEN";
        let mut rewritten = Rewritten::default();
        rewritten.word("SELECT (");
        rewritten.copy(text, Span::new(3, 19));
        rewritten.word(") AS \"c0\" FROM CHANGE_STREAM(");
        rewritten.instead("\"orders\"", Span::new(0, 2));
        rewritten.word(")");
        let sql = rewritten.sql().to_owned();
        let place = |word: &str| {
            let start = sql.find(word).unwrap();
            let Span { start, end } =
                rewritten.place(Span::new(start, start + word.len()), Span::new(20, 24));
            &text[start..end]
        };
        assert_eq!(place("total"), "total");
        assert_eq!(place("> 5"), "> 5");
        assert_eq!(place("(change.total > 5)"), "change.total > 5");
        assert_eq!(place("orders"), "IF");
        assert_eq!(place("SELECT"), "THEN");
    }
}
