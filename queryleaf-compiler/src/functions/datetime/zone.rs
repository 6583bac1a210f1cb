//! `AT TIME ZONE`.

use super::DateTimeFunction;
use super::field::text;
use super::zone_names::NAMES;
use crate::functions::{ArgumentError, Function};
use crate::lower::operators::unary;
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
    if zone(name).is_none() {
        return Err(ArgumentError {
            argument: 0,
            message: format!("the time zone `{name}` is not supported"),
            help: Some(match nearest(name, NAMES.split(' ')) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write `UTC` or a zone like `Europe/Berlin`".to_owned(),
            }),
        });
    }
    // In a zone the wall clock's reading has no zone itself, and a second `AT TIME ZONE` would have
    // to go the other way.
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

fn is_utc(name: &str) -> bool {
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
            (DateTimeFunction::TimestampOfEpoch, _) => true,
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
        (DateTimeFunction::TimestampOfTimestamp | DateTimeFunction::MakeTimestamp, _) => true,
        (DateTimeFunction::AtTimeZone, [_, timestamp]) => !is_without_time_zone(timestamp),
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
