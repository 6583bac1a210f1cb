//! Conversions to text, as PostgreSQL writes values.

use super::super::super::Scope;
use super::super::super::operators::{bind, bind_always, call, cond, int, raise, unary};
use super::super::operand::Surroundings;
use super::super::value;
use super::double::{Notation, double_text};
use crate::plan::{Expression, Scale};
use crate::types::{EnumType, StoredVariant, Type};
use queryleaf_plan::{Template, Value};

/// A value as text; `None` where PostgreSQL's text is out of reach.
pub(super) fn text(operand: &Expression, from: &Type, scope: &Scope) -> Option<Template> {
    match from {
        Type::Boolean | Type::Integer | Type::Bigint | Type::ObjectId => {
            Some(unary("$toString", value(operand, scope)))
        }
        Type::Enum(reference) => Some(variant(value(operand, scope), &reference.definition)),
        Type::Double => Some(guarded(operand, scope, |number| {
            double_text(number, Notation::Scientific, scope)
        })),
        Type::Numeric => {
            let number = value(operand, scope);
            let number = match scope.scales().scale(operand) {
                Scale::Same => number,
                Scale::Rounded(scale) => call("$round", [number, int(scale)]),
                Scale::Unknown => return None,
            };
            Some(decimal_text(number, scope))
        }
        Type::Json => Some(json_text(value(operand, scope), scope)),
        _ => None,
    }
}

fn guarded(
    operand: &Expression,
    scope: &Scope,
    write: impl FnOnce(Template) -> Template,
) -> Template {
    let mut surroundings = Surroundings::default();
    let operand = surroundings.operand(operand, true, scope);
    let value = surroundings.bound(operand.value, scope);
    let written = write(value);
    let result = if operand.not_null.is_empty() {
        written
    } else {
        cond(
            super::super::logic::conjunction(operand.not_null),
            written,
            Template::null(),
        )
    };
    surroundings.around(result, Template::null())
}

/// The name of an enum's variant by what is stored.
fn variant(stored: Template, definition: &EnumType) -> Template {
    let branches = definition.variants.iter().map(|variant| {
        let value = match &variant.stored {
            StoredVariant::Text(text) => super::super::super::operators::text(text),
            StoredVariant::Integer(value) => {
                i32::try_from(*value).map_or(Template::from(*value), Template::from)
            }
        };
        Template::document([
            ("case", call("$eq", [stored.clone(), value])),
            ("then", super::super::super::operators::text(&variant.name)),
        ])
    });
    unary(
        "$switch",
        Template::document([
            ("branches", Template::array(branches)),
            ("default", Template::null()),
        ]),
    )
}

/// A decimal without an exponent; null for null.
pub(super) fn decimal_text(number: Template, scope: &Scope) -> Template {
    let (number_name, text_name) = (scope.variable(), scope.variable());
    // Plus zero: no minus before a zero, and no exponent where the digits suffice without.
    let number = call("$add", [number, Template::Value(Value::Decimal128(ZERO))]);
    bind_always(&number_name, number, |number| {
        bind_always(&text_name, unary("$toString", number.clone()), |text| {
            let place = call("$indexOfCP", [text.clone(), Template::from("E")]);
            cond(
                call("$gt", [place, int(0)]),
                small_decimal_text(&number),
                text,
            )
        })
    })
}

const ZERO: [u8; 16] = ((6176_u128) << 113).to_le_bytes();

/// A decimal that the server writes with a negative exponent: the digits of one more than it.
fn small_decimal_text(number: &Template) -> Template {
    let size = || unary("$abs", number.clone());
    let one_more = || call("$add", [size(), int(1)]);
    let is_exact = call(
        "$and",
        [
            call("$lt", [size(), int(1)]),
            call("$eq", [call("$subtract", [one_more(), int(1)]), size()]),
        ],
    );
    let sign = cond(
        call("$lt", [number.clone(), int(0)]),
        Template::from("-"),
        Template::from(""),
    );
    let digits = call(
        "$substrCP",
        [unary("$toString", one_more()), int(1), int(64)],
    );
    cond(
        is_exact,
        call("$concat", [sign, Template::from("0"), digits]),
        raise("a numeric is too long for a text: ", number.clone()),
    )
}

/// What a document holds as `->>` writes it: a text as it is, other values as JSON. Documents and
/// arrays are beyond the server.
fn json_text(json: Template, scope: &Scope) -> Template {
    let name = scope.variable();
    bind(&name, json, |json| {
        let kind = || unary("$type", json.clone());
        let is = |name: &str| call("$eq", [kind(), Template::from(name)]);
        let is_one_of = |names: &[&str]| {
            let names = Template::array(names.iter().map(|name| Template::from(*name)));
            call("$in", [kind(), names])
        };
        let branch =
            |case: Template, then: Template| Template::document([("case", case), ("then", then)]);
        unary(
            "$switch",
            Template::document([
                (
                    "branches",
                    Template::array([
                        branch(is("string"), json.clone()),
                        branch(is_one_of(&["null", "missing"]), Template::null()),
                        branch(
                            is_one_of(&["int", "long", "bool", "objectId"]),
                            unary("$toString", json.clone()),
                        ),
                        branch(
                            is("double"),
                            double_text(json.clone(), Notation::Plain, scope),
                        ),
                        branch(is("decimal"), decimal_text(json.clone(), scope)),
                    ]),
                ),
                (
                    "default",
                    raise("a jsonb value cannot be written as text: ", kind()),
                ),
            ]),
        )
    })
}
