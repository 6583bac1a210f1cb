//! One comparison: a query, its parameters, and what is expected of it.

use crate::value::Value;
use queryleaf_compiler::Code;
use std::panic::Location;

/// One comparison.
#[derive(Clone)]
pub struct Case {
    /// The query.
    pub sql: String,
    /// PostgreSQL's form of it, where that differs by more than [`translated`] knows.
    ///
    /// [`translated`]: crate::sql_text::translated
    pub postgres: Option<String>,
    /// The values of the parameters.
    pub parameters: Vec<(String, Value)>,
    /// What is promised about the order of the rows.
    pub order: Order,
    /// How much doubles may differ relative to their size.
    pub tolerance: f64,
    /// What is expected.
    pub expected: Expected,
    /// Why the case is known to fail, as long as it does.
    pub known: Option<&'static str>,
    /// The line that made the case.
    pub place: &'static Location<'static>,
}

/// What a query promises about the order of its rows.
#[derive(Clone)]
pub enum Order {
    /// Nothing.
    Any,
    /// Everything.
    Total,
    /// That the columns of these numbers are in order; rows that agree in them may change places.
    By(Vec<usize>),
}

/// What is expected of a query.
#[derive(Clone)]
pub enum Expected {
    /// The rows that PostgreSQL gives.
    Same,
    /// The same rows, or a refusal to compile; nothing where PostgreSQL raises an error.
    SameOrRefused,
    /// PostgreSQL raises an error; so must QueryLeaf, when it compiles the query or runs it.
    Error,
    /// PostgreSQL raises an error. QueryLeaf raises one too, or gives what this other query gives
    /// in PostgreSQL: the mathematically right value.
    ErrorOr(String),
    /// PostgreSQL raises no error. QueryLeaf raises one when it runs the query, as the documentation
    /// says.
    ErrorHere,
    /// QueryLeaf does not compile the query, with this code. PostgreSQL is not asked.
    Refused(Code),
}

/// A query whose rows must be those of PostgreSQL, in any order.
#[track_caller]
pub fn case(sql: impl Into<String>) -> Case {
    Case {
        sql: sql.into(),
        postgres: None,
        parameters: Vec::new(),
        order: Order::Any,
        tolerance: 1e-13,
        expected: Expected::Same,
        known: None,
        place: Location::caller(),
    }
}

/// A query that must not compile, with this code.
#[track_caller]
pub fn refused(code: Code, sql: impl Into<String>) -> Case {
    Case {
        expected: Expected::Refused(code),
        ..case(sql)
    }
}

impl Case {
    /// PostgreSQL's form of the query.
    pub fn postgres(mut self, sql: impl Into<String>) -> Self {
        self.postgres = Some(sql.into());
        self
    }

    /// Gives a parameter a value.
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.parameters.push((name.to_owned(), value));
        self
    }

    /// The query tells the order of all rows.
    pub fn ordered(mut self) -> Self {
        self.order = Order::Total;
        self
    }

    /// The query orders its rows by these columns, counted from 0.
    pub fn ordered_by(mut self, columns: &[usize]) -> Self {
        self.order = Order::By(columns.to_vec());
        self
    }

    /// Doubles may differ by so much relative to their size: they were added up in another order.
    pub fn within(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// PostgreSQL raises an error, and so must QueryLeaf.
    pub fn fails(mut self) -> Self {
        self.expected = Expected::Error;
        self
    }

    /// PostgreSQL raises an error; QueryLeaf may, or gives what this query gives there.
    pub fn fails_or(mut self, sql: impl Into<String>) -> Self {
        self.expected = Expected::ErrorOr(sql.into());
        self
    }

    /// The case is known to fail for this reason; it is reported when it does not any more.
    pub fn known(mut self, reason: &'static str) -> Self {
        self.known = Some(reason);
        self
    }
}
