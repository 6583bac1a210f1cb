//! The statements that the project began with, as `sql!` calls on generated data, with the rows that
//! PostgreSQL gives for them, or that it has stored after them.
//!
//! `sql/` holds the statements as they were written, topic and number in front; a text that ends in
//! `-corrected` says in its first lines what is corrected, and `tests/compile-fail/statements` shows
//! what `sql!` says about the one that it corrects. Where PostgreSQL writes something in another way
//! (the field of a document, an alias that it does not know yet), the test of the statement lists
//! the replacements.
//!
//! * [`servers`] stores the same rows on both sides, [`compare`] runs a statement there and compares;
//! * [`written`] has the statements that write, [`tables`] those that declare;
//! * each topic has its own collections: the same name has other columns in another topic.
#![allow(unreachable_pub, reason = "nothing is reached from outside a test")]
#![expect(
    clippy::print_stderr,
    reason = "says that PostgreSQL is missing, so that nothing is compared"
)]

mod bulk;
mod business_events;
mod capped;
mod change_streams;
mod compare;
mod file_queries;
mod gridfs;
mod moments;
mod pipelines;
#[path = "../differential/random.rs"]
#[allow(dead_code, reason = "shared with the differential tests")]
mod random;
mod schema_evolution;
mod search;
mod servers;
mod stream_processing;
mod streaming_views;
mod tables;
mod triggers;
mod ttl;
mod watched;
mod written;
