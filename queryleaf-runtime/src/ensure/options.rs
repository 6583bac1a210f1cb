//! The options of a collection: how what is stored differs from what is declared.

use super::difference::{CollectionPart, Difference, Remedy, number, same};
use mongodb::bson::{Bson, Document};

/// The collection as `listCollections` tells it.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    /// `collection`, `timeseries` or `view`.
    pub(super) kind: String,
    pub(super) options: Document,
}

/// How the options of a collection differ.
pub(super) fn compare(declared: &Document, stored: &Stored) -> Vec<Difference> {
    let kind = if is_view(declared) {
        "view"
    } else if declared.contains_key("timeseries") {
        "timeseries"
    } else {
        "collection"
    };
    if stored.kind != kind {
        return vec![Difference::new(
            CollectionPart::Kind,
            Some(kind.into()),
            Some(stored.kind.as_str().into()),
            Remedy::NewCollection,
        )];
    }
    let mut comparison = Comparison {
        declared,
        stored: &stored.options,
        found: Vec::new(),
    };
    if is_view(declared) {
        comparison.query();
        return comparison.found;
    }
    comparison.validation();
    comparison.capped();
    comparison.time_series();
    comparison.clustered();
    comparison.collation();
    comparison.images();
    comparison.compression();
    comparison.found
}

/// Whether a view is declared, which has nothing but its query.
pub(super) fn is_view(options: &Document) -> bool {
    options.contains_key("viewOn")
}

/// The query of a view.
pub(super) fn query(options: &Document) -> Document {
    let parts = ["viewOn", "pipeline"].into_iter();
    parts
        .filter_map(|key| Some((key.to_owned(), options.get(key)?.clone())))
        .collect()
}

/// Whether the server is asked for what it does of itself.
fn is_set(value: Option<&Bson>) -> bool {
    value.is_some_and(|value| *value != Bson::Boolean(false))
}

struct Comparison<'a> {
    declared: &'a Document,
    stored: &'a Document,
    found: Vec<Difference>,
}

