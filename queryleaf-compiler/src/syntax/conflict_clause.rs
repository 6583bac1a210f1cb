//! `INSERT INTO t SELECT 1, 2 ON CONFLICT ..`: a list of columns with nothing behind it.
//!
//! The parser takes the `ON` there for the name of the last column. `WHERE TRUE` before it says that
//! the list is over.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// The clauses that end the list of a `SELECT`.
const CLAUSES: [Keyword; 10] = [
    Keyword::FROM,
    Keyword::WHERE,
    Keyword::GROUP,
    Keyword::HAVING,
    Keyword::WINDOW,
    Keyword::QUALIFY,
    Keyword::ORDER,
    Keyword::LIMIT,
    Keyword::OFFSET,
    Keyword::FETCH,
];

/// Ends such a list.
pub(super) fn set_apart(tokens: &mut Vec<TokenWithSpan>) {
    let Some(place) = end_of_bare_list(tokens) else {
        return;
    };
    let Some(span) = tokens.get(place).map(|token| token.span) else {
        return;
    };
    let words = ["WHERE", "TRUE"].map(Token::make_keyword);
    let words = words.map(|word| TokenWithSpan::new(word, span));
    tokens.splice(place..place, words);
}

/// The place of an `ON CONFLICT` behind a `SELECT` of columns alone.
fn end_of_bare_list(tokens: &[TokenWithSpan]) -> Option<usize> {
    let mut words = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| !matches!(token.token, Token::Whitespace(_)))
        .peekable();
    let (mut depth, mut is_bare, mut before) = (0_usize, false, None);
    while let Some((place, token)) = words.next() {
        match &token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            Token::Word(word) if depth == 0 && word.quote_style.is_none() => {
                let is_conflict = |next: &(usize, &TokenWithSpan)| is_conflict(&next.1.token);
                match word.keyword {
                    Keyword::SELECT => is_bare = true,
                    // `a IS DISTINCT FROM b`.
                    Keyword::FROM if before == Some(Keyword::DISTINCT) => {}
                    Keyword::ON if is_bare && words.peek().is_some_and(is_conflict) => {
                        return Some(place);
                    }
                    keyword if CLAUSES.contains(&keyword) => is_bare = false,
                    _ => {}
                }
                before = Some(word.keyword);
                continue;
            }
            _ => {}
        }
        before = None;
    }
    None
}

fn is_conflict(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.keyword == Keyword::CONFLICT)
}
