//! What was likely meant where the parser complains: a keyword that is misspelt, or one that is missing.
//!
//! The parser takes `FORM` for an alias and complains about the word behind it, so its complaint alone
//! does not tell. A misspelt keyword is the one with which the parser gets further.

use super::text::Words;
use super::{Source, end_of_text, location_of, statements, write_options};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::suggestion::distance_within;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// The keywords that structure a statement.
const KEYWORDS: [&str; 78] = [
    "ALL",
    "AND",
    "ANY",
    "ARRAY",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "CONFLICT",
    "CROSS",
    "CURRENT",
    "DEFAULT",
    "DELETE",
    "DESC",
    "DISTINCT",
    "DO",
    "ELSE",
    "END",
    "ESCAPE",
    "EXCEPT",
    "EXISTS",
    "FETCH",
    "FILTER",
    "FIRST",
    "FOLLOWING",
    "FROM",
    "FULL",
    "GROUP",
    "HAVING",
    "ILIKE",
    "IN",
    "INNER",
    "INSERT",
    "INTERSECT",
    "INTERVAL",
    "INTO",
    "IS",
    "JOIN",
    "LAST",
    "LATERAL",
    "LEFT",
    "LIKE",
    "LIMIT",
    "MATCHED",
    "MERGE",
    "NATURAL",
    "NOT",
    "NOTHING",
    "NULL",
    "NULLS",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "PARTITION",
    "PRECEDING",
    "QUALIFY",
    "RECURSIVE",
    "RETURNING",
    "RIGHT",
    "ROWS",
    "SELECT",
    "SET",
    "THEN",
    "TRUNCATE",
    "UNBOUNDED",
    "UNION",
    "UPDATE",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
    "WINDOW",
    "WITH",
];

/// How many words before and behind the one that the parser complains about may be the misspelt one.
const WORDS_BEFORE: usize = 6;
const WORDS_BEHIND: usize = 12;

/// How often the parser is asked again, and about texts of how many words.
const MOST_TRIES: usize = 32;
const MOST_WORDS: usize = 4000;

/// The error for the keyword that is likely misspelt or missing, if there is one.
pub(super) fn explained(source: &Source<'_>, found: &Diagnostic) -> Option<Diagnostic> {
    misspelt(source, found).or_else(|| missing(source))
}

fn misspelt(source: &Source<'_>, found: &Diagnostic) -> Option<Diagnostic> {
    let words = source.words();
    if words.len() > MOST_WORDS {
        return None;
    }
    let Words { tokens, .. } = Words::of(source.text()).ok()?;
    let at = words.partition_point(|word| word.span.start < found.span.start);
    let first = at.saturating_sub(WORDS_BEFORE);
    let mut best: Option<Better> = None;
    let mut tries = 0;
    for word in words.iter().skip(first).take(at - first + WORDS_BEHIND) {
        let Some(written) = unquoted(&word.token) else {
            continue;
        };
        if KEYWORDS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(written))
        {
            continue;
        }
        for keyword in KEYWORDS {
            let Some(distance) = distance_within(&written.to_uppercase(), keyword) else {
                continue;
            };
            tries += 1;
            if tries > MOST_TRIES {
                return best.map(|better| better.error(source));
            }
            let Some(reached) = reached_with(source, &tokens, word.span, keyword) else {
                continue;
            };
            let same_first = written
                .chars()
                .next()
                .map(|first| first.to_ascii_uppercase())
                == keyword.chars().next();
            let better = Better {
                reached,
                // `DSC` is as far from `ASC` as from `DESC`.
                distance: 2 * distance + usize::from(!same_first),
                span: word.span,
                keyword,
            };
            let gets_further = reached > found.span.end;
            if gets_further && best.as_ref().is_none_or(|best| better.is_better_than(best)) {
                best = Some(better);
            }
        }
    }
    best.map(|better| better.error(source))
}

/// A keyword with which the parser gets further.
struct Better {
    /// Up to which byte.
    reached: usize,
    distance: usize,
    span: Span,
    keyword: &'static str,
}

