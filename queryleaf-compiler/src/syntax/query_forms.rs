//! Forms of a query that the parser does not read, spelled out in words that it does.
//!
//! * `TABLE t` is short for `SELECT * FROM t`. The parser reads two words more than it uses after the
//!   name, and so would lose an `ORDER BY`.
//! * `GROUP BY DISTINCT ..` becomes a first key of a name that stands for the word.
//! * `SELECT top` names a column; the parser takes the word for a clause of another dialect.
//! * `x > ALL (VALUES (1), (2))` is `x > ALL (SELECT * FROM (VALUES (1), (2)) AS "values")`.
//! * `LATERAL UNNEST(..)`: a function in `FROM` may name what stands before it with and without the
//!   word.
//! * `fields CONTAINS 'path'` becomes `fields OPERATOR(contains) 'path'`.
//! * `CHANGE_STREAM(DATABASE shop)` becomes a named argument, `DATABASE => shop`.
//! * `TRIM(BOTH FROM x)` loses a word that the parser wants behind characters alone.
//! * `EXCLUDE ..` behind a frame becomes a last key of the window of a name that stands for it.

use super::table_function::TableFunction;
use crate::analyze::{EXCLUDE_CURRENT_ROW, EXCLUDE_GROUP, EXCLUDE_NO_OTHERS, EXCLUDE_TIES};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Span, Token, TokenWithSpan};

/// The tokens with these forms spelled out; what is put in has the place of the word before which it
/// stands.
pub(super) fn spelled_out(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let has_form = |token: &TokenWithSpan| {
        [
            Keyword::TABLE,
            Keyword::VALUES,
            Keyword::GROUP,
            Keyword::TOP,
            Keyword::LATERAL,
            Keyword::EXCLUDE,
            Keyword::DATABASE,
            Keyword::TRIM,
        ]
        .into_iter()
        .any(|keyword| is_keyword(&token.token, keyword))
            || is_contains(&token.token)
    };
    if !tokens.iter().any(has_form) {
        return tokens;
    }
    let mut spelled = Spelled::default();
    let mut rest = tokens.into_iter();
    while let Some(mut token) = rest.next() {
        if is_keyword(&token.token, Keyword::LATERAL) && is_word(words(rest.as_slice()).next()) {
            continue;
        }
        if is_keyword(&token.token, Keyword::EXCLUDE)
            && let Some((what, tokens)) = excluded(rest.as_slice())
            && spelled.exclude(what, token.span)
        {
            rest.by_ref().take(tokens).for_each(drop);
            continue;
        }
        if is_keyword(&token.token, Keyword::FROM) && spelled.trims_spaces() {
            continue;
        }
        if is_contains(&token.token)
            && is_quoted_path(words(rest.as_slice()).next())
            && ends_operand(spelled.before.last())
        {
            spelled.contains(token.span);
            continue;
        }
        if is_keyword(&token.token, Keyword::DATABASE) && spelled.opens_change_stream() {
            let span = token.span;
            as_name(&mut token.token);
            spelled.add(token);
            spelled.put([Token::RArrow], span);
            continue;
        }
        if is_keyword(&token.token, Keyword::TOP) && !counts_rows(rest.as_slice()) {
            as_name(&mut token.token);
        }
        spelled.add(token);
    }
    spelled.tokens
}

#[derive(Default)]
struct Spelled {
    tokens: Vec<TokenWithSpan>,
    /// The two words before the present one.
    before: [Option<Token>; 2],
    /// How many brackets are open.
    depth: usize,
    /// The depths at which `VALUES` has been put into a query of its own.
    wrapped: Vec<usize>,
    /// The brackets that are open, each perhaps of a window.
    windows: Vec<Window>,
}

/// What is known of a pair of brackets that may be those of a window.
#[derive(Default)]
struct Window {
    /// Whether it has `PARTITION BY` or `ORDER BY`.
    has_keys: bool,
    /// The place of the word with which the frame begins.
    frame: Option<usize>,
}

