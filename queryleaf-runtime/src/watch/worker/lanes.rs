//! Events in the order in which they are handled: those of one document one after the other.

use crate::watch::event::Event;
use std::collections::VecDeque;
use std::sync::Arc;

/// How many events of a lane are handled in one go.
const GO: usize = 64;

/// An event and its number among those that were read.
#[derive(Clone)]
pub(super) struct Queued {
    pub(super) number: u64,
    pub(super) event: Event,
    /// What is stored as the place of its lane when it has been handled.
    pub(super) place: Arc<str>,
}

/// Queues, each with the events of some of the documents, of which one event at a time is handled.
pub(super) struct Lanes {
    lanes: Vec<Lane>,
    /// Those that have events and are not running.
    ready: VecDeque<usize>,
}

#[derive(Default)]
struct Lane {
    events: VecDeque<Queued>,
    is_running: bool,
}

impl Lanes {
    /// So many lanes, at least one.
    pub(super) fn new(count: usize) -> Self {
        Lanes {
            lanes: (0..count.max(1)).map(|_| Lane::default()).collect(),
            ready: VecDeque::new(),
        }
    }

    /// The lane of the documents of this key.
    pub(super) fn of(&self, key: u64) -> usize {
        // Less than the number of lanes, whatever the width of a `usize`.
        (key % self.lanes.len() as u64) as usize
    }

    pub(super) fn push(&mut self, lane: usize, queued: Queued) {
        let Some(waiting) = self.lanes.get_mut(lane) else {
            return;
        };
        waiting.events.push_back(queued);
        if !waiting.is_running && waiting.events.len() == 1 {
            self.ready.push_back(lane);
        }
    }

    /// The next events of a lane that is not running, which runs from now on.
    pub(super) fn start(&mut self) -> Option<(usize, Vec<Queued>)> {
        let number = self.ready.pop_front()?;
        let lane = self.lanes.get_mut(number)?;
        lane.is_running = true;
        let count = lane.events.len().min(GO);
        Some((number, lane.events.drain(..count).collect()))
    }

    /// A lane is running no more.
    pub(super) fn finished(&mut self, number: usize) {
        if let Some(lane) = self.lanes.get_mut(number) {
            lane.is_running = false;
            if !lane.events.is_empty() {
                self.ready.push_back(number);
            }
        }
    }

    /// Forgets the events that wait.
    pub(super) fn clear(&mut self) {
        for lane in &mut self.lanes {
            lane.events.clear();
        }
        self.ready.clear();
    }
}
