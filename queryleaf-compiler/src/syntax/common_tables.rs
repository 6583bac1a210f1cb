//! The names that `WITH` defines, found without parsing the text.

use super::source::Word;
use super::tables::is_keyword;
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;
use std::collections::BTreeSet;

/// The names of common table expressions: `name [(columns)] AS [NOT] [MATERIALIZED] (query)`.
pub(super) fn common_table_names(words: &[Word]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if !words.iter().any(|word| is_keyword(word, Keyword::WITH)) {
        return names;
    }
    for (index, word) in words.iter().enumerate() {
        if word.token != Token::LParen || !words.get(index + 1).is_some_and(opens_query) {
            continue;
        }
        let mut before = words
            .get(..index)
            .unwrap_or_default()
            .iter()
            .rev()
            .skip_while(|word| {
                is_keyword(word, Keyword::MATERIALIZED) || is_keyword(word, Keyword::NOT)
            });
        if !before
            .next()
            .is_some_and(|word| is_keyword(word, Keyword::AS))
        {
            continue;
        }
        let mut name = before.next();
        if name.is_some_and(|word| word.token == Token::RParen) {
            name = before
                .by_ref()
                .skip_while(|word| word.token != Token::LParen)
                .nth(1);
        }
        if let Some(Token::Word(name)) = name.map(|word| &word.token) {
            names.insert(name.value.clone());
        }
    }
    names
}

fn opens_query(word: &Word) -> bool {
    word.token == Token::LParen
        || [Keyword::SELECT, Keyword::WITH, Keyword::VALUES]
            .iter()
            .any(|keyword| is_keyword(word, *keyword))
}
