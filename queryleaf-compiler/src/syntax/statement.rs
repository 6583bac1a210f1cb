//! What a text may be: a query, or a statement that writes.

use super::definition::Action;
use super::source::Source;
use super::write_options::WriteOption;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use sqlparser::ast::{self, SetExpr};

/// A statement as the parser gives it.
#[derive(Debug)]
pub(crate) enum Statement {
    /// `SELECT`, `VALUES`, `WITH .. SELECT`.
    Query(Box<ast::Query>),
    /// `CREATE`, `ALTER`, `DROP`, `SHOW` and their like.
    Define(Box<Action>),
    /// `INSERT`, `UPDATE`, `DELETE`, `MERGE`, `TRUNCATE`.
    Write(Box<Write>),
}

/// A statement that writes.
#[derive(Debug)]
pub(crate) struct Write {
    /// `WITH` before it.
    pub(crate) with: Option<ast::With>,
    pub(crate) body: WriteBody,
    /// `WITH BULK_OPTIONS (..)` or `WITH UPLOAD_OPTIONS (..)` after it.
    pub(crate) options: Vec<WriteOption>,
}

/// What is written.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one of them in a statement"
)]
pub(crate) enum WriteBody {
    Insert(ast::Insert),
    Update(ast::Update),
    Delete(ast::Delete),
    Merge(ast::Merge),
    Truncate(ast::Truncate),
}

/// Sorts out what the parser gave.
pub(super) fn statement(
    statement: ast::Statement,
    options: Vec<WriteOption>,
    source: &Source<'_>,
) -> Result<Statement> {
    let (with, body) = match statement {
        ast::Statement::Query(query) => match write_of_query(*query) {
            Ok((with, statement)) => (with, statement),
            Err(query) => {
                if let Some(option) = options.first() {
                    let message = format!(
                        "`{}` after a query that writes nothing",
                        option.clause.name()
                    );
                    return Err(Box::new(
                        Diagnostic::error(Code::Syntax, option.span, message)
                            .help("leave them out, or begin with `INSERT INTO`"),
                    ));
                }
                return Ok(Statement::Query(query));
            }
        },
        other => (None, other),
    };
    let body = match body {
        ast::Statement::Insert(insert) => WriteBody::Insert(insert),
        ast::Statement::Update(update) => WriteBody::Update(update),
        ast::Statement::Delete(delete) => WriteBody::Delete(delete),
        ast::Statement::Merge(merge) => WriteBody::Merge(merge),
        ast::Statement::Truncate(truncate) => WriteBody::Truncate(truncate),
        _ => {
            let span = source.first();
            return Err(unsupported(source.slice(span), span));
        }
    };
    Ok(Statement::Write(Box::new(Write {
        with,
        body,
        options,
    })))
}

/// The statement inside `WITH .. UPDATE ..`, which the parser takes for a query.
fn write_of_query(
    mut query: ast::Query,
) -> std::result::Result<(Option<ast::With>, ast::Statement), Box<ast::Query>> {
    let is_bare = query.order_by.is_none() && query.limit_clause.is_none() && query.fetch.is_none();
    match *query.body {
        SetExpr::Insert(statement)
        | SetExpr::Update(statement)
        | SetExpr::Delete(statement)
        | SetExpr::Merge(statement)
            if is_bare =>
        {
            Ok((query.with, statement))
        }
        body => {
            *query.body = body;
            Err(Box::new(query))
        }
    }
}

fn unsupported(first_word: &str, span: Span) -> Box<Diagnostic> {
    let name = first_word.to_uppercase();
    let message = format!("`{name}` statements are not supported");
    Box::new(
        Diagnostic::error(Code::Unsupported, span, message).label(
            "a statement starts with `SELECT`, `INSERT`, `UPDATE`, `DELETE`, `MERGE`, `TRUNCATE`, `WITH`, `CREATE`, `ALTER`, `DROP` or `SHOW`",
        ),
    )
}
