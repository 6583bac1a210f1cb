//! `INSERT INTO GRIDFS('photos') (..) SELECT ..`: files to upload from the rows of a query, which have their
//! bytes, or the paths of files of the client.

use super::super::query::Naming;
use super::super::{Analyzer, Column};
use super::upload::{Columns, FILE_DATA, FILE_STREAM};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ColumnId, Expression, ExpressionKind, PathStep, Relation, Target, WriteAction};
use crate::types::{Limits, Type};
use sqlparser::ast::{
    self, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, SelectItem, SetExpr,
};

/// Where a row has the path of a file.
const PATH: &str = "path";

impl Analyzer<'_> {
    /// `SELECT ..`.
    pub(super) fn files_of_query(
        &mut self,
        source: &ast::Query,
        columns: Columns,
        outer: Span,
    ) -> Result<WriteAction> {
        let of_paths = self.with_paths(source, columns.data, outer)?;
        let (relation, selected) =
            self.query(of_paths.as_ref().unwrap_or(source), Naming::Assigned)?;
        if !self.errors.is_empty() {
            // What is wrong has been noted; the rows are not going to be used.
            return Ok(WriteAction::UploadRows {
                rows: relation,
                columns: Vec::new(),
            });
        }
        if selected.len() != columns.count {
            let extra = selected.get(columns.count).or(selected.last());
            let span = extra.map_or(outer, |column| column.span);
            let message = format!(
                "{} columns are selected for {}",
                selected.len(),
                columns.count
            );
            return Err(Box::new(Diagnostic::error(Code::Syntax, span, message)));
        }
        let data = match (of_paths, selected.get(columns.data)) {
            (None, Some(data)) => {
                check_bytes(data)?;
                content(FILE_DATA, Type::Bytea, outer)
            }
            (Some(_), Some(path)) => {
                check_path(path)?;
                content(PATH, Type::Text, path.span)
            }
            (_, None) => content(FILE_DATA, Type::Bytea, outer),
        };
        let mut targets = columns.targets;
        let place = columns.data.min(targets.len());
        targets.insert(place, data);
        let (rows, mut columns) = self.assigned_rows(relation, selected, &targets)?;
        // What a query gives is looked at when the file is uploaded, one by one.
        for (target, _) in &mut columns {
            target.content_types.clear();
        }
        let rows = with_whole_numbers(rows, &columns);
        Ok(WriteAction::UploadRows { rows, columns })
    }

    /// The query with the path itself in place of `FILE_STREAM(path)`, where it says so.
    fn with_paths(
        &self,
        source: &ast::Query,
        place: usize,
        outer: Span,
    ) -> Result<Option<ast::Query>> {
        let SetExpr::Select(select) = &*source.body else {
            return Ok(None);
        };
        let mut calls = select.projection.iter().enumerate();
        let Some((number, call)) = calls.find_map(|(number, item)| Some((number, call(item)?)))
        else {
            return Ok(None);
        };
        let span = self.source.span_or(&call.name, outer);
        let FunctionArguments::List(list) = &call.args else {
            return Err(wrong_place(span));
        };
        let [FunctionArg::Unnamed(FunctionArgExpr::Expr(path))] = &list.args[..] else {
            return Err(wrong_place(span));
        };
        let is_star = |item: &SelectItem| {
            matches!(
                item,
                SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)
            )
        };
        if number != place || select.projection.iter().take(place).any(is_star) {
            return Err(wrong_place(span));
        }
        let mut select = select.clone();
        if let Some(item) = select.projection.get_mut(number) {
            *item = SelectItem::UnnamedExpr(path.clone());
        }
        Ok(Some(ast::Query {
            body: Box::new(SetExpr::Select(select)),
            ..source.clone()
        }))
    }
}

/// The rows with larger integers where a conversion to the type of a column would end the query at the first
/// number that is too large: its row is refused alone.
fn with_whole_numbers(rows: Relation, columns: &[(Target, ColumnId)]) -> Relation {
    let Relation::Project {
        input,
        columns: values,
    } = rows
    else {
        return rows;
    };
    let is_integer = |id: ColumnId| {
        let mut columns = columns.iter();
        columns.any(|(target, column)| *column == id && target.ty == Type::Integer)
    };
    let values = values.into_iter().map(|(id, value)| {
        if !is_integer(id) || value.ty != Type::Integer {
            return (id, value);
        }
        let value = match value.kind {
            ExpressionKind::Cast(operand) if operand.ty == Type::Bigint => *operand,
            ExpressionKind::Cast(operand) if matches!(operand.ty, Type::Double | Type::Numeric) => {
                Expression {
                    kind: ExpressionKind::Cast(operand),
                    ty: Type::Bigint,
                    ..value
                }
            }
            kind => Expression { kind, ..value },
        };
        (id, value)
    });
    Relation::Project {
        input,
        columns: values.collect(),
    }
}

/// The call of `FILE_STREAM` that an item of the SELECT list is, if it is one.
fn call(item: &SelectItem) -> Option<&ast::Function> {
    let (SelectItem::UnnamedExpr(expression)
    | SelectItem::ExprWithAlias {
        expr: expression, ..
    }) = item
    else {
        return None;
    };
    match expression {
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case(FILE_STREAM) => {
            Some(function)
        }
        _ => None,
    }
}

/// What is uploaded, as a field of the rows.
fn content(name: &str, ty: Type, span: Span) -> Target {
    Target {
        steps: vec![PathStep {
            name: name.to_owned(),
            nullable: false,
        }],
        ty,
        nullable: false,
        limits: Limits::default(),
        absent: false,
        content_types: Vec::new(),
        of_file: Some(FILE_DATA.to_owned()),
        item: None,
        span,
    }
}

fn check_bytes(column: &Column) -> Result<()> {
    let ty = &column.expression.ty;
    if matches!(ty, Type::Bytea) {
        return Ok(());
    }
    let message = format!("`{FILE_DATA}` takes `bytea`, and this is of type `{ty}`");
    let error = Diagnostic::error(Code::TypeMismatch, column.span, message);
    Err(Box::new(match ty {
        Type::Text => error.help(
            "select a field of type `Binary`, or write `FILE_STREAM(..)` around the path of a file of \
             this machine",
        ),
        _ => error.help("select a field of type `Binary`"),
    }))
}

fn check_path(column: &Column) -> Result<()> {
    let ty = &column.expression.ty;
    if matches!(ty, Type::Text | Type::Enum(_) | Type::Unknown) {
        return Ok(());
    }
    let message = format!("`FILE_STREAM` takes a path of type `text`, and this is of type `{ty}`");
    Err(Box::new(Diagnostic::error(
        Code::TypeMismatch,
        column.span,
        message,
    )))
}

fn wrong_place(span: Span) -> Box<Diagnostic> {
    let message = "`FILE_STREAM` takes a path, and is the value of `file_data`";
    Box::new(
        Diagnostic::error(Code::ArgumentMismatch, span, message).help(
            "select as many values as there are columns, in their order, and no `*` before it",
        ),
    )
}
