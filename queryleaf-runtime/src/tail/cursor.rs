//! One tailable cursor after the other, each behind the row that was seen last.

use crate::Plan;
use crate::batches::Batch;
use crate::bridge;
use crate::command::Command;
use crate::error::{Error, Result, is_retryable};
use crate::raw::RawValue;
use crate::request::Request;
use futures::StreamExt;
use futures::stream::{BoxStream, unfold};
use mongodb::bson::{Bson, Document, doc};
use mongodb::error::ErrorKind;
use mongodb::options::CursorType;
use mongodb::raw_batch_cursor::RawBatchCursor;
use mongodb::{Collection, Database};
use queryleaf_plan::bson::Malformed;
use std::time::{Duration, Instant};

/// How long to wait before a cursor that died is followed by another one. The server lets one die at
/// once while the collection is empty.
const PAUSE: Duration = Duration::from_millis(100);

/// For how long another cursor is tried to be had.
const RESUME_WITHIN: Duration = Duration::from_secs(30);

/// The codes of a cursor that died while the collection lives on: it was closed or forgotten, or newer
/// rows have overwritten the one that it stood on.
const DEAD_CURSOR_CODES: [i32; 4] = [43, 136, 175, 237];

/// Where the server has a document of a collection: the numbers grow from one to the next.
const RECORD_ID: &str = "$recordId";

/// What follows a collection.
pub(super) struct Follow {
    request: Request,
    database: Database,
    pub(super) max_await_time: Option<Duration>,
    /// The `_id` of the row that was seen last.
    pub(super) after: Option<Bson>,
    cursor: Option<Box<RawBatchCursor>>,
    batch: Option<Batch>,
    /// The documents up to this number were seen already.
    seen: Option<i64>,
    /// Since when there has been no cursor, for a reason that may pass.
    failing_since: Option<Instant>,
    done: bool,
}

impl Follow {
    pub(super) fn new(request: Request, database: Database) -> Self {
        Follow {
            request,
            database,
            max_await_time: None,
            after: None,
            cursor: None,
            batch: None,
            seen: None,
            failing_since: None,
            done: false,
        }
    }

    /// The rows, as bytes.
    pub(super) fn rows(self: Box<Self>) -> BoxStream<'static, Result<Vec<u8>>> {
        let rows = unfold(self, |mut follow| async move {
            if follow.done {
                return None;
            }
            let row = follow.next().await;
            let goes_on = matches!(row, Ok(_) | Err(Error::RowsMissed { .. }));
            follow.done = !goes_on;
            Some((row, follow))
        });
        rows.boxed()
    }

    async fn next(&mut self) -> Result<Vec<u8>> {
        loop {
            if let Some(row) = self.next_of_batch()? {
                return Ok(row);
            }
            let Some(cursor) = &mut self.cursor else {
                self.open().await?;
                continue;
            };
            match cursor.next().await {
                Some(Ok(reply)) => match Batch::new(reply) {
                    Ok(batch) => self.batch = Some(batch),
                    Err(Malformed) => return Err(self.malformed()),
                },
                Some(Err(error)) if may_pass(&error) => self.cursor = None,
                Some(Err(error)) => return Err(Error::from_driver(error, self.request.plan)),
                None => {
                    self.cursor = None;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// The next row of the batch that was not seen before.
    fn next_of_batch(&mut self) -> Result<Option<Vec<u8>>> {
        while let Some(row) = self.batch.as_mut().and_then(Batch::next_row) {
            let Ok(row) = row else {
                return Err(self.malformed());
            };
            let record = RawValue::named(row, RECORD_ID).and_then(RawValue::fixed);
            if let (Some(seen), Some(record)) = (self.seen, record)
                && i64::from_le_bytes(record) <= seen
            {
                continue;
            }
            let row = row.to_vec();
            self.after = id(&row);
            return Ok(Some(row));
        }
        self.batch = None;
        Ok(None)
    }

    /// Opens a cursor, or waits a moment where there is none to be had.
    async fn open(&mut self) -> Result<()> {
        match self.try_open().await {
            Ok(()) => {
                self.failing_since = None;
                Ok(())
            }
            Err(Error::Driver { source, sql }) => {
                let since = *self.failing_since.get_or_insert_with(Instant::now);
                if !may_pass(&source) || since.elapsed() > RESUME_WITHIN {
                    return Err(Error::Driver { source, sql });
                }
                tokio::time::sleep(PAUSE).await;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Opens a cursor that passes over what was seen.
    async fn try_open(&mut self) -> Result<()> {
        let plan = self.request.plan;
        let Command::Find {
            collection,
            filter,
            mut options,
        } = self.request.query(false)?
        else {
            return Err(Error::internal("a tail of what is no find", plan));
        };
        let collection = self.database.collection::<Document>(&collection);
        let seen = match &self.after {
            None => None,
            Some(id) => match position(&collection, id, plan).await? {
                Some(record) => Some(record),
                None => return Err(self.missed()),
            },
        };
        if let Some(projection) = &mut options.projection {
            projection.remove("_id");
        }
        options.cursor_type = Some(CursorType::TailableAwait);
        options.max_await_time = self.max_await_time;
        options.show_record_id = seen.map(|_| true);
        let find = collection.find(filter).with_options(*options);
        let cursor = find.batch().await;
        let cursor = cursor.map_err(|error| Error::from_driver(error, plan))?;
        // Once more: another server of the set may number the documents otherwise, and the row may
        // have been overwritten in between, and others with it.
        if let Some(id) = &self.after {
            match position(&collection, id, plan).await? {
                None => return Err(self.missed()),
                record if record != seen => return Ok(()),
                Some(_) => {}
            }
        }
        self.seen = seen;
        self.cursor = Some(Box::new(cursor));
        Ok(())
    }

    /// Goes on with the oldest row that there is.
    fn missed(&mut self) -> Error {
        self.after = None;
        Error::RowsMissed {
            sql: self.request.plan.sql,
        }
    }

    #[cold]
    fn malformed(&self) -> Error {
        Error::internal("the server's answer is malformed", self.request.plan)
    }
}

/// Where the server has the document of this `_id`.
async fn position(
    collection: &Collection<Document>,
    id: &Bson,
    plan: &'static Plan,
) -> Result<Option<i64>> {
    let find = collection
        .find_one(doc! { "_id": id })
        .projection(doc! { "_id": 1 })
        .show_record_id(true);
    match find.await {
        Ok(found) => Ok(found.and_then(|found| found.get_i64(RECORD_ID).ok())),
        Err(error) => Err(Error::from_driver(error, plan)),
    }
}

/// The `_id` of a row.
pub(super) fn id(row: &[u8]) -> Option<Bson> {
    bridge::to_bson(RawValue::named(row, "_id")?).ok()
}

/// Whether another cursor may be had after this.
fn may_pass(error: &mongodb::error::Error) -> bool {
    let is_dead = match &*error.kind {
        ErrorKind::Command(command) => DEAD_CURSOR_CODES.contains(&command.code),
        _ => false,
    };
    is_dead || is_retryable(error)
}
