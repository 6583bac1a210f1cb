//! The first rows by a field that may be `NULL`, where SQL wants the `NULL`s at the other end than
//! the server: two ranges of one index, one after the other.
//!
//! ```text
//! {$match: {x: {$ne: null}}}, {$sort: {x: 1}}, {$limit: 5},
//! {$unionWith: {coll: "t", pipeline: [{$match: {x: null}}, {$limit: 5}]}}, {$limit: 5}
//! ```
//!
//! Sorting by a flag would read the whole collection for the same five rows. A transaction does not
//! have `$unionWith`, so that in a session it is done all the same.

use super::index::Conditions;
use super::pipeline::Stage;
use super::sort::{is_constant, needs_flag};
use super::{Builder, is_orderable};
use crate::lower::operators::unary;
use crate::plan::{ExpressionKind, NullsOrder, Relation, SortDirection, SortKey};
use queryleaf_plan::Template;

impl Builder<'_> {
    /// Whether the order of these keys is best read from two ranges of an index.
    pub(super) fn null_ranges_serve(&self, below: &Relation, keys: &[SortKey]) -> bool {
        let (true, Some(conditions), Some(collection)) = (
            self.may_have_union && !self.keyed,
            Conditions::of(below),
            self.source,
        ) else {
            return false;
        };
        // Only the first key parts the rows into two ranges.
        let flagged: Vec<bool> = keys.iter().map(needs_flag).collect();
        let first_only = matches!(&flagged[..], [true, rest @ ..] if !rest.contains(&true));
        first_only
            && keys.iter().all(|key| {
                matches!(key.expression.kind, ExpressionKind::Path(_))
                    && !is_constant(&key.expression)
                    && is_orderable(&key.expression.ty)
            })
            && conditions.are_ordered_by(collection, &self.stored_order(keys))
    }

    /// Adds the stages of both ranges, of which no more than the `first` rows are needed; the caller
    /// adds the last `$skip` and `$limit`.
    pub(super) fn null_ranges(&mut self, keys: &[SortKey], first: &Stage) {
        let order = self.stored_order(keys);
        let (Some((path, _)), Some(key), Some(collection)) =
            (order.first().cloned(), keys.first(), self.source)
        else {
            return;
        };
        let not_null = unary("$ne", Template::null());
        let before = self.stages.clone();

        let mut values = before.clone();
        Stage::push_match(&mut values, Template::entry(&*path, not_null));
        values.push(Stage::Sort(order.clone()));
        values.push(first.clone());

        let mut nulls = before;
        Stage::push_match(&mut nulls, Template::entry(&*path, Template::null()));
        let rest: Vec<_> = order.into_iter().skip(1).collect();
        if !rest.is_empty() {
            nulls.push(Stage::Sort(rest));
        }
        nulls.push(first.clone());

        let (mut one, other) = match key.nulls {
            NullsOrder::First => (nulls, values),
            NullsOrder::Last => (values, nulls),
        };
        one.push(Stage::union_with(Some(collection), other));
        self.stages = one;
        self.has_union = true;
    }

    pub(super) fn stored_order(&self, keys: &[SortKey]) -> Vec<(String, SortDirection)> {
        let mut order: Vec<(String, SortDirection)> = Vec::new();
        for key in keys {
            if let ExpressionKind::Path(path) = &key.expression.kind {
                let path = self.scope.dotted(path);
                if order.iter().all(|(known, _)| *known != path) {
                    order.push((path, key.direction));
                }
            }
        }
        order
    }
}
