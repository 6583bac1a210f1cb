//! A tree of files in a GridFS bucket: uploaded through a typed struct, asked about in SQL, served over
//! HTTP with byte ranges.
//!
//! ```text
//! cargo run --release --example media_library                             # the sources of crates
//! cargo run --release --example media_library -- --tree ~/Pictures --serve 127.0.0.1:8080
//! curl -r 0-99 http://127.0.0.1:8080/files/<id>
//! ```
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

#[path = "../shared/ask.rs"]
mod ask;
mod load;
mod models;
mod options;
mod questions;
mod serve;
#[path = "../shared/server.rs"]
mod server;
#[path = "../shared/table.rs"]
mod table;
mod tree;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use options::Options;
use tokio::net::TcpListener;

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
    let (client, _server) = server::connect(options.uri.as_deref(), "media_library").await?;
    let database = client.database("queryleaf_media_library");
    load::load(&database, &options.tree, options.limit).await?;
    questions::answer(&database).await?;
    match options.serve {
        Some(address) => {
            let listener = TcpListener::bind(address).await?;
            println!("\nhttp://{}/", listener.local_addr()?);
            serve::serve(serve::router(database), listener).await
        }
        None => Ok(()),
    }
}
