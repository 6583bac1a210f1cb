//! Handlers that run for every change, through crashes of the process and of the server.

mod dead_letters;
mod delivery;
mod handler;
mod health;
mod in_transactions;
mod lanes;
mod membership;
mod place;
mod positions;
mod progress;
mod retry;
mod retry_dead_letters;
mod saving;
mod session;
mod snapshot_rows;
mod statistics;
mod subscription;

pub use place::{move_to, place, reset};
pub use retry::Retry;
pub use retry_dead_letters::{Retried, retry_dead_letters};
pub use subscription::{Handled, HistoryLost, Subscription, subscription};

use crate::error::{Error, Result};
use membership::Membership;
use mongodb::Database;
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

/// The shortest lease.
const SHORTEST_LEASE: Duration = Duration::from_millis(30);

/// Runs handlers for the changes of named streams.
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
/// let worker = watch::worker(db).run(mails).start();
/// // .. until the program is told to end:
/// worker.shutdown().await
/// # }
/// ```
///
/// # What it promises
///
/// * Every change that passes the query is handled: at least once, or, with
///   [`handle_in_transaction`](Subscription::handle_in_transaction), exactly once.
/// * Those of one document are handled in their order, one after the other; those of different ones at
///   the same time, up to [`concurrency`](Subscription::concurrency). Events that are about no document,
///   such as `drop`, are handled when all before them have been, and before all behind them.
/// * Where a handler fails, the event is handled [again](Retry), and at last put into a collection of
///   [dead letters](retry_dead_letters). A row that does not fit, or that the server cannot compute, goes there at once. Others
///   go on.
/// * Where a collection is dropped or renamed, and made again, the stream goes on with the new one.
/// * Of all processes that run a stream of this name, one handles it at a time. Where it ends, or does
///   not show itself for as long as a [`lease`](WorkerBuilder::lease), another one takes over. A process
///   that was paused for so long may still be in a handler then: what that writes in its transaction is
///   refused, and for what it writes elsewhere there is [`Change::fence`](super::Change::fence).
/// # What it stores
///
/// | collection | for each | with |
/// |---|---|---|
/// | `change_stream_resume_tokens` | stream | its place, its lease, and how it fares |
/// | `change_stream_dead_letters` | event that was given up | the event and the error |
/// | `change_stream_positions` | stream that is handled in transactions | 64 places |
/// | `change_stream_processing_log` | attempt to handle an event, [if wanted](WorkerBuilder::processing_log) | how long it took, and its error |
pub fn worker(database: &Database) -> WorkerBuilder {
    WorkerBuilder {
        group: Group {
            database: database.clone(),
            names: Names::default(),
            lease: Duration::from_secs(10),
            save_every: Duration::from_secs(1),
            read_ahead: 4096,
            log: None,
        },
        streams: Vec::new(),
    }
}

/// A worker that is not running; see [`worker`].
#[derive(Debug)]
#[must_use = "a worker does nothing until it is started"]
pub struct WorkerBuilder {
    group: Group,
    streams: Vec<Handled>,
}

/// What the processes that share streams have in common.
#[derive(Debug, Clone)]
struct Group {
    database: Database,
    names: Names,
    lease: Duration,
    save_every: Duration,
    read_ahead: usize,
    /// How long rows of the log are kept, if there is one.
    log: Option<Duration>,
}

/// The names of the collections of a worker.
#[derive(Debug, Clone)]
struct Names {
    streams: String,
    dead_letters: String,
    positions: String,
    log: String,
}

impl Default for Names {
    fn default() -> Self {
        Names {
            streams: "change_stream_resume_tokens".to_owned(),
            dead_letters: "change_stream_dead_letters".to_owned(),
            positions: "change_stream_positions".to_owned(),
            log: "change_stream_processing_log".to_owned(),
        }
    }
}

impl WorkerBuilder {
    /// Adds a stream with its handler.
    pub fn run(mut self, stream: Handled) -> Self {
        self.streams.push(stream);
        self
    }

    /// How long the lease of a stream lasts unless it is renewed, which is done three times as often; 10
    /// seconds unless told otherwise. After a process has ended without a shutdown, its streams are
    /// handled by nobody for up to so long. It is 30 milliseconds at the least, and goes by the clock of the
    /// primary.
    pub fn lease(mut self, time: Duration) -> Self {
        self.group.lease = time.max(SHORTEST_LEASE);
        self
    }

    /// How often the places of streams are saved; every second unless told otherwise. Events that were
    /// handled since are handled again after a crash, but for those that are handled in transactions.
    pub fn save_every(mut self, time: Duration) -> Self {
        self.group.save_every = time.max(Duration::from_millis(1));
        self
    }

