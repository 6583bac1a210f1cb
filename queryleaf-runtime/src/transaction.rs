//! Transactions, repeated when others get in their way.

use crate::Executor;
use crate::error::{Error, Result};
use crate::executor::{InSession, Sealed, Target};
use futures::future::BoxFuture;
use mongodb::bson::Document;
use mongodb::error::{ErrorKind, TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT};
use mongodb::options::WriteConcern;
use mongodb::{Client, ClientSession, Database};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a transaction is repeated; the same for all drivers.
const PATIENCE: Duration = Duration::from_secs(120);

const FIRST_PAUSE: f64 = 0.005;
const LONGEST_PAUSE: f64 = 0.5;

/// The code of a commit that took longer than it was allowed to.
const MAX_TIME_EXPIRED: i32 = 50;

/// Gives [`mongodb::Database`] transactions; part of `queryleaf::prelude`.
pub trait DatabaseTransaction {
    /// Runs statements as one: all of what they write is stored when the body gives `Ok`, and nothing
    /// of it when it gives an `Err`.
    ///
    /// When another transaction gets in the way, or the primary changes, the body runs again from its
    /// beginning, for up to 120 seconds: it should do nothing else that must not happen twice. Every
    /// statement must be given `&mut *tx`; one that is given `&db` is no part of the transaction.
    ///
    /// The error is of the user's own type. A statement whose error the body does not pass on still
    /// ends the transaction on the server: then nothing is stored, and the error is that of the commit.
    ///
    /// ```no_run
    /// use queryleaf_runtime::{DatabaseTransaction, Error, Statement};
    ///
    /// # async fn run(db: &mongodb::Database, debit: Statement, credit: Statement) -> Result<(), Error> {
    /// db.transaction(async |tx| {
    ///     debit.execute(&mut *tx).await?;
    ///     credit.execute(&mut *tx).await?;
    ///     Ok::<_, Error>(())
    /// })
    /// .await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// That of the body; the driver's, when no transaction can be started or committed; and
    /// [`Error::CommitUnknown`] when nobody can tell whether it was committed.
    fn transaction<R, E, F>(
        &self,
        body: F,
    ) -> impl Future<Output = Result<R, E>> + use<Self, R, E, F>
    where
        E: From<Error>,
        F: AsyncFnMut(&mut Transaction) -> Result<R, E>;
}

/// Gives [`mongodb::Client`] transactions over several databases; part of `queryleaf::prelude`.
pub trait ClientTransaction {
    /// As [`DatabaseTransaction::transaction`], for statements that run on
    /// [`tx.database("..")`](TransactionOfClient::database).
    ///
    /// ```no_run
    /// use queryleaf_runtime::{ClientTransaction, Error, Statement};
    ///
    /// # async fn run(client: &mongodb::Client, sell: Statement, log: Statement) -> Result<(), Error> {
    /// client
    ///     .transaction(async |tx| {
    ///         sell.execute(tx.database("shop")).await?;
    ///         log.execute(tx.database("audit")).await?;
    ///         Ok::<_, Error>(())
    ///     })
    ///     .await
    /// # }
    /// ```
    fn transaction<R, E, F>(
        &self,
        body: F,
    ) -> impl Future<Output = Result<R, E>> + use<Self, R, E, F>
    where
        E: From<Error>,
        F: AsyncFnMut(&mut TransactionOfClient) -> Result<R, E>;
}

/// A transaction on a database; see [`DatabaseTransaction::transaction`]. Statements run on
/// `&mut *tx`.
#[derive(Debug)]
pub struct Transaction {
    inner: TransactionOfClient,
    database: Database,
}

/// A transaction on the databases of a client; see [`ClientTransaction::transaction`].
#[derive(Debug)]
pub struct TransactionOfClient {
    session: ClientSession,
    interrupted: Interrupted,
}

/// What the errors of statements mean for their transaction.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupted(Arc<Mutex<Option<Ended>>>);

/// Why the server has ended a transaction. The statements behind it fail because of that.
#[derive(Debug)]
enum Ended {
    /// It is to be repeated from the beginning.
    Interrupted,
    /// A statement was refused, and would be refused again.
    Refused(String),
}

impl Interrupted {
    /// Remembers an error of the driver.
    pub(crate) fn note(&self, error: &mongodb::error::Error) {
        if error.contains_label(TRANSIENT_TRANSACTION_ERROR) {
            self.ended().get_or_insert(Ended::Interrupted);
        } else {
            self.note_refusal(error);
        }
    }

    /// Remembers that a statement was refused.
    pub(crate) fn note_refusal(&self, error: &dyn std::error::Error) {
        let refused = || Ended::Refused(error.to_string());
        self.ended().get_or_insert_with(refused);
    }

    /// What is remembered.
    fn take(&self) -> Option<Ended> {
        self.ended().take()
    }