impl Spelled {
    fn add(&mut self, token: TokenWithSpan) {
        if is_keyword(&token.token, Keyword::TABLE) && begins_query(&self.before) {
            self.put(select_from(), token.span);
            self.before = [None, Some(token.token)];
            return;
        }
        match &token.token {
            Token::Whitespace(_) => {
                self.tokens.push(token);
                return;
            }
            Token::LParen => {
                self.depth += 1;
                self.windows.push(Window::default());
            }
            Token::RParen => {
                self.windows.pop();
                if self.wrapped.last() == Some(&self.depth) {
                    self.wrapped.pop();
                    let alias = Token::make_word("values", Some('"'));
                    let end = [Token::RParen, Token::make_keyword("AS"), alias];
                    self.put(end, token.span);
                }
                self.depth = self.depth.saturating_sub(1);
            }
            word if is_keyword(word, Keyword::DISTINCT) && follows_group_by(&self.before) => {
                let word = Token::make_word(crate::analyze::GROUP_BY_DISTINCT, Some('"'));
                self.put([word, Token::Comma], token.span);
                self.before = [None, Some(Token::Comma)];
                return;
            }
            word if is_keyword(word, Keyword::VALUES) && is_quantified(&self.before) => {
                self.put(select_from(), token.span);
                self.put([Token::LParen], token.span);
                self.wrapped.push(self.depth);
            }
            word => {
                let place = self.tokens.len();
                if let Some(window) = self.windows.last_mut() {
                    window.has_keys |= is_keyword(word, Keyword::BY);
                    if begins_frame(word) {
                        window.frame = Some(place);
                    }
                }
            }
        }
        self.before.rotate_left(1);
        let [_, last] = &mut self.before;
        *last = Some(token.token.clone());
        self.tokens.push(token);
    }

    /// Puts the name that stands for what a frame leaves out in front of the frame; false where there
    /// is none.
    fn exclude(&mut self, what: &str, span: Span) -> bool {
        let Some(window) = self.windows.last() else {
            return false;
        };
        let Some(place) = window.frame else {
            return false;
        };
        let name = Token::make_word(what, Some('"'));
        let words = if window.has_keys {
            vec![Token::Comma, name]
        } else {
            let [partition, by] = ["PARTITION", "BY"].map(Token::make_keyword);
            vec![partition, by, name]
        };
        let words = words.into_iter();
        let words = words.map(|word| TokenWithSpan::new(word, span));
        self.tokens.splice(place..place, words);
        true
    }

    /// Puts the operator that stands for `CONTAINS`.
    fn contains(&mut self, span: Span) {
        let operator = [
            Token::make_keyword("OPERATOR"),
            Token::LParen,
            Token::make_word("contains", None),
            Token::RParen,
        ];
        self.put(operator, span);
        self.before = [None, Some(Token::RParen)];
    }

    /// Whether the last words are `TRIM (`, or these and a side, with no characters behind them.
    fn trims_spaces(&self) -> bool {
        let is_side = |word: &Token| {
            [Keyword::BOTH, Keyword::LEADING, Keyword::TRAILING]
                .into_iter()
                .any(|side| is_keyword(word, side))
        };
        let words = self.tokens.iter().rev().map(|token| &token.token);
        let mut words = words.filter(|word| !matches!(word, Token::Whitespace(_)));
        let last = match words.next() {
            Some(word) if is_side(word) => words.next(),
            word => word,
        };
        last == Some(&Token::LParen)
            && words
                .next()
                .is_some_and(|word| is_keyword(word, Keyword::TRIM))
    }

    /// Whether the last words are `CHANGE_STREAM (`.
    fn opens_change_stream(&self) -> bool {
        match &self.before {
            [Some(Token::Word(name)), Some(Token::LParen)] => {
                TableFunction::named(&name.value) == Some(TableFunction::ChangeStream)
            }
            _ => false,
        }
    }

