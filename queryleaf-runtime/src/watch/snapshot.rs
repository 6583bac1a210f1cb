//! The documents that there are, and then what happens to them.

use super::ClusterTime;
use super::changes::{Changes, may_pass};
use super::source::Source;
use super::stream::{Seen, seen};
use crate::error::{Error, Result};
use futures::stream::{BoxStream, once, unfold};
use futures::{StreamExt, TryStreamExt};
use mongodb::bson::{Bson, Document, RawDocumentBuf, Timestamp, doc};
use mongodb::error::ErrorKind;
use mongodb::{ClientSession, Database, SessionCursor};
use std::collections::VecDeque;

/// How often a snapshot is begun anew where a collection was changed in its definition meanwhile.
const ATTEMPTS: u32 = 10;

/// The codes of a snapshot that cannot be had because of that, and of one that the server has forgotten.
const SNAPSHOT_UNAVAILABLE: i32 = 246;
const SNAPSHOT_TOO_OLD: i32 = 239;

/// How many documents are computed at once where one has failed, and of how many bytes.
const AT_ONCE: usize = 128;
const BYTES_AT_ONCE: usize = 1 << 20;

/// The documents of one moment.
pub(super) struct Snapshot {
    source: Source,
    database: Database,
    session: ClientSession,
    /// When that moment was.
    time: Timestamp,
    /// The collections that are not read yet.
    collections: VecDeque<String>,
    reading: Option<Reading>,
    /// What was computed and is given out next.
    computed: VecDeque<Seen>,
}

/// A collection that is being read.
struct Reading {
    collection: String,
    cursor: SessionCursor<RawDocumentBuf>,
    /// How many rows of it were given out.
    given: usize,
    /// Set where a document has failed: the documents come uncomputed and from the first on, and so many
    /// rows of them are known.
    known: Option<usize>,
}

/// The documents as inserts, through the same stages as events, and then the changes behind them: there
/// is no gap between the two, and nothing is in both.
pub(super) fn followed(source: Source, database: Database) -> BoxStream<'static, Result<Seen>> {
    let begun = once(async move {
        let snapshot = Snapshot::begin(source, &database, None).await?;
        Ok::<_, Error>(snapshot.followed())
    });
    begun.try_flatten().boxed()
}

impl Snapshot {
    /// Begins to read at this moment, if it can be had, or now.
    pub(super) async fn begin(
        source: Source,
        database: &Database,
        moment: Option<ClusterTime>,
    ) -> Result<Self> {
        let plan = source.plan();
        let mut moment = moment.map(Timestamp::from);
        let mut attempt = 0;
        loop {
            attempt += 1;
            match Snapshot::at(&source, database, moment).await {
                // A moment that is no longer to be had is not another attempt.
                Err(error) if is_unavailable(&error) && moment.take().is_some() => attempt -= 1,
                Err(error) if is_unavailable(&error) && attempt < ATTEMPTS => {}
                begun => return begun.map_err(|error| Error::from_driver(error, plan)),
            }
        }
    }

    async fn at(
        source: &Source,
        database: &Database,
        moment: Option<Timestamp>,
    ) -> mongodb::error::Result<Self> {
        let time = match moment {
            Some(moment) => moment,
            None => now(database).await?,
        };
        let start = database.client().start_session();
        let start = start.snapshot(true).snapshot_time(time);
        let mut snapshot = Snapshot {
            source: source.clone(),
            database: database.clone(),
            session: start.await?,
            time,
            // Behind the moment: one that is made in between is empty at the moment, and what is stored
            // in it is followed.
            collections: collections(source, database).await?,
            reading: None,
            computed: VecDeque::new(),
        };
        // Whether that moment can be had of all of them is known from the first answers.
        for name in &snapshot.collections {
            let collection = database.collection::<Document>(name);
            let found = collection.find_one(doc! {}).projection(doc! { "_id": 1 });
            found.session(&mut snapshot.session).await?;
        }
        Ok(snapshot)
    }

    /// When the documents were as they are read.
    pub(super) fn time(&self) -> ClusterTime {
        self.time.into()
    }