    /// How many events of a stream are read before they are handled, at the most; 4096 unless told
    /// otherwise, and no more once they are of 32 MB. Behind an event that cannot be handled for now, up to
    /// 16 times as many are, those counted that have been handled.
    pub fn read_ahead(mut self, events: usize) -> Self {
        self.group.read_ahead = events.max(1);
        self
    }

    /// Keeps a row for every attempt to handle an event in `change_stream_processing_log`, for so long.
    ///
    /// It tells the operation type if the query asks for `operation_type`, and when the event happened to
    /// the millisecond if it asks for `wall_time`.
    pub fn processing_log(mut self, keep: Duration) -> Self {
        self.group.log = Some(keep);
        self
    }

    /// Starts to handle the streams, in tasks of the runtime of this thread. Where two of them have one
    /// name, none is handled, and [`finished`](Worker::finished) gives the error: they would share one
    /// place.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn start(self) -> Worker {
        let (stop, stopped) = watch::channel(false);
        let mut streams = JoinSet::new();
        let mut begun = Vec::new();
        if let Some(name) = self.name_of_two() {
            let message = format!("two streams of one worker have the name `{name}`");
            let sql = "CHANGE_STREAM";
            streams.spawn(async move { Err(Error::Internal { message, sql }) });
            begun.push(watch::channel(false).1);
            return Worker {
                stop,
                streams,
                begun,
            };
        }
        for stream in self.streams {
            let membership = Membership::new(self.group.clone(), stream, stopped.clone());
            let (begin, has_begun) = watch::channel(false);
            begun.push(has_begun);
            streams.spawn(async move { membership?.run(begin).await });
        }
        Worker {
            stop,
            streams,
            begun,
        }
    }

    /// A name that two of the streams have.
    fn name_of_two(&self) -> Option<&str> {
        let mut names = HashSet::new();
        let names = self
            .streams
            .iter()
            .find(|stream| !names.insert(&stream.settings.name));
        names.map(|stream| stream.settings.name.as_str())
    }
}

/// A running worker. It ends when this is dropped, at once and without saving the last places.
#[derive(Debug)]
#[must_use = "a worker ends when this is dropped"]
pub struct Worker {
    stop: watch::Sender<bool>,
    streams: JoinSet<Result<()>>,
    /// Whether each stream has begun, of those of which that is not known yet.
    begun: Vec<watch::Receiver<bool>>,
}

impl Worker {
    /// Waits until each stream has begun: what happens from then on is handled, by this process or by
    /// another one that has the stream. It may be dropped, and called again.
    ///
    /// ```no_run
    /// # use queryleaf::watch::{self, Handled};
    /// # async fn run(db: &queryleaf::mongodb::Database, mails: Handled) -> queryleaf::Result<()> {
    /// let mut worker = watch::worker(db).run(mails).start();
    /// worker.ready().await?;
    /// // What is changed here is handled.
    /// # worker.shutdown().await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// That of a stream which has ended.
    pub async fn ready(&mut self) -> Result<()> {
        while let Some(begun) = self.begun.last_mut() {
            let has_ended = begun.wait_for(|begun| *begun).await.is_err();
            self.begun.pop();
            if has_ended && let Some(ended) = self.streams.join_next().await {
                reason(ended)?;
            }
        }
        Ok(())
    }

    /// Ends the worker in good order: what is being handled is handled to its end, nothing new is begun,
    /// the places are saved, and other processes may take the streams over at once.
    ///
    /// # Errors
    ///
    /// The first of those that ended streams, or that came while they were ended.
    pub async fn shutdown(mut self) -> Result<()> {
        // The receivers are gone when all streams have ended.
        let _ = self.stop.send(true);
        self.finished().await
    }

    /// Waits until all streams have ended by themselves, which they do with an error only. It may be
    /// dropped, and called again.
    ///
    /// A stream that has begun and fails is begun again, with pauses of up to a minute: its row in
    /// `change_stream_resume_tokens` tells of it, and an error of `tracing`. It ends where its history is lost,
    /// if nothing was [chosen](Subscription::on_history_lost) for that.
    ///
    /// # Errors
    ///
    /// That of the next stream that ended with one; the others go on.
    pub async fn finished(&mut self) -> Result<()> {
        while let Some(ended) = self.streams.join_next().await {
            reason(ended)?;
        }
        Ok(())
    }
}

/// Why a stream has ended.
fn reason(ended: Result<Result<()>, JoinError>) -> Result<()> {
    match ended {
        Ok(ended) => ended,
        Err(error) => Err(Error::Internal {
            message: format!("the task of a stream broke off: {error}"),
            sql: "CHANGE_STREAM",
        }),
    }
}
