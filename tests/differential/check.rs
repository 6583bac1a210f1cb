//! Running the cases, and telling what is wrong with those that fail.

use crate::case::{Case, Expected, Order};
use crate::mongo::{Prepared, name, prepare, value};
use crate::postgres::{self, Failure};
use crate::servers::{RUNTIME, SEED, Servers, servers};
use crate::sql_text::{Parameter, literal, translated};
use crate::value::{Tolerance, Value, arrange_rows};
use futures::StreamExt;
use queryleaf_compiler::types::{Item, Type};
use queryleaf_compiler::{Code, Diagnostic, Query};
use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many failures are told in full.
const SHOWN: usize = 30;

/// How many generated queries the compiler refused.
static REFUSED: AtomicUsize = AtomicUsize::new(0);

/// How many generated queries failed in PostgreSQL.
static RAISED: AtomicUsize = AtomicUsize::new(0);

/// Runs the cases of a category.
#[expect(clippy::print_stdout, reason = "for the reader of the test's output")]
pub fn check(category: &str, cases: Vec<Case>) {
    let count = cases.len();
    let failures = RUNTIME.block_on(async {
        let servers = match servers().await {
            Ok(servers) => servers,
            Err(unavailable) => {
                println!("skipped: {unavailable}");
                return Vec::new();
            }
        };
        let outcomes = cases.into_iter().map(|case| async move {
            let failure = run(&case, servers).await;
            judged(&case, failure)
        });
        let outcomes = futures::stream::iter(outcomes).buffered(4);
        outcomes.filter_map(std::future::ready).collect().await
    });
    println!("{category}: {count} queries, {} failed", failures.len());
    if category == "generated" {
        let [refused, raised] = [&REFUSED, &RAISED].map(|count| count.load(Ordering::Relaxed));
        println!("{refused} of them refused, {raised} failed in PostgreSQL");
    }
    if failures.is_empty() {
        return;
    }
    let shown = failures[..failures.len().min(SHOWN)].join("\n");
    panic!(
        "{category}: {} of {count} queries failed (QUERYLEAF_SEED={})\n\n{shown}",
        failures.len(),
        *SEED
    );
}

/// Turns a known failure into none, and the lack of one into a failure.
fn judged(case: &Case, failure: Option<String>) -> Option<String> {
    match (case.known, failure) {
        (Some(_), Some(_)) => None,
        (Some(reason), None) => Some(told(
            case,
            &format!("works, but is marked as known to fail: {reason}"),
            None,
        )),
        (None, failure) => failure,
    }
}

