//! One aggregate call: which accumulators it needs, and the result from what they give.

use super::accumulators::{Accumulators, Operator};
use super::argument::Argument;
use super::phases::Phases;
use crate::lower::Scope;
use crate::lower::operators::{call, cond, int, is_not_null};
use crate::lower::relation::{Builder, is_groupable};
use crate::plan::{Aggregate, AggregateFunction, Expression, SortDirection};
use crate::types::Type;
use queryleaf_plan::{Template, Value};
use std::collections::BTreeSet;

/// The aggregate calls of one group.
pub(super) struct Calls<'a> {
    phases: &'a Phases,
    /// Where the second of two groups finds the `DISTINCT` values.
    pub(super) distinct_place: &'static str,
    pub(super) scope: &'a Scope,
    pub(super) accumulators: Accumulators,
    /// Sorted arrays that more than one result may read, made in a stage after the group.
    sorted: Vec<(String, Template)>,
    /// Whether what is pushed has to be freed of what is missing.
    pub(super) has_gaps: bool,
}

/// The rows that an aggregate is computed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// The rows of the input.
    Rows,
    /// The groups that the first of two groups has made, one per different value.
    Values,
}

impl<'a> Calls<'a> {
    /// No calls yet.
    pub(super) fn new(phases: &'a Phases, without_keys: bool, scope: &'a Scope) -> Self {
        Calls {
            phases,
            distinct_place: Phases::place(without_keys),
            scope,
            accumulators: Accumulators::new(matches!(phases, Phases::Two { .. })),
            sorted: Vec::new(),
            has_gaps: false,
        }
    }

    /// No calls yet, of aggregates over the rows of one frame each, beside fields of these names.
    pub(super) fn over_frames(taken: &BTreeSet<String>, scope: &'a Scope) -> Self {
        Calls {
            phases: &Phases::One,
            distinct_place: Phases::place(true),
            scope,
            accumulators: Accumulators::beside(taken),
            sorted: Vec::new(),
            has_gaps: false,
        }
    }

    /// The accumulators, and the fields to set after the group.
    pub(super) fn into_parts(self) -> (Accumulators, Vec<(String, Template)>) {
        (self.accumulators, self.sorted)
    }

    /// The result of a call. `only_output` says that only the client reads it, which takes an
    /// integer for a `numeric` and refuses one that has overflowed.
    pub(super) fn result(
        &mut self,
        aggregate: &Aggregate,
        wish: &str,
        only_output: bool,
    ) -> Template {
        let argument = argument_of(aggregate, self.scope);
        match (self.phases, is_of_distinct_values(aggregate)) {
            (Phases::Sets, true) if aggregate.function != AggregateFunction::Mode => {
                self.over_set(aggregate, &argument, wish, only_output)
            }
            (Phases::Two { .. }, true) => {
                let values = argument.moved_to(self.distinct_place);
                match aggregate.function {
                    AggregateFunction::Mode => self.mode_of_values(aggregate, &argument, wish),
                    _ => self.over(Over::Values, aggregate, &values, wish, only_output),
                }
            }
            _ => self.over(Over::Rows, aggregate, &argument, wish, only_output),
        }
    }

    fn over(
        &mut self,
        over: Over,
        aggregate: &Aggregate,
        argument: &Argument,
        wish: &str,
        only_output: bool,
    ) -> Template {
        if let Some(form) = argument.intervals {
            return match aggregate.function {
                AggregateFunction::Sum => self.sum_of_intervals(over, form, argument, wish),
                AggregateFunction::Avg => self.average_of_intervals(over, form, argument, wish),
                AggregateFunction::Min => {
                    self.extreme_interval(over, Operator::Min, form, argument, wish)
                }
                _ => self.extreme_interval(over, Operator::Max, form, argument, wish),
            };
        }
        match aggregate.function {
            AggregateFunction::Count | AggregateFunction::CountRows => {
                self.add(over, wish, Operator::Sum, argument.counted())
            }
            AggregateFunction::Sum => self.sum(over, argument, wish, only_output),
            AggregateFunction::Avg => self.average(over, argument, wish),
            // Both pass over null and missing, and false comes before true.
            AggregateFunction::Min | AggregateFunction::BoolAnd => {
                self.add(over, wish, Operator::Min, argument.guarded())
            }
            AggregateFunction::Max | AggregateFunction::BoolOr => {
                self.add(over, wish, Operator::Max, argument.guarded())
            }
            AggregateFunction::StddevPop
            | AggregateFunction::StddevSamp
            | AggregateFunction::VarPop
            | AggregateFunction::VarSamp => {
                self.deviation(over, aggregate.function, argument, wish)
            }
            AggregateFunction::StringAgg => self.joined(over, aggregate, argument, wish),
            AggregateFunction::ArrayAgg | AggregateFunction::JsonAgg => {
                self.array(over, aggregate, argument, wish)
            }
            AggregateFunction::PercentileCont | AggregateFunction::PercentileDisc => {
                self.percentile(aggregate, argument, wish)
            }
            AggregateFunction::Mode => self.mode_of_rows(aggregate, argument, wish),
        }
    }

    /// Accumulates, and gives the reference to the result.
    pub(super) fn add(
        &mut self,
        over: Over,
        wish: &str,
        operator: Operator,
        operand: Template,
    ) -> Template {
        let result = match over {
            Over::Rows => self.accumulators.add(wish, operator, operand),
            Over::Values => self.accumulators.add_whole(wish, operator, operand),
        };
        if operator == Operator::Push && self.has_gaps {
            self.close_gaps(&result);
        }
        result
    }

