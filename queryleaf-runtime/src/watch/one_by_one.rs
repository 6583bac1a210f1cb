//! Events that are computed one by one. The server computes the condition and the columns of a query as
//! part of the stream, and where that fails for one event, no event behind it comes. Then the events are
//! read as they are, and each is computed by itself, so that the one that fails is known.

use super::changes::{Changes, Next, id, may_pass, token_of};
use super::event::Event;
use super::source::Source;
use crate::bridge;
use crate::error::{Error, Result};
use futures::TryStreamExt;
use mongodb::Database;
use mongodb::bson::{Bson, RawDocumentBuf, doc};
use mongodb::change_stream::ChangeStream;
use std::cmp::Ordering;
use std::slice;

/// How many events are computed one by one behind one that failed: others like it may follow soon.
const AT_LEAST: u32 = 100;

/// An event of at most this many bytes has room in a command, with what is to be computed of it.
const LARGEST_EVENT: usize = 15 << 20;

/// The code of an event that is larger than a document can be, with what is looked up for it.
const TOO_LARGE: i32 = 10_334;

/// How often the event that failed is asked for. It is there: one answer has it, unless a server is slow.
const QUESTIONS: u32 = 60;

/// How many more events are computed one by one.
pub(super) struct OneByOne(u32);

impl Source {
    /// The events as they are, one at a time.
    pub(super) fn uncomputed(&self) -> Source {
        let mut source = self.one_at_a_time();
        source.pipeline.clear();
        source
    }

    /// The events with what each tells of itself only, without the documents.
    fn identified(&self) -> Source {
        let mut source = self.one_at_a_time();
        source.options.remove("fullDocument");
        source.options.remove("fullDocumentBeforeChange");
        source.pipeline = vec![doc! { "$project": {
            "operationType": 1, "clusterTime": 1, "wallTime": 1, "ns": 1, "documentKey": 1,
        } }];
        source
    }

    fn one_at_a_time(&self) -> Source {
        let mut source = self.clone();
        source.set_batch_size(1);
        source
    }

    /// What the stages make of events, outside a stream.
    pub(super) async fn compute(
        &self,
        database: &Database,
        events: &[RawDocumentBuf],
    ) -> mongodb::error::Result<Vec<RawDocumentBuf>> {
        let literal = |event: &RawDocumentBuf| {
            let event = bridge::to_document(event.as_bytes());
            let event = event.map_err(mongodb::error::Error::custom)?;
            Ok(Bson::from(doc! { "$literal": event }))
        };
        let events: mongodb::error::Result<Vec<Bson>> = events.iter().map(literal).collect();
        let documents = doc! { "$documents": events? };
        let stages = std::iter::once(documents).chain(self.pipeline().iter().cloned());
        let computed = database.aggregate(stages).with_type::<RawDocumentBuf>();
        computed.await?.try_collect().await
    }
}

impl Changes {
    /// Goes on with events one by one where the stream has failed, if an event may be the reason.
    pub(super) async fn single_out(&mut self, error: Error) -> Result<()> {
        if matches!(error, Error::HistoryLost { .. }) || error.server_code().is_none() {
            return Err(error);
        }
        if self.one_by_one.is_some() {
            return match error.server_code() {
                Some(TOO_LARGE) => self.step_over(error).await,
                // No event is to blame, or one that the server cannot even go on behind.
                _ => Err(error),
            };
        }
        match self.source.compute(&self.database, &[]).await {
            Ok(_) => self.one_by_one = Some(OneByOne(AT_LEAST)),
            // What fails without an event fails with every one.
            Err(again) if !may_pass(&self.error(again.clone())) => return Err(error),
            Err(again) => self.wait(self.error(again)).await?,
        }
        Ok(())
    }

