//! Window functions: `$setWindowFields`.
//!
//! ```text
//! {$setWindowFields: {partitionBy: "$city", sortBy: {placed_at: 1}, output: {running: {$sum: "$total", window: ..}}}}
//! ```
//!
//! Calls over the same partitions in the same order are computed together. One stage does where
//! nothing depends on which rows are peers, that is, equal in every key: where no two rows can be, by
//! a unique field or the keys of a group, or where the server tells peers by itself, along one key.
//! Otherwise the rows are numbered in a first stage, which also brings each row the keys of the one
//! before it; a second stage over the same order, for which nothing is sorted again, numbers the
//! groups of peers; and a third one, along these numbers, is asked for frames that end with peers.

mod aggregate;
mod extent;
mod function;
mod neighbour;
mod order;
mod range_key;
mod stages;
mod top;
mod unique;

use crate::lower::relation::Builder;
use crate::plan::{
    ColumnId, Expression, ExpressionKind, FrameBound, Relation, SortKey, WindowCall, WindowFunction,
};
use extent::Extent;
use order::Order;
use stages::Stages;
use unique::UniqueKeys;

/// The calls over one window.
struct Window<'a> {
    calls: Vec<(ColumnId, &'a WindowCall)>,
    first: &'a WindowCall,
}

impl Builder<'_> {
    /// Computes window functions over the rows of `input`, which are already there.
    pub(in crate::lower) fn windows(&mut self, input: &Relation, calls: &[(ColumnId, WindowCall)]) {
        // What is filtered above decides about the results, and no more about the rows.
        self.keep_arrays();
        let unique = UniqueKeys::of(input);
        for window in windows(calls) {
            self.window(&window, &unique);
        }
    }

    fn window(&mut self, window: &Window<'_>, unique: &UniqueKeys) {
        let partition: Vec<_> = window.first.partition.iter().collect();
        let keys: Vec<SortKey> = window
            .first
            .order
            .iter()
            .filter(|key| self.varies(&key.expression))
            .cloned()
            .collect();
        let expressions = partition
            .iter()
            .copied()
            .chain(keys.iter().map(|key| &key.expression));
        let is_total = unique.are_in(expressions);
        let extents: Vec<Extent> = window
            .calls
            .iter()
            .map(|(_, call)| Extent::of(call, &keys, is_total))
            .collect();
        let order = Order::choose(self, window, &extents, &keys, is_total);
        let partition_by = self.partition_by(&partition);
        let mut stages = Stages::new(partition_by, order);
        self.results(window, &extents, &mut stages);
        self.finish_window(stages);
    }
}

/// The calls by their windows, in the order of the first call of each.
fn windows(calls: &[(ColumnId, WindowCall)]) -> Vec<Window<'_>> {
    let mut windows: Vec<Window<'_>> = Vec::new();
    let (unordered, ordered): (Vec<_>, Vec<_>) =
        calls.iter().partition(|(_, call)| is_of_partition(call));
    // A call that is about whole partitions is computed beside any other over the same ones.
    for (column, call) in ordered.into_iter().chain(unordered) {
        let shape = call.clone().without_spans();
        let same = windows.iter_mut().find(|window| {
            let first = window.first.clone().without_spans();
            first.partition == shape.partition
                && (first.order == shape.order || is_of_partition(call))
        });
        match same {
            Some(window) => window.calls.push((*column, call)),
            None => windows.push(Window {
                calls: vec![(*column, call)],
                first: call,
            }),
        }
    }
    windows
}

/// Whether an expression reads a column.
fn is_reading(expression: &Expression, column: ColumnId) -> bool {
    expression.any(&mut |part| match &part.kind {
        ExpressionKind::Path(path) => path.column == column,
        _ => false,
    })
}

/// Whether a call is about all rows of a partition, in whatever order.
fn is_of_partition(call: &WindowCall) -> bool {
    let is_whole = call.frame.start == FrameBound::UnboundedPreceding
        && call.frame.end == FrameBound::UnboundedFollowing;
    matches!(call.function, WindowFunction::Aggregate(_)) && call.order.is_empty() && is_whole
}
