//! Operators: comparisons, logic, arithmetic, patterns.

use super::Analyzer;
use super::coerce::common;
use super::expression::not;
use super::literal::negated;
use super::scope::{Name, Scope};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ArithmeticOperator, ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::types::{Item, Type};
use queryleaf_plan::pattern::{PatternError, like, posix};
use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator};

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
            BinaryOperator::PGRegexMatch => return self.regex(left, right, false, scope, span),
            BinaryOperator::PGRegexIMatch => return self.regex(left, right, true, scope, span),
            BinaryOperator::PGRegexNotMatch => {
                return Ok(not(self.regex(left, right, false, scope, span)?));
            }
            BinaryOperator::PGRegexNotIMatch => {
                return Ok(not(self.regex(left, right, true, scope, span)?));
            }
            BinaryOperator::PGLikeMatch => {
                return self.like(left, right, None, false, scope, span);
            }
            BinaryOperator::PGILikeMatch => {
                return self.like(left, right, None, true, scope, span);
            }
            BinaryOperator::PGNotLikeMatch => {
                return Ok(not(self.like(left, right, None, false, scope, span)?));
            }
            BinaryOperator::PGNotILikeMatch => {
                return Ok(not(self.like(left, right, None, true, scope, span)?));
            }
            _ => {}
        }
        let left = self.expression(left, scope, span)?;
        let right = self.expression(right, scope, span)?;
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

    /// A comparison of two typed sides.
    pub(crate) fn compare(
        &mut self,
        operator: ComparisonOperator,
        left: Expression,
        right: Expression,
        span: Span,
    ) -> Result<Expression> {
        let (left, right) = self.comparable(left, right, operator)?;
        let nullable = left.nullable || right.nullable;
        let kind = ExpressionKind::Compare {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        };
        Ok(Expression {
            kind,
            ty: Type::Boolean,
            nullable,
            span,
        })
    }

    /// Brings two sides to a type whose values can be compared.
    pub(crate) fn comparable(
        &mut self,
        left: Expression,
        right: Expression,
        operator: ComparisonOperator,
    ) -> Result<(Expression, Expression)> {
        let Some(mut ty) = common(&left.ty, &right.ty) else {
            let message = format!("cannot compare `{}` with `{}`", left.ty, right.ty);
            let error = Diagnostic::error(Code::TypeMismatch, right.span, message)
                .label(format!("this is of type `{}`", right.ty));
            return Err(Box::new(match comparison_help(&left, &right) {
                Some(help) => error.help(help),
                None => error.help("cast one of the two"),
            }));
        };
        let parameters = [&left, &right]
            .iter()
            .all(|side| matches!(side.kind, ExpressionKind::Parameter(_)));
        if matches!(ty, Type::Unknown) && !parameters {
            ty = Type::Text;
        }
        let equality = matches!(
            operator,
            ComparisonOperator::Equal | ComparisonOperator::NotEqual
        );
        let refused = match &ty {
            Type::Json | Type::Document | Type::Struct(_) | Type::Map(_) => true,
            Type::Array(_) => !equality,
            Type::Boolean
            | Type::Integer
            | Type::Bigint
            | Type::Double
            | Type::Numeric
            | Type::Text
            | Type::Timestamp
            | Type::Date
            | Type::Interval
            | Type::Uuid
            | Type::ObjectId
            | Type::Bytea
            | Type::Enum(_)
            | Type::Unknown => false,
        };
        if refused {
            let help = match ty {
                Type::Json => "take a value out of it as text with `->>`, and cast that",
                Type::Array(_) => "only `=` and `<>` compare arrays; for items use `ANY` or `@>`",
                _ => "compare its fields",
            };
            let message = format!("values of type `{ty}` cannot be compared like this");
            return Err(Box::new(
                Diagnostic::error(Code::TypeMismatch, left.span.to(right.span), message).help(help),
            ));
        }
        Ok((self.coerce(left, &ty)?, self.coerce(right, &ty)?))
    }

    pub(crate) fn comparison_operator(
        &self,
        operator: &BinaryOperator,
        span: Span,
    ) -> Result<ComparisonOperator> {
        match comparison(operator) {
            Some(operator) => Ok(operator),
            None => self.unsupported(span, format!("`{operator}` with `ANY` or `ALL`")),
        }
    }

    pub(crate) fn not_distinct(
        &mut self,
        left: &Expr,
        right: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let left = self.expression(left, scope, span)?;
        let right = self.expression(right, scope, span)?;
        let (left, right) = self.comparable(left, right, ComparisonOperator::Equal)?;
        let kind = ExpressionKind::NotDistinct {
            left: Box::new(left),
            right: Box::new(right),
        };
        Ok(Expression::new(kind, Type::Boolean, span))
    }

    pub(crate) fn between(
        &mut self,
        operand: &Expr,
        low: &Expr,
        high: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let operand = self.expression(operand, scope, span)?;
        let low = self.expression(low, scope, span)?;
        let high = self.expression(high, scope, span)?;
        let copy = self.copy(&operand)?;
        let from = self.compare(ComparisonOperator::GreaterOrEqual, copy, low, span)?;
        let to = self.compare(ComparisonOperator::LessOrEqual, operand, high, span)?;
        let nullable = from.nullable || to.nullable;
        Ok(Expression {
            kind: ExpressionKind::And(vec![from, to]),
            ty: Type::Boolean,
            nullable,
            span,
        })
    }

    /// `x IN (a, b)`, or `x IN (:list)` with one parameter that is a list.
    pub(crate) fn in_list(
        &mut self,
        operand: &Expr,
        items: &[Expr],
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let operand = self.expression(operand, scope, span)?;
        let mut list = items
            .iter()
            .map(|item| self.expression(item, scope, span))
            .collect::<Result<Vec<_>>>()?;
        if let [
            Expression {
                kind: ExpressionKind::Parameter(parameter),
                span: place,
                ..
            },
        ] = list[..]
            // `IN (:p::integer)` is a list of one value.
            && matches!(items, [Expr::Value(_)])
        {
            let operand = self.settle(operand)?;
            self.parameters
                .assign(parameter, &operand.ty, true, place)?;
            let kind = ExpressionKind::InParameter {
                operand: Box::new(operand),
                parameter,
            };
            return Ok(Expression {
                kind,
                ty: Type::Boolean,
                nullable: true,
                span,
            });
        }
        list.insert(0, operand);
        let (mut list, ty) = self.unify(list, "IN")?;
        if matches!(ty, Type::Unknown) {
            list = self.coerce_all(list, &Type::Text)?;
        }
        let nullable = list.iter().any(|item| item.nullable);
        let operand = Box::new(list.remove(0));
        // Reuses the comparison's rules on which types can be compared at all.
        if let Some(first) = list.first() {
            self.comparable((*operand).clone(), first.clone(), ComparisonOperator::Equal)?;
        }
        let kind = ExpressionKind::InList {
            operand,
            items: list,
        };
        Ok(Expression {
            kind,
            ty: Type::Boolean,
            nullable,
            span,
        })
    }

    /// `x op ANY(array)` and `x op ALL(array)`.
    pub(crate) fn quantified(
        &mut self,
        operand: &Expr,
        operator: ComparisonOperator,
        array: &Expr,
        all: bool,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let operand = self.expression(operand, scope, span)?;
        let array = self.expression(array, scope, span)?;
        let (operand, array) = match array.ty.clone() {
            Type::Array(item) => {
                let wrong = || {
                    let message = format!(
                        "cannot compare `{}` with items of `{}`",
                        operand.ty, item.ty
                    );
                    Box::new(Diagnostic::error(Code::TypeMismatch, operand.span, message))
                };
                let ty = common(&operand.ty, &item.ty).ok_or_else(wrong)?;
                let ty = if matches!(ty, Type::Unknown) {
                    Type::Text
                } else {
                    ty
                };
                let wanted = Type::Array(Box::new(Item {
                    ty: ty.clone(),
                    ..*item
                }));
                (self.coerce(operand, &ty)?, self.coerce(array, &wanted)?)
            }
            Type::Unknown => {
                let operand = self.settle(operand)?;
                let wanted = Type::Array(Box::new(Item {
                    ty: operand.ty.clone(),
                    nullable: true,
                    own: false,
                }));
                (operand, self.coerce(array, &wanted)?)
            }
            ty => {
                let message = format!("`ANY` and `ALL` want an array, found `{ty}`");
                return Err(Box::new(Diagnostic::error(
                    Code::TypeMismatch,
                    array.span,
                    message,
                )));
            }
        };
        let item_nullable = matches!(&array.ty, Type::Array(item) if item.nullable);
        let nullable = operand.nullable || array.nullable || item_nullable;
        let kind = ExpressionKind::Quantified {
            operator,
            operand: Box::new(operand),
            array: Box::new(array),
            all,
        };
        Ok(Expression {
            kind,
            ty: Type::Boolean,
            nullable,
            span,
        })
    }

    pub(crate) fn like(
        &mut self,
        operand: &Expr,
        pattern: &Expr,
        escape: Option<&Expr>,
        ignore_case: bool,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let operand = self.text_operand(operand, "LIKE", scope, span)?;
        let pattern = self.text_operand(pattern, "LIKE", scope, span)?;
        let escape = match escape {
            None => Some('\\'),
            Some(escape) => {
                let escape = self.expression(escape, scope, span)?;
                let mut characters = escape.as_text().unwrap_or("..").chars();
                match (characters.next(), characters.next()) {
                    (first, None) => first,
                    _ => {
                        let message = "the escape must be a literal of one character";
                        return Err(Box::new(Diagnostic::error(
                            Code::InvalidLiteral,
                            escape.span,
                            message,
                        )));
                    }
                }
            }
        };
        if let Some(text) = pattern.as_text() {
            like(text, escape, ignore_case)
                .map_err(|error| invalid_pattern("pattern", &error, pattern.span))?;
        }
        let nullable = operand.nullable || pattern.nullable;
        let kind = ExpressionKind::Like {
            operand: Box::new(operand),
            pattern: Box::new(pattern),
            escape,
            ignore_case,
        };
        Ok(Expression {
            kind,
            ty: Type::Boolean,
            nullable,
            span,
        })
    }

    fn regex(
        &mut self,
        operand: &Expr,
        pattern: &Expr,
        ignore_case: bool,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let operand = self.text_operand(operand, "~", scope, span)?;
        let pattern = self.text_operand(pattern, "~", scope, span)?;
        if !matches!(
            pattern.kind,
            ExpressionKind::Parameter(_) | ExpressionKind::Literal(_)
        ) {
            return self.unsupported(
                pattern.span,
                "a regular expression that is neither a literal nor a parameter",
            );
        }
        if let Some(text) = pattern.as_text() {
            posix(text, ignore_case)
                .map_err(|error| invalid_pattern("regular expression", &error, pattern.span))?;
        }
        let nullable = operand.nullable || pattern.nullable;
        let kind = ExpressionKind::Regex {
            operand: Box::new(operand),
            pattern: Box::new(pattern),
            ignore_case,
        };
        Ok(Expression {
            kind,
            ty: Type::Boolean,
            nullable,
            span,
        })
    }

    fn text_operand(
        &mut self,
        operand: &Expr,
        operator: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let operand = self.expression(operand, scope, span)?;
        if matches!(operand.ty, Type::Text | Type::Unknown | Type::Enum(_)) {
            return self.coerce(operand, &Type::Text);
        }
        let message = format!("`{operator}` wants text, found `{}`", operand.ty);
        Err(Box::new(
            Diagnostic::error(Code::TypeMismatch, operand.span, message)
                .label(format!("this is of type `{}`", operand.ty))
                .help("cast it with `::text`"),
        ))
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
        let document = self.expression(left, scope, span)?;
        let key = self.expression(right, scope, span)?;
        let value = match (document.ty.clone(), key.as_text(), key.as_integer()) {
            (Type::Json | Type::Document | Type::Struct(_) | Type::Map(_), Some(text), _) => {
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
            (Type::Struct(_) | Type::Array(_), ..) => {
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
        let operand = self.expression(operand, scope, span)?;
        // The parser's place of `-x` is that of `x`.
        let sign = self
            .source
            .find_before(operand.span.start, &operator.to_string());
        let span = sign.map_or(span, |sign| sign.to(operand.span));
        match operator {
            UnaryOperator::Not => Ok(not(self.condition(operand, "NOT")?)),
            UnaryOperator::Plus if operand.ty.is_number() => Ok(operand),
            UnaryOperator::Minus if operand.ty.is_number() || operand.ty == Type::Interval => {
                if let Some(literal) = operand.as_literal().and_then(negated) {
                    return Ok(Expression::literal(literal, operand.ty, span));
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
            other => self.unsupported(span, format!("the operator `{other}`")),
        }
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

fn comparison(operator: &BinaryOperator) -> Option<ComparisonOperator> {
    match operator {
        BinaryOperator::Eq => Some(ComparisonOperator::Equal),
        BinaryOperator::NotEq => Some(ComparisonOperator::NotEqual),
        BinaryOperator::Lt => Some(ComparisonOperator::Less),
        BinaryOperator::LtEq => Some(ComparisonOperator::LessOrEqual),
        BinaryOperator::Gt => Some(ComparisonOperator::Greater),
        BinaryOperator::GtEq => Some(ComparisonOperator::GreaterOrEqual),
        _ => None,
    }
}

fn invalid_pattern(what: &str, error: &PatternError, span: Span) -> Box<Diagnostic> {
    let message = format!("the {what} cannot be used: {error}");
    Box::new(Diagnostic::error(Code::InvalidLiteral, span, message))
}

/// What to write instead of a comparison of two types that do not go together.
fn comparison_help(left: &Expression, right: &Expression) -> Option<String> {
    match (&left.ty, &right.ty) {
        (Type::Array(_), _) => Some("compare with an item: write `value = ANY(array)`".to_owned()),
        (_, Type::Array(_)) => Some("write `= ANY(..)` to compare with the items".to_owned()),
        (Type::Integer | Type::Bigint | Type::Double | Type::Numeric, Type::Text) => {
            Some(format!("cast the text, as in `(..)::{}`", left.ty))
        }
        (Type::Boolean, Type::Integer) => Some("write `TRUE` or `FALSE`".to_owned()),
        _ => None,
    }
}