    /// The documents, and then the changes behind them.
    pub(super) fn followed(self) -> BoxStream<'static, Result<Seen>> {
        let mut source = self.source.clone();
        let Timestamp { time, increment } = self.time;
        source.start_at(ClusterTime::new(time, increment.saturating_add(1)));
        let changes = seen(Changes::new(source, self.database.clone()));
        // Behind an error there are no changes: they would not follow what they should.
        let mut is_over = false;
        let followed = self.rows().chain(changes).take_while(move |seen| {
            let goes_on = !is_over;
            is_over |= seen.is_err();
            std::future::ready(goes_on)
        });
        followed.boxed()
    }

    fn rows(self) -> BoxStream<'static, Result<Seen>> {
        let rows = unfold(Some(self), |snapshot| async {
            let mut snapshot = snapshot?;
            match snapshot.next().await {
                Ok(Some(row)) => Some((Ok(row), Some(snapshot))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        });
        rows.boxed()
    }

    async fn next(&mut self) -> Result<Option<Seen>> {
        loop {
            if let Some(computed) = self.computed.pop_front() {
                return Ok(Some(computed));
            }
            let Some(reading) = &mut self.reading else {
                let Some(name) = self.collections.pop_front() else {
                    return Ok(None);
                };
                self.read(name, 0).await?;
                continue;
            };
            if reading.known.is_some() {
                self.compute_some().await?;
                continue;
            }
            match reading.cursor.next(&mut self.session).await {
                Some(Ok(row)) => {
                    reading.given += 1;
                    return Ok(Some(Seen::Event(row)));
                }
                Some(Err(error)) => {
                    let (name, given) = (reading.collection.clone(), reading.given);
                    self.read_uncomputed(error, name, given).await?;
                }
                None => self.reading = None,
            }
        }
    }

    /// Reads a collection through the stages of the query.
    async fn read(&mut self, name: String, given: usize) -> Result<()> {
        let stages = self.source.pipeline().to_vec();
        match self.open(&name, stages).await {
            Ok(cursor) => {
                self.reading = Some(Reading {
                    collection: name,
                    cursor,
                    given,
                    known: None,
                });
                Ok(())
            }
            Err(error) => self.read_uncomputed(error, name, given).await,
        }
    }

    /// Reads a collection once more, in the same order and without the stages of the query, if a document
    /// may be the reason for which they have failed.
    async fn read_uncomputed(
        &mut self,
        error: mongodb::error::Error,
        name: String,
        given: usize,
    ) -> Result<()> {
        let plan = self.source.plan();
        let error = Error::from_driver(error, plan);
        let is_fault_of_query = async || {
            let without_documents = self.source.compute(&self.database, &[]);
            without_documents.await.is_err()
        };
        if may_pass(&error) || error.server_code().is_none() || is_fault_of_query().await {
            return Err(error);
        }
        let cursor = self.open(&name, Vec::new()).await;
        self.reading = Some(Reading {
            collection: name,
            cursor: cursor.map_err(|error| Error::from_driver(error, plan))?,
            given,
            known: Some(given),
        });
        Ok(())
    }

    /// Computes some documents of a collection that is read without the stages of the query.
    async fn compute_some(&mut self) -> Result<()> {
        let plan = self.source.plan();
        let Some(reading) = &mut self.reading else {
            return Ok(());
        };
        let (mut documents, mut bytes) = (Vec::new(), 0);
        while documents.len() < AT_ONCE && bytes < BYTES_AT_ONCE {
            let Some(document) = reading.cursor.next(&mut self.session).await else {
                break;
            };
            let document = document.map_err(|error| Error::from_driver(error, plan))?;
            bytes += document.as_bytes().len();
            documents.push(document);
        }
        if documents.is_empty() {
            self.reading = None;
            return Ok(());
        }
        let mut known = reading.known.unwrap_or_default();
        let mut left = vec![&documents[..]];
        while let Some(some) = left.pop() {
            match (self.source.compute(&self.database, some).await, some) {
                (Ok(rows), _) => {
                    let new = rows.len().saturating_sub(known);
                    known = known.saturating_sub(rows.len());
                    let old = rows.len() - new;
                    self.computed
                        .extend(rows.into_iter().skip(old).map(Seen::Event));
                }
                (Err(error), _) if may_pass(&Error::from_driver(error.clone(), plan)) => {
                    return Err(Error::from_driver(error, plan));
                }
                (Err(error), [document]) => {
                    let error = Error::from_driver(error, plan);
                    self.computed
                        .push_back(Seen::Failed(document.clone(), error));
                }
                (Err(_), several) => {
                    let (first, second) = several.split_at(several.len() / 2);
                    left.extend([second, first]);
                }
            }
        }
        reading.known = Some(known);
        Ok(())
    }

    async fn open(
        &mut self,
        name: &str,
        stages: Vec<Document>,
    ) -> mongodb::error::Result<SessionCursor<RawDocumentBuf>> {
        // The order is the same whenever the moment is read.
        let ordered = doc! { "$sort": { "_id": 1 } };
        let stages = [ordered, self.event(name)].into_iter().chain(stages);
        let collection = self.database.collection::<Document>(name);
        let aggregate = collection.aggregate(stages).allow_disk_use(true);
        let aggregate = aggregate.with_type::<RawDocumentBuf>();
        aggregate.session(&mut self.session).await
    }

    /// A stage that makes the event of an insert of a document.
    fn event(&self, collection: &str) -> Document {
        let time = ClusterTime::from(self.time);
        let literal = |value: Bson| doc! { "$literal": value };
        doc! { "$replaceWith": {
            // The place behind it is not known to the server.
            "_id": { "_data": "", "documentKey": { "_id": "$_id" } },
            "operationType": literal("insert".into()),
            "clusterTime": literal(self.time.into()),
            "wallTime": literal(time.to_date_time().into()),
            "fullDocument": "$$ROOT",
            "ns": {
                "db": literal(self.database.name().into()),
                "coll": literal(collection.into()),
            },
            "documentKey": { "_id": "$_id" },
        } }
    }
}

/// Whether a moment cannot be had, though another one may.
fn is_unavailable(error: &mongodb::error::Error) -> bool {
    match &*error.kind {
        ErrorKind::Command(error) => [SNAPSHOT_UNAVAILABLE, SNAPSHOT_TOO_OLD].contains(&error.code),
        _ => false,
    }
}

/// When the last operation of the server was.
async fn now(database: &Database) -> mongodb::error::Result<Timestamp> {
    let answer = database.run_command(doc! { "ping": 1 }).await?;
    let time = answer.get_timestamp("operationTime");
    time.map_err(|_| mongodb::error::Error::custom("a server without a time"))
}

/// The collections that are watched, in the order of their names.
async fn collections(
    source: &Source,
    database: &Database,
) -> mongodb::error::Result<VecDeque<String>> {
    if let Some(name) = source.collection() {
        return Ok(VecDeque::from([name.to_owned()]));
    }
    let mut of_type = doc! { "type": "collection" };
    if let Some(names) = source.named_collections() {
        of_type.insert("name", doc! { "$in": names });
    }
    let names = database.list_collection_names().filter(of_type).await?;
    let mut of_users: Vec<String> = names
        .into_iter()
        .filter(|name| !name.starts_with("system."))
        .collect();
    of_users.sort_unstable();
    Ok(of_users.into())
}
