//! `CREATE GRIDFS_BUCKET`.

use super::clauses::value;
use super::create_table::column;
use super::cursor::Cursor;
use super::tree::{BucketOption, ColumnConstraintKind, CreateBucket};
use crate::diagnostic::{Code, Diagnostic, Result};
use sqlparser::tokenizer::Token;

/// Reads what follows `CREATE GRIDFS_BUCKET`.
pub(super) fn create_bucket(cursor: &mut Cursor<'_>) -> Result<CreateBucket> {
    let if_not_exists = cursor.eat_all(&["IF", "NOT", "EXISTS"]);
    let name = cursor.name("the name of the bucket")?;
    let columns = if cursor.at(&Token::LParen) {
        cursor.list(column)?
    } else {
        Vec::new()
    };
    for constraint in columns.iter().flat_map(|column| &column.constraints) {
        let is_null = matches!(
            constraint.kind,
            ColumnConstraintKind::NotNull | ColumnConstraintKind::Null
        );
        if !is_null {
            let message = "a column of the metadata takes `NOT NULL` and nothing else";
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, constraint.span, message).help(
                    "declare the bucket as a struct with `#[derive(Bucket)]`, which has `index(..)` \
                     and `unique(..)`",
                ),
            ));
        }
    }
    let options = match cursor.eat("WITH") {
        Some(_) => cursor.list(option)?,
        None => Vec::new(),
    };
    Ok(CreateBucket {
        if_not_exists,
        name,
        columns,
        options,
    })
}

/// `name = value`, `name = ['a', 'b']`.
fn option(cursor: &mut Cursor<'_>) -> Result<BucketOption> {
    let name = cursor.name("the name of an option")?;
    cursor.expect_mark(&Token::Eq)?;
    let start = cursor.here();
    cursor.eat("ARRAY");
    let mut values = Vec::new();
    let is_list = cursor.eat_mark(&Token::LBracket).is_some();
    if is_list {
        while cursor.eat_mark(&Token::RBracket).is_none() {
            values.push(value(cursor, "a value")?);
            if cursor.eat_mark(&Token::Comma).is_none() {
                cursor.expect_mark(&Token::RBracket)?;
                break;
            }
        }
    } else {
        values.push(value(cursor, "a value, or a list of them")?);
    }
    Ok(BucketOption {
        name,
        is_list,
        values,
        span: start.to(cursor.before()),
    })
}
