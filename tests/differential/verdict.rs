//! One case: asking both sides, with the optimiser and without it, and what is wrong with the
//! answers.

use crate::case::{Case, Expected};
use crate::compare::difference;
use crate::mongo::{Optimizer, Prepared, name, prepare, value};
use crate::postgres::{self, Failure};
use crate::servers::Servers;
use crate::sql_text::{Parameter, literal, translated};
use crate::value::Value;
use queryleaf_compiler::types::{Item, Type};
use queryleaf_compiler::{Code, Diagnostic, Query};
use std::fmt::Write;
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of a case.
pub enum Verdict {
    /// As expected.
    Passed,
    /// The compiler refused what it may refuse, with this message.
    Refused(String),
    /// PostgreSQL raises an error where it may.
    Raised,
    /// Wrong, in these words.
    Failed(String),
    /// The compiler says that the query is wrong, in these words.
    Rejected(String),
}

/// Runs a case.
pub async fn run(case: &Case, servers: &Servers) -> Verdict {
    let mut verdict = Verdict::Passed;
    for optimizer in Optimizer::ALL {
        let found = match prepare(case, optimizer) {
            Ok(prepared) => with_command(case, &prepared, servers).await,
            Err(errors) => without_command(case, &errors),
        };
        match found {
            Verdict::Passed => {}
            Verdict::Refused(_) | Verdict::Raised => verdict = found,
            Verdict::Failed(_) | Verdict::Rejected(_) => {
                verdict = found;
                break;
            }
        }
    }
    judged(case, verdict)
}

/// Turns a known failure into none, and the lack of one into a failure.
pub fn judged(case: &Case, verdict: Verdict) -> Verdict {
    match (case.known, verdict) {
        (Some(_), Verdict::Failed(_) | Verdict::Rejected(_)) => Verdict::Passed,
        (Some(reason), _) => {
            let problem = format!("works, but is marked as known to fail: {reason}");
            Verdict::Failed(told(case, &problem, None))
        }
        (None, verdict) => verdict,
    }
}

/// The compiler refused the query.
pub fn without_command(case: &Case, errors: &[Diagnostic]) -> Verdict {
    let problem = match &case.expected {
        Expected::Refused(code) => {
            if errors.iter().any(|error| error.code == *code) {
                return Verdict::Passed;
            }
            format!("not refused with {code}: {}", worded(case, errors))
        }
        // Which error PostgreSQL raises is not looked at: its types would be needed for that.
        Expected::Error | Expected::ErrorOr(_) => return Verdict::Passed,
        Expected::SameOrRefused => {
            let is_refusal = |code| matches!(code, Code::Unsupported | Code::InvalidCast);
            // What is wrong beside it may follow from it.
            if let Some(error) = errors.iter().find(|error| is_refusal(error.code)) {
                return Verdict::Refused(error.message.clone());
            }
            worded(case, errors)
        }
        Expected::Same | Expected::ErrorHere => worded(case, errors),
    };
    Verdict::Rejected(told(case, &problem, None))
}

/// The query compiled: both sides are asked.
async fn with_command(case: &Case, prepared: &Prepared, servers: &Servers) -> Verdict {
    let answers = tokio::time::timeout(PATIENCE, compared(case, prepared, servers));
    let problem = match answers.await {
        Ok(Ok(verdict)) => return verdict,
        Ok(Err(problem)) => problem,
        Err(_) => {
            servers.stop_long_operations(PATIENCE).await;
            let is_generated = matches!(case.expected, Expected::SameOrRefused);
            // Nobody runs it without the optimiser.
            if is_generated && prepared.optimizer == Optimizer::Off {
                return Verdict::Passed;
            }
            format!("takes longer than {PATIENCE:?}")
        }
    };
    Verdict::Failed(told(case, &problem, Some(prepared)))
}

/// What is wrong with the answer in a transaction, if anything is.
async fn in_transaction(
    case: &Case,
    prepared: &Prepared,
    servers: &Servers,
    expected: &[Vec<Value>],
) -> Option<String> {
    let problem = match prepared.answer_in_transaction(&servers.mongo).await {
        Ok(found) => difference(case, expected, &found)?,
        Err(error) => format!("fails: {error}"),
    };
    Some(format!("in a transaction: {problem}"))
}

/// What is wrong with the answer is the error.
async fn compared(case: &Case, prepared: &Prepared, servers: &Servers) -> Result<Verdict, String> {
    if let Expected::Refused(code) = case.expected {
        return Err(format!("compiles, instead of being refused with {code}"));
    }
    let columns = prepared.columns();
    let sql = case.postgres.as_ref().unwrap_or(&case.sql);
    let sql = postgres_text(case, &prepared.query, sql);
    let expected = postgres::answer(&servers.postgres, &sql, &columns).await;
    let found = prepared.answer(&servers.mongo).await;
    let problem = match (&case.expected, expected, found) {
        (_, Err(Failure::Incomparable(message)), found) => {
            Some(format!("{message}\n    ({})", summary(&found)))
        }
        (Expected::SameOrRefused, Err(Failure::Raised(_)), _) => return Ok(Verdict::Raised),
        (Expected::Same | Expected::SameOrRefused, Ok(expected), Ok(found)) => {
            match difference(case, &expected, &found) {
                None if prepared.has_own_form_in_sessions() => {
                    in_transaction(case, prepared, servers, &expected).await
                }
                problem => problem,
            }
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
        (Expected::ErrorHere, Err(Failure::Raised(error)), _) => {
            Some(format!("PostgreSQL fails: {error}"))
        }
        (Expected::ErrorHere, Ok(_), Err(_)) => None,
        (Expected::ErrorHere, Ok(_), Ok(rows)) => Some(format!("does not fail: {rows:?}")),
        (Expected::Refused(_), _, _) => None,
    };
    match problem {
        Some(problem) => Err(format!("{problem}\n  PostgreSQL: {sql}")),
        None => Ok(Verdict::Passed),
    }
}

/// Errors of the compiler, each with the word it points at.
pub fn worded(case: &Case, errors: &[Diagnostic]) -> String {
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
pub fn postgres_text(case: &Case, query: &Query, sql: &str) -> String {
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

/// A failure in full.
fn told(case: &Case, problem: &str, prepared: Option<&Prepared>) -> String {
    let mut text = format!("{}\n  {}\n", case.place, case.sql);
    for (name, value) in &case.parameters {
        writeln!(text, "  :{name} = {value:?}").expect("strings can be written to");
    }
    writeln!(text, "    {problem}").expect("strings can be written to");
    if let Some(prepared) = prepared {
        let (command, optimizer) = (prepared.command(), prepared.optimizer);
        writeln!(text, "  Command ({optimizer}): {command}").expect("strings can be written to");
    }
    text
}
