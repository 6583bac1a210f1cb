//! LIKE, ILIKE and regular expressions.

use super::conditions;
use crate::case::Case;
use crate::value::Value;

/// Patterns for LIKE.
const LIKE: &[&str] = &[
    "",
    "%",
    "_",
    "a",
    "a%",
    "%a",
    "%a%",
    "a_b",
    "a\\_b",
    "%\\%%",
    "%\\\\%",
    "\\$x",
    "$x",
    "$%",
    "%.%",
    "a.b",
    "%[a-z]%",
    "^%",
    "%$%",
    "%(%)%",
    "%+",
    "Oslo%",
    "OSLO%",
    "__",
    "____",
    "%😀%",
    "_😀_%",
    "%é%",
    "ångström",
    "%\n%",
    "%ab%c%",
    "{%}",
    "100\\%",
    "%''%",
];

/// Regular expressions that mean the same to both servers or are refused.
const REGEX: &[&str] = &[
    "",
    "a",
    "^a",
    "b$",
    "^$",
    "^a.b$",
    "a|b",
    "^(a|O).*o",
    "[a-c]+",
    "[^a-z ]",
    "^[[:alpha:]]+$",
    "[[:digit:]]{2,}",
    "\\d",
    "\\.",
    "\\$x",
    "x?y*",
    "(ab)?c",
    "^.{4}$",
    "😀",
    "^.😀",
    "[😀é]",
    "\\\\",
    "a.c",
    "\\s",
    "^\\w+$",
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let quoted = |pattern: &str| format!("'{}'", pattern.replace('\'', "''"));
    for pattern in LIKE {
        // A quote in the list above is doubled for the literal already.
        let literal = format!("'{pattern}'");
        cases.extend(conditions(
            "measures",
            &[format!("maybe_word LIKE {literal}")],
        ));
        cases.extend(
            conditions("measures", &[format!("word ILIKE {literal}")])
                .into_iter()
                .take(1),
        );
        for case in conditions(
            "measures",
            &["maybe_word LIKE :p", "maybe_word NOT ILIKE :p"],
        ) {
            cases.push(case.with("p", Value::text(pattern.replace("''", "'"))));
        }
    }
    for pattern in REGEX {
        let literal = quoted(pattern);
        cases.extend(conditions("measures", &[format!("maybe_word ~ {literal}")]));
        cases.extend(
            conditions("measures", &[format!("word ~* {literal}")])
                .into_iter()
                .take(2),
        );
        for case in conditions("measures", &["maybe_word ~ :p", "word !~* :p"]) {
            cases.push(case.with("p", Value::text(*pattern)));
        }
        // A pattern that is no whole one is an error in both; `^` and `$` bind more than `|`.
        for case in conditions(
            "measures",
            &[
                "maybe_word ~ ('^(' || :p || ')$')",
                "maybe_word !~ CONCAT(:p, '|^m')",
                "word ~* ('^' || :p)",
            ],
        ) {
            cases.push(case.with("p", Value::text(*pattern)));
        }
    }
    cases.extend(conditions(
        "measures",
        &[
            "maybe_word LIKE 'a!_b' ESCAPE '!'",
            "maybe_word LIKE '%!%%' ESCAPE '!'",
            "maybe_word LIKE '%\\%' ESCAPE ''",
            "maybe_word NOT LIKE 'a%'",
            "word NOT LIKE '%a%'",
            "word ILIKE 'aBc%'",
            "word ILIKE 'KELVIN'",
            "word ILIKE 'MIST'",
            "word ILIKE 'strasse'",
            "word ILIKE 'éclair'",
            "word LIKE left(maybe_kind, 1) || '%'",
            "word NOT LIKE maybe_word || '%'",
            "word LIKE kind || '%'",
            "maybe_word ILIKE upper(kind)",
            "word LIKE NULL",
            "NULL LIKE word",
            "upper(maybe_word) LIKE 'A%'",
            "maybe_word || 'x' LIKE '%x'",
            "'abc' LIKE 'a%'",
            "word ~~ 'a%'",
            "word !~~ 'a%'",
            "word ~~* 'A%'",
            "maybe_word !~ '^a'",
            "maybe_word !~* '^A'",
            "maybe_word || 'x' ~ 'ax$'",
            "word ~ NULL",
        ],
    ));
    for case in conditions(
        "measures",
        &[
            "maybe_word LIKE :p",
            "word ~ :p",
            "word NOT LIKE :p",
            "word !~ ('^' || :p)",
            "word ~ CONCAT('^a', :p)",
        ],
    ) {
        cases.push(case.with("p", Value::Null));
    }
    cases.extend(conditions(
        "shipments",
        &[
            "sender LIKE '%d%'",
            "state::text LIKE 'l%'",
            "last_state LIKE '%ed'",
            "origin.city LIKE 'O%'",
            "origin.city NOT LIKE '%o'",
            "note ~ '^\\$'",
        ],
    ));
    cases
}
