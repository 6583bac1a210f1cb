//! The place of a stream, looked at and changed from outside.

use super::Names;
use super::session::store_error;
use crate::error::Result;
use crate::transaction;
use crate::watch::token_store::{durable, failed};
use crate::watch::{ResumeToken, TokenCollection, TokenStore};
use futures::FutureExt;
use mongodb::Database;
use mongodb::bson::{Bson, DateTime, Document, doc};
use mongodb::options::{ReturnDocument, WriteConcern};

/// The place up to which the stream of this name has been handled, if there is one.
///
/// That of a stream which keeps its place [elsewhere](super::Subscription::token_store) is there.
///
/// # Errors
///
/// Those of every [query](crate::Query#errors).
pub async fn place(database: &Database, stream: &str) -> Result<Option<ResumeToken>> {
    let store = TokenCollection::new(database, &Names::default().streams);
    store.load(stream).await.map_err(store_error)
}

/// Lets the stream of this name go on behind that place: what happened since is handled, whether it has
/// been before or not. It is `false` where there is no stream of this name.
///
/// A worker that handles the stream breaks off and goes on there. What its handlers have begun in
/// transactions is not committed any more.
///
/// ```no_run
/// use queryleaf::watch::{self, ResumeToken};
///
/// # async fn run(db: &queryleaf::mongodb::Database, stored: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let yesterday: ResumeToken = stored.parse()?;
/// watch::move_to(db, "order_mails", &yesterday).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Those of every [query](crate::Query#errors).
pub async fn move_to(database: &Database, stream: &str, place: &ResumeToken) -> Result<bool> {
    set(database, stream, Some(place)).await
}

/// Lets the stream of this name begin as one that nobody has handled before: where its subscription says,
/// or with what happens from then on. It is `false` where there is no stream of this name.
///
/// A worker that handles the stream breaks off and begins again, as with [`move_to`].
///
/// # Errors
///
/// Those of every [query](crate::Query#errors).
pub async fn reset(database: &Database, stream: &str) -> Result<bool> {
    set(database, stream, None).await
}

/// Changes the place of the stream and those of its lanes in one. The number of the lease grows, so that
/// whoever has the stream loses it.
async fn set(database: &Database, stream: &str, place: Option<&ResumeToken>) -> Result<bool> {
    let names = Names::default();
    let streams = durable(database, &names.streams);
    // A collection cannot be made in a transaction by every server.
    let stored = doc! { "_id": stream };
    if streams
        .find_one(stored.clone())
        .await
        .map_err(failed)?
        .is_none()
    {
        return Ok(false);
    }
    let text = |token: &ResumeToken| doc! { "$literal": token.to_string() }.into();
    let to = doc! { "$set": {
        "fence": { "$add": ["$fence", 1_i64] },
        "lease_expires_at": DateTime::from_millis(0),
        "owner": "$$REMOVE",
        "resume_token": place.map_or_else(|| Bson::from("$$REMOVE"), text),
        "last_updated": "$$NOW",
    } };
    let of_stream = doc! { "_id.stream": stream };
    // The transaction has the concerns, its statements have none.
    let streams = database.collection::<Document>(&names.streams);
    let lanes = database.collection::<Document>(&names.positions);
    transaction::own(database, Some(WriteConcern::majority()), move |session| {
        let (streams, lanes) = (streams.clone(), lanes.clone());
        let (stored, to, of_stream) = (stored.clone(), vec![to.clone()], of_stream.clone());
        async move {
            let moved = streams
                .find_one_and_update(stored, to)
                .return_document(ReturnDocument::After)
                .session(&mut *session);
            let moved = moved.await.map_err(failed)?;
            let Some(fence) = moved.and_then(|moved| moved.get_i64("fence").ok()) else {
                return Ok(false);
            };
            let behind_nothing = doc! { "$set": { "place": "", "fence": fence } };
            let cleared = lanes
                .update_many(of_stream, behind_nothing)
                .session(session);
            cleared.await.map_err(failed)?;
            Ok(true)
        }
        .boxed()
    })
    .await
}
