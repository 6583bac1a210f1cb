//! Joins: what belongs together, and which columns may be `NULL` afterwards.

use super::scope::{Name, Scope};
use super::unnest::gives_items;
use super::{Analyzer, Clause};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ColumnId, ComparisonOperator, Expression, ExpressionKind, JoinKind, Relation};
use sqlparser::ast::{self, Expr, JoinConstraint, JoinOperator};

/// A join as the query writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Inner,
    Left,
    Right,
    Full,
}

impl Analyzer<'_> {
    /// The relation so far, joined with another factor of `FROM`.
    pub(crate) fn join(
        &mut self,
        left: Relation,
        join: &ast::Join,
        scope: &mut Scope,
        outer: Span,
    ) -> Result<Relation> {
        let span = self.source.span_or(&join.relation, outer);
        let (written, constraint) = self.join_operator(&join.join_operator, span)?;
        if gives_items(&join.relation) {
            return self.join_unnest(left, join, (written, constraint), scope, span);
        }
        let before = match written {
            Written::Inner | Written::Left => scope.clone(),
            // Rows of the right side may have no row before them that they could name.
            Written::Right | Written::Full => Scope::default(),
        };
        let (right, mut own) = self.factor(&join.relation, &before, outer)?;
        let (condition, merged) = match constraint {
            JoinConstraint::On(condition) => {
                let mut both = scope.clone();
                self.merge(&mut both, own.clone())?;
                let condition = self
                    .expression_in(Clause::From, condition, &both, span)
                    .and_then(|condition| self.condition(condition, "ON"))?;
                (condition, Vec::new())
            }
            JoinConstraint::Using(names) => {
                let names: Vec<Name> = names
                    .iter()
                    .filter_map(|name| match &name.0[..] {
                        [part] => part.as_ident().map(|ident| self.name(ident)),
                        _ => None,
                    })
                    .collect();
                self.same_columns(written, &names, scope, &mut own, span)?
            }
            JoinConstraint::Natural => {
                let names = common_names(scope, &own, span);
                self.same_columns(written, &names, scope, &mut own, span)?
            }
            JoinConstraint::None if written == Written::Inner => {
                (Expression::always(span), Vec::new())
            }
            JoinConstraint::None => {
                let message = "this join has no condition";
                return Err(Box::new(
                    Diagnostic::error(Code::Syntax, span, message)
                        .help("say which rows belong together with `ON` or `USING`"),
                ));
            }
        };
        if written == Written::Full && is_about_both(&condition, &left, &right) {
            return Err(Box::new(
                Diagnostic::error(
                    Code::Unsupported,
                    condition.span,
                    "a subquery about both sides of a full join is not supported in its condition",
                )
                .help("compute it as a column of a query in `FROM`, and compare that column"),
            ));
        }
        match written {
            Written::Inner => {}
            Written::Left => own.make_outer_joined(),
            Written::Right => scope.make_outer_joined(),
            Written::Full => {
                own.make_outer_joined();
                scope.make_outer_joined();
            }
        }
        self.merge(scope, own)?;
        // The columns of the last `USING` come first.
        scope.merged.splice(0..0, merged);
        let (kind, left, right) = match written {
            Written::Inner => (JoinKind::Inner, left, right),
            Written::Left => (JoinKind::Left, left, right),
            Written::Right => (JoinKind::Left, right, left),
            Written::Full => (JoinKind::Full, left, right),
        };
        Ok(Relation::Join {
            kind,
            left: Box::new(left),
            right: Box::new(right),
            condition,
        })
    }

    fn join_operator<'j>(
        &self,
        operator: &'j JoinOperator,
        span: Span,
    ) -> Result<(Written, &'j JoinConstraint)> {
        Ok(match operator {
            JoinOperator::Join(constraint)
            | JoinOperator::Inner(constraint)
            | JoinOperator::CrossJoin(constraint) => (Written::Inner, constraint),
            JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => {
                (Written::Left, constraint)
            }
            JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => {
                (Written::Right, constraint)
            }
            JoinOperator::FullOuter(constraint) => (Written::Full, constraint),
            _ => return self.unsupported(span, "this kind of join"),
        })
    }

    /// A join of a row with the items of one of its arrays: `CROSS JOIN UNNEST(..)` and
    /// `LEFT JOIN UNNEST(..) ON TRUE`.
    fn join_unnest(
        &mut self,
        left: Relation,
        join: &ast::Join,
        (written, constraint): (Written, &JoinConstraint),
        scope: &mut Scope,
        span: Span,
    ) -> Result<Relation> {
        let keep_empty = match written {
            Written::Inner => false,
            Written::Left => true,
            Written::Right | Written::Full => {
                return self.unsupported(span, "this kind of join with `UNNEST`");
            }
        };
        let condition = match constraint {
            JoinConstraint::None => None,
            JoinConstraint::On(Expr::Value(value)) if value.value == ast::Value::Boolean(true) => {
                None
            }
            JoinConstraint::On(condition) if !keep_empty => Some(condition),
            _ => {
                return Err(Box::new(
                    Diagnostic::error(
                        Code::Unsupported,
                        span,
                        "a condition of a `LEFT JOIN` with an array is not supported",
                    )
                    .help(
                        "write `LEFT JOIN LATERAL (SELECT .. FROM UNNEST(..) AS item WHERE ..) AS item ON TRUE`",
                    ),
                ));
            }
        };
        let relation = self.unnest_factor(left, &join.relation, keep_empty, scope, span)?;
        let Some(condition) = condition else {
            return Ok(relation);
        };
        let condition = self
            .expression_in(Clause::From, condition, scope, span)
            .and_then(|condition| self.condition(condition, "ON"))?;
        Ok(relation.filtered(vec![condition]))
    }

    /// The condition of `USING` and `NATURAL`, and the columns that it makes one of two.
    fn same_columns(
        &mut self,
        written: Written,
        names: &[Name],
        scope: &mut Scope,
        own: &mut Scope,
        span: Span,
    ) -> Result<(Expression, Vec<(String, Expression)>)> {
        let mut conditions = Vec::new();
        let mut merged = Vec::new();
        for name in names {
            let left = scope.resolve(std::slice::from_ref(name))?;
            let right = own.resolve(std::slice::from_ref(name))?;
            let column = self.merged_column(written, &left, &right, name)?;
            conditions.push(self.compare(ComparisonOperator::Equal, left, right, name.span)?);
            merged.push((name.text.clone(), column));
            for side in [&mut *scope, &mut *own] {
                side.merged.retain(|(known, _)| *known != name.text);
                for source in &mut side.sources {
                    source.merged.push(name.text.clone());
                }
            }
        }
        let condition = Expression::all_of(conditions).unwrap_or_else(|| Expression::always(span));
        Ok((condition, merged))
    }

    /// The one column that two have become, of their common type: that of the side whose rows are
    /// all there, or of either side.
    fn merged_column(
        &mut self,
        written: Written,
        left: &Expression,
        right: &Expression,
        name: &Name,
    ) -> Result<Expression> {
        let (mut sides, ty) = self.unify(vec![left.clone(), right.clone()], "USING")?;
        match written {
            Written::Inner | Written::Left => Ok(sides.swap_remove(0)),
            Written::Right => Ok(sides.swap_remove(1)),
            Written::Full => {
                for side in &mut sides {
                    side.nullable = true;
                }
                Ok(Expression {
                    kind: ExpressionKind::Coalesce(sides),
                    ty,
                    nullable: true,
                    span: name.span,
                })
            }
        }
    }
}

