//! A defect of the server where one `$group` follows another, and the way around it.
//!
//! MongoDB 6.0 plans the branches of a filter that is an `$or` one by one. Where it finds an index for
//! each, and runs two `$group`s in its newer engine, it runs the second one twice:
//!
//! ```text
//! [{$match: {$or: [{a: null}, {a: 3, b: 1}]}}, {$group: {_id: "$a"}}, {$group: {_id: null, n: {$sum: 1}}}]
//! ```
//!
//! gives `n: 1`, whatever is stored. A stage that changes nothing keeps the second one out of that
//! engine.

use super::group_chains::group;
use super::pipeline::{Count, Stage};
use crate::schema::{Collection, Storage};
use queryleaf_plan::Template;

/// The same stages, with something between groups that follow each other where the server might run
/// one of them twice.
pub(super) fn groups_apart(stages: Vec<Stage>, source: Option<&Collection>) -> Vec<Stage> {
    // The filter of a view is not known.
    let is_view = source.is_some_and(|source| source.storage == Storage::View);
    let chooses = |stage: &Stage| matches!(stage, Stage::Match(filter) if has_alternatives(filter));
    if !is_view && !stages.iter().any(chooses) {
        return stages;
    }
    let mut apart: Vec<Stage> = Vec::with_capacity(stages.len());
    for stage in stages {
        if is_group(&stage) && apart.last().is_some_and(is_group) {
            apart.push(Stage::Limit(Count::Literal(i64::MAX)));
        }
        apart.push(stage);
    }
    apart
}

fn is_group(stage: &Stage) -> bool {
    group(stage).is_some()
}

/// Whether an `$or` is in a filter, or may be when its parameters are known.
fn has_alternatives(filter: &Template) -> bool {
    match filter {
        Template::Any(_) => true,
        Template::Document(entries) => entries
            .iter()
            .any(|(key, value)| key == "$or" || has_alternatives(value)),
        Template::Array(items) | Template::All(items) => items.iter().any(has_alternatives),
        Template::When {
            then, otherwise, ..
        } => has_alternatives(then) || has_alternatives(otherwise),
        Template::Value(_) | Template::Hole { .. } | Template::Omit | Template::Never => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stages(filter: Template) -> Vec<Stage> {
        vec![
            Stage::Match(filter),
            Stage::group(Template::from("$a"), Vec::new()),
            Stage::group(Template::null(), Vec::new()),
        ]
    }

    #[test]
    fn only_groups_behind_alternatives_are_kept_apart() {
        let is = |field: &str| Template::entry(field, Template::null());
        let either = Template::Any(vec![is("a"), is("b")]);
        for (filter, count) in [
            (is("a"), 3),
            (either.clone(), 4),
            (Template::All(vec![is("c"), either]), 4),
        ] {
            assert_eq!(groups_apart(stages(filter), None).len(), count);
        }
    }
}
