//! What a field takes: the form in which a value is stored, and the checks that it passes before.

use super::content_type::taken;
use crate::analyze::is_implicit;
use crate::lower::operators::{and, bind, call, cond, is_not_null, is_null, or, raise, unary};
use crate::plan::{ColumnId, Expression, ExpressionKind, Target};
use crate::schema::{rules_of, written_limits};
use crate::types::{Limits, Type};
use queryleaf_plan::{Form, Rules, Template};

/// How a parameter is written into a field of this type and with these limits.
pub(super) fn stored(ty: &Type, limits: &Limits, nullable: bool) -> Form {
    match (rules_of(ty, limits), nullable) {
        (Rules::None, true) => Form::Plain,
        (rules, nullable) => Form::Stored {
            not_null: !nullable,
            rules,
        },
    }
}

/// A value that the server computes, in the form in which the field stores it, with an error in place
/// of one that the field does not take. `of` is where the value comes from, and `is_stored` tells of
/// a column whether its values are as a collection stores them.
pub(super) fn checked(
    value: Template,
    target: &Target,
    of: Option<&Expression>,
    is_stored: &dyn Fn(ColumnId) -> bool,
) -> Template {
    let checked = checked_value(value, target, of, is_stored);
    if target.absent && of.is_none_or(|of| of.nullable) {
        return call("$ifNull", [checked, Template::from("$$REMOVE")]);
    }
    checked
}

fn checked_value(
    value: Template,
    target: &Target,
    of: Option<&Expression>,
    is_stored: &dyn Fn(ColumnId) -> bool,
) -> Template {
    if of.is_some_and(|of| matches!(of.kind, ExpressionKind::Literal(_))) {
        // It has been looked at while the statement was compiled.
        return value;
    }
    let has_form = of.is_some_and(|of| has_stored_form(of, &target.ty, is_stored));
    let value = match has_form {
        true => value,
        false => stored_form(value, &target.ty),
    };
    let value = match !target.nullable && of.is_none_or(|of| of.nullable) {
        true => {
            let message = format!("a NULL for {}, which cannot be NULL", target.name());
            call("$ifNull", [value, fail(&message)])
        }
        false => value,
    };
    let value = match &target.ty {
        Type::Array(item) if !item.nullable && of.is_none_or(may_hold_null) => {
            without_nulls(value, target)
        }
        _ => value,
    };
    let value = taken(value, target);
    let Some(limits) = limits(target) else {
        return value;
    };
    bind("stored", value, |value| {
        let message = format!("a value out of the limits of {}", target.name());
        let exceeded = exceeded(&value, limits).into_iter();
        let exceeds = or(exceeded.map(|(exceeds, _)| exceeds).collect());
        cond(exceeds, fail(&message), value)
    })
}

/// What [`checked`] makes an error of, as conditions of a value that is at hand, each with what is wrong where
/// it holds.
pub(super) fn misfits(
    value: &Template,
    target: &Target,
    of: Option<&Expression>,
    is_stored: &dyn Fn(ColumnId) -> bool,
) -> Vec<(Template, Unfit)> {
    if of.is_some_and(|of| matches!(of.kind, ExpressionKind::Literal(_))) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if !target.nullable && of.is_none_or(|of| of.nullable) {
        found.push((is_null(value.clone()), Unfit::Null));
    }
    if let Type::Array(item) = &target.ty
        && !item.nullable
        && of.is_none_or(may_hold_null)
    {
        found.push((holds_null(value.clone()), Unfit::NullItem));
    }
    let limits = limits(target).or_else(|| {
        let has_form = of.is_some_and(|of| has_stored_form(of, &target.ty, is_stored));
        // The conversion to the form in which it is stored fails on a larger one.
        let range = Some((i64::from(i32::MIN), i64::from(i32::MAX)));
        (target.ty == Type::Integer && !has_form).then(|| queryleaf_plan::Limits {
            range,
            ..queryleaf_plan::Limits::default()
        })
    });
    let exceeded = limits.map(|limits| exceeded(value, limits));
    let exceeded = exceeded.into_iter().flatten();
    found.extend(exceeded.map(|(exceeds, reason)| (exceeds, Unfit::Limits(reason))));
    found
}

/// What is wrong with a value that a field does not take.
pub(super) enum Unfit {
    /// It is `NULL`.
    Null,
    /// One of its items is.
    NullItem,
    /// It is out of the limits of the field, which this names.
    Limits(String),
}

