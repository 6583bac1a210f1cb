//! The places that are stored in the transactions of handlers.
//!
//! The events of one document are handled in their order, so one place for all of them says which have
//! been. The documents are divided into lanes by a hash of their key, and each lane has a document with
//! its place: transactions of different lanes do not get in each other's way.

use crate::error::Result;
use crate::transaction::Transaction;
use crate::watch::HandlerError;
use crate::watch::changes::may_pass;
use crate::watch::token_store::{Fence, durable, failed};
use futures::TryStreamExt;
use mongodb::bson::{Bson, Document, doc};
use mongodb::{Collection, Database};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many lanes there are. Places are stored by it: with another number they would have to be
/// converted.
pub(super) const LANES: usize = 64;

/// Where the document of a stream has the sessions in which its transactions run.
const SESSIONS: &str = "transaction_sessions";

/// The places of the lanes of a stream.
#[derive(Debug)]
pub(super) struct Positions {
    database: Database,
    /// The documents of the streams.
    streams: Collection<Document>,
    collection: Collection<Document>,
    stream: String,
    fence: Fence,
    /// The sessions that run no transaction.
    sessions: Mutex<Vec<Transaction>>,
    /// Where the lanes are, as far as this process knows.
    places: Mutex<Vec<String>>,
}

/// Whether the place of a lane was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Moved {
    Yes,
    /// It was not where this process believed, but there: events up to that place have been handled.
    Elsewhere(String),
    /// Another process has taken the stream over.
    Superseded,
}

impl Positions {
    pub(super) fn new(
        database: &Database,
        (streams, positions): (&str, &str),
        stream: &str,
        fence: Fence,
    ) -> Self {
        Positions {
            database: database.clone(),
            streams: durable(database, streams),
            collection: durable(database, positions),
            stream: stream.to_owned(),
            fence,
            sessions: Mutex::default(),
            places: Mutex::default(),
        }
    }

    /// Shuts out whoever had the stream before, and reads the places: transactions of the other process
    /// that are not committed by now never will be.
    pub(super) async fn take_over(&self, sessions: usize) -> Result<Vec<String>> {
        let own = self.open_sessions(sessions).await?;
        self.end_transactions(&own).await?;
        self.fence_lanes().await?;
        let to = doc! { "$set": { SESSIONS: own } };
        self.update_stream(to).await?;
        let places = self.stored().await?;
        self.places().clone_from(&places);
        Ok(places)
    }

    /// Opens sessions for transactions, one for each that runs at a time; their ids.
    async fn open_sessions(&self, count: usize) -> Result<Vec<Document>> {
        let mut ids = Vec::with_capacity(count);
        for _ in 0..count {
            let session = Transaction::idle(&self.database).await?;
            ids.push(session.session_id().clone());
            self.give_back(session);
        }
        Ok(ids)
    }

    /// Ends the transactions that another process has left behind. The server would keep them for a
    /// minute, and what they have written from all others.
    async fn end_transactions(&self, own: &[Document]) -> Result<()> {
        let stream = self.streams.find_one(doc! { "_id": &self.stream }).await;
        let stream = stream.map_err(failed)?.unwrap_or_default();
        // For whoever comes next, should this process end here.
        let to = doc! { "$addToSet": { SESSIONS: { "$each": own } } };
        self.update_stream(to).await?;
        let Ok(others) = stream.get_array(SESSIONS) else {
            return Ok(());
        };
        if let Err(error) = self.end_transactions_of(others).await {
            if may_pass(&error) {
                return Err(error);
            }
            // Whoever may not end sessions waits until the server does.
            tracing::warn!(
                target: "queryleaf::watch",
                stream = self.stream,
                %error,
                "transactions that another process may have left behind were not ended",
            );
        }
        Ok(())
    }

