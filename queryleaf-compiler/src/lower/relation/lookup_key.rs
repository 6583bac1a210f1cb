//! Which equality becomes the `localField` and `foreignField` of a `$lookup`.

use super::Builder;
use crate::lower::expression::without_lossless_casts;
use crate::lower::filter::is_scalar;
use crate::plan::{
    ColumnId, ComparisonOperator, Expression, ExpressionKind, JoinKind, Path, Relation,
};
use crate::schema::{Collection, IndexKind};
use crate::types::Type;
use std::collections::BTreeSet;

/// An equality of a field of the collection that is looked up with something of the document.
pub(super) struct Key {
    /// What the document has: it reads no column of the other side.
    pub(super) local: Expression,
    /// The field of the collection.
    pub(super) foreign: Path,
    /// Whether the field is an array, of which one item is to be equal: its value need not be that of
    /// another document that is found.
    pub(super) is_foreign_array: bool,
    /// Whether a `NULL` on both sides would pass for equal.
    pub(super) matches_null: bool,
}

impl Key {
    /// Whether it finds one document at the most, whatever is stored and whichever indexes are there.
    pub(super) fn is_by_id(&self) -> bool {
        self.foreign.names() == ["_id"] && !self.is_local_array()
    }

    /// Whether it finds few documents of this collection, so that they can be put into one array: one at
    /// the most if the indexes that are declared are there, or not many by what is declared.
    pub(super) fn finds_few(&self, collection: Option<&Collection>) -> bool {
        !self.is_local_array()
            && collection.is_some_and(|collection| has_few(collection, &self.foreign.names()))
    }

    /// Whether it has many values, each of which finds documents.
    pub(super) fn is_local_array(&self) -> bool {
        matches!(self.local.ty, Type::Array(_))
    }
}

impl Builder<'_> {
    /// Takes the equality that serves a lookup of this relation best out of the conditions right
    /// above the scan at which its pipeline begins.
    pub(super) fn take_key(&self, relation: Relation) -> (Relation, Option<Key>) {
        let made = relation.made_columns();
        self.take_key_inside(relation, &made)
    }

    fn take_key_inside(
        &self,
        relation: Relation,
        made: &BTreeSet<ColumnId>,
    ) -> (Relation, Option<Key>) {
        match relation {
            Relation::Filter { input, predicate } => match *input {
                scan @ Relation::Scan {
                    table, document, ..
                } => {
                    let mut conditions = predicate.conjuncts();
                    let key = conditions
                        .iter()
                        .enumerate()
                        .filter_map(|(number, condition)| {
                            Some((number, key_of(condition, document, made)?))
                        })
                        // The first of the best ones.
                        .rev()
                        .max_by_key(|(_, key)| self.selectivity(table, &key.foreign));
                    match key {
                        Some((number, key)) => {
                            conditions.remove(number);
                            (scan.filtered(conditions), Some(key))
                        }
                        None => (scan.filtered(conditions), None),
                    }
                }
                input => {
                    let (input, key) = self.take_key_inside(input, made);
                    let input = Box::new(input);
                    (Relation::Filter { input, predicate }, key)
                }
            },
            // The pipeline of these begins with that of their first input.
            Relation::Project { .. }
            | Relation::Unnest { .. }
            | Relation::Walk { .. }
            | Relation::Apply { .. }
            | Relation::Aggregate { .. }
            | Relation::Distinct { .. }
            | Relation::Sort { .. }
            | Relation::Limit { .. }
            | Relation::Window { .. }
            | Relation::DistinctOn { .. }
            | Relation::Join {
                kind: JoinKind::Inner | JoinKind::Left | JoinKind::Semi | JoinKind::Anti,
                ..
            } => {
                let mut key = None;
                let relation = relation.map_first_input(|input| {
                    let (input, found) = self.take_key_inside(input, made);
                    key = found;
                    input
                });
                (relation, key)
            }
            Relation::Scan { .. }
            | Relation::OneRow
            | Relation::Values { .. }
            | Relation::SetOperation { .. }
            | Relation::Join {
                kind: JoinKind::Full,
                ..
            } => (relation, None),
        }
    }

    /// How few documents an equality of this field is likely to find: 2 for one at the most, 1 for
    /// those that an index finds, 0 for others.
    fn selectivity(&self, table: usize, foreign: &Path) -> u8 {
        let Some(collection) = self.tables.get(table) else {
            return 0;
        };
        let names = foreign.names();
        if is_declared_unique(collection, &names) {
            return 2;
        }
        u8::from(leads_index(collection, &names))
    }
}