    fn ended(&self) -> MutexGuard<'_, Option<Ended>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How one run of a transaction ended.
#[derive(Debug)]
pub(crate) struct Run<R, E> {
    pub(crate) result: Result<R, E>,
    /// Whether something got in its way, so that it may succeed in another run.
    pub(crate) is_interrupted: bool,
    /// The statement that was refused, which ended the transaction whatever the body made of it.
    pub(crate) refusal: Option<String>,
}

impl Transaction {
    /// The session of the driver, for what QueryLeaf does not do. An error of such a call does not
    /// make the transaction run again.
    pub fn session(&mut self) -> &mut ClientSession {
        &mut self.inner.session
    }

    /// Another database in the same transaction.
    pub fn database(&mut self, name: &str) -> InSession<'_> {
        self.inner.database(name)
    }

    /// A session that runs no transaction yet, for one after the other.
    pub(crate) async fn idle(database: &Database) -> Result<Self> {
        Ok(Transaction {
            inner: TransactionOfClient::begin(database.client()).await?,
            database: database.clone(),
        })
    }

    /// The id of the session on the server.
    pub(crate) fn session_id(&self) -> &Document {
        self.inner.session.id()
    }

    /// As [`DatabaseTransaction::transaction`], in this session.
    pub(crate) async fn run<R, E, F>(&mut self, mut body: F) -> Result<R, E>
    where
        E: From<Error>,
        F: AsyncFnMut(&mut Transaction) -> Result<R, E>,
    {
        let mut attempts = Attempts::new(self.database.write_concern());
        loop {
            attempts.begin(&mut self.inner.session).await?;
            let result = body(self).await;
            match self.inner.end(&attempts, result).await {
                End::Done(result) => return result,
                End::Again(_) => {}
            }
        }
    }

    /// Runs a transaction in this session, and does not run it again.
    pub(crate) async fn once<R, E, F>(&mut self, mut body: F) -> Run<R, E>
    where
        E: From<Error>,
        F: AsyncFnMut(&mut Transaction) -> Result<R, E>,
    {
        let mut attempts = Attempts::new(self.database.write_concern());
        if let Err(error) = attempts.begin(&mut self.inner.session).await {
            return Run {
                result: Err(error.into()),
                is_interrupted: false,
                refusal: None,
            };
        }
        let result = body(self).await;
        let ended = self.inner.interrupted.take();
        let is_interrupted = matches!(ended, Some(Ended::Interrupted));
        let session = &mut self.inner.session;
        let (result, is_interrupted) = match attempts.end(session, result, |_| is_interrupted).await
        {
            End::Done(result) => (result, false),
            End::Again(error) => (Err(error), true),
        };
        Run {
            result,
            is_interrupted,
            refusal: match ended {
                Some(Ended::Refused(refusal)) => Some(refusal),
                Some(Ended::Interrupted) | None => None,
            },
        }
    }
}

impl TransactionOfClient {
    /// A database whose statements are part of the transaction.
    pub fn database(&mut self, name: &str) -> InSession<'_> {
        let database = self.session.client().database(name);
        InSession::in_transaction(database, &mut self.session, &self.interrupted)
    }

    /// The session of the driver, for what QueryLeaf does not do. An error of such a call does not
    /// make the transaction run again.
    pub fn session(&mut self) -> &mut ClientSession {
        &mut self.session
    }

    async fn begin(client: &Client) -> Result<Self> {
        Ok(TransactionOfClient {
            session: start(client).await?,
            interrupted: Interrupted::default(),
        })
    }

    async fn end<R, E: From<Error>>(
        &mut self,
        attempts: &Attempts,
        result: Result<R, E>,
    ) -> End<R, E> {
        let ended = self.interrupted.take();
        let is_interrupted = matches!(ended, Some(Ended::Interrupted));
        let end = attempts.end(&mut self.session, result, |_| is_interrupted);
        match (end.await, ended) {
            // The server ended the transaction because of the refusal, which would come again.
            (End::Again(error), Some(Ended::Refused(_))) => End::Done(Err(error)),
            (end, _) => end,
        }
    }
}

impl<'e> Executor<'e> for &'e mut Transaction {
    fn target(self) -> Target<'e> {
        Target {
            database: self.database.clone(),
            session: Some(&mut self.inner.session),
            transaction: Some(self.inner.interrupted.clone()),
        }
    }
}

impl Sealed for &mut Transaction {}

impl DatabaseTransaction for Database {
    fn transaction<R, E, F>(&self, body: F) -> impl Future<Output = Result<R, E>> + use<R, E, F>
    where
        E: From<Error>,
        F: AsyncFnMut(&mut Transaction) -> Result<R, E>,
    {
        on_database(self.clone(), body)
    }
}

/// The future borrows nothing: rustc cannot see that one which does is `Send`.
async fn on_database<R, E, F>(database: Database, body: F) -> Result<R, E>
where
    E: From<Error>,
    F: AsyncFnMut(&mut Transaction) -> Result<R, E>,
{
    Transaction::idle(&database).await?.run(body).await
}

impl ClientTransaction for Client {
    fn transaction<R, E, F>(&self, body: F) -> impl Future<Output = Result<R, E>> + use<R, E, F>
    where
        E: From<Error>,
        F: AsyncFnMut(&mut TransactionOfClient) -> Result<R, E>,
    {
        on_client(self.clone(), body)
    }
}

