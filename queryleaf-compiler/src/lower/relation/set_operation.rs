//! `UNION`, `INTERSECT` and `EXCEPT`: the rows of both sides one after the other, and a group where
//! duplicates matter.
//!
//! ```text
//! {$project: {name: 1}}, {$unionWith: {coll: "suppliers", pipeline: [{$project: {name: "$title"}}]}},
//! {$group: {_id: "$name"}}
//! ```
//!
//! For `INTERSECT` and `EXCEPT` the rows of the right side carry a mark, and the group counts how
//! often each row is there and how often on the right side: one reading of both sides, where a lookup
//! for each row would be a reading per row.

use super::distinct::columns_of;
use super::pipeline::{Stage, computed};
use super::{Builder, unique};
use crate::lower::operators::{call, int, unary};
use crate::lower::value;
use crate::plan::{ColumnId, Expression, Path, Relation, SetColumn, SetOperator};
use queryleaf_plan::Template;
use std::collections::BTreeSet;

/// Says that a row comes from the right side.
const MARK: &str = "__right";

/// One side, and its columns in the order of the result's.
struct Branch<'r> {
    relation: &'r Relation,
    columns: Vec<ColumnId>,
}

impl<'a> Builder<'a> {
    /// Makes the rows of a set operation.
    pub(super) fn set_operation(&mut self, relation: &Relation) {
        let Relation::SetOperation {
            operator,
            all,
            left,
            right,
            columns,
        } = relation
        else {
            return;
        };
        let keys = self.result_keys(columns);
        match operator {
            SetOperator::Union => {
                let mut branches = Vec::new();
                let ids = columns.iter().map(|column| column.column).collect();
                self.union_branches(relation, *all, ids, &mut branches);
                self.rows_of(&branches, &keys, None);
            }
            SetOperator::Intersect | SetOperator::Except => {
                let side = |relation, of: fn(&SetColumn) -> ColumnId| Branch {
                    relation,
                    columns: columns.iter().map(of).collect(),
                };
                let sides = [
                    side(&**left, |column| column.left),
                    side(&**right, |column| column.right),
                ];
                self.rows_of(&sides, &keys, Some(MARK));
            }
        }
        for (column, key) in columns.iter().zip(&keys) {
            self.scope.place(column.column, key.clone());
        }
        let list = columns_of(relation);
        match operator {
            SetOperator::Union if *all => {}
            SetOperator::Union => self.group_rows(&list, Vec::new()),
            SetOperator::Intersect | SetOperator::Except => {
                self.group_sides(*operator, *all, &list);
            }
        }
    }

