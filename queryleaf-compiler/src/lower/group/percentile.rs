//! `PERCENTILE_CONT`, `PERCENTILE_DISC` and `MODE`, with nothing that MongoDB 6.0 lacks.

use super::accumulators::Operator;
use super::argument::Argument;
use super::call::{Calls, Over, unless_empty};
use crate::lower::operators::{bind, call, cond, int, unary};
use crate::lower::value;
use crate::plan::{Aggregate, AggregateFunction, Expression, ExpressionKind, SortDirection};
use crate::types::Type;
use queryleaf_plan::Template;

impl Calls<'_> {
    /// `PERCENTILE_CONT` and `PERCENTILE_DISC`: positions in the sorted values.
    pub(super) fn percentile(
        &mut self,
        aggregate: &Aggregate,
        argument: &Argument,
        wish: &str,
    ) -> Template {
        let Some(fraction) = aggregate.arguments.first() else {
            return Template::null();
        };
        let pushed = self.add(Over::Rows, wish, Operator::Push, argument.without_nulls());
        let sorted = self.sorted(&pushed, direction(aggregate));
        let percentile = |fraction: &Expression| {
            if fraction.nullable {
                return Template::null();
            }
            // The analysis lets only constants between 0 and 1 through, and in an array `NULL`.
            let fraction = value(fraction, self.scope);
            match aggregate.function {
                AggregateFunction::PercentileCont => interpolated(&sorted, &argument.ty, fraction),
                _ => nearest(&sorted, fraction),
            }
        };
        let result = match &fraction.kind {
            ExpressionKind::Array(fractions) => Template::array(fractions.iter().map(percentile)),
            _ => percentile(fraction),
        };
        unless_empty(&sorted, result)
    }

    /// `MODE` over groups of one value each: the value of the largest group, and the first in the
    /// order among equally large ones.
    pub(super) fn mode_of_values(
        &mut self,
        aggregate: &Aggregate,
        argument: &Argument,
        wish: &str,
    ) -> Template {
        let count = format!("{wish}_count");
        let count = self
            .accumulators
            .add_part(&count, Operator::Sum, argument.counted());
        let place = self.distinct_place;
        let by = Template::document([
            (reference_path(&count).as_str(), int(-1)),
            (place, int(sign(direction(aggregate)))),
        ]);
        let top = Template::document([
            ("sortBy", by),
            ("output", Template::string(format!("${place}"))),
        ]);
        self.accumulators.add_whole(wish, Operator::Top, top)
    }

    /// `MODE` over the sorted values: the first of the longest runs.
    pub(super) fn mode_of_rows(
        &mut self,
        aggregate: &Aggregate,
        argument: &Argument,
        wish: &str,
    ) -> Template {
        let pushed = self.add(Over::Rows, wish, Operator::Push, argument.without_nulls());
        let sorted = self.sorted(&pushed, direction(aggregate));
        let state = |best: &str, most: &str, last: &str, run: &str| {
            Template::document([
                ("best", Template::from(best)),
                ("most", Template::from(most)),
                ("last", Template::from(last)),
                ("run", Template::from(run)),
            ])
        };
        let run = cond(
            call(
                "$eq",
                [Template::from("$$this"), Template::from("$$value.last")],
            ),
            call("$add", [Template::from("$$value.run"), int(1)]),
            int(1),
        );
        let step = bind("run", run, |run| {
            cond(
                call("$gt", [run, Template::from("$$value.most")]),
                state("$$this", "$$run", "$$this", "$$run"),
                state("$$value.best", "$$value.most", "$$this", "$$run"),
            )
        });
        let reduced = Template::entry(
            "$reduce",
            Template::document([
                ("input", sorted),
                (
                    "initialValue",
                    Template::document([
                        ("best", Template::null()),
                        ("most", int(0)),
                        ("last", Template::null()),
                        ("run", int(0)),
                    ]),
                ),
                ("in", step),
            ]),
        );
        Template::entry(
            "$getField",
            Template::document([("field", Template::from("best")), ("input", reduced)]),
        )
    }
}

/// Between the two values around the position, in proportion.
fn interpolated(sorted: &Template, ty: &Type, fraction: Template) -> Template {
    let last = call("$subtract", [unary("$size", sorted.clone()), int(1)]);
    let item = |round: &str| {
        let index = unary("$toInt", unary(round, Template::from("$$at")));
        let item = call("$arrayElemAt", [sorted.clone(), index]);
        if *ty == Type::Double {
            item
        } else {
            unary("$toDouble", item)
        }
    };
    let rest = call(
        "$subtract",
        [
            Template::from("$$at"),
            unary("$floor", Template::from("$$at")),
        ],
    );
    let step = call(
        "$subtract",
        [Template::from("$$high"), Template::from("$$low")],
    );
    let between = call(
        "$add",
        [Template::from("$$low"), call("$multiply", [step, rest])],
    );
    let_in(
        [("at", call("$multiply", [fraction, last]))],
        let_in([("low", item("$floor")), ("high", item("$ceil"))], between),
    )
}

/// The first value with at least that share of the values up to it.
fn nearest(sorted: &Template, fraction: Template) -> Template {
    let rank = call("$multiply", [fraction, unary("$size", sorted.clone())]);
    let index = call("$subtract", [unary("$ceil", rank), int(1)]);
    let index = unary("$toInt", call("$max", [int(0), index]));
    call("$arrayElemAt", [sorted.clone(), index])
}

fn let_in<const N: usize>(variables: [(&str, Template); N], body: Template) -> Template {
    Template::entry(
        "$let",
        Template::document([("vars", Template::document(variables)), ("in", body)]),
    )
}

fn direction(aggregate: &Aggregate) -> SortDirection {
    aggregate
        .order
        .first()
        .map_or(SortDirection::Ascending, |key| key.direction)
}

fn sign(direction: SortDirection) -> i32 {
    match direction {
        SortDirection::Ascending => 1,
        SortDirection::Descending => -1,
    }
}

/// `n` of `"$n"`.
fn reference_path(reference: &Template) -> String {
    let text = reference.to_string();
    text.trim_matches('"').trim_start_matches('$').to_owned()
}
