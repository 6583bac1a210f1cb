//! Expressions of the syntax tree to typed expressions.

use super::literal::number;
use super::natural;
use super::pattern::LikePattern;
use super::scope::{Name, Scope, field, member};
use super::{Analyzer, Clause};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::types::{Item, Type};
use sqlparser::ast::{self, AccessExpr, Expr, Subscript, Value};

impl Analyzer<'_> {
    /// Analyses an expression. `outer` is the place of what surrounds it, for the words whose
    /// place the parser does not tell.
    pub(crate) fn expression(
        &mut self,
        expression: &Expr,
        scope: &Scope,
        outer: Span,
    ) -> Result<Expression> {
        let span = self.source.span_or(expression, outer);
        match expression {
            Expr::Nested(inner) => self.expression(inner, scope, span),
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
            Expr::TypedString(typed) => {
                let text = Expr::Value(typed.value.clone());
                self.cast(&text, &typed.data_type, scope, span)
            }
            Expr::Interval(interval) => self.interval(interval, span),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right, scope, span),
            Expr::UnaryOp { op, expr } => self.unary(op, expr, scope, span),
            Expr::IsNull(operand) => self.is_null(operand, scope, span),
            Expr::IsNotNull(operand) => Ok(not(self.is_null(operand, scope, span)?)),
            Expr::IsTrue(operand) => self.is_truth(operand, true, scope, span),
            Expr::IsNotTrue(operand) => Ok(not(self.is_truth(operand, true, scope, span)?)),
            Expr::IsFalse(operand) => self.is_truth(operand, false, scope, span),
            Expr::IsNotFalse(operand) => Ok(not(self.is_truth(operand, false, scope, span)?)),
            Expr::IsUnknown(operand) => self.is_unknown(operand, scope, span),
            Expr::IsNotUnknown(operand) => Ok(not(self.is_unknown(operand, scope, span)?)),
            Expr::IsDistinctFrom(left, right) => {
                Ok(not(self.not_distinct(left, right, scope, span)?))
            }
            Expr::IsNotDistinctFrom(left, right) => self.not_distinct(left, right, scope, span),
            Expr::InList {
                expr,
                list,
                negated,
            } => {
                let result = self.in_list(expr, list, scope, span)?;
                Ok(if *negated { not(result) } else { result })
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
                Ok(if *negated { not(result) } else { result })
            }
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => {
                let result = self.between(expr, low, high, scope, span)?;
                Ok(if *negated { not(result) } else { result })
            }
            Expr::Like {
                negated,
                any,
                expr,
                pattern,
                escape_char,
            } => {
                let like = LikePattern {
                    pattern,
                    any: *any,
                    escape: escape_char.as_deref(),
                    ignore_case: false,
                };
                let result = self.like_one_or_any(expr, &like, scope, span)?;
                Ok(if *negated { not(result) } else { result })
            }
            Expr::ILike {
                negated,
                any,
                expr,
                pattern,
                escape_char,
            } => {
                let like = LikePattern {
                    pattern,
                    any: *any,
                    escape: escape_char.as_deref(),
                    ignore_case: true,
                };
                let result = self.like_one_or_any(expr, &like, scope, span)?;
                Ok(if *negated { not(result) } else { result })
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
                Ok(if *negated { not(result) } else { result })
            }
            Expr::InSubquery {
                expr,
                subquery,
                negated,
            } => {
                let equal = ComparisonOperator::Equal;
                let result = self.any_subquery(expr, equal, subquery, scope, span)?;
                Ok(if *negated { not(result) } else { result })
            }
            Expr::SimilarTo { .. } => Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, "`SIMILAR TO` is not supported")
                    .help("use `LIKE`, or a regular expression with `~`"),
            )),
            Expr::Tuple(_) => self.unsupported(span, "a row value"),
            Expr::Collate { .. } => self.unsupported(span, "`COLLATE`"),
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

    /// A column, or else an earlier item of the SELECT list where such may be used.
    fn column_or_alias(&mut self, parts: &[Name], scope: &Scope) -> Result<Expression> {
        if let Some(first) = parts.first()
            && matches!(
                self.clause,
                Clause::Select | Clause::Qualify | Clause::OrderBy | Clause::Aggregate
            )
            && !scope.has_column(first)
            && !scope
                .sources
                .iter()
                .any(|source| source.name == first.text && parts.len() > 1)
            && let Some(value) = self.aliases.get(&first.text).cloned()
        {
            let value = Expression {
                span: first.span,
                ..self.copy(&value)?
            };
            return parts.iter().skip(1).try_fold(value, field);
        }
        let result = self.named(parts, scope);
        match (result, parts) {
            (Err(error), [name])
                if matches!(self.clause, Clause::Where)
                    && self.aliases.contains_key(&name.text) =>
            {
                Err(Box::new(error.note(
                    "WHERE is applied before the SELECT list is computed",
                )))
            }
            (result, _) => result,
        }
    }

    /// What a dotted name means here, or in a query around this one.
    fn named(&self, parts: &[Name], scope: &Scope) -> Result<Expression> {
        if scope.knows(parts) {
            return scope.resolve(parts);
        }
        match self.outer.iter().rev().find(|outer| outer.knows(parts)) {
            Some(outer) => outer.resolve(parts),
            None => match parts.first() {
                Some(first) if self.beside.iter().any(|beside| beside.knows(parts)) => {
                    Err(Box::new(
                        Diagnostic::error(
                            Code::UnknownTable,
                            first.span,
                            format!("`{}` is not known inside this query", first.text),
                        )
                        .help("write `LATERAL` in front of it, so that it can name what stands before it in FROM"),
                    ))
                }
                _ => scope.resolve(parts),
            },
        }
    }

    /// `root.field`, `root[1]` and chains of both.
    fn access(
        &mut self,
        root: &Expr,
        chain: &[AccessExpr],
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        // `t.tags[1]`: the names in front are one dotted name.
        let mut names: Vec<Name> = match root {
            Expr::Identifier(name) => vec![self.name(name)],
            Expr::CompoundIdentifier(parts) => parts.iter().map(|part| self.name(part)).collect(),
            _ => Vec::new(),
        };
        let mut chain = chain.iter().peekable();
        while let (false, Some(AccessExpr::Dot(Expr::Identifier(name)))) =
            (names.is_empty(), chain.peek())
        {
            names.push(self.name(name));
            chain.next();
        }
        let mut value = if names.is_empty() {
            self.expression(root, scope, span)?
        } else {
            self.column_or_alias(&names, scope)?
        };
        for access in chain {
            value = match access {
                AccessExpr::Dot(Expr::Identifier(name)) => field(value, &self.name(name))?,
                AccessExpr::Dot(other) => {
                    let span = self.source.span_or(other, span);
                    return self.unsupported(span, "this after a `.`");
                }
                AccessExpr::Subscript(Subscript::Index { index }) => {
                    self.subscript(value, index, scope, span)?
                }
                AccessExpr::Subscript(Subscript::Slice { .. }) => {
                    return self.unsupported(span, "an array slice");
                }
            };
        }
        Ok(value)
    }

    fn subscript(
        &mut self,
        value: Expression,
        index: &Expr,
        scope: &Scope,
        outer: Span,
    ) -> Result<Expression> {
        // An array of quoted literals has to have a type before an item is taken out.
        let value = self.settle(value)?;
        let index = self.expression(index, scope, outer)?;
        let span = value.span.to(index.span);
        match (value.ty.clone(), index.as_text()) {
            (Type::Array(item), _) => {
                let index = self.coerce(index, &Type::Integer)?;
                let kind = ExpressionKind::Subscript {
                    array: Box::new(value),
                    index: Box::new(index),
                };
                Ok(Expression {
                    kind,
                    ty: item.ty,
                    nullable: true,
                    span,
                })
            }
            (Type::Json | Type::Document | Type::Struct(_) | Type::Map(_), Some(key)) => {
                let name = Name {
                    text: key.to_owned(),
                    span: index.span,
                };
                self.key(value, &name, span)
            }
            (ty, _) => Err(Box::new(
                Diagnostic::error(
                    Code::TypeMismatch,
                    index.span,
                    format!("a value of type `{ty}` has no items"),
                )
                .help("only arrays take a subscript"),
            )),
        }
    }

    /// The value of a key, whether the schema lists it or not.
    pub(crate) fn key(&self, value: Expression, name: &Name, span: Span) -> Result<Expression> {
        let found = match value.ty {
            Type::Json | Type::Document => member(value, &name.text, Type::Json, span),
            _ => field(value, name)?,
        };
        Ok(Expression { span, ..found })
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
                let kind = ExpressionKind::Parameter(number);
                Ok(Expression {
                    kind,
                    ty: Type::Unknown,
                    nullable: true,
                    span,
                })
            }
            _ => self.unsupported(span, format!("the literal `{value}`")),
        }
    }

    fn is_null(&mut self, operand: &Expr, scope: &Scope, span: Span) -> Result<Expression> {
        let operand = self.expression(operand, scope, span)?;
        Ok(Expression::new(
            ExpressionKind::IsNull(Box::new(operand)),
            Type::Boolean,
            span,
        ))
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

/// `NOT x`, without a second `NOT`.
pub(crate) fn not(operand: Expression) -> Expression {
    let Expression {
        kind,
        ty,
        nullable,
        span,
    } = operand;
    match kind {
        ExpressionKind::Not(inner) => Expression { span, ..*inner },
        kind => {
            let operand = Box::new(Expression {
                kind,
                ty,
                nullable,
                span,
            });
            Expression {
                kind: ExpressionKind::Not(operand),
                ty: Type::Boolean,
                nullable,
                span,
            }
        }
    }
}
