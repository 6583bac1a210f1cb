//! `width_bucket(x, low, high, count)` and `width_bucket(x, thresholds)`.

use super::super::argument::{constant_integer, expression, opaque, operand, whole};
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, call, cond, int, raise, size, unary};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::Type;
use queryleaf_plan::Template;

/// A search that halves what is left this often has looked through any array.
const MOST_STEPS: i32 = 32;

/// The number of the bucket, counted from 1; 0 below them all, `count + 1` above. The bounds may be
/// given in either order, and the first one belongs to the buckets. The operations and their order
/// are PostgreSQL's, so that doubles are rounded as there.
pub(super) fn width_bucket(arguments: &[LoweredArgument<'_>]) -> Template {
    let count = constant_integer(expression(arguments, 3)).unwrap_or(1);
    opaque("x", operand(arguments, 0), |x| {
        bind("low", operand(arguments, 1), |low| {
            bind("high", operand(arguments, 2), |high| {
                let is_ascending = call("$lt", [low.clone(), high.clone()]);
                let is_equal = call("$eq", [low.clone(), high.clone()]);
                let offset = call("$subtract", [x.clone(), low.clone()]);
                let width = call("$subtract", [high.clone(), low.clone()]);
                let share = call(
                    "$divide",
                    [call("$multiply", [whole(count), offset]), width],
                );
                let inside = unary("$toInt", unary("$trunc", call("$add", [share, int(1)])));
                let below = |operator: &str, bound: Template| call(operator, [x.clone(), bound]);
                let after = whole(count.saturating_add(1));
                let number = |before: &str, behind: &str| {
                    cond(
                        below(before, low.clone()),
                        int(0),
                        cond(below(behind, high.clone()), after.clone(), inside.clone()),
                    )
                };
                cond(
                    is_ascending,
                    number("$lt", "$gte"),
                    cond(
                        is_equal,
                        raise("width_bucket: the bounds are equal", x.clone()),
                        number("$gt", "$lte"),
                    ),
                )
            })
        })
    })
}

/// `width_bucket(x, thresholds)`: how many thresholds are not above the value.
pub(super) fn bucket_of_thresholds(arguments: &[LoweredArgument<'_>]) -> Template {
    let thresholds = expression(arguments, 1);
    if thresholds.is_some_and(ascend) {
        return bind("x", operand(arguments, 0), |x| {
            let reached = call("$lte", [Template::string("$$this"), x]);
            size(unary(
                "$filter",
                Template::document([("input", operand(arguments, 1)), ("cond", reached)]),
            ))
        });
    }
    let may_hold_null = thresholds
        .is_some_and(|thresholds| matches!(&thresholds.ty, Type::Array(item) if item.nullable));
    opaque("thresholds", operand(arguments, 1), |thresholds| {
        bind("x", operand(arguments, 0), |x| {
            let number = halved(x, thresholds.clone());
            if !may_hold_null {
                return number;
            }
            let has_null = call("$in", [Template::null(), thresholds.clone()]);
            let failure = raise(
                "width_bucket: a threshold is NULL",
                unary("$type", thresholds),
            );
            cond(has_null, failure, number)
        })
    })
}

/// What PostgreSQL's search finds, which takes the thresholds to ascend: where they do not, its answer
/// depends on those that it looks at.
fn halved(x: Template, thresholds: Template) -> Template {
    let so_far = |end: &str| Template::string(format!("$$value.{end}"));
    let sum = call("$add", [so_far("low"), so_far("high")]);
    let half = unary("$toInt", call("$divide", [sum, int(2)]));
    let step = bind("middle", half, |middle| {
        let threshold = call("$arrayElemAt", [thresholds.clone(), middle.clone()]);
        let lower = Template::document([("low", so_far("low")), ("high", middle.clone())]);
        let upper = Template::document([
            ("low", call("$add", [middle, int(1)])),
            ("high", so_far("high")),
        ]);
        cond(call("$lt", [x, threshold]), lower, upper)
    });
    let is_over = call("$gte", [so_far("low"), so_far("high")]);
    let length = || size(thresholds.clone());
    let steps = call(
        "$range",
        [int(0), call("$min", [length(), int(MOST_STEPS)])],
    );
    let found = unary(
        "$reduce",
        Template::document([
            ("input", steps),
            (
                "initialValue",
                Template::document([("low", int(0)), ("high", length())]),
            ),
            ("in", cond(is_over, Template::string("$$value"), step)),
        ]),
    );
    bind("found", found, |_| Template::string("$$found.low"))
}

/// Whether thresholds are written out, and each is above the one before it.
fn ascend(thresholds: &Expression) -> bool {
    let ExpressionKind::Array(items) = &thresholds.kind else {
        return false;
    };
    items.windows(2).all(|pair| match pair {
        [one, other] => is_below(one, other),
        _ => false,
    }) && items.iter().all(|item| item.as_literal().is_some())
}

/// Whether `NULL` is written out among the thresholds.
pub(super) fn has_null_threshold(thresholds: &Expression) -> bool {
    match &thresholds.kind {
        ExpressionKind::Array(items) => items
            .iter()
            .any(|item| item.as_literal() == Some(&Literal::Null)),
        _ => false,
    }
}

/// Whether both are constants, and the first is surely less.
fn is_below(one: &Expression, other: &Expression) -> bool {
    match (one.as_literal(), other.as_literal()) {
        (Some(Literal::Integer(one)), Some(Literal::Integer(other)))
        | (Some(Literal::Timestamp(one)), Some(Literal::Timestamp(other))) => one < other,
        (Some(Literal::Double(one)), Some(Literal::Double(other))) => one < other,
        // What differs as a double differs as it is written.
        (Some(Literal::Numeric(one)), Some(Literal::Numeric(other))) => {
            let [one, other] = [one, other].map(|text| text.parse::<f64>());
            matches!((one, other), (Ok(one), Ok(other)) if one < other)
        }
        (Some(Literal::Text(one)), Some(Literal::Text(other))) => one < other,
        _ => false,
    }
}