/// What the values of a field are limited to, where the server looks at them before they are stored.
fn limits(target: &Target) -> Option<queryleaf_plan::Limits> {
    let is_scalar = !matches!(target.ty, Type::Array(_) | Type::Map(_)) && !target.ty.is_document();
    (is_scalar && target.limits != Limits::default()).then(|| written_limits(&target.limits))
}

/// An array, or an error where one of its items is `NULL`.
fn without_nulls(value: Template, target: &Target) -> Template {
    bind("items", value, |value| {
        let message = format!(
            "a NULL among the items of {}, which cannot be NULL",
            target.path()
        );
        cond(holds_null(value.clone()), fail(&message), value)
    })
}

/// Whether an item of an array is `NULL`.
fn holds_null(array: Template) -> Template {
    let items = call("$ifNull", [array, Template::array([])]);
    call("$in", [Template::null(), items])
}

/// Whether an item of an array may be `NULL`, where it must not: what a field of the same type holds
/// is stored already.
fn may_hold_null(of: &Expression) -> bool {
    match &of.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Parameter(_) => false,
        ExpressionKind::Path(path) => {
            let holds_null = match &of.ty {
                Type::Array(item) => item.nullable,
                _ => true,
            };
            holds_null || path.steps.is_empty()
        }
        ExpressionKind::Array(items) => items.iter().any(|item| item.nullable),
        _ => true,
    }
}

/// How a value may exceed limits, and what it is then; a null never does.
fn exceeded(value: &Template, limits: queryleaf_plan::Limits) -> Vec<(Template, String)> {
    let mut exceeded = Vec::new();
    if let Some(most) = limits.max_length {
        let length = unary(
            "$strLenCP",
            call("$ifNull", [value.clone(), Template::from("")]),
        );
        let is_longer = call("$gt", [length, Template::from(i64::from(most))]);
        exceeded.push((is_longer, format!("a text of more than {most} characters")));
    }
    if let Some((before, _)) = limits.digits {
        // A null sorts before every number.
        let most = Template::from(10_i64.saturating_pow(u32::from(before)));
        let has_more = call("$gte", [unary("$abs", value.clone()), most]);
        let reason = format!("a number of more than {before} digits before the point");
        exceeded.push((has_more, reason));
    }
    if let Some((smallest, largest)) = limits.range {
        let reason = format!("a number that is not between {smallest} and {largest}");
        let is_less = and(vec![
            is_not_null(value.clone()),
            call("$lt", [value.clone(), Template::from(smallest)]),
        ]);
        let is_more = call("$gt", [value.clone(), Template::from(largest)]);
        exceeded.push((or(vec![is_less, is_more]), reason));
    }
    exceeded
}

/// The operator that makes a number of this type, and fails on one that is out of its range.
fn conversion(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Integer => Some("$toInt"),
        Type::Bigint => Some("$toLong"),
        Type::Double => Some("$toDouble"),
        Type::Numeric => Some("$toDecimal"),
        _ => None,
    }
}

/// A number in the BSON type of its column: an expression only promises its value.
fn stored_form(value: Template, ty: &Type) -> Template {
    match (conversion(ty), ty) {
        (Some(operator), _) => unary(operator, value),
        (None, Type::Array(item)) => match conversion(&item.ty) {
            Some(operator) => Template::entry(
                "$map",
                Template::document([
                    ("input", value),
                    ("as", Template::from("item")),
                    ("in", unary(operator, Template::from("$$item"))),
                ]),
            ),
            None => value,
        },
        (None, _) => value,
    }
}

/// Whether an expression gives a value in the BSON type of a column of this type.
fn has_stored_form(of: &Expression, ty: &Type, is_stored: &dyn Fn(ColumnId) -> bool) -> bool {
    match &of.kind {
        ExpressionKind::Path(path) => of.ty == *ty && is_stored(path.column),
        ExpressionKind::Literal(_) | ExpressionKind::Parameter(_) => of.ty == *ty,
        // A number as a wider one may stay as it is.
        ExpressionKind::Cast(operand) => {
            of.ty == *ty && !(operand.ty.is_number() && is_implicit(&operand.ty, ty))
        }
        ExpressionKind::Array(items) => match ty {
            Type::Array(item) => items
                .iter()
                .all(|value| has_stored_form(value, &item.ty, is_stored)),
            _ => false,
        },
        _ => false,
    }
}

/// An expression that fails with this message.
pub(super) fn fail(message: &str) -> Template {
    // Not a constant, which would be computed beforehand.
    raise(message, unary("$rand", Template::ALWAYS))
}
