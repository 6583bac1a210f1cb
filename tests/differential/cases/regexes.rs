//! Functions that ask what a regular expression finds.

use super::{conditions, values};
use crate::case::{Case, case, refused};
use crate::value::Value;
use queryleaf_compiler::Code;

/// Patterns of which PostgreSQL and the server find the same.
const PATTERNS: [&str; 27] = [
    "a",
    "[a-z]+",
    "[^a-z]+",
    "[0-9]+",
    r"\d+(?:\.\d+)?",
    "(?:a+|b)c*",
    r"\s+",
    r"\w+",
    r"(\w)(\w)",
    "([a-z]+)([0-9]|[A-Z])",
    "(b)c|(x)y",
    "cat|dog|one",
    "(o)(n)?",
    ".",
    "..",
    ".*b",
    "^.",
    ".$",
    "^[A-Z][a-z]*$",
    r",\s*",
    r"\$",
    "(?:ab|bc)+",
    "é|😀|日",
    "[^,]+",
    "o{1,2}",
    r"\mo",
    "(?=b).",
];

pub fn cases() -> Vec<Case> {
    let mut list: Vec<String> = Vec::new();
    for pattern in PATTERNS {
        for column in ["word", "maybe_word"] {
            list.push(format!("regexp_count({column}, '{pattern}')"));
            list.push(format!("regexp_instr({column}, '{pattern}')"));
            list.push(format!("regexp_substr({column}, '{pattern}')"));
            list.push(format!("regexp_match({column}, '{pattern}')"));
            list.push(format!("substring({column} FROM '{pattern}')"));
            list.push(format!("regexp_replace({column}, '{pattern}', '<$>')"));
            list.push(format!(
                "regexp_replace({column}, '{pattern}', '[\\&]', 'g')"
            ));
            list.push(format!(
                "regexp_replace({column}, '{pattern}', '\\2-\\1\\\\', 'gi')"
            ));
            list.push(format!("regexp_split_to_array({column}, '{pattern}')"));
            list.push(format!("regexp_match({column}, '{pattern}', 'i')"));
        }
    }
    for other in [
        "regexp_replace(word, 'a', '')",
        "regexp_replace(word, '[aeiou]', '', 'g')",
        "regexp_replace(word || kind, '(e)(.)', '\\2\\1', 'g')",
        "regexp_replace(kind, 'R', 'x\\q\\', 'ig')",
        "regexp_split_to_array('one, two,three', ',\\s*')",
        "regexp_split_to_array('', ',')",
        "regexp_replace('hello world', 'o', '0', 'g')",
        "regexp_replace(maybe_small::text, '-', '')",
        "(regexp_match(word, '([a-z])([a-z])'))[2]",
        "regexp_like(word, '^a')",
        "regexp_like(maybe_word, 'OSLO', 'i')",
        "regexp_count(NULL, 'a')",
        "COALESCE(regexp_substr(word, '[0-9]+'), '-')",
    ] {
        list.push(other.to_owned());
    }
    let mut cases = values("measures", &list);
    cases.extend(conditions(
        "measures",
        &[
            "regexp_like(word, '^[A-Z]')",
            "regexp_count(maybe_word, 'a') > 1",
            "regexp_substr(maybe_word, '[a-z]+') = 'oslo'",
            "regexp_replace(word, '\\s', '', 'g') = 'one,two,three'",
            "regexp_instr(maybe_word, 'b') > 0",
        ],
    ));
    cases.push(
        case("SELECT _id FROM measures WHERE regexp_like(word, :p, 'i')")
            .with("p", Value::text("^o")),
    );
    for pattern in ["a|ab", "a*", "(a)+", "a+?b", "(?i)a", "a(", ".*a.*b"] {
        cases.push(refused(
            Code::ArgumentMismatch,
            format!("SELECT regexp_substr(word, '{pattern}') AS a FROM measures"),
        ));
    }
    cases.push(refused(
        Code::ArgumentMismatch,
        "SELECT regexp_replace(word, 'a', 'b', 'n') AS a FROM measures",
    ));
    cases.push(refused(
        Code::ArgumentMismatch,
        "SELECT regexp_count(word, kind) AS a FROM measures",
    ));
    cases
}
