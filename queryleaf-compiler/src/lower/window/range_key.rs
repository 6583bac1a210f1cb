//! Frames of values: `RANGE BETWEEN 5 PRECEDING AND CURRENT ROW`.
//!
//! The server counts them along one ascending field of numbers or dates without nulls. Any other key
//! of numbers or times is turned into such a field: what descends is negated, times become
//! milliseconds, and `NULL` a number so far away that no distance changes it. So the nulls are peers
//! of each other, and in the frames of values only where these have no end.

use crate::diagnostic::Span;
use crate::lower::literal::literal;
use crate::lower::operators::{call, int, unary};
use crate::lower::relation::{Builder, Stage, computed};
use crate::lower::value;
use crate::plan::{Expression, Frame, FrameBound, Literal, NullsOrder, SortDirection, SortKey};
use crate::types::Type;
use queryleaf_plan::{Template, Value};

/// A field that frames of values are counted along.
pub(super) struct RangeKey {
    /// Whether the field holds dates.
    holds_dates: bool,
}

/// The units that the server counts dates in, in milliseconds, the longest first.
const UNITS: [(&str, i64); 5] = [
    ("day", 86_400_000),
    ("hour", 3_600_000),
    ("minute", 60_000),
    ("second", 1000),
    ("millisecond", 1),
];

impl RangeKey {
    /// Whether a key can be turned into such a field, and that into peers exactly the rows that are.
    pub(super) fn is_exact(key: &SortKey) -> bool {
        match key.expression.ty {
            Type::Integer | Type::Bigint | Type::Numeric | Type::Timestamp | Type::Date => true,
            // The server adds to a double in 15 decimal digits: 0.1 is not what 0.1 and 0 make, so that
            // a row is not among its own peers.
            _ => false,
        }
    }

    /// The field for a key, made where it is not there; frames with distances have these.
    pub(super) fn make(
        builder: &mut Builder<'_>,
        key: &SortKey,
        frames: &[&Frame],
    ) -> Option<(String, RangeKey)> {
        if key.expression.ty == Type::Double
            && let Some(frame) = frames.first()
        {
            builder.refuse(
                span_of(frame),
                "a frame of distances does not count along a key of type `double precision`"
                    .to_owned(),
                "order by a cast of the key to `numeric`",
            );
            return None;
        }
        let is_time = matches!(key.expression.ty, Type::Timestamp | Type::Date);
        let is_direct = key.direction == SortDirection::Ascending && !key.expression.nullable;
        if is_direct {
            let (field, _) = builder.sort_fields(std::slice::from_ref(key)).pop()?;
            return Some((
                field,
                RangeKey {
                    holds_dates: is_time,
                },
            ));
        }
        let months = frames.iter().find_map(|frame| months(frame));
        if let Some(span) = months {
            builder.refuse(
                span,
                "a frame of months counts along an ascending key without NULL only".to_owned(),
                "order ascending by a column that cannot be NULL, or count in days",
            );
            return None;
        }
        let mut number = value(&key.expression, &builder.scope);
        if is_time {
            number = unary("$toLong", number);
        }
        if key.direction == SortDirection::Descending {
            // The least integer has no opposite, and every one has a complement.
            number = match key.expression.ty {
                Type::Bigint => call("$subtract", [int(-1), number]),
                _ => call("$multiply", [number, int(-1)]),
            };
        }
        if key.expression.nullable {
            number = call("$ifNull", [number, far_away(key.nulls)]);
        }
        let field = builder.new_key(None, "__range");
        let fields = vec![(field.clone(), computed(number))];
        builder.stages.push(Stage::Set(fields));
        builder.narrow = false;
        Some((field, RangeKey { holds_dates: false }))
    }

    /// The `window` of a frame that ends with peers.
    pub(super) fn peers(&self, start: Template, end: Template) -> Template {
        let unit = self.holds_dates.then_some("millisecond");
        window(start, end, unit)
    }

    /// The `window` of a frame with distances.
    pub(super) fn frame(&self, frame: &Frame, builder: &Builder<'_>) -> Option<Template> {
        let (start, end) = (distance(&frame.start), distance(&frame.end));
        let Some(unit) = Unit::common(&start, &end) else {
            let span = span_of(frame);
            builder.refuse(
                span,
                "a frame counts in months or in days and hours, not in both".to_owned(),
                "write both distances in the same unit",
            );
            return None;
        };
        if start.is_behind(&end) {
            builder.refuse(
                span_of(frame),
                "this frame ends before it begins".to_owned(),
                "write the earlier end first",
            );
            return None;
        }
        let unit = self.holds_dates.then_some(unit);
        let name = unit.as_ref().map(|unit| unit.name);
        Some(window(
            start.template(unit.as_ref())?,
            end.template(unit.as_ref())?,
            name,
        ))
    }
}

/// `{range: [start, end], unit: ..}`.
pub(super) fn window(start: Template, end: Template, unit: Option<&str>) -> Template {
    let range = ("range", Template::array([start, end]));
    let unit = unit.map(|unit| ("unit", Template::from(unit)));
    Template::document([range].into_iter().chain(unit))
}

/// Where a frame begins or ends, as a distance from the key of the row.
#[derive(Debug, Clone)]
enum Distance {
    Unbounded,
    Zero,
    /// Not of times.
    Number(Literal, Type),
    Months(i64),
    Milliseconds(i64),
    /// Months and days together.
    Mixed,
}

