//! The server's answer, batch by batch, as raw bytes.

use crate::Plan;
use crate::command::Command;
use crate::error::{Error, Result};
use crate::executor::Target;
use crate::row::RowReader;
use crate::span;
use crate::transaction::Interrupted;
use futures::future::BoxFuture;
use futures::stream::{Stream, StreamExt};
use mongodb::bson::Document;
use mongodb::options::{DatabaseOptions, ReadConcern};
use mongodb::raw_batch_cursor::{RawBatch, RawBatchCursor, SessionRawBatchCursor};
use mongodb::{ClientSession, Database};
use queryleaf_plan::bson::{Element, FIRST_ELEMENT, Malformed, element_at, element_type};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tracing::{Instrument, Span};

type DriverResult<T> = mongodb::error::Result<T>;

/// A running command.
pub(crate) struct Batches<'e> {
    plan: &'static Plan,
    database: Database,
    state: State<'e>,
    span: Span,
    transaction: Option<Interrupted>,
}

enum State<'e> {
    /// Never sent: a parameter had no usable value.
    Failed(Error),
    /// Sent, no cursor yet.
    Opening(BoxFuture<'e, DriverResult<Opened<'e>>>),
    /// Between two batches, or waiting for one.
    Open(Box<RawBatchCursor>),
    /// Waiting for a batch within a session.
    InSession(BoxFuture<'e, Option<(DriverResult<RawBatch>, SessionCursor<'e>)>>),
    /// Nothing more to come.
    Done,
}

/// A cursor with the session that it belongs to.
type Opened<'e> = (Cursor, Option<&'e mut ClientSession>);

/// A cursor of the driver.
pub(crate) enum Cursor {
    Plain(Box<RawBatchCursor>),
    InSession(Box<SessionRawBatchCursor>),
}

impl Cursor {
    /// The next batch; the session must be the one in which the cursor was opened.
    pub(crate) async fn next(
        &mut self,
        session: Option<&mut ClientSession>,
    ) -> Option<DriverResult<RawBatch>> {
        match (self, session) {
            (Cursor::Plain(cursor), _) => cursor.next().await,
            (Cursor::InSession(cursor), Some(session)) => cursor.stream(session).next().await,
            (Cursor::InSession(_), None) => None,
        }
    }
}

struct SessionCursor<'e> {
    cursor: Box<SessionRawBatchCursor>,
    session: &'e mut ClientSession,
}

impl<'e> Batches<'e> {
    /// A command that is sent when the first batch is asked for.
    pub(crate) fn new(plan: &'static Plan, command: Result<Command>, target: Target<'e>) -> Self {
        let name = command.as_ref().ok().map(Command::name);
        let span = span::operation(plan, &target.database, name);
        let transaction = target.transaction.clone();
        let database = target.database.clone();
        let state = match command {
            Ok(command) => State::Opening(Box::pin(open_in(command, target))),
            Err(error) => State::Failed(error),
        };
        Batches {
            plan,
            database,
            state,
            span,
            transaction,
        }
    }

    pub(crate) fn plan(&self) -> &'static Plan {
        self.plan
    }

    /// The next batch; after an error there is none.
    pub(crate) fn poll_batch(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Batch>>> {
        let _entered = self.span.enter();
        loop {
            let answer = match &mut self.state {
                State::Opening(opening) => match ready!(opening.as_mut().poll(cx)) {
                    Ok((Cursor::Plain(cursor), _)) => {
                        self.state = State::Open(cursor);
                        continue;
                    }
                    Ok((Cursor::InSession(cursor), Some(session))) => {
                        let cursor = SessionCursor { cursor, session };
                        self.state = State::InSession(Box::pin(next_in_session(cursor)));
                        continue;
                    }
                    Ok((Cursor::InSession(_), None)) => None,
                    Err(error) => Some(Err(error)),
                },
                State::Open(cursor) => ready!(Pin::new(&mut **cursor).poll_next(cx)),
                State::InSession(next) => match ready!(next.as_mut().poll(cx)) {
                    Some((batch, cursor)) => {
                        self.state = State::InSession(Box::pin(next_in_session(cursor)));
                        Some(batch)
                    }
                    None => None,
                },
                State::Done => return Poll::Ready(None),
                State::Failed(_) => match std::mem::replace(&mut self.state, State::Done) {
                    State::Failed(error) => return Poll::Ready(Some(Err(error))),
                    _ => return Poll::Ready(None),
                },
            };
            return Poll::Ready(match answer {
                Some(Ok(reply)) => {
                    let batch = Batch::new(reply);
                    Some(batch.map_err(|Malformed| self.malformed()))
                }
                Some(Err(error)) => {
                    self.state = State::Done;
                    if let Some(transaction) = &self.transaction {
                        transaction.note(&error);
                    }
                    Some(Err(Error::from_driver(error, self.plan)))
                }
                None => {
                    self.state = State::Done;
                    None
                }
            });
        }
    }

    /// Reads a row of this command.
    pub(crate) fn reader<'a>(&'a self, row: &'a [u8]) -> RowReader<'a> {
        RowReader::new(self.plan, row).of(&self.database)
    }

    #[cold]
    pub(crate) fn malformed(&self) -> Error {
        Error::internal("the server's answer is malformed", self.plan)
    }
}

