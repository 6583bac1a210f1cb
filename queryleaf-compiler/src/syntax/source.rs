//! The SQL text, its words, and the places of both.

use crate::diagnostic::Span;
use sqlparser::ast::Spanned;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

/// A word of the text: a token that is not white space or a comment.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) token: Token,
    pub(crate) span: Span,
}

/// The SQL text with its words.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    text: &'a str,
    index: Index,
}

/// What is known of a text beside the text itself.
#[derive(Debug)]
pub(crate) struct Index {
    /// The number of the character at which each line starts.
    lines: Vec<usize>,
    /// The byte offset of each character; not needed where all of them are one byte.
    characters: Option<Vec<usize>>,
    words: Vec<Word>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(text: &'a str, tokens: &[TokenWithSpan]) -> Self {
        let index = Index {
            lines: line_starts(text),
            characters: character_offsets(text),
            words: Vec::new(),
        };
        let mut source = Source { text, index };
        source.index.words = tokens
            .iter()
            .filter(|token| !matches!(token.token, Token::Whitespace(_) | Token::EOF))
            .map(|token| Word {
                token: token.token.clone(),
                span: source.convert(token.span),
            })
            .collect();
        source
    }

    /// The same text again.
    pub(super) fn indexed(text: &'a str, index: Index) -> Self {
        Source { text, index }
    }

    pub(super) fn into_index(self) -> Index {
        self.index
    }

    /// The words of the text in order.
    pub(crate) fn words(&self) -> &[Word] {
        &self.index.words
    }

    /// The words at a place.
    pub(crate) fn words_in(&self, span: Span) -> &[Word] {
        let words = self.words();
        let first = words.partition_point(|word| word.span.start < span.start);
        let last = words.partition_point(|word| word.span.end <= span.end);
        words.get(first..last).unwrap_or_default()
    }

    /// All of the text.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// The place of the first word.
    pub(crate) fn first(&self) -> Span {
        self.index
            .words
            .first()
            .map_or(Span::default(), |word| word.span)
    }

    /// The place of a syntax node, or `outer` where the parser does not know it: it leaves the
    /// places of some words out (cast types, `EXTRACT` fields, aliases).
    pub(crate) fn span_or(&self, node: &impl Spanned, outer: Span) -> Span {
        let span = node.span();
        if span.start.line == 0 {
            outer
        } else {
            self.convert(span)
        }
    }

    /// From the parser's lines and columns, which count characters from 1, to bytes.
    pub(crate) fn convert(&self, span: sqlparser::tokenizer::Span) -> Span {
        let start = self.offset(span.start);
        Span::new(start, self.offset(span.end).max(start))
    }

    /// The byte offset of a line and column of the parser.
    pub(crate) fn offset(&self, location: Location) -> usize {
        let line = usize::try_from(location.line).unwrap_or(usize::MAX);
        let column = usize::try_from(location.column).unwrap_or(usize::MAX);
        let Some(&first) = line
            .checked_sub(1)
            .and_then(|line| self.index.lines.get(line))
        else {
            return if line == 0 { 0 } else { self.text.len() };
        };
        let index = first.saturating_add(column.saturating_sub(1));
        match &self.index.characters {
            None => index.min(self.text.len()),
            Some(offsets) => offsets.get(index).copied().unwrap_or(self.text.len()),
        }
    }

    /// The first word that starts at or after this offset.
    pub(crate) fn word_at(&self, offset: usize) -> Option<&Word> {
        self.index.words.get(
            self.index
                .words
                .partition_point(|word| word.span.start < offset),
        )
    }

    /// The place of the first word at or after `offset` that reads like this, in any case.
    pub(crate) fn find(&self, offset: usize, text: &str) -> Option<Span> {
        let first = self
            .index
            .words
            .partition_point(|word| word.span.start < offset);
        self.index
            .words
            .get(first..)?
            .iter()
            .find(|word| self.slice(word.span).eq_ignore_ascii_case(text))
            .map(|word| word.span)
    }

    /// The place of the last word before `offset` that reads like this, in any case.
    pub(crate) fn find_before(&self, offset: usize, text: &str) -> Option<Span> {
        let after = self
            .index
            .words
            .partition_point(|word| word.span.end <= offset);
        self.index
            .words
            .get(..after)?
            .iter()
            .rev()
            .find(|word| self.slice(word.span).eq_ignore_ascii_case(text))
            .map(|word| word.span)
    }

    /// The text at a place.
    pub(crate) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    let newlines = text
        .chars()
        .enumerate()
        .filter(|(_, character)| *character == '\n');
    std::iter::once(0)
        .chain(newlines.map(|(index, _)| index + 1))
        .collect()
}

fn character_offsets(text: &str) -> Option<Vec<usize>> {
    (!text.is_ascii()).then(|| text.char_indices().map(|(offset, _)| offset).collect())
}
