//! `GRIDFS_STREAM(file_id, from, to)`: the bytes of a file as a column of the result.
//!
//! The server gives which file and which bytes; the client reads them when it is asked for them.

use super::Analyzer;
use super::call::wrong_count;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::{FieldPath, Step, Type};
use sqlparser::ast::{self, Expr};

/// The function.
const NAME: &str = "gridfs_stream";

/// The keys under which the server gives a file and its first and last byte.
const KEYS: [&str; 3] = ["file_id", "from", "to"];

/// The call that an item of the SELECT list is, if it is one of this function.
pub(super) fn call(item: &Expr) -> Option<&ast::Function> {
    match item {
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case(NAME) => {
            Some(function)
        }
        Expr::Nested(inner) => call(inner),
        _ => None,
    }
}

impl Analyzer<'_> {
    /// The bytes of a file as an item of the SELECT list, and the number of the table of its bucket.
    pub(super) fn file_stream(
        &mut self,
        function: &ast::Function,
        scope: &Scope,
        outer: Span,
    ) -> Result<(Expression, usize)> {
        let span = self.source.span_or(&function.name, outer);
        if !self.takes_chances {
            return Err(misplaced(span));
        }
        let arguments = self.arguments(function, scope, span)?;
        if arguments.is_empty() || arguments.len() > KEYS.len() {
            return wrong_count(NAME, "a `file_id`, and the first and the last byte", span);
        }
        let mut entries = Vec::with_capacity(arguments.len());
        let mut table = None;
        let mut file = None;
        for (key, argument) in KEYS.into_iter().zip(arguments) {
            let value = match table {
                None => {
                    table = Some(self.bucket_of(&argument)?);
                    file = Some(argument.clone());
                    argument
                }
                Some(_) => self.coerce(argument, &Type::Bigint)?,
            };
            entries.push((key.to_owned(), value));
        }
        let (Some(table), Some(file)) = (table, file) else {
            return wrong_count(NAME, "a `file_id`", span);
        };
        let object = Expression::new(ExpressionKind::Object(entries), Type::Document, span);
        Ok((or_null(object, file), table))
    }

    /// The table whose column `file_id` a value is.
    fn bucket_of(&self, file: &Expression) -> Result<usize> {
        let rust = match &file.kind {
            ExpressionKind::Path(path) => path.rust.as_ref(),
            _ => None,
        };
        let table = match rust {
            Some(FieldPath { table, steps }) if steps[..] == [Step::Field(0)] => {
                let collection = self.tables.get(*table).map(|table| &table.collection);
                collection
                    .is_some_and(|collection| collection.bucket().is_some())
                    .then_some(*table)
            }
            _ => None,
        };
        table.ok_or_else(|| {
            let message = "the bucket of this file is not known";
            Box::new(
                Diagnostic::error(Code::ArgumentMismatch, file.span, message)
                    .label("this is not the `file_id` of one bucket")
                    .help("select from `GRIDFS_FILES('..')`, and hand over its `file_id`"),
            )
        })
    }
}

/// The error for a call that is no column of the result.
pub(super) fn misplaced(span: Span) -> Box<Diagnostic> {
    let message = "`GRIDFS_STREAM` is a column of the result, and nothing else";
    Box::new(
        Diagnostic::error(Code::Unsupported, span, message)
            .note("the bytes of a file are read by the client, when it asks for them")
            .help(
                "write it alone in the SELECT list of the query itself, without GROUP BY, DISTINCT \
                 and UNION",
            ),
    )
}

/// `NULL` where there is no file.
fn or_null(object: Expression, file: Expression) -> Expression {
    if !file.nullable {
        return object;
    }
    let (ty, span) = (object.ty.clone(), object.span);
    let is_null = ExpressionKind::IsNull(Box::new(file));
    let is_null = Expression::new(is_null, Type::Boolean, span);
    let null = Expression::literal(Literal::Null, ty.clone(), span);
    let kind = ExpressionKind::Case {
        branches: vec![(is_null, null)],
        otherwise: Some(Box::new(object)),
    };
    Expression::new(kind, ty, span).nullable(true)
}
