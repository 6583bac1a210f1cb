//! Where a value may be missing, which is not the same as null: two keys of a group, and not equal.

use super::null_sources;
use crate::functions::{Nullability, nullability};
use crate::plan::{Expression, ExpressionKind};
use queryleaf_plan::{Template, Value};

/// Whether `value`, to which the expression was lowered, may be missing where SQL says `NULL`.
pub(super) fn can_be_missing(expression: &Expression, value: &Template) -> bool {
    any_result(expression, &is_of_field)
        || any_result(expression, &is_call) && may_be_a_field(value)
}

/// Whether something holds for the expression, or for one whose value it gives unchanged; not asked of
/// those that are never `NULL`.
fn any_result(expression: &Expression, holds: &impl Fn(&ExpressionKind) -> bool) -> bool {
    if !expression.nullable {
        return false;
    }
    match &expression.kind {
        ExpressionKind::Cast(operand) => any_result(operand, holds),
        ExpressionKind::Case {
            branches,
            otherwise,
        } => {
            let mut results = branches.iter().map(|(_, value)| value);
            results.any(|value| any_result(value, holds))
                || (otherwise.as_deref()).is_some_and(|value| any_result(value, holds))
        }
        // The last one is the answer when the others are null or missing; a `NULL` is not written.
        ExpressionKind::Coalesce(items) => items
            .iter()
            .rfind(|item| !null_sources(item).always)
            .is_some_and(|item| any_result(item, holds)),
        ExpressionKind::Greatest(items) | ExpressionKind::Least(items) => match &items[..] {
            [only] => any_result(only, holds),
            _ => false,
        },
        kind => holds(kind),
    }
}

/// Whether a value of this kind is missing where a field is.
fn is_of_field(kind: &ExpressionKind) -> bool {
    match kind {
        ExpressionKind::Path(_)
        | ExpressionKind::Subscript { .. }
        | ExpressionKind::Member { .. } => true,
        ExpressionKind::Call { function, .. } => match nullability(*function) {
            Nullability::Strict | Nullability::WhenFirst | Nullability::Never => false,
            Nullability::StrictAndSometimes | Nullability::WhenAll | Nullability::Custom => true,
        },
        ExpressionKind::Cast(_)
        | ExpressionKind::Case { .. }
        | ExpressionKind::Coalesce(_)
        | ExpressionKind::Greatest(_)
        | ExpressionKind::Least(_)
        | ExpressionKind::Literal(_)
        | ExpressionKind::Parameter(_)
        | ExpressionKind::CurrentTimestamp
        | ExpressionKind::Not(_)
        | ExpressionKind::And(_)
        | ExpressionKind::Or(_)
        | ExpressionKind::Compare { .. }
        | ExpressionKind::IsNull(_)
        | ExpressionKind::NotDistinct { .. }
        | ExpressionKind::IsTruth { .. }
        | ExpressionKind::InList { .. }
        | ExpressionKind::InParameter { .. }
        | ExpressionKind::Like { .. }
        | ExpressionKind::Regex { .. }
        | ExpressionKind::Quantified { .. }
        | ExpressionKind::Arithmetic { .. }
        | ExpressionKind::Negate(_)
        | ExpressionKind::Array(_)
        | ExpressionKind::Object(_)
        | ExpressionKind::Aggregate(_)
        | ExpressionKind::Grouping(_)
        | ExpressionKind::Window(_)
        | ExpressionKind::Subquery(_) => false,
    }
}

fn is_call(kind: &ExpressionKind) -> bool {
    matches!(kind, ExpressionKind::Call { .. })
}

/// Whether the value is a field as it is stored, or a variable that may be one: that is what remains of
/// a call that changes nothing, such as a cast from a date to a timestamp.
fn may_be_a_field(value: &Template) -> bool {
    match value {
        Template::Value(Value::String(path)) => path.starts_with('$'),
        Template::When {
            then, otherwise, ..
        } => may_be_a_field(then) || may_be_a_field(otherwise),
        Template::Document(entries) => match &entries[..] {
            [(operator, operand)] => results(operator, operand).into_iter().any(may_be_a_field),
            _ => false,
        },
        Template::Value(_)
        | Template::Hole { .. }
        | Template::Array(_)
        | Template::Omit
        | Template::All(_)
        | Template::Any(_)
        | Template::Never => false,
    }
}

/// The operands that an operator gives unchanged where it does not give null.
fn results<'a>(operator: &str, operand: &'a Template) -> Vec<&'a Template> {
    match (operator, operand) {
        ("$cond", Template::Array(operands)) => operands.iter().skip(1).collect(),
        ("$ifNull", Template::Array(operands)) => operands.last().into_iter().collect(),
        ("$let", Template::Document(parts)) => part(parts, "in").into_iter().collect(),
        ("$switch", Template::Document(parts)) => {
            let mut results: Vec<&Template> = part(parts, "default").into_iter().collect();
            if let Some(Template::Array(branches)) = part(parts, "branches") {
                results.extend(branches.iter().filter_map(|branch| match branch {
                    Template::Document(parts) => part(parts, "then"),
                    _ => None,
                }));
            }
            results
        }
        _ => Vec::new(),
    }
}

fn part<'a>(parts: &'a [(String, Template)], name: &str) -> Option<&'a Template> {
    let part = parts.iter().find(|(part, _)| part == name);
    part.map(|(_, template)| template)
}
