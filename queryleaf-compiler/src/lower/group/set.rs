//! Aggregates over the different values of an argument where these had to be collected in an array.

use super::accumulators::Operator;
use super::argument::Argument;
use super::call::{Calls, Over, keeps_nulls, sort_values, unless_empty};
use super::collected::{effective_order, join};
use super::numeric::{Sums, deviation_operator, exact, of_doubles, sum_result};
use crate::lower::operators::{call, unary};
use crate::plan::{Aggregate, AggregateFunction, NullsOrder, SortDirection};
use crate::types::Type;
use queryleaf_plan::Template;

impl Calls<'_> {
    /// The result of a call with `DISTINCT`.
    pub(super) fn over_set(
        &mut self,
        aggregate: &Aggregate,
        argument: &Argument,
        wish: &str,
        only_output: bool,
    ) -> Template {
        let with_nulls = keeps_nulls(aggregate.function);
        let operand = if with_nulls {
            argument.with_nulls()
        } else {
            argument.without_nulls()
        };
        let set = self.add(Over::Rows, wish, Operator::AddToSet, operand);
        self.of_array(aggregate, argument, set, only_output)
    }

    /// The result of a call from the values it is about in an array.
    pub(super) fn of_array(
        &self,
        aggregate: &Aggregate,
        argument: &Argument,
        set: Template,
        only_output: bool,
    ) -> Template {
        let key = effective_order(aggregate).into_iter().next();
        let direction = key
            .as_ref()
            .map_or(SortDirection::Ascending, |key| key.direction);
        match aggregate.function {
            AggregateFunction::Sum => unless_empty(
                &set,
                sum_result(&argument.ty, unary("$sum", set.clone()), only_output),
            ),
            AggregateFunction::Avg => unary("$avg", exact_items(argument, &set)),
            AggregateFunction::StddevPop
            | AggregateFunction::StddevSamp
            | AggregateFunction::VarPop
            | AggregateFunction::VarSamp => deviation(aggregate.function, argument, &set),
            AggregateFunction::StringAgg => {
                join(sort_values(set, direction), self.separator(aggregate))
            }
            AggregateFunction::ArrayAgg | AggregateFunction::JsonAgg => {
                let nulls = key.map_or(NullsOrder::Last, |key| key.nulls);
                let sorted = if argument.may_be_null() {
                    sorted_with_null(&set, direction, nulls)
                } else {
                    sort_values(set.clone(), direction)
                };
                if argument.is_filtered() {
                    unless_empty(&set, sorted)
                } else {
                    sorted
                }
            }
            // What is left does not depend on how often a value is there.
            AggregateFunction::Count
            | AggregateFunction::CountRows
            | AggregateFunction::Min
            | AggregateFunction::Max
            | AggregateFunction::BoolAnd
            | AggregateFunction::BoolOr
            | AggregateFunction::PercentileCont
            | AggregateFunction::PercentileDisc
            | AggregateFunction::Mode => unary("$size", set),
        }
    }
}

fn deviation(function: AggregateFunction, argument: &Argument, set: &Template) -> Template {
    if argument.ty == Type::Double {
        let (_, operator) = deviation_operator(function);
        return of_doubles(function, unary(operator, set.clone()));
    }
    let item = exact(&argument.ty, Template::from("$$this"));
    let square = call("$multiply", [item.clone(), item]);
    let sums = Sums {
        count: unary("$size", set.clone()),
        sum: unary("$sum", exact_items(argument, set)),
        squares: unary("$sum", map(set, square)),
    };
    sums.deviation(function)
}

fn exact_items(argument: &Argument, set: &Template) -> Template {
    if argument.ty.is_integer() {
        map(set, exact(&argument.ty, Template::from("$$this")))
    } else {
        set.clone()
    }
}

fn map(array: &Template, item: Template) -> Template {
    Template::entry(
        "$map",
        Template::document([("input", array.clone()), ("in", item)]),
    )
}

/// The values in order, and the null that may be among them at its end.
fn sorted_with_null(set: &Template, direction: SortDirection, nulls: NullsOrder) -> Template {
    let null = || Template::array([Template::null()]);
    let values = sort_values(call("$setDifference", [set.clone(), null()]), direction);
    let null = call("$setIntersection", [set.clone(), null()]);
    match nulls {
        NullsOrder::First => call("$concatArrays", [null, values]),
        NullsOrder::Last => call("$concatArrays", [values, null]),
    }
}
