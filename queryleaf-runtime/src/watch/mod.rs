//! Changes of stored documents, as they happen.
//!
//! A query of `CHANGE_STREAM(..)` is a [`WatchQuery`], and [`watch`](WatchQuery::watch) gives its
//! events as a stream of typed rows. A [`worker`] runs handlers for them, and goes on where it was when
//! it is started again. A [`Trigger`] is a handler that is written in SQL.

mod change;
mod changes;
mod cluster_time;
mod event;
mod kinds;
mod lease;
mod one_by_one;
mod operation_type;
mod query;
mod resume_token;
mod snapshot;
mod source;
mod stream;
mod token_store;
mod trigger;
pub(crate) mod view;
mod worker;

pub use change::Change;
pub use cluster_time::ClusterTime;
pub use operation_type::OperationType;
pub use query::WatchQuery;
pub use resume_token::{InvalidResumeToken, ResumeToken};
pub use stream::Watch;
pub use token_store::{Fence, HandlerError, Saved, TokenCollection, TokenStore};
#[doc(hidden)]
pub use trigger::column_as;
pub use trigger::{Context, Handling, Trigger, TriggerRow, Versions, trigger};
pub use view::{Collector, Live, LiveQuery, ResultSet, StreamingView};
pub use worker::{
    Handled, HistoryLost, Retried, Retry, Subscription, Worker, WorkerBuilder, move_to, place,
    reset, retry_dead_letters, subscription, worker,
};
