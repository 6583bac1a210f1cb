//! `NOT IN` and `ALL`: the rows for which a comparison with no row of a subquery is true or unknown.
//!
//! Both are about all rows of the subquery, a `NULL` among them too, but where the subquery stands by
//! itself they come apart: `NOT IN` into an equality that a key serves and a question about `NULL`s,
//! `x >= ALL (SELECT y ..)` into a comparison with the largest `y`, which is computed once.

use super::filters::substitute;
use super::semi_joins::join;
use crate::diagnostic::Span;
use crate::plan::{
    Aggregate, AggregateFunction, ColumnId, ComparisonOperator, Expression, ExpressionKind,
    JoinKind, NewColumns, Relation, Subquery, SubqueryForm,
};
use crate::types::Type;
use std::collections::BTreeSet;

/// The rows of the left side for which the condition is false with every row of the right side.
pub(super) fn without(
    left: Relation,
    right: Relation,
    condition: Expression,
    span: Span,
    new: &mut NewColumns,
) -> Relation {
    if let Some(sides) = Sides::of(&condition, &right) {
        if let Some(extreme) = sides.extreme() {
            return sides.beyond(extreme, left, right, span, new);
        }
        if sides.operator == ComparisonOperator::Equal && condition.nullable {
            let left = sides.without_nulls(left, &right, span, new);
            return join(JoinKind::Anti, left, right, condition);
        }
    }
    let condition = if condition.nullable {
        condition.is_truth(false).negated()
    } else {
        condition
    };
    join(JoinKind::Anti, left, right, condition)
}

/// `outer operator inner`, where `inner` is of the right side, which does not depend on the left one.
struct Sides {
    operator: ComparisonOperator,
    outer: Expression,
    inner: Expression,
}

impl Sides {
    fn of(condition: &Expression, right: &Relation) -> Option<Sides> {
        if let ExpressionKind::Not(opposite) = &condition.kind {
            let sides = Sides::of(opposite, right)?;
            let operator = sides.operator.negated();
            return Some(Sides { operator, ..sides });
        }
        let ExpressionKind::Compare {
            operator,
            left,
            right: other,
        } = &condition.kind
        else {
            return None;
        };
        let columns: BTreeSet<ColumnId> = right.columns().into_iter().collect();
        let is_inner = |side: &Expression| side.reads_only(|column| columns.contains(&column));
        let is_outer = |side: &Expression| !side.reads(|column| columns.contains(&column));
        let (operator, outer, inner) = if is_inner(other) && is_outer(left) {
            (*operator, left, other)
        } else if is_inner(left) && is_outer(other) {
            (operator.flipped(), other, left)
        } else {
            return None;
        };
        right.outer_paths().is_empty().then(|| Sides {
            operator,
            outer: (**outer).clone(),
            inner: (**inner).clone(),
        })
    }

    /// The aggregate of the inner values with which alone the outer one has to be compared.
    fn extreme(&self) -> Option<AggregateFunction> {
        let is_ordered = self.inner.ty.is_number()
            || matches!(self.inner.ty, Type::Text | Type::Timestamp | Type::Date);
        if !is_ordered || self.inner.ty != self.outer.ty {
            return None;
        }
        match self.operator {
            // Where none is greater, the greatest is not.
            ComparisonOperator::Less | ComparisonOperator::LessOrEqual => {
                Some(AggregateFunction::Max)
            }
            ComparisonOperator::Greater | ComparisonOperator::GreaterOrEqual => {
                Some(AggregateFunction::Min)
            }
            ComparisonOperator::Equal | ComparisonOperator::NotEqual => None,
        }
    }

    /// The rows that compare with the greatest or the least value as they do with all.
    fn beyond(
        self,
        extreme: AggregateFunction,
        left: Relation,
        right: Relation,
        span: Span,
        new: &mut NewColumns,
    ) -> Relation {
        let left = self.without_nulls(left, &right, span, new);
        let (ty, value) = (self.inner.ty.clone(), new.column());
        let (right, inner) = match (right, self.inner) {
            (Relation::Project { input, columns }, inner) => {
                match substitute(inner.clone(), &columns) {
                    Some(inner) => (*input, inner),
                    None => (Relation::Project { input, columns }, inner),
                }
            }
            sides => sides,
        };
        let aggregate = Aggregate {
            function: extreme,
            arguments: vec![inner],
            distinct: false,
            order: Vec::new(),
            filter: None,
        };
        let relation = Relation::Aggregate {
            input: Box::new(right),
            keys: Vec::new(),
            aggregates: vec![(value, aggregate)],
        };
        let form = SubqueryForm::Scalar(value);
        let kind = ExpressionKind::Subquery(Box::new(Subquery { relation, form }));
        let value = Expression::new(kind, ty, span).nullable(true);
        let comparison = ExpressionKind::Compare {
            operator: self.operator.negated(),
            left: Box::new(self.outer),
            right: Box::new(value),
        };
        let comparison = Expression::new(comparison, Type::Boolean, span).nullable(true);
        // There is no greatest value of none.
        left.filtered(vec![comparison.is_truth(false).negated()])
    }

    /// The rows for which no comparison is unknown: none of the inner values is `NULL`, and the outer
    /// one is not, unless the right side has no rows at all.
    fn without_nulls(
        &self,
        left: Relation,
        right: &Relation,
        span: Span,
        new: &mut NewColumns,
    ) -> Relation {
        let mut rows = left;
        if self.inner.nullable {
            let (other, numbers) = right.clone().renumbered(new);
            let is_null = self.inner.clone().with_numbers(&numbers).is_null();
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
            let has_value = self.outer.clone().is_null().negated();
            let is_empty = Expression::new(exists, Type::Boolean, span).negated();
            let either = ExpressionKind::Or(vec![has_value, is_empty]);
            rows = rows.filtered(vec![Expression::new(either, Type::Boolean, span)]);
        }
        rows
    }
}
