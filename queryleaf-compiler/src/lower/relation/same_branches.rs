//! A defect of the server in `$group`, and the way around it.
//!
//! MongoDB 6.0 runs an early `$group` in its newer engine, which fails with `duplicate field` when
//! two branches of one `$cond`, `$switch` or `$ifNull` are the same field or the same variable:
//!
//! ```text
//! {$cond: ["$a", "$b", "$b"]}  ->  {$cond: ["$a", "$b", {$ifNull: ["$b", null]}]}
//! ```

use crate::lower::operators::call;
use queryleaf_plan::{Template, Value};

/// The same expressions, with no branch written like another one beside it.
pub(super) fn told_apart(template: Template) -> Template {
    match template {
        Template::Document(entries) => Template::Document(
            entries
                .into_iter()
                .map(|(key, value)| {
                    // What is inside is data.
                    if key == "$literal" {
                        return (key, value);
                    }
                    let mut value = told_apart(value);
                    tell_apart(branches(&key, &mut value));
                    (key, value)
                })
                .collect(),
        ),
        Template::Array(items) => Template::Array(items.into_iter().map(told_apart).collect()),
        Template::When {
            condition,
            parameter,
            then,
            otherwise,
        } => Template::When {
            condition,
            parameter,
            then: Box::new(told_apart(*then)),
            otherwise: Box::new(told_apart(*otherwise)),
        },
        Template::Value(_)
        | Template::Hole { .. }
        | Template::Omit
        | Template::All(_)
        | Template::Any(_)
        | Template::Never => template,
    }
}

/// The operands of an operator of which one becomes its result.
fn branches<'t>(operator: &str, operands: &'t mut Template) -> Vec<&'t mut Template> {
    match (operator, operands) {
        ("$cond", Template::Array(operands)) => operands.iter_mut().skip(1).collect(),
        ("$ifNull", Template::Array(operands)) => operands.iter_mut().collect(),
        ("$switch", Template::Document(entries)) => entries
            .iter_mut()
            .flat_map(|(key, value)| match (key.as_str(), value) {
                ("branches", Template::Array(cases)) => cases.iter_mut().filter_map(then).collect(),
                ("default", value) => vec![value],
                _ => Vec::new(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The result of one case of a `$switch`.
fn then(case: &mut Template) -> Option<&mut Template> {
    let Template::Document(entries) = case else {
        return None;
    };
    let mut entries = entries.iter_mut();
    entries
        .find(|(key, _)| key == "then")
        .map(|(_, value)| value)
}

fn tell_apart(branches: Vec<&mut Template>) {
    let mut seen: Vec<String> = Vec::new();
    for branch in branches {
        let Template::Value(Value::String(reference)) = &*branch else {
            continue;
        };
        if !reference.starts_with('$') {
            continue;
        }
        if seen.contains(reference) {
            let repeated = std::mem::replace(branch, Template::null());
            *branch = call("$ifNull", [repeated, Template::null()]);
        } else {
            seen.push(reference.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::operators::cond;

    fn field(name: &str) -> Template {
        Template::string(format!("${name}"))
    }

    #[test]
    fn only_repeated_branches_change() {
        let same = cond(field("a"), field("b"), field("b"));
        assert_eq!(
            told_apart(call("$sum", [same])).to_string(),
            r#"{$sum: [{$cond: ["$a", "$b", {$ifNull: ["$b", null]}]}]}"#
        );
        let case = Template::document([("case", field("a")), ("then", field("b"))]);
        let switch = Template::document([
            ("branches", Template::array([case.clone(), case])),
            ("default", field("c")),
        ]);
        assert_eq!(
            told_apart(Template::entry("$switch", switch)).to_string(),
            r#"{$switch: {branches: [{case: "$a", then: "$b"}, {case: "$a", then: {$ifNull: ["$b", null]}}], default: "$c"}}"#
        );
        for other in [
            cond(field("b"), field("b"), field("a")),
            cond(field("a"), Template::from("b"), Template::from("b")),
            call("$add", [field("b"), field("b")]),
        ] {
            assert_eq!(told_apart(other.clone()), other);
        }
    }
}
