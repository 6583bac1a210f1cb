//! The collection in which events are kept, and how far they are.

use super::ViewPlan;
use super::progress::{COMPLETE_TO, EVENTS, Progress, TOKEN};
use crate::Plan;
use crate::error::{Error, Result, is_retryable};
use crate::watch::lease::Lease;
use crate::watch::token_store::durable;
use crate::watch::{ClusterTime, HistoryLost, ResumeToken};
use mongodb::bson::{Document, RawDocumentBuf, Timestamp, doc};
use mongodb::error::ErrorKind;
use mongodb::options::{ReturnDocument, WriteConcern};
use mongodb::{Collection, Database};
use std::time::{Duration, Instant};

/// Where it is kept how far the events of each stream are.
const POSITIONS: &str = "queryleaf.positions";

/// The index by which the server deletes events.
const EXPIRES: &str = "expires";

/// The codes of an index that is there with another definition.
const INDEX_CONFLICT_CODES: [i32; 2] = [85, 86];

/// The code of a document that is there already.
const DUPLICATE_KEY: i32 = 11000;

/// For how long the events are not kept by another process when one that kept them was killed.
const LEASE: Duration = Duration::from_secs(5);

/// How long a failure of the connection may last, and how long to wait before another attempt.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);

/// What is stored for a query over changes.
#[derive(Clone)]
pub(super) struct Store {
    pub(super) plan: &'static ViewPlan,
    pub(super) database: Database,
    events: Collection<RawDocumentBuf>,
    positions: Collection<Document>,
    pub(super) history_lost: HistoryLost,
}

impl Store {
    pub(super) fn new(plan: &'static ViewPlan, database: &Database) -> Self {
        Store {
            plan,
            database: database.clone(),
            events: database.collection(plan.collection),
            positions: durable(database, POSITIONS),
            history_lost: HistoryLost::default(),
        }
    }

    /// What the process that keeps the events holds.
    pub(super) fn lease(&self) -> Lease {
        let positions = self.positions.clone();
        Lease::new(positions, self.plan.collection, LEASE, Document::new())
    }

    /// Makes the collection with the index by which it forgets.
    pub(super) async fn prepare(&self) -> Result<()> {
        let mut patience = self.patience();
        loop {
            match self.create_index().await {
                Ok(()) => return Ok(()),
                Err(error) => patience.wait(error).await?,
            }
        }
    }

    async fn create_index(&self) -> mongodb::error::Result<()> {
        let seconds = i64::try_from(self.plan.retention.as_secs()).unwrap_or(i64::MAX);
        let index = doc! {
            "name": EXPIRES,
            "key": { self.plan.expires: 1 },
            // The largest number that the server takes: 68 years.
            "expireAfterSeconds": seconds.min(i64::from(i32::MAX)),
        };
        let command = doc! { "createIndexes": self.plan.collection, "indexes": [index] };
        match self.database.run_command(command.clone()).await {
            Err(error) if is_index_conflict(&error) => {
                // The collection is known by what it keeps: something else has changed the index.
                self.events.drop_index(EXPIRES).await?;
                self.database.run_command(command).await.map(drop)
            }
            created => created.map(drop),
        }
    }

    /// How far the events are; `None` before any was followed.
    pub(super) async fn progress(&self) -> Result<Option<Progress>> {
        Ok(self.kept_by_others().await?.0)
    }

    /// How far the events are, and whether somebody keeps them.
    pub(super) async fn kept_by_others(&self) -> Result<(Option<Progress>, bool)> {
        let mut patience = self.patience();
        loop {
            let name = doc! { "_id": self.plan.collection };
            match self.positions.find_one(name).await {
                Ok(stored) => {
                    let stored = stored.unwrap_or_default();
                    return Ok((self.read(&stored)?, stored.contains_key("owner")));
                }
                Err(error) => patience.wait(error).await?,
            }
        }
    }

    /// Forgets all events.
    pub(super) async fn forget(&self) -> Result<()> {
        let mut patience = self.patience();
        loop {
            let delete = self.events.delete_many(doc! {});
            match delete.write_concern(WriteConcern::majority()).await {
                Ok(_) => return Ok(()),
                Err(error) => patience.wait(error).await?,
            }
        }
    }

