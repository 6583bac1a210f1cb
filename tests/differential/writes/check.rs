//! Running sequences, several at once, each on servers of its own.

use super::sequence::Sequence;
use super::verdict::run;
use crate::check::fail_with;
use crate::generate::writes::sequences;
use crate::servers::{RUNTIME, Servers};
use crate::verdict::Verdict;
use futures::StreamExt;
use queryleaf_testkit::postgres::Unavailable;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::Semaphore;

/// How many sequences run at once.
const AT_ONCE: usize = 4;

/// Databases that no sequence uses now.
static IDLE: Mutex<Vec<Servers>> = Mutex::new(Vec::new());

/// How many may be used now, by all tests together.
static FREE: Semaphore = Semaphore::const_new(AT_ONCE);

/// Runs a sequence on databases that no other one uses meanwhile.
async fn alone(sequence: &Sequence) -> Result<Vec<Verdict>, Unavailable> {
    let _permit = FREE.acquire().await.expect("nobody closes it");
    let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let servers = match idle {
        Some(servers) => servers,
        None => Servers::start().await?,
    };
    let verdicts = run(sequence, &servers).await;
    IDLE.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(servers);
    Ok(verdicts)
}

/// What came of each sequence; nothing where PostgreSQL is not installed.
#[expect(clippy::print_stdout, reason = "for the reader of the test's output")]
fn verdicts(sequences: &[Sequence]) -> Vec<Vec<Verdict>> {
    RUNTIME.block_on(async {
        let outcomes = futures::stream::iter(sequences.iter().map(alone)).buffered(AT_ONCE);
        let outcomes: Vec<_> = outcomes.collect().await;
        let outcomes: Result<Vec<_>, Unavailable> = outcomes.into_iter().collect();
        outcomes.unwrap_or_else(|unavailable| {
            println!("skipped: {unavailable}");
            Vec::new()
        })
    })
}

/// Runs the sequences of a category.
#[expect(clippy::print_stdout, reason = "for the reader of the test's output")]
pub fn check(category: &str, sequences: Vec<Sequence>) {
    let start = Instant::now();
    let count: usize = sequences.iter().map(|one| one.statements.len()).sum();
    let failures = failures(verdicts(&sequences));
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{category}: {count} statements, {} failed, {seconds:.1} s",
        failures.len()
    );
    fail_with(category, count, &failures);
}

fn failures(verdicts: Vec<Vec<Verdict>>) -> Vec<String> {
    let verdicts = verdicts.into_iter().flatten();
    verdicts
        .filter_map(|verdict| match verdict {
            Verdict::Failed(failure) | Verdict::Rejected(failure) => Some(failure),
            Verdict::Passed | Verdict::Refused(_) | Verdict::Raised => None,
        })
        .collect()
}

/// Runs the generated sequences.
#[expect(clippy::print_stdout, reason = "for the reader of the test's output")]
pub fn check_generated() {
    let start = Instant::now();
    let sequences = sequences();
    let count: usize = sequences.iter().map(|one| one.statements.len()).sum();
    let verdicts = verdicts(&sequences);
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for verdict in verdicts.iter().flatten() {
        if let Verdict::Refused(reason) = verdict {
            *refused.entry(reason.clone()).or_default() += 1;
        }
    }
    let failures = failures(verdicts);
    let seconds = start.elapsed().as_secs_f64();
    let unused: usize = refused.values().sum();
    println!(
        "generated: {count} statements, {unused} refused, {} failed, {seconds:.1} s",
        failures.len()
    );
    for (reason, count) in refused {
        println!("  {count} refused: {reason}");
    }
    fail_with("generated writes", count, &failures);
}

/// Prints what comes of a sequence.
#[expect(clippy::print_stdout, reason = "for the reader of the test's output")]
pub fn show(sequence: Sequence) {
    for verdict in verdicts(&[sequence]).into_iter().flatten() {
        match verdict {
            Verdict::Passed => println!("as in PostgreSQL"),
            Verdict::Raised => println!("PostgreSQL fails"),
            Verdict::Refused(text) | Verdict::Failed(text) | Verdict::Rejected(text) => {
                println!("{text}");
            }
        }
    }
}
