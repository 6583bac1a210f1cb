//! One sequence: carrying it out on both sides, and what is wrong with what is stored then.

use super::oracle::{Oracle, Step};
use super::program::{Mode, Program, prepare, table};
use super::sequence::Sequence;
use super::state::found;
use crate::case::{Case, Expected, Order};
use crate::compare::difference;
use crate::mongo::columns_of;
use crate::postgres::{Failure, in_milliseconds};
use crate::random::Random;
use crate::schema::TestTable;
use crate::servers::{SEED, Servers};
use crate::sql_text::{Parameter, translated};
use crate::value::Value;
use crate::verdict::{Verdict, judged, postgres_text, without_command, worded};
use queryleaf::bson::{Document, doc};
use queryleaf_compiler::{Code, Diagnostic};
use std::fmt::Write;
use std::time::Duration;

/// How the error begins of what needs a server outside of a transaction.
const NOT_IN_TRANSACTION: &str = "MongoDB forbids in a transaction: ON CONFLICT DO NOTHING";

/// How long a statement may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of a sequence, each statement by itself; those after one that failed are not run.
pub async fn run(sequence: &Sequence, servers: &Servers) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let mut compiled = Vec::new();
    for case in &sequence.statements {
        match prepare(case, Mode::Usual) {
            Ok(program) => {
                compiled.push((case, program));
                verdicts.push(Verdict::Passed);
            }
            Err(errors) => verdicts.push(match without_command(case, &errors) {
                Verdict::Passed => refused(case, servers).await,
                Verdict::Refused(_) | Verdict::Rejected(_) if is_about_values(case, &errors) => {
                    judged(case, refused_for_a_value(case, &errors, servers).await)
                }
                verdict => judged(case, verdict),
            }),
        }
    }
    let is_wrong = |verdict: &Verdict| matches!(verdict, Verdict::Failed(_) | Verdict::Rejected(_));
    if compiled.is_empty() || verdicts.iter().any(is_wrong) {
        return verdicts;
    }
    let oracle = Oracle::begin(servers).await;
    let mut steps = Vec::new();
    for (case, program) in &compiled {
        let sql = case.postgres.as_ref().unwrap_or(&case.sql);
        let sql = in_milliseconds(&postgres_text(case, &program.query, sql));
        let columns = columns_of(&program.query);
        steps.push(oracle.step(&sql, table(&program.query), &columns).await);
    }
    oracle.end().await;
    for mode in Mode::ALL {
        if let Some(failure) = in_mode(sequence, &compiled, &steps, mode, servers).await {
            verdicts.push(failure);
            break;
        }
    }
    for (_, program) in &compiled {
        restore(servers, table(&program.query), None, Mode::Usual).await;
    }
    verdicts
}

/// A statement that is not compiled, as expected: PostgreSQL must raise an error where it is said to.
async fn refused(case: &Case, servers: &Servers) -> Verdict {
    if !matches!(case.expected, Expected::Error) || !case.parameters.is_empty() {
        return Verdict::Passed;
    }
    let sql = case.postgres.as_ref().unwrap_or(&case.sql);
    let sql = translated(sql, |name| panic!("no value for {name}"));
    let oracle = Oracle::begin(servers).await;
    let outcome = servers.postgres.batch_execute(&sql).await;
    oracle.end().await;
    match outcome {
        Err(_) => Verdict::Passed,
        Ok(()) => Verdict::Failed(format!(
            "{}\n  {}\n    PostgreSQL does not fail\n",
            case.place, case.sql
        )),
    }
}

/// Whether a statement of the generator is refused for a value that no row of the table can have.
fn is_about_values(case: &Case, errors: &[Diagnostic]) -> bool {
    let is_about_value =
        |error: &Diagnostic| matches!(error.code, Code::NotNull | Code::InvalidLiteral);
    matches!(case.expected, Expected::SameOrRefused) && errors.iter().all(is_about_value)
}

/// Such a value is an error in PostgreSQL as well, wherever a row would have it.
async fn refused_for_a_value(case: &Case, errors: &[Diagnostic], servers: &Servers) -> Verdict {
    let sql = case.postgres.as_ref().unwrap_or(&case.sql);
    // The parameters are not what it is refused for; their types are told by casts.
    let sql = translated(sql, |_| Parameter::One("NULL".to_owned()));
    let oracle = Oracle::begin(servers).await;
    let outcome = servers.postgres.execute(sql.as_str(), &[]).await;
    oracle.end().await;
    match outcome {
        Err(_) => Verdict::Raised,
        Ok(0) => Verdict::Refused(worded(case, errors)),
        Ok(rows) => Verdict::Failed(format!(
            "{}\n  {}\n    {}\n    PostgreSQL does not fail, and writes {rows} rows\n",
            case.place,
            case.sql,
            worded(case, errors)
        )),
    }
}

