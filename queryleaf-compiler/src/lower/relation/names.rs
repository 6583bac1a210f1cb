//! Names for what a pipeline computes, so that it reads as if written by hand.

use crate::plan::{ColumnId, Expression, ExpressionKind, Relation};
use std::collections::BTreeMap;

/// The names that the query itself gives to columns and expressions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    columns: BTreeMap<ColumnId, String>,
    expressions: Vec<(Expression, String)>,
}

impl Names {
    /// The names that the query gives to columns, and to whatever the columns of this relation are
    /// made from without change.
    pub(crate) fn new(relation: &Relation, columns: BTreeMap<ColumnId, String>) -> Self {
        let mut names = Names {
            columns,
            expressions: Vec::new(),
        };
        let mut next = Some(relation);
        while let Some(relation) = next {
            next = match relation {
                Relation::Project { input, columns } => {
                    names.project(columns);
                    Some(input)
                }
                Relation::Filter { input, .. }
                | Relation::Sort { input, .. }
                | Relation::Limit { input, .. }
                | Relation::Distinct { input }
                | Relation::Apply { input, .. }
                | Relation::Window { input, .. }
                | Relation::DistinctOn { input, .. } => Some(input),
                Relation::Scan { .. }
                | Relation::OneRow
                | Relation::Values { .. }
                | Relation::Unnest { .. }
                | Relation::Walk { .. }
                | Relation::Join { .. }
                | Relation::SetOperation { .. }
                | Relation::Aggregate { .. } => None,
            };
        }
        names
    }

    /// The same names inside a pipeline for another relation.
    pub(crate) fn inside(&self, relation: &Relation) -> Self {
        Names::new(relation, self.columns.clone())
    }

    /// The same names for a branch of a set operation, whose columns are called like the result's.
    pub(crate) fn named(
        &self,
        relation: &Relation,
        columns: &[ColumnId],
        names: &[String],
    ) -> Self {
        let mut known = self.columns.clone();
        known.extend(columns.iter().copied().zip(names.iter().cloned()));
        Names::new(relation, known)
    }

    fn project(&mut self, columns: &[(ColumnId, Expression)]) {
        for (column, expression) in columns {
            let Some(name) = self.columns.get(column).cloned() else {
                continue;
            };
            match &expression.kind {
                ExpressionKind::Path(path) if path.steps.is_empty() => {
                    self.columns.entry(path.column).or_insert(name);
                }
                _ => self
                    .expressions
                    .push((expression.clone().without_spans(), name)),
            }
        }
    }

    /// The name of a column.
    pub(crate) fn column(&self, column: ColumnId) -> Option<&str> {
        self.columns.get(&column).map(String::as_str)
    }

    /// The name that the query gives to this expression, if it is one of its result columns.
    pub(crate) fn expression(&self, expression: &Expression) -> Option<&str> {
        if self.expressions.is_empty() {
            return None;
        }
        let expression = expression.clone().without_spans();
        self.expressions
            .iter()
            .find(|(known, _)| *known == expression)
            .map(|(_, name)| name.as_str())
    }
}

/// The wanted name where it can be a key, else `fallback`; with a number where it is taken.
pub(crate) fn unique(wish: Option<&str>, fallback: &str, taken: impl Fn(&str) -> bool) -> String {
    let base = wish.filter(|wish| is_key(wish)).unwrap_or(fallback);
    let mut name = base.to_owned();
    let mut number = 1_u32;
    while taken(&name) {
        number = number.saturating_add(1);
        name = format!("{base}{number}");
    }
    name
}

/// Whether a name can be the key of a computed field.
fn is_key(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('$') && !name.contains(['.', '\0'])
}

/// The last name of a dotted path.
pub(crate) fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

/// The first name of a dotted path.
pub(crate) fn first(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}

/// Whether one path is the other or leads to it.
pub(crate) fn overlap(one: &str, other: &str) -> bool {
    within(one, other) || within(other, one)
}

/// Whether `inner` is `outer` or inside it.
pub(crate) fn within(inner: &str, outer: &str) -> bool {
    outer.is_empty()
        || inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_used_where_it_can_be_a_key() {
        let taken = |name: &str| name == "total" || name == "column";
        assert_eq!(unique(Some("sum"), "column", taken), "sum");
        assert_eq!(unique(Some("total"), "column", taken), "total2");
        assert_eq!(unique(None, "column", taken), "column2");
        assert_eq!(unique(Some("a.b"), "value", taken), "value");
        assert_eq!(unique(Some("$a"), "value", taken), "value");
        assert_eq!(unique(Some(""), "value", taken), "value");
        assert_eq!(unique(None, "value", taken), "value");
    }

    #[test]
    fn paths_overlap_by_whole_names() {
        assert!(overlap("a.b", "a"));
        assert!(overlap("a", "a.b"));
        assert!(overlap("", "a"));
        assert!(!overlap("ab", "a"));
        assert!(!overlap("a.b", "a.c"));
    }
}