/// Runs a case; what is wrong, if anything is.
async fn run(case: &Case, servers: &Servers) -> Option<String> {
    let prepared = match (prepare(case), &case.expected) {
        (
            Ok(prepared),
            Expected::Same | Expected::SameOrRefused | Expected::Error | Expected::ErrorOr(_),
        ) => prepared,
        (Ok(prepared), Expected::Refused(code)) => {
            let message = format!("compiles, instead of being refused with {code}");
            return Some(told(case, &message, Some(&prepared)));
        }
        (Err(errors), Expected::Refused(code)) => {
            let found: Vec<String> = errors.iter().map(|error| error.code.to_string()).collect();
            let same = found.contains(&code.to_string());
            return (!same).then(|| {
                told(
                    case,
                    &format!("refused with {found:?}, not {code}: {errors:#?}"),
                    None,
                )
            });
        }
        // Which error PostgreSQL raises is not looked at: its types would be needed for that.
        (Err(_), Expected::Error | Expected::ErrorOr(_)) => return None,
        (Err(errors), Expected::SameOrRefused) => {
            let is_refusal = |code| matches!(code, Code::Unsupported | Code::InvalidCast);
            if errors.iter().all(|error| is_refusal(error.code)) {
                REFUSED.fetch_add(1, Ordering::Relaxed);
                return None;
            }
            return Some(told(case, &worded(case, &errors), None));
        }
        (Err(errors), Expected::Same) => {
            return Some(told(case, &worded(case, &errors), None));
        }
    };
    let columns = prepared.columns();
    let sql = postgres_text(
        case,
        &prepared.query,
        case.postgres.as_ref().unwrap_or(&case.sql),
    );
    let expected = postgres::answer(&servers.postgres, &sql, &columns).await;
    let found = prepared.answer(&servers.mongo).await;
    let problem = match (&case.expected, expected, found) {
        (_, Err(Failure::Incomparable(message)), found) => {
            Some(format!("{message}\n    ({})", summary(&found)))
        }
        (Expected::SameOrRefused, Err(Failure::Raised(_)), _) => {
            RAISED.fetch_add(1, Ordering::Relaxed);
            None
        }
        (Expected::Same | Expected::SameOrRefused, Ok(expected), Ok(found)) => {
            difference(case, &expected, &found)
        }
        (Expected::Same | Expected::SameOrRefused, Ok(_), Err(error)) => {
            Some(format!("fails: {error}"))
        }
        (Expected::Same, Err(Failure::Raised(error)), found) => {
            let found = summary(&found);
            Some(format!("PostgreSQL fails: {error}\n    ({found})"))
        }
        (Expected::Error | Expected::ErrorOr(_), Ok(rows), _) => {
            Some(format!("PostgreSQL does not fail: {rows:?}"))
        }
        (_, Err(_), Err(_)) => None,
        (Expected::Error, Err(Failure::Raised(error)), Ok(rows)) => Some(format!(
            "does not fail as PostgreSQL does ({error}): {rows:?}"
        )),
        (Expected::ErrorOr(right), Err(_), Ok(found)) => {
            let sql = postgres_text(case, &prepared.query, right);
            match postgres::answer(&servers.postgres, &sql, &columns).await {
                Ok(expected) => difference(case, &expected, &found),
                Err(Failure::Raised(error) | Failure::Incomparable(error)) => {
                    Some(format!("the other query fails: {error}"))
                }
            }
        }
        (Expected::Refused(_), _, _) => None,
    };
    problem.map(|problem| {
        let problem = format!("{problem}\n  PostgreSQL: {sql}");
        told(case, &problem, Some(&prepared))
    })
}

/// Errors of the compiler, each with the word it points at.
fn worded(case: &Case, errors: &[Diagnostic]) -> String {
    let errors: Vec<String> = errors
        .iter()
        .map(|error| {
            let word = case.sql.get(error.span.start..error.span.end);
            let word = word.unwrap_or_default();
            format!("{}: {} (at `{word}`)", error.code, error.message)
        })
        .collect();
    errors.join("\n    ")
}

/// An answer of QueryLeaf that cannot be compared.
fn summary(found: &Result<Vec<Vec<Value>>, String>) -> String {
    match found {
        Ok(rows) => format!("here {} rows, the first: {:?}", rows.len(), rows.first()),
        Err(error) => format!("here too: {error}"),
    }
}

/// The query in PostgreSQL's words, with the values of the parameters in it.
fn postgres_text(case: &Case, query: &Query, sql: &str) -> String {
    translated(sql, |wanted| {
        let mut parameters = query.parameters.iter();
        let parameter = parameters.find(|parameter| name(parameter) == wanted);
        let parameter = parameter.unwrap_or_else(|| panic!("no parameter {wanted}: {sql}"));
        let value = value(case, parameter);
        if parameter.list {
            let list = Type::Array(Box::new(Item {
                ty: parameter.ty.clone(),
                nullable: true,
                own: false,
            }));
            Parameter::List(literal(value, &list))
        } else {
            Parameter::One(literal(value, &parameter.ty))
        }
    })
}

