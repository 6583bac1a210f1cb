//! `INSERT .. SELECT`: the rows of a query as documents.

use super::super::default::makes_uuid;
use super::super::query::Naming;
use super::super::{Analyzer, Column};
use super::WrittenTable;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{
    ColumnId, Conflict, Expression, ExpressionKind, Path, Relation, Target, WriteAction,
};
use queryleaf_plan::Generated;
use sqlparser::ast::{self, SelectItem, SetExpr};

impl Analyzer<'_> {
    pub(super) fn rows_to_insert(
        &mut self,
        source: &ast::Query,
        (columns, is_named): (&[Target], bool),
        table: &WrittenTable,
        conflict: Option<Conflict>,
        outer: Span,
    ) -> Result<WriteAction> {
        let mut source = source.clone();
        let mut generated = take_generated(&mut source, columns);
        let targets: Vec<Target> = columns
            .iter()
            .filter(|target| !generated.iter().any(|(other, _)| other == *target))
            .cloned()
            .collect();
        let (relation, selected) = self.query(&source, Naming::Assigned)?;
        if !self.errors.is_empty() {
            // What is wrong has been noted; the rows are not going to be used.
            return Ok(WriteAction::InsertRows {
                rows: relation,
                columns: Vec::new(),
                generated,
                conflict,
            });
        }
        // Without a list of columns, those at the end may be left out.
        if selected.len() > targets.len() || is_named && selected.len() < targets.len() {
            let last = selected.get(targets.len()).or(selected.last());
            let extra = last.map_or(outer, |column| column.span);
            let message = format!(
                "{} columns are selected for {}",
                selected.len(),
                targets.len()
            );
            return Err(Box::new(
                Diagnostic::error(Code::Syntax, extra, message)
                    .help("name the columns of the table in the order of the SELECT list"),
            ));
        }
        let targets: Vec<Target> = targets.into_iter().take(selected.len()).collect();
        let given: Vec<Target> = targets
            .iter()
            .cloned()
            .chain(generated.iter().map(|(target, _)| target.clone()))
            .collect();
        let defaults = self.left_out(&given, table)?;
        let (relation, mut columns) = self.assigned_rows(relation, selected, &targets)?;
        let mut extra = Vec::new();
        for target in defaults {
            if self.is_new_uuid(&target, table) {
                generated.push((target, Generated::Uuid));
            } else if let Some(value) = self.declared_default(&target, table, table.span, false)? {
                extra.push((target, value));
            }
        }
        let relation = self.with_defaults(relation, &mut columns, extra);
        Ok(WriteAction::InsertRows {
            rows: relation,
            columns,
            generated,
            conflict,
        })
    }

    /// The rows with their columns brought to the types of the targets.
    pub(super) fn assigned_rows(
        &mut self,
        relation: Relation,
        selected: Vec<Column>,
        targets: &[Target],
    ) -> Result<(Relation, Vec<(Target, ColumnId)>)> {
        // The projection of a SELECT still knows its literals as such.
        if let Relation::Project { input, columns } = relation {
            let mut assigned = Vec::with_capacity(columns.len());
            let mut ids = Vec::with_capacity(columns.len());
            for (column, target) in selected.iter().zip(targets) {
                let value = columns
                    .iter()
                    .find(|(id, _)| *id == column.id)
                    .map_or_else(|| column.path(), |(_, value)| value.clone());
                let value = self.assign(value, target)?;
                let id = self.named_column(&target.path());
                assigned.push((id, value));
                ids.push((target.clone(), id));
            }
            let relation = Relation::Project {
                input,
                columns: assigned,
            };
            return Ok((relation, ids));
        }
        let mut values = Vec::with_capacity(targets.len());
        for (column, target) in selected.iter().zip(targets) {
            let value = self.settle(column.path())?;
            values.push((Some(target.path()), self.assign(value, target)?));
        }
        let (relation, ids) = self.projected(relation, values);
        Ok((relation, targets.iter().cloned().zip(ids).collect()))
    }

    /// The rows with the defaults of the columns that they leave out.
    fn with_defaults(
        &mut self,
        relation: Relation,
        columns: &mut Vec<(Target, ColumnId)>,
        defaults: Vec<(Target, Expression)>,
    ) -> Relation {
        if defaults.is_empty() {
            return relation;
        }
        let given = columns.iter().map(|(target, id)| {
            let path = ExpressionKind::Path(Path::of(*id));
            let value = Expression::new(path, target.ty.clone(), target.span);
            (target.clone(), value.nullable(is_nullable(&relation, *id)))
        });
        let all: Vec<(Target, Expression)> = given.chain(defaults).collect();
        let values = all
            .iter()
            .map(|(target, value)| (Some(target.path()), value.clone()))
            .collect();
        let (relation, ids) = self.projected(relation, values);
        *columns = all.into_iter().map(|(target, _)| target).zip(ids).collect();
        relation
    }
}

/// Whether a column of a projection may be `NULL`.
pub(super) fn is_nullable(relation: &Relation, column: ColumnId) -> bool {
    match relation {
        Relation::Project { columns, .. } => columns
            .iter()
            .find(|(id, _)| *id == column)
            .is_none_or(|(_, value)| value.nullable),
        _ => true,
    }
}

/// Takes the items of the SELECT list that the client makes for each row.
fn take_generated(source: &mut ast::Query, columns: &[Target]) -> Vec<(Target, Generated)> {
    let SetExpr::Select(select) = &mut *source.body else {
        return Vec::new();
    };
    let is_generated = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, .. } => {
            makes_uuid(value)
        }
        _ => false,
    };
    let has_wildcard = select.projection.iter().any(|item| {
        matches!(
            item,
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)
        )
    });
    if has_wildcard || select.distinct.is_some() || select.projection.len() > columns.len() {
        return Vec::new();
    }
    let generated = select
        .projection
        .iter()
        .zip(columns)
        .filter(|(item, _)| is_generated(item))
        .map(|(_, target)| (target.clone(), Generated::Uuid))
        .collect();
    select.projection.retain(|item| !is_generated(item));
    generated
}
