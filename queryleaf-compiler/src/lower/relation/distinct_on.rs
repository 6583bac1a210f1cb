//! `DISTINCT ON`: the first document of each group, in the order of the query.
//!
//! ```text
//! {$sort: {a: 1, b: -1}}, {$group: {_id: "$a", row: {$first: {a: "$a", b: "$b", c: "$c"}}}},
//! {$replaceWith: "$row"}, {$sort: {a: 1}}
//! {$sort: {a: 1, b: -1}}, {$group: {_id: "$a", a: {$first: "$a"}, b: {$first: "$b"}}}, {$sort: {a: 1}}
//! ```
//!
//! Where an index gives the order, the server jumps from key to key in it. The groups come in no
//! order, so that they are sorted again: there are far fewer of them.

use super::pipeline::Stage;
use super::{Builder, first};
use crate::lower::operators::unary;
use crate::plan::{ColumnId, Expression, Relation, SortKey};
use queryleaf_plan::Template;
use std::collections::BTreeSet;

impl Builder<'_> {
    /// Keeps the first of the rows with equal keys.
    pub(super) fn distinct_on(&mut self, input: &Relation, keys: &[Expression], order: &[SortKey]) {
        let own = self.uses.mark();
        self.relation(input);
        let first = if self.is_in_order(input, order) {
            self.read_fields(&input.columns(), own, order)
        } else {
            // All the rows are sorted: the less there is of each, the better.
            self.keep_only_read(&input.columns(), own);
            Template::string("$$ROOT")
        };
        let before = self.stages.len();
        self.sort(order);
        let sorted = self.stages.get(before..).and_then(<[Stage]>::last).cloned();
        let id = self.group_key(keys);
        match first {
            Template::Document(fields) if self.are_never_null(&fields) => {
                let first = |(name, field)| (name, unary("$first", field));
                let fields = fields.into_iter().map(first).collect();
                self.stages.push(Stage::group(id, fields));
                self.narrow = false;
            }
            first => {
                let row = vec![("row".to_owned(), unary("$first", first))];
                self.stages.push(Stage::group(id, row));
                let row = Template::entry("$replaceWith", Template::string("$row"));
                self.stages.push(Stage::Other(row));
            }
        }
        if let Some(Stage::Sort(mut sorted)) = sorted {
            // The order begins with the keys, of which no two rows have the same any more.
            if sorted.len() == order.len() {
                sorted.truncate(keys.len());
            }
            self.stages.push(Stage::Sort(sorted));
        }
    }

    /// What operators above the mark and the order read of a document, which an index may hold; all of
    /// it, where they read that.
    fn read_fields(&self, columns: &[ColumnId], mark: usize, order: &[SortKey]) -> Template {
        let document = Template::string("$$ROOT");
        let of_order = order.iter().map(|key| self.place_of(&key.expression));
        let places: Option<Vec<String>> = self
            .uses
            .paths_of(columns, mark)
            .map(|path| Some(self.scope.dotted(path)))
            .chain(of_order)
            .collect();
        let Some(places) = places else {
            return document;
        };
        let fields: BTreeSet<&str> = places.iter().map(|place| first(place)).collect();
        let has_all = self.source.is_none_or(|collection| {
            let mut declared = collection.fields.iter();
            declared.all(|field| fields.contains(field.name.as_str()))
        });
        if fields.contains("") || has_all {
            return document;
        }
        let field = |name: &str| (name.to_owned(), Template::string(format!("${name}")));
        Template::Document(fields.into_iter().map(field).collect())
    }

    /// Whether the `$first` of each of these fields is as good as that of a document of them: a missing
    /// one would become null, and `_id` is what the group has of its own.
    fn are_never_null(&self, fields: &[(String, Template)]) -> bool {
        let mut fields = fields.iter();
        fields.all(|(name, _)| {
            let mut declared = self.source.iter().flat_map(|source| &source.fields);
            name != "_id" && declared.any(|field| field.name == *name && !field.nullable)
        })
    }

    /// Whether an index gives the rows in this order.
    fn is_in_order(&self, input: &Relation, order: &[SortKey]) -> bool {
        let found = self.order_of_index(input, order);
        found.is_some_and(|(conditions, collection, order)| {
            conditions.are_ordered_by(collection, &order)
        })
    }
}