/// What goes wrong in this mode.
async fn in_mode(
    sequence: &Sequence,
    compiled: &[(&Case, Program)],
    steps: &[Step],
    mode: Mode,
    servers: &Servers,
) -> Option<Verdict> {
    for (_, program) in compiled {
        restore(servers, table(&program.query), None, mode).await;
    }
    let mut before = String::new();
    for ((case, program), step) in compiled.iter().zip(steps) {
        let other;
        let program = match mode {
            Mode::Usual | Mode::InTransaction => program,
            Mode::Plain => match prepare(case, mode) {
                Ok(program) => {
                    other = program;
                    &other
                }
                Err(errors) => return Some(without_command(case, &errors)),
            },
        };
        // What was inexact once stays so.
        before = format!("{before};\n  {}", case.sql);
        let whole = Case {
            sql: before.clone(),
            order: Order::Any,
            ..(*case).clone()
        };
        let compared = compared(&whole, program, step, mode, servers);
        let problem = match tokio::time::timeout(PATIENCE, compared).await {
            Ok(problem) => problem,
            Err(_) => Some(format!("takes longer than {PATIENCE:?}")),
        };
        let verdict = match problem {
            None => Verdict::Passed,
            Some(problem) => Verdict::Failed(told(case, sequence, &problem, program, mode)),
        };
        match judged(case, verdict) {
            Verdict::Passed if case.known.is_some() => return None,
            Verdict::Passed => {}
            verdict => return Some(verdict),
        }
    }
    None
}

/// What is wrong with a statement and what it leaves behind.
async fn compared(
    case: &Case,
    program: &Program,
    step: &Step,
    mode: Mode,
    servers: &Servers,
) -> Option<String> {
    let table = table(&program.query);
    let outcome = program.run(&servers.mongo, mode).await;
    match (&case.expected, &step.outcome, outcome) {
        (_, Err(Failure::Incomparable(message)), _) => Some(message.clone()),
        (Expected::Refused(code), _, _) => {
            Some(format!("compiles, instead of being refused with {code}"))
        }
        (Expected::Same, Err(Failure::Raised(error)), outcome) => {
            let here = match outcome {
                Ok(_) => "not here".to_owned(),
                Err(here) => format!("here: {here}"),
            };
            Some(format!("PostgreSQL fails: {error} ({here})"))
        }
        (Expected::Error | Expected::ErrorOr(_), Ok(_), _) => {
            Some("PostgreSQL does not fail".to_owned())
        }
        // Which part of a row is computed first, nobody says.
        (Expected::SameOrRefused, Err(Failure::Raised(_)), Ok(_)) => {
            let problem = found(&servers.mongo, table).await.err();
            restore(servers, table, Some(&step.stored), mode).await;
            problem
        }
        (_, Err(Failure::Raised(error)), Ok(_)) => {
            Some(format!("does not fail as PostgreSQL does: {error}"))
        }
        (Expected::ErrorHere, Ok(_), Ok(_)) => Some("does not fail".to_owned()),
        (Expected::ErrorHere, Ok(_), Err(_)) => {
            restore(servers, table, Some(&step.stored), mode).await;
            None
        }
        (_, Err(Failure::Raised(_)), Err(_)) => {
            if mode != Mode::InTransaction {
                // A part may have been written; the next statement begins with what is right.
                restore(servers, table, Some(&step.stored), mode).await;
                return None;
            }
            state_difference(case, table, step, servers)
                .await
                .map(|problem| format!("a transaction that failed left something: {problem}"))
        }
        // What the documentation says of transactions, not of the statement.
        (_, Ok(_), Err(error))
            if (mode == Mode::InTransaction || done_in_transaction(program))
                && error.contains(NOT_IN_TRANSACTION) =>
        {
            restore(servers, table, Some(&step.stored), mode).await;
            None
        }
        (_, Ok(_), Err(error)) => Some(format!("fails: {error}")),
        (_, Ok(expected), Ok(done)) => {
            let counted = done.count.is_some_and(|count| count != expected.count);
            let is_truncate = case.sql.to_lowercase().contains("truncate");
            if counted && !is_truncate {
                let (here, there) = (done.count, expected.count);
                return Some(format!("{here:?} rows affected, in PostgreSQL {there}"));
            }
            if let Some(rows) = done.rows
                && let Some(problem) = difference(case, &expected.rows, &rows)
            {
                return Some(format!("RETURNING: {problem}"));
            }
            state_difference(case, table, step, servers).await
        }
    }
}

/// Whether a statement runs in a transaction of its own.
fn done_in_transaction(program: &Program) -> bool {
    !program.query.columns.is_empty()
}

/// What is different between what is stored on both sides.
async fn state_difference(
    case: &Case,
    table: &TestTable,
    step: &Step,
    servers: &Servers,
) -> Option<String> {
    match found(&servers.mongo, table).await {
        Ok(found) => difference(case, &step.state, &found),
        Err(error) => Some(error),
    }
}

/// Stores these rows of a table and no others; without any, the first ones.
async fn restore(servers: &Servers, table: &TestTable, rows: Option<&[Vec<Value>]>, mode: Mode) {
    let name = &table.collection.name;
    let collection = servers.mongo.collection::<Document>(name);
    let deleted = collection.delete_many(doc! {}).await;
    deleted.expect("an empty collection");
    let first;
    let rows = match rows {
        Some(rows) => rows,
        None => {
            first = table.first_rows(&mut Random::new(*SEED, name));
            &first
        }
    };
    // Other fields are missing in each mode.
    let mut random = Random::new(*SEED, &format!("{name}, {mode}"));
    servers.store(table, rows, &mut random).await;
}

/// A failure in full.
fn told(case: &Case, sequence: &Sequence, problem: &str, program: &Program, mode: Mode) -> String {
    let mut text = format!("{}\n", case.place);
    for statement in &sequence.statements {
        writeln!(text, "  {}", statement.sql).expect("strings can be written to");
        if statement.sql == case.sql {
            break;
        }
    }
    for (name, value) in &case.parameters {
        writeln!(text, "  :{name} = {value:?}").expect("strings can be written to");
    }
    let program = program.text();
    write!(text, "    {problem}\n  {mode}: {program}\n").expect("strings can be written to");
    text
}
