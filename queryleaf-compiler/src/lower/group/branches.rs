//! Aggregates that are computed from several readings of the rows, each of one result.
//!
//! ```text
//! {$documents: [{}]},
//! {$lookup: {from: "t", pipeline: [{$group: {_id: "$a"}}, {$group: {_id: null, a: {$sum: 1}}}], as: "branch1"}},
//! {$lookup: {from: "t", pipeline: [{$group: {_id: "$b"}}, {$group: {_id: null, b: {$sum: 1}}}], as: "branch2"}},
//! {$replaceWith: {$mergeObjects: [{a: 0, b: 0}, {$first: "$branch1"}, {$first: "$branch2"}]}}
//! ```
//!
//! That is how several `DISTINCT` arguments without keys are computed: one reading would have to keep
//! the different values of a whole collection in an array of one document, while a group by them can
//! spill to disk, and may follow an index.

use super::call::{argument_of, is_of_distinct_values};
use super::phases::Phases;
use super::{ResultPlace, of_nothing};
use crate::lower::operators::unary;
use crate::lower::relation::{Builder, Stage};
use crate::plan::{Aggregate, ColumnId};
use queryleaf_plan::Template;

type Aggregates = Vec<(ColumnId, Aggregate)>;

impl Builder<'_> {
    /// Computes the aggregates in branches, where one group would not do.
    pub(super) fn group_in_branches(
        &mut self,
        aggregates: &[(ColumnId, Aggregate)],
    ) -> Option<Vec<ResultPlace>> {
        let in_sets = matches!(Phases::of(aggregates, &self.scope), Phases::Sets);
        // The branches would read documents that an equality outside has not chosen.
        if self.source.is_none() || self.keyed || !in_sets {
            return None;
        }
        let before = self.stages.clone();
        let mut branches = Vec::new();
        let mut places: Vec<ResultPlace> = Vec::new();
        for part in self.by_argument(aggregates) {
            self.stages.clone_from(&before);
            let made = self.group_once(&[], &part);
            let is_free = |place: &ResultPlace| places.iter().all(|known| known.key != place.key);
            if !made.iter().all(is_free) {
                self.stages = before;
                return None;
            }
            places.extend(made);
            branches.push(std::mem::take(&mut self.stages));
        }
        self.join_branches(branches, of_nothing(&places));
        self.renew(places.iter().map(|place| place.key.clone()));
        Some(places)
    }

    /// Makes one row of the one that each branch gives at the most, and of the defaults.
    pub(super) fn join_branches(&mut self, branches: Vec<Vec<Stage>>, defaults: Template) {
        let Some(collection) = self.source.take() else {
            return;
        };
        self.stages = vec![Stage::one_row()];
        let mut rows = vec![defaults];
        for (number, branch) in branches.into_iter().enumerate() {
            let name = format!("branch{}", number + 1);
            self.stages
                .push(Stage::lookup(Some(collection), branch, &name));
            rows.push(unary("$first", Template::string(format!("${name}"))));
        }
        let row = Template::entry("$mergeObjects", Template::Array(rows));
        self.stages
            .push(Stage::Other(Template::entry("$replaceWith", row)));
    }

    /// The aggregates of all rows, and those of the values of each argument.
    fn by_argument(&self, aggregates: &[(ColumnId, Aggregate)]) -> Vec<Aggregates> {
        let mut parts: Vec<(Option<Template>, Aggregates)> = Vec::new();
        for (column, aggregate) in aggregates {
            let argument = is_of_distinct_values(aggregate)
                .then(|| argument_of(aggregate, &self.scope).guarded());
            let call = (*column, aggregate.clone());
            match parts.iter_mut().find(|(known, _)| *known == argument) {
                Some((_, part)) => part.push(call),
                None => parts.push((argument, vec![call])),
            }
        }
        parts.into_iter().map(|(_, part)| part).collect()
    }
}
