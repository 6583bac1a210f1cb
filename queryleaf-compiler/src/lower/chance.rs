//! How often a command draws a random number.

use crate::plan::Relation;
use queryleaf_plan::Template;

/// How many random numbers a query asks for.
pub(crate) fn wanted_draws(relation: &Relation) -> usize {
    let mut count = 0;
    relation.for_each_expression_inside(&mut |expression| {
        expression.any(&mut |part| {
            count += usize::from(part.is_random());
            false
        });
    });
    count
}

/// How many a command draws for each row at the most: more than are wanted would be different ones
/// where the query means one.
pub(crate) fn draws(command: &Template) -> usize {
    match command {
        Template::Value(_) | Template::Hole { .. } | Template::Omit | Template::Never => 0,
        Template::Document(entries) => match &entries[..] {
            [(name, _)] if name == "$literal" => 0,
            [(name, _)] if name == "$rand" => 1,
            entries => entries.iter().map(|(_, value)| draws(value)).sum(),
        },
        Template::Array(items) | Template::All(items) | Template::Any(items) => {
            items.iter().map(draws).sum()
        }
        Template::When {
            then, otherwise, ..
        } => draws(then).max(draws(otherwise)),
    }
}
