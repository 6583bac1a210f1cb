//! The events of the driver's change stream as bytes, and another stream where one has failed.

use super::event::Event;
use super::one_by_one::OneByOne;
use super::source::Source;
use super::{OperationType, ResumeToken};
use crate::bridge;
use crate::error::{Error, Result};
use crate::raw::RawValue;
use mongodb::Database;
use mongodb::bson::RawDocumentBuf;
use mongodb::change_stream::ChangeStream;
use queryleaf_plan::bson::element_type;
use std::time::{Duration, Instant};

/// How long to wait before another stream is tried to be had.
const PAUSE: Duration = Duration::from_millis(100);

/// For how long another stream is tried to be had.
const RESUME_WITHIN: Duration = Duration::from_secs(30);

/// What comes next.
#[derive(Debug)]
pub(super) enum Next {
    /// An event.
    Event(RawDocumentBuf),
    /// An event as it is, for which the condition or a column of the query has no value, and the error.
    Failed(RawDocumentBuf, Error),
    /// Nothing now; the place up to which there is nothing.
    Nothing(Option<ResumeToken>),
    /// What was watched is gone.
    End,
}

/// A stream of the driver, opened when it is needed.
pub(super) struct Changes {
    pub(super) source: Source,
    pub(super) database: Database,
    pub(super) stream: Option<Box<ChangeStream<RawDocumentBuf>>>,
    /// The place behind what was given out last.
    pub(super) token: Option<ResumeToken>,
    /// Set where the server does not find that place: the stream begins at its time, and what comes up to
    /// it again is dropped.
    by_time: bool,
    /// What was found and is given out next.
    pub(super) pending: Option<Next>,
    /// Set where an event has failed: the stream is that of the events as they are.
    pub(super) one_by_one: Option<OneByOne>,
    /// Since when there has been no stream, for a reason that may pass.
    failing_since: Option<Instant>,
    /// How long such a reason may last.
    pub(super) patience: Duration,
}

impl Changes {
    pub(super) fn new(source: Source, database: Database) -> Self {
        Changes {
            token: source.place(),
            source,
            database,
            stream: None,
            by_time: false,
            pending: None,
            one_by_one: None,
            failing_since: None,
            patience: RESUME_WITHIN,
        }
    }

    /// Opens the stream, so that what happens from now on is seen.
    pub(super) async fn open(&mut self) -> Result<()> {
        while self.stream.is_none() && self.pending.is_none() {
            if let Some(token) = &self.token {
                match token.cluster_time() {
                    Some(time) if self.by_time && self.one_by_one.is_none() => {
                        self.source.start_at(time)
                    }
                    _ => self.source.start_after(token)?,
                }
            }
            let opened = match &self.one_by_one {
                None => self.source.open(&self.database).await,
                Some(_) => self.source.uncomputed().open(&self.database).await,
            };
            match opened {
                Ok(stream) => {
                    if !self.by_time {
                        self.token = token_of(&stream).or(self.token.take());
                    }
                    self.stream = Some(Box::new(stream));
                }
                Err(error) => self.failed(error).await?,
            }
        }
        Ok(())
    }

    /// Asks once for what comes next.
    pub(super) async fn next(&mut self) -> Result<Next> {
        loop {
            if let Some(next) = self.pending.take() {
                return Ok(next);
            }
            let Some(stream) = &mut self.stream else {
                self.open().await?;
                continue;
            };
            match stream.next_if_any().await {
                Ok(Some(event)) => {
                    self.failing_since = None;
                    if self.one_by_one.is_some() {
                        self.computed(event).await?;
                        continue;
                    }
                    let place = id(event.as_bytes());
                    if self.by_time && !is_behind(place.as_ref(), self.token.as_ref()) {
                        continue;
                    }
                    self.by_time = false;
                    self.token = place;
                    return Ok(Next::Event(event));
                }
                Ok(None) => {
                    self.failing_since = None;
                    let place = token_of(stream);
                    if !self.by_time || is_behind(place.as_ref(), self.token.as_ref()) {
                        self.token = place.or(self.token.take());
                        self.by_time = false;
                    }
                    if !stream.is_alive() {
                        match self.behind_the_end().await {
                            Ok(place) => {
                                self.token = place.or(self.token.take());
                                self.pending = Some(Next::End);
                                return Ok(Next::Nothing(self.token.clone()));
                            }
                            Err(error) => {
                                self.stream = None;
                                self.wait(error).await?;
                                continue;
                            }
                        }
                    }
                    if self.one_by_one.take().is_some() {
                        self.stream = None;
                    }
                    return Ok(Next::Nothing(self.token.clone()));
                }
                Err(error) => {
                    self.stream = None;
                    self.failed(error).await?;
                }
            }
        }
    }

