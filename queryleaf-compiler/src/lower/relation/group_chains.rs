//! A defect of the server in three `$group`s in a row, and the way around it.
//!
//! MongoDB 6.0 runs the first `$group`s of a pipeline in its newer engine. Where one stands between
//! two others, it loses sight there of what it reads unless that is a whole field: a part of its
//! `_id` comes as `NULL`, and a condition fails with `undefined slot accessor`. Whatever stage is
//! between them ends the chain:
//!
//! ```text
//! {$group: {_id: {k: "$k", n: "$n"}}}, {$group: {_id: "$_id.n", m: {$max: "$_id.k"}}},
//! {$limit: 9223372036854775807}, {$group: {_id: null, m: {$max: "$m"}}}
//! ```

use super::pipeline::{Count, Stage};
use queryleaf_plan::{Template, Value};

/// The stages, with one that does nothing wherever a chain of groups has to end.
pub(super) fn ended(stages: Vec<Stage>) -> Vec<Stage> {
    let ends = ends(&stages);
    let mut ended = Vec::with_capacity(stages.len() + ends.len());
    for (place, stage) in stages.into_iter().enumerate() {
        if ends.contains(&place) {
            ended.push(Stage::Limit(Count::Literal(i64::MAX)));
        }
        ended.push(stage);
    }
    ended
}

/// The places of the groups that must not follow directly upon the stage before them.
pub(super) fn ends(stages: &[Stage]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut length = 0;
    let mut reads_whole_fields = true;
    for (place, stage) in stages.iter().enumerate() {
        if let Some(group) = group(stage) {
            length += 1;
            if length > 2 && !reads_whole_fields {
                ends.push(place);
                length = 1;
            }
            reads_whole_fields = group.iter().all(|(_, value)| is_simple(value));
        } else if !may_vanish(stage) {
            length = 0;
        }
    }
    ends
}

/// The entries of a `$group`.
pub(super) fn group(stage: &Stage) -> Option<&[(String, Template)]> {
    let Stage::Other(Template::Document(entries)) = stage else {
        return None;
    };
    match &entries[..] {
        [(name, Template::Document(group))] if name == "$group" => Some(group),
        _ => None,
    }
}

/// Whether a key is a field or a constant, or made of some, or an accumulator has one as its operand.
fn is_simple(value: &Template) -> bool {
    match value {
        Template::Document(entries) => entries.iter().all(|(_, part)| is_field(part)),
        other => is_field(other),
    }
}

/// Whether an expression is a field of the document or a constant.
fn is_field(expression: &Template) -> bool {
    match expression {
        Template::Value(Value::String(path)) => !path.starts_with("$$") && !path.contains('.'),
        Template::Value(_) | Template::Hole { .. } => true,
        Template::Document(_)
        | Template::Array(_)
        | Template::When { .. }
        | Template::Omit
        | Template::All(_)
        | Template::Any(_)
        | Template::Never => false,
    }
}

/// Whether a stage may be left out: by [`fill`](queryleaf_plan::fill), when it knows the parameters,
/// or by the server, which sees that it does nothing.
fn may_vanish(stage: &Stage) -> bool {
    match stage {
        Stage::Match(filter) => may_be_always(filter),
        Stage::Skip(_) | Stage::Limit(Count::Parameter(_)) => true,
        Stage::Limit(Count::Literal(_))
        | Stage::Set(_)
        | Stage::Project(_)
        | Stage::Sort(_)
        | Stage::Other(_) => false,
    }
}

/// Whether a filter may turn out to let every document pass.
fn may_be_always(filter: &Template) -> bool {
    match filter {
        Template::When { .. } | Template::Omit => true,
        Template::All(filters) => filters.iter().all(may_be_always),
        Template::Any(filters) => filters.iter().any(may_be_always),
        Template::Document(entries) => entries
            .iter()
            .all(|(name, _)| name == "$expr" || name == "$and" || name == "$or"),
        Template::Value(_) | Template::Hole { .. } | Template::Array(_) | Template::Never => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::operators::{int, unary};

    fn group(id: &str, operand: Template) -> Stage {
        let accumulator = ("n".to_owned(), unary("$sum", operand));
        Stage::group(Template::from(id), vec![accumulator])
    }

    #[test]
    fn a_chain_ends_behind_what_reads_more_than_whole_fields() {
        let field = || Template::from("$n");
        let first = || group("$a", int(1));
        let part = || group("$_id.k", field());
        let condition = || group("$n", unary("$not", field()));
        let last = || group("$_id", field());
        assert!(ends(&[first(), part()]).is_empty());
        assert!(ends(&[first(), last(), last(), part()]).is_empty());
        assert_eq!(ends(&[first(), part(), last()]), [2]);
        assert_eq!(ends(&[first(), condition(), last()]), [2]);
        assert_eq!(ends(&[first(), last(), condition(), last()]), [3]);
        assert_eq!(ends(&[first(), part(), part(), part(), part()]), [2, 4]);
    }

    #[test]
    fn a_stage_between_ends_a_chain_where_it_stays() {
        let chain = |between: Stage| {
            let first = group("$a", int(1));
            let part = group("$_id.k", Template::from("$n"));
            let last = group("$_id", Template::from("$n"));
            ends(&[first, part, between, last])
        };
        let filter = Template::entry("n", Template::entry("$gt", int(1)));
        assert!(chain(Stage::Match(filter)).is_empty());
        assert!(chain(Stage::Limit(Count::Literal(3))).is_empty());
        assert_eq!(chain(Stage::Limit(Count::Parameter(0))), [3]);
        assert_eq!(chain(Stage::Skip(Count::Literal(0))), [3]);
        let decided = Template::entry("$expr", Template::from(true));
        assert_eq!(chain(Stage::Match(decided)), [3]);
    }
}
