//! Conditions that ask whether a subquery has certain rows become semi-joins and anti-joins.
//!
//! `x IN (SELECT y ..)` and `EXISTS` in a `WHERE` stop at the first partner of a row, and the join can
//! take place by a key; as values they would have to look at every row of the subquery to tell false
//! from unknown. `NOT IN` drops a row when a comparison is true or unknown: of columns that cannot be
//! `NULL` that is an equality again.

use crate::diagnostic::Span;
use crate::plan::{Expression, ExpressionKind, JoinKind, Relation, Subquery, SubqueryForm};
use crate::types::Type;

/// Replaces the subqueries in the conditions of filters.
pub(crate) fn rewrite(relation: Relation) -> Relation {
    let relation = relation.map_inputs(rewrite);
    let Relation::Filter { input, predicate } = relation else {
        return relation;
    };
    let (mut joins, mut others) = (Vec::new(), Vec::new());
    for condition in predicate.conjuncts() {
        match join_of(&condition) {
            Some(join) => joins.push(join),
            None => others.push(condition),
        }
    }
    // What can be told without another collection is asked first.
    let filtered = input.filtered(others);
    joins
        .into_iter()
        .fold(filtered, |left, (kind, right, condition)| Relation::Join {
            kind,
            left: Box::new(left),
            right: Box::new(right),
            condition,
        })
}

/// The join that a condition is.
fn join_of(condition: &Expression) -> Option<(JoinKind, Relation, Expression)> {
    let (wanted, subquery) = asked(condition, true)?;
    let Subquery { relation, form } = subquery.clone();
    let relation = presence_of(rewrite(relation));
    let span = condition.span;
    match (form, wanted) {
        (SubqueryForm::Exists, true) => Some((JoinKind::Semi, relation, Expression::always(span))),
        (SubqueryForm::Exists, false) => Some((JoinKind::Anti, relation, Expression::always(span))),
        (SubqueryForm::Any(condition), true) => Some((JoinKind::Semi, relation, *condition)),
        (SubqueryForm::Any(condition), false) => {
            Some((JoinKind::Anti, relation, is_not_false(*condition, span)))
        }
        (SubqueryForm::Scalar(_) | SubqueryForm::Array(_), _) => None,
    }
}

/// The subquery that a condition asks, and the answer that it wants.
fn asked(condition: &Expression, wanted: bool) -> Option<(bool, &Subquery)> {
    match &condition.kind {
        ExpressionKind::Not(inner) => asked(inner, !wanted),
        ExpressionKind::IsTruth { operand, value } if wanted => asked(operand, *value),
        ExpressionKind::Subquery(subquery) => Some((wanted, subquery)),
        _ => None,
    }
}

fn is_not_false(condition: Expression, span: Span) -> Expression {
    if !condition.nullable {
        return condition;
    }
    let is_false = ExpressionKind::IsTruth {
        operand: Box::new(condition),
        value: false,
    };
    let is_false = Expression::new(is_false, Type::Boolean, span);
    let kind = ExpressionKind::Not(Box::new(is_false));
    Expression::new(kind, Type::Boolean, span)
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
