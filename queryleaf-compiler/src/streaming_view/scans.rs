//! Where a query reads the events, and which of them it reads everywhere.

use crate::lower::may_fail;
use crate::plan::{ColumnId, Expression, ExpressionKind, Relation};
use std::collections::BTreeMap;

/// A place where the events of a stream are read.
pub(super) struct EventScan {
    /// The event.
    pub(super) event: ColumnId,
    /// The conditions that every event read there fulfils.
    pub(super) conditions: Vec<Expression>,
}

/// Every place where the events of a table are read.
pub(super) fn event_scans(relation: &Relation, table: usize) -> Vec<EventScan> {
    let mut found = Vec::new();
    collect(relation, table, &[], &mut found);
    found
}

fn collect(
    relation: &Relation,
    table: usize,
    conditions: &[Expression],
    found: &mut Vec<EventScan>,
) {
    match relation {
        Relation::Scan {
            table: scanned,
            document,
            ..
        } if *scanned == table => found.push(EventScan {
            event: *document,
            conditions: conditions.to_vec(),
        }),
        Relation::Filter { input, predicate } => {
            let conditions = predicate.clone().conjuncts();
            collect(input, table, &conditions, found);
        }
        _ => relation.for_each_input(|input| collect(input, table, &[], found)),
    }
}

/// The conditions on single events that hold wherever they are read, about `event`: the stream can ask
/// for them before an event is kept.
///
/// The time at which a query runs is not the time at which an event comes, and a parameter has another
/// value in each query: conditions on them stay in the query, and so does what may fail, since one
/// event must not end the stream.
pub(super) fn common_conditions(scans: &[EventScan], event: ColumnId) -> Vec<Expression> {
    let mut scans = scans.iter().map(|scan| {
        let own = scan.conditions.iter();
        own.filter(|condition| is_about_event(condition, scan.event))
            .map(|condition| about(condition, scan.event, event))
            .collect::<Vec<_>>()
    });
    let first = scans.next().unwrap_or_default();
    scans.fold(first, |common, other| {
        let is_there = |condition: &Expression| {
            let wanted = condition.canonical();
            other.iter().any(|other| other.canonical() == wanted)
        };
        common.into_iter().filter(is_there).collect()
    })
}

/// The query without the conditions that the stream has asked for.
pub(super) fn without_conditions(
    relation: Relation,
    table: usize,
    asked: &[Expression],
    event: ColumnId,
) -> Relation {
    let Relation::Filter { input, predicate } = relation else {
        return relation.map_inputs(|input| without_conditions(input, table, asked, event));
    };
    match *input {
        Relation::Scan {
            table: scanned,
            document,
            ..
        } if scanned == table => {
            let is_asked = |condition: &Expression| {
                let wanted = about(condition, document, event).canonical();
                asked.iter().any(|asked| asked.canonical() == wanted)
            };
            let mut conditions = predicate.conjuncts();
            conditions.retain(|condition| !is_asked(condition));
            input.filtered(conditions)
        }
        input => Relation::Filter {
            input: Box::new(without_conditions(input, table, asked, event)),
            predicate,
        },
    }
}

/// The query with a further condition wherever events are read.
pub(super) fn with_condition(
    relation: Relation,
    table: usize,
    condition: &impl Fn(ColumnId) -> Expression,
) -> Relation {
    match relation {
        Relation::Scan {
            table: scanned,
            document,
            ..
        } if scanned == table => relation.filtered(vec![condition(document)]),
        other => other.map_inputs(|input| with_condition(input, table, condition)),
    }
}

/// The same condition about another column.
fn about(condition: &Expression, from: ColumnId, to: ColumnId) -> Expression {
    let numbers = BTreeMap::from([(from, to)]);
    condition.clone().with_numbers(&numbers)
}

fn is_about_event(condition: &Expression, event: ColumnId) -> bool {
    condition.reads_only(|column| column == event)
        && !may_fail(condition)
        && !condition.any(&mut |part| {
            part.is_random()
                || matches!(
                    part.kind,
                    ExpressionKind::Parameter(_)
                        | ExpressionKind::InParameter { .. }
                        | ExpressionKind::CurrentTimestamp
                        | ExpressionKind::Subquery(_)
                )
        })
}
