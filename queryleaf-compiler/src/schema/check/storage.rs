//! How a collection cannot be kept, and what it cannot be created with.

use super::super::resolve::resolve;
use super::super::{Collation, Collection, MAX_CHUNK_SIZE, Storage, Validation};
use super::{MAX_EXPIRY, Part, Problem};
use crate::types::Type;

/// The largest size of a capped collection, in bytes.
const MAX_SIZE: u64 = 1 << 50;

/// The most documents of a capped collection.
const MAX_DOCUMENTS: u64 = (1 << 31) - 1;

/// Everything that is wrong with the storage and the options.
pub(super) fn storage_and_options(collection: &Collection, problems: &mut Vec<Problem>) {
    storage(collection, problems);
    options(collection, problems);
}

fn storage(collection: &Collection, problems: &mut Vec<Problem>) {
    match &collection.storage {
        Storage::Plain | Storage::Clustered | Storage::View => {}
        Storage::Bucket(bucket) => problems.extend(wrong_chunk_size(bucket.chunk_size)),
        Storage::Capped { size, max } => {
            let wrong = |message: &str| Problem::new(Part::Storage, message);
            if *size == 0 {
                problems.push(wrong("a capped collection needs a size"));
            }
            if *size > MAX_SIZE {
                problems.push(wrong("a capped collection has at most 1024 TB"));
            }
            match max {
                Some(0) => problems.push(
                    wrong("a capped collection of no documents holds nothing")
                        .help("leave `max` out for any number of them"),
                ),
                Some(max) if *max > MAX_DOCUMENTS => problems.push(
                    wrong("the number of documents can be limited to at most 2147483647")
                        .help("leave `max` out for any number of them"),
                ),
                Some(_) | None => {}
            }
        }
        Storage::TimeSeries {
            time,
            meta,
            expire_after_seconds,
            ..
        } => {
            problems.extend(time_field(collection, time));
            problems.extend(
                meta.as_deref()
                    .and_then(|meta| meta_field(collection, time, meta)),
            );
            if expire_after_seconds.is_some_and(|seconds| seconds > MAX_EXPIRY) {
                problems.push(Problem::new(
                    Part::Storage,
                    "documents can live for 68 years at the most",
                ));
            }
        }
    }
}

fn wrong_chunk_size(bytes: u32) -> Option<Problem> {
    let wrong = |message: &str, help: &str| Some(Problem::new(Part::Storage, message).help(help));
    if bytes == 0 {
        return wrong(
            "a chunk without bytes holds nothing",
            "leave `chunk_size` out for 255 KB",
        );
    }
    if bytes > MAX_CHUNK_SIZE {
        return wrong(
            "a chunk is a document, which has at most 16 MB with what else is in it",
            "choose at most 16383KB; 255KB, the default, up to 4MB serve most files best",
        );
    }
    None
}

/// Rules about the options, some of which the storage rules out.
fn options(collection: &Collection, problems: &mut Vec<Problem>) {
    let options = &collection.options;
    if let Some(declared) = &options.collation {
        problems.extend(collation(declared));
    }
    if !matches!(collection.storage, Storage::TimeSeries { .. }) {
        return;
    }
    if options.pre_and_post_images {
        problems.push(
            Problem::new(
                Part::PreAndPostImages,
                "a time series has no pre- and post-images",
            )
            .help("leave `pre_and_post_images` out"),
        );
    }
    if options.validation != Validation::Strict {
        problems.push(
            Problem::new(
                Part::Validation,
                "a time series has no validator: the server does not check its documents",
            )
            .help("leave `validation` out"),
        );
    }
}

fn collation(collation: &Collation) -> Option<Problem> {
    let wrong = |message: &str| Problem::new(Part::Collation, message);
    if collation.locale == "simple" {
        let problem = wrong("texts compare as their code points without a collation");
        return Some(problem.help("leave `collation` out"));
    }
    if collation.backwards && collation.strength == Some(1) {
        let problem = wrong("accents do not count at strength 1, in whatever order");
        return Some(problem.help("leave `backwards` out, or raise the strength"));
    }
    let without_case = collation.strength.is_some_and(|strength| strength < 3);
    if collation.case_first.is_some() && without_case && !collation.case_level {
        let problem = wrong("case does not count below strength 3");
        return Some(
            problem.help("leave `case_first` out, add `case_level`, or raise the strength"),
        );
    }
    None
}

fn time_field(collection: &Collection, time: &str) -> Option<Problem> {
    let path = [time.to_owned()];
    match resolve(&collection.fields, &path) {
        Err(unknown) => Some(unknown.problem(Part::TimeField)),
        Ok(resolved) => {
            let field = collection.fields.iter().find(|field| field.name == time);
            let nullable = field.is_some_and(|field| field.nullable);
            let message = match resolved.ty {
                Some(Type::Timestamp) if nullable => {
                    format!("a measurement needs a time, but `{time}` may be missing")
                }
                Some(Type::Timestamp) | None => return None,
                Some(other) => {
                    format!("the time of a measurement cannot be `{time}` of type {other}")
                }
            };
            Some(
                Problem::new(Part::TimeField, message)
                    .help("name a timestamp, which is a field of type `DateTime`"),
            )
        }
    }
}

fn meta_field(collection: &Collection, time: &str, meta: &str) -> Option<Problem> {
    if meta == time || meta == "_id" {
        let message = format!("`{meta}` cannot tell one series from another");
        return Some(Problem::new(Part::MetaField, message));
    }
    resolve(&collection.fields, &[meta.to_owned()])
        .err()
        .map(|unknown| unknown.problem(Part::MetaField))
}
