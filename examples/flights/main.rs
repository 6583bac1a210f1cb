//! All flights that left New York City in 2013, loaded through typed structs and asked about in SQL.
//!
//! ```text
//! cargo run --release --example flights                  # a private server, kept under `target`
//! cargo run --release --example flights -- --uri <URI>   # a server of your own
//! ```
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

#[path = "../shared/ask.rs"]
mod ask;
mod dataset;
mod load;
mod models;
mod options;
mod questions;
mod records;
#[path = "../shared/server.rs"]
mod server;
#[path = "../shared/table.rs"]
mod table;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use options::Options;

/// What every part of the program answers; its errors go to the terminal as they are.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

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
    let (client, _server) = server::connect(options.uri.as_deref(), "flights").await?;
    // A sample and the whole data set are kept side by side.
    let database = client.database(&match options.sample {
        Some(flights) => format!("queryleaf_flights_{flights}"),
        None => "queryleaf_flights".to_owned(),
    });
    load::load(&database, options.sample).await?;
    questions::answer(&database).await
}
