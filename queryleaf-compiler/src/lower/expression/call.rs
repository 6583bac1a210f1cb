//! Calls of scalar functions: what the functions need not care about.

use super::super::Scope;
use super::super::operators::{and, bind_always, cond};
use super::super::scope::Laziness;
use super::cast::document_text;
use super::fallible::call_fails;
use super::operand::{Operand, Surroundings};
use super::{LoweredArgument, value};
use crate::functions::{self, Function, JsonFunction, Nullability, nullability, propagates_null};
use crate::plan::{Expression, ExpressionKind};
use queryleaf_plan::Template;

/// A call of a function. A null argument of a strict one is answered here.
pub(super) fn call(function: Function, arguments: &[Expression], scope: &Scope) -> Template {
    let guarded = match nullability(function) {
        Nullability::Strict if propagates_null(function, arguments) => 0,
        Nullability::Strict | Nullability::StrictAndSometimes => arguments.len(),
        Nullability::WhenFirst => 1,
        Nullability::WhenAll | Nullability::Never | Nullability::Custom => 0,
    };
    let mut surroundings = Surroundings::default();
    let operands: Vec<Operand> = arguments
        .iter()
        .enumerate()
        .map(|(number, argument)| {
            if number < guarded {
                surroundings.operand(argument, true, scope)
            } else {
                Operand {
                    value: value(argument, scope),
                    not_null: Vec::new(),
                }
            }
        })
        .collect();
    let mut guards: Vec<Template> = Vec::new();
    for guard in operands.iter().flat_map(|operand| &operand.not_null) {
        if !guards.contains(guard) {
            guards.push(guard.clone());
        }
    }
    let lowered = arguments
        .iter()
        .zip(operands)
        .map(|(expression, operand)| LoweredArgument {
            value: operand.value,
            expression,
        })
        .collect();
    let result = not_before_needed(function, arguments, lowered, scope);
    let result = if guards.is_empty() {
        result
    } else {
        cond(and(guards), result, Template::null())
    };
    surroundings.around(result, Template::null())
}

/// The function's expression; where all arguments are constants and the call may never be reached,
/// in a form that the server does not compute beforehand.
fn not_before_needed(
    function: Function,
    expressions: &[Expression],
    mut arguments: Vec<LoweredArgument<'_>>,
    scope: &Scope,
) -> Template {
    let lazy = match scope.laziness() {
        Laziness::Eager => false,
        // A range of dates is to be computed beforehand, so that an index serves it.
        Laziness::Operand => !matches!(function, Function::DateTime(_)),
        Laziness::Branch => true,
    };
    let constant = arguments
        .iter()
        .all(|argument| argument.expression.is_constant());
    let variable = arguments
        .iter_mut()
        .find(|argument| !matches!(argument.expression.kind, ExpressionKind::Literal(_)));
    match variable {
        Some(argument) if constant && lazy && call_fails(function, expressions) => {
            let name = scope.variable();
            let reference = Template::string(format!("$${name}"));
            let computed = std::mem::replace(&mut argument.value, reference);
            bind_always(&name, computed, |_| lower(function, &arguments, scope))
        }
        _ => lower(function, &arguments, scope),
    }
}

/// The function's expression. One function needs more than its arguments.
fn lower(function: Function, arguments: &[LoweredArgument<'_>], scope: &Scope) -> Template {
    match (function, arguments) {
        (Function::Json(JsonFunction::Text), [document]) => {
            document_text(document.value.clone(), scope)
        }
        _ => functions::lower(function, arguments),
    }
}
