//! `INSERT INTO GRIDFS('photos')`: files to upload, from paths, from parameters, or from the rows of a
//! query.

use super::super::scope::Scope;
use super::super::{Analyzer, Clause};
use super::delete::written;
use super::insert::values_of;
use super::{Analyzed, WrittenTable};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Content, PathStep, Target, WriteAction};
use crate::types::{Field, Type};
use sqlparser::ast::{self, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Value};

/// The column of the bytes, which no file has.
pub(super) const FILE_DATA: &str = "file_data";

/// The function that opens a file of the client.
pub(super) const FILE_STREAM: &str = "file_stream";

/// What a statement writes of each file.
pub(super) struct Columns {
    /// The columns of the file, in their order.
    pub(super) targets: Vec<Target>,
    /// Where the bytes stand among the columns that the statement names.
    pub(super) data: usize,
    /// How many columns it names.
    pub(super) count: usize,
}

impl Analyzer<'_> {
    pub(super) fn upload(
        &mut self,
        insert: &ast::Insert,
        table: &WrittenTable,
        outer: Span,
    ) -> Result<Analyzed> {
        if insert.on.is_some() {
            let span = self.source.find(outer.start, "on").unwrap_or(outer);
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, "`ON CONFLICT` of files")
                    .note("files of one name are revisions of each other")
                    .help("delete the older ones afterwards: `DELETE FROM GRIDFS(..) WHERE ..`"),
            ));
        }
        let columns = self.file_columns(insert, table, outer)?;
        let action = match &insert.source {
            None => return Err(self.no_columns(table)),
            Some(source) => match values_of(source) {
                Some(values) => self.files_of_values(values, columns, table)?,
                None => self.files_of_query(source, columns, outer)?,
            },
        };
        let returning = self.returning(insert.returning.as_deref(), table, outer)?;
        Ok(Analyzed {
            write: written(table, action),
            returning,
            structs: None,
        })
    }

    fn no_columns(&self, table: &WrittenTable) -> Box<Diagnostic> {
        let message = "an upload names the columns that it fills";
        Box::new(
            Diagnostic::error(Code::MissingColumn, table.span, message).help(
                "write them after the bucket, as in \
                 `(filename, content_type, file_data, metadata)`",
            ),
        )
    }

    fn file_columns(
        &mut self,
        insert: &ast::Insert,
        table: &WrittenTable,
        outer: Span,
    ) -> Result<Columns> {
        if insert.columns.is_empty() {
            return Err(self.no_columns(table));
        }
        let mut targets = Vec::with_capacity(insert.columns.len());
        let mut data = None;
        let before = self.errors.len();
        for (place, name) in insert.columns.iter().enumerate() {
            if name.to_string() == FILE_DATA {
                if data.is_some() {
                    let span = self.source.span_or(name, outer);
                    let message = format!("`{FILE_DATA}` is written twice");
                    return Err(Box::new(Diagnostic::error(
                        Code::InvalidTarget,
                        span,
                        message,
                    )));
                }
                data = Some(place);
                continue;
            }
            let target = self.written_field(name, table);
            targets.extend(self.keep(target));
        }
        if let Some(error) = self.errors.get(before..).and_then(<[_]>::first).cloned() {
            // It stands among the errors already, where the same one counts once.
            return Err(Box::new(error));
        }
        self.check_targets(&targets)?;
        let mut missing = missing(&targets, table);
        if data.is_none() {
            missing.push(FILE_DATA.to_owned());
        }
        if let (Some(data), []) = (data, &missing[..]) {
            return Ok(Columns {
                targets,
                data,
                count: insert.columns.len(),
            });
        }
        let (noun, verb) = match missing.len() {
            1 => ("column", "is"),
            _ => ("columns", "are"),
        };
        let list: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
        let message = format!(
            "the {noun} {} of a file {verb} given no value",
            list.join(", ")
        );
        let error = Diagnostic::error(Code::MissingColumn, table.span, message);
        Err(Box::new(match data {
            None => error.help("`file_data` takes `FILE_STREAM('path')` or a parameter"),
            Some(_) => error.help("name them after the bucket, and give each a value"),
        }))
    }

    /// `VALUES (..), (..)`.
    fn files_of_values(
        &mut self,
        values: &ast::Values,
        columns: Columns,
        table: &WrittenTable,
    ) -> Result<WriteAction> {
        let mut files = Vec::with_capacity(values.rows.len());
        for row in &values.rows {
            let row = &row.content;
            let span = row
                .first()
                .map_or(table.span, |value| self.source.span_or(value, table.span));
            if row.len() != columns.count {
                let message = format!("{} values for {} columns", row.len(), columns.count);
                return Err(Box::new(Diagnostic::error(Code::Syntax, span, message)));
            }
            let mut content = None;
            let mut given = Vec::with_capacity(columns.targets.len());
            let mut targets = columns.targets.iter();
            for (place, value) in row.iter().enumerate() {
                if place == columns.data {
                    let found = self.content(value, span);
                    content = self.keep(found);
                } else if let Some(target) = targets.next() {
                    let scope = Scope::default();
                    let value = self.assigned(value, target, table, Clause::Values, &scope, span);
                    given.extend(self.keep(value));
                }
            }
            if let Some(content) = content {
                files.push((given, content));
            }
        }
        Ok(WriteAction::UploadValues {
            columns: columns.targets,
            files,
        })
    }

    /// Where the bytes of a file come from.
    fn content(&mut self, value: &Expr, outer: Span) -> Result<Content> {
        let span = self.source.span_or(value, outer);
        match value {
            Expr::Value(constant) => {
                if let Value::Placeholder(text) = &constant.value {
                    return Ok(Content::Source(self.parameters.source(text, span)?));
                }
            }
            Expr::Function(function)
                if function.name.to_string().eq_ignore_ascii_case(FILE_STREAM) =>
            {
                let FunctionArguments::List(list) = &function.args else {
                    return Err(wrong_content(span));
                };
                let [FunctionArg::Unnamed(FunctionArgExpr::Expr(path))] = &list.args[..] else {
                    return Err(wrong_content(span));
                };
                let path = self.expression_in(Clause::Values, path, &Scope::default(), span)?;
                return Ok(Content::Path(self.coerce(path, &Type::Text)?));
            }
            _ => {}
        }
        Err(wrong_content(span))
    }
}

