//! What is computed from a date.

use crate::functions::datetime::{DatePart, Field, date_parts};
use crate::functions::{DateTimeFunction, Function};
use crate::literal::Unit;
use crate::plan::{Expression, ExpressionKind};
use crate::types::Type;
use DateTimeFunction::*;

/// A computation whose result does not fall as the date rises.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// The number of the year, or of what is made of years.
    Years(Years),
    /// The seconds since 1970.
    Epoch,
    /// The beginning of a unit.
    Start(Unit),
    /// The date as text, from the year to a smaller unit.
    Text(Vec<DatePart>),
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Years {
    /// Years.
    Year,
    /// The years of weeks.
    IsoYear,
    /// Decades.
    Decade,
    /// Centuries.
    Century,
    /// Millennia.
    Millennium,
}

/// What an expression computes, and the column from which it does.
pub(super) fn shape(expression: &Expression) -> Option<(Shape, Expression)> {
    match &expression.kind {
        ExpressionKind::Cast(operand) => match (&operand.ty, &expression.ty) {
            (Type::Date, Type::Timestamp) => shape(operand),
            (Type::Timestamp, Type::Date) => Some((Shape::Start(Unit::Day), column(operand)?)),
            (Type::Integer, Type::Bigint | Type::Numeric | Type::Double) => shape(operand),
            _ => None,
        },
        ExpressionKind::Call {
            function: Function::DateTime(function),
            arguments,
        } => match (function, &arguments[..]) {
            (ExtractTimestamp | ExtractDate | PartOfTimestamp | IntegerField, [field, date]) => {
                let field = Field::of_name(field.as_text()?)?;
                Some((field_shape(field)?, column(date)?))
            }
            (TruncateTimestamp, [unit, date]) => {
                let unit = Unit::of_field(unit.as_text()?)?;
                Some((Shape::Start(unit), column(date)?))
            }
            (DateOfTimestamp, [date]) => Some((Shape::Start(Unit::Day), column(date)?)),
            (WriteTimestamp, [date, format]) => {
                let parts = date_parts(format.as_text()?)?;
                Some((Shape::Text(parts), column(date)?))
            }
            _ => None,
        },
        _ => None,
    }
}

fn field_shape(field: Field) -> Option<Shape> {
    Some(match field {
        Field::Unit(Unit::Year) => Shape::Years(Years::Year),
        Field::IsoYear => Shape::Years(Years::IsoYear),
        Field::Unit(Unit::Decade) => Shape::Years(Years::Decade),
        Field::Unit(Unit::Century) => Shape::Years(Years::Century),
        Field::Unit(Unit::Millennium) => Shape::Years(Years::Millennium),
        Field::Epoch => Shape::Epoch,
        // They begin again in each larger unit.
        Field::Unit(
            Unit::Microsecond
            | Unit::Millisecond
            | Unit::Second
            | Unit::Minute
            | Unit::Hour
            | Unit::Day
            | Unit::Week
            | Unit::Month
            | Unit::Quarter,
        )
        | Field::DayOfWeek
        | Field::IsoDayOfWeek
        | Field::DayOfYear => return None,
        Field::Julian => return None,
    })
}

/// A column as a timestamp; only for those there is an index, and no cost in asking twice.
pub(super) fn column(expression: &Expression) -> Option<Expression> {
    match &expression.kind {
        ExpressionKind::Path(_) => match expression.ty {
            Type::Timestamp => Some(expression.clone()),
            Type::Date => {
                let (nullable, span) = (expression.nullable, expression.span);
                let cast = ExpressionKind::Cast(Box::new(expression.clone()));
                Some(Expression::new(cast, Type::Timestamp, span).nullable(nullable))
            }
            _ => None,
        },
        ExpressionKind::Cast(operand)
            if operand.ty == Type::Date && expression.ty == Type::Timestamp =>
        {
            column(operand)
        }
        _ => None,
    }
}
