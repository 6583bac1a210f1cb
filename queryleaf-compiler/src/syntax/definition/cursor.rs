//! Walks over the words of a statement.

use super::super::source::{Source, Word};
use super::tree::Name;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use sqlparser::tokenizer::Token;

/// A place between the words of one statement.
pub(super) struct Cursor<'a> {
    source: &'a Source<'a>,
    words: &'a [Word],
    index: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(source: &'a Source<'a>, words: &'a [Word]) -> Self {
        Cursor {
            source,
            words,
            index: 0,
        }
    }

    pub(super) fn peek(&self) -> Option<&'a Word> {
        self.words.get(self.index)
    }

    /// The place of the next word, or of the last one where none follows.
    pub(super) fn here(&self) -> Span {
        let word = self.peek().or(self.words.last());
        word.map_or(Span::default(), |word| word.span)
    }

    /// The place of the word before.
    pub(super) fn before(&self) -> Span {
        let before = self.index.checked_sub(1);
        let word = before.and_then(|index| self.words.get(index));
        word.map_or(Span::default(), |word| word.span)
    }

    /// The word before as it is written.
    pub(super) fn before_text(&self) -> &'a str {
        self.source.slice(self.before())
    }

    /// The next word as it is written.
    pub(super) fn text(&self) -> &'a str {
        self.peek().map_or("", |word| self.source.slice(word.span))
    }

    /// The word after so many others as it is written.
    pub(super) fn text_at(&self, distance: usize) -> &'a str {
        let word = self.words.get(self.index + distance);
        word.map_or("", |word| self.source.slice(word.span))
    }

    /// The words from a place to the end of its line.
    pub(super) fn line_from(&self, start: Span) -> &'a str {
        let end = self.words.last().map_or(start, |word| word.span);
        let text = self.source.slice(start.to(end));
        text.lines().next().unwrap_or_default().trim_end()
    }

    pub(super) fn next(&mut self) -> Option<&'a Word> {
        let word = self.peek()?;
        self.index += 1;
        Some(word)
    }

    /// Whether the next word is this keyword.
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.is_at(0, keyword)
    }

    /// Whether the word after so many others is this keyword.
    pub(super) fn is_at(&self, distance: usize, keyword: &str) -> bool {
        let word = self.words.get(self.index + distance);
        word.is_some_and(|word| match &word.token {
            Token::Word(name) => {
                name.quote_style.is_none() && name.value.eq_ignore_ascii_case(keyword)
            }
            _ => false,
        })
    }

    /// Whether the next word is this mark.
    pub(super) fn at(&self, token: &Token) -> bool {
        self.peek().is_some_and(|word| word.token == *token)
    }

    /// Whether this mark is the word after the next one.
    pub(super) fn is_followed_by(&self, token: &Token) -> bool {
        let word = self.words.get(self.index + 1);
        word.is_some_and(|word| word.token == *token)
    }

    /// Passes over a keyword, if it follows.
    pub(super) fn eat(&mut self, keyword: &str) -> Option<Span> {
        self.eat_all(&[keyword])
    }

    /// Passes over keywords, if all of them follow.
    pub(super) fn eat_all(&mut self, keywords: &[&str]) -> Option<Span> {
        let mut distances = keywords.iter().enumerate();
        if !distances.all(|(distance, keyword)| self.is_at(distance, keyword)) {
            return None;
        }
        let first = self.here();
        self.index += keywords.len();
        Some(first.to(self.before()))
    }

    /// Passes over a mark, if it follows.
    pub(super) fn eat_mark(&mut self, token: &Token) -> Option<Span> {
        self.at(token).then(|| {
            self.index += 1;
            self.before()
        })
    }

    pub(super) fn expect(&mut self, keyword: &str) -> Result<Span> {
        self.eat(keyword)
            .ok_or_else(|| self.expected(&format!("`{keyword}`")))
    }

    pub(super) fn expect_mark(&mut self, token: &Token) -> Result<Span> {
        self.eat_mark(token)
            .ok_or_else(|| self.expected(&format!("`{token}`")))
    }

    /// A name, quoted or not.
    pub(super) fn name(&mut self, what: &str) -> Result<Name> {
        let Some(word) = self.peek() else {
            return Err(self.expected(what));
        };
        let Token::Word(name) = &word.token else {
            return Err(self.expected(what));
        };
        let name = Name {
            value: name.value.clone(),
            span: word.span,
        };
        self.index += 1;
        Ok(name)
    }

    /// Names with dots between them.
    pub(super) fn path(&mut self, what: &str) -> Result<Vec<Name>> {
        let mut path = vec![self.name(what)?];
        while self.eat_mark(&Token::Period).is_some() {
            path.push(self.name("the name of a field")?);
        }
        Ok(path)
    }

    /// A list in brackets, which may end with a comma.
    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.expect_mark(&Token::LParen)?;
        let mut items = vec![item(self)?];
        loop {
            if self.eat_mark(&Token::RParen).is_some() {
                return Ok(items);
            }
            if self.eat_mark(&Token::Comma).is_none() {
                return Err(self.expected("`,` or `)`"));
            }
            if !self.at(&Token::RParen) {
                items.push(item(self)?);
            }
        }
    }

    /// The place of an expression: up to a comma, a semicolon or a bracket that closes what is around
    /// it, or to a word at which it `ends`; a `CASE` is a part of it up to its `END`.
    pub(super) fn expression(
        &mut self,
        what: &str,
        ends: impl Fn(&Cursor<'_>) -> bool,
    ) -> Result<Span> {
        let first = self.here();
        let mut depth = 0_usize;
        let start = self.index;
        while let Some(word) = self.peek() {
            match &word.token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::Word(_) if self.is("CASE") => depth += 1,
                Token::RParen | Token::RBracket => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => break,
                },
                Token::Word(_) if depth > 0 && self.is("END") => depth -= 1,
                Token::Comma if depth == 0 => break,
                Token::SemiColon => break,
                _ if depth == 0 && self.index > start && ends(self) => break,
                _ => {}
            }
            self.index += 1;
        }
        if self.index == start {
            return Err(self.expected(what));
        }
        Ok(first.to(self.before()))
    }

    /// The place of a statement: up to a semicolon, or to an `END` that is none of a `CASE` in it.
    pub(super) fn statement(&mut self) -> Span {
        let first = self.here();
        let mut cases = 0_usize;
        while self.peek().is_some() && !self.at(&Token::SemiColon) {
            if self.is("CASE") {
                cases += 1;
            } else if self.is("END") {
                match cases.checked_sub(1) {
                    Some(less) => cases = less,
                    None => break,
                }
            }
            self.index += 1;
        }
        first.to(self.before())
    }

    /// The place of an expression in brackets.
    pub(super) fn bracketed(&mut self, what: &str) -> Result<Span> {
        let open = self.expect_mark(&Token::LParen)?;
        let mut inner: Option<Span> = None;
        let mut depth = 0_usize;
        while let Some(word) = self.next() {
            match &word.token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => {
                        return inner.ok_or_else(|| {
                            let message = format!("expected {what}, found `)`");
                            Box::new(Diagnostic::error(Code::Syntax, word.span, message))
                        });
                    }
                },
                _ => {}
            }
            inner = Some(inner.unwrap_or(word.span).to(word.span));
        }
        let message = "this bracket is not closed";
        Err(Box::new(Diagnostic::error(Code::Syntax, open, message)))
    }

    /// The place of a query: up to the end, or to a `WITH (..)` of the statement around it.
    pub(super) fn query(&mut self) -> Result<Span> {
        let first = self.here();
        let start = self.index;
        let mut depth = 0_usize;
        while let Some(word) = self.peek() {
            match &word.token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                _ if depth == 0 && self.is("WITH") && self.is_followed_by(&Token::LParen) => break,
                _ => {}
            }
            self.index += 1;
        }
        if self.index == start {
            return Err(self.expected("a query"));
        }
        Ok(first.to(self.before()))
    }

    /// What was expected in place of the next word.
    pub(super) fn expected(&self, what: &str) -> Box<Diagnostic> {
        let message = match self.peek() {
            Some(word) => format!("expected {what}, found `{}`", self.source.slice(word.span)),
            None => format!("expected {what}, found the end of the statement"),
        };
        Box::new(Diagnostic::error(Code::Syntax, self.here(), message))
    }
}
