//! Declared collections: creating them, and finding out where they differ.

mod apply;
mod definition;
mod difference;
mod indexes;
mod options;
mod server;

pub use difference::{CollectionPart, Difference, Ensured, Remedy};

use crate::error::{Error, Result};
use definition::Definition;
use mongodb::Database;
use mongodb::bson::Document;
use server::Server;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

/// What is done about a collection that is not as it is declared; see
/// [`Collection::ensure`](crate::Collection::ensure).
///
/// It runs when it is awaited, outside of any transaction.
///
/// ```
/// use queryleaf_runtime::{Collection, Ensured, Result}; // in a program: `queryleaf::prelude::*`
/// # use queryleaf_runtime::private::Defined;
///
/// // `C` is a struct with `#[derive(Collection)]`.
/// async fn migrate<C: Collection + Defined>(database: &mongodb::Database) -> Result<Ensured> {
///     C::ensure(database).apply_drift().remove_undeclared().await
/// }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is created or compared until it is awaited"]
pub struct Ensure {
    database: Database,
    definition: &'static [u8],
    drift: Drift,
}

/// The same for several collections; see `queryleaf::ensure!`.
#[derive(Debug, Clone)]
#[must_use = "nothing is created or compared until it is awaited"]
pub struct EnsureAll {
    collections: Vec<Ensure>,
}

/// What is done about differences.
#[derive(Debug, Clone, Copy, Default)]
struct Drift {
    apply: bool,
    remove: bool,
    count_unfit: bool,
}

impl Drift {
    /// Whether this difference is to be changed.
    fn changes(self, difference: &Difference) -> bool {
        match difference.remedy {
            Remedy::ApplyDrift => self.apply,
            Remedy::RemoveUndeclared => self.remove,
            Remedy::LosesDocuments | Remedy::NewCollection => false,
        }
    }
}

impl Ensure {
    pub(crate) fn new(database: &Database, definition: &'static [u8]) -> Self {
        Ensure {
            database: database.clone(),
            definition,
            drift: Drift::default(),
        }
    }

    /// Changes what is different, as far as that is possible in place and loses no document: the
    /// validator, indexes, the expiry of documents, larger limits of a capped collection.
    ///
    /// An index is built anew where its keys or options differ; what is stored stays as it is, and
    /// documents that do not fit a new validator are refused only when they are written again.
    pub fn apply_drift(mut self) -> Self {
        self.drift.apply = true;
        self
    }

    /// Counts the stored documents that do not fit the declared validator, in
    /// [`Ensured::unfit`]: those of which every `UPDATE` would be refused that does not make them fit.
    /// The server reads the whole collection for that. Without
    /// [`apply_drift`](Ensure::apply_drift) it tells what a new validator would mean.
    pub fn count_unfit(mut self) -> Self {
        self.drift.count_unfit = true;
        self
    }

    /// Removes what is not declared: indexes, a validator, pre- and post-images that others made.
    pub fn remove_undeclared(mut self) -> Self {
        self.drift.remove = true;
        self
    }

    async fn run(self) -> Result<Ensured> {
        let definition = Definition::read(self.definition)
            .map_err(|message| Error::Internal { message, sql: "" })?;
        let server = Server {
            database: &self.database,
            name: &definition.name,
        };
        let result = ensure(&server, &definition, self.drift).await;
        result.map_err(|source| Error::Ensure {
            collection: definition.name.clone(),
            source: Box::new(source),
        })
    }
}

impl IntoFuture for Ensure {
    type Output = Result<Ensured>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl EnsureAll {
    /// Those collections, in this order.
    pub fn new(collections: Vec<Ensure>) -> Self {
        EnsureAll { collections }
    }

    /// As [`Ensure::apply_drift`].
    pub fn apply_drift(self) -> Self {
        self.each(Ensure::apply_drift)
    }

    /// As [`Ensure::count_unfit`].
    pub fn count_unfit(self) -> Self {
        self.each(Ensure::count_unfit)
    }

    /// As [`Ensure::remove_undeclared`].
    pub fn remove_undeclared(self) -> Self {
        self.each(Ensure::remove_undeclared)
    }

    fn each(self, change: fn(Ensure) -> Ensure) -> Self {
        EnsureAll {
            collections: self.collections.into_iter().map(change).collect(),
        }
    }

    async fn run(self) -> Result<Vec<Ensured>> {
        let mut ensured = Vec::with_capacity(self.collections.len());
        for collection in self.collections {
            ensured.push(collection.run().await?);
        }
        Ok(ensured)
    }
}

impl IntoFuture for EnsureAll {
    type Output = Result<Vec<Ensured>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Creates the collection, or compares it with what is there and changes what it is told to.
async fn ensure(
    server: &Server<'_>,
    definition: &Definition,
    drift: Drift,
) -> mongodb::error::Result<Ensured> {
    let created = server.stored().await?.is_none() && server.create(&definition.options).await?;
    let (mut differences, mut stored) = compare(server, definition).await?;
    // Where another process creates the collection just now, or was ended while it did, its indexes
    // are missing. To add them to no documents is part of creating.
    let missing = missing(definition, &differences);
    if !missing.is_empty() {
        if created || server.is_empty().await? {
            server.create_indexes(&missing).await?;
        }
        // Where there are documents, the other process may have created them since.
        (differences, stored) = compare(server, definition).await?;
    }
    let mut applied = Vec::new();
    for difference in &differences {
        if drift.changes(difference) {
            server.apply(definition, &stored, difference).await?;
            applied.push(difference.clone());
        }
    }
    if !applied.is_empty() {
        (differences, _) = compare(server, definition).await?;
        applied.retain(|difference| !differences.contains(difference));
    }
    let unfit = match definition.options.get_document("validator") {
        Ok(validator) if drift.count_unfit => Some(server.count_unfit(validator).await?),
        _ => None,
    };
    Ok(Ensured {
        collection: definition.name.clone(),
        created,
        applied,
        differences,
        unfit,
    })
}

/// The differences, and the indexes that are there.
async fn compare(
    server: &Server<'_>,
    definition: &Definition,
) -> mongodb::error::Result<(Vec<Difference>, Vec<Document>)> {
    // Where somebody has removed the collection meanwhile, everything is missing.
    let stored = server.stored().await?;
    let options = stored
        .as_ref()
        .map_or(&Document::new(), |stored| &stored.options)
        .clone();
    let mut differences = match &stored {
        Some(stored) => options::compare(&definition.options, stored),
        None => Vec::new(),
    };
    if differences
        .iter()
        .any(|difference| difference.part == CollectionPart::Kind)
        || options::is_view(&definition.options)
    {
        return Ok((differences, Vec::new()));
    }
    let indexes = server.indexes().await?;
    differences.extend(indexes::compare(&definition.indexes, &indexes, &options));
    Ok((differences, indexes))
}

/// The declared indexes that are not there at all.
fn missing(definition: &Definition, differences: &[Difference]) -> Vec<Document> {
    let is_missing = |index: &&Document| {
        differences.iter().any(|difference| {
            difference.stored.is_none()
                && matches!(&difference.part, CollectionPart::Index(name) if name == indexes::name(index))
        })
    };
    definition
        .indexes
        .iter()
        .filter(is_missing)
        .cloned()
        .collect()
}
