//! Functions on arrays to aggregation expressions.

use super::super::argument::{
    constant_integer, constant_length, expression, is_constant_null, is_nullable, opaque, operand,
    whole,
};
use super::ArrayFunction;
use crate::lower::LoweredArgument;
use crate::lower::operators::{
    and, bind, call, cond, int, is_known_in_advance, is_null, or, raise, size, unary,
};
use crate::plan::ExpressionKind;
use crate::types::Type;
use queryleaf_plan::{Template, Value};

/// The aggregation expression of a call.
pub(in super::super) fn lower(
    function: ArrayFunction,
    arguments: &[LoweredArgument<'_>],
) -> Template {
    let first = || operand(arguments, 0);
    let second = || operand(arguments, 1);
    match function {
        ArrayFunction::Cardinality => size(first()),
        ArrayFunction::Length => unless_empty(first(), size(first())),
        ArrayFunction::LowerBound => unless_empty(first(), int(1)),
        ArrayFunction::Append => joined(or_empty(arguments, 0), Template::array([second()])),
        ArrayFunction::Prepend => joined(Template::array([first()]), or_empty(arguments, 1)),
        ArrayFunction::Concatenate => concatenate(arguments),
        ArrayFunction::Position => position(arguments),
        ArrayFunction::Positions => positions(arguments),
        ArrayFunction::Remove => bind("item", sought(arguments, 1), |item| {
            filter(first(), call("$ne", [this(), item]))
        }),
        ArrayFunction::Replace => bind("item", sought(arguments, 1), |item| {
            bind("replacement", operand(arguments, 2), |replacement| {
                let replaced = cond(call("$eq", [this(), item]), replacement, this());
                let entries = [("input", first()), ("in", replaced)];
                unary("$map", Template::document(entries))
            })
        }),
        ArrayFunction::ToText => written(arguments, first(), second(), this()),
        ArrayFunction::ToTextWithNull => to_text_with_null(arguments),
        ArrayFunction::Contains => is_subset(
            list(arguments, 1),
            may_hold_null(arguments, 1),
            list(arguments, 0),
        ),
        ArrayFunction::ContainedIn => is_subset(
            list(arguments, 0),
            may_hold_null(arguments, 0),
            list(arguments, 1),
        ),
        ArrayFunction::Overlaps => overlaps(arguments),
        ArrayFunction::Series => series(arguments),
        ArrayFunction::Slice => slice(first(), second(), operand(arguments, 2)),
        ArrayFunction::Fill => fill(arguments),
        ArrayFunction::Trim => trim(first(), second()),
        ArrayFunction::Dimensions => unless_empty(first(), int(1)),
        ArrayFunction::DimensionsText => bind("array", first(), |array| {
            let length = unary("$toString", size(array.clone()));
            let dimensions = call(
                "$concat",
                [Template::string("[1:"), length, Template::string("]")],
            );
            unless_empty(array, dimensions)
        }),
        ArrayFunction::Has => call("$in", [second(), first()]),
    }
}

/// `array[low:high]`: what is beyond the ends is left out.
fn slice(array: Template, low: Template, high: Template) -> Template {
    bind("array", array, |array| {
        let start = call("$max", [low, int(1)]);
        bind("start", start, |start| {
            let end = call("$min", [high, size(array.clone())]);
            let before = call("$subtract", [start, int(1)]);
            bind("count", call("$subtract", [end, before.clone()]), |count| {
                let is_empty = call("$lt", [count.clone(), int(1)]);
                // The count must be positive also where the slice is not wanted.
                let some = call("$max", [count, int(1)]);
                cond(is_empty, empty(), call("$slice", [array, before, some]))
            })
        })
    })
}

/// `array_fill(value, ARRAY[count])`: a count that is `NULL` or negative is an error.
fn fill(arguments: &[LoweredArgument<'_>]) -> Template {
    let items = |value: Template, count: Template| {
        let range = call("$range", [int(0), count]);
        unary(
            "$map",
            Template::document([("input", range), ("in", value)]),
        )
    };
    let value = operand(arguments, 0);
    if let Some(count @ 0..) = constant_integer(expression(arguments, 1)) {
        return bind("value", value, |value| items(value, whole(count)));
    }
    opaque("count", operand(arguments, 1), |count| {
        // Null sorts before every number.
        let is_wrong = call("$lt", [count.clone(), int(0)]);
        let message = "array_fill: the number of items is NULL or negative";
        let failure = raise(message, unary("$type", count.clone()));
        let items = bind("value", value, |value| items(value, count));
        cond(is_wrong, failure, items)
    })
}

/// `trim_array(array, count)`: without so many items at the end.
fn trim(array: Template, count: Template) -> Template {
    opaque("array", array, |array| {
        bind("trimmed", count, |count| {
            let length = size(array.clone());
            let wrong = or(vec![
                call("$lt", [count.clone(), int(0)]),
                call("$gt", [count.clone(), length.clone()]),
            ]);
            let is_empty = call("$eq", [count.clone(), length.clone()]);
            let failure = raise("trim_array: more items than there are: ", length.clone());
            let rest = call("$max", [call("$subtract", [length, count]), int(1)]);
            let rest = cond(is_empty, empty(), call("$slice", [array, int(0), rest]));
            cond(wrong, failure, rest)
        })
    })
}

/// The last number is one of the series, unlike that of `$range`. A `NULL` makes it empty.
fn series(arguments: &[LoweredArgument<'_>]) -> Template {
    // The server computes what is constant beforehand, and `$range` of null is an error there.
    let [start, stop, step] = [0, 1, 2].map(|number| {
        let value = operand(arguments, number);
        if is_nullable(arguments, number) {
            call("$ifNull", [value, int(1)])
        } else {
            value
        }
    });
    let constant =
        |number: usize| constant_integer(arguments.get(number).map(|argument| argument.expression));
    let one_beyond = constant(2).map(|step| if step < 0 { -1 } else { 1 });
    let known_end = one_beyond.zip(constant(1)).and_then(|(one, stop)| {
        let end = stop.checked_add(i64::from(one))?;
        i32::try_from(end).ok()
    });
    let nulls = [0, 1, 2]
        .into_iter()
        .filter(|number| is_nullable(arguments, *number))
        .map(|number| is_null(operand(arguments, number)))
        .collect::<Vec<_>>();
    let end = known_end.map(int).unwrap_or_else(|| {
        let beyond = one_beyond
            .map(int)
            .unwrap_or_else(|| cond(call("$lt", [step.clone(), int(0)]), int(-1), int(1)));
        call("$add", [stop, beyond])
    });
    let range = call("$range", [start, end, step]);
    if nulls.is_empty() {
        range
    } else {
        cond(or(nulls), empty(), range)
    }
}

fn this() -> Template {
    Template::string("$$this")
}

fn empty() -> Template {
    Template::array([])
}

/// The server's `[]` has length 0, PostgreSQL's has no dimensions.
fn unless_empty(array: Template, value: Template) -> Template {
    cond(call("$eq", [array, empty()]), Template::null(), value)
}

fn or_empty(arguments: &[LoweredArgument<'_>], number: usize) -> Template {
    let array = operand(arguments, number);
    if is_nullable(arguments, number) {
        call("$ifNull", [array, empty()])
    } else {
        array
    }
}

fn joined(left: Template, right: Template) -> Template {
    call("$concatArrays", [left, right])
}

/// `a || b`: an array that is `NULL` adds nothing, unless both are.
fn concatenate(arguments: &[LoweredArgument<'_>]) -> Template {
    let given = |number: usize| !is_constant_null(expression(arguments, number));
    match (given(0), given(1)) {
        (false, _) => return operand(arguments, 1),
        (_, false) => return operand(arguments, 0),
        _ => {}
    }
    if !(is_nullable(arguments, 0) && is_nullable(arguments, 1)) {
        return joined(or_empty(arguments, 0), or_empty(arguments, 1));
    }
    bind("left", operand(arguments, 0), |left| {
        bind("right", operand(arguments, 1), |right| {
            // Where one is null, the other is the result, and null if it is null too.
            let both = joined(left.clone(), right.clone());
            call("$ifNull", [both, left, right, Template::null()])
        })
    })
}

/// An item to look for. A missing one is null, as the items of arrays are.
fn sought(arguments: &[LoweredArgument<'_>], number: usize) -> Template {
    let item = operand(arguments, number);
    if is_nullable(arguments, number) {
        call("$ifNull", [item, Template::null()])
    } else {
        item
    }
}

/// `array_position(array, item, start)`: `NULL` where the item is not there.
fn position(arguments: &[LoweredArgument<'_>]) -> Template {
    let mut operands = vec![operand(arguments, 0), sought(arguments, 1)];
    if let Some(start) = constant_integer(expression(arguments, 2)) {
        operands.push(whole(start.saturating_sub(1).max(0)));
    }
    let index = unary("$indexOfArray", Template::Array(operands));
    bind("index", index, |index| {
        cond(
            call("$gte", [index.clone(), int(0)]),
            call("$add", [index, int(1)]),
            Template::null(),
        )
    })
}

/// `array_positions(array, item)`.
fn positions(arguments: &[LoweredArgument<'_>]) -> Template {
    let array = operand(arguments, 0);
    bind("item", sought(arguments, 1), |item| {
        let past_the_end = call("$add", [size(array.clone()), int(1)]);
        let index = call("$subtract", [this(), int(1)]);
        filter(
            call("$range", [int(1), past_the_end]),
            call("$eq", [call("$arrayElemAt", [array, index]), item]),
        )
    })
}

fn filter(input: Template, condition: Template) -> Template {
    unary(
        "$filter",
        Template::document([("input", input), ("cond", condition)]),
    )
}

/// `array_to_string(array, separator)`: each item brings the separator before it, a null one
/// nothing, and the first separator is cut off.
fn written(
    arguments: &[LoweredArgument<'_>],
    array: Template,
    separator: Template,
    item: Template,
) -> Template {
    let length = constant_length(expression(arguments, 1))
        .unwrap_or_else(|| unary("$strLenCP", separator.clone()));
    let item = if is_array_of(arguments, &Type::Boolean) && item == this() {
        letter(item)
    } else {
        item
    };
    let so_far = Template::string("$$value");
    let step = if may_hold_null(arguments, 0) {
        let addition = call("$concat", [separator, item]);
        let addition = call("$ifNull", [addition, Template::string("")]);
        call("$concat", [so_far, addition])
    } else {
        call("$concat", [so_far, separator, item])
    };
    let all = unary(
        "$reduce",
        Template::document([
            ("input", array),
            ("initialValue", Template::string("")),
            ("in", step),
        ]),
    );
    let to_the_end = Template::Value(Value::Int32(i32::MAX));
    call("$substrCP", [all, length, to_the_end])
}

/// `array_to_string(array, separator, null)`: the last argument stands for null items, unless it is
/// null itself.
fn to_text_with_null(arguments: &[LoweredArgument<'_>]) -> Template {
    bind("array", operand(arguments, 0), |array| {
        bind("separator", operand(arguments, 1), |separator| {
            bind("nothing", operand(arguments, 2), |nothing| {
                let item = if is_array_of(arguments, &Type::Boolean) {
                    letter(this())
                } else {
                    this()
                };
                let item = if may_hold_null(arguments, 0) {
                    call("$ifNull", [item, nothing])
                } else {
                    item
                };
                let guards = [(0, &array), (1, &separator)]
                    .into_iter()
                    .filter(|(number, _)| is_nullable(arguments, *number))
                    .map(|(_, value)| is_null(value.clone()))
                    .collect::<Vec<_>>();
                let text = written(arguments, array.clone(), separator, item);
                if guards.is_empty() {
                    text
                } else {
                    cond(or(guards), Template::null(), text)
                }
            })
        })
    })
}

/// A boolean as PostgreSQL writes it inside an array.
fn letter(boolean: Template) -> Template {
    let letters = Template::array([Template::string("f"), Template::string("t")]);
    call("$arrayElemAt", [letters, unary("$toInt", boolean)])
}

fn is_array_of(arguments: &[LoweredArgument<'_>], ty: &Type) -> bool {
    expression(arguments, 0)
        .is_some_and(|array| matches!(&array.ty, Type::Array(item) if item.ty == *ty))
}

fn may_hold_null(arguments: &[LoweredArgument<'_>], number: usize) -> bool {
    expression(arguments, number)
        .is_some_and(|array| matches!(&array.ty, Type::Array(item) if item.nullable))
}

/// Whether all items of one array are in another; a null one never is.
fn is_subset(items: Template, may_hold_null: bool, array: Template) -> Template {
    let subset = call("$setIsSubset", [items.clone(), array]);
    if may_hold_null {
        let has_null = call("$in", [Template::null(), items]);
        and(vec![subset, unary("$not", has_null)])
    } else {
        subset
    }
}

/// An array; empty where it is a constant that a parameter makes `NULL`, which the server would not take
/// even where the result is not wanted. A parameter alone has been looked at before.
fn list(arguments: &[LoweredArgument<'_>], number: usize) -> Template {
    let array = operand(arguments, number);
    let may_be_null = expression(arguments, number).is_some_and(|expression| {
        expression.nullable && !matches!(expression.kind, ExpressionKind::Parameter(_))
    });
    if may_be_null && is_known_in_advance(&array) {
        call("$ifNull", [array, empty()])
    } else {
        array
    }
}

/// Whether two arrays have an item in common; two nulls are none.
fn overlaps(arguments: &[LoweredArgument<'_>]) -> Template {
    let common = call(
        "$setIntersection",
        [operand(arguments, 0), operand(arguments, 1)],
    );
    let common = if may_hold_null(arguments, 0) && may_hold_null(arguments, 1) {
        let null = Template::array([Template::null()]);
        call("$setDifference", [common, null])
    } else {
        common
    };
    call("$ne", [common, empty()])
}
