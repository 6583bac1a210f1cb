//! Finding, replacing and splitting.

use super::super::argument::{
    constant_length, constant_text, expression, is_constant_null, is_nullable, opaque, operand,
};
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, call, cond, int, is_null, unary};
use queryleaf_plan::Template;

/// The position of a part, counted from 1; 0 where there is none.
pub(super) fn position(text: Template, part: Template) -> Template {
    call("$add", [call("$indexOfCP", [text, part]), int(1)])
}

/// Whether a text holds a part.
pub(super) fn contains(text: Template, part: Template) -> Template {
    call("$gte", [call("$indexOfCP", [text, part]), int(0)])
}

/// `starts_with(text, prefix)`: compares the start instead of searching the whole text.
pub(super) fn starts_with(arguments: &[LoweredArgument<'_>]) -> Template {
    let prefix = operand(arguments, 1);
    let length = constant_length(expression(arguments, 1))
        .unwrap_or_else(|| unary("$strLenCP", prefix.clone()));
    let start = call("$substrCP", [operand(arguments, 0), int(0), length]);
    call("$eq", [start, prefix])
}

/// `replace(text, part, replacement)`: an empty part is found nowhere, while the server finds it
/// everywhere.
pub(super) fn replace(arguments: &[LoweredArgument<'_>]) -> Template {
    let text = operand(arguments, 0);
    let part = operand(arguments, 1);
    let replaced = |text: Template| {
        unary(
            "$replaceAll",
            Template::document([
                ("input", text),
                ("find", part.clone()),
                ("replacement", operand(arguments, 2)),
            ]),
        )
    };
    match constant_text(expression(arguments, 1)) {
        Some("") => text,
        Some(_) => replaced(text),
        None => cond(
            call("$eq", [part.clone(), Template::string("")]),
            text.clone(),
            replaced(text),
        ),
    }
}

/// `translate(text, characters, replacements)`: each character that is among `characters` becomes
/// the one at the same place in `replacements`, or nothing where those are fewer.
pub(super) fn translate(arguments: &[LoweredArgument<'_>]) -> Template {
    let character = || Template::string("$$this.match");
    let place = call("$indexOfCP", [operand(arguments, 1), character()]);
    let translated = bind("place", place, |place| {
        cond(
            call("$lt", [place.clone(), int(0)]),
            character(),
            call("$substrCP", [operand(arguments, 2), place, int(1)]),
        )
    });
    join(
        matches_of_characters(operand(arguments, 0)),
        call("$concat", [Template::string("$$value"), translated]),
    )
}

/// `btrim(text, characters)` and its one-sided kin: spaces unless characters are given.
pub(super) fn trim(operator: &str, arguments: &[LoweredArgument<'_>]) -> Template {
    let characters = if arguments.len() < 2 {
        Template::string(" ")
    } else {
        operand(arguments, 1)
    };
    unary(
        operator,
        Template::document([("input", operand(arguments, 0)), ("chars", characters)]),
    )
}

/// `string_to_array(text, delimiter, null)`: no parts of an empty text, one part where the
/// delimiter is empty, the characters where it is `NULL`; parts equal to the last argument become
/// `NULL`.
pub(super) fn to_array(arguments: &[LoweredArgument<'_>]) -> Template {
    let parts = parts(arguments);
    if arguments.len() < 3 || is_constant_null(expression(arguments, 2)) {
        return parts;
    }
    bind("nothing", operand(arguments, 2), |nothing| {
        let part = Template::string("$$this");
        let replaced = cond(call("$eq", [part.clone(), nothing]), Template::null(), part);
        unary(
            "$map",
            Template::document([("input", parts), ("in", replaced)]),
        )
    })
}

fn parts(arguments: &[LoweredArgument<'_>]) -> Template {
    let text = operand(arguments, 0);
    if is_constant_null(expression(arguments, 1)) {
        return characters(text);
    }
    let is_empty = |text: Template| call("$eq", [text, Template::string("")]);
    let unless_empty = |parts: Template| cond(is_empty(text.clone()), Template::array([]), parts);
    let whole = Template::array([text.clone()]);
    match constant_text(expression(arguments, 1)) {
        Some("") => unless_empty(whole),
        Some(_) => unless_empty(call("$split", [text.clone(), operand(arguments, 1)])),
        None => opaque("delimiter", operand(arguments, 1), |delimiter| {
            let split = cond(
                is_empty(delimiter.clone()),
                whole,
                call("$split", [text.clone(), delimiter.clone()]),
            );
            unless_empty(if is_nullable(arguments, 1) {
                cond(is_null(delimiter), characters(text.clone()), split)
            } else {
                split
            })
        }),
    }
}

/// The characters of a text, as an array.
fn characters(text: Template) -> Template {
    unary(
        "$let",
        Template::document([
            (
                "vars",
                Template::entry("found", matches_of_characters(text)),
            ),
            ("in", Template::string("$$found.match")),
        ]),
    )
}

/// The characters of a text, each as the `match` of a document.
pub(super) fn matches_of_characters(text: Template) -> Template {
    unary(
        "$regexFindAll",
        Template::document([
            ("input", text),
            ("regex", Template::string(".")),
            ("options", Template::string("s")),
        ]),
    )
}

/// One text out of the items of an array.
pub(super) fn join(items: Template, step: Template) -> Template {
    unary(
        "$reduce",
        Template::document([
            ("input", items),
            ("initialValue", Template::string("")),
            ("in", step),
        ]),
    )
}
