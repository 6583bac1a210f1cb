//! Events that no handler could handle.

use super::handler::Failure;
use crate::error::Result;
use crate::transaction::Transaction;
use crate::watch::OperationType;
use crate::watch::event::Event;
use crate::watch::lease::is_duplicate;
use crate::watch::token_store::{durable, failed};
use mongodb::bson::{Bson, DateTime, Document, doc, oid::ObjectId};
use mongodb::{Collection, Database};

/// The collection of the events that were given up.
#[derive(Debug, Clone)]
pub(super) struct DeadLetters {
    database: Database,
    collection: Collection<Document>,
    stream: String,
}

impl DeadLetters {
    pub(super) fn new(database: &Database, collection: &str, stream: &str) -> Self {
        DeadLetters {
            database: database.clone(),
            collection: durable(database, collection),
            stream: stream.to_owned(),
        }
    }

    /// Stores an event, once however often it is stored.
    pub(super) async fn store(
        &self,
        event: &Event,
        failure: &Failure,
        attempts: u32,
    ) -> Result<()> {
        let letter = self.letter(event, failure, attempts);
        let stored = self.collection.update_one(letter.name, letter.text);
        match stored.upsert(true).await {
            Ok(_) => Ok(()),
            Err(error) if is_duplicate(&error) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Stores an event as part of a transaction, once however often it is stored: a duplicate would end
    /// the transaction.
    pub(super) async fn store_in(
        &self,
        transaction: &mut Transaction,
        event: &Event,
        failure: &Failure,
        attempts: u32,
    ) -> Result<()> {
        let letter = self.letter(event, failure, attempts);
        let collection = self.database.collection::<Document>(self.collection.name());
        let stored = collection.update_one(letter.name, letter.text);
        let stored = stored.upsert(true).session(transaction.session());
        stored.await.map(|_| ()).map_err(failed)
    }

    fn letter(&self, event: &Event, failure: &Failure, attempts: u32) -> Letter {
        let token = event.token().map(|token| token.to_string());
        let id = match &token {
            Some(token) => Bson::String(format!("{}/{token}", self.stream)),
            None => ObjectId::new().into(),
        };
        let operation_type = event.operation_type().map(OperationType::name);
        let has_room = event.bytes().len() <= LARGEST_EVENT;
        let event_document = has_room.then(|| event.to_document()).flatten();
        let mut letter = Document::new();
        letter.insert("stream_name", &self.stream);
        letter.insert("collection_name", event.collection());
        letter.insert("operation_type", operation_type);
        letter.insert("document_key", event.document_key());
        letter.insert("resume_token", token);
        letter.insert("event_timestamp", event.happened_at());
        letter.insert("failed_at", DateTime::now());
        letter.insert("attempts", i64::from(attempts));
        letter.insert("error_message", failure.error().to_string());
        letter.insert("event", event_document);
        if event.failure().is_some() {
            // It is as the server told it, without the columns of the query.
            letter.insert("is_computed", false);
        }
        Letter {
            name: doc! { "_id": id },
            text: doc! { "$setOnInsert": letter },
        }
    }
}

/// An event that was given up: which document it is, and an update that writes it if it is not there.
struct Letter {
    name: Document,
    text: Document,
}

/// An event of at most this many bytes has room in a document with what is told of it.
const LARGEST_EVENT: usize = 15 << 20;