impl Comparison<'_> {
    fn differ(
        &mut self,
        part: CollectionPart,
        declared: Option<&Bson>,
        stored: Option<&Bson>,
        remedy: Remedy,
    ) {
        let difference = Difference::new(part, declared.cloned(), stored.cloned(), remedy);
        self.found.push(difference);
    }

    /// The server keeps the stages as they were sent.
    fn query(&mut self) {
        let [declared, stored] = [self.declared, self.stored].map(query);
        if declared != stored {
            let [declared, stored] = [declared, stored].map(Bson::from);
            let part = CollectionPart::Query;
            self.differ(part, Some(&declared), Some(&stored), Remedy::ApplyDrift);
        }
    }

    fn validation(&mut self) {
        let no_rules = |rules: &&Bson| !matches!(rules, Bson::Document(rules) if rules.is_empty());
        let declared = self.declared.get("validator");
        let stored = self.stored.get("validator").filter(no_rules);
        match (declared, stored) {
            (Some(declared), Some(stored)) if same(declared, stored) => {}
            (None, None) => return,
            (Some(_), _) => self.differ(
                CollectionPart::Validator,
                declared,
                stored,
                Remedy::ApplyDrift,
            ),
            (None, Some(_)) => {
                self.differ(
                    CollectionPart::Validator,
                    None,
                    stored,
                    Remedy::RemoveUndeclared,
                );
                return;
            }
        }
        let [strict, error] = ["strict", "error"].map(Bson::from);
        for (part, key, usual) in [
            (CollectionPart::ValidationLevel, "validationLevel", strict),
            (CollectionPart::ValidationAction, "validationAction", error),
        ] {
            let declared = self.declared.get(key).unwrap_or(&usual);
            let stored = self.stored.get(key).unwrap_or(&usual);
            if declared != stored {
                self.differ(part, Some(declared), Some(stored), Remedy::ApplyDrift);
            }
        }
    }

    fn capped(&mut self) {
        let [declared, stored] = [self.declared, self.stored].map(|options| options.get("capped"));
        match (is_set(declared), is_set(stored)) {
            (false, false) => return,
            (true, true) => {}
            (_, _) => {
                return self.differ(
                    CollectionPart::Capped,
                    declared,
                    stored,
                    Remedy::NewCollection,
                );
            }
        }
        let [declared, stored] = [self.declared, self.stored].map(|options| options.get("size"));
        let sizes = declared.and_then(number).zip(stored.and_then(number));
        if let Some((size, is)) = sizes {
            // The server rounds up to whole units.
            self.limit(
                CollectionPart::CappedSize,
                Some((size + 255) / 256 * 256),
                Some(is),
            );
        }
        let limits = [self.declared, self.stored].map(|options| {
            let most = options.get("max").and_then(number);
            most.filter(|most| (1..i64::from(i32::MAX)).contains(most))
        });
        let [most, is] = limits;
        self.limit(CollectionPart::CappedMax, most, is);
    }

    /// A limit, where none is more than any.
    fn limit(&mut self, part: CollectionPart, declared: Option<i64>, stored: Option<i64>) {
        if declared == stored {
            return;
        }
        let [declared_value, stored_value] =
            [declared, stored].map(|limit| limit.unwrap_or(i64::MAX));
        let remedy = if declared_value > stored_value {
            Remedy::ApplyDrift
        } else {
            Remedy::LosesDocuments
        };
        let [declared, stored] = [declared, stored].map(|limit| limit.map(Bson::from));
        self.differ(part, declared.as_ref(), stored.as_ref(), remedy);
    }

    fn time_series(&mut self) {
        let [declared, stored] = [self.declared, self.stored].map(|options| {
            options
                .get_document("timeseries")
                .cloned()
                .unwrap_or_default()
        });
        if declared.is_empty() {
            return;
        }
        for (part, key) in [
            (CollectionPart::TimeField, "timeField"),
            (CollectionPart::MetaField, "metaField"),
        ] {
            let (declared, stored) = (declared.get(key), stored.get(key));
            if declared != stored {
                self.differ(part, declared, stored, Remedy::NewCollection);
            }
        }
        let [wanted, is] = [&declared, &stored].map(granularity);
        // A collection with buckets of its own size has no granularity.
        if wanted != is && (declared.contains_key("granularity") || is.is_some()) {
            let remedy = if wanted > is && is.is_some() {
                Remedy::ApplyDrift
            } else {
                Remedy::NewCollection
            };
            let key = "granularity";
            self.differ(
                CollectionPart::Granularity,
                declared.get(key),
                stored.get(key),
                remedy,
            );
        }
        let [wanted, is] =
            [self.declared, self.stored].map(|options| options.get("expireAfterSeconds"));
        if wanted.and_then(number) != is.and_then(number) {
            self.differ(CollectionPart::ExpireAfter, wanted, is, Remedy::ApplyDrift);
        }
    }

    fn clustered(&mut self) {
        let [declared, stored] =
            [self.declared, self.stored].map(|options| options.get("clusteredIndex"));
        if is_set(declared) != is_set(stored) {
            self.differ(
                CollectionPart::Clustered,
                declared,
                stored,
                Remedy::NewCollection,
            );
        }
    }

    /// The server writes down every option of a collation; those that are declared count.
    fn collation(&mut self) {
        let [declared, stored] =
            [self.declared, self.stored].map(|options| options.get("collation"));
        let agree = match (declared, stored) {
            (Some(Bson::Document(declared)), Some(Bson::Document(stored))) => declared
                .iter()
                .all(|(key, value)| stored.get(key).is_some_and(|found| same(value, found))),
            (None, None) => true,
            (_, _) => false,
        };
        if !agree {
            self.differ(
                CollectionPart::Collation,
                declared,
                stored,
                Remedy::NewCollection,
            );
        }
    }

    fn images(&mut self) {
        let key = "changeStreamPreAndPostImages";
        let [declared, stored] = [self.declared, self.stored].map(|options| {
            let images = options.get_document(key).ok()?;
            images
                .get("enabled")
                .filter(|enabled| is_set(Some(enabled)))
        });
        match (declared, stored) {
            (Some(_), None) => {
                self.differ(
                    CollectionPart::PreAndPostImages,
                    declared,
                    None,
                    Remedy::ApplyDrift,
                );
            }
            (None, Some(_)) => {
                let remedy = Remedy::RemoveUndeclared;
                self.differ(CollectionPart::PreAndPostImages, None, stored, remedy);
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
    }

    fn compression(&mut self) {
        let [declared, stored] = [self.declared, self.stored].map(compressor);
        if declared.is_some() && declared != stored {
            let [declared, stored] = [declared, stored].map(|name| name.map(Bson::from));
            let remedy = Remedy::NewCollection;
            self.differ(
                CollectionPart::Compression,
                declared.as_ref(),
                stored.as_ref(),
                remedy,
            );
        }
    }
}

/// The number of a granularity, from small to large.
fn granularity(options: &Document) -> Option<usize> {
    let usual = if options.contains_key("bucketRoundingSeconds") {
        None
    } else {
        Some("seconds")
    };
    let name = options.get_str("granularity").ok().or(usual)?;
    GRANULARITIES.iter().position(|known| *known == name)
}

/// The granularities, each of which can become the next one.
pub(super) const GRANULARITIES: [&str; 3] = ["seconds", "minutes", "hours"];

/// The compression in the configuration of the storage engine.
fn compressor(options: &Document) -> Option<String> {
    let engine = options.get_document("storageEngine").ok()?;
    let configuration = engine.get_document("wiredTiger").ok()?;
    configuration
        .get_str("configString")
        .ok()?
        .split(',')
        .find_map(|option| option.trim().strip_prefix("block_compressor="))
        .map(|name| name.trim_matches('"').to_owned())
}