    /// Computes an event.
    pub(super) async fn computed(&mut self, event: RawDocumentBuf) -> Result<()> {
        if event.as_bytes().len() > LARGEST_EVENT {
            self.stream = None;
            let too_large =
                Error::internal("an event too large to be computed", self.source.plan());
            return self.step_over(too_large).await;
        }
        let rows = self.source.compute(&self.database, slice::from_ref(&event));
        match rows.await {
            Ok(mut rows) => {
                let more = self.one_by_one.take().map_or(0, |OneByOne(more)| more);
                self.one_by_one = Some(OneByOne(more.saturating_sub(1)));
                // Behind an event that does not pass, the stream of those that do cannot go on: the server
                // does not find the place.
                let Some(row) = rows.pop() else { return Ok(()) };
                self.token = id(event.as_bytes()).or(self.token.take());
                self.pending = Some(Next::Event(row));
                if more <= 1 {
                    self.one_by_one = None;
                    self.stream = None;
                }
            }
            Err(error) => {
                let error = self.error(error);
                if may_pass(&error) {
                    // It is read once more.
                    self.stream = None;
                    return self.wait(error).await;
                }
                self.token = id(event.as_bytes()).or(self.token.take());
                self.pending = Some(Next::Failed(event, error));
                self.one_by_one = Some(OneByOne(AT_LEAST));
            }
        }
        Ok(())
    }

    /// Finds the next event, which is too large to be read as it is, by what it tells of itself, and has
    /// it computed by the stream.
    async fn step_over(&mut self, error: Error) -> Result<()> {
        let found = match self.identify().await {
            Ok(Some(found)) => found,
            Ok(None) => return Err(error),
            Err(again) if may_pass(&again) => return self.wait(again).await,
            // No event is to blame.
            Err(_) => return Err(error),
        };
        self.pending = Some(match self.computed_by_stream(&found).await {
            Ok(Some(event)) => Next::Event(event),
            Ok(None) => Next::Nothing(None),
            Err(again) if may_pass(&again) => return self.wait(again).await,
            Err(error) => Next::Failed(found.clone(), error),
        });
        self.token = id(found.as_bytes()).or(self.token.take());
        self.one_by_one = Some(OneByOne(AT_LEAST));
        Ok(())
    }

    /// What the next event tells of itself.
    async fn identify(&mut self) -> Result<Option<RawDocumentBuf>> {
        let mut stream = self.identified().await?;
        for _ in 0..QUESTIONS {
            let event = stream.next_if_any().await;
            if let Some(event) = event.map_err(|error| self.error(error))? {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// What the stream makes of this event, if it passes. It begins at the time of the event, since it
    /// cannot go on behind one that did not pass; where it fails, it does so for this event, but for those
    /// of the same transaction.
    async fn computed_by_stream(
        &mut self,
        event: &RawDocumentBuf,
    ) -> Result<Option<RawDocumentBuf>> {
        let event = Event::new(event.clone(), None);
        let (Some(time), Some(place)) = (event.cluster_time(), event.token()) else {
            return Ok(None);
        };
        let mut source = self.source.one_at_a_time();
        source.start_at(time);
        let mut stream = self.opened(&source).await?;
        loop {
            let found = stream.next_if_any().await;
            let found = found.map_err(|error| self.error(error))?;
            let reached = match &found {
                Some(event) => id(event.as_bytes()),
                None => token_of(&stream),
            };
            match reached.map(|reached| reached.order().cmp(place.order())) {
                Some(Ordering::Less) if stream.is_alive() => {}
                Some(Ordering::Equal) => return Ok(found),
                _ => return Ok(None),
            }
        }
    }

    /// The events behind the place, by what each tells of itself.
    pub(super) async fn identified(&mut self) -> Result<ChangeStream<RawDocumentBuf>> {
        let mut source = self.source.identified();
        if let Some(token) = &self.token {
            source.start_after(token)?;
        }
        self.opened(&source).await
    }

    async fn opened(&mut self, source: &Source) -> Result<ChangeStream<RawDocumentBuf>> {
        let stream = source.open(&self.database).await;
        stream.map_err(|error| self.error(error))
    }
}