/// Whether no two documents have the same value in this field, by what is declared. For costs only:
/// no answer may depend on it, since nobody need have created the index.
pub(crate) fn is_declared_unique(collection: &Collection, names: &[&str]) -> bool {
    names == ["_id"]
        || collection.indexes.iter().any(|index| {
            index.unique
                && index.partial.is_none()
                && matches!(&index.keys[..], [key] if key.path == names)
        })
}

/// Whether few documents have the same value in this field, by what is declared. For costs only, as
/// above.
fn has_few(collection: &Collection, names: &[&str]) -> bool {
    is_declared_unique(collection, names) || collection.few.iter().any(|path| path == names)
}

/// Whether an index finds the documents with a value in this field.
pub(crate) fn leads_index(collection: &Collection, names: &[&str]) -> bool {
    collection.indexes.iter().any(|index| {
        index.partial.is_none()
            && index.keys.first().is_some_and(|key| {
                key.path == names
                    && match key.kind {
                        IndexKind::Ascending | IndexKind::Descending | IndexKind::Hashed => true,
                        IndexKind::Text | IndexKind::Geo2dsphere => false,
                    }
            })
    })
}

fn key_of(condition: &Expression, document: ColumnId, made: &BTreeSet<ColumnId>) -> Option<Key> {
    match &condition.kind {
        ExpressionKind::Compare {
            operator: ComparisonOperator::Equal,
            left,
            right,
        } => [(left, right), (right, left)]
            .into_iter()
            .find_map(|(foreign, local)| {
                let (foreign, local) = (
                    without_lossless_casts(foreign),
                    without_lossless_casts(local),
                );
                let path = field(foreign, document)?;
                let is_key =
                    is_scalar(&foreign.ty) && is_scalar(&local.ty) && is_outside(local, made);
                is_key.then(|| Key {
                    local: local.clone(),
                    foreign: path.clone(),
                    is_foreign_array: false,
                    matches_null: local.nullable && foreign.nullable,
                })
            }),
        ExpressionKind::Quantified {
            operator: ComparisonOperator::Equal,
            operand,
            array,
            all: false,
        } => key_in_array(without_lossless_casts(operand), array, document, made),
        _ => None,
    }
}

/// The key of `x = ANY(array)`: a lookup compares all items of an array, on either side.
fn key_in_array(
    operand: &Expression,
    array: &Expression,
    document: ColumnId,
    made: &BTreeSet<ColumnId>,
) -> Option<Key> {
    let Type::Array(item) = &array.ty else {
        return None;
    };
    if !is_scalar(&operand.ty) || !is_scalar(&item.ty) {
        return None;
    }
    if let Some(path) = field(array, document)
        && is_outside(operand, made)
    {
        // To leave out the documents that hold a null would leave out their other items as well.
        return (!operand.nullable || !item.nullable).then(|| Key {
            local: operand.clone(),
            foreign: path.clone(),
            is_foreign_array: true,
            matches_null: operand.nullable,
        });
    }
    let path = field(operand, document)?;
    is_outside(array, made).then(|| Key {
        local: array.clone(),
        foreign: path.clone(),
        is_foreign_array: false,
        matches_null: operand.nullable,
    })
}

/// The field of the document that an expression is.
fn field(expression: &Expression, document: ColumnId) -> Option<&Path> {
    match &expression.kind {
        ExpressionKind::Path(path) if path.column == document && !path.steps.is_empty() => {
            Some(path)
        }
        _ => None,
    }
}

fn is_outside(expression: &Expression, made: &BTreeSet<ColumnId>) -> bool {
    expression.reads_only(|column| !made.contains(&column))
}
