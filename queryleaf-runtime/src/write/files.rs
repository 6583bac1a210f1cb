//! Files of a bucket that a statement deletes.

use super::documents::{Batch, Limit};
use super::duplicates::find;
use super::program::{DeleteFiles, Target};
use super::report::{Report, Stop};
use super::run::Run;
use super::staged::{self, Deleted};
use crate::bridge;
use crate::gridfs;
use mongodb::bson::Bson;

/// How many files go together: so many are without their chunks' file for a moment, and remain so where
/// the program is killed in it.
pub(super) const LIMIT: Limit = Limit {
    documents: 1000,
    bytes: 1024 * 1024,
};

/// Deletes files: their documents first, so that nobody sees a file that is only partly there, and then
/// the chunks of those that are gone.
///
/// A file that has changed since it was found stays, with its chunks, unless it still is what the
/// statement asks for.
pub(super) async fn delete(
    run: &mut Run<'_>,
    target: &Target,
    batch: &Batch,
    files: &DeleteFiles,
    report: &mut Report,
) -> Option<Stop> {
    let refused_before = report.refused.len();
    let deleted_before = report.applied.deleted;
    let all = (0..batch.len()).collect();
    let deleted = Deleted {
        id: &files.id,
        and: files.condition.as_ref(),
    };
    let stop = staged::delete(run, target, batch, all, deleted, report).await;
    if stop.is_some() && run.in_transaction {
        return stop;
    }
    let refused = report.refused.get(refused_before..).unwrap_or_default();
    let is_refused = |place: usize| refused.iter().any(|row| row.row == batch.row(place));
    let ids: Vec<Bson> = (0..batch.len())
        .filter(|&place| !is_refused(place))
        .filter_map(|place| bridge::to_bson(find(batch.get(place), &files.id)?).ok())
        .collect();
    let count = report.applied.deleted.zip(deleted_before);
    let count = count.map(|(after, before)| after - before);
    // After a lost answer nobody knows how many; those that are gone have chunks all the same.
    let are_all = stop.is_none() && count == Some(ids.len() as u64);
    let removed = chunks(run, target, files, ids, are_all).await;
    // The files are gone all the same; what is left of their chunks belongs to no file.
    stop.or(removed.err().map(|error| Stop::uncertain(error, None)))
}

/// Deletes the chunks of the files that are gone.
async fn chunks(
    run: &mut Run<'_>,
    target: &Target,
    files: &DeleteFiles,
    ids: Vec<Bson>,
    are_all_gone: bool,
) -> mongodb::error::Result<()> {
    let chunks = target.options.collection(run, &files.chunks);
    let mut session = run.session.as_deref_mut();
    let gone = match are_all_gone {
        true => ids,
        false => {
            let session = session.as_deref_mut();
            gridfs::gone(&run.database, &target.collection, ids, session).await?
        }
    };
    gridfs::remove_chunks(&chunks, gone, session).await
}
