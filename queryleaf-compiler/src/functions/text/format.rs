//! `format('%s of %s', a, b)`.

use super::super::argument::{constant_text, expression};
use super::build::{concatenation, optional_text};
use crate::lower::LoweredArgument;
use crate::lower::operators::text;
use queryleaf_plan::Template;

/// A part of a format.
#[derive(Debug, PartialEq)]
enum Part {
    /// Text as it is.
    Literal(String),
    /// The argument of this number, counted from 1.
    Argument(usize),
}

/// What is wrong with a format and so many arguments.
pub(super) fn problem(format: &str, arguments: usize) -> Option<String> {
    let parts = match parse(format) {
        Ok(parts) => parts,
        Err(reason) => return Some(reason),
    };
    let most = parts.iter().map(|part| match part {
        Part::Literal(_) => 0,
        Part::Argument(number) => *number,
    });
    match most.max() {
        Some(most) if most > arguments => Some(format!(
            "it needs {most} arguments, and {arguments} are given"
        )),
        _ => None,
    }
}

/// The literal parts and the arguments, one after the other; `NULL` is written as nothing.
pub(super) fn format(arguments: &[LoweredArgument<'_>]) -> Template {
    let written = constant_text(expression(arguments, 0)).unwrap_or_default();
    let parts = parse(written).unwrap_or_default();
    let operands = parts.into_iter().filter_map(|part| match part {
        Part::Literal(literal) => Some(text(&literal)),
        Part::Argument(number) => optional_text(arguments.get(number)?),
    });
    concatenation(operands.collect())
}

/// Reads `%s`, `%2$s` and `%%`.
fn parse(format: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = format;
    let mut last = 0_usize;
    while let Some((before, after)) = rest.split_once('%') {
        literal.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            literal.push('%');
            rest = after;
            continue;
        }
        let digits = after.len()
            - after
                .trim_start_matches(|it: char| it.is_ascii_digit())
                .len();
        let (number, after) = match after.split_at(digits) {
            ("", after) => (last.checked_add(1), after),
            (number, after) => match after.strip_prefix('$') {
                Some(after) => (number.parse().ok().filter(|number| *number > 0), after),
                None => return Err("a width is not supported in it".to_owned()),
            },
        };
        let (Some(number), Some(after)) = (number, after.strip_prefix('s')) else {
            return Err(match after.chars().next() {
                None => "it ends within a `%s`".to_owned(),
                Some(other) => format!("`%{other}` is not supported in it"),
            });
        };
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        parts.push(Part::Argument(number));
        last = number;
        rest = after;
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let literal = |text: &str| Part::Literal(text.to_owned());
        assert_eq!(
            parse("100%% of %s, %1$s and %s"),
            Ok(vec![
                literal("100% of "),
                Part::Argument(1),
                literal(", "),
                Part::Argument(1),
                literal(" and "),
                Part::Argument(2),
            ])
        );
        assert_eq!(parse(""), Ok(vec![]));
        for wrong in ["%", "%d", "%I", "%5s", "%-5s", "%0$s", "%1$", "%1"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(problem("%s %s", 2), None);
        assert!(problem("%s %s", 1).is_some());
        assert!(problem("%3$s", 2).is_some());
    }
}
