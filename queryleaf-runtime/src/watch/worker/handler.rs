//! Handlers whose rows are of any type.

use super::retry::is_passing;
use crate::Plan;
use crate::error::Error;
use crate::query::DecodeRow;
use crate::row::RowReader;
use crate::transaction::Transaction;
use crate::watch::change::Change;
use crate::watch::event::Event;
use crate::watch::{Fence, HandlerError};
use futures::FutureExt;
use futures::future::BoxFuture;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// An event that is being handled.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) event: Event,
    /// How often it has been, this time included.
    pub(super) number: u32,
    pub(super) fence: Fence,
}

pub(super) type Handle = dyn Fn(Attempt) -> BoxFuture<'static, Result<(), Failure>> + Send + Sync;
pub(super) type HandleInTransaction = dyn for<'t> Fn(Attempt, &'t mut Transaction) -> BoxFuture<'t, Result<(), Failure>>
    + Send
    + Sync;

/// A handler.
#[derive(Clone)]
pub(super) enum Handler {
    /// Its event is handled at least once.
    Plain(Arc<Handle>),
    /// What it writes in the transaction is written once.
    InTransaction(Arc<HandleInTransaction>),
}

/// Why an event was not handled.
#[derive(Debug)]
pub(super) enum Failure {
    /// For a reason that has nothing to do with the event.
    Passing(HandlerError),
    /// The handler says so.
    Failed(HandlerError),
    /// It would be the same another time.
    Hopeless(HandlerError),
}

impl Failure {
    pub(super) fn of(error: HandlerError) -> Self {
        match is_passing(&error) {
            true => Failure::Passing(error),
            false => Failure::Failed(error),
        }
    }

    pub(super) fn error(&self) -> &HandlerError {
        match self {
            Failure::Passing(error) | Failure::Failed(error) | Failure::Hopeless(error) => error,
        }
    }
}

/// For the machinery of transactions, which has errors of its own.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::of(error.into())
    }
}

impl Handler {
    pub(super) fn plain<R, F, H>(plan: &'static Plan, decode: DecodeRow<R>, handle: H) -> Self
    where
        R: 'static,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
        H: Fn(Change<R>) -> F + Send + Sync + 'static,
    {
        Handler::Plain(Arc::new(move |attempt| {
            let change = match change(plan, decode, attempt) {
                Ok(change) => change,
                Err(misfit) => return Box::pin(std::future::ready(Err(misfit))),
            };
            // A handler may panic before its future is there, too.
            match std::panic::catch_unwind(AssertUnwindSafe(|| handle(change))) {
                Ok(handled) => caught(handled),
                Err(_) => Box::pin(std::future::ready(Err(panicked()))),
            }
        }))
    }

    pub(super) fn in_transaction<R, H>(plan: &'static Plan, decode: DecodeRow<R>, handle: H) -> Self
    where
        R: 'static,
        H: for<'t> Fn(Change<R>, &'t mut Transaction) -> BoxFuture<'t, Result<(), HandlerError>>
            + Send
            + Sync
            + 'static,
    {
        Handler::InTransaction(Arc::new(move |attempt, transaction| {
            let change = match change(plan, decode, attempt) {
                Ok(change) => change,
                Err(misfit) => return Box::pin(std::future::ready(Err(misfit))),
            };
            match std::panic::catch_unwind(AssertUnwindSafe(|| handle(change, transaction))) {
                Ok(handled) => caught(handled),
                Err(_) => Box::pin(std::future::ready(Err(panicked()))),
            }
        }))
    }
}

/// Reads the row.
fn change<R>(
    plan: &'static Plan,
    decode: DecodeRow<R>,
    attempt: Attempt,
) -> Result<Change<R>, Failure> {
    if let Some(failure) = attempt.event.failure() {
        return Err(Failure::Hopeless(failure.clone().into()));
    }
    match decode(&mut RowReader::new(plan, attempt.event.bytes())) {
        Ok(row) => Ok(Change::new(
            row,
            attempt.event,
            attempt.number,
            attempt.fence,
        )),
        Err(misfit) => Err(Failure::Hopeless(misfit.into())),
    }
}

/// A panic is an error like others.
fn caught<'t>(
    handled: impl Future<Output = Result<(), HandlerError>> + Send + 't,
) -> BoxFuture<'t, Result<(), Failure>> {
    let handled = AssertUnwindSafe(handled).catch_unwind();
    Box::pin(handled.map(|handled| match handled {
        Ok(handled) => handled.map_err(Failure::of),
        Err(_) => Err(panicked()),
    }))
}

#[cold]
fn panicked() -> Failure {
    Failure::Failed("the handler panicked".into())
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Handler::Plain(_) => "Plain",
            Handler::InTransaction(_) => "InTransaction",
        })
    }
}
