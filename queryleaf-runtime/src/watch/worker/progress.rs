//! Up to which place everything has been handled.

use crate::watch::ResumeToken;
use mongodb::bson::DateTime;
use std::collections::VecDeque;

/// The events that were read, in their order, and which of them have been handled.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The number of the first of them.
    first: u64,
    events: VecDeque<Entry>,
    /// Of how many bytes those are that have not been handled.
    bytes: usize,
    /// The place up to which all have been handled.
    place: Option<ResumeToken>,
}

#[derive(Debug)]
struct Entry {
    read: Read,
    is_handled: bool,
}

/// What is remembered of an event that was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) place: Option<ResumeToken>,
    pub(super) happened_at: Option<DateTime>,
    pub(super) bytes: usize,
}

impl Progress {
    /// Nothing has been read behind this place.
    pub(super) fn new(place: Option<ResumeToken>) -> Self {
        Progress {
            place,
            ..Progress::default()
        }
    }

    /// An event was read; its number.
    pub(super) fn read(&mut self, read: Read) -> u64 {
        let number = self.first + self.events.len() as u64;
        self.bytes += read.bytes;
        self.events.push_back(Entry {
            read,
            is_handled: false,
        });
        number
    }

    /// There is no event up to this place.
    pub(super) fn nothing_up_to(&mut self, place: ResumeToken) {
        match self.events.back_mut() {
            None => self.place = Some(place),
            Some(last) if last.is_handled => last.read.place = Some(place),
            Some(_) => self.events.push_back(Entry {
                read: Read {
                    place: Some(place),
                    ..Read::default()
                },
                is_handled: true,
            }),
        }
    }

    /// The event of this number has been handled.
    pub(super) fn handled(&mut self, number: u64) {
        let index = number.checked_sub(self.first);
        let index = index.and_then(|index| usize::try_from(index).ok());
        if let Some(event) = index.and_then(|index| self.events.get_mut(index)) {
            event.is_handled = true;
            self.bytes -= std::mem::take(&mut event.read.bytes);
        }
        while self.events.front().is_some_and(|event| event.is_handled) {
            if let Some(event) = self.events.pop_front() {
                self.first += 1;
                self.place = event.read.place.or(self.place.take());
            }
        }
    }

    /// The place up to which all have been handled.
    pub(super) fn place(&self) -> Option<&ResumeToken> {
        self.place.as_ref()
    }

    /// How many events have been read behind that place, whether they have been handled or not.
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// Of how many bytes those are that have not been handled.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// When the first event happened that has not been handled.
    pub(super) fn waits_since(&self) -> Option<DateTime> {
        self.events.front()?.read.happened_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(place: Option<ResumeToken>) -> Read {
        Read {
            place,
            ..Read::default()
        }
    }

    fn place(number: u32) -> ResumeToken {
        format!("{number:08x}").parse().unwrap()
    }

    #[test]
    fn the_place_never_passes_an_event_that_is_not_handled() {
        let mut progress = Progress::new(Some(place(0)));
        let numbers: Vec<u64> = (1..=4)
            .map(|n| progress.read(read(Some(place(n)))))
            .collect();
        progress.nothing_up_to(place(9));
        progress.handled(numbers[1]);
        progress.handled(numbers[3]);
        assert_eq!(progress.place(), Some(&place(0)));
        progress.handled(numbers[0]);
        assert_eq!(progress.place(), Some(&place(2)));
        // Twice is once.
        progress.handled(numbers[0]);
        assert_eq!(progress.place(), Some(&place(2)));
        progress.handled(numbers[2]);
        assert_eq!(progress.place(), Some(&place(9)));
        progress.nothing_up_to(place(11));
        assert_eq!(progress.place(), Some(&place(11)));
        let number = progress.read(read(Some(place(12))));
        progress.handled(number);
        assert_eq!(progress.place(), Some(&place(12)));
    }

    #[test]
    fn an_event_without_a_place_leaves_the_place_alone() {
        let mut progress = Progress::new(None);
        let numbers = [progress.read(read(None)), progress.read(read(None))];
        progress.handled(numbers[1]);
        progress.handled(numbers[0]);
        assert_eq!(progress.place(), None);
        progress.nothing_up_to(place(3));
        assert_eq!(progress.place(), Some(&place(3)));
    }

    #[test]
    fn what_has_not_been_handled_is_counted() {
        let mut progress = Progress::new(None);
        let read = |milliseconds, bytes| Read {
            place: None,
            happened_at: Some(DateTime::from_millis(milliseconds)),
            bytes,
        };
        let numbers = [3, 5, 9].map(|time| progress.read(read(time, time as usize * 10)));
        progress.handled(numbers[1]);
        // Twice is once.
        progress.handled(numbers[1]);
        assert_eq!((progress.len(), progress.bytes()), (3, 120));
        assert_eq!(progress.waits_since(), Some(DateTime::from_millis(3)));
        progress.handled(numbers[0]);
        assert_eq!((progress.len(), progress.bytes()), (1, 90));
        assert_eq!(progress.waits_since(), Some(DateTime::from_millis(9)));
        progress.handled(numbers[2]);
        assert_eq!((progress.len(), progress.bytes()), (0, 0));
        assert_eq!(progress.waits_since(), None);
    }
}
