//! PostgreSQL alone: whether what people wrote is SQL, and answers something.

use crate::case::{Case, Expected};
use crate::check::fail_with;
use crate::servers::{RUNTIME, servers};
use crate::sql_text::{Parameter, literal, translated};
use crate::value::Value;
use queryleaf_compiler::types::{Item, Type};
use queryleaf_testkit::postgres::tokio_postgres::{self, Client, SimpleQueryMessage};
use std::collections::BTreeSet;

/// More rows than anyone reads, and than a test should move.
const MANY: usize = 20_000;

/// Runs the cases of a category in PostgreSQL alone.
#[expect(clippy::print_stdout, reason = "for the reader of the test's output")]
pub fn check(category: &str, cases: &[Case]) {
    let problems = RUNTIME.block_on(async {
        let servers = match servers().await {
            Ok(servers) => servers,
            Err(unavailable) => {
                println!("skipped: {unavailable}");
                return Vec::new();
            }
        };
        let mut problems = Vec::new();
        let mut empty = 0;
        for case in cases {
            match answer(case, &servers.postgres).await {
                Ok(0) => {
                    empty += 1;
                    println!("no rows: {} {}", case.place, case.sql);
                }
                Ok(_) => {}
                Err(problem) => {
                    problems.push(format!("{}\n  {}\n    {problem}", case.place, case.sql));
                }
            }
        }
        println!("{category}: {} queries, {empty} without rows", cases.len());
        problems
    });
    fail_with(category, cases.len(), &problems);
}

/// How many rows PostgreSQL answers; why the case is a mistake.
async fn answer(case: &Case, client: &Client) -> Result<usize, String> {
    let sql = translated(case.postgres.as_ref().unwrap_or(&case.sql), |name| {
        let parameters = &mut case.parameters.iter();
        let found = parameters.find(|(known, _)| known == name);
        let (_, value) = found.unwrap_or_else(|| panic!("no value for {name}: {}", case.sql));
        written(value)
    });
    let told = |error: tokio_postgres::Error| {
        let message = error.as_db_error().map(|error| error.message().to_owned());
        message.unwrap_or_else(|| error.to_string())
    };
    if let Expected::Refused(_) = case.expected {
        return Ok(1);
    }
    let statement = match client.prepare(&sql).await {
        Ok(statement) => statement,
        Err(_) if is_error(&case.expected) => return Ok(1),
        Err(error) => return Err(told(error)),
    };
    let mut names = BTreeSet::new();
    for column in statement.columns() {
        if column.name() == "?column?" || !names.insert(column.name()) {
            return Err(format!("a column `{}` of the result", column.name()));
        }
    }
    match client.simple_query(&sql).await {
        Ok(_) if is_error(&case.expected) => Err("does not fail".to_owned()),
        Ok(messages) => {
            let is_row =
                |message: &&SimpleQueryMessage| matches!(message, SimpleQueryMessage::Row(_));
            match messages.iter().filter(is_row).count() {
                many if many > MANY => Err(format!("{many} rows")),
                count => Ok(count),
            }
        }
        Err(_) if is_error(&case.expected) => Ok(1),
        Err(error) => Err(told(error)),
    }
}

fn is_error(expected: &Expected) -> bool {
    match expected {
        Expected::Error | Expected::ErrorOr(_) => true,
        Expected::Same | Expected::SameOrRefused | Expected::ErrorHere | Expected::Refused(_) => {
            false
        }
    }
}

/// The value of a parameter, of the type that it has by itself.
fn written(value: &Value) -> Parameter {
    match value {
        Value::Null => Parameter::One("NULL".to_owned()),
        Value::Array(items) => {
            let ty = items.first().map_or(Type::Text, own_type);
            let item = Item {
                ty,
                nullable: true,
                own: false,
            };
            Parameter::List(literal(value, &Type::Array(Box::new(item))))
        }
        value => Parameter::One(literal(value, &own_type(value))),
    }
}

fn own_type(value: &Value) -> Type {
    match value {
        Value::Boolean(_) => Type::Boolean,
        Value::Integer(number) if i32::try_from(*number).is_ok() => Type::Integer,
        Value::Integer(_) => Type::Bigint,
        Value::Double(_) => Type::Double,
        Value::Numeric(_) => Type::Numeric,
        Value::Timestamp(_) => Type::Timestamp,
        Value::Date(_) => Type::Date,
        Value::Interval(_) => Type::Interval,
        Value::Uuid(_) => Type::Uuid,
        Value::ObjectId(_) => Type::ObjectId,
        Value::Bytea(_) => Type::Bytea,
        Value::Json(_) => Type::Json,
        Value::Null | Value::Text(_) | Value::Array(_) | Value::Struct(_) => Type::Text,
    }
}
