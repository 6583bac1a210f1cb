//! The rows of one run of a statement, batch by batch.

use super::documents::{Batch, Documents, Limit};
use super::rows::RowFailure;
use futures::stream::{BoxStream, StreamExt};
use queryleaf_plan::Rules;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// The rows of one run of a statement, batch by batch.
pub(crate) struct Feed {
    /// What an earlier run left, to be sent first.
    left: VecDeque<Left>,
    rest: Rest,
}

/// A batch that an earlier run left.
#[derive(Debug, Clone)]
pub(crate) enum Left {
    /// It was sent, but its outcome is not known.
    Uncertain(Batch),
    Unsent(Batch),
}

enum Rest {
    Known {
        documents: Arc<Documents>,
        next: usize,
    },
    Stream {
        stream: BoxStream<'static, Result<Vec<u8>, RowFailure>>,
        /// What its rows are held to.
        rules: Rules,
        /// How many rows were read from it.
        read: u64,
        /// Read but not yet sent: what an error left behind.
        left: Option<(Arc<Documents>, usize)>,
        /// What it gave instead of a row, to be reported after the rows before it.
        failure: Option<RowFailure>,
        ended: bool,
    },
}

/// What is sent next.
pub(crate) enum Next {
    Batch(Batch),
    /// An earlier run sent it already and does not know what became of it.
    Uncertain(Batch),
    /// The stream failed.
    Failed(RowFailure),
    End,
}

impl Feed {
    pub(crate) fn known(documents: Arc<Documents>) -> Self {
        Feed {
            left: VecDeque::new(),
            rest: Rest::Known { documents, next: 0 },
        }
    }

    pub(super) fn stream(
        stream: BoxStream<'static, Result<Vec<u8>, RowFailure>>,
        rules: Rules,
    ) -> Self {
        Feed {
            left: VecDeque::new(),
            rest: Rest::Stream {
                stream,
                rules,
                read: 0,
                left: None,
                failure: None,
                ended: false,
            },
        }
    }

    /// The same rows, after those that a run left.
    pub(crate) fn after(mut self, left: Vec<Left>) -> Self {
        for batch in left.into_iter().rev() {
            self.left.push_front(batch);
        }
        self
    }

    /// All rows, where they are known and nothing was sent yet.
    pub(crate) fn all_known(&self) -> Option<&Documents> {
        match &self.rest {
            Rest::Known { documents, next: 0 } if self.left.is_empty() => Some(documents),
            Rest::Known { .. } | Rest::Stream { .. } => None,
        }
    }

    /// The rows whose outcome is not known.
    pub(crate) fn uncertain(&self) -> Vec<Range<u64>> {
        joined(self.left.iter().filter_map(|left| match left {
            Left::Uncertain(batch) => Some(batch.rows()),
            Left::Unsent(_) => None,
        }))
    }

    /// The rows that were not sent. Of a stream that has not ended, nobody knows how many they are.
    pub(crate) fn unsent(&self) -> Vec<Range<u64>> {
        let left = self.left.iter().filter_map(|left| match left {
            Left::Unsent(batch) => Some(batch.rows()),
            Left::Uncertain(_) => None,
        });
        let rest = match &self.rest {
            Rest::Known { documents, next } => [
                Some(documents.row(*next)..documents.row(documents.len())),
                None,
            ],
            Rest::Stream {
                left, read, ended, ..
            } => {
                let left = left
                    .as_ref()
                    .map(|(documents, next)| documents.row(*next)..documents.row(documents.len()));
                [left, (!ended).then_some(*read..u64::MAX)]
            }
        };
        joined(left.chain(rest.into_iter().flatten()))
    }

    /// The next batch within this limit.
    pub(crate) async fn next(&mut self, limit: Limit) -> Next {
        match self.left.pop_front() {
            Some(Left::Uncertain(batch)) => return Next::Uncertain(batch),
            Some(Left::Unsent(batch)) => return Next::Batch(batch),
            None => {}
        }
        match &mut self.rest {
            Rest::Known { documents, next } => match Batch::take(documents, *next, limit) {
                Some(batch) => {
                    *next = batch.end();
                    Next::Batch(batch)
                }
                None => Next::End,
            },
            Rest::Stream {
                stream,
                rules,
                read,
                left,
                failure,
                ended,
            } => {
                if let Some((documents, next)) = left {
                    if let Some(batch) = Batch::take(documents, *next, limit) {
                        *next = batch.end();
                        return Next::Batch(batch);
                    }
                    *left = None;
                }
                if let Some(failure) = failure.take() {
                    return Next::Failed(failure);
                }
                let mut documents = Documents::starting_at(*read);
                while !*ended && documents.len() < limit.documents && documents.size() < limit.bytes
                {
                    let Some(row) = stream.next().await else {
                        *ended = true;
                        break;
                    };
                    match row.and_then(|bytes| Ok(documents.push_row_of(&bytes, rules)?)) {
                        Ok(()) => *read += 1,
                        Err(error) if documents.len() == 0 => return Next::Failed(error),
                        Err(error) => {
                            *failure = Some(error);
                            break;
                        }
                    }
                }
                let documents = Arc::new(documents);
                match Batch::take(&documents, 0, limit) {
                    Some(batch) => {
                        *left = Some((documents, batch.end()));
                        Next::Batch(batch)
                    }
                    None => Next::End,
                }
            }
        }
    }
}

/// Ranges in order without empty ones, and with those together that follow each other.
pub(super) fn joined(ranges: impl Iterator<Item = Range<u64>>) -> Vec<Range<u64>> {
    let mut ranges: Vec<_> = ranges.filter(|range| !range.is_empty()).collect();
    ranges.sort_by_key(|range| range.start);
    let mut all: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            Some(_) | None => all.push(range),
        }
    }
    all
}
