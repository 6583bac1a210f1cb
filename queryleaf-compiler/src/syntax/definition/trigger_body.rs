//! The body of a trigger: `BEGIN`, statements that each end with a semicolon, `END`.
//!
//! Its grammar is that of PL/pgSQL and of SQL/PSM, as far as both agree. Expressions and statements of
//! SQL are kept as places in the text.

use super::super::source::Word;
use super::CHANGE;
use super::cursor::Cursor;
use super::tree::{Argument, BodyStatement, Call, Case, If};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use sqlparser::tokenizer::Token;

/// The deepest nesting of `IF` and `CASE`: the stages behind this one recurse into it.
const MAX_DEPTH: usize = 16;

/// The words that begin a statement of SQL which writes rows.
const WRITES: [&str; 5] = ["INSERT", "UPDATE", "DELETE", "MERGE", "WITH"];

/// Where the body of the trigger begins that these words define, if they do.
pub(super) fn begin(words: &[Word]) -> Option<usize> {
    let is = |index: usize, keyword: &str| {
        let word = words.get(index);
        word.is_some_and(|word| is_keyword(word, keyword))
    };
    let name = match is(1, "OR") {
        true => 3,
        false => 1,
    };
    if !(is(0, "CREATE") && is(name, "TRIGGER")) {
        return None;
    }
    let mut words = words.iter().enumerate();
    let first =
        words.find(|(_, word)| is_keyword(word, "BEGIN") || word.token == Token::SemiColon)?;
    is_keyword(first.1, "BEGIN").then_some(first.0)
}

/// Where the body ends that begins there: behind the `END` of its `BEGIN`, or with the text.
pub(super) fn end(words: &[Word], begin: usize) -> usize {
    let mut depth = 0_usize;
    let mut before_is_end = false;
    for (index, word) in words.iter().enumerate().skip(begin) {
        let is_end = is_keyword(word, "END");
        let next = words.get(index + 1);
        if is_keyword(word, "BEGIN") || is_keyword(word, "CASE") && !before_is_end {
            depth += 1;
        } else if is_end && !next.is_some_and(|next| is_keyword(next, "IF")) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return index + 1;
            }
        }
        before_is_end = is_end;
    }
    words.len()
}

fn is_keyword(word: &Word, keyword: &str) -> bool {
    match &word.token {
        Token::Word(name) => name.quote_style.is_none() && name.value.eq_ignore_ascii_case(keyword),
        _ => false,
    }
}

/// `BEGIN .. END`.
pub(super) fn block(cursor: &mut Cursor<'_>) -> Result<Vec<BodyStatement>> {
    if cursor.is("DECLARE") {
        return Err(Box::new(
            Diagnostic::error(
                Code::Unsupported,
                cursor.here(),
                "a trigger has no variables",
            )
            .help("write the expression where its value is needed"),
        ));
    }
    let begin = cursor.expect("BEGIN")?;
    let statements = statements(cursor, &["END"], 0)?;
    if cursor.eat("END").is_none() {
        return Err(not_ended(cursor, begin, "END"));
    }
    Ok(statements)
}

/// The statements up to one of the words that end them.
fn statements(cursor: &mut Cursor<'_>, ends: &[&str], depth: usize) -> Result<Vec<BodyStatement>> {
    let mut statements = Vec::new();
    loop {
        while cursor.eat_mark(&Token::SemiColon).is_some() {}
        if cursor.peek().is_none() || ends.iter().any(|end| cursor.is(end)) {
            return Ok(statements);
        }
        statements.push(statement(cursor, depth)?);
        // The last statement may do without.
        let is_last = cursor.peek().is_none() || ends.iter().any(|end| cursor.is(end));
        if !is_last && cursor.eat_mark(&Token::SemiColon).is_none() {
            return Err(cursor.expected("`;`"));
        }
    }
}

fn statement(cursor: &mut Cursor<'_>, depth: usize) -> Result<BodyStatement> {
    let start = cursor.here();
    if (cursor.is("IF") || cursor.is("CASE")) && depth >= MAX_DEPTH {
        let message = format!("`IF` and `CASE` deeper than {MAX_DEPTH} levels");
        return Err(Box::new(
            Diagnostic::error(Code::TooComplex, start, message)
                .help("join conditions with AND, or leave the inner part to a function"),
        ));
    }
    if cursor.eat("IF").is_some() {
        return branches(cursor, start, depth).map(BodyStatement::If);
    }
    if cursor.eat("CASE").is_some() {
        return case(cursor, start, depth).map(BodyStatement::Case);
    }
    if cursor.eat("CALL").is_some() {
        return call(cursor).map(BodyStatement::Call);
    }
    if cursor.eat("NULL").is_some() {
        return Ok(BodyStatement::Nothing);
    }
    if WRITES.iter().any(|word| cursor.is(word)) {
        return Ok(BodyStatement::Write(cursor.statement()));
    }
    Err(unknown(cursor))
}

