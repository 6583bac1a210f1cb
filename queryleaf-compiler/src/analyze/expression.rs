//! Expressions of the syntax tree to typed expressions.

use super::literal::number;
use super::natural;
use super::pattern::LikePattern;
use super::row_value::is_row;
use super::scope::{Name, Scope};
use super::{Analyzer, Clause, change_stream};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::types::{Item, Type};
use sqlparser::ast::{self, Expr, Value};

impl Analyzer<'_> {
    /// Analyses an expression. `outer` is the place of what surrounds it, for the words whose
    /// place the parser does not tell.
    pub(crate) fn expression(
        &mut self,
        expression: &Expr,
        scope: &Scope,
        outer: Span,
    ) -> Result<Expression> {
        let value = self.expression_or_part(expression, scope, outer)?;
        Ok(change_stream::value(value))
    }

    /// The same where a part of a change event is asked for what is inside of it, or is handed on.
    pub(crate) fn expression_or_part(
        &mut self,
        expression: &Expr,
        scope: &Scope,
        outer: Span,
    ) -> Result<Expression> {
        let span = self.source.span_or(expression, outer);
        match expression {
            Expr::Nested(inner) => self.expression_or_part(inner, scope, span),
            Expr::Identifier(name) => {
                let name = self.name(name);
                self.column_or_alias(&[name], scope)
            }
            Expr::CompoundIdentifier(parts) => {
                let parts: Vec<Name> = parts.iter().map(|part| self.name(part)).collect();
                self.column_or_alias(&parts, scope)
            }
            Expr::CompoundFieldAccess { root, access_chain } => {
                self.access(root, access_chain, scope, span)
            }
            Expr::Value(value) => self.value(&value.value, span),
            Expr::TypedString(typed) => self.typed_string(typed, scope, span),
            Expr::Interval(interval) => self.interval(interval, span),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right, scope, span),
            Expr::UnaryOp { op, expr } => self.unary(op, expr, scope, span),
            Expr::IsNull(operand) => self.is_null(operand, scope, span),
            Expr::IsNotNull(operand) => self.is_not_null(operand, scope, span),
            Expr::IsTrue(operand) => self.is_truth(operand, true, scope, span),
            Expr::IsNotTrue(operand) => Ok(self.is_truth(operand, true, scope, span)?.negated()),
            Expr::IsFalse(operand) => self.is_truth(operand, false, scope, span),
            Expr::IsNotFalse(operand) => Ok(self.is_truth(operand, false, scope, span)?.negated()),
            Expr::IsUnknown(operand) => self.is_unknown(operand, scope, span),
            Expr::IsNotUnknown(operand) => Ok(self.is_unknown(operand, scope, span)?.negated()),
            Expr::IsDistinctFrom(left, right) => {
                Ok(self.not_distinct(left, right, scope, span)?.negated())
            }
            Expr::IsNotDistinctFrom(left, right) => self.not_distinct(left, right, scope, span),
            Expr::InList {
                expr,
                list,
                negated,
            } => {
                let result = self.in_list(expr, list, scope, span)?;
                Ok(if *negated { result.negated() } else { result })
            }
            Expr::InUnnest {
                expr,
                array_expr,
                negated,
            } => {
                let result = self.quantified(
                    expr,
                    ComparisonOperator::Equal,
                    array_expr,
                    false,
                    scope,
                    span,
                )?;
                Ok(if *negated { result.negated() } else { result })
            }
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => {
                let result = self.between(expr, low, high, scope, span)?;
                Ok(if *negated { result.negated() } else { result })
            }
            Expr::Like {
                negated,
                any,
                expr,
                pattern,
                escape_char,
            }
            | Expr::ILike {
                negated,
                any,
                expr,
                pattern,
                escape_char,
            } => {
                let like = LikePattern {
                    pattern,
                    any: *any,
                    negated: *negated,
                    escape: escape_char.as_deref(),
                    ignore_case: matches!(expression, Expr::ILike { .. }),
                };
                self.like_one_or_many(expr, &like, scope, span)
            }
            Expr::AnyOp {
                left,
                compare_op,
                right,
                ..
            } => {
                let operator = self.comparison_operator(compare_op, span)?;
                if let Expr::Subquery(query) = &**right {
                    return self.any_subquery(left, operator, query, scope, span);
                }
                self.quantified(left, operator, right, false, scope, span)
            }
            Expr::AllOp {
                left,
                compare_op,
                right,
            } => {
                let operator = self.comparison_operator(compare_op, span)?;
                if let Expr::Subquery(query) = &**right {
                    return self.all_subquery(left, operator, query, scope, span);
                }
                self.quantified(left, operator, right, true, scope, span)
            }
            Expr::Cast {
                kind,
                expr,
                data_type,
                format,
            } => {
                if matches!(kind, ast::CastKind::TryCast | ast::CastKind::SafeCast) {
                    return self.unsupported(span, "`TRY_CAST`");
                }
                if format.is_some() {
                    return self.unsupported(span, "`CAST .. FORMAT`");
                }
                self.cast(expr, data_type, scope, span)
            }
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => self.case(
                operand.as_deref(),
                conditions,
                else_result.as_deref(),
                scope,
                span,
            ),
            Expr::Function(function) => self.function(function, scope, span),
            Expr::Array(array) => self.array(&array.elem, scope, span),
            Expr::Extract { .. }
            | Expr::Ceil { .. }
            | Expr::Floor { .. }
            | Expr::Position { .. }
            | Expr::Substring { .. }
            | Expr::Trim { .. }
            | Expr::Overlay { .. }
            | Expr::AtTimeZone { .. } => self.special_call(expression, scope, span),
            Expr::Subquery(query) => self.scalar_subquery(query, scope, span),
            Expr::Exists { subquery, negated } => {
                let result = self.exists(subquery, scope, span)?;
                Ok(if *negated { result.negated() } else { result })
            }
            Expr::InSubquery {
                expr,
                subquery,
                negated,
            } => {
                let equal = ComparisonOperator::Equal;
                let result = self.any_subquery(expr, equal, subquery, scope, span)?;
                Ok(if *negated { result.negated() } else { result })
            }
            Expr::SimilarTo { .. } => Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, "`SIMILAR TO` is not supported")
                    .help("use `LIKE`, or a regular expression with `~`"),
            )),
            Expr::RLike { expr, regexp, .. } => {
                let start = self.source.span_or(expr.as_ref(), span).end;
                let word = if *regexp { "REGEXP" } else { "RLIKE" };
                let span = self.source.find(start, word).unwrap_or(span);
                let message = format!("PostgreSQL has no `{word}`");
                Err(Box::new(
                    Diagnostic::error(Code::Unsupported, span, message)
                        .help("write `x ~ 'pattern'`, or `!~` for those that do not match"),
                ))
            }
            Expr::Convert { .. } => {
                let span = self
                    .source
                    .find_before(span.start, "CONVERT")
                    .unwrap_or(span);
                Err(Box::new(
                    Diagnostic::error(Code::UnknownFunction, span, "no function `convert`")
                        .help("write `CAST(x AS type)`"),
                ))
            }
            Expr::Tuple(_) if self.clause == Clause::Aggregate => Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, "an aggregate of rows is not supported")
                    .note("rows are only counted: `COUNT(DISTINCT (a, b))`")
                    .help("aggregate over a derived table, `FROM (SELECT DISTINCT a, b FROM ..) AS pairs`"),
            )),
            Expr::Tuple(_) => Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, "a row as a value is not supported")
                    .help("name its values one by one; rows are only compared"),
            )),
            Expr::Collate { expr, collation } => self.collated(expr, collation, scope, span),
            Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => {
                self.unsupported(span, "`*` inside an expression")
            }
            _ => self.unsupported(span, "this expression"),
        }
    }

    pub(crate) fn name(&self, name: &ast::Ident) -> Name {
        Name {
            text: name.value.clone(),
            span: self.source.convert(name.span),
        }
    }

    fn value(&mut self, value: &Value, span: Span) -> Result<Expression> {
        match value {
            Value::Number(text, _) => number(text, span),
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => Ok(
                Expression::literal(Literal::Text(text.clone()), Type::Unknown, span),
            ),
            Value::DollarQuotedString(text) => Ok(Expression::literal(
                Literal::Text(text.value.clone()),
                Type::Unknown,
                span,
            )),
            Value::Boolean(value) => Ok(Expression::literal(
                Literal::Boolean(*value),
                Type::Boolean,
                span,
            )),
            Value::Null => Ok(Expression::literal(Literal::Null, Type::Unknown, span)),
            Value::Placeholder(text) => {
                if matches!(self.clause, Clause::GroupBy) {
                    return self.unsupported(span, "a parameter as a grouping key");
                }
                if text == natural::NATURAL {
                    return natural::misplaced(span);
                }
                let number = self.parameters.number(text, span)?;
                let given = self.parameters.given(number).cloned();
                let kind = ExpressionKind::Parameter(number);
                Ok(Expression {
                    kind,
                    ty: given.unwrap_or(Type::Unknown),
                    nullable: true,
                    span,
                })
            }
            _ => self.unsupported(span, format!("the literal `{value}`")),
        }
    }

    fn is_null(&mut self, operand: &Expr, scope: &Scope, span: Span) -> Result<Expression> {
        if is_row(operand) {
            return self.row_nullness(operand, true, scope, span);
        }
        let operand = self.expression(operand, scope, span)?;
        Ok(Expression::new(
            ExpressionKind::IsNull(Box::new(operand)),
            Type::Boolean,
            span,
        ))
    }

    fn is_not_null(&mut self, operand: &Expr, scope: &Scope, span: Span) -> Result<Expression> {
        if is_row(operand) {
            return self.row_nullness(operand, false, scope, span);
        }
        Ok(self.is_null(operand, scope, span)?.negated())
    }

    fn is_unknown(&mut self, operand: &Expr, scope: &Scope, span: Span) -> Result<Expression> {
        let operand = self.expression(operand, scope, span)?;
        let operand = self.condition(operand, "IS UNKNOWN")?;
        Ok(Expression::new(
            ExpressionKind::IsNull(Box::new(operand)),
            Type::Boolean,
            span,
        ))
    }

    fn is_truth(
        &mut self,
        operand: &Expr,
        value: bool,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let operand = self.expression(operand, scope, span)?;
        let operand =
            Box::new(self.condition(operand, if value { "IS TRUE" } else { "IS FALSE" })?);
        Ok(Expression::new(
            ExpressionKind::IsTruth { operand, value },
            Type::Boolean,
            span,
        ))
    }

    /// `CASE`, with or without an operand.
    fn case(
        &mut self,
        operand: Option<&Expr>,
        conditions: &[ast::CaseWhen],
        otherwise: Option<&Expr>,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let operand = operand
            .map(|operand| self.expression(operand, scope, span))
            .transpose()?;
        let mut tests = Vec::new();
        let mut values = Vec::new();
        for branch in conditions {
            let condition = self.expression(&branch.condition, scope, span)?;
            tests.push(match &operand {
                Some(operand) => {
                    let place = condition.span;
                    let operand = self.copy(operand)?;
                    self.compare(ComparisonOperator::Equal, operand, condition, place)?
                }
                None => self.condition(condition, "WHEN")?,
            });
            values.push(self.expression(&branch.result, scope, span)?);
        }
        if let Some(otherwise) = otherwise {
            values.push(self.expression(otherwise, scope, span)?);
        }
        let (mut values, ty) = self.unify(values, "CASE")?;
        let nullable = otherwise.is_none() || values.iter().any(|value| value.nullable);
        let otherwise = otherwise.and_then(|_| values.pop()).map(Box::new);
        let branches = tests.into_iter().zip(values).collect();
        Ok(Expression {
            kind: ExpressionKind::Case {
                branches,
                otherwise,
            },
            ty,
            nullable,
            span,
        })
    }

    /// `ARRAY[..]`.
    pub(crate) fn array(
        &mut self,
        items: &[Expr],
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let items = items
            .iter()
            .map(|item| self.expression(item, scope, span))
            .collect::<Result<Vec<_>>>()?;
        let (items, ty) = self.unify(items, "ARRAY")?;
        let nullable = items.iter().any(|item| item.nullable);
        let ty = Type::Array(Box::new(Item {
            ty,
            nullable,
            own: false,
        }));
        Ok(Expression::new(ExpressionKind::Array(items), ty, span))
    }
}