/// See [`on_database`].
async fn on_client<R, E, F>(client: Client, mut body: F) -> Result<R, E>
where
    E: From<Error>,
    F: AsyncFnMut(&mut TransactionOfClient) -> Result<R, E>,
{
    let mut attempts = Attempts::new(None);
    let mut transaction = TransactionOfClient::begin(&client).await?;
    loop {
        attempts.begin(&mut transaction.session).await?;
        let result = body(&mut transaction).await;
        match transaction.end(&attempts, result).await {
            End::Done(result) => return result,
            End::Again(_) => {}
        }
    }
}

/// A statement that takes several commands, in a transaction of its own.
pub(crate) async fn own<T>(
    database: &Database,
    write_concern: Option<WriteConcern>,
    mut body: impl for<'s> FnMut(&'s mut ClientSession) -> BoxFuture<'s, Result<T>>,
) -> Result<T> {
    let mut session = start(database.client()).await?;
    let mut attempts = Attempts::new(write_concern.as_ref().or(database.write_concern()));
    loop {
        attempts.begin(&mut session).await?;
        let result = body(&mut session).await;
        let interrupted = |error: &Error| {
            error
                .driver_error()
                .is_some_and(|error| error.contains_label(TRANSIENT_TRANSACTION_ERROR))
        };
        match attempts.end(&mut session, result, interrupted).await {
            End::Done(result) => return result,
            End::Again(_) => {}
        }
    }
}

/// Whether a transaction has been started in a session. The driver tells it by refusing to start
/// another one; nothing is sent for that.
pub(crate) async fn is_started(session: &mut ClientSession) -> bool {
    match session.start_transaction().await {
        Ok(()) => {
            let _ = session.abort_transaction().await;
            false
        }
        Err(error) => match &*error.kind {
            ErrorKind::Transaction { message, .. } => message.contains("already in progress"),
            _ => false,
        },
    }
}

async fn start(client: &Client) -> Result<ClientSession> {
    client
        .start_session()
        .await
        .map_err(|error| failed("BEGIN", error))
}

#[cold]
fn failed(sql: &'static str, error: mongodb::error::Error) -> Error {
    Error::Driver {
        sql,
        source: Box::new(error),
    }
}

/// The runs of one transaction.
struct Attempts {
    started: Instant,
    count: u32,
    write_concern: Option<WriteConcern>,
}

/// How a run ended.
enum End<R, E> {
    Done(Result<R, E>),
    /// To be run again; with the error of this run.
    Again(E),
}

impl Attempts {
    fn new(write_concern: Option<&WriteConcern>) -> Self {
        Attempts {
            started: Instant::now(),
            count: 0,
            write_concern: write_concern.cloned(),
        }
    }

    /// Starts a run, all but the first one after a pause.
    async fn begin(&mut self, session: &mut ClientSession) -> Result<()> {
        if self.count > 0 {
            tokio::time::sleep(pause(self.count)).await;
        }
        self.count += 1;
        let start = session.start_transaction();
        let start = match self.write_concern.clone() {
            Some(write_concern) => start.write_concern(write_concern),
            None => start,
        };
        start.await.map_err(|error| failed("BEGIN", error))
    }

    fn is_in_time(&self) -> bool {
        self.started.elapsed() < PATIENCE
    }

    /// Commits what succeeded, aborts what failed, and says whether to run it again.
    async fn end<R, E: From<Error>>(
        &self,
        session: &mut ClientSession,
        result: Result<R, E>,
        interrupted: impl FnOnce(&E) -> bool,
    ) -> End<R, E> {
        let value = match result {
            Ok(value) => value,
            Err(error) => {
                // Fails only where there is nothing to abort.
                let _ = session.abort_transaction().await;
                return match interrupted(&error) && self.is_in_time() {
                    true => End::Again(error),
                    false => End::Done(Err(error)),
                };
            }
        };
        loop {
            let Err(error) = session.commit_transaction().await else {
                return End::Done(Ok(value));
            };
            if error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT) {
                let failure = failed("COMMIT", error);
                if failure.server_code() != Some(MAX_TIME_EXPIRED) && self.is_in_time() {
                    continue;
                }
                return End::Done(Err(failure.into_commit_unknown().into()));
            }
            let is_transient = error.contains_label(TRANSIENT_TRANSACTION_ERROR);
            let failure = failed("COMMIT", error);
            return match is_transient && self.is_in_time() {
                true => End::Again(failure.into()),
                false => End::Done(Err(failure.into())),
            };
        }
    }
}

/// How long to wait before a run: longer after each, and not as long as others that wait.
pub(crate) fn pause(runs: u32) -> Duration {
    let longest = FIRST_PAUSE * 1.5_f64.powi(i32::try_from(runs - 1).unwrap_or(i32::MAX));
    let random = RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64;
    Duration::from_secs_f64(random * longest.min(LONGEST_PAUSE))
}
