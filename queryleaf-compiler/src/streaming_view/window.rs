//! The time windows by which a query groups its events.

use super::field;
use super::retention::longest_unit;
use crate::functions::{DateTimeFunction, Function};
use crate::literal::Unit;
use crate::plan::{ColumnId, ComparisonOperator, Expression, ExpressionKind, Literal, Relation};
use crate::types::{EventPart, Type};
use std::collections::BTreeMap;

/// A grouping key that is the beginning of a window: `DATE_TRUNC('minute', at)` or
/// `DATE_BIN('5 minutes', at, ..)`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Window {
    /// The beginning, as computed from an event.
    pub(super) start: Expression,
    /// The event.
    pub(super) event: ColumnId,
    /// How long it is, as an interval of SQL.
    pub(super) length: Literal,
    /// The milliseconds that it has at the most.
    pub(super) longest: i64,
}

impl Window {
    /// The windows of a query over these events, each once; those that differ in the event only are one.
    pub(super) fn all(relation: &Relation, events: &[ColumnId]) -> Vec<Window> {
        let definitions = definitions(relation);
        let mut windows: Vec<Window> = Vec::new();
        for_each_key(relation, &mut |key| {
            let Some(window) = Window::of(resolved(key, &definitions), events) else {
                return;
            };
            let same = |known: &Window| {
                let numbers = BTreeMap::from([(window.event, known.event)]);
                window.start.clone().with_numbers(&numbers).canonical() == known.start.canonical()
            };
            if !windows.iter().any(same) {
                windows.push(window);
            }
        });
        windows
    }

    /// The window of which this is the beginning.
    fn of(start: Expression, events: &[ColumnId]) -> Option<Window> {
        let mut read = None;
        start.for_each_path(&mut |path| read = Some(path.column));
        let event = read.filter(|event| events.contains(event))?;
        if !start.reads_only(|column| column == event) {
            return None;
        }
        let ExpressionKind::Call {
            function: Function::DateTime(function),
            arguments,
        } = &start.kind
        else {
            return None;
        };
        let (length, longest) = match (function, &arguments[..]) {
            (DateTimeFunction::TruncateTimestamp, [unit, _]) => {
                let unit = Unit::of_field(unit.as_text()?)?;
                (length(unit)?, longest_unit(unit)?)
            }
            (DateTimeFunction::DateBin, [stride, _, origin]) if origin.is_constant() => {
                let length = stride.as_literal()?.clone();
                let Literal::Interval {
                    months: 0,
                    days,
                    milliseconds,
                } = length
                else {
                    return None;
                };
                let days = i64::from(days).checked_mul(longest_unit(Unit::Day)?)?;
                (length, days.checked_add(milliseconds)?)
            }
            _ => return None,
        };
        Some(Window {
            start,
            event,
            length,
            longest,
        })
    }

    /// The stored path of the moment that lies in the window, where it is one.
    pub(super) fn moment(&self) -> Option<Vec<String>> {
        let ExpressionKind::Call { arguments, .. } = &self.start.kind else {
            return None;
        };
        let mut moment = arguments.get(1)?;
        while let ExpressionKind::Cast(operand) = &moment.kind {
            moment = operand;
        }
        match &moment.kind {
            ExpressionKind::Path(path) => Some(path.owned_names()),
            _ => None,
        }
    }

    /// Whether an event comes not so many milliseconds after the end of its window, by the clock of the
    /// cluster, which no event sets back.
    pub(super) fn in_time(&self, event: ColumnId, lateness: i64) -> Expression {
        let start = self
            .start
            .clone()
            .with_numbers(&BTreeMap::from([(self.event, event)]));
        let (span, nullable) = (start.span, start.nullable);
        let mut length = self.length.clone();
        if let Literal::Interval { milliseconds, .. } = &mut length {
            *milliseconds = milliseconds.saturating_add(lateness);
        }
        let interval = Expression::literal(length, Type::Interval, span);
        let kind = ExpressionKind::Call {
            function: Function::DateTime(DateTimeFunction::TimestampPlusInterval),
            arguments: vec![start, interval],
        };
        let end = Expression::new(kind, Type::Timestamp, span).nullable(nullable);
        let came = field(
            event,
            &["clusterTime"],
            Type::Event(EventPart::ClusterTime),
            span,
        );
        let kind = ExpressionKind::Cast(Box::new(came));
        let came = Expression::new(kind, Type::Timestamp, span).nullable(true);
        came.compared(ComparisonOperator::Less, end)
    }

    /// Whether a column of the result is the beginning of the window.
    pub(super) fn is(&self, column: &Expression, id: ColumnId, relation: &Relation) -> bool {
        let definitions = definitions(relation);
        let column = match definitions.get(&id) {
            Some(definition) => definition,
            None => column,
        };
        resolved(column, &definitions).canonical() == self.start.canonical()
    }
}

/// A unit as an interval.
fn length(unit: Unit) -> Option<Literal> {
    let (months, days, milliseconds) = match unit {
        Unit::Second | Unit::Minute | Unit::Hour => (0, 0, longest_unit(unit)?),
        Unit::Day => (0, 1, 0),
        Unit::Week => (0, 7, 0),
        Unit::Month => (1, 0, 0),
        Unit::Quarter => (3, 0, 0),
        Unit::Year => (12, 0, 0),
        Unit::Microsecond | Unit::Millisecond | Unit::Decade | Unit::Century | Unit::Millennium => {
            return None;
        }
    };
    Some(Literal::Interval {
        months,
        days,
        milliseconds,
    })
}

/// What the columns of projections and the keys of groups are made of.
type Definitions = BTreeMap<ColumnId, Expression>;

fn definitions(relation: &Relation) -> Definitions {
    let mut found = Definitions::new();
    define(relation, &mut found);
    found
}

fn define(relation: &Relation, found: &mut Definitions) {
    match relation {
        Relation::Project { columns, .. } => found.extend(columns.iter().cloned()),
        Relation::Aggregate { keys, .. } => found.extend(keys.iter().cloned()),
        _ => {}
    }
    relation.for_each_input(|input| define(input, found));
}

/// An expression in terms of what is scanned.
fn resolved(expression: &Expression, definitions: &Definitions) -> Expression {
    if let ExpressionKind::Path(path) = &expression.kind
        && path.steps.is_empty()
        && let Some(definition) = definitions.get(&path.column)
    {
        return resolved(definition, definitions);
    }
    let Ok(expression) = expression.clone().try_map_children(&mut |child| {
        Ok::<_, std::convert::Infallible>(resolved(&child, definitions))
    });
    expression
}

/// Calls `visit` on each grouping key.
fn for_each_key<'a>(relation: &'a Relation, visit: &mut impl FnMut(&'a Expression)) {
    if let Relation::Aggregate { keys, .. } = relation {
        keys.iter().for_each(|(_, key)| visit(key));
    }
    relation.for_each_input(|input| for_each_key(input, visit));
}
