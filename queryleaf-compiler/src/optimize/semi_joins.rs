//! Conditions that ask whether a subquery has certain rows become semi-joins and anti-joins.
//!
//! `x IN (SELECT y ..)` and `EXISTS` in a `WHERE` stop at the first partner of a row, and the join can
//! take place by a key; as values they would have to look at every row of the subquery to tell false
//! from unknown. For `NOT IN` and `ALL` see [`excluded`].

use super::array_keys::keyed;
use super::excluded;
use super::nullness::narrow_condition;
use crate::diagnostic::Span;
use crate::plan::{
    Expression, ExpressionKind, JoinKind, NewColumns, Relation, Subquery, SubqueryForm,
};
use std::convert::Infallible;

/// Replaces the subqueries in the conditions of filters.
pub(crate) fn rewrite(relation: Relation, new: &mut NewColumns) -> Relation {
    let (input, predicate) = match relation.map_inputs(|input| rewrite(input, new)) {
        Relation::Filter { input, predicate } => (input, predicate),
        Relation::Join {
            kind,
            left,
            right,
            condition,
        } => {
            let span = condition.span;
            let conditions = condition.conjuncts().into_iter().map(keyed).collect();
            let condition =
                Expression::all_of(conditions).unwrap_or_else(|| Expression::always(span));
            return join(kind, *left, *right, condition)
                .map_expressions(&mut |expression| inside(expression, new));
        }
        other => return other.map_expressions(&mut |expression| inside(expression, new)),
    };
    let (mut asking, mut others) = (Vec::new(), Vec::new());
    for condition in predicate.conjuncts().into_iter().map(keyed) {
        match asked(&condition, true) {
            Some(asked) if is_about_presence(asked.subquery) => asking.push(condition),
            Some(_) | None => others.push(inside(condition, new)),
        }
    }
    // What can be told without another collection is asked first.
    let filtered = input.filtered(others);
    asking
        .iter()
        .filter_map(|condition| asked(condition, true))
        .fold(filtered, |left, asked| joined(left, &asked, new))
}

/// Replaces the subqueries in the conditions of filters inside the subqueries of an expression.
fn inside(expression: Expression, new: &mut NewColumns) -> Expression {
    match expression.kind {
        ExpressionKind::Subquery(subquery) => {
            let Subquery { relation, form } = *subquery;
            let relation = rewrite(relation, new);
            let kind = ExpressionKind::Subquery(Box::new(Subquery { relation, form }));
            Expression { kind, ..expression }
        }
        kind => {
            let expression = Expression { kind, ..expression };
            let Ok(expression) =
                expression.try_map_children(&mut |child| Ok::<_, Infallible>(inside(child, new)));
            expression
        }
    }
}

/// A subquery that a condition asks, and the answer that it wants.
struct Asked<'a> {
    subquery: &'a Subquery,
    wanted: bool,
    span: Span,
}

fn is_about_presence(subquery: &Subquery) -> bool {
    match subquery.form {
        SubqueryForm::Exists | SubqueryForm::Any(_) => true,
        SubqueryForm::Scalar(_) | SubqueryForm::Array(_) => false,
    }
}

/// The rows of the left side for which the subquery gives the wanted answer.
fn joined(left: Relation, asked: &Asked<'_>, new: &mut NewColumns) -> Relation {
    let Subquery { relation, form } = asked.subquery.clone();
    let right = presence_of(rewrite(relation, new));
    let condition = match form {
        SubqueryForm::Any(condition) => *condition,
        SubqueryForm::Exists | SubqueryForm::Scalar(_) | SubqueryForm::Array(_) => {
            let (right, conditions) = uncorrelated(without_columns(right));
            let condition = Expression::all_of(conditions);
            let condition = condition.unwrap_or_else(|| Expression::always(asked.span));
            return join(kind(asked.wanted), left, right, condition);
        }
    };
    if asked.wanted {
        return join(JoinKind::Semi, left, right, condition);
    }
    let condition = narrow_condition(condition, [&left, &right]);
    excluded::without(left, right, condition, asked.span, new)
}

fn kind(wanted: bool) -> JoinKind {
    if wanted {
        JoinKind::Semi
    } else {
        JoinKind::Anti
    }
}

pub(super) fn join(
    kind: JoinKind,
    left: Relation,
    right: Relation,
    condition: Expression,
) -> Relation {
    Relation::Join {
        kind,
        left: Box::new(left),
        right: Box::new(right),
        condition,
    }
}

/// The rows without the conditions that depend on the query around, and these.
fn uncorrelated(relation: Relation) -> (Relation, Vec<Expression>) {
    match relation {
        Relation::Filter { input, predicate } => {
            let made = input.made_columns();
            let (outer, own) = predicate
                .conjuncts()
                .into_iter()
                .partition(|condition| condition.reads(|column| !made.contains(&column)));
            let (input, mut conditions) = uncorrelated(*input);
            conditions.extend::<Vec<_>>(outer);
            (input.filtered(own), conditions)
        }
        other => (other, Vec::new()),
    }
}

/// The rows without what is computed for the columns of the result.
fn without_columns(relation: Relation) -> Relation {
    match relation {
        Relation::Project { input, .. } => without_columns(*input),
        other => other,
    }
}

fn asked(condition: &Expression, wanted: bool) -> Option<Asked<'_>> {
    match &condition.kind {
        ExpressionKind::Not(inner) => asked(inner, !wanted),
        ExpressionKind::IsTruth { operand, value } if wanted => asked(operand, *value),
        ExpressionKind::Subquery(subquery) => Some(Asked {
            subquery,
            wanted,
            span: condition.span,
        }),
        _ => None,
    }
}

/// A relation that has rows, and the values in them, exactly where this one has them: neither their
/// order nor how often they come matters.
fn presence_of(relation: Relation) -> Relation {
    match relation {
        Relation::Sort { input, .. } | Relation::Distinct { input } => presence_of(*input),
        Relation::Project { input, columns } => Relation::Project {
            input: Box::new(presence_of(*input)),
            columns,
        },
        other => other,
    }
}
