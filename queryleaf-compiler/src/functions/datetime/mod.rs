//! Functions on timestamps, dates and intervals, and the operators between them.
//!
//! A timestamp is a moment in milliseconds and a date its midnight in UTC, both BSON dates; an
//! [interval] is a document of months, days and milliseconds.

mod aggregated;
mod arithmetic;
mod bin;
mod cast;
mod construct;
mod elapsed;
mod extract;
mod field;
mod format;
mod interval;
mod interval_text;
mod justify;
mod number;
mod operand;
mod signatures;
mod truncate;
mod zone;
mod zone_names;

pub(crate) use aggregated::{Aggregated, combined, divided};
pub(crate) use cast::cast;
pub(crate) use field::Field;
pub(crate) use format::{DatePart, date_parts};
pub(crate) use interval::{constant_interval_key, interval_key, negate_interval};
pub(super) use signatures::SIGNATURES;
pub(crate) use zone::is_without_time_zone;

use super::ArgumentError;
use crate::literal::Unit;
use crate::lower::LoweredArgument;
use crate::lower::operators::is_cheap;
use crate::plan::Expression;
use arithmetic::Sign;
use extract::Wanted;
use field::{Source, check_field, check_unit};
use format::Target;
use queryleaf_plan::Template;

/// The functions of this family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateTimeFunction {
    /// `timestamp + interval`, also of a date.
    TimestampPlusInterval,
    /// `interval + timestamp`, also of a date.
    IntervalPlusTimestamp,
    /// `timestamp - interval`, also of a date.
    TimestampMinusInterval,
    /// `timestamp - timestamp`.
    TimestampMinusTimestamp,
    /// `date + integer`.
    DatePlusDays,
    /// `integer + date`.
    DaysPlusDate,
    /// `date - integer`.
    DateMinusDays,
    /// `date - date`.
    DateMinusDate,
    /// `interval + interval`.
    IntervalPlusInterval,
    /// `interval - interval`.
    IntervalMinusInterval,
    /// `interval * number`.
    IntervalTimesNumber,
    /// `number * interval`.
    NumberTimesInterval,
    /// `interval / number`.
    IntervalDividedByNumber,
    /// The milliseconds from the second timestamp to the first. SQL has no such function; the
    /// optimiser writes it where the difference is only compared.
    MillisecondsBetween,
    /// `EXTRACT(EPOCH FROM a - b)` of timestamps, without the interval between.
    SecondsBetween,
    /// The number by which an interval is compared.
    IntervalKey,
    /// `EXTRACT(field FROM timestamp)` of a field that is an integer, as one.
    IntegerField,
    /// The beginning of the first year that is not below a number.
    StartOfYearNotBelow,
    /// The beginning of the first year that is above a number.
    StartOfYearAbove,
    /// A timestamp after so many steps, each of them the interval.
    TimestampAfterSteps,
    /// `EXTRACT(field FROM timestamp)`.
    ExtractTimestamp,
    /// `EXTRACT(field FROM date)`.
    ExtractDate,
    /// `EXTRACT(field FROM interval)`.
    ExtractInterval,
    /// `DATE_PART(field, timestamp)`.
    PartOfTimestamp,
    /// `DATE_PART(field, interval)`.
    PartOfInterval,
    /// `DATE_TRUNC(unit, timestamp)`.
    TruncateTimestamp,
    /// `DATE_TRUNC(unit, timestamp, zone)`.
    TruncateInZone,
    /// `DATE_TRUNC(unit, interval)`.
    TruncateInterval,
    /// `DATE_BIN(stride, timestamp, origin)`.
    DateBin,
    /// `timestamp AT TIME ZONE zone`: the zone is the first argument.
    AtTimeZone,
    /// `timestamp AT TIME ZONE zone` of a `timestamp` without one.
    MomentOfClock,
    /// `AGE(timestamp, timestamp)`.
    Age,
    /// `AGE(timestamp)`: up to the beginning of today.
    AgeToday,
    /// `TIMESTAMPDIFF(unit, start, end)`.
    TimestampDiff,
    /// `MAKE_DATE(year, month, day)`.
    MakeDate,
    /// `MAKE_TIMESTAMP(year, month, day, hour, minute, second)`.
    MakeTimestamp,
    /// `MAKE_TIMESTAMPTZ(year, month, day, hour, minute, second)`.
    MakeTimestampWithTimeZone,
    /// `MAKE_INTERVAL(years, months, weeks, days, hours, minutes, seconds)`.
    MakeInterval,
    /// `JUSTIFY_DAYS(interval)`.
    JustifyDays,
    /// `JUSTIFY_HOURS(interval)`.
    JustifyHours,
    /// `JUSTIFY_INTERVAL(interval)`.
    JustifyInterval,
    /// `ISFINITE(timestamp)`: nothing here is infinite.
    IsFinite,
    /// `TO_TIMESTAMP(seconds)`.
    TimestampOfEpoch,
    /// `DATE(timestamp)`.
    DateOfTimestamp,
    /// `TIMESTAMP(timestamp)` and a cast to `timestamp`: the same value, without a time zone.
    TimestampOfTimestamp,
    /// The text of a `timestamp` without time zone. SQL writes it as a cast.
    LocalText,
    /// `TO_CHAR(timestamp, format)`.
    WriteTimestamp,
    /// `TO_CHAR(interval, format)`.
    WriteInterval,
    /// `TO_TIMESTAMP(text, format)`.
    ReadTimestamp,
    /// `TO_DATE(text, format)`.
    ReadDate,
}