    fn put<const N: usize>(&mut self, words: [Token; N], span: Span) {
        let words = words.into_iter();
        self.tokens
            .extend(words.map(|word| TokenWithSpan::new(word, span)));
    }
}

/// Whether this is the word `CONTAINS`.
fn is_contains(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("contains"))
}

/// Whether this is the path behind `CONTAINS`; behind the function there is a bracket.
fn is_quoted_path(token: Option<&Token>) -> bool {
    matches!(
        token,
        Some(Token::SingleQuotedString(_) | Token::Placeholder(_) | Token::Colon)
    )
}

/// Whether an operand may end in this word.
fn ends_operand(token: Option<&Option<Token>>) -> bool {
    match token {
        Some(Some(Token::Word(word))) => {
            word.quote_style.is_some() || word.keyword == Keyword::NoKeyword
        }
        Some(Some(token)) => matches!(
            token,
            Token::RParen | Token::RBracket | Token::SingleQuotedString(_)
        ),
        _ => false,
    }
}

/// Whether these words behind `TOP` make it the clause.
fn counts_rows(rest: &[TokenWithSpan]) -> bool {
    let next = words(rest).next();
    next.is_some_and(|next| matches!(next, Token::Number(..) | Token::LParen))
}

fn words(tokens: &[TokenWithSpan]) -> impl Iterator<Item = &Token> {
    tokens
        .iter()
        .map(|token| &token.token)
        .filter(|token| !matches!(token, Token::Whitespace(_)))
}

fn is_word(token: Option<&Token>) -> bool {
    matches!(token, Some(Token::Word(_)))
}

fn begins_frame(token: &Token) -> bool {
    [Keyword::ROWS, Keyword::RANGE, Keyword::GROUPS]
        .into_iter()
        .any(|unit| is_keyword(token, unit))
}

/// What the words behind `EXCLUDE` leave out of a frame, and how many tokens they are.
fn excluded(rest: &[TokenWithSpan]) -> Option<(&'static str, usize)> {
    let mut words = rest
        .iter()
        .enumerate()
        .filter_map(|(place, token)| match &token.token {
            Token::Whitespace(_) => None,
            Token::Word(word) => Some((place + 1, word.value.to_uppercase())),
            _ => Some((place + 1, String::new())),
        });
    let (first, second) = (words.next()?, words.next()?);
    let excluded = match (first.1.as_str(), second.1.as_str()) {
        ("CURRENT", "ROW") => (EXCLUDE_CURRENT_ROW, second.0),
        ("NO", "OTHERS") => (EXCLUDE_NO_OTHERS, second.0),
        ("GROUP", _) => (EXCLUDE_GROUP, first.0),
        ("TIES", _) => (EXCLUDE_TIES, first.0),
        _ => return None,
    };
    Some(excluded)
}

/// Makes an ordinary name of a keyword.
fn as_name(token: &mut Token) {
    if let Token::Word(word) = token {
        word.keyword = Keyword::NoKeyword;
    }
}

fn select_from() -> [Token; 3] {
    [
        Token::make_keyword("SELECT"),
        Token::Mul,
        Token::make_keyword("FROM"),
    ]
}

/// Whether a query may begin after these words.
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

fn follows_group_by(before: &[Option<Token>; 2]) -> bool {
    match before {
        [Some(group), Some(by)] => is_keyword(group, Keyword::GROUP) && is_keyword(by, Keyword::BY),
        _ => false,
    }
}

/// Whether these words are `ALL (`, `ANY (` or `SOME (`.
fn is_quantified(before: &[Option<Token>; 2]) -> bool {
    match before {
        [Some(word), Some(Token::LParen)] => [Keyword::ALL, Keyword::ANY, Keyword::SOME]
            .into_iter()
            .any(|quantifier| is_keyword(word, quantifier)),
        _ => false,
    }
}

fn is_keyword(token: &Token, keyword: Keyword) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.keyword == keyword)
}
