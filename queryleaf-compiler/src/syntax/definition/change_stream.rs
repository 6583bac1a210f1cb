//! `CREATE CHANGE STREAM name ON table WHERE .. WITH (..) FILTER (..)`.

use super::clauses;
use super::cursor::Cursor;
use super::tree::{CreateChangeStream, Name, StreamOption, StreamOptionValue, StreamTarget};
use crate::diagnostic::{Code, Diagnostic, Result};
use sqlparser::tokenizer::Token;

/// Reads what follows `CREATE CHANGE STREAM`.
pub(super) fn create_change_stream(cursor: &mut Cursor<'_>) -> Result<CreateChangeStream> {
    let if_not_exists = cursor.eat_all(&["IF", "NOT", "EXISTS"]);
    let name = cursor.name("the name of the stream")?;
    cursor.expect("ON")?;
    let target = target(cursor)?;
    let mut create = CreateChangeStream {
        if_not_exists,
        name,
        target,
        conditions: Vec::new(),
        options: Vec::new(),
    };
    while cursor.peek().is_some() {
        if cursor.eat("WHERE").is_some() {
            let ends = |cursor: &Cursor<'_>| {
                (cursor.is("WITH") || cursor.is("FILTER")) && cursor.is_followed_by(&Token::LParen)
            };
            create
                .conditions
                .push(cursor.expression("a condition", ends)?);
        } else if let Some(word) = cursor.eat("WITH") {
            if !create.options.is_empty() {
                let message = "the options of the stream are given already";
                return Err(Box::new(
                    Diagnostic::error(Code::Syntax, word, message).help("put them in one list"),
                ));
            }
            create.options = cursor.list(option)?;
        } else if cursor.eat("FILTER").is_some() {
            cursor.expect_mark(&Token::LParen)?;
            create
                .conditions
                .push(cursor.expression("a condition", |_| false)?);
            cursor.expect_mark(&Token::RParen)?;
        } else {
            return Err(cursor.expected("`WHERE`, `WITH (..)` or `FILTER (..)`"));
        }
    }
    Ok(create)
}

fn target(cursor: &mut Cursor<'_>) -> Result<StreamTarget> {
    if let Some(word) = cursor.eat("DATABASE") {
        let name = cursor.name("the name of the database")?;
        return Ok(StreamTarget::Database(word.to(name.span)));
    }
    let mut tables: Vec<Vec<Name>> = vec![cursor.path("the name of a table, or `DATABASE`")?];
    while cursor.eat_mark(&Token::Comma).is_some() {
        tables.push(cursor.path("the name of a table")?);
    }
    Ok(StreamTarget::Tables(tables))
}

/// `name = value`, where the value may be a list of texts.
fn option(cursor: &mut Cursor<'_>) -> Result<StreamOption> {
    let name = cursor.name("the name of an option")?;
    cursor.expect_mark(&Token::Eq)?;
    let start = cursor.here();
    let has_array = cursor.is("ARRAY") && cursor.is_followed_by(&Token::LBracket);
    if has_array {
        cursor.eat("ARRAY");
    }
    let value = if cursor.eat_mark(&Token::LBracket).is_some() {
        let mut items = Vec::new();
        while cursor.eat_mark(&Token::RBracket).is_none() {
            if !items.is_empty() {
                cursor.expect_mark(&Token::Comma)?;
            }
            items.push(clauses::value(cursor, "a text")?);
        }
        StreamOptionValue::List(items)
    } else {
        let (value, _) = clauses::value(cursor, "a value")?;
        StreamOptionValue::One(value)
    };
    Ok(StreamOption {
        name,
        value,
        span: start.to(cursor.before()),
    })
}
