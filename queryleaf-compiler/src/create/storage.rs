//! How a collection is kept, in the words of `create`.

use super::number;
use crate::schema::{CaseFirst, Collation, Collection, Compression, Granularity, Shifted, Storage};
use queryleaf_plan::Template;

/// The options of `create` that are neither the validator nor about it.
pub(super) fn entries(collection: &Collection) -> Vec<(&'static str, Template)> {
    let mut entries = Vec::new();
    match &collection.storage {
        // Its own definition says what a view is.
        // A bucket's files are an ordinary collection; `chunks` tells of the other one.
        Storage::Plain | Storage::View | Storage::Bucket(_) => {}
        Storage::Clustered => entries.push((
            "clusteredIndex",
            Template::document([
                ("key", Template::entry("_id", 1)),
                ("unique", Template::from(true)),
            ]),
        )),
        Storage::Capped { size, max } => {
            entries.push(("capped", true.into()));
            entries.push(("size", number(*size)));
            entries.extend(max.map(|max| ("max", number(max))));
        }
        Storage::TimeSeries {
            time,
            meta,
            granularity,
            expire_after_seconds,
        } => {
            entries.push((
                "timeseries",
                time_series(time, meta.as_deref(), *granularity),
            ));
            let expiry =
                expire_after_seconds.map(|seconds| ("expireAfterSeconds", number(seconds)));
            entries.extend(expiry);
        }
    }
    let options = &collection.options;
    if let Some(declared) = &options.collation {
        entries.push(("collation", collation(declared)));
    }
    if options.pre_and_post_images {
        let enabled = Template::entry("enabled", true);
        entries.push(("changeStreamPreAndPostImages", enabled));
    }
    // It is the chunks of a bucket that have something to compress.
    if collection.bucket().is_none() {
        entries.extend(engine(collection));
    }
    entries
}

/// How the storage engine keeps the documents, where that is said.
pub(super) fn engine(collection: &Collection) -> Option<(&'static str, Template)> {
    let kind = collection.options.compression?;
    Some(("storageEngine", compression(kind)))
}

fn time_series(time: &str, meta: Option<&str>, granularity: Option<Granularity>) -> Template {
    let mut entries = vec![("timeField", Template::string(time))];
    entries.extend(meta.map(|meta| ("metaField", Template::string(meta))));
    entries.extend(granularity.map(|granularity| {
        let name = match granularity {
            Granularity::Seconds => "seconds",
            Granularity::Minutes => "minutes",
            Granularity::Hours => "hours",
        };
        ("granularity", Template::string(name))
    }));
    Template::document(entries)
}

pub(crate) fn collation(collation: &Collation) -> Template {
    let mut entries = vec![("locale", Template::string(&*collation.locale))];
    if collation.case_level {
        entries.push(("caseLevel", true.into()));
    }
    entries.extend(collation.case_first.map(|case| {
        let name = match case {
            CaseFirst::Upper => "upper",
            CaseFirst::Lower => "lower",
        };
        ("caseFirst", Template::string(name))
    }));
    entries.extend(
        collation
            .strength
            .map(|strength| ("strength", Template::from(i32::from(strength)))),
    );
    if collation.numeric_ordering {
        entries.push(("numericOrdering", true.into()));
    }
    if let Some(ignored) = collation.shifted {
        entries.push(("alternate", "shifted".into()));
        entries.push((
            "maxVariable",
            match ignored {
                Shifted::Punctuation => "punct",
                Shifted::Space => "space",
            }
            .into(),
        ));
    }
    if collation.normalized {
        entries.push(("normalization", true.into()));
    }
    if collation.backwards {
        entries.push(("backwards", true.into()));
    }
    Template::document(entries)
}

fn compression(kind: Compression) -> Template {
    let text = format!("block_compressor={}", kind.name());
    Template::entry("wiredTiger", Template::entry("configString", text))
}
