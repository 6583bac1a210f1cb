//! A `jsonb` value as its JSON text, as PostgreSQL writes it: `{"a": 1, "list": [true, null]}`, short
//! keys first.
//!
//! The server has no recursion. The value is a list of one token; each pass replaces the documents and
//! arrays among the tokens by the tokens of what they hold, until none is left:
//!
//! ```text
//! [{v: {a: [1]}}]  ->  [{t: '{'}, {t: '"a": '}, {v: [1]}, {t: '}'}]  ->  ..
//! ```

use super::super::super::Scope;
use super::super::super::operators::{bind, bind_always, call, cond, int, is_null, raise, unary};
use super::double::{Notation, double_text};
use super::print::decimal_text;
use queryleaf_plan::Template;

/// How deep a value may be nested; what is deeper fails when the query runs.
const DEEPEST: i32 = 32;

/// The text of a value that is not null.
pub(in crate::lower) fn document_text(value: Template, scope: &Scope) -> Template {
    let token = Template::array([of_value(value)]);
    let tokens = reduce(
        call("$range", [int(0), int(DEEPEST)]),
        token,
        expanded(scope),
    );
    let name = scope.variable();
    let text = cond(
        is_null(Template::string(format!("$${name}.t"))),
        scalar_text(Template::string(format!("$${name}.v")), scope),
        Template::string(format!("$${name}.t")),
    );
    let texts = map(tokens, &name, text);
    reduce(
        texts,
        Template::from(""),
        call("$concat", ["$$value".into(), "$$this".into()]),
    )
}

/// The tokens in `$$value` with what the documents and arrays among them hold.
fn expanded(scope: &Scope) -> Template {
    let name = scope.variable();
    let held = Template::string(format!("$${name}.v"));
    let is_container = call(
        "$in",
        [
            unary("$type", held.clone()),
            Template::array(["object".into(), "array".into()]),
        ],
    );
    let is_any = unary(
        "$anyElementTrue",
        Template::array([map("$$value".into(), &name, is_container)]),
    );
    let of_document = enclosed(
        "{",
        entries(held.clone(), scope),
        |entry| {
            let key = call(
                "$concat",
                [quoted(Template::string(format!("{entry}.k"))), ": ".into()],
            );
            vec![
                of_text(key),
                of_value(Template::string(format!("{entry}.v"))),
            ]
        },
        "}",
    );
    let of_array = enclosed(
        "[",
        held.clone(),
        |item| vec![of_value(Template::string(item))],
        "]",
    );
    let replaced = switch(
        vec![
            (is_of_type(held.clone(), "object"), of_document),
            (unary("$isArray", Template::array([held])), of_array),
        ],
        Template::array([Template::string(format!("$${name}"))]),
    );
    let all = reduce(
        "$$value".into(),
        Template::array([]),
        call(
            "$concatArrays",
            [
                "$$value".into(),
                bind_always(&name, "$$this".into(), |_| replaced),
            ],
        ),
    );
    cond(is_any, all, "$$value".into())
}

/// The entries of a document in the order of `jsonb`: by the length of their keys, then by the keys.
fn entries(document: Template, scope: &Scope) -> Template {
    let name = scope.variable();
    let of_entry = |part: &str| Template::string(format!("$${name}.{part}"));
    let measured = map(
        unary("$objectToArray", document),
        &name,
        Template::document([
            ("n", unary("$strLenBytes", of_entry("k"))),
            ("k", of_entry("k")),
            ("v", of_entry("v")),
        ]),
    );
    unary(
        "$sortArray",
        Template::document([
            ("input", measured),
            ("sortBy", Template::document([("n", int(1)), ("k", int(1))])),
        ]),
    )
}

/// The tokens of all items, with commas between them and these signs around them.
fn enclosed(
    open: &str,
    items: Template,
    tokens: impl FnOnce(&str) -> Vec<Template>,
    close: &str,
) -> Template {
    let comma = cond(
        call("$eq", ["$$value".into(), Template::array([])]),
        Template::array([]),
        Template::array([of_text(", ".into())]),
    );
    let inner = reduce(
        items,
        Template::array([]),
        call(
            "$concatArrays",
            ["$$value".into(), comma, Template::array(tokens("$$this"))],
        ),
    );
    let sign = |sign: &str| Template::array([of_text(sign.into())]);
    call("$concatArrays", [sign(open), inner, sign(close)])
}

