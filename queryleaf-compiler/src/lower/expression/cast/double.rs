//! A double as text: the shortest decimal that reads back as the same double, as PostgreSQL writes
//! it. The server's own `$toString` gives six digits.

use super::super::super::Scope;
use super::super::super::operators::{bind, bind_always, call, cond, int, raise, unary};
use super::print::decimal_text;
use queryleaf_plan::{Template, Value};

/// Doubles below have fewer digits, and the server cannot read them back from decimals.
const SMALLEST_NORMAL: f64 = 2.3e-308;

/// How a number is written that is very large or very small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// With an exponent, as PostgreSQL writes a `double precision`.
    Scientific,
    /// Without one, as it writes a number of a `jsonb`.
    Plain,
}

/// The text of a double that is not null.
pub(super) fn double_text(double: Template, notation: Notation, scope: &Scope) -> Template {
    let variable = || scope.variable();
    let name = variable();
    bind(&name, double, |double| {
        let size = unary("$abs", double.clone());
        // What compares false with every number is an infinity or NaN, whose words are the same.
        let is_ordinary = call(
            "$lte",
            [size.clone(), Template::Value(Value::Double(f64::MAX))],
        );
        let is_nan = call(
            "$lt",
            [
                double.clone(),
                Template::Value(Value::Double(f64::NEG_INFINITY)),
            ],
        );
        let is_small = call(
            "$lt",
            [
                size.clone(),
                Template::Value(Value::Double(SMALLEST_NORMAL)),
            ],
        );
        let is_whole = call(
            "$and",
            [
                call("$eq", [double.clone(), unary("$trunc", double.clone())]),
                call("$lt", [size, Template::Value(Value::Double(1e15))]),
            ],
        );
        // A `double precision` zero has a sign, which the server writes.
        let zero = match notation {
            Notation::Scientific => unary("$toString", double.clone()),
            Notation::Plain => Template::from("0"),
        };
        let branches = [
            (is_nan, Template::from("NaN")),
            (call("$eq", [double.clone(), int(0)]), zero),
            (
                is_whole,
                unary("$toString", unary("$toLong", double.clone())),
            ),
            (
                is_small,
                raise("a double is too small for a text: ", double.clone()),
            ),
            (is_ordinary, digits(&double, notation, scope)),
        ];
        unary(
            "$switch",
            Template::document([
                (
                    "branches",
                    Template::array(
                        branches.map(|(case, then)| {
                            Template::document([("case", case), ("then", then)])
                        }),
                    ),
                ),
                (
                    "default",
                    cond(
                        call("$lt", [double, int(0)]),
                        Template::from("-Infinity"),
                        Template::from("Infinity"),
                    ),
                ),
            ]),
        )
    })
}

/// 10 to the power of this, as a decimal; the server's `$pow` is wrong for an exponent of 0.
fn power_of_ten(exponent: Template) -> Template {
    const FAR: i32 = 400;
    call(
        "$multiply",
        [
            decimal(1, -FAR),
            call("$pow", [decimal(10, 0), call("$add", [exponent, int(FAR)])]),
        ],
    )
}

fn digits(double: &Template, notation: Notation, scope: &Scope) -> Template {
    let variable = &|| scope.variable();
    bind_always(&variable(), exact(double, variable), |exact| {
        bind_always(&variable(), exponent(exact.clone()), |exponent| {
            let power = power_of_ten(exponent.clone());
            let scaled = call(
                "$multiply",
                [
                    exact,
                    power_of_ten(call("$subtract", [int(0), exponent.clone()])),
                ],
            );
            bind_always(&variable(), power, |power| {
                bind_always(&variable(), scaled, |scaled| {
                    let shortest = shortest(double, &power, &scaled, variable);
                    bind_always(&variable(), shortest, |mantissa| match notation {
                        Notation::Scientific => written(&mantissa, &exponent, variable),
                        Notation::Plain => {
                            let number = call("$multiply", [mantissa, power.clone()]);
                            bind_always(&variable(), decimal_text(number, scope), |text| {
                                let point = call("$indexOfCP", [text.clone(), ".".into()]);
                                let has_point = call("$gte", [point, int(0)]);
                                cond(has_point, without_zeros(text.clone()), text)
                            })
                        }
                    })
                })
            })
        })
    })
}

/// The double as a decimal of 34 digits, of which the first 17 are right: a whole number of 55 bits,
/// divided by a power of two. (`$toDecimal` of a double gives 15 digits.)
fn exact(double: &Template, variable: &impl Fn() -> String) -> Template {
    let logarithm = call("$log", [unary("$abs", double.clone()), int(2)]);
    let shift = call("$subtract", [unary("$floor", logarithm), int(54)]);
    bind_always(&variable(), shift, |shift| {
        // In two steps, since one power alone may be beyond a double.
        let half = unary("$trunc", call("$divide", [shift.clone(), int(2)]));
        bind_always(&variable(), half, |half| {
            let power =
                |exponent: Template| call("$pow", [Template::Value(Value::Double(2.0)), exponent]);
            // Not multiplied by the opposite powers: the server would multiply these first.
            let partly = call("$divide", [double.clone(), power(half.clone())]);
            let rest = power(call("$subtract", [shift.clone(), half]));
            let whole = call("$divide", [partly, rest]);
            let divisor = cond(
                call("$eq", [shift.clone(), int(0)]),
                int(1),
                call("$pow", [decimal(2, 0), call("$subtract", [int(0), shift])]),
            );
            call(
                "$divide",
                [unary("$toDecimal", unary("$toLong", whole)), divisor],
            )
        })
    })
}