use DateTimeFunction::*;

/// Whether SQL cannot call a function: only the optimiser does. All of these are
/// [strict](super::Nullability::Strict).
pub(super) fn has_no_name(function: DateTimeFunction) -> bool {
    matches!(
        function,
        MillisecondsBetween
            | SecondsBetween
            | IntervalKey
            | IntegerField
            | StartOfYearNotBelow
            | StartOfYearAbove
            | TimestampAfterSteps
            | LocalText
    )
}

/// The aggregation expression of a call.
pub(super) fn lower(function: DateTimeFunction, arguments: &[LoweredArgument<'_>]) -> Template {
    // The analyser gives each function the arguments of its signature.
    let known = |arguments: &[LoweredArgument<'_>]| {
        lower_known(function, arguments).unwrap_or_else(Template::null)
    };
    if writes_arguments_once(function, arguments) {
        known(arguments)
    } else {
        with_variables(arguments, known)
    }
}

/// Gives the body the arguments in variables, except those that are cheap.
fn with_variables(
    arguments: &[LoweredArgument<'_>],
    body: impl FnOnce(&[LoweredArgument<'_>]) -> Template,
) -> Template {
    let mut variables = Vec::new();
    let bound: Vec<LoweredArgument<'_>> = arguments
        .iter()
        .enumerate()
        .map(|(number, argument)| {
            let value = if is_cheap(&argument.value) || argument.expression.as_literal().is_some() {
                argument.value.clone()
            } else {
                let name = format!("argument{number}");
                let variable = Template::string(format!("$${name}"));
                variables.push((name, argument.value.clone()));
                variable
            };
            LoweredArgument {
                value,
                expression: argument.expression,
            }
        })
        .collect();
    let body = body(&bound);
    if variables.is_empty() {
        return body;
    }
    Template::entry(
        "$let",
        Template::document([("vars", Template::Document(variables)), ("in", body)]),
    )
}

/// Whether the expression has each argument in it only once.
fn writes_arguments_once(function: DateTimeFunction, arguments: &[LoweredArgument<'_>]) -> bool {
    let expression = |position: usize| Some(arguments.get(position)?.expression);
    let is_plain_shift = |timestamp, interval| {
        expression(timestamp)
            .zip(expression(interval))
            .is_some_and(|(timestamp, interval)| arithmetic::is_plain_shift(timestamp, interval))
    };
    let word = |position| expression(position).and_then(Expression::as_text);
    match function {
        TimestampPlusInterval | TimestampMinusInterval => is_plain_shift(0, 1),
        IntervalPlusTimestamp => is_plain_shift(1, 0),
        ExtractTimestamp | ExtractDate | PartOfTimestamp | IntegerField => word(0)
            .and_then(Field::of_name)
            .is_some_and(Field::is_read_once),
        WriteTimestamp => word(1).is_some_and(format::is_one_call),
        TimestampMinusTimestamp
        | DatePlusDays
        | DaysPlusDate
        | DateMinusDays
        | DateMinusDate
        | IntervalPlusInterval
        | IntervalMinusInterval
        | MillisecondsBetween
        | SecondsBetween
        | IntervalKey
        | StartOfYearNotBelow
        | StartOfYearAbove
        | ExtractInterval
        | PartOfInterval
        | TruncateTimestamp
        | TruncateInZone
        | TruncateInterval
        | AtTimeZone
        | MomentOfClock
        | MakeInterval
        | JustifyDays
        | JustifyHours
        | JustifyInterval
        | IsFinite
        | TimestampOfEpoch
        | DateOfTimestamp
        | TimestampOfTimestamp
        | LocalText
        | WriteInterval
        | ReadTimestamp
        | ReadDate => true,
        IntervalTimesNumber
        | NumberTimesInterval
        | IntervalDividedByNumber
        | DateBin
        | TimestampAfterSteps
        | Age
        | AgeToday
        | TimestampDiff
        | MakeDate
        | MakeTimestamp
        | MakeTimestampWithTimeZone => false,
    }
}

fn lower_known(function: DateTimeFunction, arguments: &[LoweredArgument<'_>]) -> Option<Template> {
    let argument = |position: usize| arguments.get(position);
    let value = |position: usize| Some(argument(position)?.value.clone());
    let word = |position: usize| argument(position)?.expression.as_text();
    Some(match function {
        TimestampPlusInterval => arithmetic::shift(argument(0)?, argument(1)?, Sign::Plus),
        IntervalPlusTimestamp => arithmetic::shift(argument(1)?, argument(0)?, Sign::Plus),
        TimestampMinusInterval => arithmetic::shift(argument(0)?, argument(1)?, Sign::Minus),
        TimestampMinusTimestamp => arithmetic::difference(value(0)?, value(1)?),
        DatePlusDays => arithmetic::shift_days(value(0)?, value(1)?, Sign::Plus),
        DaysPlusDate => arithmetic::shift_days(value(1)?, value(0)?, Sign::Plus),
        DateMinusDays => arithmetic::shift_days(value(0)?, value(1)?, Sign::Minus),
        DateMinusDate => arithmetic::days_between(value(0)?, value(1)?),
        IntervalPlusInterval => interval::add(argument(0)?, argument(1)?),
        IntervalMinusInterval => interval::subtract(argument(0)?, argument(1)?),
        IntervalTimesNumber => interval::scale(argument(0)?, argument(1)?, "$multiply"),
        NumberTimesInterval => interval::scale(argument(1)?, argument(0)?, "$multiply"),
        IntervalDividedByNumber => interval::scale(argument(0)?, argument(1)?, "$divide"),
        MillisecondsBetween => arithmetic::milliseconds_between(value(0)?, value(1)?),
        SecondsBetween => arithmetic::seconds_between(value(0)?, value(1)?),
        ExtractTimestamp | ExtractDate => {
            extract::from_timestamp(Field::of_name(word(0)?)?, value(1)?, Wanted::Numeric)
        }
        ExtractInterval => {
            extract::from_interval(Field::of_name(word(0)?)?, argument(1)?, Wanted::Numeric)
        }
        PartOfTimestamp => {
            extract::from_timestamp(Field::of_name(word(0)?)?, value(1)?, Wanted::Double)
        }
        PartOfInterval => {
            extract::from_interval(Field::of_name(word(0)?)?, argument(1)?, Wanted::Double)
        }
        IntervalKey => interval_key(value(0)?),
        IntegerField => {
            extract::from_timestamp(Field::of_name(word(0)?)?, value(1)?, Wanted::Integer)
        }
        StartOfYearNotBelow => construct::start_of_year_not_below(value(0)?),
        StartOfYearAbove => construct::start_of_year_above(value(0)?),
        TimestampAfterSteps => {
            arithmetic::after_steps(argument(0)?, value(1)?, argument(2)?.expression)?
        }
        TruncateTimestamp => truncate::timestamp(Unit::of_field(word(0)?)?, value(1)?),
        TruncateInZone => {
            truncate::timestamp_in_zone(Unit::of_field(word(0)?)?, value(1)?, word(2)?)
        }
        TruncateInterval => truncate::interval(Unit::of_field(word(0)?)?, argument(1)?),
        DateBin => bin::bin(argument(0)?, value(1)?, value(2)?),
        AtTimeZone => zone::lower(word(0)?, value(1)?),
        MomentOfClock => zone::moment(word(0)?, value(1)?),
        Age => elapsed::age(value(0)?, value(1)?),
        AgeToday => elapsed::age(cast::day_of(Template::string("$$NOW")), value(0)?),
        TimestampDiff => elapsed::whole_units(Unit::of_field(word(0)?)?, value(1)?, value(2)?),
        MakeDate => construct::date(value(0)?, value(1)?, value(2)?),
        MakeTimestamp | MakeTimestampWithTimeZone => construct::timestamp([
            value(0)?,
            value(1)?,
            value(2)?,
            value(3)?,
            value(4)?,
            value(5)?,
        ]),
        MakeInterval => construct::interval(
            arguments
                .iter()
                .map(|argument| argument.value.clone())
                .collect(),
        ),
        JustifyDays => justify::days(argument(0)?),
        JustifyHours => justify::hours(argument(0)?),
        JustifyInterval => justify::all(argument(0)?),
        IsFinite => Template::from(true),
        TimestampOfEpoch => construct::from_epoch(value(0)?),
        DateOfTimestamp => cast::day_of(value(0)?),
        TimestampOfTimestamp => value(0)?,
        LocalText => cast::local_text(value(0)?),
        WriteTimestamp => format::write(word(1)?, &value(0)?),
        WriteInterval => format::write_interval(word(1)?, argument(0)?),
        ReadTimestamp => format::read(word(1)?, value(0)?, Target::Timestamp),
        ReadDate => format::read(word(1)?, value(0)?, Target::Date),
    })
}

/// What is wrong with the constant arguments of a call.
pub(super) fn check(
    function: DateTimeFunction,
    arguments: &[Expression],
) -> Result<(), ArgumentError> {
    match function {
        ExtractTimestamp | PartOfTimestamp => check_field(arguments, Source::Timestamp),
        ExtractDate => check_field(arguments, Source::Date),
        ExtractInterval | PartOfInterval => check_field(arguments, Source::Interval),
        TruncateTimestamp | TimestampDiff => check_unit(arguments, Source::Timestamp),
        TruncateInterval => check_unit(arguments, Source::Interval),
        AtTimeZone => zone::check(arguments),
        MomentOfClock => match arguments.first().and_then(Expression::as_text) {
            Some(name) => zone::check_name(name, 0),
            None => Ok(()),
        },
        TruncateInZone => {
            check_unit(arguments, Source::Timestamp)?;
            match arguments.get(2).and_then(Expression::as_text) {
                Some(name) => zone::check_name(name, 2),
                None => Ok(()),
            }
        }
        WriteTimestamp => format::check_write(arguments),
        WriteInterval => format::check_write_interval(arguments),
        ReadTimestamp | ReadDate => format::check_read(arguments),
        DateBin => bin::check(arguments),
        TimestampPlusInterval
        | IntervalPlusTimestamp
        | TimestampMinusInterval
        | TimestampMinusTimestamp
        | DatePlusDays
        | DaysPlusDate
        | DateMinusDays
        | DateMinusDate
        | IntervalPlusInterval
        | IntervalMinusInterval
        | IntervalTimesNumber
        | NumberTimesInterval
        | IntervalDividedByNumber
        | MillisecondsBetween
        | SecondsBetween
        | IntervalKey
        | IntegerField
        | StartOfYearNotBelow
        | StartOfYearAbove
        | TimestampAfterSteps
        | Age
        | AgeToday
        | MakeDate
        | MakeTimestamp
        | MakeTimestampWithTimeZone
        | MakeInterval
        | JustifyDays
        | JustifyHours
        | JustifyInterval
        | IsFinite
        | TimestampOfEpoch
        | DateOfTimestamp
        | TimestampOfTimestamp
        | LocalText => Ok(()),
    }
}

/// Whether a call is null by itself when an argument is.
pub(super) fn propagates_null(function: DateTimeFunction, arguments: &[Expression]) -> bool {
    match (function, arguments) {
        (TimestampPlusInterval | TimestampMinusInterval, [timestamp, interval])
        | (IntervalPlusTimestamp, [interval, timestamp]) => {
            arithmetic::is_plain_shift(timestamp, interval)
        }
        (ExtractTimestamp | ExtractDate | PartOfTimestamp | IntegerField, [field, timestamp]) => {
            let field = field.as_text().and_then(Field::of_name);
            field.is_some_and(Field::is_read_once) || operand::is_cheap(timestamp)
        }
        (ExtractInterval | PartOfInterval, [_, interval]) => operand::is_cheap(interval),
        (WriteTimestamp, [_, format]) => format.as_text().is_some_and(format::is_one_call),
        (
            DatePlusDays | DaysPlusDate | DateMinusDays | DateMinusDate | MillisecondsBetween
            | SecondsBetween | IntervalKey | StartOfYearNotBelow | StartOfYearAbove
            | TruncateTimestamp | TruncateInZone | AtTimeZone | MomentOfClock | TimestampOfEpoch
            | DateOfTimestamp | TimestampOfTimestamp | LocalText | ReadTimestamp | ReadDate,
            _,
        ) => true,
        // Documents with null fields, comparisons, or arguments that are used more than once.
        (
            TimestampPlusInterval
            | IntervalPlusTimestamp
            | TimestampMinusInterval
            | TimestampMinusTimestamp
            | IntervalPlusInterval
            | IntervalMinusInterval
            | IntervalTimesNumber
            | NumberTimesInterval
            | IntervalDividedByNumber
            | ExtractTimestamp
            | ExtractDate
            | ExtractInterval
            | PartOfTimestamp
            | IntegerField
            | PartOfInterval
            | TruncateInterval
            | DateBin
            | TimestampAfterSteps
            | Age
            | AgeToday
            | TimestampDiff
            | MakeDate
            | MakeTimestamp
            | MakeTimestampWithTimeZone
            | MakeInterval
            | JustifyDays
            | JustifyHours
            | JustifyInterval
            | IsFinite
            | WriteTimestamp
            | WriteInterval,
            _,
        ) => false,
    }
}