impl Better {
    fn is_better_than(&self, other: &Better) -> bool {
        (self.reached, other.distance) > (other.reached, self.distance)
    }

    fn error(&self, source: &Source<'_>) -> Diagnostic {
        let written = source.slice(self.span);
        let keyword = if written.chars().all(|letter| !letter.is_uppercase()) {
            self.keyword.to_lowercase()
        } else {
            self.keyword.to_owned()
        };
        Diagnostic::error(Code::Syntax, self.span, format!("no keyword `{written}`"))
            .help(format!("a keyword with a similar name exists: `{keyword}`"))
    }
}

fn unquoted(token: &Token) -> Option<&str> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
        _ => None,
    }
}

/// Up to which byte the parser gets with another keyword at a place.
fn reached_with(
    source: &Source<'_>,
    tokens: &[TokenWithSpan],
    span: Span,
    keyword: &str,
) -> Option<usize> {
    let mut tokens = tokens.to_vec();
    let replaced = tokens
        .iter_mut()
        .find(|token| source.convert(token.span) == span)?;
    replaced.token = Token::make_keyword(keyword);
    write_options::take(&mut tokens, |token| source.convert(token.span)).ok()?;
    match statements(tokens) {
        Ok(_) => Some(usize::MAX),
        Err(error) => location_of(&error).map(|location| source.offset(location)),
    }
}

/// The error for a word that always follows another and does not here.
fn missing(source: &Source<'_>) -> Option<Diagnostic> {
    let words = source.words();
    let is = |index: usize, keyword: &str| {
        words
            .get(index)
            .and_then(|word| unquoted(&word.token))
            .is_some_and(|word| word.eq_ignore_ascii_case(keyword))
    };
    if is(0, "DELETE") && !is(1, "FROM") {
        return expected(source, 0, "FROM");
    }
    for index in 0..words.len() {
        let names_order = is(index, "GROUP") && !(index > 0 && is(index - 1, "WITHIN"));
        if (names_order || is(index, "ORDER") || is(index, "PARTITION"))
            && !is(index + 1, "BY")
            && (is(index, "PARTITION") && is(index.wrapping_sub(2), "OVER")
                || is_after_operand(words.get(index.checked_sub(1)?).map(|word| &word.token)))
        {
            return expected(source, index, "BY");
        }
    }
    for index in 0..words.len() {
        let opens = words
            .get(index + 1)
            .is_some_and(|word| word.token == Token::LParen);
        // The `FILTER` of a named stream takes a condition alone.
        let of_aggregate = is(index, "FILTER") && !is(0, "CREATE");
        if of_aggregate && opens && !is(index + 2, "WHERE") {
            return expected(source, index + 1, "WHERE");
        }
    }
    let open_cases = (0..words.len()).filter(|index| is(*index, "CASE"));
    let ends = (0..words.len()).filter(|index| is(*index, "END")).count();
    let cases: Vec<usize> = open_cases.collect();
    if let (true, Some(case)) = (cases.len() > ends, cases.get(ends)) {
        let span = words
            .get(*case)
            .map_or(end_of_text(source), |word| word.span);
        return Some(
            Diagnostic::error(Code::Syntax, span, "a `CASE` without an `END`")
                .help("write `END` behind its last branch"),
        );
    }
    None
}

/// The error for another word behind one than the one that always follows it.
pub(super) fn expected(source: &Source<'_>, index: usize, keyword: &str) -> Option<Diagnostic> {
    let word = source.words().get(index)?.span;
    let (span, found) = match source.words().get(index + 1) {
        Some(next) => (next.span, format!("`{}`", source.slice(next.span))),
        None => (word, "the end of the query".to_owned()),
    };
    let word = source.slice(word).to_uppercase();
    let message = format!("expected `{keyword}` after `{word}`, found {found}");
    Some(Diagnostic::error(Code::Syntax, span, message))
}