    /// The place behind the event `invalidate` that ends a stream, unless that event was given out. The
    /// condition of the query may have kept it back, and the last place of the stream is before it.
    async fn behind_the_end(&mut self) -> Result<Option<ResumeToken>> {
        let mut events = self.identified().await?;
        loop {
            let event = events.next_if_any().await;
            let Some(event) = event.map_err(|error| self.error(error))? else {
                return Ok(None);
            };
            let event = Event::new(event, None);
            if event.operation_type() == Some(OperationType::Invalidate) {
                return Ok(event.token());
            }
        }
    }

    pub(super) fn error(&self, error: mongodb::error::Error) -> Error {
        Error::from_driver(error, self.source.plan())
    }

    async fn failed(&mut self, error: mongodb::error::Error) -> Result<()> {
        let error = self.error(error);
        if may_pass(&error) {
            return self.wait(error).await;
        }
        // The server looks for the event behind the condition of the query, and that of an update may fail
        // now, since its document is another one; or it is an event of an earlier version of the query.
        if error.server_code() == Some(NOT_FOUND) && !self.by_time {
            self.by_time = true;
            return Ok(());
        }
        self.single_out(error).await
    }

    /// Waits a moment: the reason of a failure may pass.
    pub(super) async fn wait(&mut self, error: Error) -> Result<()> {
        let since = *self.failing_since.get_or_insert_with(Instant::now);
        if since.elapsed() > self.patience {
            return Err(error);
        }
        tokio::time::sleep(PAUSE).await;
        Ok(())
    }
}

/// The codes of an operation that broke off, though not because of what it was: its cursor was closed or
/// forgotten, or the server was given another role. The server does not mark all of them as such.
const BROKEN_OFF: [i32; 10] = [43, 63, 133, 136, 150, 175, 234, 237, 11601, 13388];

/// Whether what failed may succeed another time. It must do no harm that it is done twice.
pub(super) fn may_pass(error: &Error) -> bool {
    error.is_retryable()
        || error
            .server_code()
            .is_some_and(|code| BROKEN_OFF.contains(&code))
}

/// The code of a stream that cannot go on, since the event behind which it should does not come again.
const NOT_FOUND: i32 = 280;

/// Whether a place is behind another one of the same stream.
fn is_behind(place: Option<&ResumeToken>, other: Option<&ResumeToken>) -> bool {
    match (place, other) {
        (Some(place), Some(other)) => place.order() > other.order(),
        (None, _) => false,
        (Some(_), None) => true,
    }
}

/// The place up to which a stream has been read.
pub(super) fn token_of(stream: &ChangeStream<RawDocumentBuf>) -> Option<ResumeToken> {
    let (element_type, bytes) = bridge::serialize(&stream.resume_token()?).ok()?;
    (element_type == element_type::DOCUMENT).then(|| ResumeToken::from_document_bytes(&bytes))
}

/// The place behind an event.
pub(super) fn id(event: &[u8]) -> Option<ResumeToken> {
    let id = RawValue::named(event, "_id")?;
    let token = (id.element_type == element_type::DOCUMENT)
        .then(|| ResumeToken::from_document_bytes(id.bytes));
    // A document of a snapshot has none.
    token.filter(|token| !token.order().is_empty())
}
