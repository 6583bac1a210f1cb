//! Changes of stored documents, as they happen.
//!
//! A query of `CHANGE_STREAM(..)` is a [`WatchQuery`], and [`watch`](WatchQuery::watch) gives its
//! events as a stream of typed rows.

mod changes;
mod cluster_time;
mod operation_type;
mod query;
mod resume_token;
mod stream;
pub(crate) mod view;

pub use cluster_time::ClusterTime;
pub use operation_type::OperationType;
pub use query::WatchQuery;
pub use resume_token::{InvalidResumeToken, ResumeToken};
pub use stream::Watch;
pub use view::{Collector, Live, LiveQuery, ResultSet, StreamingView};
