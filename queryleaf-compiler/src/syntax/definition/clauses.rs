//! The clauses behind the columns of a table: `WITH TTL (..)`, `WITH CAPPED (..)`,
//! `WITH SPATIAL_INDEXING (..)` and `WITH (..)`.

use super::cursor::Cursor;
use super::indexes::index_column;
use super::tree::{Clause, OptionItem, OptionValue, SpatialItem, TtlRule};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::suggestion::nearest;
use sqlparser::tokenizer::Token;

/// Reads the clauses of a table up to the end of the statement.
pub(super) fn clauses(cursor: &mut Cursor<'_>) -> Result<Vec<Clause>> {
    let mut clauses = Vec::new();
    while cursor.eat("WITH").is_some() {
        clauses.push(clause(cursor)?);
        while cursor.eat_mark(&Token::Comma).is_some() {
            clauses.push(clause(cursor)?);
        }
    }
    Ok(clauses)
}

fn clause(cursor: &mut Cursor<'_>) -> Result<Clause> {
    if cursor.at(&Token::LParen) {
        return options(cursor).map(Clause::Options);
    }
    if cursor.eat("TTL").is_some() {
        return cursor.list(ttl_rule).map(Clause::Ttl);
    }
    if let Some(word) = cursor.eat("CAPPED") {
        let options = options(cursor)?;
        return Ok(Clause::Capped { word, options });
    }
    if cursor.eat("SPATIAL_INDEXING").is_some() {
        return cursor.list(spatial_item).map(Clause::SpatialIndexing);
    }
    let known = ["TTL", "CAPPED", "SPATIAL_INDEXING"];
    let error = cursor.expected("`TTL`, `CAPPED`, `SPATIAL_INDEXING` or `(`");
    Err(match nearest(&cursor.text().to_uppercase(), known) {
        Some(known) => Box::new(error.help(format!("did you mean `{known}`?"))),
        None => error,
    })
}

/// `column EXPIRE_AFTER value [WHERE condition]`.
pub(super) fn ttl_rule(cursor: &mut Cursor<'_>) -> Result<TtlRule> {
    let start = cursor.here();
    let column = cursor.path("the name of a column")?;
    cursor.expect("EXPIRE_AFTER")?;
    cursor.eat("INTERVAL");
    let (after, after_span) = value(
        cursor,
        "a duration such as `'7 days'`, or a number of seconds",
    )?;
    let condition = match cursor.eat("WHERE") {
        Some(_) => Some(cursor.expression("a condition", |_| false)?),
        None => None,
    };
    Ok(TtlRule {
        column,
        after,
        after_span,
        condition,
        span: start.to(cursor.before()),
    })
}

fn spatial_item(cursor: &mut Cursor<'_>) -> Result<SpatialItem> {
    let start = cursor.here();
    if cursor.eat_all(&["COMPOUND", "INDEX"]).is_some() {
        let columns = cursor.list(index_column)?;
        let span = start.to(cursor.before());
        return Ok(SpatialItem::Compound { columns, span });
    }
    let column = cursor.path("the name of a column, or `COMPOUND INDEX`")?;
    cursor.expect("USING")?;
    let (method, span) = value(cursor, "`'2dsphere'`")?;
    match method {
        OptionValue::Text(name) | OptionValue::Word(name)
            if name.eq_ignore_ascii_case("2dsphere") =>
        {
            let span = start.to(cursor.before());
            Ok(SpatialItem::Column { column, span })
        }
        _ => Err(Box::new(
            Diagnostic::error(Code::Unsupported, span, "no such kind of spatial index")
                .help("the kind is `'2dsphere'`: longitude and latitude on the earth"),
        )),
    }
}

/// `(name = value, ..)`.
pub(super) fn options(cursor: &mut Cursor<'_>) -> Result<Vec<OptionItem>> {
    cursor.list(|cursor| {
        let name = cursor.name("the name of an option")?;
        cursor.expect_mark(&Token::Eq)?;
        let (value, value_span) = value(cursor, "a value")?;
        Ok(OptionItem {
            name,
            value,
            value_span,
        })
    })
}

/// A text, a number, a boolean or a bare word.
pub(super) fn value(cursor: &mut Cursor<'_>, what: &str) -> Result<(OptionValue, Span)> {
    let start = cursor.here();
    let negative = cursor.eat_mark(&Token::Minus).is_some();
    let found = cursor.peek().and_then(|word| match &word.token {
        Token::Number(digits, _) if negative => Some(OptionValue::Number(format!("-{digits}"))),
        Token::Number(digits, _) => Some(OptionValue::Number(digits.clone())),
        _ if negative => None,
        Token::SingleQuotedString(text) => Some(OptionValue::Text(text.clone())),
        Token::Word(name) if name.quote_style.is_some() => None,
        Token::Word(name) if name.value.eq_ignore_ascii_case("true") => {
            Some(OptionValue::Boolean(true))
        }
        Token::Word(name) if name.value.eq_ignore_ascii_case("false") => {
            Some(OptionValue::Boolean(false))
        }
        Token::Word(name) => Some(OptionValue::Word(name.value.clone())),
        _ => None,
    });
    match found {
        Some(value) => {
            cursor.next();
            Ok((value, start.to(cursor.before())))
        }
        None => Err(cursor.expected(what)),
    }
}
