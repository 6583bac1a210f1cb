//! `TABLE t`, which is short for `SELECT * FROM t`.
//!
//! The parser reads two words more than it uses after the name, and so would lose an `ORDER BY`.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// The tokens with `SELECT * FROM` in place of each `TABLE` that begins a query.
pub(super) fn spelled_out(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let is_table = |token: &TokenWithSpan| is_keyword(&token.token, Keyword::TABLE);
    if !tokens.iter().any(is_table) {
        return tokens;
    }
    let mut spelled = Vec::with_capacity(tokens.len());
    // The two words before the present one.
    let mut before = [None, None];
    for token in tokens {
        if is_table(&token) && begins_query(&before) {
            for part in [
                Token::make_keyword("SELECT"),
                Token::Mul,
                Token::make_keyword("FROM"),
            ] {
                spelled.push(TokenWithSpan::new(part, token.span));
            }
            before = [None, Some(token.token)];
            continue;
        }
        if !matches!(token.token, Token::Whitespace(_)) {
            let [_, last] = before;
            before = [last, Some(token.token.clone())];
        }
        spelled.push(token);
    }
    spelled
}

fn begins_query(before: &[Option<Token>; 2]) -> bool {
    let is_operator = |token: &Token| {
        [Keyword::UNION, Keyword::INTERSECT, Keyword::EXCEPT]
            .into_iter()
            .any(|operator| is_keyword(token, operator))
    };
    match before {
        [_, None] | [_, Some(Token::LParen | Token::RParen)] => true,
        [Some(operator), Some(word)]
            if is_keyword(word, Keyword::ALL) || is_keyword(word, Keyword::DISTINCT) =>
        {
            is_operator(operator)
        }
        [_, Some(word)] => is_operator(word),
    }
}

fn is_keyword(token: &Token, keyword: Keyword) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.keyword == keyword)
}
