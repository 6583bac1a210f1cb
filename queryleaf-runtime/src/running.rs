//! The rows of a running command, as far as the code of each query has to know of it.

use crate::Plan;
use crate::batches::{Batch, Batches};
use crate::error::Result;
use crate::row::RowReader;
use queryleaf_plan::bson::Malformed;
use std::task::{Context, Poll, ready};

/// A running command, behind a trait object.
///
/// A debug build describes every type that a function mentions, and a `Database` mentions most types of
/// the driver and of tokio: without this, the futures of each query would describe them, some 400 kB for
/// each unit that rustc makes of a program.
pub(crate) type Running<'e> = Box<dyn RunningRows + Send + 'e>;

/// The rows of a running command.
pub(crate) trait RunningRows {
    fn plan(&self) -> &'static Plan;

    /// Hands every row to `sink`, and stops at its first error.
    fn poll_rows(&mut self, cx: &mut Context<'_>, sink: &mut dyn Sink) -> Poll<Result<()>>;

    /// The next row, with one batch of them in memory.
    fn poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<RowReader<'_>>>>;
}

/// What takes the rows. A trait of its own instead of `FnMut`, whose vtable holds three functions
/// more, to be compiled for every query of a program.
pub(crate) trait Sink {
    fn take(&mut self, row: &mut RowReader<'_>) -> Result<()>;
}

impl<F: FnMut(&mut RowReader<'_>) -> Result<()>> Sink for F {
    fn take(&mut self, row: &mut RowReader<'_>) -> Result<()> {
        self(row)
    }
}

/// The rows of the server's batches.
struct BatchRows<'e> {
    batches: Batches<'e>,
    batch: Option<Batch>,
}

/// The rows of these batches.
pub(crate) fn running(batches: Batches<'_>) -> Running<'_> {
    Box::new(BatchRows {
        batches,
        batch: None,
    })
}

impl RunningRows for BatchRows<'_> {
    fn plan(&self) -> &'static Plan {
        self.batches.plan()
    }

    fn poll_rows(&mut self, cx: &mut Context<'_>, sink: &mut dyn Sink) -> Poll<Result<()>> {
        while let Some(batch) = ready!(self.batches.poll_batch(cx)) {
            let mut batch = batch?;
            while let Some(row) = batch.next_row() {
                let row = row.map_err(|Malformed| self.batches.malformed())?;
                sink.take(&mut self.batches.reader(row))?;
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<RowReader<'_>>>> {
        while !self.batch.as_ref().is_some_and(Batch::has_more) {
            self.batch = match ready!(self.batches.poll_batch(cx)) {
                Some(Ok(batch)) => Some(batch),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            };
        }
        Poll::Ready(match self.batch.as_mut().and_then(Batch::next_row) {
            Some(Ok(row)) => Some(Ok(self.batches.reader(row))),
            Some(Err(Malformed)) => Some(Err(self.batches.malformed())),
            None => None,
        })
    }
}
