//! What the operators above a relation read of it.

use super::names::overlap;
use crate::lower::Scope;
use crate::plan::{ColumnId, Expression, ExpressionKind, Path, Relation};
use std::collections::BTreeSet;

/// The paths that were met on the way down to the relation being lowered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uses {
    paths: Vec<Path>,
    /// Columns that the result holds as they are.
    output: BTreeSet<ColumnId>,
    /// Columns that something is computed from.
    computed: BTreeSet<ColumnId>,
}

impl Uses {
    /// The result's columns.
    pub(crate) fn new(output: &[ColumnId]) -> Self {
        Uses {
            output: output.iter().copied().collect(),
            ..Uses::default()
        }
    }

    /// Adds what this operator reads of its input.
    pub(crate) fn add(&mut self, relation: &Relation) {
        match relation {
            Relation::Project { columns, .. } => {
                for (column, expression) in columns {
                    match &expression.kind {
                        ExpressionKind::Path(path) => {
                            self.paths.push(path.clone());
                            if path.steps.is_empty() && self.output.contains(column) {
                                self.output.insert(path.column);
                            }
                        }
                        _ => self.expression(expression),
                    }
                }
            }
            Relation::Sort { keys, .. } => {
                for key in keys {
                    match &key.expression.kind {
                        ExpressionKind::Path(path) => self.paths.push(path.clone()),
                        _ => self.expression(&key.expression),
                    }
                }
            }
            Relation::SetOperation { columns, .. } => {
                for column in columns {
                    self.column(column.left);
                    self.column(column.right);
                }
            }
            Relation::Join { right, .. } => {
                relation.for_each_expression(&mut |expression| self.expression(expression));
                for path in right.outer_paths() {
                    self.computed.insert(path.column);
                    self.paths.push(path.clone());
                }
            }
            Relation::Apply { subquery, .. } => {
                relation.for_each_expression(&mut |expression| self.expression(expression));
                for path in subquery.relation.outer_paths() {
                    self.computed.insert(path.column);
                    self.paths.push(path.clone());
                }
            }
            Relation::Scan { .. }
            | Relation::OneRow
            | Relation::Values { .. }
            | Relation::Unnest { .. }
            | Relation::Walk { .. }
            | Relation::Filter { .. }
            | Relation::Aggregate { .. }
            | Relation::Distinct { .. }
            | Relation::Limit { .. }
            | Relation::Window { .. }
            | Relation::DistinctOn { .. } => {
                relation.for_each_expression(&mut |expression| self.expression(expression));
            }
        }
    }

    fn column(&mut self, column: ColumnId) {
        self.computed.insert(column);
        self.paths.push(Path::of(column));
    }

    fn expression(&mut self, expression: &Expression) {
        if let ExpressionKind::Path(path) = &expression.kind {
            self.computed.insert(path.column);
            self.paths.push(path.clone());
        }
        expression.for_each_child(|child| self.expression(child));
    }

    /// Whether a column is read by the client as it is, and by the server at the most as a sort key.
    pub(crate) fn is_only_output(&self, column: ColumnId) -> bool {
        self.output.contains(&column) && !self.computed.contains(&column)
    }

    /// The paths that operators above the mark read and that start at one of these columns.
    pub(crate) fn paths_of<'a>(
        &'a self,
        columns: &'a [ColumnId],
        mark: usize,
    ) -> impl Iterator<Item = &'a Path> {
        self.paths
            .iter()
            .take(mark)
            .filter(|path| columns.contains(&path.column))
    }

    /// How many paths have been met so far: those of the operators above the present one, as long
    /// as its own are not added.
    pub(crate) fn mark(&self) -> usize {
        self.paths.len()
    }

    /// Whether an operator above the mark reads this column.
    pub(crate) fn reads_column(&self, column: ColumnId, mark: usize) -> bool {
        let above = &mut self.paths.iter().take(mark);
        above.any(|path| path.column == column)
    }

    /// Where what operators above the mark read is in this scope.
    pub(crate) fn places<'a>(
        &'a self,
        mark: usize,
        scope: &'a Scope,
    ) -> impl Iterator<Item = String> + 'a {
        self.paths
            .iter()
            .take(mark)
            .filter(|path| scope.at(path.column).is_some())
            .map(|path| scope.dotted(path))
    }

    /// Whether an operator above the mark reads this place, something inside it or around it.
    pub(crate) fn reads(&self, place: &str, mark: usize, scope: &Scope) -> bool {
        self.paths
            .iter()
            .take(mark)
            .filter(|path| scope.at(path.column).is_some())
            .any(|path| overlap(&scope.dotted(path), place))
    }
}