    /// A key for each column of the result, the same in the documents of all branches.
    fn result_keys(&self, columns: &[SetColumn]) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for column in columns {
            let wish = self.names.column(column.column);
            let key = unique(wish, "column", |name| {
                name == MARK || keys.iter().any(|key| key == name)
            });
            keys.push(key);
        }
        keys
    }

    /// The branches of unions inside each other, as far as they mean the same in one row.
    fn union_branches<'r>(
        &mut self,
        relation: &'r Relation,
        of_all: bool,
        ids: Vec<ColumnId>,
        branches: &mut Vec<Branch<'r>>,
    ) {
        match relation {
            Relation::SetOperation {
                operator: SetOperator::Union,
                all,
                left,
                right,
                columns,
                // What drops the duplicates at the end need not drop them before.
            } if *all || !of_all => {
                self.uses.add(relation);
                let of = |side: fn(&SetColumn) -> ColumnId| {
                    let source = |id: &ColumnId| {
                        let mut columns = columns.iter();
                        let column = columns.find(|column| column.column == *id);
                        column.map_or(*id, side)
                    };
                    ids.iter().map(source).collect()
                };
                let (of_left, of_right) = (of(|column| column.left), of(|column| column.right));
                self.union_branches(left, of_all, of_left, branches);
                self.union_branches(right, of_all, of_right, branches);
            }
            relation => branches.push(Branch {
                relation,
                columns: ids,
            }),
        }
    }

    /// The rows of the branches one after the other; those after the first get the mark.
    fn rows_of(&mut self, branches: &[Branch<'_>], keys: &[String], mark: Option<&str>) {
        let Some((first, others)) = branches.split_first() else {
            return;
        };
        let names = self.names.clone();
        self.names = names.named(first.relation, &first.columns, keys);
        // In a transaction this is no more the pipeline that reads first.
        let is_outermost = std::mem::take(&mut self.is_outermost);
        self.branch(first, keys, None);
        self.is_outermost = is_outermost;
        self.names = names;
        let mut pipelines = Vec::new();
        for branch in others {
            let names = self.names.named(branch.relation, &branch.columns, keys);
            let (mut nested, _) = self.nested(branch.relation, &[]);
            nested.names = names;
            nested.branch(branch, keys, mark);
            pipelines.push(nested);
        }
        self.append(pipelines);
        self.renew(keys.iter().cloned());
    }

    /// The rows of a branch, with these keys for its columns and nothing else.
    ///
    /// A projection at its top is not a stage of its own.
    fn branch(&mut self, branch: &Branch<'_>, keys: &[String], mark: Option<&str>) {
        let mut entries = Vec::new();
        if let Relation::Project { input, columns } = branch.relation {
            self.uses.add(branch.relation);
            self.relation(input);
            for (column, key) in branch.columns.iter().zip(keys) {
                let item = columns.iter().find(|(id, _)| id == column);
                let Some((_, item)) = item else {
                    continue;
                };
                let entry = match self.place_of(item) {
                    Some(place) if place == *key => int(1),
                    Some(place) if !place.is_empty() => Template::string(format!("${place}")),
                    Some(_) | None => computed(value(item, &self.scope)),
                };
                entries.push((key.clone(), entry));
            }
        } else {
            self.relation(branch.relation);
            let wanted = |column: &ColumnId, key: &String| self.scope.at(*column) == Some(key);
            let mut columns = branch.columns.iter().zip(keys);
            let in_place = columns.all(|(column, key)| wanted(column, key));
            if in_place
                && self.narrow
                && self.keys.iter().eq(keys.iter().collect::<BTreeSet<_>>())
                && mark.is_none()
            {
                return;
            }
            for (column, key) in branch.columns.iter().zip(keys) {
                let entry = if wanted(column, key) {
                    int(1)
                } else {
                    self.scope.reference(&Path::of(*column))
                };
                entries.push((key.clone(), entry));
            }
        }
        if let Some(mark) = mark {
            entries.push((mark.to_owned(), computed(int(1))));
        }
        if entries.is_empty() {
            // A projection names something; only the number of the rows is of interest.
            entries.push(("_id".to_owned(), int(1)));
        } else if !keys.iter().any(|key| key == "_id") {
            entries.push(("_id".to_owned(), int(0)));
        }
        self.stages.push(Stage::Project(entries));
    }

    /// Adds the rows of other pipelines to those here.
    ///
    /// ```text
    /// {$unionWith: {coll: "b", pipeline: [..]}}
    /// ```
    ///
    /// A transaction does not have that; there all the rows are looked up, and taken apart again:
    ///
    /// ```text
    /// {$documents: [{}]}, {$lookup: {from: "a", .., as: "rows1"}}, {$lookup: {from: "b", .., as: "rows2"}},
    /// {$project: {row: {$concatArrays: ["$rows1", "$rows2"]}}}, {$unwind: "$row"}, {$replaceWith: "$row"}
    /// ```
    pub(super) fn append(&mut self, others: Vec<Builder<'a>>) {
        for other in &others {
            self.close(other);
        }
        self.has_union = true;
        let others = others.into_iter().map(|other| (other.source, other.stages));
        if self.may_have_union {
            self.stages
                .extend(others.map(|(source, stages)| Stage::union_with(source, stages)));
            return;
        }
        let first = (self.source.take(), std::mem::take(&mut self.stages));
        self.stages.push(Stage::one_row());
        let mut rows = Vec::new();
        for (number, (source, stages)) in std::iter::once(first).chain(others).enumerate() {
            let name = format!("rows{}", number + 1);
            self.stages.push(Stage::lookup(source, stages, &name));
            rows.push(Template::string(format!("${name}")));
        }
        let all = unary("$concatArrays", Template::Array(rows));
        self.stages
            .push(Stage::Project(vec![("row".to_owned(), all)]));
        for (operator, operand) in [("$unwind", "$row"), ("$replaceWith", "$row")] {
            let stage = Template::entry(operator, Template::string(operand));
            self.stages.push(Stage::Other(stage));
        }
    }

    /// One document per different row.
    fn group_rows(
        &mut self,
        columns: &[(ColumnId, Expression)],
        accumulators: Vec<(String, Template)>,
    ) {
        let id = self.group_id(columns);
        let names: Vec<String> = accumulators.iter().map(|(name, _)| name.clone()).collect();
        self.stages.push(Stage::group(id.template, accumulators));
        self.renew(names.into_iter().chain(["_id".to_owned()]));
        for (column, place) in id.places {
            self.scope.place(column, place);
        }
    }

    /// Keeps each row as often as the operator wants it.
    fn group_sides(
        &mut self,
        operator: SetOperator,
        all: bool,
        columns: &[(ColumnId, Expression)],
    ) {
        let counts = [
            ("rows", unary("$sum", int(1))),
            ("right", unary("$sum", Template::string(format!("${MARK}")))),
        ];
        let counts = counts.map(|(name, count)| (name.to_owned(), count));
        self.group_rows(columns, counts.into());
        let left = call(
            "$subtract",
            [Template::from("$rows"), Template::from("$right")],
        );
        let right = Template::from("$right");
        if all {
            let number = match operator {
                SetOperator::Except => call("$subtract", [left, right]),
                SetOperator::Intersect | SetOperator::Union => call("$min", [left, right]),
            };
            let copies = call("$range", [int(0), number]);
            self.stages
                .push(Stage::Set(vec![("rows".to_owned(), copies)]));
            let unwind = Template::entry("$unwind", Template::from("$rows"));
            self.stages.push(Stage::Other(unwind));
            return;
        }
        let wanted = match operator {
            SetOperator::Except => Template::entry("right", int(0)),
            SetOperator::Intersect | SetOperator::Union => Template::document([
                ("right", Template::entry("$gt", int(0))),
                ("$expr", call("$gt", [left, int(0)])),
            ]),
        };
        self.stages.push(Stage::Match(wanted));
    }
}
