//! The indexes of a collection: how those that are stored differ from those that are declared.

use super::difference::{CollectionPart, Difference, Remedy, number, same, same_documents};
use mongodb::bson::{Bson, Document, doc};

/// How the indexes of a collection differ. `options` are those that are stored.
pub(super) fn compare(
    declared: &[Document],
    stored: &[Document],
    options: &Document,
) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut known: Vec<&str> = Vec::new();
    for index in declared {
        let name = name(index);
        let wanted = expected(index, options);
        let same_name = stored.iter().find(|index| self::name(index) == name);
        let existing = same_name.or_else(|| {
            // Under a name of its own, the server would not take another one like it.
            let free = |index: &&Document| {
                let name = self::name(index);
                declared.iter().all(|declared| self::name(declared) != name)
            };
            let mut others = stored.iter().filter(free);
            others.find(|other| is_like(&wanted, &described(other)))
        });
        match existing {
            Some(existing) => {
                known.push(self::name(existing));
                let is = described(existing);
                if !agrees(&wanted, &is) || self::name(existing) != name {
                    found.push(Difference::new(
                        CollectionPart::Index(name.to_owned()),
                        Some(wanted.into()),
                        Some(is.into()),
                        Remedy::ApplyDrift,
                    ));
                }
            }
            None => found.push(Difference::new(
                CollectionPart::Index(name.to_owned()),
                Some(wanted.into()),
                None,
                Remedy::ApplyDrift,
            )),
        }
    }
    for index in stored {
        if !known.contains(&name(index)) && !is_the_servers_own(index, options) {
            found.push(Difference::new(
                CollectionPart::Index(name(index).to_owned()),
                None,
                Some(described(index).into()),
                Remedy::RemoveUndeclared,
            ));
        }
    }
    found
}

/// The name of an index.
pub(super) fn name(index: &Document) -> &str {
    index.get_str("name").unwrap_or_default()
}

/// The index on `_id`, and the one that newer servers give a time series.
fn is_the_servers_own(index: &Document, options: &Document) -> bool {
    let Ok(key) = index.get_document("key") else {
        return false;
    };
    let keys: Vec<&str> = key.keys().map(String::as_str).collect();
    if let Ok(series) = options.get_document("timeseries") {
        let fields = ["metaField", "timeField"].map(|key| series.get_str(key).ok());
        return keys.len() == 2 && fields == [keys.first().copied(), keys.get(1).copied()];
    }
    keys == ["_id"] && name(index) == "_id_"
}

/// A declared index as `listIndexes` would tell it.
fn expected(index: &Document, options: &Document) -> Document {
    let mut wanted = index.clone();
    if let Ok(key) = index.get_document("key") {
        let (key, weights) = words(key);
        wanted.insert("key", key);
        if !weights.is_empty() {
            wanted.insert("weights", weights);
        }
    }
    match index.get_document("collation") {
        Ok(collation)
            if collation
                .get_str("locale")
                .is_ok_and(|locale| locale == "simple") =>
        {
            wanted.remove("collation");
        }
        Ok(_) => {}
        Err(_) => {
            let inherited = options.get_document("collation").cloned();
            if let Ok(collation) = inherited {
                wanted.insert("collation", collation);
            }
        }
    }
    wanted
}

/// The server keeps the words of all fields of a text index under one key.
fn words(key: &Document) -> (Document, Document) {
    let mut stored = Document::new();
    let mut weights = Document::new();
    for (path, kind) in key {
        if kind.as_str() == Some("text") {
            stored.insert("_fts", "text");
            stored.insert("_ftsx", 1);
            weights.insert(path, 1);
        } else {
            stored.insert(path, kind.clone());
        }
    }
    (stored, weights)
}

/// The options of an index that can be declared.
const OPTIONS: [&str; 8] = [
    "unique",
    "sparse",
    "partialFilterExpression",
    "expireAfterSeconds",
    "collation",
    "weights",
    "wildcardProjection",
    "hidden",
];

/// An index without what the server adds to it.
fn described(index: &Document) -> Document {
    let mut described = doc! { "key": index.get_document("key").cloned().unwrap_or_default() };
    described.insert("name", name(index));
    for option in OPTIONS {
        if let Some(value) = index
            .get(option)
            .filter(|value| **value != Bson::Boolean(false))
        {
            described.insert(option, value.clone());
        }
    }
    described
}

/// Whether an index is all that is wanted, its name apart.
fn agrees(wanted: &Document, is: &Document) -> bool {
    differing(wanted, is).is_empty()
}

/// The options in which two indexes differ, and `key`.
pub(super) fn differing(wanted: &Document, is: &Document) -> Vec<&'static str> {
    let mut differing = Vec::new();
    if !same_keys(wanted, is) {
        differing.push("key");
    }
    for option in OPTIONS {
        let same = match (wanted.get(option), is.get(option)) {
            (Some(wanted), Some(is)) => same(wanted, is),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !same {
            differing.push(option);
        }
    }
    differing
}

/// Whether the server takes two indexes for one, whatever their names.
fn is_like(wanted: &Document, is: &Document) -> bool {
    let same_option = |option: &str| match (wanted.get(option), is.get(option)) {
        (Some(wanted), Some(is)) => same(wanted, is),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    let of_words = |index: &Document| index.contains_key("weights");
    // There is one text index at the most.
    (of_words(wanted) && of_words(is))
        || (same_keys(wanted, is)
            && ["unique", "sparse", "partialFilterExpression", "collation"]
                .into_iter()
                .all(same_option))
}

/// Whether two indexes have the same keys in the same order.
fn same_keys(wanted: &Document, is: &Document) -> bool {
    let (Ok(wanted), Ok(is)) = (wanted.get_document("key"), is.get_document("key")) else {
        return false;
    };
    same_documents(wanted, is) && wanted.keys().eq(is.keys())
}

/// How long documents live by an index, in seconds.
pub(super) fn expiry(index: &Document) -> Option<i64> {
    index.get("expireAfterSeconds").and_then(number)
}
