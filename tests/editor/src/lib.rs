//! Queries in bare tokens with all that is added to them for editors: this crate is compiled with
//! `cfg(rust_analyzer)`, and to compile is all it has to do.

use queryleaf::Result;
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;
use queryleaf_test_models::*;

mod stays {
    use queryleaf::prelude::*;

    /// Less can be read of it than it holds.
    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "stays")]
    pub(crate) struct Stay {
        pub(crate) room: i32,
        nights: i32,
        #[serde(rename = "type")]
        pub(crate) kind: Option<String>,
    }
}
use stays::stays;

/// The codes of the clinics of a town.
///
/// # Errors
///
/// Those of the server.
pub async fn codes(database: &Database, town: &str) -> Result<Vec<String>> {
    let rows = sql!(
        SELECT c.code, c.address.street, address.post_code, state, COUNT(*) AS n
        FROM clinics AS c
        WHERE c.address.town = :town AND c._id IS NOT NULL
        GROUP BY 1, 2, 3, state
        ORDER BY c.code
    )
    .fetch_all(database)
    .await?;
    Ok(rows.into_iter().map(|row| row.code).collect())
}

/// A field that is private to its module, and one of another name.
///
/// # Errors
///
/// Those of the server.
pub async fn nights(database: &Database) -> Result<Option<i32>> {
    let rows = sql!(select nights, stays.room, r#type from stays where nights > $1; 3)
        .fetch_all(database)
        .await?;
    Ok(rows.first().map(|row| row.nights + row.room))
}
