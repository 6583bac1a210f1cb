//! Operators: comparisons, logic, arithmetic, patterns.

use super::change_stream::{has_changed_fields, is_contains};
use super::coerce::common;
use super::comparison::comparison;
use super::literal::negative;
use super::row_value::is_row;
use super::scope::{Name, Scope};
use super::{Analyzer, change_stream};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ArithmeticOperator, Expression, ExpressionKind, Literal};
use crate::types::Type;
use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value};

impl Analyzer<'_> {
    pub(crate) fn binary(
        &mut self,
        left: &Expr,
        operator: &BinaryOperator,
        right: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        match operator {
            BinaryOperator::And | BinaryOperator::Or => {
                return self.logic(left, operator, right, scope, span);
            }
            BinaryOperator::Arrow | BinaryOperator::LongArrow => {
                return self.arrow(left, operator, right, scope, span);
            }
            BinaryOperator::HashArrow | BinaryOperator::HashLongArrow => {
                let document = self.expression(left, scope, span)?;
                let path = self.expression(right, scope, span)?;
                let text = matches!(operator, BinaryOperator::HashLongArrow);
                return self.extract_path(document, path, text, span);
            }
            BinaryOperator::HashMinus => {
                let document = self.expression(left, scope, span)?;
                let path = self.expression(right, scope, span)?;
                return self.delete_path(document, path, span);
            }
            BinaryOperator::Overlaps => return self.overlaps(left, right, scope, span),
            BinaryOperator::Plus | BinaryOperator::Minus if ends_in_prefix(left) => {
                let message = format!("brackets are missing before `{operator}`");
                return Err(Box::new(
                    Diagnostic::error(Code::Syntax, span, message)
                        .label("`~`, `@`, `|/` and `||/` take everything up to the next comparison")
                        .help("write `(~ a) + b` or `~ (a + b)`"),
                ));
            }
            BinaryOperator::PGRegexMatch => return self.regex(left, right, false, scope, span),
            BinaryOperator::PGRegexIMatch => return self.regex(left, right, true, scope, span),
            BinaryOperator::PGRegexNotMatch => {
                return Ok(self.regex(left, right, false, scope, span)?.negated());
            }
            BinaryOperator::PGRegexNotIMatch => {
                return Ok(self.regex(left, right, true, scope, span)?.negated());
            }
            BinaryOperator::PGLikeMatch => {
                return self.like(left, right, None, false, scope, span);
            }
            BinaryOperator::PGILikeMatch => {
                return self.like(left, right, None, true, scope, span);
            }
            BinaryOperator::PGNotLikeMatch => {
                return Ok(self.like(left, right, None, false, scope, span)?.negated());
            }
            BinaryOperator::PGNotILikeMatch => {
                return Ok(self.like(left, right, None, true, scope, span)?.negated());
            }
            _ => {}
        }
        if is_contains(operator) || *operator == BinaryOperator::Question {
            let fields = self.expression_or_part(left, scope, span)?;
            let key = self.expression(right, scope, span)?;
            if is_contains(operator) || has_changed_fields(&fields.ty) {
                return self.changed(fields, &key, span);
            }
            return self.operate(operator, change_stream::value(fields), key, span);
        }
        if let Some(operator) = comparison(operator)
            && (is_row(left) || is_row(right))
        {
            return self.row_comparison(left, operator, right, scope, span);
        }
        let (left_text, right_text) = (left, right);
        let left = self.expression(left, scope, span);
        let right = self.expression(right, scope, span);
        let (left, right) = match (left, right) {
            (Err(error), Ok(other)) => return Err(or_text(error, left_text, &other)),
            (Ok(other), Err(error)) => return Err(or_text(error, right_text, &other)),
            (left, right) => (left?, right?),
        };
        // The signatures know a literal behind `@>` alone.
        if *operator == BinaryOperator::ArrowAt
            && left.as_text().is_some()
            && right.ty.is_document()
        {
            return self.operate(&BinaryOperator::AtArrow, right, left, span);
        }
        if let Some(operator) = comparison(operator) {
            return self.compare(operator, left, right, span);
        }
        self.operate(operator, left, right, span)
    }

    /// A chain of `AND` or `OR`, flattened: the parser's tree leans to the left.
    fn logic(
        &mut self,
        left: &Expr,
        operator: &BinaryOperator,
        right: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let mut parts = vec![right];
        let mut rest = left;
        while let Expr::BinaryOp { left, op, right } = rest
            && op == operator
        {
            parts.push(right);
            rest = left;
        }
        parts.push(rest);
        let name = operator.to_string();
        let mut operands = Vec::new();
        let mut failed = None;
        for part in parts.into_iter().rev() {
            let operand = self
                .expression(part, scope, span)
                .and_then(|operand| self.condition(operand, &name));
            match operand {
                Ok(operand) => operands.push(operand),
                // Each side is looked at, so that every wrong name is reported at once.
                Err(error) => {
                    if let Some(before) = failed.replace(error) {
                        self.errors.push(*before);
                    }
                }
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        let nullable = operands.iter().any(|operand| operand.nullable);
        let is_and = matches!(operator, BinaryOperator::And);
        let mut flat = Vec::new();
        for operand in operands {
            match operand.kind {
                ExpressionKind::And(inner) if is_and => flat.extend(inner),
                ExpressionKind::Or(inner) if !is_and => flat.extend(inner),
                kind => flat.push(Expression { kind, ..operand }),
            }
        }
        let kind = if is_and {
            ExpressionKind::And(flat)
        } else {
            ExpressionKind::Or(flat)
        };
        Ok(Expression {
            kind,
            ty: Type::Boolean,
            nullable,
            span,
        })
    }

    /// `document -> 'key'` and `document ->> 'key'`.
    fn arrow(
        &mut self,
        left: &Expr,
        operator: &BinaryOperator,
        right: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let document = self.expression_or_part(left, scope, span)?;
        let key = self.expression(right, scope, span)?;
        let value = match (document.ty.clone(), key.as_text(), key.as_integer()) {
            (ty, Some(text), _) if ty.is_document() => {
                let name = Name {
                    text: text.to_owned(),
                    span: key.span,
                };
                self.key(document, &name, span)?
            }
            (Type::Array(item), _, Some(index)) => {
                // `->` counts array items from 0, unlike a subscript.
                let index = match index {
                    0.. => index.checked_add(1),
                    _ => None,
                };
                let Some(index) = index else {
                    return self.unsupported(key.span, "a position from the end");
                };
                let index = Expression::literal(Literal::Integer(index), Type::Integer, key.span);
                let kind = ExpressionKind::Subscript {
                    array: Box::new(document),
                    index: Box::new(index),
                };
                Expression {
                    kind,
                    ty: item.ty,
                    nullable: true,
                    span,
                }
            }
            (Type::Json | Type::Document | Type::Map(_), None, _) => {
                self.resolve("->", vec![document, key], span)?
            }
            (Type::Struct(_) | Type::Geometry(_) | Type::Event(_) | Type::Array(_), ..) => {
                return Err(Box::new(
                    Diagnostic::error(
                        Code::Unsupported,
                        key.span,
                        format!("`{operator}` wants a literal key"),
                    )
                    .help(format!(
                        "write the key in quotes, as in `document {operator} 'key'`"
                    )),
                ));
            }
            (ty, ..) => {
                let message = format!("`{operator}` wants a document, found `{ty}`");
                return Err(Box::new(
                    Diagnostic::error(Code::TypeMismatch, document.span, message)
                        .label(format!("this is of type `{ty}`")),
                ));
            }
        };
        if matches!(operator, BinaryOperator::LongArrow) {
            return self.cast_to(value, &Type::Text, span);
        }
        Ok(value)
    }

    /// Arithmetic on numbers, and every other operator by its signatures.
    fn operate(
        &mut self,
        operator: &BinaryOperator,
        left: Expression,
        right: Expression,
        span: Span,
    ) -> Result<Expression> {
        let arithmetic = match operator {
            BinaryOperator::Plus => Some(ArithmeticOperator::Add),
            BinaryOperator::Minus => Some(ArithmeticOperator::Subtract),
            BinaryOperator::Multiply => Some(ArithmeticOperator::Multiply),
            BinaryOperator::Divide => Some(ArithmeticOperator::Divide),
            BinaryOperator::Modulo => Some(ArithmeticOperator::Modulo),
            _ => None,
        };
        let numeric = |ty: &Type| ty.is_number() || matches!(ty, Type::Unknown);
        if let Some(operator) = arithmetic
            && numeric(&left.ty)
            && numeric(&right.ty)
            && !(matches!(left.ty, Type::Unknown) && matches!(right.ty, Type::Unknown))
        {
            return self.arithmetic(operator, left, right, span);
        }
        let name = match operator {
            BinaryOperator::PGExp => "^".to_owned(),
            BinaryOperator::StringConcat => "||".to_owned(),
            other => other.to_string(),
        };
        self.call_operator(&name, vec![left, right], span)
    }

    fn arithmetic(
        &mut self,
        operator: ArithmeticOperator,
        left: Expression,
        right: Expression,
        span: Span,
    ) -> Result<Expression> {
        let ty = common(&left.ty, &right.ty).unwrap_or(Type::Numeric);
        if matches!(operator, ArithmeticOperator::Modulo) && matches!(ty, Type::Double) {
            return Err(Box::new(
                Diagnostic::error(
                    Code::TypeMismatch,
                    span,
                    "`%` does not take `double precision`",
                )
                .help("cast both sides with `::numeric`"),
            ));
        }
        let nullable = left.nullable || right.nullable;
        let left = Box::new(self.coerce(left, &ty)?);
        let right = Box::new(self.coerce(right, &ty)?);
        let kind = ExpressionKind::Arithmetic {
            operator,
            left,
            right,
        };
        Ok(Expression {
            kind,
            ty,
            nullable,
            span,
        })
    }

    pub(crate) fn unary(
        &mut self,
        operator: &UnaryOperator,
        operand: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        if let Some(rewritten) = sign_first(operator, operand) {
            return self.expression(&rewritten, scope, span);
        }
        let digits = digits(operand);
        let operand = self
            .expression(operand, scope, span)
            .map_err(|error| as_parameter(error, operator, operand))?;
        // The parser's place of `-x` is that of `x`.
        let sign = self
            .source
            .find_before(operand.span.start, &operator.to_string());
        let span = sign.map_or(span, |sign| sign.to(operand.span));
        match operator {
            UnaryOperator::Not => Ok(self.condition(operand, "NOT")?.negated()),
            UnaryOperator::Plus if operand.ty.is_number() => Ok(operand),
            UnaryOperator::Minus if operand.ty.is_number() || operand.ty == Type::Interval => {
                if let Some(number) = digits.and_then(|digits| negative(digits, span)) {
                    return Ok(number);
                }
                if let Some(literal) = operand.as_literal().and_then(Literal::negated) {
                    let is_larger =
                        matches!(literal, Literal::Integer(value) if i32::try_from(value).is_err());
                    let ty = match operand.ty {
                        Type::Integer if is_larger => Type::Bigint,
                        ty => ty,
                    };
                    return Ok(Expression::literal(literal, ty, span));
                }
                let Expression { ty, nullable, .. } = operand.clone();
                Ok(Expression {
                    kind: ExpressionKind::Negate(Box::new(operand)),
                    ty,
                    nullable,
                    span,
                })
            }
            UnaryOperator::Plus | UnaryOperator::Minus => {
                let message = format!("unary `{operator}` does not take `{}`", operand.ty);
                Err(Box::new(Diagnostic::error(
                    Code::TypeMismatch,
                    operand.span,
                    message,
                )))
            }
            UnaryOperator::BitwiseNot => self.call_operator("~", vec![operand], span),
            UnaryOperator::PGAbs => self.resolve("abs", vec![operand], span),
            UnaryOperator::PGSquareRoot | UnaryOperator::PGCubeRoot => {
                let name = match operator {
                    UnaryOperator::PGSquareRoot => "sqrt",
                    _ => "cbrt",
                };
                let operand = self.coerce(operand, &Type::Double)?;
                self.resolve(name, vec![operand], span)
            }
            UnaryOperator::BangNot | UnaryOperator::PGPostfixFactorial => {
                let after = self.source.find(operand.span.start, "!");
                let span = sign.or(after).unwrap_or(span);
                Err(Box::new(
                    Diagnostic::error(Code::Unsupported, span, "`!` is no operator")
                        .help("write `NOT`, or `<>` to compare"),
                ))
            }
            other => self.unsupported(span, format!("the operator `{other}`")),
        }
    }
}

/// Whether an operand ends in a prefix operator that to PostgreSQL binds weaker than `+` and `-`; the
/// parser has it bind stronger.
fn ends_in_prefix(operand: &Expr) -> bool {
    match operand {
        Expr::UnaryOp { op, expr } => match op {
            UnaryOperator::BitwiseNot
            | UnaryOperator::PGAbs
            | UnaryOperator::PGSquareRoot
            | UnaryOperator::PGCubeRoot => true,
            _ => ends_in_prefix(expr),
        },
        Expr::BinaryOp { right, .. } => ends_in_prefix(right),
        _ => false,
    }
}

/// `-x ^ 2` with the sign on `x`, where PostgreSQL puts it; the parser puts it on the power.
fn sign_first(operator: &UnaryOperator, operand: &Expr) -> Option<Expr> {
    let is_sign = matches!(operator, UnaryOperator::Plus | UnaryOperator::Minus);
    let Expr::BinaryOp {
        left,
        op: op @ BinaryOperator::PGExp,
        right,
    } = operand
    else {
        return None;
    };
    if !is_sign {
        return None;
    }
    let base = sign_first(operator, left).unwrap_or_else(|| Expr::UnaryOp {
        op: *operator,
        expr: left.clone(),
    });
    Some(Expr::BinaryOp {
        left: Box::new(base),
        op: op.clone(),
        right: right.clone(),
    })
}

/// The digits of a number that is written as nothing else.
fn digits(operand: &Expr) -> Option<&str> {
    match operand {
        Expr::Nested(operand) => digits(operand),
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) if text.bytes().all(|byte| byte.is_ascii_digit()) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// What is no column, beside what a text may be compared with, is likely a text without its quotes.
fn or_text(error: Box<Diagnostic>, operand: &Expr, other: &Expression) -> Box<Diagnostic> {
    let is_name = matches!(operand, Expr::Identifier(_));
    let is_told = error.code != Code::UnknownColumn || error.help.is_some();
    if !is_name || is_told || !matches!(other.ty, Type::Text | Type::Enum(_)) {
        return error;
    }
    Box::new(error.help("quote it if a text is meant"))
}

/// Says of `@name`, which is the absolute value of a column, how a parameter is written.
fn as_parameter(
    error: Box<Diagnostic>,
    operator: &UnaryOperator,
    operand: &Expr,
) -> Box<Diagnostic> {
    match (operator, operand) {
        (UnaryOperator::PGAbs, Expr::Identifier(name))
            if error.code == Code::UnknownColumn && error.help.is_none() =>
        {
            Box::new(error.help(format!("a parameter is `:{name}`")))
        }
        _ => error,
    }
}
