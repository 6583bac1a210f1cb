//! `INSERT INTO GRIDFS('photos')` and `TRUNCATE GRIDFS('photos')`, which the parser does not read: it takes
//! the brackets for those of the list of columns, or knows no brackets there.
//!
//! The call becomes the name of the bucket, in quotes that no dialect here has.

use super::source::Source;
use super::table_function::TableFunction;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use sqlparser::ast::ObjectName;
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan, Word};

/// The quotes of a name that stands for `GRIDFS('..')`.
const QUOTE: char = '`';

/// The tokens with the name of the bucket in place of each `GRIDFS('..')` that is written to by name.
///
/// Fails at a `GRIDFS_FILES('..')` in its place, of which the parser would say something else.
pub(super) fn as_names(
    tokens: Vec<TokenWithSpan>,
    source: &Source<'_>,
) -> Result<Vec<TokenWithSpan>> {
    let mut found: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut rest = tokens.into_iter();
    while let Some(token) = rest.next() {
        let function = function(&token.token).filter(|_| is_written(&found));
        let target = function.zip(bucket(rest.as_slice()));
        match target {
            Some((TableFunction::GridFs, (names, used))) => {
                found.extend(names);
                rest.by_ref().take(used).for_each(drop);
            }
            Some((TableFunction::GridFsFiles, _)) => return Err(read_only(&token, source)),
            Some((TableFunction::ChangeStream, _)) | None => found.push(token),
        }
    }
    Ok(found)
}

/// The error for `GRIDFS_FILES('..')` where files are written.
fn read_only(token: &TokenWithSpan, source: &Source<'_>) -> Box<Diagnostic> {
    let start = source.offset(token.span.start);
    let place = Span::new(start, source.offset(token.span.end));
    let message = "`GRIDFS_FILES` is where files are read";
    Box::new(
        Diagnostic::error(Code::BucketOrTable, place, message)
            .help("write `GRIDFS` in place of it"),
    )
}

/// Whether a name stands for `GRIDFS('..')`.
pub(crate) fn is_bucket_target(name: &ObjectName) -> bool {
    let first = name.0.first().and_then(|part| part.as_ident());
    first.is_some_and(|name| name.quote_style == Some(QUOTE))
}

fn function(token: &Token) -> Option<TableFunction> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => TableFunction::named(&word.value),
        _ => None,
    }
}

/// Whether the name of a table to write to follows.
fn is_written(before: &[TokenWithSpan]) -> bool {
    let mut words = before
        .iter()
        .rev()
        .filter(|token| !matches!(token.token, Token::Whitespace(_)))
        .map(|token| match &token.token {
            Token::Word(word) => word.keyword,
            _ => Keyword::NoKeyword,
        });
    match words.next() {
        Some(Keyword::INTO | Keyword::TRUNCATE) => true,
        Some(Keyword::TABLE) => words.next() == Some(Keyword::TRUNCATE),
        _ => false,
    }
}

/// The names in `('shop.photos')`, and how many tokens that is.
fn bucket(tokens: &[TokenWithSpan]) -> Option<(Vec<TokenWithSpan>, usize)> {
    let words: Vec<(usize, &TokenWithSpan)> = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| !matches!(token.token, Token::Whitespace(_)))
        .take(3)
        .collect();
    let [(_, opening), (_, name), (end, closing)] = words[..] else {
        return None;
    };
    let Token::SingleQuotedString(text) = &name.token else {
        return None;
    };
    if opening.token != Token::LParen || closing.token != Token::RParen {
        return None;
    }
    let mut names = Vec::new();
    for part in text.split('.') {
        let with = |token| TokenWithSpan {
            token,
            span: name.span,
        };
        if !names.is_empty() {
            names.push(with(Token::Period));
        }
        names.push(with(Token::Word(Word {
            value: part.to_owned(),
            quote_style: Some(QUOTE),
            keyword: Keyword::NoKeyword,
        })));
    }
    Some((names, end + 1))
}
