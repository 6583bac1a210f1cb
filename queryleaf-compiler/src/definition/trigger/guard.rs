//! Expressions that are computed for the branch only in which they stand.
//!
//! The columns of a query are computed for every row of it. `CALL f(100 / change.full_document.n)` in a
//! branch must not fail the events for which that branch is not taken, so what can fail is put into a
//! `CASE` with the conditions of the branches around it.

use super::body::Condition;
use super::rewritten::Rewritten;
use crate::syntax::Word;
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

/// A branch: which conditions are not true in it, and which one is; none in that of an `ELSE`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Guard {
    pub(super) not: Vec<Condition>,
    pub(super) is: Option<Condition>,
}

/// Writes an expression that is computed in these branches only, the outermost first.
pub(super) fn guarded(
    sql: &mut Rewritten,
    guards: &[Guard],
    write: &dyn Fn(&mut Rewritten, &Condition),
    inner: &dyn Fn(&mut Rewritten),
) {
    let Some((guard, rest)) = guards.split_first() else {
        inner(sql);
        return;
    };
    sql.word("CASE");
    for condition in &guard.not {
        sql.word(" WHEN ");
        write(sql, condition);
        sql.word(" THEN NULL");
    }
    match &guard.is {
        Some(condition) => {
            sql.word(" WHEN ");
            write(sql, condition);
            sql.word(" THEN ");
        }
        None => sql.word(" ELSE "),
    }
    guarded(sql, rest, write, inner);
    sql.word(" END");
}

/// Whether an expression of these words can fail for no event: it reads fields and compares them.
pub(super) fn never_fails(words: &[Word]) -> bool {
    words.iter().enumerate().all(|(index, word)| {
        let before = index.checked_sub(1).and_then(|before| words.get(before));
        let next = words.get(index + 1).map(|word| &word.token);
        match &word.token {
            Token::Word(name) => {
                let after_dot = before.is_some_and(|before| before.token == Token::Period);
                let is_operator = name.quote_style.is_none()
                    && matches!(
                        name.keyword,
                        Keyword::AND
                            | Keyword::OR
                            | Keyword::NOT
                            | Keyword::IN
                            // `CONTAINS`, as the words of a query have it.
                            | Keyword::OPERATOR
                    );
                after_dot
                    || is_operator
                    || !(next == Some(&Token::LParen) || computes(name.keyword))
            }
            Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::Period
            | Token::Comma
            | Token::LParen
            | Token::RParen
            | Token::LBracket
            | Token::RBracket
            | Token::Eq
            | Token::Neq
            | Token::Lt
            | Token::Gt
            | Token::LtEq
            | Token::GtEq
            | Token::Question
            | Token::Arrow
            | Token::LongArrow => true,
            _ => false,
        }
    })
}

/// Whether this word begins something that computes.
fn computes(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::CASE
            | Keyword::INTERVAL
            | Keyword::LIKE
            | Keyword::ILIKE
            | Keyword::SIMILAR
            | Keyword::SELECT
    )
}
