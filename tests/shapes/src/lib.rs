//! Queries beside the commands that an expert writes for them.
//!
//! A [`Shape`] is a query, the best command that we could find by hand for the same rows, and the
//! indexes that it uses. The plan tests hold what QueryLeaf sends against it by `explain`; the bench
//! by the clock. Both run on the same [data]: a shop with a few hundred thousand documents.

mod command;
pub mod data;
mod explain;
mod run;
mod schema;
mod shape;
pub mod shapes;

pub use explain::{Work, work};
pub use run::{Compiled, compile, explain, fetch};
pub use shape::{Bound, Shape, shape};
