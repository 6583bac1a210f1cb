//! QueryLeaf's side: statements compiled at run time, run as a program runs them.

use crate::case::Case;
use crate::mongo::{Optimizer, bound, plan, read_rows, reader, scope};
use crate::random::Random;
use crate::schema::{TABLES, TestTable};
use crate::stored::document;
use crate::value::Value;
use queryleaf::__private as generated;
use queryleaf::bson::{Bson, Document};
use queryleaf::mongodb::{self, Database};
use queryleaf::prelude::Serialize;
use queryleaf_compiler::{Diagnostic, Kind, Options, ParameterName, Query, compile_with};
use std::fmt;

/// How statements are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As a program runs them.
    Usual,
    /// Compiled without the optimiser.
    Plain,
    /// Each in a transaction.
    InTransaction,
}

impl Mode {
    pub const ALL: [Mode; 3] = [Mode::Usual, Mode::Plain, Mode::InTransaction];

    fn optimizer(self) -> Optimizer {
        match self {
            Mode::Usual | Mode::InTransaction => Optimizer::On,
            Mode::Plain => Optimizer::Off,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mode::Usual => "outside of a transaction",
            Mode::Plain => "not optimised",
            Mode::InTransaction => "in a transaction",
        })
    }
}

/// A compiled statement with the values of its parameters.
pub struct Program {
    pub query: Query,
    statement: Statement,
}

enum Statement {
    Silent(generated::Statement),
    Returning(generated::Returning<Vec<Bson>>),
}

/// What a statement reports.
pub struct Done {
    /// How many rows it wrote; nothing where the server does not tell.
    pub count: Option<u64>,
    /// What `RETURNING` gave.
    pub rows: Option<Vec<Vec<Value>>>,
}

/// Compiles a statement and gives its parameters their values.
pub fn prepare(case: &Case, mode: Mode) -> Result<Program, Vec<Diagnostic>> {
    let options = Options {
        optimize: mode.optimizer() == Optimizer::On,
        ..Options::default()
    };
    let query = compile_with(&case.sql, scope(&case.sql), options)?;
    let parameters = bound(case, &query);
    let plan = plan(&case.sql, &query);
    let rows = structs(case, &query);
    let statement = if query.columns.is_empty() {
        let statement = generated::Statement::new(plan, parameters);
        Statement::Silent(match rows {
            Some(rows) => statement.with_rows(rows),
            None => statement,
        })
    } else {
        let statement = generated::Returning::new(plan, parameters, reader(&query));
        Statement::Returning(match rows {
            Some(rows) => statement.with_rows(rows),
            None => statement,
        })
    };
    Ok(Program { query, statement })
}

/// The rows of `VALUES (:rows)`, stored as structs are.
fn structs(case: &Case, query: &Query) -> Option<generated::BoundRows> {
    let Kind::Write {
        structs: Some(parameter),
        ..
    } = &query.kind
    else {
        return None;
    };
    let name = match &parameter.name {
        ParameterName::Named(name) => name.clone(),
        ParameterName::Positional(number) => number.to_string(),
    };
    let given = case.parameters.iter().find(|(known, _)| *known == name);
    let Some((_, Value::Array(rows))) = given else {
        panic!("no rows for {name}: {}", case.sql);
    };
    let fields = &table(query).collection.fields;
    let mut random = Random::new(0, "structs");
    let rows: Vec<AnyRow> = rows
        .iter()
        .map(|row| match row {
            Value::Struct(values) => AnyRow(document(fields, values, &mut random)),
            other => panic!("{other:?} is no row"),
        })
        .collect();
    Some(generated::rows(generated::Witness::<AnyRow>::NEW, &rows))
}

/// A row of any table.
#[derive(Serialize)]
#[serde(transparent)]
struct AnyRow(Document);

/// Nothing here creates a collection from it.
impl generated::Defined for AnyRow {
    const DEFINITION: &'static [u8] = &[];
}

/// The table that a statement writes to.
pub fn table(query: &Query) -> &'static TestTable {
    let Kind::Write { table, .. } = query.kind else {
        panic!("a query");
    };
    let name = &query.tables[table].name;
    let found = TABLES.iter().find(|table| table.collection.name == *name);
    found.expect("a table")
}

impl Program {
    /// Carries the statement out.
    pub async fn run(&self, database: &Database, mode: Mode) -> Result<Done, String> {
        if mode != Mode::InTransaction {
            return self.sent(database).await;
        }
        let failed = |error: mongodb::error::Error| error.to_string();
        let session = database.client().start_session().await;
        let mut session = session.map_err(failed)?;
        session.start_transaction().await.map_err(failed)?;
        let done = self
            .sent(&mut queryleaf::with_session(database, &mut session))
            .await;
        match done {
            Ok(done) => {
                session.commit_transaction().await.map_err(failed)?;
                Ok(done)
            }
            Err(error) => {
                // A transaction that has failed is over already.
                let _ = session.abort_transaction().await;
                Err(error)
            }
        }
    }

    async fn sent<'e>(&self, executor: impl queryleaf::Executor<'e>) -> Result<Done, String> {
        match &self.statement {
            Statement::Silent(statement) => {
                let affected = statement.execute(executor).await;
                let affected = affected.map_err(|error| error.to_string())?;
                Ok(Done {
                    count: affected.rows_affected(),
                    rows: None,
                })
            }
            Statement::Returning(statement) => {
                let rows = statement.fetch_all(executor).await;
                let rows = rows.map_err(|error| error.to_string())?;
                let rows = read_rows(&rows, &self.query.columns)?;
                Ok(Done {
                    count: Some(rows.len() as u64),
                    rows: Some(super::state::made_equal(rows)),
                })
            }
        }
    }

    /// The program, as text.
    pub fn text(&self) -> String {
        self.query.command.to_string()
    }
}
