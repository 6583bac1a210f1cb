//! `&`, `|`, `#`, `~`, `<<` and `>>`: the server has such operators only from version 6.3 on.
//!
//! Which bits two numbers share is told by their remainders: bit `p` of a number that is not negative
//! is set where what is left of it by `2 * p` is at least `p`. The sign is a bit of its own, with the
//! weight `-2^31` or `-2^63`. Everything else follows from the bits that are shared.

use super::super::argument::{constant_integer, expression, opaque, operand};
use crate::lower::LoweredArgument;
use crate::lower::operators::{and, bind, call, cond, int, raise, unary};
use crate::types::Type;
use queryleaf_plan::{Template, Value};

/// How many bits a type has.
pub(super) fn width(ty: Option<&Type>) -> u32 {
    match ty {
        Some(Type::Bigint) => 64,
        _ => 32,
    }
}

fn width_of(arguments: &[LoweredArgument<'_>]) -> u32 {
    width(expression(arguments, 0).map(|one| &one.ty))
}

fn long(value: i64) -> Template {
    Template::Value(Value::Int64(value))
}

/// A 64-bit value in the type of the result.
fn narrowed(width: u32, value: Template) -> Template {
    if width == 64 {
        value
    } else {
        unary("$toInt", value)
    }
}

/// `a & b`.
pub(super) fn and_bits(arguments: &[LoweredArgument<'_>]) -> Template {
    with_shared(arguments, |_, _, shared| shared)
}

/// `a | b`: the bits of `a` and those of `b` that it lacks.
pub(super) fn or_bits(arguments: &[LoweredArgument<'_>]) -> Template {
    with_shared(arguments, |a, b, shared| {
        call("$add", [a, call("$subtract", [b, shared])])
    })
}

/// `a # b`: the bits of each that the other lacks.
pub(super) fn differing_bits(arguments: &[LoweredArgument<'_>]) -> Template {
    with_shared(arguments, |a, b, shared| {
        let of_a = call("$subtract", [a, shared.clone()]);
        call("$add", [of_a, call("$subtract", [b, shared])])
    })
}

/// `~a`.
pub(super) fn other_bits(arguments: &[LoweredArgument<'_>]) -> Template {
    call("$subtract", [int(-1), operand(arguments, 0)])
}

fn with_shared(
    arguments: &[LoweredArgument<'_>],
    body: impl FnOnce(Template, Template, Template) -> Template,
) -> Template {
    let width = width_of(arguments);
    let constants = [0, 1].map(|number| constant_integer(expression(arguments, number)));
    bind("a", operand(arguments, 0), |a| {
        bind("b", operand(arguments, 1), |b| {
            let shared = shared(width, [&a, &b], constants);
            bind("shared", shared, |shared| {
                narrowed(width, body(a, b, shared))
            })
        })
    })
}

/// The bits that both numbers have.
fn shared(width: u32, numbers: [&Template; 2], constants: [Option<i64>; 2]) -> Template {
    let highest = 1_i64 << (width - 2);
    let sign = if width == 64 {
        i64::MIN
    } else {
        i64::from(i32::MIN)
    };
    let is_set_in_all = |bit: i64| constants.iter().flatten().all(|one| one & bit != 0);
    let open: Vec<(&Template, Template)> = numbers
        .into_iter()
        .zip(constants)
        .filter(|(_, constant)| constant.is_none())
        .map(|(number, _)| (number, without_sign(number, highest)))
        .collect();
    let mut parts = Vec::new();
    // Twice the highest bit of 64 is no number of 64 bits, and nothing is above it.
    if is_set_in_all(highest) {
        let conditions = open
            .iter()
            .map(|(_, rest)| call("$gte", [rest.clone(), long(highest)]));
        parts.push(cond(and(conditions.collect()), long(highest), long(0)));
    }
    let others: Vec<i64> = (0..width - 2)
        .map(|place| 1_i64 << place)
        .filter(|bit| is_set_in_all(*bit))
        .collect();
    let of_bit = |bit: Template, twice: Template| {
        let conditions = open.iter().map(|(_, rest)| {
            let rest = call("$mod", [rest.clone(), twice.clone()]);
            call("$gte", [rest, bit.clone()])
        });
        cond(and(conditions.collect()), bit.clone(), long(0))
    };
    match &others[..] {
        [] => {}
        [bit] => parts.push(of_bit(long(*bit), long(bit * 2))),
        bits => {
            let each = Template::document([
                ("input", Template::array(bits.iter().map(|bit| long(*bit)))),
                ("as", Template::string("bit")),
                (
                    "in",
                    of_bit(
                        Template::string("$$bit"),
                        call("$multiply", [Template::string("$$bit"), int(2)]),
                    ),
                ),
            ]);
            parts.push(unary("$sum", unary("$map", each)));
        }
    }
    if is_set_in_all(sign) {
        let conditions = open
            .iter()
            .map(|(number, _)| call("$lt", [(*number).clone(), int(0)]));
        parts.push(cond(and(conditions.collect()), long(sign), long(0)));
    }
    match parts.len() {
        0 => long(0),
        1 => parts.remove(0),
        _ => unary("$add", Template::Array(parts)),
    }
}

/// A number without the bit of its sign.
fn without_sign(number: &Template, highest: i64) -> Template {
    cond(
        call("$lt", [number.clone(), int(0)]),
        moved(number.clone(), -highest),
        number.clone(),
    )
}

/// A number from which this is taken twice. (The server would put two constants of `$add` into one,
/// which leaves 64 bits.)
fn moved(number: Template, by: i64) -> Template {
    let once = call("$subtract", [number, long(by)]);
    call("$subtract", [once, long(by)])
}

/// `a << n`: what is shifted out is gone.
pub(super) fn shift_left(arguments: &[LoweredArgument<'_>]) -> Template {
    let width = width_of(arguments);
    shifted(arguments, |a, distance| {
        // Doubling so many times: a number that would leave its type loses its highest bits first.
        let highest = 1_i64 << (width - 2);
        let value = || Template::string("$$value");
        let kept = cond(
            call("$gte", [value(), long(highest)]),
            moved(value(), highest),
            cond(
                call("$lt", [value(), long(-highest)]),
                moved(value(), -highest),
                value(),
            ),
        );
        let doubled = Template::document([
            ("input", call("$range", [int(0), distance])),
            ("initialValue", unary("$toLong", a)),
            ("in", call("$multiply", [kept, int(2)])),
        ]);
        narrowed(width, unary("$reduce", doubled))
    })
}

/// `a >> n`: rounds down.
pub(super) fn shift_right(arguments: &[LoweredArgument<'_>]) -> Template {
    let width = width_of(arguments);
    shifted(arguments, |a, distance| {
        let unit = match constant_integer(expression(arguments, 1)) {
            Some(distance @ 0..=62) => long(1 << distance),
            _ => unary(
                "$toLong",
                call("$pow", [long(2), call("$min", [distance.clone(), int(62)])]),
            ),
        };
        let quotient = bind("unit", unit, |unit| {
            let rest = call("$mod", [a.clone(), unit.clone()]);
            let below = bind("rest", rest, |rest| {
                cond(
                    call("$lt", [rest.clone(), int(0)]),
                    call("$add", [rest.clone(), unit.clone()]),
                    rest,
                )
            });
            let exact = unary("$toDecimal", call("$subtract", [a.clone(), below]));
            unary("$toLong", call("$divide", [exact, unit]))
        });
        let sign = || cond(call("$lt", [a.clone(), int(0)]), long(-1), long(0));
        let result = match constant_integer(expression(arguments, 1)) {
            Some(63) => sign(),
            None if width == 64 => cond(call("$gte", [distance, int(63)]), sign(), quotient),
            Some(_) | None => quotient,
        };
        narrowed(width, result)
    })
}

/// Farther than the type is wide, PostgreSQL's answer is that of the processor.
fn shifted(
    arguments: &[LoweredArgument<'_>],
    body: impl FnOnce(Template, Template) -> Template,
) -> Template {
    let width = i32::try_from(width_of(arguments)).unwrap_or(32);
    bind("a", operand(arguments, 0), |a| {
        if constant_integer(expression(arguments, 1)).is_some() {
            return body(a, operand(arguments, 1));
        }
        opaque("distance", operand(arguments, 1), |distance| {
            let is_known = and(vec![
                call("$gte", [distance.clone(), int(0)]),
                call("$lt", [distance.clone(), int(width)]),
            ]);
            let wrong = raise(
                "a shift that is farther than the number has bits",
                distance.clone(),
            );
            // `$range` is not to see it either.
            let distance = cond(is_known.clone(), distance, int(0));
            cond(is_known, body(a, distance), wrong)
        })
    })
}
