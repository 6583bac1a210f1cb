//! `SET items[2].quantity = 5`: items of arrays as targets, which the parser does not read.
//!
//! The subscript becomes a part of the name before it, behind a mark that no name has.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// What stands between a name and its subscript.
const MARK: char = '\u{1}';

/// The tokens with the subscripts of targets as parts of their names.
pub(super) fn subscripts_in_names(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    if !tokens
        .iter()
        .any(|token| is_keyword(&token.token, Keyword::SET))
    {
        return tokens;
    }
    let mut rest = tokens.into_iter().peekable();
    let mut found: Vec<TokenWithSpan> = Vec::new();
    let mut depth = 0_usize;
    // The depth of the brackets in which a list of assignments stands.
    let mut list = None;
    let mut begins_target = false;
    while let Some(token) = rest.next() {
        match &token.token {
            Token::Whitespace(_) => {
                found.push(token);
                continue;
            }
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
            word if is_keyword(word, Keyword::SET) => list = Some(depth),
            word if ENDS.iter().any(|end| is_keyword(word, *end)) && list == Some(depth) => {
                list = None;
            }
            _ => {}
        }
        let begins_next = list == Some(depth)
            && (is_keyword(&token.token, Keyword::SET) || token.token == Token::Comma);
        let is_target = begins_target && matches!(token.token, Token::Word(_));
        begins_target = begins_next;
        found.push(token);
        if is_target {
            read_target(&mut rest, &mut found);
        }
    }
    found
}

/// The words that end a list of assignments.
const ENDS: [Keyword; 4] = [
    Keyword::FROM,
    Keyword::WHERE,
    Keyword::RETURNING,
    Keyword::WHEN,
];

/// Reads on behind the first name of a target.
fn read_target(
    rest: &mut std::iter::Peekable<std::vec::IntoIter<TokenWithSpan>>,
    found: &mut Vec<TokenWithSpan>,
) {
    loop {
        match rest.peek().map(|token| &token.token) {
            Some(Token::Period | Token::Whitespace(_)) => found.extend(rest.next()),
            Some(Token::Word(_))
                if found
                    .last()
                    .is_some_and(|token| token.token == Token::Period) =>
            {
                found.extend(rest.next());
            }
            Some(Token::LBracket) => {
                let bracket = rest.next();
                let number = match rest.peek().map(|token| &token.token) {
                    Some(Token::Number(number, _)) => number.clone(),
                    _ => {
                        // Something else: the parser says what it thinks of it.
                        found.extend(bracket);
                        return;
                    }
                };
                rest.next();
                if rest.peek().map(|token| &token.token) != Some(&Token::RBracket) {
                    return;
                }
                rest.next();
                if let Some(TokenWithSpan {
                    token: Token::Word(word),
                    ..
                }) = found.last_mut()
                {
                    word.value = format!("{}{MARK}{number}", word.value);
                    word.keyword = Keyword::NoKeyword;
                }
            }
            _ => return,
        }
    }
}

/// A name and its subscript, if it has one.
pub(crate) fn name_and_subscript(name: &str) -> (&str, Option<&str>) {
    match name.split_once(MARK) {
        Some((name, subscript)) => (name, Some(subscript)),
        None => (name, None),
    }
}

fn is_keyword(token: &Token, keyword: Keyword) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.keyword == keyword)
}
