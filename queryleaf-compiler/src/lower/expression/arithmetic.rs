//! `+`, `-`, `*`, `/`, `%` and the unary minus on numbers.
//!
//! What is wrong for SQL on the server: an integer overflow becomes a double, `$divide` of integers
//! is a double, and constants are computed, and fail, before any row is seen.

use super::super::Scope;
use super::super::operators::{bind_always, call, int, unary};
use super::super::scope::Laziness;
use super::range::{Range, negated, range, unchecked};
use super::value;
use crate::diagnostic::{Code, Diagnostic};
use crate::functions::datetime::negate_interval;
use crate::plan::{ArithmeticOperator, Expression, ExpressionKind, Literal};
use crate::types::Type;
use queryleaf_plan::Template;

/// `left operator right`, both of the type of `whole`.
pub(super) fn arithmetic(
    operator: ArithmeticOperator,
    left: &Expression,
    right: &Expression,
    whole: &Expression,
    scope: &Scope,
) -> Template {
    let divides = matches!(
        operator,
        ArithmeticOperator::Divide | ArithmeticOperator::Modulo
    );
    if divides && is_zero(right) {
        scope.refuse(Diagnostic::error(
            Code::InvalidLiteral,
            right.span,
            "division by zero",
        ));
        return Template::null();
    }
    if whole.ty.is_integer() {
        return integer(operator, left, right, scope);
    }
    let (dividend, divisor) = operands(left, right, &whole.ty, scope);
    if divides {
        return fallible(whole, scope, dividend, |dividend| {
            call(name(operator), [dividend, divisor])
        });
    }
    if whole.ty == Type::Double {
        let operator = name(operator);
        let operands = [dividend, divisor].map(|operand| apart(operand, operator));
        return call(operator, operands);
    }
    call(name(operator), [dividend, divisor])
}

/// An operand that the server does not merge with the operation around it: it computes `(a + b) + c`
/// in one, with other rounding errors than PostgreSQL's.
fn apart(operand: Template, operator: &str) -> Template {
    let merges = matches!(
        &operand,
        Template::Document(entries) if matches!(&entries[..], [(key, _)] if key == operator)
    );
    if merges && matches!(operator, "$add" | "$multiply") {
        unary("$toDouble", operand)
    } else {
        operand
    }
}

fn name(operator: ArithmeticOperator) -> &'static str {
    match operator {
        ArithmeticOperator::Add => "$add",
        ArithmeticOperator::Subtract => "$subtract",
        ArithmeticOperator::Multiply => "$multiply",
        ArithmeticOperator::Divide => "$divide",
        ArithmeticOperator::Modulo => "$mod",
    }
}

fn is_zero(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Literal(Literal::Integer(value)) => *value == 0,
        ExpressionKind::Literal(Literal::Double(value)) => *value == 0.0,
        ExpressionKind::Literal(Literal::Numeric(text)) => text
            .split(['e', 'E'])
            .next()
            .is_some_and(|digits| !digits.contains(|digit| ('1'..='9').contains(&digit))),
        ExpressionKind::Cast(operand) => operand.ty.is_number() && is_zero(operand),
        _ => false,
    }
}

/// An operation that fails for some operands, not computed before it is needed.
fn fallible(
    whole: &Expression,
    scope: &Scope,
    first: Template,
    operation: impl FnOnce(Template) -> Template,
) -> Template {
    if scope.laziness() > Laziness::Eager && whole.is_constant() {
        bind_always(&scope.variable(), first, operation)
    } else {
        operation(first)
    }
}