/// Sends the command, and keeps the session.
async fn open_in(command: Command, target: Target<'_>) -> DriverResult<Opened<'_>> {
    let Target {
        database,
        mut session,
        transaction: _,
    } = target;
    let cursor = open(command, &database, session.as_deref_mut()).await?;
    Ok((cursor, session))
}

/// Sends the command.
pub(crate) async fn open(
    mut command: Command,
    database: &Database,
    session: Option<&mut ClientSession>,
) -> DriverResult<Cursor> {
    let reading = command
        .take_read_concern()
        .map(|concern| with_read_concern(database, concern));
    let database = reading.as_ref().unwrap_or(database);
    let plain = |cursor| Cursor::Plain(Box::new(cursor));
    let in_session = |cursor| Cursor::InSession(Box::new(cursor));
    match command {
        Command::Find {
            collection,
            filter,
            options,
        } => {
            let collection = database.collection::<Document>(&collection);
            let find = collection.find(filter).with_options(*options);
            match session {
                None => find.batch().await.map(plain),
                Some(session) => find.session(session).batch().await.map(in_session),
            }
        }
        // It is of no transaction.
        Command::Catalog { catalog, pipeline } => {
            let rows = catalog.stage(database).await?;
            let stages = std::iter::once(rows).chain(pipeline);
            database.aggregate(stages).batch().await.map(plain)
        }
        Command::Aggregate {
            collection,
            pipeline,
            options,
        } => {
            let collection = collection.map(|name| database.collection::<Document>(&name));
            let aggregate = match &collection {
                Some(collection) => collection.aggregate(pipeline),
                None => database.aggregate(pipeline),
            };
            let aggregate = aggregate.with_options(*options);
            match session {
                None => aggregate.batch().await.map(plain),
                Some(session) => aggregate.session(session).batch().await.map(in_session),
            }
        }
    }
}

/// The same database, with this read concern.
fn with_read_concern(database: &Database, concern: ReadConcern) -> Database {
    let options = DatabaseOptions::builder()
        .read_concern(concern)
        .write_concern(database.write_concern().cloned())
        .selection_criteria(database.selection_criteria().cloned())
        .build();
    let client = database.client();
    client.database_with_options(database.name(), options)
}

/// The next batch of a cursor that belongs to a session.
async fn next_in_session(
    mut cursor: SessionCursor<'_>,
) -> Option<(DriverResult<RawBatch>, SessionCursor<'_>)> {
    let batch = cursor.cursor.stream(cursor.session).next().await?;
    Some((batch, cursor))
}

/// Asks the server how it runs the command.
pub(crate) async fn explain(
    plan: &'static Plan,
    command: Result<Document>,
    verbosity: &str,
    target: Target<'_>,
) -> Result<Document> {
    let command = mongodb::bson::doc! { "explain": command?, "verbosity": verbosity };
    let Target {
        database, session, ..
    } = target;
    let span = span::operation(plan, &database, Some("explain"));
    let run = database.run_command(command);
    let run = match session {
        Some(session) => run.session(session),
        None => run,
    };
    let answer = run.into_future().instrument(span).await;
    answer.map_err(|error| Error::from_driver(error, plan))
}

/// A batch of result documents.
pub(crate) struct Batch {
    reply: RawBatch,
    /// Where in the reply the next row's element starts.
    next: usize,
}

impl Batch {
    /// Looks for the rows in the reply: `cursor.firstBatch` or `cursor.nextBatch`.
    pub(crate) fn new(reply: RawBatch) -> Result<Self, Malformed> {
        let bytes = reply.as_raw_document().as_bytes();
        let cursor = child(bytes, FIRST_ELEMENT, |name| name == b"cursor")?;
        let rows = child(bytes, cursor, |name| {
            name == b"firstBatch" || name == b"nextBatch"
        })?;
        Ok(Batch { next: rows, reply })
    }

    /// Whether a row is left.
    pub(crate) fn has_more(&self) -> bool {
        let bytes = self.reply.as_raw_document().as_bytes();
        bytes.get(self.next) != Some(&element_type::MISSING)
    }

    /// The next result document.
    pub(crate) fn next_row(&mut self) -> Option<Result<&[u8], Malformed>> {
        match self.next_range()? {
            Ok(range) => Some(self.bytes().get(range).ok_or(Malformed)),
            Err(Malformed) => Some(Err(Malformed)),
        }
    }

    /// Where in the reply the next result document is.
    pub(crate) fn next_range(&mut self) -> Option<Result<Range<usize>, Malformed>> {
        match element_at(self.bytes(), self.next) {
            Ok(None) => None,
            Ok(Some(Element {
                element_type: element_type::DOCUMENT,
                value,
                next,
                ..
            })) => {
                let start = next - value.len();
                self.next = next;
                Some(Ok(start..next))
            }
            Ok(Some(_)) | Err(Malformed) => Some(Err(Malformed)),
        }
    }

    /// The reply.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.reply.as_raw_document().as_bytes()
    }
}

/// Where the first element inside the document or array of this name starts, among the elements
/// from `offset` on.
fn child(bytes: &[u8], mut offset: usize, is: fn(&[u8]) -> bool) -> Result<usize, Malformed> {
    while let Some(element) = element_at(bytes, offset)? {
        if is(element.name) {
            return Ok(element.next - element.value.len() + FIRST_ELEMENT);
        }
        offset = element.next;
    }
    Err(Malformed)
}
