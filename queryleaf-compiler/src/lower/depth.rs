//! How deep a command may be nested.

use queryleaf_plan::Template;

/// The server takes 200 levels of documents and arrays; a few are left for what is around a command.
const MAX_DEPTH: usize = 190;

/// Whether a command is nested deeper than the server takes it.
pub(crate) fn is_too_deep(command: &Template) -> bool {
    is_deeper(command, MAX_DEPTH)
}

fn is_deeper(template: &Template, levels: usize) -> bool {
    match template {
        Template::Value(_) | Template::Hole { .. } | Template::Omit => false,
        // Written as a document with an array in it.
        Template::Never => levels < 2,
        Template::Document(entries) => match levels.checked_sub(1) {
            Some(levels) => entries.iter().any(|(_, value)| is_deeper(value, levels)),
            None => true,
        },
        Template::Array(items) => match levels.checked_sub(1) {
            Some(levels) => items.iter().any(|item| is_deeper(item, levels)),
            None => true,
        },
        Template::When {
            then, otherwise, ..
        } => is_deeper(then, levels) || is_deeper(otherwise, levels),
        // At the most `{$and: [..]}`.
        Template::All(filters) | Template::Any(filters) => match levels.checked_sub(2) {
            Some(levels) => filters.iter().any(|filter| is_deeper(filter, levels)),
            None => true,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_and_array_is_a_level() {
        let nested = |levels: usize| {
            (0..levels / 2).fold(Template::from(1), |inner, _| {
                Template::entry("$abs", Template::array([inner]))
            })
        };
        assert!(!is_too_deep(&nested(MAX_DEPTH)));
        assert!(is_too_deep(&nested(MAX_DEPTH + 2)));
        assert!(is_too_deep(&Template::Any(vec![nested(MAX_DEPTH)])));
    }
}