/// The error for a word that begins no statement.
fn unknown(cursor: &Cursor<'_>) -> Box<Diagnostic> {
    let word = cursor.text().to_uppercase();
    let error = |message: String| Diagnostic::error(Code::Unsupported, cursor.here(), message);
    let known = "`CALL`, `IF`, `CASE`, `INSERT`, `UPDATE`, `DELETE` and `MERGE`";
    Box::new(match word.as_str() {
        "SELECT" | "VALUES" | "TABLE" | "PERFORM" => {
            error("a query in a trigger, where nothing takes its rows".to_owned())
                .help("write its rows with `INSERT INTO .. SELECT`, or read them in a function")
        }
        "ELSEIF" | "ELSIF" | "ELSE" | "WHEN" | "THEN" => {
            let message = format!("`{word}` without an `IF` or a `CASE`");
            Diagnostic::error(Code::Syntax, cursor.here(), message)
        }
        "BEGIN" => error("a block in a block".to_owned()).help("leave out `BEGIN` and its `END`"),
        "COMMIT" | "ROLLBACK" | "SAVEPOINT" => error(format!("`{word}` in a trigger"))
            .label("the worker commits what a trigger wrote, or none of it"),
        _ => error(format!("`{word}` begins no statement of a trigger")).label(format!(
            "a trigger consists of {known}; what they cannot say, a function of Rust does"
        )),
    })
}

/// Reads on behind `IF`.
fn branches(cursor: &mut Cursor<'_>, start: Span, depth: usize) -> Result<If> {
    const ENDS: [&str; 4] = ["ELSIF", "ELSEIF", "ELSE", "END"];
    let mut branches = Vec::new();
    loop {
        let condition = up_to(cursor, "a condition", "THEN")?;
        cursor.expect("THEN")?;
        branches.push((condition, statements(cursor, &ENDS, depth + 1)?));
        if cursor.eat("ELSIF").is_none() && cursor.eat("ELSEIF").is_none() {
            break;
        }
    }
    let otherwise = otherwise(cursor, depth)?;
    if cursor.eat_all(&["END", "IF"]).is_none() {
        return Err(not_ended(cursor, start, "END IF"));
    }
    Ok(If {
        branches,
        otherwise: otherwise.unwrap_or_default(),
    })
}

/// Reads on behind `CASE`.
fn case(cursor: &mut Cursor<'_>, start: Span, depth: usize) -> Result<Case> {
    const ENDS: [&str; 3] = ["WHEN", "ELSE", "END"];
    let operand = match cursor.is("WHEN") {
        true => None,
        false => Some(up_to(cursor, "a value", "WHEN")?),
    };
    let mut branches = Vec::new();
    while cursor.eat("WHEN").is_some() {
        let mut values = vec![up_to(cursor, "a value", "THEN")?];
        while let Some(comma) = cursor.eat_mark(&Token::Comma) {
            if operand.is_none() {
                let message = "a list of conditions";
                return Err(Box::new(
                    Diagnostic::error(Code::Syntax, comma, message).help("join them with OR"),
                ));
            }
            values.push(up_to(cursor, "a value", "THEN")?);
        }
        cursor.expect("THEN")?;
        branches.push((values, statements(cursor, &ENDS, depth + 1)?));
    }
    if branches.is_empty() {
        return Err(cursor.expected("`WHEN`"));
    }
    let otherwise = otherwise(cursor, depth)?;
    if cursor.eat_all(&["END", "CASE"]).is_none() {
        return Err(not_ended(cursor, start, "END CASE"));
    }
    Ok(Case {
        word: start,
        operand,
        branches,
        otherwise,
    })
}

/// The place of an expression that a keyword ends.
fn up_to(cursor: &mut Cursor<'_>, what: &str, end: &str) -> Result<Span> {
    if cursor.is(end) {
        return Err(cursor.expected(what));
    }
    cursor.expression(what, |cursor| cursor.is(end))
}

/// `ELSE ..`.
fn otherwise(cursor: &mut Cursor<'_>, depth: usize) -> Result<Option<Vec<BodyStatement>>> {
    match cursor.eat("ELSE") {
        Some(_) => statements(cursor, &["END"], depth + 1).map(Some),
        None => Ok(None),
    }
}

/// Reads on behind `CALL`.
fn call(cursor: &mut Cursor<'_>) -> Result<Call> {
    let start = cursor.here();
    let function = cursor.path("the name of a function")?;
    if cursor.at(&Token::DoubleColon) {
        let error = cursor.expected("`(`");
        return Err(Box::new(
            error.help("in SQL, the path of an item has dots: `shop.notify`"),
        ));
    }
    let mut arguments = Vec::new();
    cursor.expect_mark(&Token::LParen)?;
    while cursor.eat_mark(&Token::RParen).is_none() {
        if !arguments.is_empty() && cursor.eat_mark(&Token::Comma).is_none() {
            return Err(cursor.expected("`,` or `)`"));
        }
        let span = cursor.expression("an argument", |_| false)?;
        let is_change = cursor.before() == span && cursor.before_text() == CHANGE;
        arguments.push(match is_change {
            true => Argument::Change(span),
            false => Argument::Value(span),
        });
    }
    Ok(Call {
        function,
        arguments,
        span: start.to(cursor.before()),
    })
}

/// The error for a statement whose end is not there.
fn not_ended(cursor: &Cursor<'_>, start: Span, end: &str) -> Box<Diagnostic> {
    let found = match (cursor.peek(), cursor.text_at(1)) {
        (Some(_), next) if cursor.is("END") && !matches!(next, "" | ";") => {
            format!("`END {}`", next.to_uppercase())
        }
        (Some(_), _) => format!("`{}`", cursor.text()),
        (None, _) => "the end of the statement".to_owned(),
    };
    let message = format!("expected `{end}`, found {found}");
    let open = cursor.line_from(start);
    Box::new(
        Diagnostic::error(Code::Syntax, cursor.here(), message)
            .note(format!("this is not ended: `{open}`")),
    )
}
