//! A year and a month that are asked for together.
//!
//! `EXTRACT(YEAR FROM d) = 2024 AND EXTRACT(MONTH FROM d) = 5` is one month, and with the day of the
//! month one day.

use super::bounds::literals;
use super::number::number;
use super::range;
use super::shape::column;
use crate::functions::datetime::Field;
use crate::functions::{DateTimeFunction, Function};
use crate::literal::{Unit, calendar};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind};
use DateTimeFunction::{ExtractDate, ExtractTimestamp, IntegerField, PartOfTimestamp};

/// The conditions of a conjunction, with the parts of a date put together.
pub(super) fn combined(mut items: Vec<Expression>) -> Vec<Expression> {
    while let Some(fewer) = combined_once(&items) {
        items = fewer;
    }
    items
}

fn combined_once(items: &[Expression]) -> Option<Vec<Expression>> {
    let parts: Vec<Part> = items.iter().enumerate().filter_map(part).collect();
    parts
        .iter()
        .filter(|part| part.unit == Unit::Year)
        .find_map(|year| {
            let of_same_date = |unit| {
                parts.iter().find(|part| {
                    part.unit == unit
                        && part.date.clone().without_spans() == year.date.clone().without_spans()
                })
            };
            let month = of_same_date(Unit::Month)?;
            let day = of_same_date(Unit::Day);
            let unit = day.map_or(Unit::Month, |day| day.unit);
            let first = day.map_or(1, |day| day.value);
            let start = calendar::Day::new(year.value, month.value, first)?.midnight();
            let bounds = literals(start, calendar::next(unit, start)?, year.date.span)?;
            let used = [Some(year), Some(month), day].map(|part| part.map(|part| part.position));
            let rest = items
                .iter()
                .enumerate()
                .filter(|(position, _)| !used.contains(&Some(*position)))
                .map(|(_, item)| item.clone());
            let ExpressionKind::And(range) =
                range(ComparisonOperator::Equal, &year.date, bounds).kind
            else {
                return None;
            };
            Some(rest.chain(range).collect())
        })
}

/// A condition that a field of a date has some value.
struct Part {
    /// Which of the conditions it is.
    position: usize,
    date: Expression,
    unit: Unit,
    value: i64,
}

fn part((position, condition): (usize, &Expression)) -> Option<Part> {
    let ExpressionKind::Compare {
        operator: ComparisonOperator::Equal,
        left,
        right,
    } = &condition.kind
    else {
        return None;
    };
    let (field, constant) = match number(right, 0) {
        Some(_) => (left, right),
        None => (right, left),
    };
    let ExpressionKind::Call {
        function:
            Function::DateTime(ExtractTimestamp | ExtractDate | PartOfTimestamp | IntegerField),
        arguments,
    } = &field.kind
    else {
        return None;
    };
    let [name, date] = &arguments[..] else {
        return None;
    };
    match Field::of_name(name.as_text()?)? {
        Field::Unit(unit) => Some(Part {
            position,
            date: column(date)?,
            unit,
            value: number(constant, 0).filter(|number| number.is_whole)?.floor,
        }),
        _ => None,
    }
}