    /// Ends the sessions among these that are in a transaction. Others may be in use by now for something
    /// else, since the driver keeps sessions for whoever needs one next.
    async fn end_transactions_of(&self, sessions: &[Bson]) -> Result<()> {
        let ids = sessions.iter().filter_map(Bson::as_document);
        let ids: Vec<&Bson> = ids.filter_map(|session| session.get("id")).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let in_transaction = [
            doc! { "$currentOp": { "idleSessions": true } },
            doc! { "$match": { "lsid.id": { "$in": ids }, "transaction": { "$exists": true } } },
            doc! { "$group": { "_id": "$lsid.id" } },
            doc! { "$project": { "_id": 0, "id": "$_id" } },
        ];
        let admin = self.database.client().database("admin");
        let found = admin.aggregate(in_transaction).await.map_err(failed)?;
        let found: Vec<Document> = found.try_collect().await.map_err(failed)?;
        if found.is_empty() {
            return Ok(());
        }
        let kill = self
            .database
            .run_command(doc! { "killSessions": found })
            .await;
        kill.map(|_| ()).map_err(failed)
    }

    async fn update_stream(&self, update: Document) -> Result<()> {
        let own = doc! { "_id": &self.stream, "fence": self.fence };
        let updated = self.streams.update_one(own, update).await;
        updated.map(|_| ()).map_err(failed)
    }

    /// A session for a transaction.
    pub(super) async fn session(&self) -> Result<Transaction> {
        let idle = self.idle().pop();
        match idle {
            Some(session) => Ok(session),
            None => Transaction::idle(&self.database).await,
        }
    }

    /// Takes a session back for the next transaction.
    pub(super) fn give_back(&self, session: Transaction) {
        self.idle().push(session);
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Transaction>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets no place be moved but by this process.
    async fn fence_lanes(&self) -> Result<()> {
        let lanes = (0..LANES).map(|lane| {
            doc! {
                "q": { "_id": self.id(lane) },
                "u": {
                    "$max": { "fence": self.fence },
                    "$setOnInsert": { "stream_name": &self.stream, "place": "" },
                },
                "upsert": true,
            }
        });
        let command = doc! {
            "update": self.collection.name(),
            "updates": lanes.map(Bson::from).collect::<Vec<_>>(),
            "writeConcern": { "w": "majority" },
        };
        let answer = self.database.run_command(command).await.map_err(failed)?;
        if let Ok(errors) = answer.get_array("writeErrors") {
            let refused = format!("the places of the lanes: {errors:?}");
            return Err(failed(mongodb::error::Error::custom(refused)));
        }
        Ok(())
    }

    fn places(&self) -> MutexGuard<'_, Vec<String>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A lane is at this place now.
    pub(super) fn moved(&self, lane: usize, place: &str) {
        if let Some(known) = self.places().get_mut(lane) {
            place.clone_into(known);
        }
    }

    async fn stored(&self) -> Result<Vec<String>> {
        let of_stream = doc! { "_id.stream": &self.stream };
        let stored = self.collection.find(of_stream).await.map_err(failed)?;
        let stored: Vec<Document> = stored.try_collect().await.map_err(failed)?;
        let mut places = vec![String::new(); LANES];
        for lane in stored {
            let number = lane.get_document("_id").ok();
            let number = number.and_then(|id| id.get_i32("lane").ok());
            let number = number.and_then(|lane| usize::try_from(lane).ok());
            if let (Some(number), Ok(place)) = (number, lane.get_str("place"))
                && let Some(known) = places.get_mut(number)
            {
                place.clone_into(known);
            }
        }
        Ok(places)
    }

    /// Moves the place of a lane as part of a transaction.
    pub(super) async fn advance(
        &self,
        transaction: &mut Transaction,
        lane: usize,
        place: &str,
    ) -> Result<Moved, HandlerError> {
        let known = self.places().get(lane).cloned().unwrap_or_default();
        let there = doc! { "_id": self.id(lane), "fence": self.fence, "place": known };
        let to = doc! { "$set": { "place": place } };
        let moved = self
            .database
            .collection::<Document>(self.collection.name())
            .update_one(there, to)
            .session(transaction.session())
            .await
            .map_err(failed)?;
        if moved.matched_count > 0 {
            return Ok(Moved::Yes);
        }
        let found = self.collection.find_one(doc! { "_id": self.id(lane) });
        let found = found.await.map_err(failed)?.unwrap_or_default();
        Ok(match (found.get_i64("fence"), found.get_str("place")) {
            (Ok(fence), Ok(place)) if fence == self.fence => Moved::Elsewhere(place.to_owned()),
            _ => Moved::Superseded,
        })
    }

    fn id(&self, lane: usize) -> Document {
        doc! { "stream": &self.stream, "lane": lane as i32 }
    }
}
