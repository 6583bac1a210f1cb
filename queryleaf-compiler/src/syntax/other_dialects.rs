//! Marks and words of other databases and of programming languages, and what SQL has instead.

use super::Source;
use super::misspelt::expected;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

/// Refuses what PostgreSQL does not read, and the parser would.
pub(super) fn check(source: &Source<'_>) -> Result<()> {
    for word in source.words() {
        if word.token == Token::DoubleEq {
            return Err(Box::new(
                Diagnostic::error(Code::Syntax, word.span, "`==` is no operator")
                    .help("`=` compares two values"),
            ));
        }
    }
    let is = |index: usize, keyword: Keyword| {
        let word = source.words().get(index).map(|word| &word.token);
        matches!(word, Some(Token::Word(word)) if word.keyword == keyword)
    };
    if let [replace, ..] = source.words()
        && is(0, Keyword::REPLACE)
    {
        return Err(Box::new(
            Diagnostic::error(Code::Syntax, replace.span, "PostgreSQL has no `REPLACE`")
                .help("write `INSERT INTO .. ON CONFLICT (_id) DO UPDATE SET ..`"),
        ));
    }
    if let [upsert, ..] = source.words()
        && source.slice(upsert.span).eq_ignore_ascii_case("UPSERT")
    {
        return Err(Box::new(
            Diagnostic::error(Code::Syntax, upsert.span, "PostgreSQL has no `UPSERT`")
                .help("write `INSERT INTO .. ON CONFLICT (_id) DO UPDATE SET ..`"),
        ));
    }
    if is(0, Keyword::INSERT)
        && !is(1, Keyword::INTO)
        && let Some(error) = expected(source, 0, "INTO")
    {
        return Err(Box::new(error));
    }
    Ok(())
}

/// What to say instead of the parser's complaint about a word.
pub(super) fn explained(source: &Source<'_>, found: &Diagnostic) -> Option<Diagnostic> {
    let words = source.words();
    let at = words.partition_point(|word| word.span.start < found.span.start);
    let text = |index: usize| words.get(index).map_or("", |word| source.slice(word.span));
    let before = at.checked_sub(1).map_or("", text);
    let wants_value = found.message.starts_with("expected an expression");
    let is_at_end = found.message.starts_with("expected end of statement");
    let (message, help) = match text(at) {
        "`" => (
            "names do not stand in backticks",
            "leave them out, or write `\"name\"` for a name that is also a keyword",
        ),
        "?" if wants_value => ("`?` is no parameter", PARAMETER),
        "{" | "%" | "#" if wants_value => ("expected an expression", PARAMETER),
        "!" if wants_value => ("`!` is no operator", "write `NOT`"),
        "=>" => ("`=>` does not compare", "write `>=`"),
        _ if before.eq_ignore_ascii_case("SET") && is_insert(source) => (
            "`SET` does not stand in an `INSERT`",
            "write `INSERT INTO .. (a, b) VALUES (1, 2)`",
        ),
        word if is_at_end && is_position(word) => (
            "an item of an array is no field",
            "take it with a subscript, `items[1].sku`: the first one is 1",
        ),
        word if word.eq_ignore_ascii_case("WHERE") && is_at_end => (
            "`WHERE` does not stand here",
            "write it before `GROUP BY` and `ORDER BY`; conditions on groups go into `HAVING`",
        ),
        _ if before.eq_ignore_ascii_case("SYMMETRIC") => (
            "`BETWEEN SYMMETRIC` is not supported",
            "write `BETWEEN LEAST(a, b) AND GREATEST(a, b)`",
        ),
        ")" if before == "(" && wants_value && is_behind(source, at, "IN") => (
            "an empty list",
            "write the values, or a parameter that may be empty, as in `IN (:list)`",
        ),
        _ if before.eq_ignore_ascii_case("IN") && found.message.starts_with("expected (") => (
            "`IN` takes a list or a query in brackets",
            "write `IN (:list)`, `IN (SELECT ..)`, or `= ANY(tags)` for an array",
        ),
        "+" | "-" | "*" | "/" if text(at + 1) == "=" => {
            let operator = text(at);
            let message = format!("`{operator}=` is no operator");
            let help = format!("write `{before} = {before} {operator} ..`");
            return Some(Diagnostic::error(Code::Syntax, found.span, message).help(help));
        }
        word if word.starts_with(':') && takes_table(before) => (
            "a table cannot be a parameter",
            "a parameter is a value: write the name of the table, or choose between two queries in Rust",
        ),
        "," if is_limit(source, at) => {
            return Some(limit(source, at));
        }
        word if before == "," && wants_value && is_clause(word) => {
            let span = words.get(at.checked_sub(1)?)?.span;
            return Some(
                Diagnostic::error(
                    Code::Syntax,
                    span,
                    format!("nothing between `,` and `{word}`"),
                )
                .help("remove the comma"),
            );
        }
        word => {
            // The parser takes `MINUS` for an alias and complains about what follows it.
            let (word, span) = match instead_of(word) {
                Some(_) => (word, found.span),
                None => (before, words.get(at.checked_sub(1)?)?.span),
            };
            let help = instead_of(word)?;
            let message = format!("PostgreSQL has no `{word}`");
            return Some(Diagnostic::error(Code::Syntax, span, message).help(help));
        }
    };
    Some(Diagnostic::error(Code::Syntax, found.span, message).help(help))
}

