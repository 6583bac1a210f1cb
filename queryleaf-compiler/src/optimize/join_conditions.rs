//! The condition of a join goes into its right side.
//!
//! The right side is read anew for each row of the left one, so that a condition on both is a filter
//! there, which an index of the right collection may serve.

use super::array_keys::implied;
use super::filters::place;
use crate::plan::{Expression, JoinKind, Relation};

/// Moves the conditions of all joins but full ones.
pub(crate) fn sink(relation: Relation) -> Relation {
    match relation.map_inputs(sink) {
        Relation::Join {
            kind: kind @ (JoinKind::Inner | JoinKind::Left | JoinKind::Semi | JoinKind::Anti),
            left,
            right,
            condition,
        } => {
            let span = condition.span;
            let mut conditions = condition.conjuncts();
            conditions.extend(implied(&conditions, &right));
            Relation::Join {
                kind,
                left,
                right: Box::new(place(conditions, *right)),
                condition: Expression::always(span),
            }
        }
        other => other,
    }
}
