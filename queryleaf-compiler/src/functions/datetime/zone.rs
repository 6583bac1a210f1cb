//! `AT TIME ZONE`.

use super::DateTimeFunction;
use super::field::text;
use super::number::{DAY, long};
use super::zone_names::NAMES;
use crate::functions::{ArgumentError, Function};
use crate::lower::operators::{bind, call, cond, unary};
use crate::plan::{Expression, ExpressionKind};
use crate::suggestion::nearest;
use crate::types::Type;
use queryleaf_plan::Template;

/// Checks `x AT TIME ZONE 'zone'`.
pub(super) fn check(arguments: &[Expression]) -> Result<(), ArgumentError> {
    let (Some(name), Some(operand)) = (text(arguments), arguments.get(1)) else {
        return Ok(());
    };
    if is_utc(name) {
        return Ok(());
    }
    check_name(name, 0)?;
    // The reading of a clock has no zone itself, and `AT TIME ZONE` goes the other way.
    if !is_moment(operand) {
        return Err(ArgumentError {
            argument: 1,
            message: "only a column, a parameter or the current time can be taken to a time zone"
                .to_owned(),
            help: Some("write a constant time with its offset instead, like `+02:00`".to_owned()),
        });
    }
    Ok(())
}

/// Checks the name of a zone, which is the argument of this number.
pub(super) fn check_name(name: &str, argument: usize) -> Result<(), ArgumentError> {
    if is_utc(name) || zone(name).is_some() {
        return Ok(());
    }
    Err(ArgumentError {
        argument,
        message: format!("the time zone `{name}` is not supported"),
        help: Some(match nearest(name, NAMES.split(' ')) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write `UTC` or a zone like `Europe/Berlin`".to_owned(),
        }),
    })
}

/// What a clock in the zone shows at a moment, as a timestamp in UTC.
pub(super) fn lower(name: &str, timestamp: Template) -> Template {
    match zone(name) {
        None => timestamp,
        Some(zone) => {
            let clock = unary(
                "$dateToString",
                Template::document([
                    ("date", timestamp),
                    ("format", "%Y-%m-%dT%H:%M:%S.%L".into()),
                    ("timezone", zone.into()),
                ]),
            );
            unary("$dateFromString", Template::entry("dateString", clock))
        }
    }
}

/// The moment at which a clock in the zone shows a time: in the offset that it has a day later, unless it
/// does not show the time then, and in that of the day before. So of a time that the clock shows twice it
/// is the second, and one that it skips is taken to be before the change, as in PostgreSQL.
pub(super) fn moment(name: &str, reading: Template) -> Template {
    if is_utc(name) {
        return reading;
    }
    let clock = |moment: Template| lower(name, moment);
    bind("reading", reading, |reading| {
        let by_offset = |other: Template| {
            bind("other", other, |other| {
                let offset = call("$subtract", [clock(other.clone()), other]);
                call("$subtract", [reading.clone(), offset])
            })
        };
        let day_later = call("$add", [reading.clone(), long(DAY)]);
        let day_before = call("$subtract", [reading.clone(), long(DAY)]);
        bind("later", by_offset(day_later), |later| {
            cond(
                call("$eq", [clock(later.clone()), reading.clone()]),
                later,
                by_offset(day_before),
            )
        })
    })
}

pub(super) fn is_utc(name: &str) -> bool {
    ["UTC", "GMT", "Z", "Zulu", "Etc/UTC", "Etc/GMT"]
        .iter()
        .any(|utc| utc.eq_ignore_ascii_case(name))
}

/// A zone in the server's spelling; PostgreSQL takes it in any case.
fn zone(name: &str) -> Option<&'static str> {
    NAMES
        .split(' ')
        .find(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a value is surely a moment, and not the reading of some clock.
fn is_moment(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Path(path) => !path.steps.is_empty(),
        ExpressionKind::Parameter(_) | ExpressionKind::CurrentTimestamp => true,
        ExpressionKind::Call {
            function: Function::DateTime(function),
            arguments,
        } => match (function, &arguments[..]) {
            (DateTimeFunction::TruncateTimestamp, [_, timestamp])
            | (
                DateTimeFunction::TimestampPlusInterval | DateTimeFunction::TimestampMinusInterval,
                [timestamp, _],
            )
            | (DateTimeFunction::IntervalPlusTimestamp, [_, timestamp]) => is_moment(timestamp),
            (
                DateTimeFunction::TimestampOfEpoch
                | DateTimeFunction::TruncateInZone
                | DateTimeFunction::MomentOfClock,
                _,
            ) => true,
            _ => false,
        },
        _ => false,
    }
}

/// Whether PostgreSQL's type of a timestamp is surely `timestamp`, and not `timestamptz`.
pub(crate) fn is_without_time_zone(expression: &Expression) -> bool {
    let ExpressionKind::Call {
        function: Function::DateTime(function),
        arguments,
    } = &expression.kind
    else {
        return false;
    };
    match (function, &arguments[..]) {
        (
            DateTimeFunction::TimestampOfTimestamp
            | DateTimeFunction::MakeTimestamp
            | DateTimeFunction::AtTimeZone,
            _,
        ) => true,
        (
            DateTimeFunction::TimestampPlusInterval | DateTimeFunction::TimestampMinusInterval,
            [timestamp, _],
        )
        | (DateTimeFunction::IntervalPlusTimestamp, [_, timestamp]) => {
            timestamp.ty == Type::Date || is_without_time_zone(timestamp)
        }
        (DateTimeFunction::TruncateTimestamp, [_, timestamp])
        | (DateTimeFunction::DateBin, [_, timestamp, _]) => is_without_time_zone(timestamp),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_in_any_case() {
        assert_eq!(zone("europe/BERLIN"), Some("Europe/Berlin"));
        assert_eq!(zone("Europe/Berlin "), None);
        assert_eq!(zone(""), None);
        assert_eq!(zone("America/Mexico_City"), None);
        assert!(is_utc("utc"));
    }
}
