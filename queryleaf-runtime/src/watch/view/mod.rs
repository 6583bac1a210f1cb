//! Queries over a stream of changes that group, order, window, join or limit.
//!
//! No stream can do that, so the changes are kept: a [`Collector`] follows the stream part of the query
//! and puts its events into a collection of its own, from which the server deletes them once the query
//! would leave them out; a [`LiveQuery`] runs the rest of the query over that collection, once or again
//! and again.

mod collector;
mod live;
mod plan;
mod progress;
mod query;
mod results;
mod store;
mod streaming_view;

pub use collector::Collector;
pub use live::Live;
pub use plan::{LivePlan, ViewPlan};
pub use query::LiveQuery;
pub use results::ResultSet;
pub use streaming_view::StreamingView;
