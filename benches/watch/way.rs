//! The ways to follow the changes: a stream of `sql!`, a worker with its handler, a stream of the driver.

use super::{Sale, sales};
use futures::{Stream, StreamExt, TryStreamExt};
use queryleaf::mongodb::change_stream::event::ResumeToken as DriverToken;
use queryleaf::mongodb::options::FullDocumentType;
use queryleaf::mongodb::{self, Database};
use queryleaf::prelude::{DateTime, sql};
use queryleaf::watch::{self, ClusterTime, ResumeToken, Worker};
use std::error::Error;
use std::ops::Range;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinHandle;

/// For how long the server may still wait for changes on behalf of a stream that is gone.
const STREAM_GOES: Duration = Duration::from_millis(1200);

#[derive(Clone, Copy)]
pub(crate) enum Way {
    Sql,
    Worker,
    Driver,
}

impl Way {
    /// All ways, in an order that changes from run to run.
    pub(crate) fn in_turn(run: usize) -> [Way; 3] {
        let mut ways = [Way::Sql, Way::Worker, Way::Driver];
        ways.rotate_left(run % 3);
        ways
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Way::Sql => "CHANGE_STREAM(sales)",
            Way::Worker => "a worker of the same",
            Way::Driver => "Collection::watch",
        }
    }
}

/// A place in the stream, as each of the ways says it.
pub(crate) struct Place {
    sql: ResumeToken,
    worker: ClusterTime,
    driver: DriverToken,
}

impl Place {
    /// The place behind all that has happened, or a second before it.
    pub(crate) async fn now(database: &Database) -> Result<Place, Box<dyn Error>> {
        let mut changes = sql!("SELECT full_document FROM CHANGE_STREAM(sales)").watch(database);
        changes.open().await?;
        let driver = database.collection::<Sale>("sales").watch().await?;
        let seconds = u32::try_from(DateTime::now().timestamp_millis() / 1000)?;
        Ok(Place {
            sql: changes.token().ok_or("a place")?,
            worker: ClusterTime::new(seconds, 0),
            driver: driver.resume_token().ok_or("a place")?,
        })
    }
}

/// The document that was inserted and when its handler was called, or why the stream has ended.
type Handled = Result<(i64, Instant), String>;

/// What follows the changes in one of the ways.
pub(crate) struct Follower {
    handled: UnboundedReceiver<Handled>,
    following: Following,
}

enum Following {
    Stream(JoinHandle<()>),
    Worker(Worker),
}

impl Follower {
    /// Follows what is inserted from a place on, or from now on. The inserts tell the runs apart.
    pub(crate) async fn start(
        way: Way,
        database: &Database,
        place: Option<&Place>,
        inserts: &Range<i64>,
    ) -> Result<Follower, Box<dyn Error>> {
        let (sender, handled) = mpsc::unbounded_channel();
        let following = match way {
            Way::Sql => Following::stream(changes(database, place).await?, sender),
            Way::Driver => Following::stream(driver_changes(database, place).await?, sender),
            Way::Worker => {
                // A stream has a place of its own in each run.
                let stream = match place {
                    None => format!("latency from {}", inserts.start),
                    Some(_) => format!("reading {:?}", Instant::now()),
                };
                Following::Worker(work(database, stream, place, sender).await?)
            }
        };
        Ok(Follower { handled, following })
    }

    /// The next insert that was handled.
    pub(crate) async fn next(&mut self) -> Result<(i64, Instant), Box<dyn Error>> {
        let handled = self.handled.recv().await.ok_or("the stream has ended")?;
        Ok(handled?)
    }

    /// Ends it, and lets the server notice.
    pub(crate) async fn stop(self) -> Result<(), Box<dyn Error>> {
        match self.following {
            Following::Stream(task) => task.abort(),
            Following::Worker(worker) => worker.shutdown().await?,
        }
        tokio::time::sleep(STREAM_GOES).await;
        Ok(())
    }
}

impl Following {
    fn stream<E: Error>(
        mut changes: impl Stream<Item = Result<Sale, E>> + Send + Unpin + 'static,
        handled: UnboundedSender<Handled>,
    ) -> Self {
        Following::Stream(tokio::spawn(async move {
            while let Some(sale) = changes.next().await {
                let sale = sale.map(|sale| (sale.id, Instant::now()));
                if handled
                    .send(sale.map_err(|error| error.to_string()))
                    .is_err()
                {
                    break;
                }
            }
        }))
    }
}

/// What was inserted. The driver's event has these columns and more.
async fn changes(
    database: &Database,
    place: Option<&Place>,
) -> queryleaf::Result<impl Stream<Item = queryleaf::Result<Sale>> + Send + Unpin + use<>> {
    let mut changes = sql!(
        "SELECT operation_type, cluster_time, wall_time, document_key, full_document
         FROM CHANGE_STREAM(sales)"
    )
    .watch(database);
    if let Some(place) = place {
        changes = changes.resume_after(&place.sql);
    }
    changes.open().await?;
    Ok(changes.map_ok(|change| change.full_document.expect("a document is inserted")))
}

/// The same, handled by a worker, which saves its place and has a lease.
async fn work(
    database: &Database,
    stream: String,
    place: Option<&Place>,
    handled: UnboundedSender<Handled>,
) -> queryleaf::Result<Worker> {
    let query = sql!(
        "SELECT operation_type, cluster_time, wall_time, document_key, full_document
         FROM CHANGE_STREAM(sales)"
    );
    let mut subscription = watch::subscription(stream, query);
    if let Some(place) = place {
        subscription = subscription.start_at(place.worker);
    }
    let sales = subscription.handle(move |change| {
        let handled = handled.clone();
        async move {
            let sale = change.full_document.as_ref();
            let sale = sale.map(|sale| (sale.id, Instant::now()));
            handled.send(sale.ok_or("no document is inserted".to_owned()))?;
            Ok(())
        }
    });
    let mut worker = watch::worker(database).run(sales).start();
    worker.ready().await?;
    Ok(worker)
}

/// The same with the driver.
async fn driver_changes(
    database: &Database,
    place: Option<&Place>,
) -> mongodb::error::Result<impl Stream<Item = mongodb::error::Result<Sale>> + Send + Unpin + use<>>
{
    let sales = database.collection::<Sale>("sales");
    let mut watch = sales.watch().full_document(FullDocumentType::UpdateLookup);
    if let Some(place) = place {
        watch = watch.start_after(place.driver.clone());
    }
    let changes = watch.await?;
    Ok(changes.map_ok(|event| event.full_document.expect("a document is inserted")))
}
