//! `NOT EXISTS` for a whole collection: both sides are read once, and put together.
//!
//! ```text
//! {$project: {name: 1}},
//! {$unionWith: {coll: "orders", pipeline: [{$group: {_id: "$customer"}}, {$set: {__partner: true}}]}},
//! {$group: {_id: "$_id", row: {$first: "$$ROOT"}, __partner: {$max: "$__partner"}}},
//! {$match: {__partner: null}}, {$replaceWith: "$row"}
//! ```
//!
//! A lookup for each row takes several times as long. But the other side may be far larger than this
//! one: only of a field that is declared as a reference to this collection it is known that there are
//! not many more different values than documents here.

use super::Builder;
use super::lookup_key::Key;
use super::pipeline::Stage;
use crate::lower::operators::unary;
use crate::plan::{Path, Relation};
use queryleaf_plan::Template;

impl Builder<'_> {
    /// Keeps the documents without a partner, if all of the collection is read and its `_id` is what the
    /// other side refers to. What this join and all above it read is above the mark.
    pub(super) fn without_partners(
        &mut self,
        left: &Relation,
        right: &Relation,
        key: Option<&Key>,
        own: usize,
    ) -> bool {
        let (Relation::Scan { .. }, Relation::Scan { .. }, Some(key)) = (left, right, key) else {
            return false;
        };
        let reads_all = self.stages.is_empty() && self.is_outermost && !self.stops_early;
        if !reads_all || !self.may_have_union || !self.is_reference(right, key) {
            return false;
        }
        self.keep_only_read(&left.columns(), own);
        if !self.narrow {
            return false;
        }
        let only_id = self.keeps_only_id();
        let found = self.new_key(None, "__partner");
        let (mut partners, _) = self.nested(right, &[]);
        partners.relation(right);
        let reference = Template::string(format!("${}", key.foreign.names().join(".")));
        partners.stages.push(Stage::group(reference, Vec::new()));
        let mark = Template::from(true);
        partners
            .stages
            .push(Stage::Set(vec![(found.clone(), mark)]));
        self.append(vec![partners]);
        let id = Template::string("$_id");
        let max = unary("$max", Template::string(format!("${found}")));
        let max = (found.clone(), max);
        let none = Template::entry(found, Template::null());
        if only_id {
            self.stages.push(Stage::group(id, vec![max]));
            Stage::push_match(&mut self.stages, none);
            self.narrow = false;
            return true;
        }
        let row = (
            "row".to_owned(),
            unary("$first", Template::string("$$ROOT")),
        );
        self.stages.push(Stage::group(id, vec![row, max]));
        Stage::push_match(&mut self.stages, none);
        let row = Template::entry("$replaceWith", Template::string("$row"));
        self.stages.push(Stage::Other(row));
        true
    }

    /// Whether nothing of the documents is kept but their `_id`.
    fn keeps_only_id(&self) -> bool {
        let Some(Stage::Project(kept)) = self.stages.last() else {
            return false;
        };
        kept.iter().all(|(name, _)| name == "_id")
    }

    /// Whether the key is a reference of the right side to the `_id` of the documents here.
    fn is_reference(&self, right: &Relation, key: &Key) -> bool {
        let (Relation::Scan { table, .. }, Some(target)) = (right, self.source) else {
            return false;
        };
        let is_id = !key.is_local_array() && self.place_of(&key.local).as_deref() == Some("_id");
        let is_declared = |names: &Path| {
            self.tables.get(*table).is_some_and(|source| {
                source.references.iter().any(|declared| {
                    declared.path == names.names()
                        && declared.collection == target.name
                        && declared.key == ["_id"]
                })
            })
        };
        is_id && !key.matches_null && is_declared(&key.foreign)
    }
}
