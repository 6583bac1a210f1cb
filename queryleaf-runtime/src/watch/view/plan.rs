//! What is kept for a query over changes, as `sql!` places it in the binary.

use crate::Plan;
use std::time::Duration;

/// The stream part of a query over changes, and what its results are refreshed by: constant data.
#[derive(Debug)]
pub struct ViewPlan {
    pub(super) stream: Plan,
    pub(super) collection: &'static str,
    pub(super) expires: &'static str,
    pub(super) retention: Duration,
    pub(super) window: Option<Window>,
    pub(super) refresh: Option<Duration>,
    pub(super) refresh_events: Option<u64>,
}

/// The time windows of the rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// The column with the beginning of a row's window.
    pub(super) column: usize,
    /// How long after its beginning an event can be too late for a window, in milliseconds.
    pub(super) closes_after: i64,
}

impl Window {
    /// Whether the row of the window with this beginning stays as it is: what comes is too late for it,
    /// where events are complete up to a time, and none of its own was forgotten, where those since a
    /// time are kept. All in milliseconds since 1970.
    pub(super) fn is_final(&self, start: i64, complete_to: i64, kept_since: i64) -> bool {
        start.saturating_add(self.closes_after) <= complete_to && start >= kept_since
    }
}

impl ViewPlan {
    /// What is kept.
    ///
    /// `stream` opens the stream, `collection` keeps its events, and `expires` is the dotted path of a
    /// moment in them, so many seconds after which an event is deleted.
    pub const fn new(
        stream: Plan,
        collection: &'static str,
        expires: &'static str,
        seconds: u64,
    ) -> Self {
        ViewPlan {
            stream,
            collection,
            expires,
            retention: Duration::from_secs(seconds),
            window: None,
            refresh: None,
            refresh_events: None,
        }
    }

    /// Says which column is the beginning of a row's window, and after how many milliseconds from there
    /// events are too late for it.
    pub const fn with_window(self, column: usize, closes_after: i64) -> Self {
        let window = Window {
            column,
            closes_after,
        };
        ViewPlan {
            window: Some(window),
            ..self
        }
    }

    /// Says after how many milliseconds the results are refreshed.
    pub const fn with_refresh(self, milliseconds: u64) -> Self {
        ViewPlan {
            refresh: Some(Duration::from_millis(milliseconds)),
            ..self
        }
    }

    /// Says after how many events the results are refreshed.
    pub const fn with_refresh_events(self, events: u64) -> Self {
        ViewPlan {
            refresh_events: Some(events),
            ..self
        }
    }
}

/// A compiled query over changes, with what is kept for it: constant data.
#[derive(Debug)]
pub struct LivePlan {
    pub(super) query: Plan,
    pub(super) view: ViewPlan,
}

impl LivePlan {
    /// A plan over what is kept.
    pub const fn new(query: Plan, view: ViewPlan) -> Self {
        LivePlan { query, view }
    }

    /// The names of the columns.
    pub const fn columns(&self) -> &'static [&'static str] {
        self.query.columns()
    }
}

#[cfg(test)]
mod tests {
    use super::Window;

    /// Windows of an hour, for which events are too late half an hour after the end.
    const HOURS: Window = Window {
        column: 0,
        closes_after: 90,
    };

    #[test]
    fn a_row_is_final_between_what_comes_and_what_is_forgotten() {
        assert!(HOURS.is_final(120, 210, 100));
        assert!(!HOURS.is_final(120, 209, 100), "more may come");
        assert!(HOURS.is_final(120, 210, 120));
        assert!(!HOURS.is_final(120, 210, 121), "its first minute is gone");
    }
}
