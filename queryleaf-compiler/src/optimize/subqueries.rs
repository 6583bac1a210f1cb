//! Subqueries leave the expressions they stand in: each becomes an operator below.
//!
//! This is no improvement but a change of form that every query goes through. A condition of `WHERE`
//! that only asks whether a subquery has certain rows becomes a semi-join or an anti-join, see
//! [`semi_joins`](super::semi_joins).

use crate::lower::may_fail;
use crate::plan::{
    ColumnId, Expression, ExpressionKind, JoinKind, NewColumns, Path, Relation, Subquery,
    SubqueryForm,
};
use std::collections::BTreeSet;
use std::convert::Infallible;

/// Moves every subquery into a [`Relation::Apply`].
pub(super) fn apply(relation: Relation, new: &mut NewColumns) -> Relation {
    let relation = condition_inside(relation).map_inputs(|input| apply(input, new));
    if let Relation::Join {
        kind: JoinKind::Full,
        left,
        right,
        condition,
    } = relation
    {
        return full_join(*left, *right, condition, new);
    }
    let mut found = Vec::new();
    let relation =
        relation.map_expressions(&mut |expression| Extraction::new(new, &mut found).of(expression));
    if found.is_empty() {
        return relation;
    }
    relation.map_first_input(|input| {
        found
            .into_iter()
            .fold(input, |input, (column, subquery)| Relation::Apply {
                input: Box::new(input),
                subquery: Box::new(subquery),
                column,
            })
    })
}

/// A join whose condition has subqueries, with the condition inside the right side: they are about
/// rows of both.
fn condition_inside(relation: Relation) -> Relation {
    match relation {
        Relation::Join {
            kind,
            left,
            right,
            condition,
        } if kind != JoinKind::Full && has_subquery(&condition) => {
            let always = Expression::always(condition.span);
            Relation::Join {
                kind,
                left,
                right: Box::new(right.filtered(vec![condition])),
                condition: always,
            }
        }
        other => other,
    }
}

/// A full join whose condition reads the subqueries as columns of the side that they are about; the
/// analysis has refused those that are about both.
fn full_join(
    left: Relation,
    right: Relation,
    condition: Expression,
    new: &mut NewColumns,
) -> Relation {
    let mut found = Vec::new();
    let condition = as_columns(condition, new, &mut found);
    let of_right: BTreeSet<ColumnId> = right.columns().into_iter().collect();
    let (mut left, mut right) = (left, right);
    for (column, subquery) in found {
        let subquery = Box::new(subquery);
        let side = match subquery.reads().is_disjoint(&of_right) {
            true => &mut left,
            false => &mut right,
        };
        let input = Box::new(std::mem::replace(side, Relation::OneRow));
        *side = Relation::Apply {
            input,
            subquery,
            column,
        };
    }
    Relation::Join {
        kind: JoinKind::Full,
        left: Box::new(left),
        right: Box::new(right),
        condition,
    }
}

/// The expression with columns in place of its subqueries, which are computed for every row.
fn as_columns(
    expression: Expression,
    new: &mut NewColumns,
    found: &mut Vec<(ColumnId, Subquery)>,
) -> Expression {
    if let ExpressionKind::Subquery(subquery) = expression.kind {
        let kind = Extraction::new(new, found).subquery(*subquery);
        return Expression { kind, ..expression };
    }
    let Ok(expression) = expression
        .try_map_children(&mut |child| Ok::<_, Infallible>(as_columns(child, new, found)));
    expression
}

fn has_subquery(expression: &Expression) -> bool {
    expression.any(&mut |part| matches!(part.kind, ExpressionKind::Subquery(_)))
}

/// The subqueries of an expression on their way out.
struct Extraction<'a> {
    new: &'a mut NewColumns,
    found: &'a mut Vec<(ColumnId, Subquery)>,
    /// What has to be true where the present part is computed at all: in SQL a branch of `CASE` or
    /// `COALESCE` that is not taken cannot fail.
    guards: Vec<Expression>,
}

impl<'a> Extraction<'a> {
    fn new(new: &'a mut NewColumns, found: &'a mut Vec<(ColumnId, Subquery)>) -> Self {
        Extraction {
            new,
            found,
            guards: Vec::new(),
        }
    }

    /// The expression with columns in place of its subqueries.
    fn of(&mut self, expression: Expression) -> Expression {
        if !has_subquery(&expression) {
            return expression;
        }
        let Expression {
            ty,
            nullable,
            span,
            kind,
        } = expression;
        let kind = match kind {
            ExpressionKind::Subquery(subquery) => self.subquery(*subquery),
            ExpressionKind::Case {
                branches,
                otherwise,
            } => self.case(branches, otherwise),
            ExpressionKind::Coalesce(items) => {
                ExpressionKind::Coalesce(self.chain(items, |item| item.clone().is_null()))
            }
            ExpressionKind::And(items) => ExpressionKind::And(
                self.chain(items, |item| item.clone().is_truth(false).negated()),
            ),
            ExpressionKind::Or(items) => {
                ExpressionKind::Or(self.chain(items, |item| item.clone().is_truth(true).negated()))
            }
            kind => {
                let expression = Expression {
                    kind,
                    ty,
                    nullable,
                    span,
                };
                let Ok(expression) =
                    expression.try_map_children(&mut |child| Ok::<_, Infallible>(self.of(child)));
                return expression;
            }
        };
        Expression {
            kind,
            ty,
            nullable,
            span,
        }
    }

