//! Functions on whole numbers.

use super::super::argument::{opaque, operand, whole};
use super::bits::width;
use crate::lower::LoweredArgument;
use crate::lower::operators::{and, bind, call, cond, int, raise, unary};
use crate::types::Type;
use queryleaf_plan::{Template, Value};

/// The largest number whose factorial has 34 significant digits.
pub(super) const LARGEST_FACTORIAL: i32 = 36;

/// `gcd(a, b)`: Euclid's way, which takes at most so many steps for numbers of 64 bits.
pub(super) fn greatest_common_divisor(a: Template, b: Template, ty: Option<&Type>) -> Template {
    let steps = if width(ty) == 64 { 92 } else { 47 };
    let part = |place: i32| call("$arrayElemAt", [Template::string("$$value"), int(place)]);
    let step = Template::array([part(1), call("$mod", [part(0), part(1)])]);
    let step = cond(
        call("$eq", [part(1), int(0)]),
        Template::string("$$value"),
        step,
    );
    let found = Template::document([
        ("input", call("$range", [int(0), int(steps)])),
        ("initialValue", Template::array([a, b])),
        ("in", step),
    ]);
    let divisor = call("$arrayElemAt", [unary("$reduce", found), int(0)]);
    unary("$abs", divisor)
}

/// `lcm(a, b)`.
pub(super) fn least_common_multiple(
    arguments: &[LoweredArgument<'_>],
    ty: Option<&Type>,
) -> Template {
    bind("a", operand(arguments, 0), |a| {
        bind("b", operand(arguments, 1), |b| {
            let divisor = greatest_common_divisor(a.clone(), b.clone(), ty);
            let is_zero = call("$in", [int(0), Template::array([a.clone(), b.clone()])]);
            let part = unary(
                "$toLong",
                call("$divide", [unary("$toDecimal", a), divisor]),
            );
            // A product that does not fit is a double, which does not become an integer again.
            let multiple = unary("$toLong", unary("$abs", call("$multiply", [part, b])));
            cond(is_zero, int(0), multiple)
        })
    })
}

/// `factorial(n)`.
pub(super) fn factorial(n: Template) -> Template {
    opaque("n", n, |n| {
        let is_known = and(vec![
            call("$gte", [n.clone(), int(0)]),
            call("$lte", [n.clone(), int(LARGEST_FACTORIAL)]),
        ]);
        let past = call("$add", [cond(is_known.clone(), n.clone(), int(0)), int(1)]);
        let product = Template::document([
            ("input", call("$range", [int(1), past])),
            ("initialValue", unary("$toDecimal", int(1))),
            (
                "in",
                call(
                    "$multiply",
                    [Template::string("$$value"), Template::string("$$this")],
                ),
            ),
        ]);
        let wrong = raise("factorial: a number that is negative or beyond 36: ", n);
        cond(is_known, unary("$reduce", product), wrong)
    })
}

/// `to_hex(n)`.
pub(super) fn hexadecimal(n: Template, ty: Option<&Type>) -> Template {
    const HALF: i64 = 1 << 32;
    let half = || Template::Value(Value::Int64(HALF));
    let is_wide = width(ty) == 64;
    bind("n", n, |n| {
        let rest = call("$mod", [n.clone(), half()]);
        let low = cond(
            call("$lt", [rest.clone(), int(0)]),
            call("$add", [rest.clone(), half()]),
            rest,
        );
        let digits = bind("low", low, |low| {
            let of_low = eight_digits(low.clone());
            if !is_wide {
                return of_low;
            }
            let high = call("$divide", [call("$subtract", [n.clone(), low]), half()]);
            let high = bind("high", high, |high| {
                cond(
                    call("$lt", [high.clone(), int(0)]),
                    call("$add", [high.clone(), half()]),
                    high,
                )
            });
            call("$concat", [bind("high", high, eight_digits), of_low])
        });
        let trimmed = Template::document([("input", digits), ("chars", Template::string("0"))]);
        let is_zero = call("$eq", [n, int(0)]);
        cond(is_zero, Template::string("0"), unary("$ltrim", trimmed))
    })
}

/// The digits of a number from 0 to 2^32 - 1.
fn eight_digits(number: Template) -> Template {
    let units = (0..8).rev().map(|place| whole(1_i64 << (4 * place)));
    let digit = unary(
        "$floor",
        call("$divide", [number, Template::string("$$this")]),
    );
    let digit = call("$mod", [digit, int(16)]);
    let digit = call(
        "$substrCP",
        [Template::string("0123456789abcdef"), digit, int(1)],
    );
    let joined = Template::document([
        ("input", Template::array(units)),
        ("initialValue", Template::string("")),
        ("in", call("$concat", [Template::string("$$value"), digit])),
    ]);
    unary("$reduce", joined)
}

/// `num_nulls(a, ..)` and `num_nonnulls(a, ..)`.
pub(super) fn count_of_nulls(arguments: &[LoweredArgument<'_>], nulls: bool) -> Template {
    let operator = if nulls { "$lte" } else { "$gt" };
    let each = arguments.iter().map(|argument| {
        let is_counted = call(operator, [argument.value.clone(), Template::null()]);
        cond(is_counted, int(1), int(0))
    });
    unary("$sum", Template::array(each))
}

/// `cbrt(x)`: a step of Newton's takes off what the power is wrong by.
pub(super) fn cube_root(x: Template) -> Template {
    bind("x", x, |x| {
        let third = Template::Value(Value::Double(1.0 / 3.0));
        let root = call("$pow", [unary("$abs", x.clone()), third]);
        let refined = bind("root", root, |root| {
            let square = call("$multiply", [root.clone(), root.clone()]);
            let excess = call(
                "$subtract",
                [
                    call("$multiply", [square.clone(), root.clone()]),
                    unary("$abs", x.clone()),
                ],
            );
            let step = call("$divide", [excess, call("$multiply", [int(3), square])]);
            let refined = call("$subtract", [root.clone(), step]);
            // Of the ends of the range neither the cube nor the square are numbers.
            let is_plain = and(vec![
                call("$gt", [root.clone(), Template::Value(Value::Double(1e-90))]),
                call("$lt", [root.clone(), Template::Value(Value::Double(1e90))]),
            ]);
            cond(is_plain, refined, root)
        });
        cond(
            call("$lt", [x.clone(), int(0)]),
            call("$multiply", [refined.clone(), int(-1)]),
            refined,
        )
    })
}