const PARAMETER: &str = "a parameter is `:name`, which takes the variable `name`, or `$1`, whose value follows the text";

/// What PostgreSQL writes for a word that is no keyword to it.
fn instead_of(word: &str) -> Option<&'static str> {
    let words = [
        ("MINUS", "write `EXCEPT`"),
        ("MOD", "write `x % y`, or `MOD(x, y)`"),
        ("DIV", "write `x / y`: of two integers it is an integer"),
        ("REGEXP", "write `x ~ 'pattern'`"),
        ("RLIKE", "write `x ~ 'pattern'`"),
    ];
    words
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word))
        .map(|(_, help)| *help)
}

/// Whether the statement is an `INSERT`.
fn is_insert(source: &Source<'_>) -> bool {
    let first = source.words().first();
    first.is_some_and(|word| source.slice(word.span).eq_ignore_ascii_case("INSERT"))
}

/// Whether it is `.0`, as other languages ask for an item: to SQL it is a number.
fn is_position(word: &str) -> bool {
    word.strip_prefix('.')
        .is_some_and(|digits| digits.starts_with(|first: char| first.is_ascii_digit()))
}

/// Whether the bracket before this word stands behind a keyword.
fn is_behind(source: &Source<'_>, at: usize, keyword: &str) -> bool {
    let word = at
        .checked_sub(2)
        .and_then(|index| source.words().get(index));
    word.is_some_and(|word| source.slice(word.span).eq_ignore_ascii_case(keyword))
}

/// Whether a table stands behind this keyword.
fn takes_table(word: &str) -> bool {
    ["FROM", "JOIN", "INTO", "UPDATE", "USING"]
        .iter()
        .any(|keyword| keyword.eq_ignore_ascii_case(word))
}

fn is_clause(word: &str) -> bool {
    ["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", ")"]
        .iter()
        .any(|clause| clause.eq_ignore_ascii_case(word))
}

/// Whether a comma stands behind `LIMIT` and a count.
fn is_limit(source: &Source<'_>, comma: usize) -> bool {
    let words = source.words();
    comma
        .checked_sub(2)
        .and_then(|index| words.get(index))
        .is_some_and(|word| source.slice(word.span).eq_ignore_ascii_case("LIMIT"))
}

fn limit(source: &Source<'_>, comma: usize) -> Diagnostic {
    let words = source.words();
    let text = |index: usize| words.get(index).map_or("n", |word| source.slice(word.span));
    let span = words.get(comma).map_or(Span::default(), |word| word.span);
    let (offset, count) = (text(comma - 1), text(comma + 1));
    Diagnostic::error(Code::Syntax, span, "`LIMIT` takes one count")
        .help(format!("write `LIMIT {count} OFFSET {offset}`"))
}

#[cfg(test)]
mod tests {
    use super::super::{Words, parse};

    #[test]
    fn what_sql_has_instead() {
        for (sql, word, help) in [
            ("SELECT a FROM b WHERE a == 5", "==", "`=` compares"),
            ("SELECT `a` FROM b", "`", "leave them out"),
            ("SELECT a FROM b WHERE a = ?", "?", "`:name`"),
            ("SELECT a FROM b WHERE a = {a}", "{", "`:name`"),
            ("SELECT a FROM b WHERE a = %s", "%", "`:name`"),
            ("SELECT a FROM b WHERE !a", "!", "write `NOT`"),
            ("SELECT a FROM b WHERE a => 5", "=>", "write `>=`"),
            ("SELECT a FROM b LIMIT 5, 10", ",", "`LIMIT 10 OFFSET 5`"),
            ("SELECT a, FROM b", ",", "remove the comma"),
            ("REPLACE INTO b (a) VALUES (1)", "REPLACE", "ON CONFLICT"),
            ("UPSERT INTO b (a) VALUES (1)", "UPSERT", "ON CONFLICT"),
            ("INSERT INTO b SET a = 1", "a", "(a, b) VALUES"),
            ("SELECT items.0.sku FROM b", ".0", "`items[1].sku`"),
            ("SELECT a FROM b WHERE a IN :list", ":", "`IN (:list)`"),
            ("SELECT a FROM b WHERE a IN tags", "tags", "`= ANY(tags)`"),
            ("UPDATE b SET a += 1", "+", "`a = a + ..`"),
            ("SELECT a FROM :b", ":", "the name of the table"),
            ("SELECT a FROM b MINUS SELECT a FROM c", "MINUS", "`EXCEPT`"),
            ("SELECT a FROM b WHERE a MOD 2 = 0", "MOD", "`x % y`"),
            ("SELECT a FROM b WHERE a DIV 2 = 0", "DIV", "`x / y`"),
            ("SELECT a FROM b WHERE a = 'it's'", "'", "`'it''s'`"),
        ] {
            let error = parse(sql, Words::of(sql)).expect_err(sql);
            assert_eq!(
                sql.get(error.span.start..error.span.end),
                Some(word),
                "{sql}"
            );
            let told = error.help.unwrap_or_default();
            assert!(told.contains(help), "{sql}: {told}");
        }
    }
}