/// Whether a keyword that begins a clause may follow this word, so that it is no name there.
fn is_after_operand(before: Option<&Token>) -> bool {
    match before {
        Some(Token::Comma | Token::Period | Token::LParen) | None => false,
        Some(token) => unquoted(token).is_none_or(|word| {
            ![
                "SELECT", "FROM", "JOIN", "AS", "BY", "AND", "OR", "NOT", "ON",
            ]
            .iter()
            .any(|keyword| keyword.eq_ignore_ascii_case(word))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Words, parse};

    /// The word of the error, and what it says.
    fn error(sql: &str) -> (String, String) {
        let error = parse(sql, Words::of(sql)).expect_err(sql);
        let word = sql.get(error.span.start..error.span.end).expect(sql);
        let help = error.help.unwrap_or(error.message);
        (word.to_owned(), help)
    }

    #[test]
    fn keywords_are_found_where_they_are_misspelt() {
        for (sql, written, keyword) in [
            ("SELEC title FROM books", "SELEC", "SELECT"),
            ("SELECT title FORM books WHERE pages > 1", "FORM", "FROM"),
            ("SELECT title FROM books WEHRE pages > 1", "WEHRE", "WHERE"),
            ("SELECT title FROM books WHERE a > 1 AN b < 2", "AN", "AND"),
            (
                "SELECT title FROM books WHERE a BETWEEN 1 AN 2",
                "AN",
                "AND",
            ),
            ("SELECT title FROM books ORDR BY title", "ORDR", "ORDER"),
            ("SELECT title FROM books ORDER BT title", "BT", "BY"),
            ("SELECT title FROM books ORDER BY title DSC", "DSC", "DESC"),
            ("SELECT title FROM books GRUOP BY title", "GRUOP", "GROUP"),
            ("SELECT title FROM books LIMT 5", "LIMT", "LIMIT"),
            ("SELECT a FROM b LEFT JION c ON TRUE", "JION", "JOIN"),
            ("SELECT a FROM b WHERE a IS NOT NUL", "NUL", "NULL"),
            ("SELECT CASE WHEN a THEN 1 ELS 2 END AS x", "ELS", "ELSE"),
            ("SELECT a FROM b UNON SELECT a FROM b", "UNON", "UNION"),
            ("UPDTE books SET pages = 1", "UPDTE", "UPDATE"),
            ("UPDATE books ST pages = 1", "ST", "SET"),
            ("INSERT INTO books (title) VALUS ('a')", "VALUS", "VALUES"),
            ("delet from books", "delet", "delete"),
        ] {
            let help = format!("a keyword with a similar name exists: `{keyword}`");
            assert_eq!(error(sql), (written.to_owned(), help), "{sql}");
        }
    }

    #[test]
    fn a_missing_word_is_named() {
        for (sql, word, says) in [
            (
                "SELECT a FROM b GROUP a",
                "a",
                "expected `BY` after `GROUP`, found `a`",
            ),
            (
                "SELECT a FROM b ORDER",
                "ORDER",
                "expected `BY` after `ORDER`, found the end of the query",
            ),
            (
                "DELETE books WHERE a = 1",
                "books",
                "expected `FROM` after `DELETE`, found `books`",
            ),
            (
                "INSERT books (a) VALUES (1)",
                "books",
                "expected `INTO` after `INSERT`, found `books`",
            ),
            (
                "SELECT CASE WHEN a THEN 1 ELSE 2 AS x FROM b",
                "CASE",
                "write `END` behind its last branch",
            ),
        ] {
            assert_eq!(error(sql), (word.to_owned(), says.to_owned()), "{sql}");
        }
    }

    /// Words that are near a keyword are not blamed for what they have nothing to do with.
    #[test]
    fn other_errors_stay_as_they_are() {
        for (sql, word) in [
            ("SELECT form, wher FROM b WHERE", "WHERE"),
            ("SELECT ordr FROM form LIMIT 5 5", "5"),
            ("SELECT sett FROM b WHERE (a = 1", "1"),
        ] {
            let (found, help) = error(sql);
            assert_eq!(found, word, "{sql}");
            assert!(!help.contains("similar"), "{sql}: {help}");
        }
    }
}
