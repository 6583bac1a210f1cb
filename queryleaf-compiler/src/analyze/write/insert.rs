//! `INSERT`: of values, of the user's own structs, and of the rows of a query.

use super::super::scope::Scope;
use super::super::{Analyzer, Clause};
use super::{Analyzed, WrittenTable};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, Target, UploadOptions, Write, WriteAction, WriteOptions};
use crate::types::Type;
use crate::{Parameter, ParameterName};
use sqlparser::ast::{self, Expr, SetExpr, TableObject, Value};

impl Analyzer<'_> {
    pub(super) fn insert(&mut self, insert: &ast::Insert, outer: Span) -> Result<Analyzed> {
        self.check_insert(insert, outer)?;
        let TableObject::TableName(name) = &insert.table else {
            return self.unsupported(outer, "this target of `INSERT`");
        };
        let span = self.source.span_or(name, outer);
        let alias = insert.table_alias.as_ref().map(|alias| ast::TableAlias {
            explicit: alias.explicit,
            name: alias.alias.clone(),
            columns: Vec::new(),
            at: None,
        });
        let (scan, scope) = self.target_name(name, alias.as_ref(), span)?;
        let table = self.as_written(scan, scope, span)?;
        if table.collection.bucket().is_some() {
            return self.upload(insert, &table, outer);
        }
        let structs = self.structs(insert, outer)?;
        let conflict = match &insert.on {
            None => None,
            Some(ast::OnInsert::OnConflict(conflict)) => {
                let has_one_row = structs.is_none() && has_one_row(insert);
                Some(self.on_conflict(conflict, &table, has_one_row, outer)?)
            }
            Some(ast::OnInsert::DuplicateKeyUpdate(_)) => {
                let span = self.source.find(outer.start, "duplicate").unwrap_or(outer);
                return Err(Box::new(
                    Diagnostic::error(
                        Code::Unsupported,
                        span,
                        "`ON DUPLICATE KEY UPDATE` is not supported",
                    )
                    .help("name the key: `ON CONFLICT (number) DO UPDATE SET ..`"),
                ));
            }
            Some(_) => return self.unsupported(outer, "this clause of `INSERT`"),
        };
        let action = match (&structs, &insert.source) {
            (Some(_), _) => WriteAction::InsertStructs { conflict },
            (None, None) => {
                let no_values: [Vec<&Expr>; 1] = [Vec::new()];
                self.values_to_insert(&[], true, &no_values, &table, conflict)?
            }
            (None, Some(source)) => {
                let columns = self.insert_columns(insert, &table)?;
                let is_named = !insert.columns.is_empty();
                match values_of(source) {
                    Some(values) => {
                        let rows: Vec<Vec<&Expr>> = values
                            .rows
                            .iter()
                            .map(|row| row.content.iter().collect())
                            .collect();
                        self.values_to_insert(&columns, is_named, &rows, &table, conflict)?
                    }
                    None => {
                        self.rows_to_insert(source, (&columns, is_named), &table, conflict, outer)?
                    }
                }
            }
        };
        let returning = self.returning(insert.returning.as_deref(), &table, outer)?;
        if returning.is_some() && action.has_conflict_condition() {
            let span = self.source.find(outer.start, "returning").unwrap_or(outer);
            return Err(Box::new(
                Diagnostic::error(
                    Code::Unsupported,
                    span,
                    "`RETURNING` after `DO UPDATE .. WHERE`",
                )
                .note("the server does not tell which rows the condition passed over")
                .help("read the rows in a query of its own"),
            ));
        }
        Ok(Analyzed {
            write: Write {
                table: table.number,
                document: table.document,
                action,
                generated: Vec::new(),
                options: WriteOptions::default(),
                upload: UploadOptions::default(),
            },
            returning,
            structs,
        })
    }

    /// Refuses the clauses of other dialects, which the parser accepts.
    fn check_insert(&self, insert: &ast::Insert, outer: Span) -> Result<()> {
        let refused = [
            (insert.or.is_some(), "`INSERT OR`", "or"),
            (insert.ignore, "`INSERT IGNORE`", "ignore"),
            (insert.overwrite, "`INSERT OVERWRITE`", "overwrite"),
            (!insert.assignments.is_empty(), "`INSERT .. SET`", "set"),
            (insert.partitioned.is_some(), "`PARTITION`", "partition"),
            (insert.replace_into, "`REPLACE`", "replace"),
            (insert.output.is_some(), "`OUTPUT`", "output"),
            (insert.settings.is_some(), "`SETTINGS`", "settings"),
            (insert.format_clause.is_some(), "`FORMAT`", "format"),
            (
                insert.multi_table_insert_type.is_some(),
                "`INSERT ALL`",
                "insert",
            ),
        ];
        for (present, name, word) in refused {
            if present {
                let span = self.source.find(outer.start, word).unwrap_or(outer);
                return self.unsupported(span, name);
            }
        }
        Ok(())
    }

    /// The parameter of `INSERT INTO orders VALUES (:orders)`, which stands for whole rows.
    fn structs(&mut self, insert: &ast::Insert, outer: Span) -> Result<Option<Parameter>> {
        let Some(values) = insert.source.as_ref().and_then(|source| values_of(source)) else {
            return Ok(None);
        };
        let only = match &values.rows[..] {
            [row] => match &row.content[..] {
                [value] => value,
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        let Expr::Value(value) = only else {
            return Ok(None);
        };
        let Value::Placeholder(text) = &value.value else {
            return Ok(None);
        };
        if !insert.columns.is_empty() {
            return Ok(None);
        }
        let span = self.source.span_or(only, outer);
        let name = text.trim_start_matches([':', '$', '@']);
        Ok(Some(Parameter {
            name: match name.parse::<u16>() {
                Ok(number) => ParameterName::Positional(number),
                Err(_) => ParameterName::Named(name.to_owned()),
            },
            ty: Type::Unknown,
            list: false,
            source: false,
            rust: None,
            span,
        }))
    }

    /// The columns that values are given for: those that are named, or all in their order.
    fn insert_columns(
        &mut self,
        insert: &ast::Insert,
        table: &WrittenTable,
    ) -> Result<Vec<Target>> {
        if insert.columns.is_empty() {
            return Ok(self.all_targets(table));
        }
        let mut columns = Vec::with_capacity(insert.columns.len());
        let before = self.errors.len();
        for name in &insert.columns {
            let target = self.written_field(name, table);
            columns.extend(self.keep(target));
        }
        if let Some(error) = self.errors.get(before..).and_then(<[_]>::first).cloned() {
            // It stands among the errors already, where the same one counts once.
            return Err(Box::new(error));
        }
        self.check_targets(&columns)?;
        Ok(columns)
    }

    /// `VALUES (..), (..)`.
    fn values_to_insert<E: std::borrow::Borrow<Expr>>(
        &mut self,
        columns: &[Target],
        is_named: bool,
        rows: &[Vec<E>],
        table: &WrittenTable,
        conflict: Option<crate::plan::Conflict>,
    ) -> Result<WriteAction> {
        let width = rows.first().map_or(0, Vec::len);
        // Without a list of columns, those at the end may be left out.
        let width = if is_named { columns.len() } else { width };
        let columns = columns.get(..width.min(columns.len())).unwrap_or_default();
        let widths = rows.iter().all(|row| row.len() == columns.len());
        let defaults = match widths {
            true => self.left_out(columns, table),
            false => Ok(Vec::new()),
        };
        let defaults = self.keep(defaults).unwrap_or_default();
        let mut values = Vec::with_capacity(rows.len());
        for row in rows {
            let span = row.first().map_or(table.span, |value| {
                self.source.span_or(value.borrow(), table.span)
            });
            if row.len() != columns.len() {
                let message = format!("{} values for {} columns", row.len(), columns.len());
                return Err(Box::new(Diagnostic::error(Code::Syntax, span, message)));
            }
            let mut given: Vec<Expression> = Vec::with_capacity(row.len());
            for (value, target) in row.iter().zip(columns) {
                let scope = Scope::default();
                let value =
                    self.assigned(value.borrow(), target, table, Clause::Values, &scope, span);
                given.extend(self.keep(value));
            }
            for target in &defaults {
                given.extend(self.declared_default(target, table, span, true)?);
            }
            values.push(given);
        }
        Ok(WriteAction::InsertValues {
            columns: columns.iter().chain(&defaults).cloned().collect(),
            rows: values,
            conflict,
        })
    }
}

/// Whether a statement cannot insert a second row.
fn has_one_row(insert: &ast::Insert) -> bool {
    match &insert.source {
        None => true,
        Some(source) => values_of(source).is_some_and(|values| values.rows.len() == 1),
    }
}

/// The rows of a source that is nothing but `VALUES`.
pub(super) fn values_of(source: &ast::Query) -> Option<&ast::Values> {
    let is_bare = source.with.is_none()
        && source.order_by.is_none()
        && source.limit_clause.is_none()
        && source.fetch.is_none();
    match &*source.body {
        SetExpr::Values(values) if is_bare => Some(values),
        _ => None,
    }
}
