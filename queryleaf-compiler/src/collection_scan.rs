//! Whether a query has to read a whole collection.
//!
//! `#[leaf(deny_collscan)]` on a collection makes such a query an error, `#[leaf(warn_collscan)]` a
//! warning. The judgement is about the declared indexes alone: a query passes when one of them can
//! narrow down what is read, or gives the order of a query that stops at a `LIMIT`.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::functions::{Function, TextFunction};
use crate::plan::{
    AggregateFunction, ColumnId, ComparisonOperator, Expression, ExpressionKind, Relation, SortKey,
};
use crate::schema::{Collection, CollectionScan, IndexKind};
use queryleaf_plan::pattern::{Like, like};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is said about a query that can use no index of a collection that asks for it; one answer for
/// each place that reads such a collection.
pub(crate) fn check(
    relation: &Relation,
    tables: &[Arc<Collection>],
    query: Span,
) -> Vec<Diagnostic> {
    let mut readings = Vec::new();
    Reading::all(relation, false, &mut readings);
    let mut found: Vec<Diagnostic> = readings
        .iter()
        .filter_map(|reading| reading.judgement(tables, query))
        .collect();
    // A common table expression is read by each of its uses.
    found.dedup();
    found
}

/// What a part of a query reads of one collection, and how.
#[derive(Default)]
struct Reading<'a> {
    table: Option<usize>,
    /// Whether it is read for each row of something else.
    per_row: bool,
    /// Where the columns of scans and unnested arrays are stored.
    stored: BTreeMap<ColumnId, String>,
    conditions: Vec<&'a Expression>,
    /// The first key of the order in which the rows are wanted, when not all of them are.
    first_of: Vec<&'a Expression>,
    /// The field by which a walk finds its documents.
    walked_by: Option<String>,
}

impl<'a> Reading<'a> {
    /// All the readings of a relation.
    fn all(relation: &'a Relation, per_row: bool, readings: &mut Vec<Reading<'a>>) {
        let mut reading = Reading {
            per_row,
            ..Reading::default()
        };
        reading.relation(relation, readings);
        readings.push(reading);
    }

    /// What is wrong with this reading. It is about the first condition or order, or about the whole
    /// query where there is neither: then it is meant to read everything, which is not worth a
    /// warning.
    fn judgement(&self, tables: &[Arc<Collection>], query: Span) -> Option<Diagnostic> {
        let collection = tables.get(self.table?)?;
        let wanted = self.conditions.iter().chain(&self.first_of).next();
        let (diagnostic, attribute): (fn(_, _, _) -> _, _) = match collection.collection_scan {
            CollectionScan::Allowed => return None,
            CollectionScan::Warned if wanted.is_none() => return None,
            CollectionScan::Warned => (Diagnostic::warning, "warn_collscan"),
            CollectionScan::Denied => (Diagnostic::error, "deny_collscan"),
        };
        if self.is_served_by(collection) {
            return None;
        }
        let leading: Vec<String> = leading_paths(collection)
            .map(|path| format!("`{path}`"))
            .collect();
        let message = if self.per_row {
            format!(
                "no index of `{}` finds the partners of a row",
                collection.name
            )
        } else {
            format!("no index of `{}` serves this query", collection.name)
        };
        let span = wanted.map_or(query, |expression| expression.span);
        Some(
            diagnostic(Code::NoIndex, span, message)
                .note(format!(
                    "`{}` is declared with `{attribute}`",
                    collection.rust_name
                ))
                .note(format!("its indexes begin with {}", leading.join(", ")))
                .help("compare one of these fields with a value, or declare another index"),
        )
    }

    fn relation(&mut self, relation: &'a Relation, others: &mut Vec<Reading<'a>>) {
        match relation {
            Relation::Scan {
                table, document, ..
            } => {
                self.table = Some(*table);
                self.stored.insert(*document, String::new());
            }
            Relation::OneRow | Relation::Values { .. } => {}
            Relation::Join { left, right, .. } => {
                self.relation(left, others);
                Reading::all(right, !right.outer_paths().is_empty(), others);
            }
            Relation::SetOperation { left, right, .. } => {
                Reading::all(left, self.per_row, others);
                Reading::all(right, self.per_row, others);
            }
            Relation::Apply {
                input, subquery, ..
            } => {
                self.relation(input, others);
                let rows = &subquery.relation;
                Reading::all(rows, !rows.outer_paths().is_empty(), others);
            }
            Relation::Walk { input, walk } => {
                self.relation(input, others);
                others.push(Reading {
                    table: Some(walk.table),
                    per_row: true,
                    conditions: vec![&walk.start],
                    walked_by: Some(walk.to.join(".")),
                    ..Reading::default()
                });
            }
            Relation::Window { input, .. } | Relation::DistinctOn { input, .. } => {
                self.relation(input, others)
            }
            Relation::Unnest {
                input, array, item, ..
            } => {
                self.relation(input, others);
                if let Some(path) = self.stored_path(array) {
                    self.stored.insert(*item, path);
                }
            }
            Relation::Filter { input, predicate } => {
                self.relation(input, others);
                self.conditions.push(predicate);
            }
            Relation::Aggregate {
                input,
                keys,
                aggregates,
            } => {
                self.relation(input, others);
                // One index lookup answers the smallest or largest value alone.
                if let ([], [(_, aggregate)]) = (&keys[..], &aggregates[..])
                    && matches!(
                        aggregate.function,
                        AggregateFunction::Min | AggregateFunction::Max
                    )
                {
                    self.first_of.extend(aggregate.arguments.first());
                }
            }
            Relation::Limit { input, limit, .. } => {
                self.relation(input, others);
                if let (Some(_), Relation::Sort { keys, .. }) = (limit, &**input) {
                    self.first_of
                        .extend(keys.first().map(|SortKey { expression, .. }| expression));
                }
            }
            Relation::Project { input, .. }
            | Relation::Distinct { input }
            | Relation::Sort { input, .. } => self.relation(input, others),
        }
    }

