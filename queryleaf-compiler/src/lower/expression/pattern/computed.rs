//! `LIKE` with a pattern that only the server knows, such as another column's value.

use super::super::super::Scope;
use super::super::super::operators::{bind, bind_always, call, cond, raise, text, unary};
use queryleaf_plan::Template;

/// The regular expression of a `LIKE` pattern that only the server knows: character after character,
/// with what a `LIKE` does not know as an operator taken literally.
pub(super) fn regex(
    pattern: Template,
    escape: Option<char>,
    ignore_case: bool,
    scope: &Scope,
) -> Template {
    let name = scope.variable();
    let letter = || Template::string("$$this");
    let so_far = |field: &str| Template::string(format!("$$value.{field}"));
    let step = |addition: Template, escaped: bool| {
        Template::document([
            ("regex", call("$concat", [so_far("regex"), addition])),
            ("escaped", Template::from(escaped)),
        ])
    };
    let is = |character: char| call("$eq", [letter(), text(&character.to_string())]);
    let wildcard = unary(
        "$switch",
        Template::document([
            (
                "branches",
                Template::array([
                    Template::document([("case", is('%')), ("then", Template::from(".*"))]),
                    Template::document([("case", is('_')), ("then", Template::from("."))]),
                ]),
            ),
            ("default", itself(&letter(), ignore_case)),
        ]),
    );
    let plain = step(wildcard, false);
    let next = match escape {
        None => plain,
        Some(escape) => cond(
            so_far("escaped"),
            step(itself(&letter(), ignore_case), false),
            cond(is(escape), step(Template::from(""), true), plain),
        ),
    };
    let reduced = |pattern: Template| {
        let letters = unary(
            "$map",
            Template::document([
                (
                    "input",
                    call(
                        "$range",
                        [Template::from(0), unary("$strLenCP", pattern.clone())],
                    ),
                ),
                (
                    "in",
                    call("$substrCP", [pattern, letter(), Template::from(1)]),
                ),
            ]),
        );
        unary(
            "$reduce",
            Template::document([
                ("input", letters),
                (
                    "initialValue",
                    Template::document([
                        ("regex", Template::from("(?s)^")),
                        ("escaped", Template::from(false)),
                    ]),
                ),
                ("in", next),
            ]),
        )
    };
    bind("pattern", pattern, |pattern| {
        bind_always(&name, reduced(pattern.clone()), |_| {
            let field = |field: &str| Template::string(format!("$${name}.{field}"));
            cond(
                field("escaped"),
                raise("a LIKE pattern ends with its escape character: ", pattern),
                call("$concat", [field("regex"), Template::from("\\z")]),
            )
        })
    })
}

/// A character that stands for itself, or for both its cases.
fn itself(letter: &Template, ignore_case: bool) -> Template {
    const OPERATORS: &[&str] = &[
        "\\", "^", ".", "|", "?", "*", "+", "(", ")", "[", "]", "{", "}",
    ];
    let mut special: Vec<Template> = OPERATORS.iter().map(|operator| text(operator)).collect();
    special.push(text("$"));
    let quoted = cond(
        call("$in", [letter.clone(), Template::Array(special)]),
        call("$concat", [Template::from("\\"), letter.clone()]),
        letter.clone(),
    );
    if !ignore_case {
        return quoted;
    }
    // The server's upper and lower case know ASCII letters only, as PostgreSQL's C locale does.
    let lower = || unary("$toLower", letter.clone());
    let upper = || unary("$toUpper", letter.clone());
    cond(
        call("$ne", [lower(), upper()]),
        call(
            "$concat",
            [Template::from("["), lower(), upper(), Template::from("]")],
        ),
        quoted,
    )
}
