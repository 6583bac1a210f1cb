//! `CREATE INDEX`.

use super::cursor::Cursor;
use super::tree::{CreateIndex, IndexColumn, IndexMethod};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::suggestion::nearest;
use sqlparser::tokenizer::Token;

/// Reads what follows `CREATE [UNIQUE] INDEX`.
pub(super) fn create_index(cursor: &mut Cursor<'_>, unique: bool) -> Result<CreateIndex> {
    let start = cursor.before();
    if let Some(span) = cursor.eat("CONCURRENTLY") {
        return Err(Box::new(
            Diagnostic::error(
                Code::Unsupported,
                span,
                "`CONCURRENTLY` has no meaning here",
            )
            .help("leave it out: the server builds an index while others write"),
        ));
    }
    let if_not_exists = cursor.eat_all(&["IF", "NOT", "EXISTS"]);
    let name = if cursor.is("ON") {
        None
    } else {
        Some(cursor.name("the name of the index, or `ON`")?)
    };
    cursor.expect("ON")?;
    let table = cursor.path("the name of a table")?;
    let method = match cursor.eat("USING") {
        Some(_) => method(cursor)?,
        None => None,
    };
    let mut columns = cursor.list(index_column)?;
    if let Some(method) = method {
        for column in &mut columns {
            column.method = column.method.or(Some(method));
        }
    }
    if cursor.is("INCLUDE") {
        return Err(Box::new(
            Diagnostic::error(
                Code::Unsupported,
                cursor.here(),
                "an index holds nothing but its keys",
            )
            .help("name the columns behind the others, as keys"),
        ));
    }
    let nulls_not_distinct = cursor.eat_all(&["NULLS", "NOT", "DISTINCT"]).is_some();
    if !nulls_not_distinct {
        cursor.eat_all(&["NULLS", "DISTINCT"]);
    }
    let condition = match cursor.eat("WHERE") {
        Some(_) => Some(cursor.expression("a condition", |_| false)?),
        None => None,
    };
    Ok(CreateIndex {
        unique,
        if_not_exists,
        name,
        table,
        columns,
        nulls_not_distinct,
        condition,
        span: start,
    })
}

/// `path [ASC | DESC] [NULLS FIRST | LAST]`, or a path with a kind of key behind it.
pub(super) fn index_column(cursor: &mut Cursor<'_>) -> Result<IndexColumn> {
    let start = cursor.here();
    if cursor.at(&Token::LParen) {
        return Err(no_expression(cursor));
    }
    let path = cursor.path("the name of a column")?;
    if cursor.at(&Token::LParen) {
        return Err(no_expression(cursor));
    }
    let mut column = IndexColumn {
        path,
        descending: false,
        method: None,
        span: start,
    };
    if cursor.eat("DESC").is_some() {
        column.descending = true;
    } else if cursor.eat("ASC").is_none()
        && !(cursor.at(&Token::Comma) || cursor.at(&Token::RParen) || cursor.is("NULLS"))
    {
        column.method = method(cursor)?;
    }
    column.span = start.to(cursor.before());
    if let Some(span) = cursor.eat("NULLS") {
        return Err(Box::new(
            Diagnostic::error(
                Code::Unsupported,
                span.to(cursor.here()),
                "the server keeps `NULL` before all values in an index",
            )
            .help("leave this out: a query's own `NULLS LAST` reads the index in two ranges"),
        ));
    }
    Ok(column)
}

fn no_expression(cursor: &Cursor<'_>) -> Box<Diagnostic> {
    let message = "an index holds fields, and not what is computed from them";
    Box::new(
        Diagnostic::error(Code::Unsupported, cursor.here(), message)
            .help("store what is computed in a column of its own"),
    )
}

/// The kind of an index; none for the ordered one.
fn method(cursor: &mut Cursor<'_>) -> Result<Option<IndexMethod>> {
    let start = cursor.here();
    let text = cursor.peek().and_then(|word| match &word.token {
        Token::SingleQuotedString(text) => Some(text.clone()),
        Token::Word(name) => Some(name.value.clone()),
        _ => None,
    });
    let Some(name) = text else {
        return Err(cursor.expected("the kind of the index"));
    };
    let method = match name.to_ascii_lowercase().as_str() {
        "btree" => None,
        "hash" | "hashed" => Some(IndexMethod::Hash),
        "text" => Some(IndexMethod::Text),
        "2dsphere" | "gist" | "spgist" => Some(IndexMethod::Geo2dsphere),
        other => {
            let known = ["btree", "hash", "text", "2dsphere"];
            let message = format!("no kind of index `{name}`");
            let help = match nearest(other, known) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "the kinds are `btree`, `hash`, `text` and `'2dsphere'`".to_owned(),
            };
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, start, message).help(help),
            ));
        }
    };
    cursor.next();
    Ok(method)
}