fn integer(
    operator: ArithmeticOperator,
    left: &Expression,
    right: &Expression,
    scope: &Scope,
) -> Template {
    let (left_range, right_range) = (range(left), range(right));
    let result = unchecked(operator, left_range, right_range);
    let first = value(without_integer_cast(left), scope);
    let second = value(without_integer_cast(right), scope);
    let constant = left.is_constant() && right.is_constant();
    let lazily = |first: Template, operation: &dyn Fn(Template) -> Template| {
        if constant && scope.laziness() > Laziness::Eager {
            bind_always(&scope.variable(), first, operation)
        } else {
            operation(first)
        }
    };
    match operator {
        ArithmeticOperator::Add if result.fits_bigint() => sum(first, second),
        ArithmeticOperator::Subtract | ArithmeticOperator::Multiply if result.fits_bigint() => {
            call(name(operator), [first, second])
        }
        ArithmeticOperator::Add | ArithmeticOperator::Subtract | ArithmeticOperator::Multiply => {
            lazily(first, &|first| {
                checked(operator, result, first, second.clone())
            })
        }
        ArithmeticOperator::Divide => lazily(first, &|first| {
            let exact = left_range.fits_double() && right_range.fits_double();
            // A quotient of doubles rounds to the next integer only past 2^53.
            let dividend = if exact {
                first
            } else {
                unary("$toDecimal", first)
            };
            let quotient = call("$divide", [dividend, second.clone()]);
            unary(
                if result.fits_integer() {
                    "$toInt"
                } else {
                    "$toLong"
                },
                quotient,
            )
        }),
        ArithmeticOperator::Modulo => lazily(first, &|first| call("$mod", [first, second.clone()])),
    }
}

/// A sum or product that may be beyond 64 bits, which is an error.
fn checked(
    operator: ArithmeticOperator,
    result: Range,
    first: Template,
    second: Template,
) -> Template {
    // `$toLong` refuses the double into which an overflow turns, unless it is rounded to the smallest
    // bigint. Decimals are not.
    let first = if result.least < Range::BIGINT.least {
        unary("$toDecimal", first)
    } else {
        first
    };
    unary("$toLong", call(name(operator), [first, second]))
}

/// A sum that cannot overflow, in one with a sum that it is part of.
fn sum(first: Template, second: Template) -> Template {
    match first {
        Template::Document(mut entries) if matches!(&entries[..], [(key, Template::Array(_))] if key == "$add") => {
            match entries.pop() {
                Some((_, Template::Array(mut operands))) => {
                    operands.push(second);
                    Template::entry("$add", Template::Array(operands))
                }
                Some((key, operand)) => call("$add", [Template::entry(key, operand), second]),
                None => second,
            }
        }
        first => call("$add", [first, second]),
    }
}

/// `-x`.
pub(super) fn negate(operand: &Expression, whole: &Expression, scope: &Scope) -> Template {
    let positive = value(operand, scope);
    match whole.ty {
        Type::Interval => negate_interval(positive),
        // Keeps the sign of zero, as PostgreSQL does.
        Type::Double => call("$multiply", [positive, int(-1)]),
        Type::Integer | Type::Bigint if !negated(range(operand)).fits_bigint() => {
            fallible(whole, scope, positive, |positive| {
                unary("$toLong", call("$subtract", [int(0), positive]))
            })
        }
        _ => call("$subtract", [int(0), positive]),
    }
}

/// The operands of an operation on doubles or decimals. The server widens an integer beside one by
/// itself; a conversion is needed only where both are integers or digits would be lost.
fn operands(
    left: &Expression,
    right: &Expression,
    ty: &Type,
    scope: &Scope,
) -> (Template, Template) {
    let narrow_left = widened(left, ty);
    let narrow_right = widened(right, ty);
    match (narrow_left, narrow_right) {
        (Some(left), None) => (value(left, scope), value(right, scope)),
        (_, Some(right)) => (value(left, scope), value(right, scope)),
        (None, None) => (value(left, scope), value(right, scope)),
    }
}

/// The integer whose widening to this type the server does by itself.
fn widened<'a>(expression: &'a Expression, ty: &Type) -> Option<&'a Expression> {
    let ExpressionKind::Cast(operand) = &expression.kind else {
        return None;
    };
    // `SELECT 1 / :p` has nothing else to tell the server the type.
    let exact = match ty {
        Type::Numeric => true,
        _ => range(operand).fits_double(),
    };
    (operand.ty.is_integer() && exact).then_some(operand)
}

/// An integer without its conversion to bigint, which the server does not need.
fn without_integer_cast(expression: &Expression) -> &Expression {
    match &expression.kind {
        ExpressionKind::Cast(operand) if operand.ty == Type::Integer => {
            without_integer_cast(operand)
        }
        _ => expression,
    }
}
