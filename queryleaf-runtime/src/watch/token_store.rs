//! Where the place up to which a stream has been handled is kept.

use super::ResumeToken;
use crate::error::Error;
use futures::future::BoxFuture;
use mongodb::bson::{DateTime, Document, doc};
use mongodb::options::{
    Acknowledgment, CollectionOptions, ReadConcern, ReadPreference, SelectionCriteria, WriteConcern,
};
use mongodb::{Collection, Database};
use std::fmt;

/// The error of a handler or of a token store: any error.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// The number of a lease. Whoever takes a stream over has a greater one than all who had it before.
pub type Fence = i64;

/// Whether a place was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is.
    Yes,
    /// It is not: another process has taken the stream over.
    Superseded,
}

/// Keeps, for each named stream, the place up to which its changes have been handled.
///
/// A [worker](super::worker()) saves a place after the handlers of all events up to it have succeeded, so
/// that each event is handled at least once. Unless it is told otherwise, it keeps places in MongoDB, in
/// a [`TokenCollection`].
///
/// ```
/// use futures::future::BoxFuture;
/// use queryleaf::watch::{Fence, HandlerError, ResumeToken, Saved, TokenStore};
/// use std::path::PathBuf;
///
/// /// Keeps each place in a file.
/// struct Files(PathBuf);
///
/// impl TokenStore for Files {
///     fn load<'a>(
///         &'a self,
///         stream: &'a str,
///     ) -> BoxFuture<'a, Result<Option<ResumeToken>, HandlerError>> {
///         Box::pin(async move {
///             match tokio::fs::read_to_string(self.0.join(stream)).await {
///                 Ok(text) => Ok(Some(text.parse()?)),
///                 Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
///                 Err(error) => Err(error.into()),
///             }
///         })
///     }
///
///     fn save<'a>(
///         &'a self,
///         stream: &'a str,
///         token: &'a ResumeToken,
///         _fence: Fence, // one process only uses these files
///     ) -> BoxFuture<'a, Result<Saved, HandlerError>> {
///         Box::pin(async move {
///             tokio::fs::write(self.0.join(stream), token.to_string()).await?;
///             Ok(Saved::Yes)
///         })
///     }
/// }
/// ```
pub trait TokenStore: Send + Sync {
    /// The place of a stream, if one has been saved.
    fn load<'a>(
        &'a self,
        stream: &'a str,
    ) -> BoxFuture<'a, Result<Option<ResumeToken>, HandlerError>>;

    /// Saves the place of a stream, unless a process with a greater fence has saved one: a process that
    /// was paused, and has lost its lease meanwhile, must not take the stream back.
    fn save<'a>(
        &'a self,
        stream: &'a str,
        token: &'a ResumeToken,
        fence: Fence,
    ) -> BoxFuture<'a, Result<Saved, HandlerError>>;
}

/// Places in a collection, in the documents that also have the leases and the health of the streams.
#[derive(Clone)]
pub struct TokenCollection {
    streams: Collection<Document>,
}

impl TokenCollection {
    /// The collection of this name.
    pub fn new(database: &Database, name: &str) -> Self {
        TokenCollection {
            streams: durable(database, name),
        }
    }
}

impl TokenStore for TokenCollection {
    fn load<'a>(
        &'a self,
        stream: &'a str,
    ) -> BoxFuture<'a, Result<Option<ResumeToken>, HandlerError>> {
        Box::pin(async move {
            let found = self.streams.find_one(doc! { "_id": stream }).await;
            let found = found.map_err(failed)?;
            match found.as_ref().and_then(|found| found.get("resume_token")) {
                Some(token) => match ResumeToken::from_bson(token) {
                    Some(token) => Ok(Some(token)),
                    None => Err(super::InvalidResumeToken.into()),
                },
                None => Ok(None),
            }
        })
    }

    fn save<'a>(
        &'a self,
        stream: &'a str,
        token: &'a ResumeToken,
        fence: Fence,
    ) -> BoxFuture<'a, Result<Saved, HandlerError>> {
        Box::pin(async move {
            let held = doc! { "_id": stream, "fence": fence };
            let place = doc! { "$set": {
                "resume_token": token.to_string(),
                "last_updated": DateTime::now(),
            } };
            let saved = self.streams.update_one(held, place).await;
            Ok(match saved.map_err(failed)?.matched_count {
                0 => Saved::Superseded,
                _ => Saved::Yes,
            })
        })
    }
}

impl fmt::Debug for TokenCollection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenCollection")
            .field(&self.streams.name())
            .finish()
    }
}

/// A collection whose contents survive the loss of a server, whatever the database is set to.
pub(super) fn durable(database: &Database, name: &str) -> Collection<Document> {
    let mut options = CollectionOptions::default();
    options.read_concern = Some(ReadConcern::majority());
    let mut write_concern = WriteConcern::default();
    write_concern.w = Some(Acknowledgment::Majority);
    options.write_concern = Some(write_concern);
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    database.collection_with_options(name, options)
}

/// A failure of what a worker does beside its handlers.
pub(super) fn failed(error: mongodb::error::Error) -> Error {
    Error::Driver {
        sql: "CHANGE_STREAM",
        source: Box::new(error),
    }
}
