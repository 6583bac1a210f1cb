//! Aggregates over the frames of a window: the accumulators are those of a group.

use super::accumulators::{Fields, Operator};
use super::call::{Calls, Over, argument_of, keeps_nulls, unless_empty};
use crate::lower::Scope;
use crate::plan::{Aggregate, AggregateFunction};
use crate::types::Type;
use queryleaf_plan::Template;
use std::collections::BTreeSet;

/// What matters of a frame to the aggregates over it.
#[derive(Debug, Clone, Copy)]
pub(in crate::lower) struct FrameShape {
    /// Whether its beginning moves, so that rows leave it.
    pub(in crate::lower) moves: bool,
    /// Whether it may hold no row.
    pub(in crate::lower) may_be_empty: bool,
}

/// An aggregate over a frame.
#[derive(Debug)]
pub(in crate::lower) struct FrameAggregate {
    pub(in crate::lower) aggregate: Aggregate,
    pub(in crate::lower) wish: String,
    /// Whether only the client reads the result.
    pub(in crate::lower) only_output: bool,
}

/// Aggregates over a frame, and what they need.
pub(in crate::lower) struct Framed {
    /// The results, from the fields.
    pub(in crate::lower) results: Vec<Template>,
    /// What is accumulated.
    pub(in crate::lower) fields: Fields,
    /// What is made of some of the fields, in their place, before the results.
    pub(in crate::lower) prepared: Fields,
}

/// The results of aggregates over one frame, and the fields to accumulate for them.
pub(in crate::lower) fn over_frame(
    calls: &[FrameAggregate],
    shape: FrameShape,
    taken: &BTreeSet<String>,
    scope: &Scope,
) -> Framed {
    let mut accumulated = Calls::over_frames(taken, scope);
    let results = calls
        .iter()
        .map(|call| accumulated.framed(call, shape))
        .collect();
    let (accumulators, prepared) = accumulated.into_parts();
    let (_, fields) = accumulators.into_fields();
    Framed {
        results,
        fields,
        prepared,
    }
}

impl Calls<'_> {
    fn framed(&mut self, call: &FrameAggregate, shape: FrameShape) -> Template {
        let FrameAggregate {
            aggregate,
            wish,
            only_output,
        } = call;
        let mut aggregate = aggregate.clone();
        if let (true, Some(argument)) = (shape.may_be_empty, aggregate.arguments.first_mut()) {
            // No row is as good as no value.
            argument.nullable = true;
        }
        let argument = argument_of(&aggregate, self.scope);
        self.has_gaps = if keeps_nulls(aggregate.function) {
            argument.is_filtered()
        } else {
            argument.may_be_null()
        };
        // The server takes a value that leaves the frame away from the sum, and with it what the others
        // have lost beside a large one: doubles, and squares of more digits than there are.
        let loses_digits = match argument.ty {
            Type::Double => adds_up(aggregate.function),
            Type::Numeric | Type::Bigint => adds_squares(aggregate.function),
            _ => false,
        };
        if shape.moves && loses_digits {
            let values = argument.without_nulls();
            let values = self.add(Over::Rows, wish, Operator::Push, values);
            return self.of_array(&aggregate, &argument, values, *only_output);
        }
        let result = self.result(&aggregate, wish, *only_output);
        if shape.may_be_empty && keeps_nulls(aggregate.function) && !argument.is_filtered() {
            return unless_empty(&result.clone(), result);
        }
        result
    }
}

/// Whether an aggregate is made of sums of squares.
fn adds_squares(function: AggregateFunction) -> bool {
    adds_up(function) && !matches!(function, AggregateFunction::Sum | AggregateFunction::Avg)
}

/// Whether an aggregate is a sum, or made of sums.
fn adds_up(function: AggregateFunction) -> bool {
    match function {
        AggregateFunction::Sum
        | AggregateFunction::Avg
        | AggregateFunction::StddevPop
        | AggregateFunction::StddevSamp
        | AggregateFunction::VarPop
        | AggregateFunction::VarSamp => true,
        AggregateFunction::Count
        | AggregateFunction::CountRows
        | AggregateFunction::Min
        | AggregateFunction::Max
        | AggregateFunction::BoolAnd
        | AggregateFunction::BoolOr
        | AggregateFunction::StringAgg
        | AggregateFunction::ArrayAgg
        | AggregateFunction::JsonAgg
        | AggregateFunction::PercentileCont
        | AggregateFunction::PercentileDisc
        | AggregateFunction::Mode => false,
    }
}