    /// Keeps events, each of them once, and tells how many were not there yet.
    pub(super) async fn keep(&self, events: &[RawDocumentBuf]) -> Result<u64> {
        let count = |events: usize| u64::try_from(events).unwrap_or(u64::MAX);
        if events.is_empty() {
            return Ok(0);
        }
        let mut patience = self.patience();
        loop {
            let insert = self.events.insert_many(events).ordered(false);
            match insert.write_concern(WriteConcern::majority()).await {
                Ok(_) => return Ok(count(events.len())),
                Err(error) => match duplicates(&error) {
                    Some(known) => return Ok(count(events.len().saturating_sub(known))),
                    None => patience.wait(error).await?,
                },
            }
        }
    }

    /// Stores how far the events are, unless they are further already, and tells how far that is.
    pub(super) async fn advance(
        &self,
        token: &ResumeToken,
        complete_to: Option<ClusterTime>,
        events: u64,
    ) -> Result<Progress> {
        // Later places have greater texts.
        let mut most = doc! { TOKEN: token.to_string() };
        if let Some(time) = complete_to {
            most.insert(COMPLETE_TO, Timestamp::from(time));
        }
        let events = i64::try_from(events).unwrap_or(i64::MAX);
        let update = doc! { "$max": most, "$inc": { EVENTS: events } };
        let mut patience = self.patience();
        let stored = loop {
            let name = doc! { "_id": self.plan.collection };
            let stored = self
                .positions
                .find_one_and_update(name, update.clone())
                .upsert(true)
                .return_document(ReturnDocument::After)
                .write_concern(WriteConcern::majority());
            match stored.await {
                Ok(stored) => break stored,
                // Another collector has made it at the same time.
                Err(error) if is_duplicate(&error) => {}
                Err(error) => patience.wait(error).await?,
            }
        };
        let progress = self.read(&stored.unwrap_or_default())?;
        progress.ok_or_else(|| Error::internal("no position", &self.plan.stream))
    }

    fn read(&self, stored: &Document) -> Result<Option<Progress>> {
        let progress = Progress::read(stored);
        progress.ok_or_else(|| Error::internal("a position that is none", &self.plan.stream))
    }

    /// The time of the last operation of the cluster.
    pub(super) async fn now(&self) -> Result<Option<ClusterTime>> {
        let answer = self.ask(doc! { "ping": 1 }).await?;
        let time = answer.get_timestamp("operationTime");
        Ok(time.ok().map(ClusterTime::from))
    }

    /// What the clock of the server says, in milliseconds since 1970.
    pub(super) async fn clock(&self) -> Result<i64> {
        let answer = self.ask(doc! { "hello": 1 }).await?;
        let time = answer.get_datetime("localTime");
        let time = time.map_err(|_| Error::internal("no time", &self.plan.stream))?;
        Ok(time.timestamp_millis())
    }

    async fn ask(&self, command: Document) -> Result<Document> {
        let mut patience = self.patience();
        loop {
            match self.database.run_command(command.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => patience.wait(error).await?,
            }
        }
    }

    fn patience(&self) -> Patience {
        Patience {
            plan: &self.plan.stream,
            since: Instant::now(),
        }
    }
}

/// How long something has been tried.
struct Patience {
    plan: &'static Plan,
    since: Instant,
}

impl Patience {
    /// Waits a moment if the reason of a failure may pass.
    async fn wait(&mut self, error: mongodb::error::Error) -> Result<()> {
        if !is_retryable(&error) || self.since.elapsed() > PATIENCE {
            return Err(Error::from_driver(error, self.plan));
        }
        tokio::time::sleep(PAUSE).await;
        Ok(())
    }
}

fn is_index_conflict(error: &mongodb::error::Error) -> bool {
    match &*error.kind {
        ErrorKind::Command(command) => INDEX_CONFLICT_CODES.contains(&command.code),
        _ => false,
    }
}

fn is_duplicate(error: &mongodb::error::Error) -> bool {
    match &*error.kind {
        ErrorKind::Command(command) => command.code == DUPLICATE_KEY,
        _ => false,
    }
}

/// How many documents were there already, if nothing else is wrong.
fn duplicates(error: &mongodb::error::Error) -> Option<usize> {
    let ErrorKind::InsertMany(failures) = &*error.kind else {
        return None;
    };
    let errors = failures.write_errors.as_ref()?;
    let only_known = errors.iter().all(|error| error.code == DUPLICATE_KEY);
    (only_known && failures.write_concern_error.is_none()).then_some(errors.len())
}
