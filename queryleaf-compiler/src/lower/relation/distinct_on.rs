//! `DISTINCT ON`: the first document of each group, in the order of the query.
//!
//! ```text
//! {$sort: {a: 1, b: -1}}, {$group: {_id: "$a", row: {$first: "$$ROOT"}}}, {$replaceWith: "$row"}, {$sort: {a: 1, b: -1}}
//! ```
//!
//! Where an index gives the order, the server jumps from key to key in it. The groups come in no
//! order, so that they are sorted again: there are far fewer of them.

use super::Builder;
use super::index::Conditions;
use super::pipeline::Stage;
use super::sort::needs_flag;
use crate::lower::operators::unary;
use crate::plan::{Expression, ExpressionKind, Relation, SortKey};
use queryleaf_plan::Template;

impl Builder<'_> {
    /// Keeps the first of the rows with equal keys.
    pub(super) fn distinct_on(&mut self, input: &Relation, keys: &[Expression], order: &[SortKey]) {
        let own = self.uses.mark();
        self.relation(input);
        if !self.is_in_order(input, order) {
            // All the rows are sorted: the less there is of each, the better.
            self.keep_only_read(&input.columns(), own);
        }
        let before = self.stages.len();
        self.sort(order);
        let sorted = self.stages.get(before..).and_then(<[Stage]>::last).cloned();
        let id = self.group_key(keys);
        let row = unary("$first", Template::string("$$ROOT"));
        self.stages
            .push(Stage::group(id, vec![("row".to_owned(), row)]));
        let row = Template::entry("$replaceWith", Template::string("$row"));
        self.stages.push(Stage::Other(row));
        self.stages
            .extend(sorted.filter(|stage| matches!(stage, Stage::Sort(_))));
    }

    /// Whether an index gives the rows in this order.
    fn is_in_order(&self, input: &Relation, order: &[SortKey]) -> bool {
        let (Some(conditions), Some(collection)) = (Conditions::of(input), self.source) else {
            return false;
        };
        let is_stored = |key: &SortKey| {
            matches!(key.expression.kind, ExpressionKind::Path(_)) && !needs_flag(key)
        };
        !self.keyed
            && order.iter().all(is_stored)
            && conditions.are_ordered_by(collection, &self.stored_order(order))
    }
}
