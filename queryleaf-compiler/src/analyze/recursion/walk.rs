//! A recursion that is a walk through a collection.

use super::super::{Analyzer, Column};
use super::refusal::not_a_walk;
use super::step::{Role, Step};
use super::{path_of, plus, without_repeats};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::lower::without_lossless_casts;
use crate::plan::{ColumnId, Expression, ExpressionKind, Literal, Path, Relation, Walk, WalkShape};
use crate::types::Type;

impl Analyzer<'_> {
    /// A walk through a collection.
    pub(super) fn graph_walk(
        &mut self,
        start: Relation,
        columns: &[Column],
        step: Step,
        (table, document): (usize, ColumnId),
        distinct: bool,
        span: Span,
    ) -> Result<(Relation, Vec<Column>)> {
        let roles = step.roles(columns)?;
        let mut keys = Vec::new();
        let mut filters = Vec::new();
        let mut maximum = None;
        for condition in &step.conditions {
            let (reads_own, reads_document) = step.reads(condition, document);
            match (reads_own, reads_document) {
                (true, true) => keys.push(step.key(condition, document, span)?),
                (false, _) => filters.push(condition.clone()),
                (true, false) => {
                    let bound = step.bound(condition, &roles, &start, columns)?;
                    maximum = Some(maximum.map_or(bound, |known: i64| known.min(bound)));
                }
            }
        }
        let [(to, number)] = &keys[..] else {
            return Err(not_a_walk(span));
        };
        let from = step
            .items
            .get(*number)
            .map(without_lossless_casts)
            .and_then(|item| step.field(item, document));
        let (Some(from), Some(key)) = (from, columns.get(*number)) else {
            return Err(not_a_walk(span));
        };
        let filter = Expression::all_of(filters);
        let reads_outside = |filter: &Expression| filter.reads(|column| column != document);
        if filter.as_ref().is_some_and(reads_outside) {
            return Err(not_a_walk(span));
        }
        let shape = shape(from, to, distinct, &roles, span)?;
        let depth = self.new_column();
        let walk = Walk {
            table,
            document,
            depth,
            start: key.path(),
            from: from.owned_names(),
            to: to.owned_names(),
            to_nullable: to.steps.iter().any(|step| step.nullable),
            filter,
            maximum,
            shape,
        };
        let walk = Relation::Walk {
            input: Box::new(start),
            walk: Box::new(walk),
        };
        let depth = path_of(depth, Type::Bigint, span).nullable(true);
        let mut list = Vec::new();
        for ((column, item), role) in columns.iter().zip(&step.items).zip(&roles) {
            let first = column.path();
            let (ty, span) = (first.ty.clone(), column.span);
            let after = match role {
                Role::Kept => {
                    list.push(first);
                    continue;
                }
                Role::Counted => {
                    let one = Expression::literal(Literal::Integer(1), ty.clone(), span);
                    let depth = Expression {
                        ty: ty.clone(),
                        ..depth.clone()
                    };
                    plus(first.clone(), plus(depth.nullable(false), one))
                }
                Role::Made => step.over_start(item.clone(), columns),
            };
            let nullable = first.nullable || after.nullable;
            let begins = ExpressionKind::IsNull(Box::new(depth.clone()));
            let begins = Expression::new(begins, Type::Boolean, span);
            let kind = ExpressionKind::Case {
                branches: vec![(begins, first)],
                otherwise: Some(Box::new(after)),
            };
            list.push(Expression::new(kind, ty, span).nullable(nullable));
        }
        let (relation, columns) = self.recursive_rows(walk, columns, list, &step);
        Ok((without_repeats(relation, distinct), columns))
    }
}

/// How the walk can come back to where it was; an error where it reaches a document in several ways
/// that count.
fn shape(
    from: &Path,
    to: &Path,
    distinct: bool,
    roles: &[Role],
    span: Span,
) -> Result<Option<WalkShape>> {
    if distinct && !roles.contains(&Role::Counted) {
        return Ok(None);
    }
    // Without an index that is only declared, rows would be missing and nobody would know.
    if from.names() == ["_id"] {
        return Ok(Some(WalkShape::Down));
    }
    if to.names() == ["_id"] {
        return Ok(Some(WalkShape::Up));
    }
    let message = "this recursion may reach a document in several ways";
    Err(Box::new(
        Diagnostic::error(Code::Unsupported, span, message)
            .note(format!(
                "neither `{}` nor `{}` is `_id`, and MongoDB reaches each document once",
                from.names().join("."),
                to.names().join(".")
            ))
            .help("write `UNION` and leave out the column that counts, or walk along `_id`"),
    ))
}