/// What is different between two answers, if anything is.
fn difference(case: &Case, expected: &[Vec<Value>], found: &[Vec<Value>]) -> Option<String> {
    let tolerance = Tolerance {
        doubles: case.tolerance,
        inexact: is_inexact(&case.sql),
    };
    let agree = |found: &[Value], expected: &[Value]| {
        found.len() == expected.len()
            && found
                .iter()
                .zip(expected)
                .all(|(found, expected)| found.agrees_with(expected, tolerance))
    };
    match &case.order {
        Order::Any => {}
        Order::Total => {
            let same = |(found, expected): (&Vec<Value>, &Vec<Value>)| agree(found, expected);
            let first = found.iter().zip(expected).position(|pair| !same(pair));
            let first = first
                .or((found.len() != expected.len()).then_some(found.len().min(expected.len())))?;
            return Some(format!(
                "{} rows, PostgreSQL {}; row {first} is the first that differs\n{}",
                found.len(),
                expected.len(),
                rows_from(first, expected, found)
            ));
        }
        Order::By(columns) => {
            let keys = |row: &Vec<Value>| -> Vec<Value> {
                columns.iter().map(|&column| row[column].clone()).collect()
            };
            let wrong = found
                .iter()
                .zip(expected)
                .position(|(found, expected)| !agree(&keys(found), &keys(expected)));
            if let Some(first) = wrong {
                let rows = rows_from(first, expected, found);
                return Some(format!(
                    "row {first} is the first that is out of order\n{rows}"
                ));
            }
        }
    }
    // Each row is looked for among those that are left.
    let mut left: Vec<&Vec<Value>> = expected.iter().collect();
    left.sort_by(|one, other| arrange_rows(one, other));
    let mut sorted: Vec<&Vec<Value>> = found.iter().collect();
    sorted.sort_by(|one, other| arrange_rows(one, other));
    let mut extra = Vec::new();
    for row in sorted {
        match left.iter().position(|expected| agree(row, expected)) {
            Some(place) => {
                left.remove(place);
            }
            None => extra.push(row),
        }
    }
    if extra.is_empty() && left.is_empty() {
        return None;
    }
    let mut text = format!("{} rows, PostgreSQL {}", found.len(), expected.len());
    for (title, rows) in [("only here", extra), ("only in PostgreSQL", left)] {
        write!(text, "\n    {title}, {} rows:", rows.len()).expect("strings can be written to");
        for row in rows.iter().take(4) {
            write!(text, "\n      {row:?}").expect("strings can be written to");
        }
    }
    Some(text)
}

/// Whether a query computes numbers that have no end.
fn is_inexact(sql: &str) -> bool {
    const FUNCTIONS: [&str; 11] = [
        "/", "^", "avg(", "stddev", "var_", "variance", "sqrt", "exp(", "ln(", "log", "power",
    ];
    let sql = sql.to_lowercase();
    FUNCTIONS.iter().any(|function| sql.contains(function))
}

fn rows_from(first: usize, expected: &[Vec<Value>], found: &[Vec<Value>]) -> String {
    let mut text = String::new();
    for (title, rows) in [("here", found), ("in PostgreSQL", expected)] {
        write!(text, "    {title}:").expect("strings can be written to");
        for row in rows.iter().skip(first).take(3) {
            write!(text, "\n      {row:?}").expect("strings can be written to");
        }
        text.push('\n');
    }
    text
}

/// A failure in full.
fn told(case: &Case, problem: &str, prepared: Option<&Prepared>) -> String {
    let mut text = format!("{}\n  {}\n", case.place, case.sql);
    for (name, value) in &case.parameters {
        writeln!(text, "  :{name} = {value:?}").expect("strings can be written to");
    }
    writeln!(text, "    {problem}").expect("strings can be written to");
    if let Some(prepared) = prepared {
        writeln!(text, "  Command: {}", prepared.command()).expect("strings can be written to");
    }
    text
}

/// Prints the answers of both sides to a query without parameters.
#[expect(clippy::print_stdout, reason = "for the reader of the test's output")]
pub fn show(case: &Case) {
    RUNTIME.block_on(async {
        let servers = servers().await.expect("PostgreSQL");
        let prepared = match prepare(case) {
            Ok(prepared) => prepared,
            Err(errors) => return println!("{errors:#?}"),
        };
        println!("{}", prepared.command());
        match prepared.answer(&servers.mongo).await {
            Ok(rows) => rows.iter().for_each(|row| println!("{row:?}")),
            Err(error) => println!("{error}"),
        }
        println!("PostgreSQL:");
        let sql = postgres_text(case, &prepared.query, &case.sql);
        match postgres::answer(&servers.postgres, &sql, &prepared.columns()).await {
            Ok(rows) => rows.iter().for_each(|row| println!("{row:?}")),
            Err(Failure::Raised(error) | Failure::Incomparable(error)) => println!("{error}"),
        }
    });
}
