//! Texts put together from others.

use super::super::argument::{
    constant_integer, constant_length, constant_text, expression, is_constant_null, operand,
};
use super::TO_THE_END;
use super::search::{join, matches_of_characters};
use crate::lower::LoweredArgument;
use crate::lower::operators::{self, call, int, unary};
use crate::types::Type;
use queryleaf_plan::Template;

/// `a || b`. The server's operator is null when an operand is, as SQL's; a chain is one call.
pub(super) fn append(arguments: &[LoweredArgument<'_>]) -> Template {
    let mut operands = Vec::new();
    for argument in arguments {
        let value = argument.value.clone();
        if argument.expression.ty == Type::Boolean {
            operands.push(unary("$toString", value));
            continue;
        }
        match value {
            Template::Document(entries) => match <[(String, Template); 1]>::try_from(entries) {
                Ok([(name, Template::Array(inner))]) if name == "$concat" => operands.extend(inner),
                Ok(entry) => operands.push(Template::Document(entry.into())),
                Err(entries) => operands.push(Template::Document(entries)),
            },
            value => operands.push(value),
        }
    }
    concatenation(operands)
}

/// `concat(a, ..)`: what is `NULL` is left out.
pub(super) fn concat(arguments: &[LoweredArgument<'_>]) -> Template {
    let texts = written(arguments).map(|item| match item.nullable {
        true => or_empty(item.text),
        false => item.text,
    });
    concatenation(texts.collect())
}

/// `concat_ws(separator, a, ..)`: what is `NULL` is left out, with its separator.
///
/// Where one of the texts is always there, those before it bring the separator behind them, those
/// after it the separator before them; `$concat` is null, and so left out, when the text is. Where
/// each may be missing, all bring the separator before them, and the first one is cut off.
pub(super) fn concat_with_separator(arguments: &[LoweredArgument<'_>]) -> Template {
    let separator = operand(arguments, 0);
    let items: Vec<Written> = written(arguments.get(1..).unwrap_or(&[])).collect();
    let after = |text: Template| or_empty(call("$concat", [separator.clone(), text]));
    let Some(anchor) = items.iter().position(|item| !item.nullable) else {
        if items.is_empty() {
            return Template::string("");
        }
        let all = concatenation(items.into_iter().map(|item| after(item.text)).collect());
        let length = constant_length(expression(arguments, 0))
            .unwrap_or_else(|| unary("$strLenCP", separator.clone()));
        return call("$substrCP", [all, length, TO_THE_END]);
    };
    let mut operands = Vec::new();
    for (number, item) in items.into_iter().enumerate() {
        if number < anchor {
            operands.push(or_empty(call("$concat", [item.text, separator.clone()])));
        } else if number == anchor {
            operands.push(item.text);
        } else if item.nullable {
            operands.push(after(item.text));
        } else {
            operands.extend([separator.clone(), item.text]);
        }
    }
    concatenation(operands)
}

/// An argument as text.
pub(super) struct Written {
    pub(super) text: Template,
    pub(super) nullable: bool,
}

/// The arguments as text, without those that are the word `NULL`. A boolean is written as `t` or
/// `f`, which is what PostgreSQL's `concat` does.
pub(super) fn written(arguments: &[LoweredArgument<'_>]) -> impl Iterator<Item = Written> {
    let given = arguments
        .iter()
        .filter(|argument| !is_constant_null(Some(argument.expression)));
    given.map(|argument| {
        let value = argument.value.clone();
        let text = if argument.expression.ty == Type::Boolean {
            let letters = Template::array([Template::string("f"), Template::string("t")]);
            call("$arrayElemAt", [letters, unary("$toInt", value)])
        } else {
            value
        };
        Written {
            text,
            nullable: argument.expression.nullable,
        }
    })
}

pub(super) fn or_empty(text: Template) -> Template {
    call("$ifNull", [text, Template::string("")])
}

/// The texts one after the other.
pub(super) fn concatenation(operands: Vec<Template>) -> Template {
    match <[Template; 1]>::try_from(operands) {
        Ok([only]) => only,
        Err(operands) if operands.is_empty() => Template::string(""),
        Err(operands) => unary("$concat", Template::Array(operands)),
    }
}

/// The side on which a text is filled up.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Left,
    Right,
}

/// Fillings up to this length are written out.
pub(super) const LONGEST_FILLING: i64 = 200;

/// `lpad(text, length, fill)` and `rpad`: both cut off what is too long at its end.
pub(super) fn pad(arguments: &[LoweredArgument<'_>], side: Side) -> Template {
    let text = operand(arguments, 0);
    let length = operand(arguments, 1);
    let missing = call(
        "$subtract",
        [length.clone(), unary("$strLenCP", text.clone())],
    );
    let constant_length = constant_integer(expression(arguments, 1));
    let constant_fill = if arguments.len() < 3 {
        Some(" ")
    } else {
        constant_text(expression(arguments, 2))
    };
    let filling = match (constant_length, constant_fill) {
        (Some(..=0), _) => return Template::string(""),
        (_, Some("")) => Template::string(""),
        (Some(length @ 1..=LONGEST_FILLING), Some(fill)) => {
            let written: String = fill.chars().cycle().zip(0..length).map(|it| it.0).collect();
            first(operators::text(&written), missing)
        }
        (_, fill) => {
            let repeated = repeat(
                match fill {
                    Some(fill) => operators::text(fill),
                    None => operand(arguments, 2),
                },
                missing.clone(),
            );
            if fill.is_some_and(|fill| fill.chars().count() == 1) {
                repeated
            } else {
                first(repeated, missing)
            }
        }
    };
    let kept = match constant_length {
        Some(_) => call("$substrCP", [text, int(0), length]),
        None => first(text, length),
    };
    match side {
        Side::Left => call("$concat", [filling, kept]),
        Side::Right => call("$concat", [kept, filling]),
    }
}

/// So many characters from the start; none where the count is negative.
pub(super) fn first(text: Template, count: Template) -> Template {
    call("$substrCP", [text, int(0), call("$max", [int(0), count])])
}

/// `repeat(text, count)`: nothing where the count is negative.
pub(super) fn repeat(text: Template, count: Template) -> Template {
    join(
        call("$range", [int(0), count]),
        call("$concat", [Template::string("$$value"), text]),
    )
}

/// `reverse(text)`.
pub(super) fn reverse(text: Template) -> Template {
    join(
        matches_of_characters(text),
        call(
            "$concat",
            [
                Template::string("$$this.match"),
                Template::string("$$value"),
            ],
        ),
    )
}

/// `initcap(text)`: the text falls into runs of letters and digits and runs of other characters;
/// the first character of each becomes upper case, the others lower case.
pub(super) fn initial_capitals(text: Template) -> Template {
    let runs = unary(
        "$regexFindAll",
        Template::document([
            ("input", text),
            ("regex", Template::string("[A-Za-z0-9]+|[^A-Za-z0-9]+")),
        ]),
    );
    let run = || Template::string("$$this.match");
    let head = call("$substrCP", [run(), int(0), int(1)]);
    let tail = call("$substrCP", [run(), int(1), TO_THE_END]);
    join(
        runs,
        call(
            "$concat",
            [
                Template::string("$$value"),
                unary("$toUpper", head),
                unary("$toLower", tail),
            ],
        ),
    )
}
