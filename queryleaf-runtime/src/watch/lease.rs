//! Which of several processes handles a stream.

use super::token_store::{Fence, durable, failed};
use crate::error::Result;
use mongodb::bson::{DateTime, Document, Uuid, doc};
use mongodb::error::{Error as DriverError, ErrorKind, WriteFailure};
use mongodb::options::ReturnDocument;
use mongodb::{Collection, Database};
use std::time::{Duration, Instant};

/// The code of a second document with one `_id`.
pub(super) const DUPLICATE_KEY: i32 = 11000;

/// The lease of a stream, which one process at a time holds: a document that names the owner and says
/// until when, by the clock of the server.
#[derive(Debug, Clone)]
pub(super) struct Lease {
    streams: Collection<Document>,
    stream: String,
    owner: String,
    duration: Duration,
    /// What the document has from the beginning on, besides.
    fields: Document,
}

/// A lease that was acquired.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) fence: Fence,
    /// Until when it is held at the least, by the clock of this process.
    until: Instant,
}

impl Lease {
    pub(super) fn new(
        streams: Collection<Document>,
        stream: &str,
        duration: Duration,
        fields: Document,
    ) -> Self {
        Lease {
            streams,
            stream: stream.to_owned(),
            owner: format!("{}-{}", std::process::id(), Uuid::new()),
            duration,
            fields,
        }
    }

    /// The lease of a stream of a worker.
    pub(super) fn of_worker(
        database: &Database,
        collection: &str,
        stream: &str,
        duration: Duration,
    ) -> Self {
        let fields = doc! {
            "stream_name": stream,
            "stream_status": "created",
            "events_processed": 0_i64,
            "errors": 0_i64,
            "consecutive_errors": 0_i32,
            "dead_letters": 0_i64,
            "last_updated": DateTime::now(),
        };
        Lease::new(durable(database, collection), stream, duration, fields)
    }

    /// How long a process waits before it tries again to acquire it, or to renew it.
    pub(super) fn interval(&self) -> Duration {
        self.duration / 3
    }

    /// Acquires the lease if nobody holds it.
    pub(super) async fn acquire(&self) -> Result<Option<Held>> {
        let asked = Instant::now();
        let mut taken = self.take().await.map_err(failed)?;
        if taken.is_none() && self.create().await.map_err(failed)? {
            taken = self.take().await.map_err(failed)?;
        }
        let fence = taken.and_then(|taken| taken.get_i64("fence").ok());
        Ok(fence.map(|fence| Held {
            fence,
            until: asked + self.duration,
        }))
    }

    /// Takes the lease where it has expired.
    async fn take(&self) -> mongodb::error::Result<Option<Document>> {
        let expired = doc! {
            "_id": &self.stream,
            "$expr": { "$lte": ["$lease_expires_at", "$$NOW"] },
        };
        let take = [doc! { "$set": {
            "owner": { "$literal": &self.owner },
            "fence": { "$add": ["$fence", 1_i64] },
            "lease_expires_at": self.end(),
        } }];
        self.streams
            .find_one_and_update(expired, take.to_vec())
            .return_document(ReturnDocument::After)
            .projection(doc! { "fence": 1 })
            .await
    }

    /// Creates the document of the stream, without an owner.
    async fn create(&self) -> mongodb::error::Result<bool> {
        let mut stream = doc! {
            "_id": &self.stream,
            "fence": 0_i64,
            "lease_expires_at": DateTime::from_millis(0),
        };
        stream.extend(self.fields.clone());
        match self.streams.insert_one(stream).await {
            Ok(_) => Ok(true),
            Err(error) if is_duplicate(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Holds the lease until it is lost, which is when this returns.
    pub(super) async fn keep(self, held: Held) {
        let mut until = held.until;
        let mut pause = self.interval();
        loop {
            tokio::time::sleep(pause.min(until.saturating_duration_since(Instant::now()))).await;
            let asked = Instant::now();
            let renewal = tokio::time::timeout_at(until.into(), self.renew(held.fence));
            pause = match renewal.await {
                Ok(Ok(true)) => {
                    until = asked + self.duration;
                    self.interval()
                }
                Ok(Ok(false)) | Err(_) => return,
                // Another attempt is all that can be done.
                Ok(Err(_)) => self.interval() / 10,
            };
        }
    }

    async fn renew(&self, fence: Fence) -> mongodb::error::Result<bool> {
        let renewal = [doc! { "$set": { "lease_expires_at": self.end() } }];
        let renewed = self.streams.update_one(self.held(fence), renewal.to_vec());
        Ok(renewed.await?.matched_count > 0)
    }

    /// Lets another process acquire it at once.
    pub(super) async fn release(&self, fence: Fence) -> Result<()> {
        let freed = doc! {
            "$set": { "lease_expires_at": DateTime::from_millis(0) },
            "$unset": { "owner": "" },
        };
        let freed = self.streams.update_one(self.held(fence), freed).await;
        freed.map(|_| ()).map_err(failed)
    }

    /// Lets another process acquire it when what is returned is dropped.
    pub(super) fn release_on_drop(&self, held: Held) -> Holding {
        Holding {
            lease: self.clone(),
            fence: held.fence,
        }
    }

    fn held(&self, fence: Fence) -> Document {
        doc! { "_id": &self.stream, "fence": fence }
    }

    /// When it expires if it is acquired or renewed now.
    fn end(&self) -> Document {
        let milliseconds = i64::try_from(self.duration.as_millis()).unwrap_or(i64::MAX / 2);
        doc! { "$add": ["$$NOW", milliseconds] }
    }
}

/// Holds a lease until it is dropped.
pub(super) struct Holding {
    lease: Lease,
    fence: Fence,
}

impl Drop for Holding {
    fn drop(&mut self) {
        // Without a runtime it expires.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (lease, fence) = (self.lease.clone(), self.fence);
            runtime.spawn(async move { lease.release(fence).await });
        }
    }
}

pub(super) fn is_duplicate(error: &DriverError) -> bool {
    match &*error.kind {
        ErrorKind::Write(WriteFailure::WriteError(error)) => error.code == DUPLICATE_KEY,
        ErrorKind::Command(error) => error.code == DUPLICATE_KEY,
        _ => false,
    }
}
