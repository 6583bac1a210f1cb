//! Running the cases of a category, and telling what is wrong with those that fail.

use crate::case::Case;
use crate::mongo::{Optimizer, prepare};
use crate::postgres::{self, Failure};
use crate::servers::{RUNTIME, SEED, servers};
use crate::verdict::{Verdict, postgres_text, run};
use futures::StreamExt;
use std::time::{Duration, Instant};

/// How many failures are told in full when `QUERYLEAF_SHOWN` does not say.
const SHOWN: usize = 30;

/// How many queries run at once.
const AT_ONCE: usize = 4;

/// What takes longer is told.
const SLOW: Duration = Duration::from_secs(2);

/// Runs the cases of a category.
#[expect(clippy::print_stdout, reason = "for the reader of the test's output")]
pub fn check(category: &str, cases: Vec<Case>) {
    let count = cases.len();
    let start = Instant::now();
    let failures: Vec<String> = verdicts(cases)
        .into_iter()
        .filter_map(|(_, verdict)| match verdict {
            Verdict::Failed(failure) | Verdict::Rejected(failure) => Some(failure),
            Verdict::Passed | Verdict::Refused(_) | Verdict::Raised => None,
        })
        .collect();
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{category}: {count} queries, {} failed, {seconds:.1} s",
        failures.len()
    );
    fail_with(category, count, &failures);
}

/// What came of each case; nothing where PostgreSQL is not installed.
#[expect(clippy::print_stdout, reason = "for the reader of the test's output")]
pub fn verdicts(cases: Vec<Case>) -> Vec<(Case, Verdict)> {
    RUNTIME.block_on(async {
        let servers = match servers().await {
            Ok(servers) => servers,
            Err(unavailable) => {
                println!("skipped: {unavailable}");
                return Vec::new();
            }
        };
        let outcomes = cases.into_iter().map(|case| async move {
            let start = Instant::now();
            let verdict = run(&case, servers).await;
            if start.elapsed() > SLOW {
                println!("{:.1?}: {}", start.elapsed(), case.sql);
            }
            (case, verdict)
        });
        let outcomes = futures::stream::iter(outcomes).buffered(AT_ONCE);
        outcomes.collect().await
    })
}

/// Ends the test with these failures, if there are any.
pub fn fail_with(category: &str, count: usize, failures: &[String]) {
    if failures.is_empty() {
        return;
    }
    let shown = std::env::var("QUERYLEAF_SHOWN").ok();
    let shown = shown.and_then(|count| count.parse().ok()).unwrap_or(SHOWN);
    let shown = failures[..failures.len().min(shown)].join("\n");
    panic!(
        "{category}: {} of {count} queries failed (QUERYLEAF_SEED={})\n\n{shown}",
        failures.len(),
        *SEED
    );
}

/// Prints the answers of both sides to a query without parameters.
#[expect(clippy::print_stdout, reason = "for the reader of the test's output")]
pub fn show(case: &Case) {
    RUNTIME.block_on(async {
        let servers = servers().await.expect("PostgreSQL");
        for optimizer in Optimizer::ALL {
            let prepared = match prepare(case, optimizer) {
                Ok(prepared) => prepared,
                Err(errors) => return println!("{errors:#?}"),
            };
            println!("{optimizer}: {}", prepared.command());
            match prepared.answer(&servers.mongo).await {
                Ok(rows) => rows.iter().for_each(|row| println!("{row:?}")),
                Err(error) => println!("{error}"),
            }
            if optimizer == Optimizer::Off {
                continue;
            }
            println!("PostgreSQL:");
            let sql = postgres_text(case, &prepared.query, &case.sql);
            match postgres::answer(&servers.postgres, &sql, &prepared.columns()).await {
                Ok(rows) => rows.iter().for_each(|row| println!("{row:?}")),
                Err(Failure::Raised(error) | Failure::Incomparable(error)) => println!("{error}"),
            }
        }
    });
}
