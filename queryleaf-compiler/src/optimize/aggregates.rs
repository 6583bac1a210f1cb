//! Conditions that aggregates without keys have in common become conditions on the rows.
//!
//! What `FILTER` leaves out of every aggregate need not be read, and neither must the `NULL`s of the
//! one column that all of them are about: an index on it then gives the result by itself.

use crate::plan::{Aggregate, AggregateFunction, Expression, ExpressionKind, Relation};

/// Moves the common conditions below the aggregates.
pub(crate) fn filter_early(relation: Relation) -> Relation {
    let relation = relation.map_inputs(filter_early);
    let Relation::Aggregate {
        input,
        keys,
        mut aggregates,
    } = relation
    else {
        return relation;
    };
    let mut input = *input;
    if keys.is_empty() {
        if let Some(filter) = common_filter(aggregates.iter().map(|(_, aggregate)| aggregate)) {
            for (_, aggregate) in &mut aggregates {
                aggregate.filter = None;
            }
            input = input.filtered(vec![filter]);
        }
        // Above a filter, the server might follow an index on the column to no avail.
        let column = common_column(aggregates.iter().map(|(_, aggregate)| aggregate));
        if let (Relation::Scan { .. }, Some(column)) = (&input, column) {
            input = input.filtered(vec![column.is_null().negated()]);
        }
    }
    Relation::Aggregate {
        input: Box::new(input),
        keys,
        aggregates,
    }
}

/// The filter that all have.
fn common_filter<'a>(mut aggregates: impl Iterator<Item = &'a Aggregate>) -> Option<Expression> {
    let filter = aggregates.next()?.filter.clone()?;
    let stripped = filter.clone().without_spans();
    aggregates
        .all(|other| {
            let other = other.filter.clone().map(Expression::without_spans);
            other.as_ref() == Some(&stripped)
        })
        .then_some(filter)
}

/// The nullable column of whose values all aggregates are, and of nothing else.
fn common_column<'a>(mut aggregates: impl Iterator<Item = &'a Aggregate>) -> Option<Expression> {
    let column = column_of_values(aggregates.next()?)?;
    let stripped = column.clone().without_spans();
    aggregates
        .all(|other| {
            column_of_values(other).is_some_and(|other| other.clone().without_spans() == stripped)
        })
        .then(|| column.clone())
}

fn column_of_values(aggregate: &Aggregate) -> Option<&Expression> {
    match aggregate.function {
        AggregateFunction::Count
        | AggregateFunction::Sum
        | AggregateFunction::Avg
        | AggregateFunction::Min
        | AggregateFunction::Max
        | AggregateFunction::StddevPop
        | AggregateFunction::StddevSamp
        | AggregateFunction::VarPop
        | AggregateFunction::VarSamp
        | AggregateFunction::BoolAnd
        | AggregateFunction::BoolOr => {}
        // These keep the NULLs, or read more than the one column.
        AggregateFunction::CountRows
        | AggregateFunction::ArrayAgg
        | AggregateFunction::JsonAgg
        | AggregateFunction::StringAgg
        | AggregateFunction::PercentileCont
        | AggregateFunction::PercentileDisc
        | AggregateFunction::Mode => return None,
    }
    let argument = aggregate.arguments.first()?;
    let is_column = matches!(argument.kind, ExpressionKind::Path(_)) && argument.nullable;
    (is_column && aggregate.filter.is_none()).then_some(argument)
}
