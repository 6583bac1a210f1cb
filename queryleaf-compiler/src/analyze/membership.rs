//! `BETWEEN`, `IN`, `ANY` and `ALL`.

use super::Analyzer;
use super::coerce::common;
use super::row_value::is_row;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind};
use crate::types::{Item, Type};
use sqlparser::ast::Expr;

impl Analyzer<'_> {
    pub(crate) fn between(
        &mut self,
        operand: &Expr,
        low: &Expr,
        high: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        if is_row(operand) {
            return self.row_between(operand, [low, high], scope, span);
        }
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
        if is_row(operand) {
            return self.row_in_list(operand, items, scope, span);
        }
        let operand = self.expression(operand, scope, span)?;
        let mut list = items
            .iter()
            .map(|item| self.expression(item, scope, span))
            .collect::<Result<Vec<_>>>()?;
        if let [
            Expression {
                kind: ExpressionKind::Parameter(parameter),
                ty: Type::Unknown,
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
}
