//! Running a statement on both sides and comparing the rows.
//!
//! The statements ask for the time, which goes on while they run. PostgreSQL is asked twice, with the
//! time of the other server before and after its answer: where both answers agree, so must that one;
//! a number or a moment that differs must lie between the two; where more than that differs, or
//! anything is wrong, the statement runs again, and what is wrong five times is wrong.

use crate::servers::Servers;
use queryleaf::Affected;
use queryleaf::bson::Bson;
use queryleaf::prelude::*;
use serde_json::{Map, Number, Value, json};

/// A row: its columns by their names.
type Row = Map<String, Value>;

/// How often a statement runs before its answer counts as wrong.
const ATTEMPTS: usize = 5;

/// A statement in PostgreSQL's words, and what is known about its rows.
pub struct Statement {
    name: &'static str,
    postgres: String,
    order: Vec<&'static str>,
    any_of_ties: Vec<&'static str>,
}

/// The statement of a file in `sql/`.
pub fn statement(name: &'static str, text: &str) -> Statement {
    Statement {
        name,
        postgres: text.trim_end().trim_end_matches(';').to_owned(),
        order: Vec::new(),
        any_of_ties: Vec::new(),
    }
}

impl Statement {
    /// PostgreSQL writes this in another way.
    pub fn in_postgres(mut self, from: &str, to: &str) -> Self {
        assert!(self.postgres.contains(from), "{}: no `{from}`", self.name);
        self.postgres = self.postgres.replace(from, to);
        self
    }

