//! The documents that there are, and then what happens to them.

use super::ClusterTime;
use super::changes::{Changes, Source};
use super::stream::{Seen, seen};
use crate::error::{Error, Result};
use futures::stream::{BoxStream, once, unfold};
use futures::{StreamExt, TryStreamExt};
use mongodb::bson::{Bson, Document, RawDocumentBuf, Timestamp, doc};
use mongodb::{ClientSession, Database, SessionCursor};
use std::collections::VecDeque;

/// How often a snapshot is begun anew where a collection was changed in its definition meanwhile.
const ATTEMPTS: u32 = 10;

/// The code of a snapshot that cannot be had because of that.
const SNAPSHOT_UNAVAILABLE: i32 = 246;

/// The documents of one moment.
struct Snapshot {
    source: Source,
    database: Database,
    session: ClientSession,
    /// When that moment was.
    time: Timestamp,
    /// The collections that are not read yet.
    collections: VecDeque<String>,
    cursor: Option<SessionCursor<RawDocumentBuf>>,
}

/// The documents as inserts, through the same stages as events, and then the changes behind them: there
/// is no gap between the two, and nothing is in both.
pub(super) fn followed(source: Source, database: Database) -> BoxStream<'static, Result<Seen>> {
    let begun = once(async move {
        let mut source = source;
        let snapshot = Snapshot::begin(source.clone(), &database).await?;
        let Timestamp { time, increment } = snapshot.time;
        source.start_at(ClusterTime::new(time, increment.saturating_add(1)));
        let changes = seen(Changes::new(source, database));
        Ok::<_, Error>(snapshot.rows().chain(changes))
    });
    // Behind an error there are no changes: they would not follow what they should.
    let mut is_over = false;
    let followed = begun.try_flatten().take_while(move |seen| {
        let goes_on = !is_over;
        is_over |= seen.is_err();
        std::future::ready(goes_on)
    });
    followed.boxed()
}

impl Snapshot {
    /// Begins to read at one moment.
    async fn begin(source: Source, database: &Database) -> Result<Self> {
        let plan = source.plan();
        let failed = |error| Error::from_driver(error, plan);
        let collections = collections(&source, database).await.map_err(failed)?;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let time = now(database).await.map_err(failed)?;
            let Some(time) = time else {
                return Err(Error::internal("a server without a time", plan));
            };
            let start = database.client().start_session();
            let start = start.snapshot(true).snapshot_time(time);
            let mut session = start.await.map_err(failed)?;
            // Whether that moment can be had is known from the first answer.
            let first = collections.front().map_or("", String::as_str);
            let first = database.collection::<Document>(first);
            let found = first.find_one(doc! {}).projection(doc! { "_id": 1 });
            match found.session(&mut session).await {
                Ok(_) => {
                    return Ok(Snapshot {
                        source,
                        database: database.clone(),
                        session,
                        time,
                        collections,
                        cursor: None,
                    });
                }
                Err(error) => {
                    let error = failed(error);
                    let is_over = attempt == ATTEMPTS;
                    if is_over || error.server_code() != Some(SNAPSHOT_UNAVAILABLE) {
                        return Err(error);
                    }
                }
            }
        }
    }

    fn rows(self) -> BoxStream<'static, Result<Seen>> {
        let rows = unfold(Some(self), |snapshot| async {
            let mut snapshot = snapshot?;
            match snapshot.next().await {
                Ok(Some(row)) => Some((Ok(Seen::Event(row)), Some(snapshot))),
                Ok(None) => None,
                Err(error) => {
                    let plan = snapshot.source.plan();
                    Some((Err(Error::from_driver(error, plan)), None))
                }
            }
        });
        rows.boxed()
    }

    async fn next(&mut self) -> mongodb::error::Result<Option<RawDocumentBuf>> {
        loop {
            if let Some(cursor) = &mut self.cursor
                && let Some(row) = cursor.next(&mut self.session).await
            {
                return row.map(Some);
            }
            let Some(name) = self.collections.pop_front() else {
                return Ok(None);
            };
            let first = std::iter::once(self.event(&name));
            let stages = first.chain(self.source.pipeline().iter().cloned());
            let collection = self.database.collection::<Document>(&name);
            let aggregate = collection.aggregate(stages).allow_disk_use(true);
            let aggregate = aggregate.with_type::<RawDocumentBuf>();
            self.cursor = Some(aggregate.session(&mut self.session).await?);
        }
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

/// When the last operation of the server was.
async fn now(database: &Database) -> mongodb::error::Result<Option<Timestamp>> {
    let answer = database.run_command(doc! { "ping": 1 }).await?;
    Ok(answer.get_timestamp("operationTime").ok())
}

/// The collections that are watched.
async fn collections(
    source: &Source,
    database: &Database,
) -> mongodb::error::Result<VecDeque<String>> {
    if let Some(name) = source.collection() {
        return Ok(VecDeque::from([name.to_owned()]));
    }
    let names = database.list_collection_names();
    let names = names.filter(doc! { "type": "collection" }).await?;
    let of_users = names
        .into_iter()
        .filter(|name| !name.starts_with("system."));
    Ok(of_users.collect())
}
