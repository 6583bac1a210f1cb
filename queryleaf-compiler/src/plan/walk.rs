//! Walking an expression: one list of what its parts are.

use super::{Expression, ExpressionKind, Subquery, SubqueryForm};
use crate::diagnostic::Span;

impl Expression {
    /// Calls `visit` on each direct part.
    pub fn for_each_child<'a>(&'a self, mut visit: impl FnMut(&'a Expression)) {
        // The borrowed walk is written beside the owned one, so that a new kind of expression is
        // given to both.
        match &self.kind {
            ExpressionKind::Literal(_)
            | ExpressionKind::Path(_)
            | ExpressionKind::Parameter(_)
            | ExpressionKind::CurrentTimestamp => {}
            ExpressionKind::Not(operand)
            | ExpressionKind::IsNull(operand)
            | ExpressionKind::IsTruth { operand, .. }
            | ExpressionKind::InParameter { operand, .. }
            | ExpressionKind::Negate(operand)
            | ExpressionKind::Cast(operand)
            | ExpressionKind::Member {
                document: operand, ..
            } => visit(operand),
            ExpressionKind::And(items)
            | ExpressionKind::Or(items)
            | ExpressionKind::Coalesce(items)
            | ExpressionKind::Greatest(items)
            | ExpressionKind::Least(items)
            | ExpressionKind::Array(items)
            | ExpressionKind::Call {
                arguments: items, ..
            } => items.iter().for_each(visit),
            ExpressionKind::Compare { left, right, .. }
            | ExpressionKind::NotDistinct { left, right }
            | ExpressionKind::Arithmetic { left, right, .. }
            | ExpressionKind::Like {
                operand: left,
                pattern: right,
                ..
            }
            | ExpressionKind::Regex {
                operand: left,
                pattern: right,
                ..
            }
            | ExpressionKind::Quantified {
                operand: left,
                array: right,
                ..
            }
            | ExpressionKind::Subscript {
                array: left,
                index: right,
            } => {
                visit(left);
                visit(right);
            }
            ExpressionKind::InList { operand, items } => {
                visit(operand);
                items.iter().for_each(visit);
            }
            ExpressionKind::Case {
                branches,
                otherwise,
            } => {
                for (condition, value) in branches {
                    visit(condition);
                    visit(value);
                }
                if let Some(otherwise) = otherwise {
                    visit(otherwise);
                }
            }
            ExpressionKind::Object(entries) => {
                entries.iter().for_each(|(_, value)| visit(value));
            }
            ExpressionKind::Aggregate(aggregate) => aggregate.for_each_part(&mut visit),
            ExpressionKind::Grouping(keys) => keys.iter().for_each(visit),
            ExpressionKind::Window(call) => call.for_each_part(&mut visit),
            ExpressionKind::Subquery(subquery) => {
                subquery.relation.for_each_expression_inside(&mut visit);
                if let SubqueryForm::Any(condition) = &subquery.form {
                    visit(condition);
                }
            }
        }
    }

