//! A warning where a field of an interval is taken and its length is likely meant.
//!
//! `EXTRACT(MINUTE FROM shipped_at - placed_at)` is 0 to 59: the minutes beside the hours and days.
//! Whoever also takes the hours writes a duration in parts; whoever takes the minutes alone most
//! likely wants all of them.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::functions::datetime::Field;
use crate::functions::{DateTimeFunction, Function};
use crate::literal::Unit;
use crate::plan::{Expression, ExpressionKind, Relation};

/// The warnings of a query.
pub(crate) fn check(relation: &Relation) -> Vec<Diagnostic> {
    let mut taken = Vec::new();
    relation.for_each_expression_inside(&mut |expression| {
        every_part(expression, &mut |part| taken.extend(taken_field(part)));
    });
    let mut warnings: Vec<Diagnostic> = taken
        .iter()
        .filter(|field| !taken.iter().any(|other| field.is_beside(other)))
        .filter_map(TakenField::warning)
        .collect();
    warnings.sort_by_key(|warning| warning.span.start);
    // What is selected and grouped by is in the plan twice.
    warnings.dedup();
    warnings
}

/// A field that is taken from the time between two others.
struct TakenField {
    unit: Unit,
    /// Where the unit is written.
    span: Span,
    /// The interval, without its place.
    interval: Expression,
    between: Between,
}

/// How the time between two others is expressed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    /// `a - b`: days and less.
    Difference,
    /// `AGE(a, b)`: years, months, days and less.
    Age,
}

impl Between {
    /// The largest unit that it has: its field is not what something larger leaves.
    fn largest(self) -> Unit {
        match self {
            Between::Difference => Unit::Day,
            Between::Age => Unit::Year,
        }
    }
}

/// The field that an expression takes, if it does so from the time between two others.
fn taken_field(expression: &Expression) -> Option<TakenField> {
    use DateTimeFunction::{
        Age, AgeToday, ExtractInterval, PartOfInterval, TimestampMinusTimestamp,
    };
    let (ExtractInterval | PartOfInterval, [field, interval]) = call(expression)? else {
        return None;
    };
    let Field::Unit(unit) = Field::of_name(field.as_text()?)? else {
        return None;
    };
    let between = match call(interval)?.0 {
        TimestampMinusTimestamp => Between::Difference,
        Age | AgeToday => Between::Age,
        _ => return None,
    };
    Some(TakenField {
        unit,
        span: field.span,
        interval: interval.clone().without_spans(),
        between,
    })
}

fn call(expression: &Expression) -> Option<(DateTimeFunction, &[Expression])> {
    match &expression.kind {
        ExpressionKind::Call {
            function: Function::DateTime(function),
            arguments,
        } => Some((*function, arguments)),
        _ => None,
    }
}

impl TakenField {
    /// Whether this is the smaller part of a duration of which the other is a larger one.
    fn is_beside(&self, other: &TakenField) -> bool {
        let larger = other.unit > self.unit && other.unit <= self.between.largest();
        larger && self.interval == other.interval
    }

    fn warning(&self) -> Option<Diagnostic> {
        let unit = self.unit;
        let name = unit.name();
        if unit > Unit::Day && self.between == Between::Difference {
            let always = if unit == Unit::Quarter { 1 } else { 0 };
            let message = format!("`{name}` of a difference of timestamps is always {always}");
            return Some(
                Diagnostic::warning(Code::IntervalField, self.span, message)
                    .help("`AGE(later, earlier)` counts years and months"),
            );
        }
        if unit >= self.between.largest() {
            return None;
        }
        let message = format!("`{name}` is one field of this interval, not its length");
        Some(
            Diagnostic::warning(Code::IntervalField, self.span, message)
                .note("what makes up a larger unit is not counted in it")
                .help(self.length()),
        )
    }

    /// How the whole length is written.
    fn length(&self) -> String {
        let factor = match (self.between, self.unit) {
            (Between::Age, Unit::Month | Unit::Quarter) => {
                return "add `EXTRACT(YEAR FROM ..) * 12` for all months".to_owned();
            }
            (Between::Age, Unit::Day) => {
                return "`EXTRACT(DAY FROM later - earlier)` counts all days".to_owned();
            }
            (_, Unit::Hour) => " / 3600",
            (_, Unit::Minute) => " / 60",
            (_, Unit::Millisecond) => " * 1000",
            (_, Unit::Microsecond) => " * 1000000",
            _ => "",
        };
        format!("for the length write `EXTRACT(EPOCH FROM later - earlier){factor}`")
    }
}

fn every_part<'a>(expression: &'a Expression, visit: &mut impl FnMut(&'a Expression)) {
    visit(expression);
    expression.for_each_child(|child| every_part(child, visit));
}
