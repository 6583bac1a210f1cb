//! `UPDATE orders SET i.quantity = 0 FROM UNNEST(items) AS i WHERE i.sku = 'x'`: the items of an array
//! of the documents themselves.
//!
//! PostgreSQL does not let the `FROM` of an `UPDATE` see the table. Here the name of an array that is
//! unnested there may stand before the columns that are written: then items change, each of those for
//! which the condition is true.

use super::super::scope::{Name, Rows, Scope};
use super::super::{Analyzer, Clause};
use super::WrittenTable;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Relation, Target, WriteAction};
use crate::types::{Item, Type};
use sqlparser::ast::{self, AssignmentTarget};

/// The array whose items change.
pub(super) struct Unnested {
    name: String,
    array: Expression,
    item: crate::plan::ColumnId,
    ty: Item,
}

impl Analyzer<'_> {
    /// The array that the assignments name, if `FROM` is nothing but one of the table's own.
    pub(super) fn unnested(
        &self,
        relation: &Relation,
        scope: &Scope,
        table: &WrittenTable,
        assignments: &[ast::Assignment],
    ) -> Option<Unnested> {
        let Relation::Unnest {
            input,
            array,
            item,
            keep_empty: false,
            ..
        } = relation
        else {
            return None;
        };
        let ExpressionKind::Path(path) = &array.kind else {
            return None;
        };
        let Type::Array(ty) = &array.ty else {
            return None;
        };
        if **input != table.scan || path.column != table.document {
            return None;
        }
        let mut sources = scope.sources.iter();
        let source = sources.find(|source| matches!(source.rows, Rows::Items { .. }))?;
        let is_named = assignments
            .iter()
            .any(|assignment| match &assignment.target {
                AssignmentTarget::ColumnName(name) => name.0.first().is_some_and(|first| {
                    first
                        .as_ident()
                        .is_some_and(|ident| ident.value == source.name)
                }),
                AssignmentTarget::Tuple(_) => false,
            });
        is_named.then(|| Unnested {
            name: source.name.clone(),
            array: array.clone(),
            item: *item,
            ty: (**ty).clone(),
        })
    }

    pub(super) fn update_items(
        &mut self,
        unnested: Unnested,
        relation: Relation,
        update: &ast::Update,
        table: &WrittenTable,
        scope: &Scope,
        outer: Span,
    ) -> Result<WriteAction> {
        let mut assignments: Vec<(Target, Expression)> = Vec::new();
        for assignment in &update.assignments {
            let target = self.item_target(assignment, &unnested, outer)?;
            let value = &assignment.value;
            let value = self.assigned(value, &target, table, Clause::Set, scope, outer)?;
            assignments.push((target, value));
        }
        let targets: Vec<Target> = assignments
            .iter()
            .map(|(target, _)| target.clone())
            .collect();
        self.check_targets(&targets)?;
        let predicate = match &update.selection {
            None => None,
            Some(predicate) => {
                let predicate = self.expression_in(Clause::Where, predicate, scope, outer)?;
                Some(self.condition(predicate, "WHERE")?)
            }
        };
        let has_subquery = |value: &Expression| {
            value.any(&mut |part| matches!(part.kind, ExpressionKind::Subquery(_)))
        };
        let values = assignments.iter().map(|(_, value)| value);
        if let Some(value) = values.chain(&predicate).find(|value| has_subquery(value)) {
            return self.unsupported(
                value.span,
                "a subquery in an `UPDATE` of the items of an array",
            );
        }
        let relation = match &predicate {
            Some(predicate) => Relation::Filter {
                input: Box::new(relation),
                predicate: predicate.clone(),
            },
            None => relation,
        };
        let (rows, id) = self.rows_of_ids(relation, table);
        Ok(WriteAction::UpdateItems {
            rows,
            id,
            array: unnested.array,
            item: unnested.item,
            predicate,
            assignments,
        })
    }

    fn item_target(
        &mut self,
        assignment: &ast::Assignment,
        unnested: &Unnested,
        outer: Span,
    ) -> Result<Target> {
        let span = self.source.span_or(assignment, outer);
        let AssignmentTarget::ColumnName(name) = &assignment.target else {
            return self.unsupported(span, "several columns of the items of an array at once");
        };
        let parts: Vec<Name> = name
            .0
            .iter()
            .filter_map(|part| part.as_ident().map(|ident| self.name(ident)))
            .collect();
        match parts.split_first() {
            Some((first, rest)) if first.text == unnested.name => {
                let place = rest
                    .last()
                    .map_or(first.span, |last| first.span.to(last.span));
                self.field_of_items(&unnested.ty, rest, place)
            }
            _ => Err(Box::new(
                Diagnostic::error(
                    Code::InvalidTarget,
                    span,
                    "a column of the document beside those of the items of an array",
                )
                .help("write two statements, in a transaction if need be"),
            )),
        }
    }
}
