//! A named stream, how it is to be handled, and by what.

use super::handler::Handler;
use super::retry::Retry;
use crate::Plan;
use crate::error::Result;
use crate::query::DecodeRow;
use crate::transaction::Transaction;
use crate::watch::source::Source;
use crate::watch::{Change, ClusterTime, HandlerError, TokenStore, WatchQuery};
use futures::future::BoxFuture;
use std::fmt;
use std::sync::Arc;

/// How many events are handled at a time, unless told otherwise.
const CONCURRENCY: usize = 16;

/// What becomes of a stream whose history the server has forgotten: it was not followed for longer than
/// the server keeps operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HistoryLost {
    /// It ends with [`Error::HistoryLost`](crate::Error::HistoryLost), for someone to decide.
    #[default]
    Fail,
    /// It goes on with what happens from now on. What happened in between is not handled.
    RestartNow,
    /// The documents that there are now are handled as inserts, and then what happens from then on. What
    /// was deleted in between is not told. See also [`snapshot_first`](Subscription::snapshot_first).
    Resnapshot,
}

/// Where a stream begins that nobody has handled before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Begin {
    /// Where its query says, or now.
    #[default]
    Now,
    At(ClusterTime),
    /// With the documents that there are, as inserts.
    Snapshot,
}

/// A stream under a name, and how it is to be handled; see [`subscription`].
#[derive(Debug)]
#[must_use = "a subscription does nothing until it has a handler and is given to a worker"]
pub struct Subscription<R> {
    pub(super) settings: Settings,
    plan: &'static Plan,
    decode: DecodeRow<R>,
}

/// What a worker knows of a stream besides its handler.
pub(super) struct Settings {
    pub(super) name: String,
    /// What is watched; an error if a parameter has no usable value.
    pub(super) source: Result<Source>,
    pub(super) concurrency: usize,
    pub(super) retry: Retry,
    pub(super) history_lost: HistoryLost,
    pub(super) begin: Begin,
    pub(super) store: Option<Arc<dyn TokenStore>>,
}

/// A stream with its handler, for [`WorkerBuilder::run`](super::WorkerBuilder::run).
#[derive(Debug)]
#[must_use = "a stream is not handled until it is given to a worker"]
pub struct Handled {
    pub(super) settings: Settings,
    pub(super) handler: Handler,
}

/// A stream under a name. All processes that handle the stream of this name share it: one of them
/// handles it at a time, and where it has ended, another one goes on.
///
/// The query may change from one version of the program to the next. The place up to which events have
/// been handled stays.
pub fn subscription<R, S>(name: impl Into<String>, query: WatchQuery<R, S>) -> Subscription<R> {
    Subscription {
        settings: Settings {
            name: name.into(),
            source: Source::read(&query.request),
            concurrency: CONCURRENCY,
            retry: Retry::default(),
            history_lost: HistoryLost::default(),
            begin: Begin::default(),
            store: None,
        },
        plan: query.request.plan,
        decode: query.decode,
    }
}

impl<R: 'static> Subscription<R> {
    /// How many events are handled at a time, at the most; 16 unless told otherwise. Those of one
    /// document are always handled one after the other, in their order.
    pub fn concurrency(mut self, events: usize) -> Self {
        self.settings.concurrency = events.max(1);
        self
    }

    /// How often an event whose handler fails is handled again.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.settings.retry = retry;
        self
    }

    /// What is done where the server has forgotten the history; [`HistoryLost::Fail`] unless told
    /// otherwise.
    pub fn on_history_lost(mut self, then: HistoryLost) -> Self {
        self.settings.history_lost = then;
        self
    }

    /// Begins with the operations of this time, if nobody has handled the stream before.
    pub fn start_at(mut self, time: impl Into<ClusterTime>) -> Self {
        self.settings.begin = Begin::At(time.into());
        self
    }

    /// Begins with the documents that there are, as inserts, if nobody has handled the stream before.
    ///
    /// Where the process ends before all of them are handled, the next one begins again: with a handler in a
    /// transaction behind those that were handled, if the server still keeps the moment of which they are
    /// (`minSnapshotHistoryWindowInSeconds`, five minutes unless told otherwise), and otherwise with all that
    /// there are then.
    pub fn snapshot_first(mut self) -> Self {
        self.settings.begin = Begin::Snapshot;
        self
    }

    /// Keeps the place up to which events have been handled elsewhere than in MongoDB.
    pub fn token_store(mut self, store: impl TokenStore + 'static) -> Self {
        self.settings.store = Some(Arc::new(store));
        self
    }

    /// Handles each event at least once: the place is saved after the handler has succeeded, so an event
    /// comes again where the process ends in between. A handler that is run twice should leave what it
    /// leaves when it is run once; [`Change::token`] recognises an event.
    ///
    /// ```no_run
    /// # use queryleaf::watch::{self, WatchQuery};
    /// # struct Row { status: String }
    /// # async fn mail(status: &str) -> Result<(), std::io::Error> { Ok(()) }
    /// # fn run(query: WatchQuery<Row>) -> watch::Handled {
    /// watch::subscription("order_mails", query).handle(|order| async move {
    ///     mail(&order.status).await?;
    ///     Ok(())
    /// })
    /// # }
    /// ```
    pub fn handle<H, F>(self, handler: H) -> Handled
    where
        H: Fn(Change<R>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        Handled {
            handler: Handler::plain(self.plan, self.decode, handler),
            settings: self.settings,
        }
    }

    /// Handles each event in a transaction in which the place is saved, too: what the handler writes
    /// there is written exactly once. Everything else it does may be done more often, since transactions
    /// are repeated.
    ///
    /// Events that wait are handled together in one transaction, for up to a second and if none of them
    /// fails. The documents of a snapshot that takes too long are handled again, see
    /// [`snapshot_first`](Self::snapshot_first).
    ///
    /// A statement that the server refuses ends the transaction, whatever the handler makes of it: then the
    /// event has failed.
    ///
    /// ```no_run
    /// # use queryleaf::{Statement, watch::{self, WatchQuery}};
    /// # struct Row { sku: String }
    /// # fn book(sku: &str) -> Statement { unimplemented!() }
    /// # fn run(query: WatchQuery<Row>) -> watch::Handled {
    /// watch::subscription("stock", query).handle_in_transaction(|order, tx| {
    ///     Box::pin(async move {
    ///         book(&order.sku).execute(&mut *tx).await?;
    ///         Ok(())
    ///     })
    /// })
    /// # }
    /// ```
    pub fn handle_in_transaction<H>(self, handler: H) -> Handled
    where
        H: for<'t> Fn(Change<R>, &'t mut Transaction) -> BoxFuture<'t, Result<(), HandlerError>>
            + Send
            + Sync
            + 'static,
    {
        Handled {
            handler: Handler::in_transaction(self.plan, self.decode, handler),
            settings: self.settings,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("name", &self.name)
            .field("concurrency", &self.concurrency)
            .field("retry", &self.retry)
            .field("history_lost", &self.history_lost)
            .field("begin", &self.begin)
            .finish_non_exhaustive()
    }
}
