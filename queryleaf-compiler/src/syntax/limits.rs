//! Bounds on what is handed to the parser.
//!
//! The parser and the stages after it recurse into the tree. A bound on the depth of brackets and
//! on the length of operator chains, checked on the words alone, keeps any text from exhausting
//! the stack of the compiler.

use super::source::{Source, Word};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

/// The deepest nesting of brackets and `CASE`.
const MAX_DEPTH: usize = 48;

/// The most operators in a row at one level: `a AND b AND ..`, `a + b + ..`, `NOT NOT ..`.
const MAX_CHAIN: usize = 400;

/// The most set operators: each side becomes a pipeline of its own.
const MAX_SET_OPERATORS: usize = 64;

/// Refuses text that nests deeper or chains longer than the compiler is made for.
pub(super) fn check(source: &Source<'_>) -> Result<()> {
    let mut chains = vec![0_usize];
    let mut set_operators = 0_usize;
    for (index, word) in source.words().iter().enumerate() {
        if is_set_operator(word) {
            set_operators += 1;
            if set_operators > MAX_SET_OPERATORS {
                let message = format!("more than {MAX_SET_OPERATORS} set operators");
                let help = "run several queries, or write rows of constants as `VALUES (..), (..)`";
                return Err(too_complex(word.span, message, help));
            }
        }
        let before = index
            .checked_sub(1)
            .and_then(|index| source.words().get(index));
        match effect(word, before, source.words().get(index + 1)) {
            Effect::Opens => chains.push(0),
            Effect::Closes => {
                if chains.len() > 1 {
                    chains.pop();
                }
            }
            Effect::Chains => {
                if let Some(length) = chains.last_mut() {
                    *length += 1;
                }
            }
            Effect::Separates => {
                if let Some(length) = chains.last_mut() {
                    *length = 0;
                }
            }
            Effect::None => {}
        }
        if chains.len() > MAX_DEPTH {
            let message = format!("nesting deeper than {MAX_DEPTH} levels");
            let help = "name a part of the expression with a column alias, or split the query";
            return Err(too_complex(word.span, message, help));
        }
        if chains.last().is_some_and(|length| *length > MAX_CHAIN) {
            let message = format!("more than {MAX_CHAIN} operators in a row");
            let help = "write a long chain of `x = .. OR x = ..` as `x IN (..)`";
            return Err(too_complex(word.span, message, help));
        }
    }
    Ok(())
}

fn too_complex(span: Span, message: String, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::TooComplex, span, message).help(help))
}

/// What a word does to the shape of the tree.
enum Effect {
    Opens,
    Closes,
    Chains,
    Separates,
    None,
}

fn is_set_operator(word: &Word) -> bool {
    [Keyword::UNION, Keyword::EXCEPT, Keyword::INTERSECT]
        .into_iter()
        .any(|operator| is_keyword(word, operator))
}

fn is_keyword(word: &Word, keyword: Keyword) -> bool {
    matches!(&word.token, Token::Word(name) if name.quote_style.is_none() && name.keyword == keyword)
}

fn effect(word: &Word, before: Option<&Word>, next: Option<&Word>) -> Effect {
    let is = |word: Option<&Word>, keyword| word.is_some_and(|word| is_keyword(word, keyword));
    match &word.token {
        Token::LParen | Token::LBracket | Token::LBrace => Effect::Opens,
        Token::RParen | Token::RBracket | Token::RBrace => Effect::Closes,
        Token::Comma | Token::SemiColon => Effect::Separates,
        Token::Word(name) if name.quote_style.is_none() => match name.keyword {
            // In the body of a trigger, `END CASE` ends a statement, and `END IF` no `CASE`.
            Keyword::CASE if is(before, Keyword::END) => Effect::None,
            Keyword::CASE => Effect::Opens,
            Keyword::END if is(next, Keyword::IF) => Effect::None,
            Keyword::END => Effect::Closes,
            Keyword::SELECT | Keyword::FROM | Keyword::WHERE | Keyword::HAVING => Effect::Separates,
            Keyword::AND
            | Keyword::OR
            | Keyword::NOT
            | Keyword::UNION
            | Keyword::EXCEPT
            | Keyword::INTERSECT
            | Keyword::JOIN
            | Keyword::LIKE
            | Keyword::ILIKE
            | Keyword::BETWEEN
            | Keyword::IN
            | Keyword::IS
            | Keyword::AT
            | Keyword::COLLATE
            | Keyword::INTERVAL => Effect::Chains,
            _ => Effect::None,
        },
        Token::Word(_)
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::Placeholder(_)
        | Token::Whitespace(_)
        | Token::Period
        | Token::EOF => Effect::None,
        // Everything else is an operator, or a form of literal that is refused anyway.
        _ => Effect::Chains,
    }
}
