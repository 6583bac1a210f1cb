//! Which fields of its events a query reads.

use super::scans::EventScan;
use crate::lower::within;
use crate::plan::{ColumnId, Expression, ExpressionKind, Path, Relation, SubqueryForm};
use std::collections::{BTreeMap, BTreeSet};

/// The fields of the events that a query reads, as dotted paths, none of them inside another, with one
/// that is read besides; none where the query reads whole events.
pub(super) fn fields_read(
    relation: &Relation,
    output: &[ColumnId],
    scans: &[EventScan],
    besides: &str,
) -> Option<BTreeSet<String>> {
    let mut fields = Fields {
        places: scans.iter().map(|scan| (scan.event, Vec::new())).collect(),
        read: BTreeSet::from([besides.to_owned()]),
    };
    fields.relation(relation);
    output.iter().for_each(|column| fields.column(*column));
    let Fields { mut read, .. } = fields;
    if read.contains("") {
        return None;
    }
    let all: Vec<String> = read.iter().cloned().collect();
    read.retain(|field| {
        let mut others = all.iter().filter(|other| *other != field);
        !others.any(|other| within(field, other))
    });
    Some(read)
}

/// What has been read so far.
struct Fields<'a> {
    /// The columns that are parts of events as they are stored, and which.
    places: BTreeMap<ColumnId, Vec<&'a str>>,
    read: BTreeSet<String>,
}

impl<'a> Fields<'a> {
    fn relation(&mut self, relation: &'a Relation) {
        relation.for_each_input(|input| self.relation(input));
        match relation {
            Relation::Project { columns, .. } => {
                for (column, expression) in columns {
                    match &expression.kind {
                        // Only the name is another one; who uses it reads it.
                        ExpressionKind::Path(path) if self.places.contains_key(&path.column) => {
                            let place = self.place(path);
                            self.places.insert(*column, place);
                        }
                        _ => self.expression(expression),
                    }
                }
            }
            Relation::Distinct { input } => {
                for column in input.columns() {
                    self.column(column);
                }
            }
            Relation::SetOperation { columns, .. } => {
                for column in columns {
                    self.column(column.left);
                    self.column(column.right);
                }
            }
            Relation::Apply { subquery, .. } => match &subquery.form {
                SubqueryForm::Scalar(column) | SubqueryForm::Array(column) => self.column(*column),
                SubqueryForm::Any(condition) => self.expression(condition),
                SubqueryForm::Exists => {}
            },
            Relation::Scan { .. }
            | Relation::OneRow
            | Relation::Values { .. }
            | Relation::Unnest { .. }
            | Relation::Filter { .. }
            | Relation::Aggregate { .. }
            | Relation::Sort { .. }
            | Relation::Limit { .. }
            | Relation::Join { .. }
            | Relation::Walk { .. }
            | Relation::Window { .. }
            | Relation::DistinctOn { .. } => {
                relation.for_each_expression(&mut |expression| self.expression(expression));
            }
        }
    }

    fn expression(&mut self, expression: &'a Expression) {
        expression.for_each_path(&mut |path| {
            if self.places.contains_key(&path.column) {
                let place = self.place(path);
                self.add(&place);
            }
        });
    }

    fn column(&mut self, column: ColumnId) {
        if let Some(place) = self.places.get(&column).cloned() {
            self.add(&place);
        }
    }

    /// The place of a path in its event.
    fn place(&self, path: &'a Path) -> Vec<&'a str> {
        let mut place = self.places.get(&path.column).cloned().unwrap_or_default();
        place.extend(path.names());
        place
    }

    /// Says that a place is read, or what is around it where a projection cannot name it.
    fn add(&mut self, place: &[&str]) {
        let sound = |name: &&&str| !name.contains('.') && !name.starts_with('$');
        let names: Vec<&str> = place.iter().take_while(sound).copied().collect();
        self.read.insert(names.join("."));
    }
}
