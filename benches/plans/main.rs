//! The time of what QueryLeaf sends beside that of what an expert would, for every shape of the plan
//! tests.
//!
//! ```text
//! cargo bench --bench plans -- [--runs 9] [--only words] [--show]
//! ```
//!
//! Both commands are sent to the same server in turn, through the same driver, and all rows are
//! read as raw bytes: what is compared is the work of the server. The figures are medians. `--show`
//! prints the command that QueryLeaf sends, too; `--only 'IN|EXISTS'` takes the shapes with one of
//! these words in their names.

#![expect(clippy::print_stdout, reason = "a bench reports there")]

#[path = "../measure/median.rs"]
mod median;

use median::median;
use queryleaf::mongodb::Database;
use queryleaf::mongodb::bson::Document;
use queryleaf_test_shapes::{Shape, compile, data, fetch, shapes};
use std::env;
use std::error::Error;
use std::time::Instant;

/// A shape is not run again after so many milliseconds.
const ENOUGH: f64 = 4_000.0;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let runs = argument("--runs").map_or(Ok(9), |runs| runs.parse())?;
    let only = argument("--only").unwrap_or_default();
    let show = env::args().any(|argument| argument == "--show");
    let database = queryleaf_testkit::database().await;
    data::load(&database).await?;

    let mut ratios = Vec::new();
    for (title, shapes) in shapes::all() {
        println!("\n| {title:<46} | rows | `sql!`, ms | expert, ms | ratio |");
        println!("|{:-<48}|-----:|----------:|-----------:|------:|", "");
        let is_wanted = |shape: &&Shape| only.split('|').any(|words| shape.name.contains(words));
        for shape in shapes.iter().filter(is_wanted) {
            match measure(&database, shape, runs).await {
                Ok((rows, own, expert)) => {
                    let ratio = own / expert;
                    println!(
                        "| {:<46} | {rows} | {own:.2} | {expert:.2} | {ratio:.2} |",
                        shape.name
                    );
                    ratios.push(ratio);
                }
                Err(error) => println!("| {:<46} | | {error} | | |", shape.name),
            }
            if show {
                println!("{}", compile(shape)?.own);
            }
        }
    }
    let good = ratios.iter().filter(|ratio| **ratio <= 1.1).count();
    println!(
        "\n{good} of {} shapes at most 1.1 times the expert's time",
        ratios.len()
    );
    println!("the middle ratio is {:.2}", median(ratios));
    Ok(())
}

/// The number of rows, and the milliseconds of both commands.
async fn measure(
    database: &Database,
    shape: &Shape,
    runs: usize,
) -> Result<(usize, f64, f64), Box<dyn Error>> {
    let compiled = compile(shape)?;
    let (mut own, mut expert) = (Vec::new(), Vec::new());
    let (mut rows, mut spent) = (0, 0.0);
    for run in 0..=runs {
        let (own_time, found) = time(database, &compiled.own).await?;
        let (expert_time, _) = time(database, &compiled.expert).await?;
        rows = found;
        spent += own_time + expert_time;
        // The first run fills the caches.
        if run > 0 || spent > ENOUGH {
            own.push(own_time);
            expert.push(expert_time);
        }
        if spent > ENOUGH {
            break;
        }
    }
    Ok((rows, median(own), median(expert)))
}

async fn time(database: &Database, command: &Document) -> Result<(f64, usize), Box<dyn Error>> {
    let start = Instant::now();
    let rows = fetch(database, command).await?;
    Ok((start.elapsed().as_secs_f64() * 1000.0, rows.len()))
}

/// The word after an option.
fn argument(name: &str) -> Option<String> {
    env::args().skip_while(|argument| argument != name).nth(1)
}