    /// The rows are ordered by these columns; rows that agree in them may change places.
    pub fn ordered_by(mut self, columns: &[&'static str]) -> Self {
        self.order = columns.to_vec();
        self
    }

    /// Ties in the order of a window leave open which row gets which of these numbers.
    pub fn any_of_ties(mut self, columns: &[&'static str]) -> Self {
        self.any_of_ties = columns.to_vec();
        self
    }

    /// Runs the statement on both servers, and compares: at least so many rows, and the same ones.
    pub async fn check<R: Serialize>(
        self,
        servers: &Servers,
        at_least: usize,
        fetch: impl AsyncFn() -> queryleaf::Result<Vec<R>>,
    ) {
        let mut wrong = String::new();
        for _ in 0..ATTEMPTS {
            let before = servers.now().await;
            let rows = fetch()
                .await
                .unwrap_or_else(|error| panic!("{}: {error}", self.name));
            let after = servers.now().await;
            let found: Vec<Row> = rows.iter().map(row).collect();
            assert!(
                found.len() >= at_least,
                "{}: {} rows tell little",
                self.name,
                found.len()
            );
            let expected = [
                self.rows_in_postgres(servers, before).await,
                self.rows_in_postgres(servers, after).await,
            ];
            match self.compare(found, expected) {
                Ok(()) => return,
                Err(difference) => wrong = difference,
            }
        }
        panic!("{}: {wrong}", self.name);
    }

    /// Runs the statement, which writes, on both servers, and compares what is stored then: at least
    /// so many rows, and the same ones.
    ///
    /// PostgreSQL runs it before the other server and again after it, each time on the data as they
    /// were, so that what the clock gives lies in between. `stored` reads the rows in an order that
    /// the statement does not change.
    pub async fn check_written<R: Serialize>(
        self,
        servers: &Servers,
        at_least: usize,
        stored: &str,
        execute: impl AsyncFn() -> queryleaf::Result<Affected>,
        fetch: impl AsyncFn() -> queryleaf::Result<Vec<R>>,
    ) {
        let (before, written) = self.written_in_postgres(servers, stored).await;
        let affected = execute()
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", self.name));
        // The server does not always tell.
        let affected = affected.rows_affected().unwrap_or(written);
        assert_eq!(affected, written, "{}", self.name);
        let (after, _) = self.written_in_postgres(servers, stored).await;
        let rows = fetch().await.unwrap();
        assert!(rows.len() >= at_least, "{}: {} rows", self.name, rows.len());
        let found = rows.iter().map(row).collect();
        if let Err(difference) = self.compare(found, [before, after]) {
            panic!("{}: {difference}", self.name);
        }
    }

    /// What is stored once PostgreSQL has run the statement, and how many rows it wrote; nothing of it
    /// stays.
    async fn written_in_postgres(&self, servers: &Servers, stored: &str) -> (Vec<Row>, u64) {
        servers.postgres.batch_execute("BEGIN").await.unwrap();
        let written = servers.postgres.execute(&self.postgres, &[]).await;
        let written =
            written.unwrap_or_else(|error| panic!("{}: {error:?}\n{}", self.name, self.postgres));
        let wrapped = format!("SELECT row_to_json(stored)::text FROM ({stored}) AS stored");
        let rows = servers.postgres.query(&wrapped, &[]).await.unwrap();
        servers.postgres.batch_execute("ROLLBACK").await.unwrap();
        let rows = rows.iter();
        let rows = rows.map(|stored| row(&serde_json::from_str::<Value>(stored.get(0)).unwrap()));
        (rows.collect(), written)
    }

    async fn rows_in_postgres(&self, servers: &Servers, now: DateTime) -> Vec<Row> {
        let now = now.try_to_rfc3339_string().unwrap();
        let sql = self
            .postgres
            .replace("CURRENT_TIMESTAMP", &format!("TIMESTAMPTZ '{now}'"));
        let wrapped = format!("SELECT row_to_json(answer)::text FROM ({sql}) AS answer");
        let rows = servers.postgres.query(&wrapped, &[]).await;
        let rows = rows.unwrap_or_else(|error| panic!("{}: {error:?}\n{sql}", self.name));
        rows.iter()
            .map(|answer| row(&serde_json::from_str::<Value>(answer.get(0)).unwrap()))
            .collect()
    }

    fn compare(&self, found: Vec<Row>, [before, after]: [Vec<Row>; 2]) -> Result<(), String> {
        if before.len() != after.len() {
            return Err("the time makes other rows".to_owned());
        }
        let mut moving: Vec<&str> = self.any_of_ties.clone();
        for (one, other) in before.iter().zip(&after) {
            for (column, value) in one {
                if other.get(column) != Some(value) && !moving.contains(&column.as_str()) {
                    moving.push(column);
                }
            }
        }
        self.compare_order(&found, &before, &moving)?;
        let found = sorted(found, &moving);
        let (before, after) = (
            sorted(before.clone(), &moving),
            sorted(after.clone(), &moving),
        );
        if found.len() != before.len() {
            return Err(format!("{} rows for {}", found.len(), before.len()));
        }
        for ((row, before), after) in found.iter().zip(&before).zip(&after) {
            let columns: Vec<&String> = row.keys().collect();
            if columns != before.keys().collect::<Vec<_>>() {
                return Err(format!("the columns {columns:?}"));
            }
            for (column, value) in row {
                let is_open = self.any_of_ties.contains(&column.as_str());
                if !is_open && !is_between(value, &before[column], &after[column]) {
                    return Err(format!(
                        "`{column}` is {value}, not {}, in\n{row:?}\n{before:?}",
                        before[column]
                    ));
                }
            }
        }
        Ok(())
    }

    /// Compares the columns that tell the order, row by row.
    fn compare_order(
        &self,
        found: &[Row],
        expected: &[Row],
        moving: &[&str],
    ) -> Result<(), String> {
        for column in self.order.iter().filter(|column| !moving.contains(column)) {
            let values = |rows: &[Row]| -> Vec<Value> {
                rows.iter().map(|row| row[*column].clone()).collect()
            };
            let (found, expected) = (values(found), values(expected));
            if found != expected {
                return Err(format!("the order by `{column}`:\n{found:?}\n{expected:?}"));
            }
        }
        Ok(())
    }
}

/// The rows in the order of what the time does not change.
fn sorted(mut rows: Vec<Row>, moving: &[&str]) -> Vec<Row> {
    rows.sort_by_cached_key(|row| {
        let fixed = row
            .iter()
            .filter(|(column, _)| !moving.contains(&column.as_str()));
        format!("{:?}", fixed.collect::<Vec<_>>())
    });
    rows
}

fn is_between(value: &Value, before: &Value, after: &Value) -> bool {
    match (value, before, after) {
        (Value::Number(value), Value::Number(before), Value::Number(after)) if before != after => {
            let [value, before, after] = [value, before, after].map(|n| n.as_f64().unwrap());
            // Moments are milliseconds, which PostgreSQL has fractions of.
            let slack = (value.abs() * 1e-9).min(2.0);
            before.min(after) - slack <= value && value <= before.max(after) + slack
        }
        (Value::Object(_), Value::Object(_), Value::Object(_)) if before != after => value
            .as_object()
            .unwrap()
            .iter()
            .all(|(key, value)| is_between(value, &before[key], &after[key])),
        _ => before == after && value == before,
    }
}

/// A row without what the two sides write differently.
fn row(row: &impl Serialize) -> Row {
    match plain(serde_json::to_value(row).unwrap()) {
        Value::Object(columns) => columns,
        other => panic!("{other} is no row"),
    }
}

/// A value without what the two sides write differently: moments are numbers of milliseconds, and
/// numbers have ten significant digits; the differential tests look at the rest of them.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(fields) => plain_object(fields),
        Value::Array(items) => Value::Array(items.into_iter().map(plain).collect()),
        Value::Number(value) => number(value.as_f64().unwrap()),
        Value::String(text) => match DateTime::parse_rfc3339_str(&text) {
            Ok(moment) => Value::from(moment.timestamp_millis() as f64),
            Err(_) => Value::String(text),
        },
        other => other,
    }
}

/// An object, or the value that the extended JSON of BSON writes as one.
fn plain_object(fields: Map<String, Value>) -> Value {
    let entry = fields
        .iter()
        .next()
        .map(|(key, value)| (key.as_str(), value));
    match (fields.len(), entry) {
        (1, Some(("$numberDecimal", Value::String(text)))) => number(text.parse().unwrap()),
        (1, Some(("$numberLong", Value::String(text)))) => number(text.parse().unwrap()),
        (1, Some(("$oid", value))) => value.clone(),
        (1, Some(("$binary", bytes))) => {
            let bytes: Bson = serde_json::from_value(json!({ "$binary": bytes })).unwrap();
            match bytes {
                Bson::Binary(bytes) => Value::String(bytes.to_uuid().unwrap().to_string()),
                other => panic!("{other} is no binary"),
            }
        }
        (1, Some(("$date", moment))) => {
            let moment: DateTime = serde_json::from_value(json!({ "$date": moment })).unwrap();
            Value::from(moment.timestamp_millis() as f64)
        }
        _ => Value::Object(
            fields
                .into_iter()
                .map(|(key, value)| (key, plain(value)))
                .collect(),
        ),
    }
}

fn number(value: f64) -> Value {
    let rounded: f64 = format!("{value:.9e}").parse().unwrap();
    Number::from_f64(rounded + 0.0).map_or(Value::Null, Value::Number)
}
