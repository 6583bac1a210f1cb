//! Which rows a call looks at, as the server counts them.

use crate::plan::{Expression, Frame, FrameBound, FrameUnit, SortKey, WindowCall, WindowFunction};
use std::cmp::Ordering;

/// The rows that a call looks at.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Extent {
    /// All of the partition.
    Whole,
    /// None.
    Empty,
    /// Counted by rows.
    Rows(Ends),
    /// Counted by groups of peers.
    Peers(Ends),
    /// By a distance from the value of the sort key.
    Distance(Box<Frame>),
}

/// Where it begins and ends, counted from the current row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ends {
    /// `None` for the beginning of the partition.
    pub(super) start: Option<i32>,
    /// `None` for the end of the partition.
    pub(super) end: Option<i32>,
}

impl Ends {
    /// From the beginning to the current row.
    pub(super) const RUNNING: Ends = Ends {
        start: None,
        end: Some(0),
    };

    /// Whether it may hold no row.
    pub(super) fn may_be_empty(self) -> bool {
        self.start.is_some_and(|start| start > 0) || self.end.is_some_and(|end| end < 0)
    }

    /// Whether both ends are the ends of the partition or the current row.
    pub(super) fn are_plain(self) -> bool {
        self.start.unwrap_or(0) == 0 && self.end.unwrap_or(0) == 0
    }
}

impl Extent {
    /// The rows of a call over these keys. In a total order every row is its own only peer.
    pub(super) fn of(call: &WindowCall, keys: &[SortKey], is_total: bool) -> Extent {
        match call.function {
            WindowFunction::Aggregate(_)
            | WindowFunction::FirstValue
            | WindowFunction::LastValue
            | WindowFunction::NthValue => of_frame(&call.frame, keys, is_total),
            WindowFunction::CumeDist => of_frame(&Frame::DEFAULT, keys, is_total),
            WindowFunction::RowNumber
            | WindowFunction::Rank
            | WindowFunction::DenseRank
            | WindowFunction::PercentRank
            | WindowFunction::Ntile
            | WindowFunction::Lag
            | WindowFunction::Lead => Extent::Rows(Ends::RUNNING),
        }
    }

    /// Whether it may hold no row.
    pub(super) fn may_be_empty(&self) -> bool {
        match self {
            Extent::Whole => false,
            Extent::Empty => true,
            Extent::Rows(ends) | Extent::Peers(ends) => ends.may_be_empty(),
            Extent::Distance(frame) => frame.may_be_empty(),
        }
    }

    /// Whether rows leave it while the current row moves on.
    pub(super) fn moves(&self) -> bool {
        match self {
            Extent::Whole | Extent::Empty => false,
            Extent::Rows(ends) | Extent::Peers(ends) => ends.start.is_some(),
            Extent::Distance(frame) => frame.start != FrameBound::UnboundedPreceding,
        }
    }
}

fn of_frame(frame: &Frame, keys: &[SortKey], is_total: bool) -> Extent {
    let unbounded = (
        frame.start == FrameBound::UnboundedPreceding,
        frame.end == FrameBound::UnboundedFollowing,
    );
    if unbounded == (true, true) {
        return Extent::Whole;
    }
    let has_distance = frame.start.distance().is_some() || frame.end.distance().is_some();
    if frame.unit == FrameUnit::Range && has_distance {
        return Extent::Distance(Box::new(frame.clone()));
    }
    let Some(ends) = ends(frame) else {
        return Extent::Empty;
    };
    if ends.start.is_none() && ends.end.is_none() {
        return Extent::Whole;
    }
    match frame.unit {
        FrameUnit::Rows => Extent::Rows(ends),
        FrameUnit::Range | FrameUnit::Groups if keys.is_empty() => {
            if ends.may_be_empty() {
                Extent::Empty
            } else {
                Extent::Whole
            }
        }
        FrameUnit::Range | FrameUnit::Groups if is_total => Extent::Rows(ends),
        FrameUnit::Range | FrameUnit::Groups => Extent::Peers(ends),
    }
}

/// The ends as numbers; none where the frame ends before it begins, so that it holds no row.
fn ends(frame: &Frame) -> Option<Ends> {
    let start = position(&frame.start);
    let end = position(&frame.end);
    // No partition has that many rows.
    let beyond = |position: Position| match position {
        Position::At(number) => i32::try_from(number).ok(),
        Position::First | Position::Last => None,
    };
    let is_before = |position: Position| match position {
        Position::First => true,
        Position::At(number) => number < i64::from(i32::MIN),
        Position::Last => false,
    };
    let is_behind = |position: Position| match position {
        Position::First => false,
        Position::At(number) => number > i64::from(i32::MAX),
        Position::Last => true,
    };
    if is_behind(start) || is_before(end) {
        return None;
    }
    if let (Position::At(start), Position::At(end)) = (start, end)
        && start.cmp(&end) == Ordering::Greater
    {
        return None;
    }
    Some(Ends {
        start: beyond(start),
        end: beyond(end),
    })
}

#[derive(Debug, Clone, Copy)]
enum Position {
    First,
    At(i64),
    Last,
}

fn position(bound: &FrameBound) -> Position {
    let number = |distance: &Expression| distance.as_integer().unwrap_or(i64::MAX);
    match bound {
        FrameBound::UnboundedPreceding => Position::First,
        FrameBound::Preceding(distance) => Position::At(number(distance).saturating_neg()),
        FrameBound::CurrentRow => Position::At(0),
        FrameBound::Following(distance) => Position::At(number(distance)),
        FrameBound::UnboundedFollowing => Position::Last,
    }
}
