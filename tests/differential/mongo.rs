//! QueryLeaf's answers: compiled at run time, run as a program runs them.

use crate::case::Case;
use crate::schema::{SCOPE, SCOPE_OF_FEW};
use crate::stored::{from_bson, parameter};
use crate::value::Value;
use queryleaf::bson::Bson;
use queryleaf::mongodb::{self, Database};
use queryleaf::{__private as generated, types as sql};
use queryleaf_compiler::types::Type;
use queryleaf_compiler::{
    Diagnostic, Options, OutputColumn, Parameter, ParameterName, Query, Table, compile_with,
};
use queryleaf_plan::encode;
use std::fmt;

/// Whether the optimiser runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Optimizer {
    On,
    Off,
}

impl Optimizer {
    /// As a program compiles, then without the optimiser: the answers must be the same.
    pub const ALL: [Optimizer; 2] = [Optimizer::On, Optimizer::Off];
}

impl fmt::Display for Optimizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Optimizer::On => "optimised",
            Optimizer::Off => "not optimised",
        })
    }
}

/// A compiled query with the values of its parameters.
pub struct Prepared {
    pub optimizer: Optimizer,
    pub query: Query,
    run: generated::Query<Vec<Bson>>,
}

/// Compiles a query and gives its parameters their values.
pub fn prepare(case: &Case, optimizer: Optimizer) -> Result<Prepared, Vec<Diagnostic>> {
    let options = Options {
        optimize: optimizer == Optimizer::On,
        ..Options::default()
    };
    let query = compile_with(&case.sql, scope(&case.sql), options)?;
    let parameters = bound(case, &query);
    let run = generated::Query::new(plan(&case.sql, &query), parameters, reader(&query));
    Ok(Prepared {
        optimizer,
        query,
        run,
    })
}

/// The tables of a query or statement: half of all are compiled with few documents for each value.
pub fn scope(sql: &str) -> &'static [Table] {
    let sum: usize = sql.bytes().map(usize::from).sum();
    if sum.is_multiple_of(2) {
        &SCOPE
    } else {
        &SCOPE_OF_FEW
    }
}

/// The values of the parameters of a query.
pub fn bound(case: &Case, query: &Query) -> Vec<generated::Bound> {
    let parameters = query.parameters.iter();
    parameters
        .map(|wanted| Ok(parameter(value(case, wanted), &wanted.ty, wanted.list)))
        .collect()
}

/// The value that a case gives to a parameter.
pub fn value<'a>(case: &'a Case, wanted: &Parameter) -> &'a Value {
    let wanted = name(wanted);
    let found = case.parameters.iter().find(|(name, _)| *name == wanted);
    let (_, value) = found.unwrap_or_else(|| panic!("no value for {wanted}: {}", case.sql));
    value
}

pub fn name(parameter: &Parameter) -> String {
    match &parameter.name {
        ParameterName::Named(name) => name.clone(),
        ParameterName::Positional(number) => number.to_string(),
    }
}

/// The plan that `sql!` would place in the binary. Tests end soon: nothing is freed.
pub fn plan(sql: &str, query: &Query) -> &'static generated::Plan {
    fn strings(strings: impl IntoIterator<Item = String>) -> &'static [&'static str] {
        let leaked = strings.into_iter().map(|text| &*text.leak());
        leaked.collect::<Vec<_>>().leak()
    }
    let paths = query
        .columns
        .iter()
        .map(|column| strings(column.path.clone()));
    let plan = generated::Plan::new(
        sql.to_owned().leak(),
        "differential",
        encode(&query.command, &query.computed).leak(),
        strings(query.parameters.iter().map(name)),
        strings(query.columns.iter().map(|column| column.name.clone())),
        paths.collect::<Vec<_>>().leak(),
    );
    Box::leak(Box::new(plan.generating(query.generated.clone().leak())))
}

pub type Reader = fn(&mut generated::RowReader<'_>) -> generated::Result<Vec<Bson>>;

/// Reads the first `N` columns of a row.
fn read<const N: usize>(row: &mut generated::RowReader<'_>) -> generated::Result<Vec<Bson>> {
    (0..N)
        .map(|number| {
            let column = row.column::<sql::Nullable<sql::Json>, Option<Bson>>(number)?;
            Ok(column.unwrap_or(Bson::Null))
        })
        .collect()
}

/// The reader of rows with as many columns as the query has.
pub fn reader(query: &Query) -> Reader {
    macro_rules! readers {
        ($($count:literal)+) => { [$(read::<$count> as Reader),+] };
    }
    let readers = readers! {
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33
        34 35 36 37 38 39 40 41 42 43 44 45 46 47 48
    };
    readers[query.columns.len()]
}

impl Prepared {
    /// The rows, or the error with which the query failed.
    pub async fn answer(&self, database: &Database) -> Result<Vec<Vec<Value>>, String> {
        let rows = self.run.fetch_all(database).await;
        read_rows(
            &rows.map_err(|error| error.to_string())?,
            &self.query.columns,
        )
    }

    /// Whether another command is sent in a session.
    pub fn has_own_form_in_sessions(&self) -> bool {
        self.query.command.to_string().contains("InSession")
    }

    /// The rows as a transaction finds them.
    pub async fn answer_in_transaction(
        &self,
        database: &Database,
    ) -> Result<Vec<Vec<Value>>, String> {
        let failed = |error: mongodb::error::Error| error.to_string();
        let session = database.client().start_session().await;
        let mut session = session.map_err(failed)?;
        session.start_transaction().await.map_err(failed)?;
        let rows = {
            let mut transaction = queryleaf::with_session(database, &mut session);
            self.run.fetch_all(&mut transaction).await
        };
        // A transaction that has failed is over already.
        let ended = session.abort_transaction().await;
        let rows = rows.map_err(|error| error.to_string())?;
        ended.map_err(failed)?;
        read_rows(&rows, &self.query.columns)
    }

    /// The columns: names and types.
    pub fn columns(&self) -> Vec<(String, Type)> {
        columns_of(&self.query)
    }

    /// The command that is sent, as text.
    pub fn command(&self) -> String {
        match self.run.command() {
            Ok(command) => Bson::Document(command).into_relaxed_extjson().to_string(),
            Err(error) => format!("{error}\n    {}", self.query.command),
        }
    }
}

/// The columns of a query: names and types.
pub fn columns_of(query: &Query) -> Vec<(String, Type)> {
    let columns = query.columns.iter();
    columns
        .map(|column| (column.name.clone(), column.ty.clone()))
        .collect()
}

/// The values of these columns.
pub fn read_rows(rows: &[Vec<Bson>], columns: &[OutputColumn]) -> Result<Vec<Vec<Value>>, String> {
    rows.iter()
        .map(|row| {
            let columns = row.iter().zip(columns);
            columns
                .map(|(stored, column)| {
                    from_bson(stored, &column.ty, column.nullable)
                        .map_err(|error| format!("column `{}`: {error}", column.name))
                })
                .collect()
        })
        .collect()
}
