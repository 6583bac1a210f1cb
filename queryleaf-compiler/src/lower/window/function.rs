//! The functions that are no aggregates, from what the stages make.

use super::Window;
use super::extent::{Ends, Extent};
use super::stages::Stages;
use crate::lower::operators::{call, cond, int, unary};
use crate::lower::relation::Builder;
use crate::lower::{normalized, value};
use crate::plan::{WindowCall, WindowFunction};
use queryleaf_plan::{Template, Value};

impl Builder<'_> {
    /// The results of all calls of a window.
    pub(super) fn results(&mut self, window: &Window<'_>, extents: &[Extent], stages: &mut Stages) {
        for ((column, call), extent) in window.calls.iter().zip(extents) {
            let Some(name) = name(call.function) else {
                continue;
            };
            let wish = self.names.column(*column).unwrap_or(name).to_owned();
            // What is refused has no result.
            let result = self.function(call, extent, &wish, stages);
            stages.result(*column, &wish, result.unwrap_or(Template::null()));
        }
        self.aggregates(window, extents, stages);
    }

    fn function(
        &mut self,
        call: &WindowCall,
        extent: &Extent,
        wish: &str,
        stages: &mut Stages,
    ) -> Option<Template> {
        match call.function {
            WindowFunction::RowNumber => Some(stages.number(self, wish)),
            WindowFunction::Rank => Some(stages.rank(self, wish)),
            WindowFunction::DenseRank => Some(stages.dense_rank(self, wish)),
            WindowFunction::PercentRank => {
                let rank = stages.rank(self, "__rank");
                Some(percent_rank(rank, stages.count(self, "__count")))
            }
            WindowFunction::CumeDist => {
                let (slot, frame) = stages.place(self, extent)?;
                let one = unary("$sum", int(1));
                let before = stages.add(self, slot, "__before", one, frame);
                let count = stages.count(self, "__count");
                Some(self::call("$divide", [before, count]))
            }
            WindowFunction::Ntile => {
                let number = stages.number(self, "__number");
                let count = stages.count(self, "__count");
                Some(ntile(number, count, call.arguments.first()?.as_integer()?))
            }
            WindowFunction::Lag => self.neighbour(call, -1, wish, stages),
            WindowFunction::Lead => self.neighbour(call, 1, wish, stages),
            WindowFunction::FirstValue | WindowFunction::LastValue | WindowFunction::NthValue => {
                self.value_of_frame(call, extent, wish, stages)
            }
            // Those are computed together.
            WindowFunction::Aggregate(_) => None,
        }
    }

    /// `FIRST_VALUE` and its kin.
    fn value_of_frame(
        &mut self,
        call: &WindowCall,
        extent: &Extent,
        wish: &str,
        stages: &mut Stages,
    ) -> Option<Template> {
        if *extent == Extent::Empty {
            return Some(Template::null());
        }
        let extent = by_rows(call.function, extent);
        let (slot, frame) = stages.place(self, &extent)?;
        let argument = call.arguments.first()?;
        let mut add = |builder: &mut Self, accumulator| {
            stages.add(builder, slot, wish, accumulator, frame.clone())
        };
        let operand = value(argument, &self.scope);
        let position = match call.function {
            WindowFunction::NthValue => call.arguments.get(1)?.as_integer()?,
            _ => 1,
        };
        match (call.function, position) {
            (WindowFunction::LastValue, _) => Some(add(self, unary("$last", operand))),
            (_, 1) => Some(add(self, unary("$first", operand))),
            (_, position) => {
                let position = i32::try_from(position).unwrap_or(i32::MAX);
                let first = Template::document([
                    ("input", normalized(argument, &self.scope)),
                    ("n", int(position)),
                ]);
                let first = add(self, unary("$firstN", first));
                Some(self::call("$arrayElemAt", [first, int(position - 1)]))
            }
        }
    }
}

/// What a function is called where the query gives it no name; none for aggregates.
fn name(function: WindowFunction) -> Option<&'static str> {
    Some(match function {
        WindowFunction::RowNumber => "row_number",
        WindowFunction::Rank => "rank",
        WindowFunction::DenseRank => "dense_rank",
        WindowFunction::PercentRank => "percent_rank",
        WindowFunction::CumeDist => "cume_dist",
        WindowFunction::Ntile => "ntile",
        WindowFunction::Lag => "lag",
        WindowFunction::Lead => "lead",
        WindowFunction::FirstValue => "first_value",
        WindowFunction::LastValue => "last_value",
        WindowFunction::NthValue => "nth_value",
        WindowFunction::Aggregate(_) => return None,
    })
}

/// The rows that tell the first or last value of the frame, counted by rows where that is enough: the
/// first row of a partition is the first one whatever the frame ends with.
fn by_rows(function: WindowFunction, extent: &Extent) -> Extent {
    let Extent::Peers(ends) = extent else {
        return extent.clone();
    };
    let may_be_empty = ends.may_be_empty();
    match (function, ends) {
        (WindowFunction::FirstValue, Ends { start: None, .. }) if !may_be_empty => {
            Extent::Rows(Ends::RUNNING)
        }
        (WindowFunction::LastValue, Ends { end: None, .. }) if !may_be_empty => {
            Extent::Rows(Ends {
                start: Some(0),
                end: None,
            })
        }
        _ => extent.clone(),
    }
}

/// `(rank - 1) / (count - 1)`, and 0 for an only row.
fn percent_rank(rank: Template, count: Template) -> Template {
    let less = |number: Template| call("$subtract", [number, int(1)]);
    let part = call("$divide", [less(rank), less(count.clone())]);
    let nothing = Template::Value(Value::Double(0.0));
    cond(call("$gt", [count, int(1)]), part, nothing)
}

/// The buckets differ by one row at the most, and the larger ones come first.
fn ntile(number: Template, count: Template, buckets: i64) -> Template {
    let buckets = Template::from(buckets);
    let before = call("$subtract", [number.clone(), int(1)]);
    // Rows in a smaller bucket, how many are larger, and how many rows these hold.
    let small = unary("$floor", call("$divide", [count.clone(), buckets.clone()]));
    let larger = call("$mod", [count, buckets]);
    let small = || small.clone();
    let larger = || larger.clone();
    let size = || call("$add", [small(), int(1)]);
    let in_larger = call("$multiply", [larger(), size()]);
    let quotient = |rows, by| unary("$floor", call("$divide", [rows, by]));
    let of_larger = quotient(before.clone(), size());
    let rest = call("$subtract", [before.clone(), in_larger.clone()]);
    let of_rest = call("$add", [larger(), quotient(rest, small())]);
    let bucket = cond(call("$lt", [before, in_larger]), of_larger, of_rest);
    unary("$toInt", call("$add", [bucket, int(1)]))
}