fn of_text(text: Template) -> Template {
    Template::document([("t", text)])
}

fn of_value(value: Template) -> Template {
    Template::document([("v", value)])
}

/// The text of anything but a document or an array.
fn scalar_text(value: Template, scope: &Scope) -> Template {
    let is = |name: &str| is_of_type(value.clone(), name);
    let is_one_of = |names: &[&str]| {
        let names = Template::array(names.iter().map(|name| Template::from(*name)));
        call("$in", [unary("$type", value.clone()), names])
    };
    let id = call(
        "$concat",
        ["\"".into(), unary("$toString", value.clone()), "\"".into()],
    );
    switch(
        vec![
            (is("string"), quoted(value.clone())),
            (is_one_of(&["null", "missing"]), "null".into()),
            (
                is_one_of(&["int", "long", "bool"]),
                unary("$toString", value.clone()),
            ),
            (
                is("double"),
                double_text(value.clone(), Notation::Plain, scope),
            ),
            (is("decimal"), decimal_text(value.clone(), scope)),
            (is("objectId"), id),
            (is("date"), moment_text(value.clone(), scope)),
        ],
        raise(
            "a value inside a document cannot be written as text: ",
            unary("$type", value.clone()),
        ),
    )
}

/// `"2024-02-29T12:00:00.5+00:00"`, as PostgreSQL puts a `timestamptz` into a `jsonb`.
fn moment_text(moment: Template, scope: &Scope) -> Template {
    let formatted = |format: &str| {
        unary(
            "$dateToString",
            Template::document([("date", moment.clone()), ("format", format.into())]),
        )
    };
    let fraction = unary(
        "$rtrim",
        Template::document([("input", formatted(".%L")), ("chars", ".0".into())]),
    );
    bind(&scope.variable(), fraction, |fraction| {
        call(
            "$concat",
            [
                formatted("\"%Y-%m-%dT%H:%M:%S"),
                fraction,
                "+00:00\"".into(),
            ],
        )
    })
}

/// A string in quotes, with what JSON escapes escaped.
fn quoted(string: Template) -> Template {
    let mut pairs = vec![
        ("\\".to_owned(), "\\\\".to_owned()),
        ("\"".to_owned(), "\\\"".to_owned()),
    ];
    pairs.extend((1_u8..0x20).map(|code| {
        let escape = match code {
            0x08 => "\\b".to_owned(),
            0x09 => "\\t".to_owned(),
            0x0a => "\\n".to_owned(),
            0x0c => "\\f".to_owned(),
            0x0d => "\\r".to_owned(),
            _ => format!("\\u{code:04x}"),
        };
        (char::from(code).to_string(), escape)
    }));
    let pairs = pairs.into_iter().map(|(from, to)| {
        Template::document([("f", Template::string(from)), ("t", Template::string(to))])
    });
    let escaped = reduce(
        Template::array(pairs),
        string.clone(),
        unary(
            "$replaceAll",
            Template::document([
                ("input", "$$value".into()),
                ("find", "$$this.f".into()),
                ("replacement", "$$this.t".into()),
            ]),
        ),
    );
    let needs_escape = unary(
        "$regexMatch",
        Template::document([
            ("input", string.clone()),
            ("regex", Template::from("[\"\\\\\\x01-\\x1f]")),
        ]),
    );
    call(
        "$concat",
        [
            "\"".into(),
            cond(needs_escape, escaped, string),
            "\"".into(),
        ],
    )
}

fn is_of_type(value: Template, name: &str) -> Template {
    call("$eq", [unary("$type", value), name.into()])
}

fn map(array: Template, name: &str, body: Template) -> Template {
    unary(
        "$map",
        Template::document([("input", array), ("as", name.into()), ("in", body)]),
    )
}

fn reduce(array: Template, start: Template, body: Template) -> Template {
    unary(
        "$reduce",
        Template::document([("input", array), ("initialValue", start), ("in", body)]),
    )
}

fn switch(branches: Vec<(Template, Template)>, default: Template) -> Template {
    let branches = branches
        .into_iter()
        .map(|(case, then)| Template::document([("case", case), ("then", then)]));
    unary(
        "$switch",
        Template::document([
            ("branches", Template::array(branches)),
            ("default", default),
        ]),
    )
}