    /// Frees an array of what is missing, which a window counts among its items although it is not
    /// there when it is read.
    fn close_gaps(&mut self, array: &Template) {
        let Template::Value(Value::String(field)) = array else {
            return;
        };
        let Some(key) = field.strip_prefix('$') else {
            return;
        };
        if self.sorted.iter().any(|(known, _)| known == key) {
            return;
        }
        let kind = Template::entry("$type", Template::from("$$this"));
        let is_there = call("$ne", [kind, Template::from("missing")]);
        let items = Template::document([("input", array.clone()), ("cond", is_there)]);
        self.sorted
            .push((key.to_owned(), Template::entry("$filter", items)));
    }

    /// A condition on the group: whether the argument had a value in some row.
    pub(super) fn has_value(&mut self, over: Over, argument: &Argument, wish: &str) -> Template {
        let counted = argument.counted();
        let count = match over {
            Over::Rows => self.accumulators.find(Operator::Sum, &counted),
            Over::Values => self.accumulators.find_whole(Operator::Sum, &counted),
        };
        if let Some(count) = count {
            return call("$gt", [count, int(0)]);
        }
        // The server reads a maximum faster than it counts.
        let name = format!("{wish}_max");
        is_not_null(self.add(over, &name, Operator::Max, argument.guarded()))
    }

    /// The reference to a sorted array, which is made once for all results that read it.
    pub(super) fn sorted(&mut self, array: &Template, direction: SortDirection) -> Template {
        let sorted = sort_values(array.clone(), direction);
        let known = self.sorted.iter().find(|(_, known)| *known == sorted);
        let name = match known {
            Some((name, _)) => name.clone(),
            None => {
                let name = format!("__sorted{}", self.sorted.len() + 1);
                self.sorted.push((name.clone(), sorted));
                name
            }
        };
        Template::string(format!("${name}"))
    }
}

impl Builder<'_> {
    /// Refuses a call that compares values in another way than SQL.
    pub(in crate::lower) fn check_aggregate(&self, aggregate: &Aggregate) {
        for key in &aggregate.order {
            self.check_orderable(&key.expression);
        }
        if aggregate.function == AggregateFunction::CountRows {
            return self.check_groupable(aggregate.arguments.iter());
        }
        let Some(argument) = argument_expression(aggregate) else {
            return;
        };
        match aggregate.function {
            AggregateFunction::Min | AggregateFunction::Max if argument.ty == Type::Interval => {}
            AggregateFunction::Min | AggregateFunction::Max => {
                self.check_orderable(argument);
            }
            // Sorted for the order that SQL gives them.
            _ if aggregate.distinct && is_groupable(&argument.ty) => {
                self.check_groupable(std::iter::once(argument));
            }
            _ if is_of_distinct_values(aggregate) => {
                self.check_groupable(std::iter::once(argument));
            }
            _ => {}
        }
    }
}

/// The expression whose values are aggregated; none for `COUNT(*)`.
pub(super) fn argument_expression(aggregate: &Aggregate) -> Option<&Expression> {
    match aggregate.function {
        AggregateFunction::PercentileCont
        | AggregateFunction::PercentileDisc
        | AggregateFunction::Mode => aggregate.order.first().map(|key| &key.expression),
        _ => aggregate.arguments.first(),
    }
}

/// The argument of a call.
pub(super) fn argument_of(aggregate: &Aggregate, scope: &Scope) -> Argument {
    match aggregate.function {
        AggregateFunction::CountRows => Argument::row(aggregate, scope),
        _ => Argument::new(argument_expression(aggregate), aggregate, scope),
    }
}

/// Whether a call depends on which values there are, or on how often each is there.
pub(super) fn is_of_distinct_values(aggregate: &Aggregate) -> bool {
    match aggregate.function {
        AggregateFunction::CountRows | AggregateFunction::Mode => true,
        AggregateFunction::Min
        | AggregateFunction::Max
        | AggregateFunction::BoolAnd
        | AggregateFunction::BoolOr
        | AggregateFunction::PercentileCont
        | AggregateFunction::PercentileDisc => false,
        AggregateFunction::Count
        | AggregateFunction::Sum
        | AggregateFunction::Avg
        | AggregateFunction::StddevPop
        | AggregateFunction::StddevSamp
        | AggregateFunction::VarPop
        | AggregateFunction::VarSamp
        | AggregateFunction::StringAgg
        | AggregateFunction::ArrayAgg
        | AggregateFunction::JsonAgg => aggregate.distinct,
    }
}

/// Whether `NULL`s are part of the result.
pub(super) fn keeps_nulls(function: AggregateFunction) -> bool {
    matches!(
        function,
        AggregateFunction::ArrayAgg | AggregateFunction::JsonAgg
    )
}

/// `{$sortArray: {input: .., sortBy: 1}}`: by the values themselves.
pub(super) fn sort_values(array: Template, direction: SortDirection) -> Template {
    let by = match direction {
        SortDirection::Ascending => 1,
        SortDirection::Descending => -1,
    };
    Template::entry(
        "$sortArray",
        Template::document([("input", array), ("sortBy", int(by))]),
    )
}

/// The value where there were rows, else null.
pub(super) fn unless_empty(array: &Template, value: Template) -> Template {
    let is_empty = call("$eq", [array.clone(), Template::Array(Vec::new())]);
    cond(is_empty, Template::null(), value)
}
