//! What is done for each event of a stream, written in SQL.

mod context;
mod row;

pub use context::Context;
pub use row::{TriggerRow, Versions, column_as};

use super::{Change, Handled, HandlerError, Subscription, WatchQuery, subscription};
use futures::future::BoxFuture;
use mongodb::Database;

/// The future in which a trigger handles an event.
pub type Handling<'t> = BoxFuture<'t, Result<(), HandlerError>>;

/// What `CREATE TRIGGER` in `schema!` declares: the struct of its name, in camel case, implements it.
///
/// A [worker](super::worker()) runs what [`trigger`] makes of it.
///
/// ```no_run
/// use queryleaf::prelude::*;
/// use queryleaf::watch::{self, Context};
///
/// schema! {
///     "CREATE TABLE parcels (number BIGINT NOT NULL, weight DOUBLE PRECISION NOT NULL);
///      CREATE TABLE journal (number BIGINT NOT NULL, noted_at TIMESTAMP NOT NULL);
///
///      CREATE TRIGGER note_heavy_parcels ON CHANGE STREAM parcels FOR EACH CHANGE AS
///      BEGIN
///          IF change.full_document.weight > 20 THEN
///              INSERT INTO journal (number, noted_at)
///              VALUES (change.full_document.number, CURRENT_TIMESTAMP);
///              CALL order_a_trolley(change.full_document.number);
///          END IF;
///      END"
/// }
///
/// async fn order_a_trolley(_: &mut Context<'_>, number: Option<i64>) -> queryleaf::Result<()> {
///     println!("a trolley for {number:?}");
///     Ok(())
/// }
///
/// # async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
/// let notes = watch::trigger(NoteHeavyParcels).exactly_once();
/// let worker = watch::worker(db).run(notes).start();
/// // .. until the program is told to end:
/// worker.shutdown().await
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no trigger",
    label = "expected what `CREATE TRIGGER` in `schema!` declares"
)]
pub trait Trigger: Send + Sync + 'static {
    /// Its name in SQL, under which its place in the stream is kept.
    const NAME: &'static str;

    /// The query over the stream, whose columns are the conditions and arguments of the body.
    #[doc(hidden)]
    fn query() -> WatchQuery<TriggerRow<Self>>
    where
        Self: Sized;

    /// Does for an event what the body says.
    #[doc(hidden)]
    fn run<'t>(change: Change<TriggerRow<Self>>, context: Context<'t>) -> Handling<'t>
    where
        Self: Sized;
}

/// The [subscription](subscription()) of a trigger to its stream, under the trigger's name.
pub fn trigger<T: Trigger>(_: T) -> Subscription<TriggerRow<T>> {
    subscription(T::NAME, T::query())
}

impl<T: Trigger> Subscription<TriggerRow<T>> {
    /// Runs the trigger for each event at least once: what it does for an event, it may do again after a
    /// crash, or where a later step of it fails.
    pub fn at_least_once(self, database: &Database) -> Handled {
        let database = database.clone();
        self.handle(move |change| T::run(change, Context::database(database.clone())))
    }

    /// Runs the trigger for each event in a transaction, in which its place is saved as well: what the
    /// statements of the trigger write, and its functions by way of their [`Context`], is written once; see
    /// [`handle_in_transaction`](Self::handle_in_transaction).
    pub fn exactly_once(self) -> Handled {
        self.handle_in_transaction(|change, transaction| {
            T::run(change, Context::transaction(transaction))
        })
    }
}