    fn is_served_by(&self, collection: &Collection) -> bool {
        let leads = |path: &str| leading_paths(collection).any(|leading| leading == path);
        self.walked_by.as_deref().is_some_and(leads)
            || self
                .conditions
                .iter()
                .any(|condition| self.is_narrowed(condition, &leads))
            || self
                .first_of
                .iter()
                .any(|key| self.stored_path(key).is_some_and(|path| leads(&path)))
    }

    /// Whether a condition bounds a field that leads an index.
    fn is_narrowed(&self, condition: &Expression, leads: &impl Fn(&str) -> bool) -> bool {
        let leading = |field: &Expression| self.stored_path(field).is_some_and(|path| leads(&path));
        match &condition.kind {
            ExpressionKind::And(items) => items.iter().any(|item| self.is_narrowed(item, leads)),
            ExpressionKind::Or(items) => items.iter().all(|item| {
                // `:p IS NULL OR x = :p` is narrow whenever the parameter has a value.
                is_about_parameter(item) || self.is_narrowed(item, leads)
            }),
            ExpressionKind::Compare {
                operator,
                left,
                right,
            } => {
                *operator != ComparisonOperator::NotEqual
                    && ((leading(left) && self.is_constant(right))
                        || (leading(right) && self.is_constant(left)))
            }
            ExpressionKind::InList { operand, items } => {
                leading(operand) && items.iter().all(|item| self.is_constant(item))
            }
            ExpressionKind::InParameter { operand, .. } | ExpressionKind::IsNull(operand) => {
                leading(operand)
            }
            ExpressionKind::Like {
                operand,
                pattern,
                escape,
                ignore_case: false,
            } => {
                let prefix = match pattern.as_text() {
                    Some(text) => match like(text, *escape, false) {
                        Ok(Like::Exact(_)) => true,
                        Ok(_) => !text.starts_with(WILDCARDS),
                        Err(_) => false,
                    },
                    None => self.is_constant(pattern) && !begins_with_wildcard(pattern),
                };
                leading(operand) && prefix
            }
            ExpressionKind::Quantified {
                operator,
                operand,
                array,
                all: false,
            } => {
                *operator == ComparisonOperator::Equal
                    && ((leading(array) && self.is_constant(operand))
                        || (leading(operand) && self.is_constant(array)))
            }
            _ => leading(condition),
        }
    }

    /// Whether an expression is known before the collection is read.
    fn is_constant(&self, expression: &Expression) -> bool {
        !expression.reads(|column| self.stored.contains_key(&column))
    }

    /// The stored path of a field; casts that only widen do not hide it.
    fn stored_path(&self, expression: &Expression) -> Option<String> {
        match &expression.kind {
            ExpressionKind::Path(path) => {
                let root = self.stored.get(&path.column)?;
                let parts: Vec<&str> = Some(root.as_str())
                    .filter(|root| !root.is_empty())
                    .into_iter()
                    .chain(path.names())
                    .collect();
                Some(parts.join("."))
            }
            ExpressionKind::Cast(operand) => self.stored_path(operand),
            _ => None,
        }
    }
}

/// What stands for any text in a pattern.
const WILDCARDS: [char; 2] = ['%', '_'];

/// Whether a pattern is put together as `'%' || ..`.
fn begins_with_wildcard(pattern: &Expression) -> bool {
    match &pattern.kind {
        ExpressionKind::Call {
            function: Function::Text(TextFunction::Append | TextFunction::Concat),
            arguments,
        } => arguments.first().is_some_and(begins_with_wildcard),
        _ => pattern
            .as_text()
            .is_some_and(|text| text.starts_with(WILDCARDS)),
    }
}

fn is_about_parameter(condition: &Expression) -> bool {
    matches!(&condition.kind, ExpressionKind::IsNull(operand)
        if matches!(operand.kind, ExpressionKind::Parameter(_)))
}

/// The first fields of the indexes that hold every document in the order of its values.
fn leading_paths(collection: &Collection) -> impl Iterator<Item = String> {
    let declared = collection.indexes.iter().filter_map(|index| {
        let key = index.keys.first()?;
        let whole = !index.sparse && index.partial.is_none();
        let ordered = match key.kind {
            IndexKind::Ascending | IndexKind::Descending | IndexKind::Hashed => true,
            IndexKind::Text | IndexKind::Geo2dsphere => false,
        };
        (whole && ordered).then(|| key.path.join("."))
    });
    std::iter::once("_id".to_owned()).chain(declared)
}
