//! Content types that a bucket takes: what the server computes is looked at before it is stored.

use super::stored::fail;
use crate::lower::operators::{bind, call, cond, or};
use crate::plan::Target;
use crate::schema::BucketStorage;
use queryleaf_plan::Template;

/// The value, or an error in place of a content type that the bucket does not take.
pub(super) fn taken(value: Template, target: &Target) -> Template {
    if target.content_types.is_empty() {
        return value;
    }
    let (kinds, names): (Vec<&String>, Vec<&String>) = target
        .content_types
        .iter()
        .partition(|declared| BucketStorage::kind(declared).is_some());
    bind("stored", value, |value| {
        let mut is_taken = Vec::new();
        if !names.is_empty() {
            let names = Template::array(names.iter().map(|name| Template::string(name.as_str())));
            is_taken.push(call("$in", [value.clone(), names]));
        }
        let kinds = kinds.iter().filter_map(|kind| BucketStorage::kind(kind));
        is_taken.extend(kinds.map(|kind| {
            let place = call("$indexOfBytes", [value.clone(), Template::string(kind)]);
            call("$eq", [place, Template::from(0)])
        }));
        let message = "a content type that the bucket does not take";
        cond(or(is_taken), value, fail(message))
    })
}
