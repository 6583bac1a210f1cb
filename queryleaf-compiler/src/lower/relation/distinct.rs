//! `SELECT DISTINCT`: one group per row of values.

use super::Builder;
use super::pipeline::Stage;
use crate::plan::{ColumnId, Expression, ExpressionKind, Path, Relation};

impl Builder<'_> {
    /// Drops the duplicates among the rows of `input`.
    ///
    /// A projection right below is not a stage of its own: its columns are the keys of the group.
    pub(super) fn distinct(&mut self, input: &Relation) {
        let columns = match input {
            Relation::Project {
                input: below,
                columns,
            } => {
                self.uses.add(input);
                self.relation(below);
                columns.clone()
            }
            _ => {
                self.relation(input);
                columns_of(input)
            }
        };
        let id = self.group_id(&columns);
        self.stages.push(Stage::group(id.template, Vec::new()));
        self.renew(["_id".to_owned()]);
        for (column, place) in id.places {
            self.scope.place(column, place);
        }
    }
}

/// The columns of what may stand below a set operation or `DISTINCT`, each with its type.
pub(super) fn columns_of(relation: &Relation) -> Vec<(ColumnId, Expression)> {
    match relation {
        Relation::Project { columns, .. } => columns
            .iter()
            .map(|(column, expression)| (*column, itself(*column, expression)))
            .collect(),
        Relation::Values { columns, rows } => columns
            .iter()
            .enumerate()
            .filter_map(|(number, column)| {
                let mut items = rows.iter().filter_map(|row| row.get(number));
                let first = itself(*column, items.next()?);
                let nullable = first.nullable || items.any(|item| item.nullable);
                Some((*column, first.nullable(nullable)))
            })
            .collect(),
        Relation::SetOperation {
            left,
            right,
            columns,
            ..
        } => {
            let (left, right) = (columns_of(left), columns_of(right));
            let of = |list: &[(ColumnId, Expression)], wanted| {
                let found = list.iter().find(|(column, _)| *column == wanted);
                found.map(|(_, expression)| expression.clone())
            };
            columns
                .iter()
                .filter_map(|column| {
                    let (one, other) = (of(&left, column.left)?, of(&right, column.right)?);
                    let nullable = one.nullable || other.nullable;
                    let expression = itself(column.column, &one).nullable(nullable);
                    Some((column.column, expression))
                })
                .collect()
        }
        Relation::Filter { input, .. }
        | Relation::Distinct { input }
        | Relation::Sort { input, .. }
        | Relation::Limit { input, .. }
        | Relation::DistinctOn { input, .. }
        | Relation::Window { input, .. }
        | Relation::Apply { input, .. } => columns_of(input),
        Relation::Scan { .. }
        | Relation::OneRow
        | Relation::Unnest { .. }
        | Relation::Walk { .. }
        | Relation::Join { .. }
        | Relation::Aggregate { .. } => Vec::new(),
    }
}

/// A column of the type of what it was made from.
fn itself(column: ColumnId, of: &Expression) -> Expression {
    let path = Path::of(column);
    Expression {
        kind: ExpressionKind::Path(path),
        ..of.clone()
    }
}
