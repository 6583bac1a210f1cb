//! The questions, each one query, and what is read of the files themselves.

use futures::AsyncReadExt;
use mongodb::Database;
use queryleaf::prelude::*;

use crate::models::{Kind, library};
use crate::{Result, ask};

/// Answers all questions, one after the other.
pub(crate) async fn answer(database: &Database) -> Result<()> {
    what_there_is(database).await?;
    what_is_there_twice(database).await?;
    beginnings(database).await?;
    loans(database).await
}

/// How many files of which kind, and where.
async fn what_there_is(database: &Database) -> Result<()> {
    ask!(
        database,
        "How many files are there of each type, and how large are they?",
        sql!(
            "SELECT content_type,
                    COUNT(*) AS files,
                    SUM(length) AS bytes,
                    ROUND(AVG(length)) AS mean,
                    ROUND(100.0 * SUM(length) / SUM(SUM(length)) OVER (), 1) AS percent
             FROM GRIDFS_FILES('library')
             GROUP BY content_type
             ORDER BY bytes DESC
             LIMIT 8"
        ) => content_type, files, bytes, mean, percent
    );
    ask!(
        database,
        "Which shelves are the largest, and what is the largest file on each?",
        sql!(
            "WITH ranked AS (
                 SELECT metadata.shelf AS shelf, filename, length,
                        ROW_NUMBER() OVER (PARTITION BY metadata.shelf ORDER BY length DESC, filename)
                            AS place,
                        SUM(length) OVER (PARTITION BY metadata.shelf) AS bytes
                 FROM GRIDFS_FILES('library')
             )
             SELECT shelf, bytes, filename AS largest_file, length
             FROM ranked
             WHERE place = 1
             ORDER BY bytes DESC
             LIMIT 6"
        ) => shelf, bytes, largest_file, length
    );
    let kind = Kind::Text;
    ask!(
        database,
        "Which texts changed last before they came here?",
        sql!(
            "SELECT filename, metadata.shelf, metadata.modified, length
             FROM GRIDFS_FILES('library')
             WHERE metadata.kind = :kind
             ORDER BY modified DESC, filename
             LIMIT 5"
        ) => filename, shelf, modified, length
    );
    Ok(())
}

/// Files with the same bytes, and names that occur often.
async fn what_is_there_twice(database: &Database) -> Result<()> {
    ask!(
        database,
        "Which bytes are stored most often, under how many names?",
        sql!(
            "SELECT MIN(filename) AS one_name,
                    COUNT(DISTINCT filename) AS names,
                    COUNT(*) AS copies,
                    SUM(length) - MIN(length) AS wasted
             FROM GRIDFS_FILES('library')
             WHERE length > 0
             GROUP BY sha256
             HAVING COUNT(*) > 1
             ORDER BY wasted DESC, one_name
             LIMIT 6"
        ) => one_name, names, copies, wasted
    );
    ask!(
        database,
        "Which names are on most shelves?",
        sql!(
            "SELECT filename, COUNT(DISTINCT metadata.shelf) AS shelves, MAX(length) AS largest
             FROM GRIDFS_FILES('library')
             GROUP BY filename
             ORDER BY shelves DESC, filename
             LIMIT 6"
        ) => filename, shelves, largest
    );
    Ok(())
}

/// The first bytes of some files: of each, only its first chunk is read.
async fn beginnings(database: &Database) -> Result<()> {
    let query = sql!(
        "SELECT filename, length, GRIDFS_STREAM(file_id, 0, 59) AS beginning
         FROM GRIDFS_FILES('library')
         WHERE filename = 'README.md' AND length > 60
         ORDER BY length DESC
         LIMIT 4"
    );
    println!("\nHow do the longest files called README.md begin?\n");
    ask::print_sql(query.sql());
    println!();
    for mut file in query.fetch_all(database).await? {
        let mut bytes = Vec::new();
        file.beginning.read_to_end(&mut bytes).await?;
        println!(
            "  {:>8} bytes  {:?}",
            file.length,
            String::from_utf8_lossy(&bytes)
        );
    }
    Ok(())
}

/// Changes what is known of a file, and reads it again.
async fn loans(database: &Database) -> Result<()> {
    let statement = sql!(
        "UPDATE GRIDFS('library') SET metadata.loans = metadata.loans + 1 WHERE filename LIKE 'LICENSE%'"
    );
    println!("\nSomebody takes out all licences.\n");
    ask::print_sql(statement.sql());
    let changed = statement.execute(database).await?;
    println!("  ({} files changed)", changed.modified.unwrap_or_default());
    ask!(
        database,
        "Which files were taken out most often?",
        sql!(
            "SELECT metadata.loans, COUNT(*) AS files, MIN(filename) AS first_name
             FROM GRIDFS_FILES('library')
             GROUP BY loans
             ORDER BY loans DESC
             LIMIT 3"
        ) => loans, files, first_name
    );
    Ok(())
}
