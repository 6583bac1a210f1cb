//! Running the generated queries.

use crate::check::{fail_with, verdicts};
use crate::generate::queries;
use crate::reduce::reduced;
use crate::verdict::Verdict;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Instant;

/// How many failures are made short; each takes many queries.
const REDUCED: usize = 12;

/// How many reasons of refusals are told.
const REASONS: usize = 20;

/// How often something was made, and how often that was of no use.
#[derive(Default)]
struct Count {
    made: usize,
    refused: usize,
    raised: usize,
}

/// Runs them all.
#[expect(clippy::print_stdout, reason = "for the reader of the test's output")]
pub fn check() {
    let queries = queries();
    let count = queries.len();
    let start = Instant::now();
    let verdicts = verdicts(queries.iter().map(|query| query.case.clone()).collect());
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for (query, (_, verdict)) in queries.iter().zip(verdicts) {
        for construct in query.constructs.iter().copied().chain(["all"]) {
            let count = counts.entry(construct).or_default();
            count.made += 1;
            count.refused += usize::from(matches!(verdict, Verdict::Refused(_)));
            count.raised += usize::from(matches!(verdict, Verdict::Raised));
        }
        if let Verdict::Refused(message) = &verdict {
            *reasons.entry(message.clone()).or_default() += 1;
        }
        if let Verdict::Failed(failure) | Verdict::Rejected(failure) = verdict {
            let short = (failures.len() < REDUCED).then(|| reduced(query)).flatten();
            failures.push(match short {
                Some(short) => format!("{short}    reduced from: {}\n", query.case.sql),
                None => failure,
            });
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "generated: {count} queries, {} failed, {seconds:.1} s",
        failures.len()
    );
    for (
        construct,
        Count {
            made,
            refused,
            raised,
        },
    ) in counts
    {
        println!("  {construct}: {made}, {refused} of them refused, {raised} failed in PostgreSQL");
    }
    let mut reasons: Vec<(String, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| Reverse(*count));
    for (reason, count) in reasons.iter().take(REASONS) {
        println!("  {count} refused: {reason}");
    }
    fail_with("generated", count, &failures);
}
