//! Filling the library, once.

use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use mongodb::Database;
use queryleaf::ensure;
use queryleaf::gridfs::Bucket;
use queryleaf::prelude::sql;

use crate::models::{Item, library};
use crate::{Result, tree};

/// How many files are uploaded at the same time.
const CONCURRENT: usize = 8;

/// Puts the files of a tree into the library, unless an earlier run has.
pub(crate) async fn load(database: &Database, directory: &Path, limit: usize) -> Result<()> {
    let found = tree::files(directory, limit)?;
    let stored: i64 = sql!("SELECT COUNT(*) FROM GRIDFS_FILES('library')")
        .fetch_scalar(database)
        .await?;
    if usize::try_from(stored) == Ok(found.len()) {
        println!("{stored} files are in the library already");
        return Ok(());
    }
    sql!("DELETE FROM GRIDFS('library')")
        .execute(database)
        .await?;
    ensure!(database, library).await?;
    let (files, bytes) = (found.len(), found.iter().map(|file| file.length).sum());
    let start = Instant::now();
    let progress = progress_bar(bytes);
    let bar = progress.clone();
    Item::files(database)
        .upload_all(found.into_iter().map(Into::into))
        .concurrent_uploads(CONCURRENT)
        .sha256()
        .on_progress(move |progress| bar.set_position(progress.bytes))
        .await?;
    progress.finish();
    println!(
        "{files} files, {} in {:.1} s",
        HumanBytes(bytes),
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

fn progress_bar(bytes: u64) -> ProgressBar {
    const TEMPLATE: &str =
        "{prefix:>9} {bar:40} {binary_bytes:>10}/{binary_total_bytes} {elapsed:>4}";
    let bar = ProgressBar::new(bytes).with_prefix("library");
    bar.enable_steady_tick(Duration::from_millis(100));
    match ProgressStyle::with_template(TEMPLATE) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
