//! What a trigger runs in.

use crate::Executor;
use crate::executor::{Sealed, Target};
use crate::transaction::Transaction;
use mongodb::Database;
use std::fmt;

/// What the statements of a trigger run in, and the first argument of the functions that it calls: the
/// database of its worker or, where the worker handles events in transactions, the transaction of the
/// event.
///
/// Queries run on `&mut *context`, so that what a function writes is kept or undone together with what
/// the trigger writes:
///
/// ```no_run
/// use queryleaf::prelude::*;
/// use queryleaf::watch::Context;
/// # #[derive(Serialize, Deserialize, Collection)]
/// # #[leaf(name = "scales")]
/// # struct Scale { name: String, used: i64 }
///
/// async fn weigh(context: &mut Context<'_>, scale: Option<String>) -> queryleaf::Result<()> {
///     sql!("UPDATE scales SET used = used + 1 WHERE name = :scale").execute(&mut *context).await?;
///     Ok(())
/// }
/// ```
pub struct Context<'t>(Place<'t>);

enum Place<'t> {
    Database(Database),
    Transaction(&'t mut Transaction),
}

impl<'t> Context<'t> {
    pub(in crate::watch) fn database(database: Database) -> Self {
        Context(Place::Database(database))
    }

    pub(in crate::watch) fn transaction(transaction: &'t mut Transaction) -> Self {
        Context(Place::Transaction(transaction))
    }

    /// Whether what is written is kept or undone as one.
    pub fn is_transaction(&self) -> bool {
        matches!(self.0, Place::Transaction(_))
    }
}

impl Sealed for &mut Context<'_> {}

impl<'e> Executor<'e> for &'e mut Context<'_> {
    fn target(self) -> Target<'e> {
        match &mut self.0 {
            Place::Database(database) => (&*database).target(),
            Place::Transaction(transaction) => (&mut **transaction).target(),
        }
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("is_transaction", &self.is_transaction())
            .finish_non_exhaustive()
    }
}
