//! The results of a query over changes, again and again.

use super::collector::collect;
use super::plan::Window;
use super::progress::Progress;
use super::results::ResultSet;
use super::store::Store;
use crate::error::{Error, Result};
use crate::executor::Executor;
use crate::query::DecodeRow;
use crate::request::Request;
use crate::row::RowReader;
use crate::watch::{ClusterTime, HistoryLost};
use futures::StreamExt;
use futures::future::poll_fn;
use futures::stream::{BoxStream, FusedStream, Stream, unfold};
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// How often the results are refreshed unless something else is said.
const REFRESH: Duration = Duration::from_secs(1);

/// The results of a [`LiveQuery`](super::LiveQuery), again and again: a [`Stream`] of [`ResultSet`]s that
/// ends with an error only.
///
/// From the first item on, or from [`open`](Live::open), a task keeps the changes, until the stream is
/// dropped. The first item comes at once; the next one when the time for it has come, or when enough
/// events have, whatever is first.
#[must_use = "streams do nothing unless polled"]
pub struct Live<R> {
    state: State,
    reader: Reader,
    decode: DecodeRow<R>,
    refresh: Option<Duration>,
    refresh_events: Option<u64>,
}

enum State {
    New,
    Running(BoxStream<'static, Result<RawResults>>),
    Done,
}

impl<R> Live<R> {
    pub(super) fn new(request: Request, decode: DecodeRow<R>, store: Store) -> Self {
        Live {
            state: State::New,
            decode,
            refresh: store.plan.refresh,
            refresh_events: store.plan.refresh_events,
            reader: Reader {
                request,
                store,
                keeping: Arc::default(),
            },
        }
    }

    /// Refreshes the results after this time. It is to be said before the first item.
    pub fn refresh_every(mut self, time: Duration) -> Self {
        self.refresh = Some(time);
        self
    }

    /// Refreshes the results after so many events. It is to be said before the first item.
    pub fn refresh_after_events(mut self, events: u64) -> Self {
        self.refresh_events = Some(events.max(1));
        self
    }

    /// What is done where the server has forgotten the history, as of a
    /// [`Collector`](super::Collector::on_history_lost). It is to be said before the first item.
    pub fn on_history_lost(mut self, then: HistoryLost) -> Self {
        self.reader.store.history_lost = then;
        self
    }

    /// Begins to keep the changes now: what happens from here on is in the results, though they are asked
    /// for later.
    ///
    /// # Errors
    ///
    /// Those of the first item.
    pub async fn open(&self) -> Result<()> {
        self.reader.progress(None).await.map(drop)
    }

    /// The results now, with everything that happened in the database before this call.
    ///
    /// # Errors
    ///
    /// Those of an item. Behind one that says why no changes are kept any more, the next call begins to keep
    /// them again, where the last one has stopped.
    pub async fn refresh(&self) -> Result<ResultSet<R>> {
        let now = self.reader.store.now().await?;
        self.decoded(self.reader.read(now).await?)
    }

    fn decoded(&self, results: RawResults) -> Result<ResultSet<R>> {
        let read =
            |row: &Vec<u8>| (self.decode)(&mut RowReader::new(self.reader.request.plan, row));
        Ok(ResultSet {
            rows: results.rows.iter().map(read).collect::<Result<_>>()?,
            finals: results.finals,
            events: results.progress.events,
            complete_to: results.progress.complete_to,
        })
    }

    fn results(&self) -> BoxStream<'static, Result<RawResults>> {
        let refresh = match (self.refresh, self.refresh_events) {
            (None, None) => Some(REFRESH),
            (refresh, _) => refresh,
        };
        let schedule = Schedule {
            reader: self.reader.clone(),
            refresh,
            refresh_events: self.refresh_events,
            last: None,
        };
        let results = unfold(Some(schedule), |schedule| async {
            let mut schedule = schedule?;
            match schedule.next().await {
                Ok(results) => Some((Ok(results), Some(schedule))),
                Err(error) => Some((Err(error), None)),
            }
        });
        results.boxed()
    }
}

impl<R> Stream for Live<R> {
    type Item = Result<ResultSet<R>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            match &mut this.state {
                State::New => this.state = State::Running(this.results()),
                State::Done => return Poll::Ready(None),
                State::Running(results) => {
                    let results = ready!(results.poll_next_unpin(cx));
                    if !matches!(results, Some(Ok(_))) {
                        this.state = State::Done;
                    }
                    let results = results.map(|results| this.decoded(results?));
                    return Poll::Ready(results);
                }
            }
        }
    }
}

impl<R> FusedStream for Live<R> {
    fn is_terminated(&self) -> bool {
        matches!(self.state, State::Done)
    }
}

impl<R> fmt::Debug for Live<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live")
            .field("sql", &self.reader.request.plan.sql)
            .finish_non_exhaustive()
    }
}

/// When the next results are due.
struct Schedule {
    reader: Reader,
    refresh: Option<Duration>,
    refresh_events: Option<u64>,
    /// When the last ones were read, and how many events there were.
    last: Option<(Instant, u64)>,
}

