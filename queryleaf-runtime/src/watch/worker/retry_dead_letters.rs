//! Dead letters that are handled once more.

use super::Names;
use super::handler::{Attempt, Failure, Handler};
use super::subscription::Handled;
use crate::error::Result;
use crate::transaction::Transaction;
use crate::watch::event::Event;
use crate::watch::source::Source;
use crate::watch::token_store::{Fence, durable, failed};
use futures::TryStreamExt;
use mongodb::bson::{Bson, DateTime, Document, RawDocumentBuf, doc};
use mongodb::{Collection, Database};
use std::sync::Arc;

/// What became of dead letters that were handled once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Retried {
    /// So many have been handled, and are dead letters no more.
    pub handled: u64,
    /// So many still cannot be, and stay where they are.
    pub failed: u64,
}

/// Handles the dead letters of a stream once more, each of them once and one after the other: after what
/// kept their events from being handled has been mended.
///
/// A letter whose event is handled is deleted; with a handler in a transaction, in this transaction. One
/// that is not gets the new error, and another attempt in its count. They are handled in the order in which
/// the events happened, but behind other events of their documents that have been handled since.
///
/// A worker may handle the stream at the same time. The handler is given the number of its lease, if there
/// is one.
///
/// ```no_run
/// # use queryleaf::watch::{self, WatchQuery};
/// # struct Row { status: String }
/// # async fn mail(status: &str) -> Result<(), std::io::Error> { Ok(()) }
/// # async fn run(db: &queryleaf::mongodb::Database, query: WatchQuery<Row>) -> queryleaf::Result<()> {
/// let mails = watch::subscription("order_mails", query).handle(|order| async move {
///     mail(&order.status).await?;
///     Ok(())
/// });
/// let letters = watch::retry_dead_letters(db, mails).await?;
/// println!("{} were handled, {} were not", letters.handled, letters.failed);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Those of every [query](crate::Query#errors). An error of the handler is none.
pub async fn retry_dead_letters(database: &Database, stream: Handled) -> Result<Retried> {
    let names = Names::default();
    let Handled { settings, handler } = stream;
    let known = durable(database, &names.streams);
    let known = known.find_one(doc! { "_id": &settings.name }).await;
    let known = known.map_err(failed)?.unwrap_or_default();
    let again = Again {
        database: database.clone(),
        letters: durable(database, &names.dead_letters),
        handler,
        source: settings.source?,
        fence: known.get_i64("fence").unwrap_or_default(),
    };
    let mut retried = Retried::default();
    for letter in again.letters_of(&settings.name).await? {
        match again.handle(letter).await? {
            Some(true) => retried.handled += 1,
            Some(false) => retried.failed += 1,
            None => {}
        }
    }
    Ok(retried)
}

struct Again {
    database: Database,
    letters: Collection<Document>,
    handler: Handler,
    source: Source,
    fence: Fence,
}

impl Again {
    /// The names of the letters of a stream, in the order of their events.
    async fn letters_of(&self, stream: &str) -> Result<Vec<Bson>> {
        let found = self.letters.find(doc! { "stream_name": stream });
        let found = found.projection(doc! { "_id": 1 }).sort(doc! { "_id": 1 });
        let found: Vec<Document> = found
            .await
            .map_err(failed)?
            .try_collect()
            .await
            .map_err(failed)?;
        let names = found
            .into_iter()
            .filter_map(|mut letter| letter.remove("_id"));
        Ok(names.collect())
    }

    /// Handles a letter, and says whether it could be; `None` if it is gone.
    async fn handle(&self, name: Bson) -> Result<Option<bool>> {
        let name = doc! { "_id": name };
        let letters = self.letters.clone_with_type::<RawDocumentBuf>();
        let Some(letter) = letters.find_one(name.clone()).await.map_err(failed)? else {
            return Ok(None);
        };
        let handled = match self.event(&letter).await {
            Ok(Some(attempt)) => self.attempt(attempt, name.clone()).await,
            // The query lets it pass no more.
            Ok(None) => self.delete(name.clone()).await.map_err(Failure::from),
            Err(failure) => Err(failure),
        };
        let Err(failure) = handled else {
            return Ok(Some(true));
        };
        let more = doc! {
            "$inc": { "attempts": 1_i64 },
            "$set": { "error_message": failure.error().to_string(), "failed_at": DateTime::now() },
        };
        self.letters.update_one(name, more).await.map_err(failed)?;
        Ok(Some(false))
    }

    /// The event of a letter, computed if it was not.
    async fn event(&self, letter: &RawDocumentBuf) -> Result<Option<Attempt>, Failure> {
        let Ok(event) = letter.get_document("event") else {
            let reason = "the event was too large to be kept";
            return Err(Failure::Hopeless(reason.into()));
        };
        let mut event = event.to_owned();
        if matches!(letter.get_bool("is_computed"), Ok(false)) {
            let rows = self
                .source
                .compute(&self.database, std::slice::from_ref(&event));
            let Some(row) = rows.await.map_err(failed)?.pop() else {
                return Ok(None);
            };
            event = row;
        }
        let number = letter.get_i64("attempts").unwrap_or_default();
        let collection = letter.get_str("collection_name").ok().map(Arc::from);
        Ok(Some(Attempt {
            event: Event::new(event, collection),
            number: u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1),
            fence: self.fence,
        }))
    }

    /// Handles an event, and deletes its letter.
    async fn attempt(&self, attempt: Attempt, name: Document) -> Result<(), Failure> {
        match &self.handler {
            Handler::Plain(handle) => {
                handle(attempt).await?;
                Ok(self.delete(name).await?)
            }
            Handler::InTransaction(handle) => {
                let handle = handle.clone();
                let letters = self.database.collection::<Document>(self.letters.name());
                let mut transaction = Transaction::idle(&self.database).await?;
                let run = transaction.run(async move |transaction| {
                    let (handle, attempt) = (handle.clone(), attempt.clone());
                    let (letters, name) = (letters.clone(), name.clone());
                    handle(attempt, transaction).await?;
                    let deleted = letters.delete_one(name).session(transaction.session());
                    deleted.await.map_err(failed)?;
                    Ok(())
                });
                run.await
            }
        }
    }

    async fn delete(&self, name: Document) -> Result<()> {
        let deleted = self.letters.delete_one(name).await;
        deleted.map(|_| ()).map_err(failed)
    }
}
