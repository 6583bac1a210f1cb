//! `WITH BULK_OPTIONS (batch_size = 1000, ordered = false)` and `WITH UPLOAD_OPTIONS (..)`, which the
//! parser does not know.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// The clause that an option stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OptionsClause {
    /// `WITH BULK_OPTIONS (..)`, of rows.
    Bulk,
    /// `WITH UPLOAD_OPTIONS (..)`, of files.
    Upload,
}

impl OptionsClause {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            OptionsClause::Bulk => "BULK_OPTIONS",
            OptionsClause::Upload => "UPLOAD_OPTIONS",
        }
    }

    fn of(token: &Token) -> Option<Self> {
        let mut all = [OptionsClause::Bulk, OptionsClause::Upload].into_iter();
        all.find(|clause| is_word(token, clause.name()))
    }
}

/// An option of a statement that writes many rows, or files.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WriteOption {
    pub(crate) clause: OptionsClause,
    /// Its name in lower case.
    pub(crate) name: String,
    pub(crate) value: OptionValue,
    /// Where it stands, the value included.
    pub(crate) span: Span,
}

/// The value of an option.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum OptionValue {
    Number(String),
    Text(String),
    Word(String),
}

/// Takes the clause out of the tokens, if it is there.
///
/// `place` gives the place of a token in the text.
pub(super) fn take(
    tokens: &mut Vec<TokenWithSpan>,
    place: impl Fn(&TokenWithSpan) -> Span,
) -> Result<Vec<WriteOption>> {
    let words: Vec<usize> = (0..tokens.len())
        .filter(|index| {
            !matches!(
                tokens.get(*index).map(|token| &token.token),
                Some(Token::Whitespace(_)) | None
            )
        })
        .collect();
    let clause = words.windows(3).position(|window| {
        let token = |at: usize| {
            let index = window.get(at)?;
            tokens.get(*index).map(|token| &token.token)
        };
        token(0).is_some_and(|token| is_word(token, "with"))
            && token(1).and_then(OptionsClause::of).is_some()
            && token(2) == Some(&Token::LParen)
    });
    let Some(first) = clause else {
        return Ok(Vec::new());
    };
    let name = words.get(first + 1).and_then(|index| tokens.get(*index));
    let Some(clause) = name.and_then(|name| OptionsClause::of(&name.token)) else {
        return Ok(Vec::new());
    };
    let inside: Vec<TokenWithSpan> = words
        .iter()
        .skip(first + 3)
        .filter_map(|index| tokens.get(*index).cloned())
        .collect();
    let (options, used) = options(clause, &inside, &place)?;
    let start = words.get(first).copied().unwrap_or_default();
    let end = words.get(first + 3 + used).copied().unwrap_or(tokens.len());
    tokens.drain(start..end);
    Ok(options)
}

/// The options up to the closing bracket, and how many tokens they take with it.
fn options(
    clause: OptionsClause,
    tokens: &[TokenWithSpan],
    place: &impl Fn(&TokenWithSpan) -> Span,
) -> Result<(Vec<WriteOption>, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    let expected = |token: Option<&TokenWithSpan>, what: &str| {
        let span = token.map_or(Span::default(), place);
        let message = format!("expected {what} in `{}`", clause.name());
        Box::new(Diagnostic::error(Code::Syntax, span, message))
    };
    loop {
        let Some(name) = tokens.get(at) else {
            return Err(expected(tokens.last(), "`)` after the options"));
        };
        if name.token == Token::RParen && found.is_empty() {
            return Ok((found, at + 1));
        }
        let Token::Word(word) = &name.token else {
            return Err(expected(Some(name), "the name of an option"));
        };
        let equals = tokens.get(at + 1);
        if equals.is_none_or(|token| token.token != Token::Eq) {
            return Err(expected(equals.or(Some(name)), "`=` after the name"));
        }
        let Some(value) = tokens.get(at + 2) else {
            return Err(expected(equals, "a value after `=`"));
        };
        let parsed = match &value.token {
            Token::Number(number, _) => OptionValue::Number(number.clone()),
            Token::SingleQuotedString(text) => OptionValue::Text(text.clone()),
            Token::Word(word) => OptionValue::Word(word.value.to_lowercase()),
            _ => {
                return Err(expected(Some(value), "a number, a text, TRUE or FALSE"));
            }
        };
        found.push(WriteOption {
            clause,
            name: word.value.to_lowercase(),
            value: parsed,
            span: place(name).to(place(value)),
        });
        at += 3;
        match tokens.get(at).map(|token| &token.token) {
            Some(Token::Comma) => at += 1,
            Some(Token::RParen) => return Ok((found, at + 1)),
            _ => return Err(expected(tokens.get(at), "`,` or `)`")),
        }
    }
}

fn is_word(token: &Token, name: &str) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(name))
}
