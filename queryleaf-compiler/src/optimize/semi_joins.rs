//! Conditions that ask whether a subquery has certain rows become semi-joins and anti-joins.
//!
//! `x IN (SELECT y ..)` and `EXISTS` in a `WHERE` stop at the first partner of a row, and the join can
//! take place by a key; as values they would have to look at every row of the subquery to tell false
//! from unknown. `NOT IN` drops a row when a comparison is true or unknown: of columns that cannot be
//! `NULL` that is an equality again.

use super::array_keys::keyed;
use super::nullness::narrow_condition;
use crate::diagnostic::Span;
use crate::plan::{
    ColumnId, ComparisonOperator, Expression, ExpressionKind, JoinKind, NewColumns, Relation,
    Subquery, SubqueryForm,
};
use crate::types::Type;
use std::collections::BTreeSet;
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
    if !condition.nullable {
        return join(JoinKind::Anti, left, right, condition);
    }
    match Sides::of(&condition, &right) {
        Some(sides) => sides.without(left, right, condition, asked.span, new),
        None => join(
            JoinKind::Anti,
            left,
            right,
            condition.is_truth(false).negated(),
        ),
    }
}

fn kind(wanted: bool) -> JoinKind {
    if wanted {
        JoinKind::Semi
    } else {
        JoinKind::Anti
    }
}

fn join(kind: JoinKind, left: Relation, right: Relation, condition: Expression) -> Relation {
    Relation::Join {
        kind,
        left: Box::new(left),
        right: Box::new(right),
        condition,
    }
}

/// The sides of `x = y`, where `y` is of the right side, which does not depend on the left one.
struct Sides {
    outer: Expression,
    inner: Expression,
}

impl Sides {
    fn of(condition: &Expression, right: &Relation) -> Option<Sides> {
        let ExpressionKind::Compare {
            operator: ComparisonOperator::Equal,
            left,
            right: other,
        } = &condition.kind
        else {
            return None;
        };
        let columns: BTreeSet<ColumnId> = right.columns().into_iter().collect();
        let is_inner = |side: &Expression| side.reads_only(|column| columns.contains(&column));
        let sides = match (is_inner(left), is_inner(other)) {
            (true, false) => Sides {
                outer: (**other).clone(),
                inner: (**left).clone(),
            },
            (false, true) => Sides {
                outer: (**left).clone(),
                inner: (**other).clone(),
            },
            (true, true) | (false, false) => return None,
        };
        right.outer_paths().is_empty().then_some(sides)
    }

    /// `NOT IN`, in parts that keys serve: no row of the right side is equal; none of its values is
    /// `NULL`; and a value is there, unless the right side has no rows at all.
    fn without(
        self,
        left: Relation,
        right: Relation,
        condition: Expression,
        span: Span,
        new: &mut NewColumns,
    ) -> Relation {
        let mut rows = left;
        if self.inner.nullable {
            let (other, numbers) = right.clone().renumbered(new);
            let is_null = self.inner.with_numbers(&numbers).is_null();
            let nulls = other.filtered(vec![is_null]);
            rows = join(JoinKind::Anti, rows, nulls, Expression::always(span));
        }
        if self.outer.nullable {
            let (relation, _) = right.clone().renumbered(new);
            let exists = Subquery {
                relation,
                form: SubqueryForm::Exists,
            };
            let exists = ExpressionKind::Subquery(Box::new(exists));
            let has_value = self.outer.is_null().negated();
            let is_empty = Expression::new(exists, Type::Boolean, span).negated();
            let either = ExpressionKind::Or(vec![has_value, is_empty]);
            rows = rows.filtered(vec![Expression::new(either, Type::Boolean, span)]);
        }
        join(JoinKind::Anti, rows, right, condition)
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