/// The columns that a file must have and that are given no value, fields of its metadata among them.
fn missing(given: &[Target], table: &WrittenTable) -> Vec<String> {
    let mut found = Vec::new();
    let fields = table.collection.fields.iter();
    let written =
        |field: &&Field| matches!(field.column(), "filename" | "content_type" | "metadata");
    for field in fields
        .filter(written)
        .filter(|field| !field.may_be_left_out())
    {
        let given: Vec<&[PathStep]> = given.iter().map(|target| &target.steps[..]).collect();
        not_given(field, field.column(), &given, &mut found);
    }
    found
}

/// What is not given of a field; `given` are the ways from the document that the field is in.
fn not_given(field: &Field, name: &str, given: &[&[PathStep]], found: &mut Vec<String>) {
    let inside: Vec<&[PathStep]> = given
        .iter()
        .filter_map(|steps| steps.split_first())
        .filter(|(first, _)| first.name == field.name)
        .map(|(_, rest)| rest)
        .collect();
    match &field.ty {
        _ if inside.iter().any(|rest| rest.is_empty()) => {}
        Type::Struct(reference) if !inside.is_empty() => {
            for part in &reference.definition.fields {
                let name = format!("{name}.{}", part.column());
                not_given(part, &name, &inside, found);
            }
        }
        _ if field.nullable || !inside.is_empty() => {}
        _ => found.push(name.to_owned()),
    }
}

fn wrong_content(span: Span) -> Box<Diagnostic> {
    let message = "`file_data` takes `FILE_STREAM('path')` or a parameter";
    Box::new(
        Diagnostic::error(Code::ArgumentMismatch, span, message).help(
            "a parameter stands for bytes, or for anything that they can be read from: \
         `VALUES ('a.png', :data)`",
        ),
    )
}
