//! What a handler is given.

use super::event::Event;
use super::{ClusterTime, Fence, OperationType, ResumeToken};
use mongodb::bson::{Bson, DateTime};
use std::fmt;
use std::ops::Deref;

/// One change: the row that the query makes of the event, and what every event tells of itself.
///
/// Its fields are those of the row: `change.status` is `change.row.status`.
pub struct Change<R> {
    /// The columns of the query.
    pub row: R,
    event: Event,
    attempt: u32,
    fence: Fence,
}

impl<R> Change<R> {
    pub(super) fn new(row: R, event: Event, attempt: u32, fence: Fence) -> Self {
        Change {
            row,
            event,
            attempt,
            fence,
        }
    }

    /// The same event with another row.
    pub(super) fn map<S>(&self, row: S) -> Change<S> {
        Change {
            row,
            event: self.event.clone(),
            attempt: self.attempt,
            fence: self.fence,
        }
    }

    /// The event as the server sent it.
    pub(super) fn bytes(&self) -> &[u8] {
        self.event.bytes()
    }

    /// What happened.
    pub fn operation_type(&self) -> Option<OperationType> {
        self.event.operation_type()
    }

    /// The key of the document, as a document of its fields; of an event that is about no document,
    /// none.
    pub fn document_key(&self) -> Option<Bson> {
        self.event.document_key()
    }

    /// The name of the collection.
    pub fn collection(&self) -> Option<&str> {
        self.event.collection()
    }

    /// When it happened by the clock of the cluster.
    pub fn cluster_time(&self) -> Option<ClusterTime> {
        self.event.cluster_time()
    }

    /// When it happened by the clock of the server, in milliseconds if the query lets the event keep
    /// its wall time, and in seconds otherwise.
    pub fn happened_at(&self) -> Option<DateTime> {
        self.event.happened_at()
    }

    /// The place behind it. It is the same whenever this event is handled, so it serves to recognise
    /// one that has been before. A document of a snapshot has none.
    pub fn token(&self) -> Option<ResumeToken> {
        self.event.token()
    }

    /// How often this process has tried to handle it, this time included.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The number of the lease under which it is handled: whoever takes the stream over has a greater one.
    ///
    /// A process that was paused for longer than its lease goes on with the handlers that were running,
    /// though another process has taken the stream over by then. What a handler writes outside of a
    /// transaction can be kept from coming too late by storing the greatest number beside it, and refusing
    /// what has a smaller one.
    pub fn fence(&self) -> Fence {
        self.fence
    }
}

impl<R> Deref for Change<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.row
    }
}

impl<R: fmt::Debug> fmt::Debug for Change<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("row", &self.row)
            .field("token", &self.token())
            .field("attempt", &self.attempt)
            .finish()
    }
}
