//! Tables that are asked for like a function: the files of a bucket, the changes of tables.

use super::Analyzer;
use super::scope::{Name, Scope};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::unavailable;
use crate::plan::Relation;
use crate::schema::Collection;
use crate::syntax::TableFunction;
use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, ObjectName, TableAlias, TableFunctionArgs, Value,
};

impl Analyzer<'_> {
    /// The rows of a call in `FROM`.
    pub(super) fn table_function(
        &mut self,
        name: &ObjectName,
        arguments: &TableFunctionArgs,
        alias: Option<&TableAlias>,
        span: Span,
    ) -> Result<(Relation, Scope)> {
        match called(name) {
            Some(TableFunction::GridFsFiles) => {
                let bucket = self.bucket_name(&arguments.args, TableFunction::GridFsFiles, span)?;
                self.bucket_files(&bucket, alias, span)
            }
            Some(TableFunction::GridFs) => {
                let place = self.source.span_or(name, span);
                let bucket = self.bucket_name(&arguments.args, TableFunction::GridFs, span)?;
                Err(Box::new(
                    Diagnostic::error(
                        Code::BucketOrTable,
                        place,
                        "`GRIDFS` is where files are written",
                    )
                    .help(format!(
                        "write `{}` to read them",
                        written(TableFunction::GridFsFiles, &joined(&bucket))
                    )),
                ))
            }
            Some(TableFunction::ChangeStream) => self.change_stream(arguments, alias, span),
            None => {
                let message = format!("the table function `{name}` is not supported");
                let error = Diagnostic::error(Code::Unsupported, span, message);
                let known = unavailable(&name.to_string().to_lowercase());
                Err(Box::new(match known {
                    Some(function) => error.note(function.reason).help(function.help),
                    None => error,
                }))
            }
        }
    }

    /// The files of a bucket as rows.
    pub(super) fn bucket_files(
        &mut self,
        bucket: &[Name],
        alias: Option<&TableAlias>,
        span: Span,
    ) -> Result<(Relation, Scope)> {
        let number = self.table_number(bucket, span)?;
        let place = bucket.first().map_or(span, |name| name.span);
        if let Some(table) = self.tables.get(number)
            && table.collection.bucket().is_none()
        {
            return Err(no_bucket(bucket, place));
        }
        self.scan(number, bucket, alias, span)
    }

    /// The bucket that a call is about: its only argument, a quoted name.
    pub(super) fn bucket_name(
        &self,
        arguments: &[FunctionArg],
        function: TableFunction,
        span: Span,
    ) -> Result<Vec<Name>> {
        let wrong = |place: Span, name: &str| {
            let message = format!("`{}` takes the name of a bucket in quotes", function.name());
            Box::new(
                Diagnostic::error(Code::BucketOrTable, place, message)
                    .help(format!("write `{}`", written(function, name))),
            )
        };
        let [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] = arguments else {
            return Err(wrong(span, "documents"));
        };
        let place = self.source.span_or(argument, span);
        match argument {
            Expr::Value(value) => match &value.value {
                Value::SingleQuotedString(text) => {
                    let names = text.split('.').map(|text| Name {
                        text: text.to_owned(),
                        span: place,
                    });
                    Ok(names.collect())
                }
                _ => Err(wrong(place, "documents")),
            },
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
                Err(wrong(place, &argument.to_string()))
            }
            _ => Err(wrong(place, "documents")),
        }
    }
}

/// The function that a name in `FROM` calls.
pub(super) fn called(name: &ObjectName) -> Option<TableFunction> {
    match &name.0[..] {
        [part] => TableFunction::named(&part.as_ident()?.value),
        _ => None,
    }
}

/// A call as it is written.
pub(super) fn written(function: TableFunction, argument: &str) -> String {
    format!("{}('{argument}')", function.name())
}

/// The error for a bucket that is named like a table.
pub(super) fn named_like_a_table(
    collection: &Collection,
    path: &[Name],
    function: TableFunction,
    span: Span,
) -> Box<Diagnostic> {
    let name = joined(path);
    let message = format!("`{name}` is a bucket, which is no table");
    Box::new(
        Diagnostic::error(Code::BucketOrTable, span, message)
            .note(format!(
                "the rows that a bucket has are its files, the documents of `{}`",
                collection.name
            ))
            .help(format!("write `{}`", written(function, &name))),
    )
}

/// The error for a table that is named like a bucket.
pub(super) fn no_bucket(path: &[Name], span: Span) -> Box<Diagnostic> {
    let name = joined(path);
    let message = format!("`{name}` is a collection, not a bucket");
    Box::new(
        Diagnostic::error(Code::BucketOrTable, span, message).help(format!(
            "write `{name}` alone; a bucket is declared with `#[derive(Bucket)]`"
        )),
    )
}

fn joined(path: &[Name]) -> String {
    let names: Vec<&str> = path.iter().map(|name| name.text.as_str()).collect();
    names.join(".")
}