impl Schedule {
    async fn next(&mut self) -> Result<RawResults> {
        if let Some((when, events)) = self.last {
            let keeping = self.reader.keeping();
            let mut told = keeping.told.clone();
            let due = async {
                match self.refresh {
                    Some(refresh) => tokio::time::sleep_until(when + refresh).await,
                    None => std::future::pending().await,
                }
            };
            let enough = async {
                match self.refresh_events {
                    Some(wanted) => {
                        let is_enough = |progress: &Option<Progress>| {
                            let now = progress.as_ref().map(|progress| progress.events);
                            now.is_some_and(|now| now >= events.saturating_add(wanted))
                        };
                        // It fails when the collector has failed, which the reader reports.
                        let _ = told.wait_for(is_enough).await;
                    }
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = due => {}
                () = enough => {}
            }
        }
        let results = self.reader.read(None).await?;
        self.last = Some((Instant::now(), results.progress.events));
        Ok(results)
    }
}

/// What runs the query over the events that are kept.
#[derive(Clone)]
struct Reader {
    request: Request,
    store: Store,
    /// The task that keeps the events, once it has begun and until it has failed.
    keeping: Arc<Mutex<Option<Arc<Keeping>>>>,
}

/// The task that keeps the events.
struct Keeping {
    task: JoinHandle<()>,
    told: watch::Receiver<Option<Progress>>,
    failure: Arc<Mutex<Option<Failure>>>,
}

/// Why no events are kept any more, unless that has been told.
type Failure = Option<Error>;

impl Keeping {
    fn begin(store: Store) -> Self {
        let (tell, told) = watch::channel(None);
        let failure = Arc::new(Mutex::new(None));
        let failed = Arc::clone(&failure);
        let task = tokio::spawn(async move {
            let Err(error) = collect(&store, &tell).await;
            *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Some(error));
        });
        Keeping {
            task,
            told,
            failure,
        }
    }

    /// Whether the task has ended, and why. What it has told is old from then on.
    fn ended(&self) -> Option<Failure> {
        let failure = self.failure.lock();
        match &mut *failure.unwrap_or_else(PoisonError::into_inner) {
            Some(failure) => Some(failure.take()),
            None => self.task.is_finished().then_some(None),
        }
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Rows that are not decoded yet.
struct RawResults {
    rows: Vec<Vec<u8>>,
    finals: Vec<bool>,
    progress: Progress,
}

impl Reader {
    fn keeping(&self) -> Arc<Keeping> {
        let begin = || Arc::new(Keeping::begin(self.store.clone()));
        Arc::clone(self.current().get_or_insert_with(begin))
    }

    fn current(&self) -> MutexGuard<'_, Option<Arc<Keeping>>> {
        self.keeping.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far the events are, once the stream is open and every event up to a time is there.
    async fn progress(&self, wanted: Option<ClusterTime>) -> Result<Progress> {
        let is_there = |progress: &Option<Progress>| match (progress, wanted) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(progress), Some(wanted)) => {
                progress.complete_to.is_none_or(|time| time >= wanted)
            }
        };
        loop {
            let keeping = self.keeping();
            let progress = match keeping.told.clone().wait_for(is_there).await {
                Ok(progress) => progress.clone(),
                Err(_) => None,
            };
            match (keeping.ended(), progress) {
                (None, Some(progress)) => return Ok(progress),
                // It ends now: whoever sees that it has ended gets the error.
                (None, None) => tokio::task::yield_now().await,
                (Some(failure), _) => {
                    // The next one that asks begins anew.
                    let mut current = self.current();
                    if current
                        .as_ref()
                        .is_some_and(|current| Arc::ptr_eq(current, &keeping))
                    {
                        *current = None;
                        let broke_off = "the task that keeps the events broke off";
                        let plan = self.request.plan;
                        return Err(failure.unwrap_or_else(|| Error::internal(broke_off, plan)));
                    }
                }
            }
        }
    }

    /// Runs the query over every event up to a time.
    async fn read(&self, wanted: Option<ClusterTime>) -> Result<RawResults> {
        let progress = self.progress(wanted).await?;
        let target = (&self.store.database).target();
        let mut running = self.request.run(target, None);
        let (mut rows, mut starts) = (Vec::new(), Vec::new());
        let window = self.store.plan.window;
        poll_fn(|cx| {
            running.poll_rows(cx, &mut |row: &mut RowReader<'_>| {
                if let Some(window) = window {
                    starts.push(row.date_time(window.column)?);
                }
                rows.push(row.document().to_vec());
                Ok(())
            })
        })
        .await?;
        let finals = match window {
            Some(window) => self.finals(window, &starts, &progress).await?,
            None => vec![false; rows.len()],
        };
        Ok(RawResults {
            rows,
            finals,
            progress,
        })
    }

    /// Which of the rows with these windows stay as they are.
    async fn finals(
        &self,
        window: Window,
        starts: &[Option<i64>],
        progress: &Progress,
    ) -> Result<Vec<bool>> {
        let Some(complete_to) = progress.complete_to else {
            return Ok(vec![false; starts.len()]);
        };
        let complete_to = complete_to.to_date_time().timestamp_millis();
        // While the query ran, events were forgotten by the clock of the server, which is ahead of the
        // stream.
        let retention = i64::try_from(self.store.plan.retention.as_millis()).unwrap_or(i64::MAX);
        let kept_since = self.store.clock().await?.saturating_sub(retention);
        let finals = starts.iter().map(|start| {
            start.is_some_and(|start| window.is_final(start, complete_to, kept_since))
        });
        Ok(finals.collect())
    }
}
