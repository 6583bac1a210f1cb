//! The window of a call: named windows and what is added to them, and frames.

use super::Analyzer;
use super::frame_exclusion;
use super::scope::Scope;
use super::window::not_a_number;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Frame, FrameBound, FrameUnit, Literal, SortKey};
use crate::suggestion::nearest;
use crate::types::Type;
use sqlparser::ast::{
    self, Ident, NamedWindowDefinition, NamedWindowExpr, WindowFrameBound, WindowFrameUnits,
    WindowSpec, WindowType,
};

/// What a frame counts along.
pub(super) enum Keys<'k> {
    None,
    One(&'k SortKey),
    Many,
}

impl<'k> Keys<'k> {
    pub(super) fn of(order: &'k [SortKey]) -> Self {
        match order {
            [] => Keys::None,
            [key] => Keys::One(key),
            _ => Keys::Many,
        }
    }
}

impl Analyzer<'_> {
    /// The windows of a `WINDOW` clause; a later one may start from an earlier one.
    pub(crate) fn named_windows(&mut self, definitions: &[NamedWindowDefinition]) -> Result<()> {
        self.windows.clear();
        for NamedWindowDefinition(name, definition) in definitions {
            let name_span = self.source.convert(name.span);
            if self.windows.iter().any(|(known, _)| *known == name.value) {
                let message = format!("two windows are called `{}`", name.value);
                return Err(Box::new(
                    Diagnostic::error(Code::DuplicateName, name_span, message)
                        .help("give one of them another name"),
                ));
            }
            let definition = match definition {
                NamedWindowExpr::NamedWindow(other) => self.named_window(other)?,
                NamedWindowExpr::WindowSpec(definition) => self.completed(definition)?,
            };
            self.windows.push((name.value.clone(), definition));
        }
        Ok(())
    }

    /// The definition behind `OVER`, with what it takes from a named one.
    pub(super) fn window_definition(&self, over: &WindowType) -> Result<WindowSpec> {
        match over {
            WindowType::NamedWindow(name) => self.named_window(name),
            WindowType::WindowSpec(definition) => self.completed(definition),
        }
    }

    fn named_window(&self, name: &Ident) -> Result<WindowSpec> {
        let known = self.windows.iter().find(|(known, _)| *known == name.value);
        if let Some((_, definition)) = known {
            return Ok(definition.clone());
        }
        let message = format!("no window `{}` in this query", name.value);
        let span = self.source.convert(name.span);
        let error = Diagnostic::error(Code::InvalidWindow, span, message);
        let names = self.windows.iter().map(|(known, _)| known.as_str());
        Err(Box::new(match nearest(&name.value, names) {
            Some(near) => error.help(format!("a window with a similar name exists: `{near}`")),
            None => error.help(format!(
                "define it behind the conditions: `WINDOW {} AS (ORDER BY ..)`",
                name.value
            )),
        }))
    }

    /// A definition that may start from a named one: that gives its partitions, and its order where
    /// it has one.
    fn completed(&self, definition: &WindowSpec) -> Result<WindowSpec> {
        let mut definition = definition.clone();
        let Some(name) = definition.window_name.take() else {
            return Ok(definition);
        };
        let excluded = frame_exclusion::take_key(&mut definition);
        let base = self.named_window(&name)?;
        let span = self.source.convert(name.span);
        let refuse = |what: &str| {
            let message = format!("{what} of window `{}`", name.value);
            Err(Box::new(Diagnostic::error(
                Code::InvalidWindow,
                span,
                message,
            )))
        };
        if !definition.partition_by.is_empty() {
            return refuse("`PARTITION BY` cannot be added to that");
        }
        if !base.order_by.is_empty() && !definition.order_by.is_empty() {
            return refuse("`ORDER BY` cannot be added to that");
        }
        if base.window_frame.is_some() {
            return refuse("the frame is in the way: nothing can be added to it and that");
        }
        let order_by = if definition.order_by.is_empty() {
            base.order_by
        } else {
            definition.order_by
        };
        let mut partition_by = base.partition_by;
        partition_by.extend(excluded);
        Ok(WindowSpec {
            window_name: None,
            partition_by,
            order_by,
            window_frame: definition.window_frame,
        })
    }

    /// `ROWS`, `RANGE` or `GROUPS` with its ends.
    pub(super) fn frame(
        &mut self,
        frame: &ast::WindowFrame,
        keys: Keys<'_>,
        scope: &Scope,
        outer: Span,
    ) -> Result<Frame> {
        let (unit, word) = match frame.units {
            WindowFrameUnits::Rows => (FrameUnit::Rows, "rows"),
            WindowFrameUnits::Range => (FrameUnit::Range, "range"),
            WindowFrameUnits::Groups => (FrameUnit::Groups, "groups"),
        };
        let span = self.source.find(outer.start, word).unwrap_or(outer);
        let start = self.frame_bound(&frame.start_bound, true, unit, &keys, scope, span)?;
        let end = match &frame.end_bound {
            Some(end) => self.frame_bound(end, false, unit, &keys, scope, span)?,
            None => FrameBound::CurrentRow,
        };
        if rank(&start) > rank(&end) || start == FrameBound::UnboundedFollowing {
            let message = "this frame ends before it begins";
            return Err(Box::new(
                Diagnostic::error(Code::InvalidWindow, span, message)
                    .help("write the earlier end first: `BETWEEN 2 PRECEDING AND CURRENT ROW`"),
            ));
        }
        if unit == FrameUnit::Groups && matches!(keys, Keys::None) {
            let message = "a frame in `GROUPS` wants an `ORDER BY`";
            return Err(Box::new(
                Diagnostic::error(Code::InvalidWindow, span, message)
                    .help("add `ORDER BY ..` in front of it"),
            ));
        }
        Ok(Frame { unit, start, end })
    }

    fn frame_bound(
        &mut self,
        bound: &WindowFrameBound,
        is_start: bool,
        unit: FrameUnit,
        keys: &Keys<'_>,
        scope: &Scope,
        span: Span,
    ) -> Result<FrameBound> {
        let (distance, make): (_, fn(Expression) -> FrameBound) = match bound {
            WindowFrameBound::CurrentRow => return Ok(FrameBound::CurrentRow),
            WindowFrameBound::Preceding(None) if is_start => {
                return Ok(FrameBound::UnboundedPreceding);
            }
            WindowFrameBound::Following(None) if !is_start => {
                return Ok(FrameBound::UnboundedFollowing);
            }
            WindowFrameBound::Preceding(None) | WindowFrameBound::Following(None) => {
                let message = "this frame ends before it begins";
                return Err(Box::new(
                    Diagnostic::error(Code::InvalidWindow, span, message).help(
                        "a frame begins at `UNBOUNDED PRECEDING` and ends at `UNBOUNDED FOLLOWING`",
                    ),
                ));
            }
            WindowFrameBound::Preceding(Some(distance)) => (distance, FrameBound::Preceding),
            WindowFrameBound::Following(Some(distance)) => (distance, FrameBound::Following),
        };
        let distance = self.expression(distance, scope, span)?;
        let distance = match unit {
            FrameUnit::Rows | FrameUnit::Groups => self.coerce(distance, &Type::Bigint)?,
            FrameUnit::Range => self.range_distance(distance, keys, span)?,
        };
        if is_negative(&distance) {
            let message = "the distance of a frame must not be negative";
            return Err(Box::new(
                Diagnostic::error(Code::InvalidLiteral, distance.span, message)
                    .help("`PRECEDING` and `FOLLOWING` say in which direction it counts"),
            ));
        }
        match distance.as_literal() {
            Some(Literal::Null) | None => Err(not_a_number(&distance, "the distance of a frame")),
            Some(_) => Ok(make(distance)),
        }
    }

    /// A distance between values of the sort key.
    fn range_distance(
        &mut self,
        distance: Expression,
        keys: &Keys<'_>,
        span: Span,
    ) -> Result<Expression> {
        let Keys::One(key) = keys else {
            let message = "`RANGE` with a distance wants an `ORDER BY` of one key";
            return Err(Box::new(
                Diagnostic::error(Code::InvalidWindow, span, message)
                    .help("count rows with `ROWS`, or order by one column"),
            ));
        };
        let wanted = match &key.expression.ty {
            Type::Integer | Type::Bigint => Type::Bigint,
            Type::Numeric => Type::Numeric,
            Type::Double => Type::Double,
            Type::Timestamp | Type::Date => Type::Interval,
            other => {
                let message = format!("`RANGE` with a distance cannot count along `{other}`");
                return Err(Box::new(
                    Diagnostic::error(Code::InvalidWindow, key.expression.span, message)
                        .label(format!("this is of type `{other}`"))
                        .help("order by a number or a time, or count rows with `ROWS`"),
                ));
            }
        };
        self.coerce(distance, &wanted)
    }
}

/// The order in which the kinds of bounds may follow each other.
fn rank(bound: &FrameBound) -> u8 {
    match bound {
        FrameBound::UnboundedPreceding => 0,
        FrameBound::Preceding(_) => 1,
        FrameBound::CurrentRow => 2,
        FrameBound::Following(_) => 3,
        FrameBound::UnboundedFollowing => 4,
    }
}

fn is_negative(distance: &Expression) -> bool {
    match &distance.kind {
        ExpressionKind::Negate(operand) => operand.as_literal().is_some(),
        ExpressionKind::Literal(literal) => match literal {
            Literal::Integer(value) => *value < 0,
            Literal::Double(value) => *value < 0.0,
            Literal::Numeric(text) => text.starts_with('-'),
            Literal::Interval {
                months,
                days,
                milliseconds,
            } => *months < 0 || *days < 0 || *milliseconds < 0,
            Literal::Null
            | Literal::Boolean(_)
            | Literal::Text(_)
            | Literal::Timestamp(_)
            | Literal::Uuid(_)
            | Literal::ObjectId(_)
            | Literal::Bytea(_) => false,
        },
        _ => false,
    }
}
