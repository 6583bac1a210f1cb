//! `LIMIT` and `OFFSET`.

use super::Builder;
use super::pipeline::{Count, Stage};
use crate::plan::{Expression, ExpressionKind, Literal, Relation};

impl Builder<'_> {
    /// Takes some of the rows of `input`.
    pub(super) fn limit(
        &mut self,
        input: &Relation,
        limit: Option<&Expression>,
        offset: Option<&Expression>,
    ) {
        let limit = limit.and_then(|limit| self.count(limit));
        let offset = offset
            .and_then(|offset| self.count(offset))
            .filter(|offset| *offset != Count::Literal(0));
        match input {
            Relation::Sort { input: below, keys } => {
                self.uses.add(input);
                self.relation(below);
                let needed = limit.and_then(|limit| needed(limit, offset));
                match needed {
                    Some(rows) if self.null_ranges_serve(below, keys) => {
                        self.null_ranges(keys, rows);
                    }
                    _ => self.sort(keys),
                }
            }
            _ => self.relation(input),
        }
        // `$skip` goes first: the limit is of what is left.
        self.stages.extend(offset.map(Stage::Skip));
        self.stages.extend(limit.map(Stage::Limit));
    }

    /// The number, or none for `NULL`.
    fn count(&self, expression: &Expression) -> Option<Count> {
        match &expression.kind {
            ExpressionKind::Literal(Literal::Null) => None,
            ExpressionKind::Literal(Literal::Integer(number)) if *number >= 0 => {
                Some(Count::Literal(*number))
            }
            ExpressionKind::Parameter(parameter) => Some(Count::Parameter(*parameter)),
            ExpressionKind::Cast(operand) => self.count(operand),
            _ => {
                self.refuse(
                    expression.span,
                    "LIMIT and OFFSET take a number or a parameter".to_owned(),
                    "write a number that is not negative, or a parameter such as `:limit`",
                );
                None
            }
        }
    }
}

/// How many rows of the sorted input can be in the result, where that is known.
fn needed(limit: Count, offset: Option<Count>) -> Option<Count> {
    match (limit, offset) {
        (limit, None) => Some(limit),
        (Count::Literal(limit), Some(Count::Literal(offset))) => {
            limit.checked_add(offset).map(Count::Literal)
        }
        (Count::Parameter(_), Some(_)) | (Count::Literal(_), Some(Count::Parameter(_))) => None,
    }
}