/// The power of ten of a decimal's first digit, read from its text, made so small that the server
/// writes it with an exponent.
fn exponent(exact: Template) -> Template {
    const FAR: i32 = 400;
    let text = unary("$toString", call("$multiply", [exact, decimal(1, -FAR)]));
    let power = call(
        "$arrayElemAt",
        [call("$split", [text, Template::from("E")]), int(1)],
    );
    call("$add", [unary("$toInt", power), int(FAR)])
}

/// The mantissa of 15, 16 or 17 digits: the first that is nearer to this double than to any other.
fn shortest(
    double: &Template,
    power: &Template,
    scaled: &Template,
    variable: &impl Fn() -> String,
) -> Template {
    let rounded = |places: i32| call("$round", [scaled.clone(), int(places)]);
    bind_always(&variable(), rounded(15), |sixteen| {
        // Below a power of two the doubles are twice as dense, so that the other neighbour of 16
        // digits may do where the nearer one does not.
        let other = cond(
            call("$gt", [scaled.clone(), sixteen.clone()]),
            call("$add", [sixteen.clone(), decimal(1, -15)]),
            call("$subtract", [sixteen.clone(), decimal(1, -15)]),
        );
        let branches = [rounded(14), sixteen, other].map(|candidate| {
            Template::document([
                ("case", reads_back(double, power, scaled, &candidate)),
                ("then", candidate),
            ])
        });
        unary(
            "$switch",
            Template::document([
                ("branches", Template::array(branches)),
                ("default", rounded(16)),
            ]),
        )
    })
}

/// Whether a mantissa is nearer to the double than to any other: moved a little further away it
/// still reads back as the same. One that is right in the middle does not count.
fn reads_back(
    double: &Template,
    power: &Template,
    scaled: &Template,
    mantissa: &Template,
) -> Template {
    let away = call(
        "$multiply",
        [
            call("$subtract", [mantissa.clone(), scaled.clone()]),
            decimal(1, -12),
        ],
    );
    let moved = call(
        "$multiply",
        [call("$add", [mantissa.clone(), away]), power.clone()],
    );
    // Beyond the largest double it is none.
    let read = unary(
        "$convert",
        Template::document([
            ("input", moved),
            ("to", Template::from("double")),
            ("onError", Template::null()),
        ]),
    );
    call("$eq", [read, double.clone()])
}

/// Mantissa and exponent as text: plain from 0.0001 up to 15 digits before the point.
fn written(mantissa: &Template, exponent: &Template, variable: &impl Fn() -> String) -> Template {
    let carried = || call("$gte", [unary("$abs", mantissa.clone()), int(10)]);
    let digit = cond(
        carried(),
        call("$divide", [mantissa.clone(), int(10)]),
        mantissa.clone(),
    );
    let power = cond(
        carried(),
        call("$add", [exponent.clone(), int(1)]),
        exponent.clone(),
    );
    bind_always(&variable(), digit, |digit| {
        bind_always(&variable(), power, |power| {
            let is_plain = call(
                "$and",
                [
                    call("$gte", [power.clone(), int(-4)]),
                    call("$lt", [power.clone(), int(15)]),
                ],
            );
            let plain = call("$multiply", [digit.clone(), power_of_ten(power.clone())]);
            let size = || unary("$abs", power.clone());
            let sign = cond(
                call("$lt", [power.clone(), int(0)]),
                Template::from("e-"),
                Template::from("e+"),
            );
            let zero = cond(
                call("$lt", [size(), int(10)]),
                Template::from("0"),
                Template::from(""),
            );
            let scientific = call(
                "$concat",
                [
                    without_zeros(unary("$toString", digit)),
                    sign,
                    zero,
                    unary("$toString", size()),
                ],
            );
            cond(
                is_plain,
                without_zeros(unary("$toString", plain)),
                scientific,
            )
        })
    })
}

/// A number with a point, without the zeros at its end.
fn without_zeros(text: Template) -> Template {
    let trimmed = |input: Template, characters: &str| {
        unary(
            "$rtrim",
            Template::document([("input", input), ("chars", Template::from(characters))]),
        )
    };
    trimmed(trimmed(text, "0"), ".")
}

/// A coefficient times ten to the power of an exponent.
fn decimal(coefficient: u64, exponent: i32) -> Template {
    const BIAS: i32 = 6176;
    let biased = u128::from((BIAS.saturating_add(exponent)).unsigned_abs());
    Template::Value(Value::Decimal128(
        ((biased << 113) | u128::from(coefficient)).to_le_bytes(),
    ))
}
