//! Statements that are carried out one after the other.

use crate::case::{Case, Expected, case};
use crate::value::Value;
use queryleaf_compiler::Code;
use std::panic::Location;

/// Statements that are carried out one after the other, on the first rows of all tables.
#[derive(Clone)]
pub struct Sequence {
    pub statements: Vec<Case>,
}

/// These statements, each of which must do what it does in PostgreSQL.
#[track_caller]
pub fn sequence(statements: &[&str]) -> Sequence {
    let place = Location::caller();
    let statements = statements.iter().map(|sql| sql.trim());
    Sequence {
        statements: statements.map(|sql| Case { place, ..case(sql) }).collect(),
    }
}

/// Each of these statements by itself.
#[track_caller]
pub fn each(statements: &[&str]) -> Vec<Sequence> {
    let mut sequences = Vec::new();
    for sql in statements {
        sequences.push(sequence(&[sql]));
    }
    sequences
}

/// Each of these statements by itself; PostgreSQL raises an error, and so must QueryLeaf.
#[track_caller]
pub fn failing(statements: &[&str]) -> Vec<Sequence> {
    let mut sequences = Vec::new();
    for sql in statements {
        sequences.push(sequence(&[sql]).expecting(Expected::Error));
    }
    sequences
}

/// A statement that must not compile, with this code.
#[track_caller]
pub fn refused(code: Code, sql: &str) -> Sequence {
    sequence(&[sql]).expecting(Expected::Refused(code))
}

impl Sequence {
    /// What is expected of the last statement.
    pub fn expecting(mut self, expected: Expected) -> Self {
        self.last().expected = expected;
        self
    }

    /// PostgreSQL raises an error for the last statement, and so must QueryLeaf.
    pub fn fails(self) -> Self {
        self.expecting(Expected::Error)
    }

    /// PostgreSQL carries the last statement out, QueryLeaf raises an error, as the documentation
    /// says.
    pub fn fails_here(self) -> Self {
        self.expecting(Expected::ErrorHere)
    }

    /// Gives a parameter a value, in all statements.
    pub fn with(mut self, name: &str, value: Value) -> Self {
        for statement in &mut self.statements {
            statement.parameters.push((name.to_owned(), value.clone()));
        }
        self
    }

    /// PostgreSQL's form of the last statement.
    pub fn postgres(mut self, sql: &str) -> Self {
        self.last().postgres = Some(sql.to_owned());
        self
    }

    fn last(&mut self) -> &mut Case {
        self.statements.last_mut().expect("a statement")
    }
}
