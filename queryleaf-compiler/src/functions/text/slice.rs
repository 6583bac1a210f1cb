//! Parts of a text by position.

use super::super::argument::{constant_integer, constant_text, expression, opaque, operand, whole};
use super::TO_THE_END;
use crate::lower::LoweredArgument;
use crate::lower::operators::{call, cond, int, raise};
use queryleaf_plan::Template;

/// `substring(text, from, length)`: the characters whose positions, counted from 1, are at least
/// `from` and less than `from + length`. Positions before the first are counted but empty.
pub(super) fn substring(arguments: &[LoweredArgument<'_>]) -> Template {
    let text = operand(arguments, 0);
    let from = operand(arguments, 1);
    let constant_from = constant_integer(expression(arguments, 1));
    if arguments.len() < 3 {
        return call(
            "$substrCP",
            [text, index_of(from, constant_from), TO_THE_END],
        );
    }
    let length = operand(arguments, 2);
    let constant_length = constant_integer(expression(arguments, 2));
    let count = match (constant_from, constant_length) {
        // The server refuses a negative length with an error, as PostgreSQL does.
        (Some(from), _) if from >= 1 => length,
        (Some(from), Some(length)) if length >= 0 => {
            whole(length.saturating_add(from).saturating_sub(1).max(0))
        }
        (_, Some(length)) if length >= 0 => reaching_from(from.clone(), whole(length)),
        (_, Some(_)) => length,
        (_, None) => cond(
            call("$lt", [length.clone(), int(0)]),
            length.clone(),
            reaching_from(from.clone(), length),
        ),
    };
    call("$substrCP", [text, index_of(from, constant_from), count])
}

/// The index, counted from 0, at which a substring from this position starts.
fn index_of(from: Template, constant_from: Option<i64>) -> Template {
    match constant_from {
        Some(from) => whole(from.saturating_sub(1).max(0)),
        None => call("$max", [int(0), call("$subtract", [from, int(1)])]),
    }
}

/// How many of `length` positions starting at `from` are not before the first character.
fn reaching_from(from: Template, length: Template) -> Template {
    let before = call("$min", [int(0), call("$subtract", [from, int(1)])]);
    call("$max", [int(0), call("$add", [length, before])])
}

/// `left(text, count)`: a negative count leaves out so many characters at the end.
pub(super) fn left(arguments: &[LoweredArgument<'_>]) -> Template {
    let text = operand(arguments, 0);
    let count = operand(arguments, 1);
    let all_but = |count: Template| {
        let length = call("$strLenCP", [text.clone()]);
        call("$max", [int(0), call("$add", [length, count])])
    };
    let count = match constant_integer(expression(arguments, 1)) {
        Some(constant) if constant >= 0 => count,
        Some(_) => all_but(count),
        None => cond(
            call("$gte", [count.clone(), int(0)]),
            count.clone(),
            all_but(count),
        ),
    };
    call("$substrCP", [text.clone(), int(0), count])
}

/// `right(text, count)`: a negative count leaves out so many characters at the start.
pub(super) fn right(arguments: &[LoweredArgument<'_>]) -> Template {
    let text = operand(arguments, 0);
    let count = operand(arguments, 1);
    let length = || call("$strLenCP", [text.clone()]);
    let last = |count: Template| call("$max", [int(0), call("$subtract", [length(), count])]);
    let start = match constant_integer(expression(arguments, 1)) {
        Some(count) if count < 0 => whole(count.saturating_neg()),
        Some(_) => last(count),
        None => cond(
            call("$gte", [count.clone(), int(0)]),
            last(count.clone()),
            call("$multiply", [count, int(-1)]),
        ),
    };
    call("$substrCP", [text.clone(), start, TO_THE_END])
}

/// `overlay(text, replacement, from, length)`: the length is the replacement's unless it is given.
pub(super) fn overlay(arguments: &[LoweredArgument<'_>]) -> Template {
    let text = operand(arguments, 0);
    let replacement = operand(arguments, 1);
    let before = match constant_integer(expression(arguments, 2)) {
        Some(from) => whole(from.saturating_sub(1)),
        None => call("$subtract", [operand(arguments, 2), int(1)]),
    };
    let length = if arguments.len() < 4 {
        call("$strLenCP", [replacement.clone()])
    } else {
        operand(arguments, 3)
    };
    let after = call("$max", [int(0), call("$add", [before.clone(), length])]);
    call(
        "$concat",
        [
            call("$substrCP", [text.clone(), int(0), before]),
            replacement,
            call("$substrCP", [text, after, TO_THE_END]),
        ],
    )
}

/// `split_part(text, delimiter, number)`: numbers below 0 count from the end; a part that does not
/// exist is empty.
pub(super) fn split_part(arguments: &[LoweredArgument<'_>]) -> Template {
    parts(arguments, |parts| {
        let part = match constant_integer(expression(arguments, 2)) {
            Some(number) if number > 0 => {
                call("$arrayElemAt", [parts, whole(number.saturating_sub(1))])
            }
            Some(number) if number < 0 => call("$arrayElemAt", [parts, whole(number)]),
            _ => opaque("number", operand(arguments, 2), |number| {
                call("$arrayElemAt", [parts, index_of_part(number)])
            }),
        };
        call("$ifNull", [part, Template::string("")])
    })
}

fn parts(arguments: &[LoweredArgument<'_>], body: impl FnOnce(Template) -> Template) -> Template {
    let text = operand(arguments, 0);
    let delimiter = operand(arguments, 1);
    match constant_text(expression(arguments, 1)) {
        Some("") => body(Template::array([text])),
        Some(_) => body(call("$split", [text, delimiter])),
        None => opaque("delimiter", delimiter, |delimiter| {
            body(cond(
                call("$eq", [delimiter.clone(), Template::string("")]),
                Template::array([text.clone()]),
                call("$split", [text, delimiter]),
            ))
        }),
    }
}

fn index_of_part(number: Template) -> Template {
    cond(
        call("$gt", [number.clone(), int(0)]),
        call("$subtract", [number.clone(), int(1)]),
        cond(
            call("$lt", [number.clone(), int(0)]),
            number.clone(),
            raise("split_part: the number of a part cannot be 0", number),
        ),
    )
}
