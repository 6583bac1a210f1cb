//! Aggregates over the rows that a call looks at.

use super::Window;
use super::extent::Extent;
use super::stages::Stages;
use crate::lower::group::{FrameAggregate, FrameShape, default_name, over_frame};
use crate::lower::operators::int;
use crate::lower::relation::Builder;
use crate::plan::{Aggregate, AggregateFunction, ColumnId, WindowCall, WindowFunction};
use queryleaf_plan::Template;

impl Builder<'_> {
    /// The results of the aggregates: those over the same rows share what they accumulate.
    pub(super) fn aggregates(
        &mut self,
        window: &Window<'_>,
        extents: &[Extent],
        stages: &mut Stages,
    ) {
        let mut parts: Vec<(&Extent, Vec<(ColumnId, Aggregate)>)> = Vec::new();
        for ((column, call), extent) in window.calls.iter().zip(extents) {
            let WindowFunction::Aggregate(function) = call.function else {
                continue;
            };
            let aggregate = as_aggregate(function, call);
            self.check_aggregate(&aggregate);
            match parts.iter_mut().find(|(known, _)| *known == extent) {
                Some((_, part)) => part.push((*column, aggregate)),
                None => parts.push((extent, vec![(*column, aggregate)])),
            }
        }
        for (extent, part) in parts {
            self.aggregates_over(extent, part, stages);
        }
    }

    fn aggregates_over(
        &mut self,
        extent: &Extent,
        part: Vec<(ColumnId, Aggregate)>,
        stages: &mut Stages,
    ) {
        let place = stages.place(self, extent);
        let mut columns = Vec::new();
        let mut calls = Vec::new();
        for (column, aggregate) in part {
            let name = self.names.column(column);
            let wish = name.unwrap_or(default_name(aggregate.function)).to_owned();
            columns.push((column, wish.clone(), aggregate.function));
            calls.push(FrameAggregate {
                aggregate,
                wish,
                only_output: self.uses.is_only_output(column),
            });
        }
        let (Some((slot, frame)), false) = (place, *extent == Extent::Empty) else {
            for (column, wish, function) in columns {
                stages.result(column, &wish, of_nothing(function));
            }
            return;
        };
        let shape = FrameShape {
            moves: extent.moves(),
            may_be_empty: extent.may_be_empty(),
        };
        let framed = over_frame(&calls, shape, &self.keys, &self.scope);
        for (key, accumulator) in framed.fields {
            self.keys.insert(key.clone());
            stages.push(slot, key, accumulator, frame.clone());
        }
        stages.prepare(framed.prepared);
        for ((column, wish, _), result) in columns.into_iter().zip(framed.results) {
            stages.result(column, &wish, result);
        }
    }
}

fn as_aggregate(function: AggregateFunction, call: &WindowCall) -> Aggregate {
    Aggregate {
        function,
        arguments: call.arguments.clone(),
        distinct: false,
        order: Vec::new(),
        filter: call.filter.clone(),
    }
}

/// The result over no rows.
fn of_nothing(function: AggregateFunction) -> Template {
    match function {
        AggregateFunction::Count | AggregateFunction::CountRows => int(0),
        AggregateFunction::Sum
        | AggregateFunction::Avg
        | AggregateFunction::Min
        | AggregateFunction::Max
        | AggregateFunction::StddevPop
        | AggregateFunction::StddevSamp
        | AggregateFunction::VarPop
        | AggregateFunction::VarSamp
        | AggregateFunction::BoolAnd
        | AggregateFunction::BoolOr
        | AggregateFunction::StringAgg
        | AggregateFunction::ArrayAgg
        | AggregateFunction::JsonAgg
        | AggregateFunction::PercentileCont
        | AggregateFunction::PercentileDisc
        | AggregateFunction::Mode => Template::null(),
    }
}
