//! Whether one `$group` does, or `DISTINCT` arguments ask for more.

use super::argument::Argument;
use super::call::{argument_of, is_of_distinct_values, keeps_nulls};
use crate::lower::Scope;
use crate::plan::{Aggregate, AggregateFunction, ColumnId};
use crate::types::Type;
use queryleaf_plan::Template;

/// How the rows are grouped.
#[derive(Debug)]
pub(super) enum Phases {
    /// One group.
    One,
    /// A group by the keys and one argument, and a group by the keys over its results.
    Two {
        /// The argument whose different values count.
        argument: Argument,
    },
    /// One group that collects the different values of each argument in an array: for several
    /// `DISTINCT` arguments, and beside aggregates that cannot be put together from parts.
    Sets,
}

impl Phases {
    /// Decides from the aggregates.
    pub(super) fn of(aggregates: &[(ColumnId, Aggregate)], scope: &Scope) -> Phases {
        let mut values: Vec<(Template, Argument)> = Vec::new();
        let mut in_parts = true;
        for (_, aggregate) in aggregates {
            let argument = argument_of(aggregate, scope);
            if is_of_distinct_values(aggregate) {
                // A row that the filter leaves out would bring in a NULL of its own.
                in_parts &= !(argument.is_filtered() && keeps_nulls(aggregate.function));
                let value = argument.guarded();
                if values.iter().all(|(known, _)| *known != value) {
                    values.push((value, argument));
                }
            } else {
                in_parts &= can_be_made_in_parts(aggregate.function, &argument.ty);
            }
        }
        match (values.len(), values.pop()) {
            (1, Some((_, argument))) if in_parts => Phases::Two { argument },
            (0, _) => Phases::One,
            _ => Phases::Sets,
        }
    }

    /// Where the second of two groups finds the values of the argument.
    pub(super) fn place(without_keys: bool) -> &'static str {
        if without_keys { "_id" } else { "_id.value" }
    }
}

/// Whether an aggregate over all rows can be told from aggregates over parts of them.
fn can_be_made_in_parts(function: AggregateFunction, ty: &Type) -> bool {
    match function {
        AggregateFunction::Count
        | AggregateFunction::Sum
        | AggregateFunction::Avg
        | AggregateFunction::Min
        | AggregateFunction::Max
        | AggregateFunction::BoolAnd
        | AggregateFunction::BoolOr => true,
        // Exact sums can be added up, the running deviation of doubles cannot.
        AggregateFunction::StddevPop
        | AggregateFunction::StddevSamp
        | AggregateFunction::VarPop
        | AggregateFunction::VarSamp => *ty != Type::Double,
        AggregateFunction::CountRows
        | AggregateFunction::StringAgg
        | AggregateFunction::ArrayAgg
        | AggregateFunction::JsonAgg
        | AggregateFunction::PercentileCont
        | AggregateFunction::PercentileDisc
        | AggregateFunction::Mode => false,
    }
}
