//! An order by columns of the left side is made before the join.
//!
//! A `$lookup` keeps the order of the documents it gets. Before it an index can give the order, the
//! documents are smaller, and where a left join follows, which drops no row, the first rows of the
//! result are made from the first rows of the left side: `LIMIT` is applied there, too.

use super::filters::substitute;
use super::partners::{always_finds_one, finds_one_at_most};
use crate::lower::Conditions;
use crate::plan::{
    ColumnId, Expression, ExpressionKind, JoinKind, Literal, NullsOrder, Relation, SortDirection,
    SortKey,
};
use crate::schema::Collection;
use std::sync::Arc;

/// Moves every order down, and copies limits that follow them.
pub(crate) fn move_down(relation: Relation, tables: &[Arc<Collection>]) -> Relation {
    let relation = match relation {
        Relation::Limit {
            input,
            limit,
            offset,
        } => {
            let input = match *input {
                Relation::Sort { input, keys } => sorted(*input, keys, true, tables),
                other => other,
            };
            if gives_one_row(&input, tables) {
                // The very same rows come of the rows below.
                return move_down(limited(input, &limit, &offset, tables), tables);
            }
            let input = match needed(limit.as_ref(), offset.as_ref()) {
                Some(count) => limited_early(input, &count, tables),
                None => input,
            };
            Relation::Limit {
                input: Box::new(input),
                limit,
                offset,
            }
        }
        Relation::Sort { input, keys } => sorted(*input, keys, false, tables),
        other => other,
    };
    match relation {
        // What has been moved is where it shall be.
        Relation::Sort { input, keys } => Relation::Sort {
            input: Box::new(move_down(*input, tables)),
            keys,
        },
        other => other.map_inputs(|input| move_down(input, tables)),
    }
}

/// The rows in order; `partly` where not all of them will be read.
fn sorted(
    relation: Relation,
    keys: Vec<SortKey>,
    partly: bool,
    tables: &[Arc<Collection>],
) -> Relation {
    let is_better = match way_down(&relation, &keys, tables) {
        Way::Kept => false,
        Way::EveryRow => true,
        Way::SomeRows(bottom, keys) => partly && is_given_by_index(bottom, &keys, tables),
    };
    if is_better {
        return put_down(relation, keys, tables);
    }
    Relation::Sort {
        input: Box::new(relation),
        keys,
    }
}

/// What lies between an order and the place to which it could be moved.
enum Way<'a> {
    /// It is where it should be.
    Kept,
    /// Operators that keep every row.
    EveryRow,
    /// Operators that drop some, above this relation, and the keys there.
    SomeRows(&'a Relation, Vec<SortKey>),
}

fn way_down<'a>(relation: &'a Relation, keys: &[SortKey], tables: &[Arc<Collection>]) -> Way<'a> {
    let (mut keeps, mut moved) = (true, false);
    let (mut relation, mut keys) = (relation, keys.to_vec());
    while let Some(step) = step_down(relation, &keys, tables) {
        keeps &= step.keeps_rows;
        moved |= step.is_worth_it;
        (relation, keys) = (step.below, step.keys);
    }
    match (moved, keeps) {
        (false, _) => Way::Kept,
        (true, true) => Way::EveryRow,
        (true, false) => Way::SomeRows(relation, keys),
    }
}

/// An order below an operator.
struct Step<'a> {
    below: &'a Relation,
    keys: Vec<SortKey>,
    /// Whether each row below is a row above.
    keeps_rows: bool,
    /// Whether the order is better there.
    is_worth_it: bool,
}

/// The order below an operator, if it can be made there.
fn step_down<'a>(
    relation: &'a Relation,
    keys: &[SortKey],
    tables: &[Arc<Collection>],
) -> Option<Step<'a>> {
    let step = |below, keeps_rows, is_worth_it| Step {
        below,
        keys: keys.to_vec(),
        keeps_rows,
        is_worth_it,
    };
    match relation {
        Relation::Join {
            kind: kind @ (JoinKind::Inner | JoinKind::Left | JoinKind::Semi | JoinKind::Anti),
            left,
            right,
            condition,
        } => {
            let keeps_rows =
                *kind == JoinKind::Left || always_finds_one(*kind, left, right, condition, tables);
            are_of(keys, &left.columns()).then(|| step(left, keeps_rows, true))
        }
        Relation::Apply { input, column, .. } => {
            (!reads(keys, *column)).then(|| step(input, true, true))
        }
        Relation::Filter { input, .. } => match &**input {
            // Above a scan the filter belongs to it.
            Relation::Scan { .. } => None,
            other => Some(step(other, false, false)),
        },
        Relation::Project { input, columns } => Some(Step {
            keys: over_stored(keys, columns)?,
            ..step(input, true, true)
        }),
        _ => None,
    }
}

