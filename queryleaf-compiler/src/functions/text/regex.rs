//! What regular expressions find.
//!
//! The pattern is a constant: only of one that is known can it be told whether the server finds the
//! same as PostgreSQL.

use super::super::argument::{constant_text, expression, operand};
use super::{ArgumentError, TO_THE_END, TextFunction};
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, bind_always, call, cond, int, is_null, size, text, unary};
use crate::plan::Expression;
use queryleaf_plan::pattern::{Finder, PatternError, finder};
use queryleaf_plan::{Template, Value};

/// The aggregation expression of a call.
pub(super) fn lower(function: TextFunction, arguments: &[LoweredArgument<'_>]) -> Template {
    let expressions: Vec<&Expression> = arguments.iter().map(|one| one.expression).collect();
    // What is wrong with the pattern has been told.
    let Ok(pattern) = pattern_of(function, &expressions) else {
        return Template::null();
    };
    bind("input", operand(arguments, 0), |input| match function {
        TextFunction::CountMatches => size(all(&input, &pattern.finder)),
        TextFunction::FindPlace => first(&input, &pattern.finder, |found| {
            let place = call("$add", [part(&found, "idx"), int(1)]);
            cond(is_null(found), int(0), place)
        }),
        TextFunction::FindText => first(&input, &pattern.finder, |found| part(&found, "match")),
        TextFunction::FindPart => first(&input, &pattern.finder, |found| {
            match pattern.finder.groups {
                0 => part(&found, "match"),
                _ => call("$arrayElemAt", [part(&found, "captures"), int(0)]),
            }
        }),
        TextFunction::FindParts => first(&input, &pattern.finder, |found| {
            let parts = parts(&found, &pattern.finder);
            cond(is_null(found), Template::null(), parts)
        }),
        TextFunction::AllParts => all_parts(&input, &pattern),
        TextFunction::ReplaceMatches => {
            let replacement = constant_text(expression(arguments, 2)).unwrap_or_default();
            replaced(input, &pattern, replacement)
        }
        _ => split(input, &pattern.finder),
    })
}

/// A pattern with its options.
struct Pattern {
    finder: Finder,
    /// `g`: all matches, and not the first alone.
    is_global: bool,
}

fn pattern_of(function: TextFunction, arguments: &[&Expression]) -> Result<Pattern, ArgumentError> {
    let flags_at = match function {
        TextFunction::ReplaceMatches => 3,
        _ => 2,
    };
    let constant = |number: usize| constant_text(arguments.get(number).copied());
    let (mut ignore_case, mut is_global) = (false, false);
    for flag in constant(flags_at).unwrap_or_default().chars() {
        match flag {
            'i' => ignore_case = true,
            'c' => ignore_case = false,
            'g' if matches!(
                function,
                TextFunction::ReplaceMatches | TextFunction::AllParts
            ) =>
            {
                is_global = true
            }
            other => {
                return Err(ArgumentError {
                    argument: flags_at,
                    message: format!("the option `{other}` of a regular expression"),
                    help: Some(
                        "`i` ignores the case, and `g` finds or replaces all matches".to_owned(),
                    ),
                });
            }
        }
    }
    let wrong = |error: PatternError| ArgumentError {
        argument: 1,
        message: format!("the regular expression cannot be used: {error}"),
        help: None,
    };
    Ok(Pattern {
        finder: finder(constant(1).unwrap_or_default(), ignore_case).map_err(wrong)?,
        is_global,
    })
}

/// What is wrong with the pattern or its options.
pub(super) fn check(function: TextFunction, arguments: &[Expression]) -> Result<(), ArgumentError> {
    let arguments: Vec<&Expression> = arguments.iter().collect();
    pattern_of(function, &arguments).map(|_| ())
}

fn matches(operator: &str, input: &Template, finder: &Finder) -> Template {
    let regex = Template::Value(Value::Regex {
        pattern: finder.regex.pattern.clone(),
        options: finder.regex.options.to_owned(),
    });
    unary(
        operator,
        Template::document([("input", input.clone()), ("regex", regex)]),
    )
}

fn all(input: &Template, finder: &Finder) -> Template {
    matches("$regexFindAll", input, finder)
}

fn first(input: &Template, finder: &Finder, body: impl FnOnce(Template) -> Template) -> Template {
    bind_always("found", matches("$regexFind", input, finder), body)
}

/// What the groups of a match have matched, or the whole of it where there are none.
fn parts(found: &Template, finder: &Finder) -> Template {
    match finder.groups {
        0 => Template::array([part(found, "match")]),
        _ => part(found, "captures"),
    }
}

/// `regexp_matches(text, pattern, options)`: the parts of the first match, or of all of them.
fn all_parts(input: &Template, pattern: &Pattern) -> Template {
    if pattern.is_global {
        let parts = parts(&Template::string("$$this"), &pattern.finder);
        let entries = [("input", all(input, &pattern.finder)), ("in", parts)];
        return unary("$map", Template::document(entries));
    }
    first(input, &pattern.finder, |found| {
        let parts = parts(&found, &pattern.finder);
        cond(
            is_null(found),
            Template::array([]),
            Template::array([parts]),
        )
    })
}

/// A field of what has been found.
fn part(found: &Template, field: &str) -> Template {
    match found {
        Template::Value(Value::String(variable)) => Template::string(format!("{variable}.{field}")),
        _ => Template::null(),
    }
}

/// `regexp_replace(text, pattern, replacement, options)`.
fn replaced(input: Template, pattern: &Pattern, replacement: &str) -> Template {
    if !pattern.is_global {
        return first(&input.clone(), &pattern.finder, |found| {
            let before = call("$substrCP", [input.clone(), int(0), part(&found, "idx")]);
            let end = end_of(&found);
            let behind = call("$substrCP", [input.clone(), end, TO_THE_END]);
            let mut parts = vec![before];
            parts.extend(written(replacement, &found, pattern.finder.groups));
            parts.push(behind);
            let result = unary("$concat", Template::Array(parts));
            cond(is_null(found), input, result)
        });
    }
    let found = Template::string("$$this");
    let mut parts = vec![Template::string("$$value.text"), between(&input, &found)];
    parts.extend(written(replacement, &found, pattern.finder.groups));
    let step = Template::document([
        ("text", unary("$concat", Template::Array(parts))),
        ("end", end_of(&found)),
    ]);
    let start = Template::document([("text", Template::string("")), ("end", int(0))]);
    let reduced = reduce(all(&input, &pattern.finder), start, step);
    bind_always("replaced", reduced, |replaced| {
        let rest = call("$substrCP", [input, part(&replaced, "end"), TO_THE_END]);
        call("$concat", [part(&replaced, "text"), rest])
    })
}

/// `regexp_split_to_array(text, pattern, options)`.
fn split(input: Template, finder: &Finder) -> Template {
    let found = Template::string("$$this");
    let piece = Template::array([between(&input, &found)]);
    let step = Template::document([
        (
            "pieces",
            call("$concatArrays", [Template::string("$$value.pieces"), piece]),
        ),
        ("end", end_of(&found)),
    ]);
    let start = Template::document([("pieces", Template::array([])), ("end", int(0))]);
    bind_always("split", reduce(all(&input, finder), start, step), |split| {
        let rest = call("$substrCP", [input, part(&split, "end"), TO_THE_END]);
        let rest = Template::array([rest]);
        call("$concatArrays", [part(&split, "pieces"), rest])
    })
}

fn reduce(items: Template, start: Template, step: Template) -> Template {
    unary(
        "$reduce",
        Template::document([("input", items), ("initialValue", start), ("in", step)]),
    )
}

/// The text between the match before, which ends at `$$value.end`, and this one.
fn between(input: &Template, found: &Template) -> Template {
    let end = Template::string("$$value.end");
    let length = call("$subtract", [part(found, "idx"), end.clone()]);
    call("$substrCP", [input.clone(), end, length])
}

/// The place behind a match.
fn end_of(found: &Template) -> Template {
    let length = unary("$strLenCP", part(found, "match"));
    call("$add", [part(found, "idx"), length])
}

/// The replacement: `\1` is what the first group has matched, `\&` the whole match.
fn written(replacement: &str, found: &Template, groups: usize) -> Vec<Template> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut characters = replacement.chars().peekable();
    while let Some(character) = characters.next() {
        let next = match character {
            '\\' => characters.peek().copied(),
            _ => None,
        };
        let inserted = match next {
            Some('&') => Some(part(found, "match")),
            Some(digit @ '1'..='9') => {
                let group = digit.to_digit(10).unwrap_or(1);
                let index = i32::try_from(group).unwrap_or(1).saturating_sub(1);
                let captured = call("$arrayElemAt", [part(found, "captures"), int(index)]);
                let is_there = usize::try_from(group).is_ok_and(|group| group <= groups);
                Some(match is_there {
                    true => call("$ifNull", [captured, Template::string("")]),
                    false => Template::string(""),
                })
            }
            Some('\\') => {
                characters.next();
                plain.push('\\');
                continue;
            }
            Some(_) | None => None,
        };
        match inserted {
            Some(inserted) => {
                characters.next();
                if !plain.is_empty() {
                    parts.push(text(&std::mem::take(&mut plain)));
                }
                parts.push(inserted);
            }
            None => plain.push(character),
        }
    }
    if !plain.is_empty() {
        parts.push(text(&plain));
    }
    parts
}
