//! Conversions from text and from what a document holds: read when the query runs, with an error on
//! the server where PostgreSQL has one.

use super::super::super::Scope;
use super::super::super::operators::{bind_always, call, cond, int, raise, unary};
use super::super::operand::Surroundings;
use super::super::value;
use crate::plan::Expression;
use crate::types::Type;
use queryleaf_plan::{Template, Value};

/// What PostgreSQL passes over at both ends of a number or a boolean.
const SPACES: &str = " \t\n\u{b}\u{c}\r";

const TRUE_WORDS: &[&str] = &["t", "tr", "tru", "true", "y", "ye", "yes", "on", "1"];
const FALSE_WORDS: &[&str] = &[
    "f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0",
];

/// A text as a value of another type; `None` where the server cannot read it.
pub(super) fn text(operand: &Expression, to: &Type, scope: &Scope) -> Option<Template> {
    let conversion = match to {
        Type::Integer => "$toInt",
        Type::Bigint => "$toLong",
        Type::Double => "$toDouble",
        Type::ObjectId => "$toObjectId",
        Type::Numeric => return Some(guarded(operand, scope, numeric)),
        Type::Boolean => {
            return Some(guarded(operand, scope, |text| {
                boolean(text, &scope.variable())
            }));
        }
        _ => return None,
    };
    Some(unary(conversion, trimmed(value(operand, scope))))
}

/// What `read` makes of the operand, or null.
fn guarded(
    operand: &Expression,
    scope: &Scope,
    read: impl FnOnce(Template) -> Template,
) -> Template {
    let mut surroundings = Surroundings::default();
    let operand = surroundings.operand(operand, true, scope);
    let value = surroundings.bound(operand.value, scope);
    let read = read(value);
    let result = if operand.not_null.is_empty() {
        read
    } else {
        cond(
            super::super::logic::conjunction(operand.not_null),
            read,
            Template::null(),
        )
    };
    surroundings.around(result, Template::null())
}

fn trimmed(text: Template) -> Template {
    unary(
        "$trim",
        Template::document([("input", text), ("chars", Template::from(SPACES))]),
    )
}

/// A decimal; the server would round one of more digits than it has room for.
fn numeric(text: Template) -> Template {
    let too_long = unary(
        "$regexMatch",
        Template::document([
            ("input", text.clone()),
            ("regex", Template::from("[1-9](?:\\.?[0-9]){34}")),
        ]),
    );
    cond(
        too_long,
        raise("a numeric has more than 34 digits: ", text.clone()),
        unary("$toDecimal", trimmed(text)),
    )
}

fn boolean(text: Template, name: &str) -> Template {
    let word = unary("$toLower", trimmed(text.clone()));
    bind_always(name, word, |word| {
        let is_one_of = |words: &[&str]| {
            let words = Template::array(words.iter().map(|word| Template::from(*word)));
            call("$in", [word.clone(), words])
        };
        unary(
            "$switch",
            Template::document([
                (
                    "branches",
                    Template::array([
                        branch(is_one_of(TRUE_WORDS), Template::from(true)),
                        branch(is_one_of(FALSE_WORDS), Template::from(false)),
                    ]),
                ),
                ("default", raise("no boolean: ", text)),
            ]),
        )
    })
}

fn branch(case: Template, then: Template) -> Template {
    Template::document([("case", case), ("then", then)])
}

/// What a document holds as a value of a type: a number as another number, a boolean as it is.
/// Anything else is an error on the server.
pub(super) fn json(operand: &Expression, to: &Type, scope: &Scope) -> Option<Template> {
    let is_number = |value: Template| unary("$isNumber", value);
    let of_type =
        |value: Template, name: &str| call("$eq", [unary("$type", value), Template::from(name)]);
    let (is_right, converted): (_, &dyn Fn(Template) -> Template) = match to {
        Type::Boolean => (of_type(json_value(), "bool"), &|value| value),
        Type::Double => (is_number(json_value()), &|value| unary("$toDouble", value)),
        Type::Numeric => (is_number(json_value()), &|value| unary("$toDecimal", value)),
        Type::Integer => (is_number(json_value()), &|value| rounded("$toInt", value)),
        Type::Bigint => (is_number(json_value()), &|value| rounded("$toLong", value)),
        _ => return None,
    };
    let value = value(operand, scope);
    let body = unary(
        "$switch",
        Template::document([
            (
                "branches",
                Template::array([
                    branch(
                        call("$lte", [json_value(), Template::null()]),
                        Template::null(),
                    ),
                    branch(is_right, converted(json_value())),
                ]),
            ),
            (
                "default",
                raise(
                    "a jsonb value is of another type: ",
                    unary("$type", json_value()),
                ),
            ),
        ]),
    );
    Some(bind_always("json", value, |_| body))
}

fn json_value() -> Template {
    Template::string("$$json")
}

/// The number of a document, which is a `numeric` to PostgreSQL, rounded half away from zero.
fn rounded(to_integer: &str, number: Template) -> Template {
    let half = cond(
        call("$lt", [number.clone(), int(0)]),
        Template::Value(Value::Double(-0.5)),
        Template::Value(Value::Double(0.5)),
    );
    unary(
        to_integer,
        call("$add", [unary("$toDecimal", number), half]),
    )
}