    fn subquery(&mut self, subquery: Subquery) -> ExpressionKind {
        let Subquery { relation, form } = subquery;
        let mut relation = apply(relation, self.new);
        let form = match form {
            SubqueryForm::Any(condition) => {
                let (rows, condition) = condition_over(relation, *condition, self.new);
                relation = rows;
                SubqueryForm::Any(Box::new(condition))
            }
            other => other,
        };
        let mut subquery = Subquery { relation, form };
        if !self.guards.is_empty() && fails(&subquery) {
            subquery = guarded(subquery, &self.guards);
        }
        let column = self.new.column();
        self.found.push((column, subquery));
        ExpressionKind::Path(Path::of(column))
    }

    fn case(
        &mut self,
        branches: Vec<(Expression, Expression)>,
        otherwise: Option<Box<Expression>>,
    ) -> ExpressionKind {
        let outside = self.guards.len();
        let branches = branches
            .into_iter()
            .map(|(condition, value)| {
                let condition = self.of(condition);
                let is_taken = condition.clone().is_truth(true);
                self.guards.push(is_taken.clone());
                let value = self.of(value);
                self.guards.pop();
                self.guards.push(is_taken.negated());
                (condition, value)
            })
            .collect();
        let otherwise = otherwise.map(|value| Box::new(self.of(*value)));
        self.guards.truncate(outside);
        ExpressionKind::Case {
            branches,
            otherwise,
        }
    }

    /// Items of which one is looked at only where `goes_on` is true of all before it.
    fn chain(
        &mut self,
        items: Vec<Expression>,
        goes_on: impl Fn(&Expression) -> Expression,
    ) -> Vec<Expression> {
        let outside = self.guards.len();
        let items = items
            .into_iter()
            .map(|item| {
                let item = self.of(item);
                self.guards.push(goes_on(&item));
                item
            })
            .collect();
        self.guards.truncate(outside);
        items
    }
}

/// Whether a subquery may fail on the server.
fn fails(subquery: &Subquery) -> bool {
    let mut fails = matches!(subquery.form, SubqueryForm::Scalar(_))
        && !subquery.relation.has_one_row_at_most();
    let mut look = |part: &Expression| fails = fails || may_fail(part);
    subquery.relation.for_each_expression_inside(&mut look);
    if let SubqueryForm::Any(condition) = &subquery.form {
        look(condition);
    }
    fails
}

/// A subquery that is not computed where one of these conditions is not true.
fn guarded(subquery: Subquery, guards: &[Expression]) -> Subquery {
    let made = subquery.relation.made_columns();
    let Some(guard) = Expression::all_of(guards.to_vec()) else {
        return subquery;
    };
    let mut guard_outer = |part| Ok::<_, Infallible>(outer_guarded(part, &made, &guard));
    let Ok(relation) = subquery
        .relation
        .try_map_expressions_inside(&mut guard_outer);
    let Ok(form) = subquery.form.try_map(&mut guard_outer);
    Subquery {
        relation: only_where(relation, guards),
        form,
    }
}

/// The expression with each part that reads nothing but columns from outside, and may fail, behind
/// the guard: that is computed before the first row of the subquery is looked at.
fn outer_guarded(
    expression: Expression,
    made: &BTreeSet<ColumnId>,
    guard: &Expression,
) -> Expression {
    if !expression.reads(|_| true) || !may_fail(&expression) {
        return expression;
    }
    if expression.reads(|column| made.contains(&column)) {
        let Ok(expression) = expression
            .try_map_children(&mut |child| Ok::<_, Infallible>(outer_guarded(child, made, guard)));
        return expression;
    }
    let (ty, span) = (expression.ty.clone(), expression.span);
    let kind = ExpressionKind::Case {
        branches: vec![(guard.clone(), expression)],
        otherwise: None,
    };
    Expression::new(kind, ty, span).nullable(true)
}

/// The relation where all these conditions, which are about the rows around it, are true; elsewhere
/// nothing is computed of it.
fn only_where(relation: Relation, guards: &[Expression]) -> Relation {
    match relation {
        Relation::Scan { .. } | Relation::OneRow | Relation::Values { .. } => {
            relation.filtered(guards.to_vec())
        }
        Relation::SetOperation { .. }
        | Relation::Join {
            kind: JoinKind::Full,
            ..
        } => relation.map_inputs(|input| only_where(input, guards)),
        // There is a row even of nothing.
        Relation::Aggregate { ref keys, .. } if keys.is_empty() => relation
            .map_first_input(|input| only_where(input, guards))
            .filtered(guards.to_vec()),
        Relation::Unnest { .. }
        | Relation::Filter { .. }
        | Relation::Aggregate { .. }
        | Relation::Project { .. }
        | Relation::Distinct { .. }
        | Relation::Sort { .. }
        | Relation::Limit { .. }
        | Relation::Join { .. }
        | Relation::Apply { .. }
        | Relation::Window { .. }
        | Relation::DistinctOn { .. }
        | Relation::Walk { .. } => relation.map_first_input(|input| only_where(input, guards)),
    }
}

/// A condition over the rows of a subquery that may itself have subqueries.
fn condition_over(
    relation: Relation,
    condition: Expression,
    new: &mut NewColumns,
) -> (Relation, Expression) {
    let mut found = Vec::new();
    let condition = Extraction::new(new, &mut found).of(condition);
    let relation = found
        .into_iter()
        .fold(relation, |input, (column, subquery)| Relation::Apply {
            input: Box::new(input),
            subquery: Box::new(subquery),
            column,
        });
    (relation, condition)
}
