//! `EXCLUDE` behind a frame: rows of it that an aggregate does not see.
//!
//! The server has no such frames. Where what is left is rows that follow each other, before and behind
//! what is excluded, there is a call for each of these parts, and their results are put together.

mod combine;

use crate::diagnostic::Span;
use crate::plan::{Expression, Frame, FrameBound, FrameUnit, WindowCall};
use crate::types::Type;
use sqlparser::ast::{Expr, WindowSpec};

/// What the words `EXCLUDE ..` are turned into, see [`syntax`](crate::syntax).
pub(crate) const EXCLUDE_CURRENT_ROW: &str = "exclude current row";
pub(crate) const EXCLUDE_GROUP: &str = "exclude group";
pub(crate) const EXCLUDE_TIES: &str = "exclude ties";
pub(crate) const EXCLUDE_NO_OTHERS: &str = "exclude no others";

/// What a frame leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exclusion {
    /// The current row.
    CurrentRow,
    /// The current row and its peers.
    Group,
    /// The peers of the current row.
    Ties,
}

impl Exclusion {
    fn words(self) -> &'static str {
        match self {
            Exclusion::CurrentRow => "EXCLUDE CURRENT ROW",
            Exclusion::Group => "EXCLUDE GROUP",
            Exclusion::Ties => "EXCLUDE TIES",
        }
    }
}

/// The key that stands for an `EXCLUDE`, taken out of a window.
pub(super) fn take_key(definition: &mut WindowSpec) -> Option<Expr> {
    if let Some(last) = definition.order_by.last()
        && is_key(&last.expr)
    {
        return definition.order_by.pop().map(|key| key.expr);
    }
    match definition.partition_by.last() {
        Some(last) if is_key(last) => definition.partition_by.pop(),
        _ => None,
    }
}

fn is_key(key: &Expr) -> bool {
    matches!(key, Expr::Identifier(name) if name.quote_style.is_some() && meaning(&name.value).is_some())
}

fn meaning(name: &str) -> Option<Option<Exclusion>> {
    match name {
        EXCLUDE_CURRENT_ROW => Some(Some(Exclusion::CurrentRow)),
        EXCLUDE_GROUP => Some(Some(Exclusion::Group)),
        EXCLUDE_TIES => Some(Some(Exclusion::Ties)),
        EXCLUDE_NO_OTHERS => Some(None),
        _ => None,
    }
}

/// What a window excludes, taken out of it.
pub(super) fn take(definition: &mut WindowSpec) -> Option<Exclusion> {
    match take_key(definition) {
        Some(Expr::Identifier(name)) => meaning(&name.value).flatten(),
        _ => None,
    }
}

/// The frames that are left, in the order of their rows; none where what is left is no such frames.
fn parts(exclusion: Exclusion, call: &WindowCall) -> Option<Vec<Frame>> {
    let Frame { unit, start, end } = &call.frame;
    let has_order = !call.order.is_empty();
    let is_open =
        |bound: &FrameBound| !matches!(bound, FrameBound::Preceding(_) | FrameBound::Following(_));
    let unit = match (exclusion, unit) {
        (Exclusion::CurrentRow, FrameUnit::Rows) => FrameUnit::Rows,
        (Exclusion::CurrentRow, FrameUnit::Range | FrameUnit::Groups) => return None,
        (_, FrameUnit::Rows) => return None,
        (_, FrameUnit::Groups) => FrameUnit::Groups,
        (_, FrameUnit::Range) if is_open(start) && is_open(end) => FrameUnit::Groups,
        (_, FrameUnit::Range) => return None,
    };
    if !holds_current(start, end) {
        return Some(vec![call.frame.clone()]);
    }
    let one = |make: fn(Expression) -> FrameBound| {
        let one = Expression::integer(1, Type::Bigint, Span::default());
        make(one)
    };
    let mut frames = Vec::new();
    // Without an order all rows are peers.
    let has_others = has_order || exclusion == Exclusion::CurrentRow;
    if has_others && !is_current(start) {
        frames.push(Frame {
            unit,
            start: start.clone(),
            end: one(FrameBound::Preceding),
        });
    }
    if exclusion == Exclusion::Ties {
        frames.push(Frame {
            unit: FrameUnit::Rows,
            start: FrameBound::CurrentRow,
            end: FrameBound::CurrentRow,
        });
    }
    if has_others && !is_current(end) {
        frames.push(Frame {
            unit,
            start: one(FrameBound::Following),
            end: end.clone(),
        });
    }
    Some(frames)
}

fn is_current(bound: &FrameBound) -> bool {
    match bound {
        FrameBound::CurrentRow => true,
        FrameBound::Preceding(distance) | FrameBound::Following(distance) => {
            distance.as_integer() == Some(0)
        }
        FrameBound::UnboundedPreceding | FrameBound::UnboundedFollowing => false,
    }
}

/// Whether a frame that begins and ends so holds the current row.
fn holds_current(start: &FrameBound, end: &FrameBound) -> bool {
    let is_behind = matches!(start, FrameBound::Following(_)) && !is_current(start);
    let is_before = matches!(end, FrameBound::Preceding(_)) && !is_current(end);
    !is_behind && !is_before
}
