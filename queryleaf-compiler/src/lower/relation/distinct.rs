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

/// The columns of a relation that keeps those of a projection.
fn columns_of(relation: &Relation) -> Vec<(ColumnId, Expression)> {
    match relation {
        Relation::Project { columns, .. } => columns
            .iter()
            .map(|(column, expression)| {
                let path = Path {
                    column: *column,
                    steps: Vec::new(),
                    rust: None,
                };
                let column_itself = Expression {
                    kind: ExpressionKind::Path(path),
                    ..expression.clone()
                };
                (*column, column_itself)
            })
            .collect(),
        Relation::Filter { input, .. }
        | Relation::Distinct { input }
        | Relation::Sort { input, .. }
        | Relation::Limit { input, .. }
        | Relation::DistinctOn { input, .. }
        | Relation::Apply { input, .. } => columns_of(input),
        Relation::Scan { .. }
        | Relation::OneRow
        | Relation::Values { .. }
        | Relation::Unnest { .. }
        | Relation::Join { .. }
        | Relation::SetOperation { .. }
        | Relation::Window { .. }
        | Relation::Aggregate { .. } => Vec::new(),
    }
}
