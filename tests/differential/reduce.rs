//! Making a generated query that fails short: what may be left out of it is, as long as the rest
//! fails in the same way.

use crate::case::Case;
use crate::generate::Generated;
use crate::generate::literals::type_name;
use crate::generate::marks::{Mark, Part, marked, parts, plain};
use crate::servers::{RUNTIME, servers};
use crate::verdict::{Verdict, run};

/// How many queries are tried.
const TRIES: usize = 400;

/// The report about the shortest query that still fails; `None` where it does not fail again.
pub fn reduced(query: &Generated) -> Option<String> {
    RUNTIME.block_on(async {
        let mut tries = 0;
        let (mut best, mut report) = (query.marked.clone(), failure(query, &query.marked).await?);
        'shorter: loop {
            for candidate in candidates(&parts(&best)) {
                let candidate = marked(&candidate);
                if plain(&candidate).len() >= plain(&best).len() {
                    continue;
                }
                tries += 1;
                if tries > TRIES {
                    return Some(report.1);
                }
                if let Some(found) = failure(query, &candidate).await
                    && found.0 == report.0
                {
                    (best, report) = (candidate, found);
                    continue 'shorter;
                }
            }
            return Some(report.1);
        }
    })
}

/// How a form of the query fails: the sort of failure, and the report.
async fn failure(query: &Generated, marked: &str) -> Option<(String, String)> {
    let servers = servers().await.ok()?;
    let case = Case {
        sql: plain(marked),
        ..query.case.clone()
    };
    match run(&case, servers).await {
        // What takes long would take long many times.
        Verdict::Failed(report) if report.contains("takes longer than") => None,
        // A row that differs, or an error of the server.
        Verdict::Failed(report) => {
            let is_error = report.contains("    fails: ");
            Some((is_error.to_string(), report))
        }
        // The code of the diagnostic.
        Verdict::Rejected(report) => {
            let code = report
                .find("QL")
                .and_then(|start| report.get(start..start + 6));
            Some((code.unwrap_or_default().to_owned(), report))
        }
        Verdict::Passed | Verdict::Refused(_) | Verdict::Raised => None,
    }
}

/// Everything that the parts become by one step, the largest steps first.
fn candidates(parts: &[Part]) -> Vec<Vec<Part>> {
    let mut found = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let Part::Marked(mark, inner) = part else {
            continue;
        };
        let mut put = |replacement: Vec<Part>| {
            let (before, after) = (&parts[..place], &parts[place + 1..]);
            found.push([before, &replacement, after].concat());
        };
        match mark {
            Mark::Optional => put(Vec::new()),
            Mark::Expression(kind) => {
                put(vec![Part::Text(format!("NULL::{}", type_name(*kind)))]);
                for smaller in within(*mark, inner) {
                    put(vec![smaller]);
                }
            }
        }
    }
    for (place, part) in parts.iter().enumerate() {
        if let Part::Marked(mark, inner) = part {
            for changed in candidates(inner) {
                let mut parts = parts.to_vec();
                parts[place] = Part::Marked(*mark, changed);
                found.push(parts);
            }
        }
    }
    found
}

/// The outermost parts of this type within.
fn within(wanted: Mark, parts: &[Part]) -> Vec<Part> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Part::Marked(mark, _) if *mark == wanted => found.push(part.clone()),
            Part::Marked(_, inner) => found.extend(within(wanted, inner)),
            Part::Text(_) => {}
        }
    }
    found
}
