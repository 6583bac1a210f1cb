//! What a sequence of statements does in PostgreSQL.

use super::state::{expected, made_equal};
use crate::postgres::{self, Failure};
use crate::schema::TestTable;
use crate::servers::Servers;
use crate::value::Value;
use queryleaf_compiler::types::Type;

/// What came of a statement.
pub struct Step {
    pub outcome: Result<Done, Failure>,
    /// The table that it writes to, afterwards.
    pub state: Vec<Vec<Value>>,
    /// The same as it is stored, with what the server made.
    pub stored: Vec<Vec<Value>>,
}

/// What a statement reports.
pub struct Done {
    /// How many rows it wrote.
    pub count: u64,
    /// What `RETURNING` gave.
    pub rows: Vec<Vec<Value>>,
}

/// A transaction, which is undone in the end, so that the next sequence finds the first rows.
pub struct Oracle<'s>(&'s Servers);

impl<'s> Oracle<'s> {
    pub async fn begin(servers: &'s Servers) -> Self {
        let begun = servers.postgres.batch_execute("BEGIN").await;
        begun.expect("a transaction");
        Oracle(servers)
    }

    /// Carries out a statement with these columns in `RETURNING`; none without that.
    pub async fn step(&self, sql: &str, table: &TestTable, columns: &[(String, Type)]) -> Step {
        let client = &self.0.postgres;
        client
            .batch_execute("SAVEPOINT s")
            .await
            .expect("a savepoint");
        let outcome = if columns.is_empty() {
            let count = client.execute(sql, &[]).await;
            count.map_err(Failure::from).map(|count| Done {
                count,
                rows: Vec::new(),
            })
        } else {
            let rows = postgres::returned(client, sql, columns).await;
            rows.map(|rows| Done {
                count: rows.len() as u64,
                rows: made_equal(rows),
            })
        };
        let ended = match outcome {
            Ok(_) => "RELEASE SAVEPOINT s",
            Err(_) => "ROLLBACK TO SAVEPOINT s",
        };
        client.batch_execute(ended).await.expect("a savepoint");
        let stored = expected(client, table).await;
        Step {
            outcome,
            state: made_equal(stored.clone()),
            stored,
        }
    }

    pub async fn end(self) {
        let ended = self.0.postgres.batch_execute("ROLLBACK").await;
        ended.expect("a transaction");
    }
}
