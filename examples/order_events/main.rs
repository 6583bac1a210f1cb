//! A small order service that reacts to changes: customers place orders, a worker notifies them and books
//! the stock in the same transaction as its place in the stream, and the terminal shows what happens.
//!
//! ```text
//! cargo run --release --example order_events
//! cargo run --release --example order_events -- --seconds 60 --orders 20000
//! ```
//!
//! Kill it at any time, and start it again: the worker goes on where it was, and at the end every order has
//! exactly its notifications, those of the run that was killed included.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

#[path = "../shared/ask.rs"]
mod ask;
mod models;
mod options;
mod reactions;
mod screen;
#[path = "../shared/server.rs"]
mod server;
mod shop;
mod summary;
#[path = "../shared/table.rs"]
mod table;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use queryleaf::ensure;

use models::{notifications, orders, stock};
use options::Options;

/// What every part of the program answers; its errors go to the terminal as they are.
type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

#[tokio::main]
#[expect(clippy::print_stderr, reason = "a program for the terminal")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let Some(options) = Options::from_arguments(env::args().skip(1))? else {
        print!("{}", options::USAGE);
        return Ok(());
    };
    let (client, _server) = server::connect(options.uri.as_deref(), "order_events").await?;
    let database = &client.database("queryleaf_order_events");
    ensure!(database, orders, notifications, stock).await?;
    shop::open(database).await?;
    let mut worker = reactions::start(database).await?;
    let day = async {
        shop::run(database, options.time, options.orders).await?;
        summary::wait_for_reactions(database).await
    };
    tokio::select! {
        day = screen::show_during(database, day) => day?,
        ended = worker.finished() => {
            ended?;
            return Err("the orders are gone".into());
        }
    }
    // Whatever it is about to write is written before the count.
    worker.shutdown().await?;
    summary::check(database).await
}
