//! `CREATE TRIGGER`: what it reacts to. [`trigger_body`](super::trigger_body) has what it does.

use super::cursor::Cursor;
use super::tree::{
    Argument, BodyStatement, Call, CreateTrigger, Name, RowOperation, TriggerSource,
};
use super::trigger_body;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use sqlparser::tokenizer::Token;

/// Reads on behind `CREATE TRIGGER`.
pub(super) fn create_trigger(cursor: &mut Cursor<'_>) -> Result<CreateTrigger> {
    let name = cursor.name("the name of the trigger")?;
    if cursor.is("ON") {
        return on_stream(cursor, name);
    }
    if let Some(span) = cursor.eat("BEFORE").or(cursor.eat_all(&["INSTEAD", "OF"])) {
        return Err(Box::new(
            Diagnostic::error(
                Code::Unsupported,
                span,
                "a trigger runs behind what it reacts to",
            )
            .label("a change stream tells what has happened")
            .help("write `AFTER`; what must not be stored, a validator of the table refuses"),
        ));
    }
    if cursor.eat("AFTER").is_some() {
        return after(cursor, name);
    }
    Err(cursor.expected("`ON CHANGE STREAM` or `AFTER`"))
}

/// `ON CHANGE STREAM stream FOR EACH CHANGE AS BEGIN .. END`.
fn on_stream(cursor: &mut Cursor<'_>, name: Name) -> Result<CreateTrigger> {
    if cursor.eat_all(&["ON", "CHANGE", "STREAM"]).is_none() {
        cursor.next();
        let error = cursor.expected("`CHANGE STREAM`");
        return Err(Box::new(error.help(
            "a trigger of a table begins with `AFTER INSERT OR UPDATE ON table`",
        )));
    }
    let stream = cursor.path("the name of a stream or a table")?;
    if let Some(span) = cursor.eat_all(&["FOR", "EACH", "ROW"]) {
        return Err(Box::new(
            Diagnostic::error(Code::Syntax, span, "a stream has changes, not rows")
                .help("write `FOR EACH CHANGE`"),
        ));
    }
    for word in ["FOR", "EACH", "CHANGE"] {
        cursor.expect(word)?;
    }
    cursor.eat("AS");
    let body = trigger_body::block(cursor)?;
    Ok(CreateTrigger {
        name,
        source: TriggerSource::Stream(stream),
        body,
    })
}

/// `AFTER INSERT OR UPDATE OF status ON table FOR EACH ROW WHEN (..) EXECUTE FUNCTION f()`.
fn after(cursor: &mut Cursor<'_>, name: Name) -> Result<CreateTrigger> {
    let mut operations = vec![operation(cursor)?];
    while cursor.eat("OR").is_some() {
        operations.push(operation(cursor)?);
    }
    cursor.expect("ON")?;
    let table = cursor.path("the name of a table")?;
    cursor.expect("FOR")?;
    cursor.eat("EACH");
    if let Some(span) = cursor.eat("STATEMENT") {
        return Err(Box::new(
            Diagnostic::error(Code::Unsupported, span, "a trigger for each statement")
                .label("a change stream tells of documents, not of statements")
                .help("write `FOR EACH ROW`"),
        ));
    }
    cursor.expect("ROW")?;
    let condition = match cursor.eat("WHEN") {
        Some(_) => Some(cursor.bracketed("a condition")?),
        None => None,
    };
    cursor.expect("EXECUTE")?;
    if cursor.eat("FUNCTION").is_none() && cursor.eat("PROCEDURE").is_none() {
        return Err(cursor.expected("`FUNCTION`"));
    }
    let start = cursor.here();
    let function = cursor.path("the name of a function")?;
    cursor.expect_mark(&Token::LParen)?;
    if !cursor.at(&Token::RParen) {
        return Err(Box::new(
            Diagnostic::error(
                Code::Unsupported,
                cursor.here(),
                "an argument of a trigger's function",
            )
            .label("it is given the change, and nothing else")
            .help("leave it out, or write `ON CHANGE STREAM .. AS BEGIN CALL f(..); END`"),
        ));
    }
    cursor.expect_mark(&Token::RParen)?;
    let span = start.to(cursor.before());
    Ok(CreateTrigger {
        name,
        source: TriggerSource::Rows {
            operations,
            table,
            condition,
        },
        body: vec![BodyStatement::Call(Call {
            function,
            arguments: vec![Argument::Change(span)],
            span,
        })],
    })
}

/// `INSERT`, `UPDATE OF a, b`, `DELETE`.
fn operation(cursor: &mut Cursor<'_>) -> Result<(RowOperation, Span)> {
    if let Some(span) = cursor.eat("INSERT") {
        return Ok((RowOperation::Insert, span));
    }
    if let Some(span) = cursor.eat("DELETE") {
        return Ok((RowOperation::Delete, span));
    }
    if let Some(span) = cursor.eat("UPDATE") {
        let mut columns = Vec::new();
        if cursor.eat("OF").is_some() {
            columns.push(cursor.path("the name of a column")?);
            while cursor.eat_mark(&Token::Comma).is_some() {
                columns.push(cursor.path("the name of a column")?);
            }
        }
        return Ok((RowOperation::Update { columns }, span));
    }
    if let Some(span) = cursor.eat("TRUNCATE") {
        return Err(Box::new(
            Diagnostic::error(Code::Unsupported, span, "a trigger of `TRUNCATE`")
                .label("to a change stream, it deletes documents one by one")
                .help("write `DELETE`"),
        ));
    }
    Err(cursor.expected("`INSERT`, `UPDATE` or `DELETE`"))
}