/// The keys over what the columns are made from, where none of it has to be computed.
fn over_stored(keys: &[SortKey], columns: &[(ColumnId, Expression)]) -> Option<Vec<SortKey>> {
    keys.iter()
        .map(|key| {
            let expression = substitute(key.expression.clone(), columns)?;
            let is_stored = matches!(expression.kind, ExpressionKind::Path(_));
            is_stored.then(|| SortKey {
                expression,
                ..key.clone()
            })
        })
        .collect()
}

/// The relation with the order as deep in it as it can be.
fn put_down(relation: Relation, keys: Vec<SortKey>, tables: &[Arc<Collection>]) -> Relation {
    let Some(below) = step_down(&relation, &keys, tables).map(|step| step.keys) else {
        return Relation::Sort {
            input: Box::new(relation),
            keys,
        };
    };
    relation.map_first_input(|input| put_down(input, below, tables))
}

fn are_of(keys: &[SortKey], columns: &[ColumnId]) -> bool {
    let reads = |is: &dyn Fn(ColumnId) -> bool| keys.iter().any(|key| key.expression.reads(is));
    reads(&|_| true) && !reads(&|column| !columns.contains(&column))
}

fn reads(keys: &[SortKey], column: ColumnId) -> bool {
    keys.iter()
        .any(|key| key.expression.reads(|read| read == column))
}

/// Whether an index gives the order to the rows of a scan.
pub(super) fn is_given_by_index(
    relation: &Relation,
    keys: &[SortKey],
    tables: &[Arc<Collection>],
) -> bool {
    let (Some(conditions), Some(collection)) =
        (Conditions::of(relation), collection(relation, tables))
    else {
        return false;
    };
    let order: Option<Vec<_>> = keys.iter().map(plain_key).collect();
    order.is_some_and(|order| conditions.are_ordered_by(collection, &order))
}

fn collection<'t>(relation: &Relation, tables: &'t [Arc<Collection>]) -> Option<&'t Collection> {
    match relation {
        Relation::Scan { table, .. } => tables.get(*table).map(|collection| &**collection),
        Relation::Filter { input, .. } => collection(input, tables),
        _ => None,
    }
}

/// A key that the server orders as SQL does.
fn plain_key(key: &SortKey) -> Option<(String, SortDirection)> {
    let natural = match key.direction {
        SortDirection::Ascending => NullsOrder::First,
        SortDirection::Descending => NullsOrder::Last,
    };
    match &key.expression.kind {
        ExpressionKind::Path(path) if !key.expression.nullable || key.nulls == natural => {
            Some((path.names().join("."), key.direction))
        }
        _ => None,
    }
}

/// How many rows are needed below a limit and an offset, where one number tells.
pub(super) fn needed(
    limit: Option<&Expression>,
    offset: Option<&Expression>,
) -> Option<Expression> {
    let limit = limit?;
    match offset {
        None => Some(limit.clone()),
        Some(offset) => {
            let sum = limit.as_integer()?.checked_add(offset.as_integer()?)?;
            let literal = Literal::Integer(sum);
            Some(Expression::literal(literal, limit.ty.clone(), limit.span))
        }
    }
}

/// The relation with a limit below the joins that drop no row.
fn limited_early(relation: Relation, count: &Expression, tables: &[Arc<Collection>]) -> Relation {
    if !keeps_every_row(&relation, tables) {
        return relation;
    }
    relation.map_first_input(|input| {
        if keeps_every_row(&input, tables) {
            return limited_early(input, count, tables);
        }
        Relation::Limit {
            input: Box::new(input),
            limit: Some(count.clone()),
            offset: None,
        }
    })
}

/// The limit below all operators that give one row for each row they get.
fn limited(
    relation: Relation,
    limit: &Option<Expression>,
    offset: &Option<Expression>,
    tables: &[Arc<Collection>],
) -> Relation {
    if gives_one_row(&relation, tables) {
        return relation.map_first_input(|input| limited(input, limit, offset, tables));
    }
    Relation::Limit {
        input: Box::new(relation),
        limit: limit.clone(),
        offset: offset.clone(),
    }
}

/// Whether each row below is one row above.
fn gives_one_row(relation: &Relation, tables: &[Arc<Collection>]) -> bool {
    match relation {
        Relation::Join {
            kind,
            left,
            right,
            condition,
        } => {
            always_finds_one(*kind, left, right, condition, tables)
                || (*kind == JoinKind::Left && finds_one_at_most(right, condition))
        }
        Relation::Apply { .. } | Relation::Project { .. } => true,
        _ => false,
    }
}

fn keeps_every_row(relation: &Relation, tables: &[Arc<Collection>]) -> bool {
    match relation {
        Relation::Join {
            kind,
            left,
            right,
            condition,
        } => *kind == JoinKind::Left || always_finds_one(*kind, left, right, condition, tables),
        Relation::Apply { .. } | Relation::Project { .. } => true,
        _ => false,
    }
}
