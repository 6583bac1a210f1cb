//! `width_bucket(x, low, high, count)`.

use super::super::argument::{constant_integer, expression, opaque, operand, whole};
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, call, cond, int, raise, unary};
use queryleaf_plan::Template;

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
