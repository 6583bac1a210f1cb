//! An index in the words of `createIndexes`.

use super::{number, partial};
use crate::diagnostic::Diagnostic;
use crate::schema::{Collection, Index, IndexKind, default_name};
use queryleaf_plan::Template;

/// The index, or what is wrong with its condition.
pub(super) fn index(index: &Index, collection: &Collection) -> Result<Template, Vec<Diagnostic>> {
    let keys = index
        .keys
        .iter()
        .map(|key| (key.path.join("."), kind(key.kind)));
    let name = index.name.clone().unwrap_or_else(|| default_name(index));
    let mut entries = vec![
        ("key", Template::document(keys)),
        ("name", Template::from(name)),
    ];
    if index.unique {
        entries.push(("unique", true.into()));
    }
    if index.sparse {
        entries.push(("sparse", true.into()));
    }
    if let Some(condition) = &index.partial {
        let filter = partial::partial_filter(condition, collection)?;
        entries.push(("partialFilterExpression", filter));
    }
    let expiry = index.expire_after_seconds;
    entries.extend(expiry.map(|seconds| ("expireAfterSeconds", number(seconds))));
    // A text index knows no collation, and would inherit the collection's.
    let of_text = index.keys.iter().any(|key| key.kind == IndexKind::Text);
    if of_text && collection.options.collation.is_some() {
        entries.push(("collation", Template::entry("locale", "simple")));
    }
    Ok(Template::document(entries))
}

fn kind(kind: IndexKind) -> Template {
    match kind {
        IndexKind::Ascending => Template::from(1),
        IndexKind::Descending => Template::from(-1),
        IndexKind::Text => Template::from("text"),
        IndexKind::Hashed => Template::from("hashed"),
        IndexKind::Geo2dsphere => Template::from("2dsphere"),
    }
}
