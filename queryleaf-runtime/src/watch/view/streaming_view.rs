//! Views of changes.

use super::{Collector, Live, LiveQuery};
use mongodb::Database;

/// The row of a view of changes: what `schema!` makes of `CREATE STREAMING_ANALYTICS_VIEW`, and of a
/// `CREATE VIEW` over `CHANGE_STREAM(..)`.
///
/// ```no_run
/// use futures::TryStreamExt;
/// use queryleaf::prelude::*;
/// use queryleaf::watch::StreamingView;
///
/// #[derive(Serialize, Deserialize, Collection)]
/// #[leaf(name = "loans")]
/// struct Loan { title: String }
///
/// schema! { "
///     CREATE STREAMING_ANALYTICS_VIEW popular_titles AS
///     SELECT full_document.title AS title, COUNT(*) AS loans
///     FROM CHANGE_STREAM(loans)
///     WHERE operation_type = 'insert'
///     GROUP BY full_document.title ORDER BY loans DESC
///     WITH (retention = '1 day', refresh = '5 seconds', refresh_events = 100)
/// " }
///
/// async fn run(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
///     let mut results = PopularTitles::live(db);
///     while let Some(titles) = results.try_next().await? {
///         for row in titles {
///             println!("{:?}: {}", row.title, row.loans);
///         }
///     }
///     Ok(())
/// }
/// # fn main() {}
/// ```
pub trait StreamingView: Sized + 'static {
    /// The query of the view.
    fn query() -> LiveQuery<Self>;

    /// Keeps the changes from now on, and gives the rows of the view again and again; see
    /// [`LiveQuery::live`].
    fn live(database: &Database) -> Live<Self> {
        Self::query().live(database)
    }

    /// Keeps the changes, and nothing else; see [`LiveQuery::collect`].
    fn collect(database: &Database) -> Collector {
        Self::query().collect(database)
    }
}