/// Whether a join keeps rows of its right side that have no partner.
pub(crate) fn keeps_right_rows(join: &ast::Join) -> bool {
    matches!(
        join.join_operator,
        JoinOperator::Right(_) | JoinOperator::RightOuter(_) | JoinOperator::FullOuter(_)
    )
}

/// The names of the columns that both sides have, in the order of the left one.
fn common_names(left: &Scope, right: &Scope, span: Span) -> Vec<Name> {
    let of = |scope: &Scope| -> Vec<String> {
        let merged = scope.merged.iter().map(|(name, _)| name.clone());
        let others = scope.sources.iter().flat_map(|source| {
            let columns = source.unmerged_columns(span).into_iter();
            columns.map(|(name, _)| name)
        });
        merged.chain(others).collect()
    };
    let right = of(right);
    let mut names: Vec<Name> = Vec::new();
    for text in of(left) {
        if right.contains(&text) && names.iter().all(|known| known.text != text) {
            names.push(Name { text, span });
        }
    }
    names
}

/// Whether one of the subqueries of a condition reads columns of both sides.
fn is_about_both(condition: &Expression, left: &Relation, right: &Relation) -> bool {
    let (left, right) = (left.columns(), right.columns());
    condition.any(&mut |part| match &part.kind {
        ExpressionKind::Subquery(subquery) => {
            let reads = subquery.reads();
            let is_read = |columns: &[ColumnId]| columns.iter().any(|one| reads.contains(one));
            is_read(&left) && is_read(&right)
        }
        _ => false,
    })
}