    /// Replaces each direct part by what `change` makes of it.
    ///
    /// # Errors
    ///
    /// The first error of `change`.
    pub fn try_map_children<E>(
        self,
        change: &mut impl FnMut(Expression) -> Result<Expression, E>,
    ) -> Result<Expression, E> {
        let kind = match self.kind {
            kind @ (ExpressionKind::Literal(_)
            | ExpressionKind::Path(_)
            | ExpressionKind::Parameter(_)
            | ExpressionKind::CurrentTimestamp) => kind,
            ExpressionKind::Not(operand) => ExpressionKind::Not(one(operand, change)?),
            ExpressionKind::IsNull(operand) => ExpressionKind::IsNull(one(operand, change)?),
            ExpressionKind::Negate(operand) => ExpressionKind::Negate(one(operand, change)?),
            ExpressionKind::Cast(operand) => ExpressionKind::Cast(one(operand, change)?),
            ExpressionKind::IsTruth { operand, value } => ExpressionKind::IsTruth {
                operand: one(operand, change)?,
                value,
            },
            ExpressionKind::InParameter { operand, parameter } => ExpressionKind::InParameter {
                operand: one(operand, change)?,
                parameter,
            },
            ExpressionKind::Member { document, key } => ExpressionKind::Member {
                document: one(document, change)?,
                key,
            },
            ExpressionKind::And(items) => ExpressionKind::And(all(items, change)?),
            ExpressionKind::Or(items) => ExpressionKind::Or(all(items, change)?),
            ExpressionKind::Coalesce(items) => ExpressionKind::Coalesce(all(items, change)?),
            ExpressionKind::Greatest(items) => ExpressionKind::Greatest(all(items, change)?),
            ExpressionKind::Least(items) => ExpressionKind::Least(all(items, change)?),
            ExpressionKind::Array(items) => ExpressionKind::Array(all(items, change)?),
            ExpressionKind::Call {
                function,
                arguments,
            } => ExpressionKind::Call {
                function,
                arguments: all(arguments, change)?,
            },
            ExpressionKind::Compare {
                operator,
                left,
                right,
            } => ExpressionKind::Compare {
                operator,
                left: one(left, change)?,
                right: one(right, change)?,
            },
            ExpressionKind::NotDistinct { left, right } => ExpressionKind::NotDistinct {
                left: one(left, change)?,
                right: one(right, change)?,
            },
            ExpressionKind::Arithmetic {
                operator,
                left,
                right,
            } => ExpressionKind::Arithmetic {
                operator,
                left: one(left, change)?,
                right: one(right, change)?,
            },
            ExpressionKind::Like {
                operand,
                pattern,
                escape,
                ignore_case,
            } => ExpressionKind::Like {
                operand: one(operand, change)?,
                pattern: one(pattern, change)?,
                escape,
                ignore_case,
            },
            ExpressionKind::Regex {
                operand,
                pattern,
                ignore_case,
            } => ExpressionKind::Regex {
                operand: one(operand, change)?,
                pattern: one(pattern, change)?,
                ignore_case,
            },
            ExpressionKind::Quantified {
                operator,
                operand,
                array,
                all,
            } => ExpressionKind::Quantified {
                operator,
                operand: one(operand, change)?,
                array: one(array, change)?,
                all,
            },
            ExpressionKind::Subscript { array, index } => ExpressionKind::Subscript {
                array: one(array, change)?,
                index: one(index, change)?,
            },
            ExpressionKind::InList { operand, items } => ExpressionKind::InList {
                operand: one(operand, change)?,
                items: all(items, change)?,
            },
            ExpressionKind::Case {
                branches,
                otherwise,
            } => ExpressionKind::Case {
                branches: branches
                    .into_iter()
                    .map(|(condition, value)| Ok((change(condition)?, change(value)?)))
                    .collect::<Result<_, E>>()?,
                otherwise: otherwise.map(|value| one(value, change)).transpose()?,
            },
            ExpressionKind::Object(entries) => ExpressionKind::Object(
                entries
                    .into_iter()
                    .map(|(key, value)| Ok((key, change(value)?)))
                    .collect::<Result<_, E>>()?,
            ),
            ExpressionKind::Aggregate(aggregate) => {
                ExpressionKind::Aggregate(Box::new(aggregate.try_map(change)?))
            }
            ExpressionKind::Grouping(keys) => {
                ExpressionKind::Grouping(keys.into_iter().map(change).collect::<Result<_, E>>()?)
            }
            ExpressionKind::Window(call) => ExpressionKind::Window(Box::new(call.try_map(change)?)),
            ExpressionKind::Subquery(subquery) => ExpressionKind::Subquery(Box::new(Subquery {
                relation: subquery.relation.try_map_expressions_inside(change)?,
                form: subquery.form.try_map(change)?,
            })),
        };
        Ok(Expression {
            kind,
            ty: self.ty,
            nullable: self.nullable,
            span: self.span,
        })
    }

    /// The same expression without its places, for comparing what two expressions compute.
    #[must_use]
    pub fn without_spans(self) -> Expression {
        let Ok(mut expression) = self.try_map_children(&mut |child| {
            Ok::<_, std::convert::Infallible>(child.without_spans())
        });
        expression.span = Span::default();
        expression
    }

    /// Whether this or any part of it is as asked.
    pub fn any(&self, is: &mut impl FnMut(&Expression) -> bool) -> bool {
        if is(self) {
            return true;
        }
        let mut found = false;
        self.for_each_child(|child| found = found || child.any(is));
        found
    }
}

#[expect(
    clippy::boxed_local,
    reason = "the part comes out of a box and goes into one"
)]
fn one<E>(
    part: Box<Expression>,
    change: &mut impl FnMut(Expression) -> Result<Expression, E>,
) -> Result<Box<Expression>, E> {
    change(*part).map(Box::new)
}

fn all<E>(
    parts: Vec<Expression>,
    change: &mut impl FnMut(Expression) -> Result<Expression, E>,
) -> Result<Vec<Expression>, E> {
    parts.into_iter().map(change).collect()
}
