//! Several `DISTINCT` arguments without keys: a branch for each, put together by a group of as many
//! documents.
//!
//! ```text
//! {$group: {_id: "$a"}}, {$group: {_id: null, a: {$sum: 1}}},
//! {$unionWith: {coll: .., pipeline: [{$group: {_id: "$b"}}, {$group: {_id: null, b: {$sum: 1}}}]}},
//! {$group: {_id: null, a: {$max: "$a"}, b: {$max: "$b"}}}
//! ```
//!
//! One reading of the rows would have to keep the different values of a whole collection in an array
//! of one document; a group by them can spill to disk, and may follow an index.

use super::ResultPlace;
use super::call::{argument_of, is_of_distinct_values};
use super::phases::Phases;
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
        let collection = self.source?;
        if !matches!(Phases::of(aggregates, &self.scope), Phases::Sets) {
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
        let mut branches = branches.into_iter();
        self.stages = branches.next().unwrap_or_default();
        for branch in branches {
            self.stages
                .push(Stage::union_with(&collection.name, branch));
        }
        let mut fields: Vec<(String, Template)> = Vec::new();
        for place in &places {
            if fields.iter().all(|(key, _)| *key != place.key) {
                let value = Template::string(format!("${}", place.key));
                fields.push((place.key.clone(), unary("$max", value)));
            }
        }
        self.renew(fields.iter().map(|(key, _)| key.clone()));
        self.stages.push(Stage::group(Template::null(), fields));
        Some(places)
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