fn distance(bound: &FrameBound) -> Distance {
    match bound {
        FrameBound::UnboundedPreceding | FrameBound::UnboundedFollowing => Distance::Unbounded,
        FrameBound::CurrentRow => Distance::Zero,
        FrameBound::Preceding(distance) => signed(distance, true),
        FrameBound::Following(distance) => signed(distance, false),
    }
}

fn signed(distance: &Expression, is_back: bool) -> Distance {
    let sign = if is_back { -1 } else { 1 };
    let Some(known) = distance.as_literal() else {
        return Distance::Mixed;
    };
    let number = |literal| Distance::Number(literal, distance.ty.clone());
    match known {
        Literal::Integer(value) => number(Literal::Integer(value.saturating_mul(sign))),
        Literal::Double(value) => number(Literal::Double(if is_back { -value } else { *value })),
        Literal::Numeric(text) if is_back => number(Literal::Numeric(format!("-{text}"))),
        Literal::Numeric(_) => number(known.clone()),
        Literal::Interval {
            months,
            days,
            milliseconds,
        } => match (*months, i64::from(*days) * 86_400_000 + *milliseconds) {
            (0, 0) => Distance::Zero,
            (0, rest) => Distance::Milliseconds(rest.saturating_mul(sign)),
            (months, 0) => Distance::Months(i64::from(months).saturating_mul(sign)),
            _ => Distance::Mixed,
        },
        Literal::Null
        | Literal::Boolean(_)
        | Literal::Text(_)
        | Literal::Timestamp(_)
        | Literal::Uuid(_)
        | Literal::ObjectId(_)
        | Literal::Bytea(_) => Distance::Mixed,
    }
}

impl Distance {
    fn template(&self, unit: Option<&Unit>) -> Option<Template> {
        let counted = |number: i64| {
            let length = unit.map_or(1, |unit| unit.length);
            short(number.checked_div(length).unwrap_or_default())
        };
        Some(match self {
            Distance::Unbounded => Template::from("unbounded"),
            Distance::Zero => int(0),
            Distance::Number(Literal::Integer(value), _) => short(*value),
            Distance::Number(number, ty) => literal(number, ty)?,
            Distance::Months(months) => short(*months),
            Distance::Milliseconds(number) => counted(*number),
            Distance::Mixed => return None,
        })
    }

    /// Whether this distance is known to be greater than another one.
    fn is_behind(&self, other: &Distance) -> bool {
        match (self.size(), other.size()) {
            (Some(one), Some(other)) => one > other,
            _ => false,
        }
    }

    /// About how far it is; for comparing two distances in one unit.
    fn size(&self) -> Option<f64> {
        match self {
            Distance::Unbounded | Distance::Mixed => None,
            Distance::Zero => Some(0.0),
            Distance::Number(Literal::Integer(value), _)
            | Distance::Months(value)
            | Distance::Milliseconds(value) => Some(*value as f64),
            Distance::Number(Literal::Double(value), _) => Some(*value),
            Distance::Number(Literal::Numeric(text), _) => text.parse().ok(),
            Distance::Number(_, _) => None,
        }
    }
}

/// A unit of time.
struct Unit {
    name: &'static str,
    /// In milliseconds; of months, which are counted as they are, 1.
    length: i64,
}

impl Unit {
    /// The longest unit in which both distances are whole numbers.
    fn common(start: &Distance, end: &Distance) -> Option<Unit> {
        let both = [start, end];
        if both.iter().any(|one| matches!(one, Distance::Mixed)) {
            return None;
        }
        let has_months = both.iter().any(|one| matches!(one, Distance::Months(_)));
        let lengths: Vec<i64> = both
            .iter()
            .filter_map(|one| match one {
                Distance::Milliseconds(number) => Some(*number),
                _ => None,
            })
            .collect();
        if has_months {
            let name = "month";
            return lengths.is_empty().then_some(Unit { name, length: 1 });
        }
        UNITS
            .into_iter()
            .find(|(_, length)| lengths.iter().all(|number| number % length == 0))
            .map(|(name, length)| Unit { name, length })
    }
}

fn short(number: i64) -> Template {
    i32::try_from(number).map_or(Template::from(number), int)
}

/// The place of a distance in months.
fn months(frame: &Frame) -> Option<Span> {
    [&frame.start, &frame.end].into_iter().find_map(|bound| {
        let distance = bound.distance()?;
        match distance.as_literal() {
            Some(Literal::Interval { months, .. }) if *months != 0 => Some(distance.span),
            _ => None,
        }
    })
}

fn span_of(frame: &Frame) -> Span {
    let spans = [&frame.start, &frame.end].into_iter();
    spans
        .filter_map(|bound| bound.distance().map(|distance| distance.span))
        .reduce(Span::to)
        .unwrap_or_default()
}

/// `NumberDecimal("1E+6100")` or its negative: it stays what it is, whatever is added to it.
fn far_away(nulls: NullsOrder) -> Template {
    const BIAS: u128 = 6176;
    const SIGN: u128 = 1 << 127;
    let number = ((BIAS + 6100) << 113) | 1;
    let number = match nulls {
        NullsOrder::First => number | SIGN,
        NullsOrder::Last => number,
    };
    Template::Value(Value::Decimal128(number.to_le_bytes()))
}
