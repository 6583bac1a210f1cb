//! `LIMIT` and `OFFSET`.

use super::Builder;
use super::pipeline::{Count, Stage};
use crate::plan::{Expression, ExpressionKind, Literal, Relation};
use queryleaf_plan::{Addend, Form, Template};

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
                match limit.and_then(|limit| needed(limit, offset)) {
                    Some(first) if self.null_ranges_serve(below, keys) => {
                        self.null_ranges(keys, &first);
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

/// The stage that keeps the rows of the sorted input that can be in the result, where their number
/// is known.
fn needed(limit: Count, offset: Option<Count>) -> Option<Stage> {
    let sum = |parameter, addend| Template::Hole {
        parameter,
        form: Form::CountWith(addend),
    };
    Some(match (limit, offset) {
        (limit, None) | (limit @ Count::Literal(0), Some(_)) => Stage::Limit(limit),
        (Count::Literal(limit), Some(Count::Literal(offset))) => {
            Stage::Limit(Count::Literal(limit.checked_add(offset)?))
        }
        (Count::Literal(limit), Some(Count::Parameter(offset))) => {
            let rows = sum(offset, Addend::Number(limit));
            Stage::Other(Template::entry("$limit", rows))
        }
        (Count::Parameter(limit), Some(Count::Literal(offset))) => Stage::Other(
            Count::limit_of_parameter(limit, sum(limit, Addend::Number(offset))),
        ),
        (Count::Parameter(limit), Some(Count::Parameter(offset))) => Stage::Other(
            Count::limit_of_parameter(limit, sum(limit, Addend::Parameter(offset))),
        ),
    })
}
