//! Literals and names as SQL writes them.

use super::super::argument::{expression, is_nullable, operand};
use crate::lower::LoweredArgument;
use crate::lower::operators::{and, bind, call, cond, int, is_null, unary};
use crate::types::Type;
use queryleaf_plan::Template;

/// The key words that PostgreSQL 15 quotes where they are names.
const KEYWORDS: &str = "\
    all analyse analyze and any array as asc asymmetric authorization between bigint binary \
    bit boolean both case cast char character check coalesce collate collation column \
    concurrently constraint create cross current_catalog current_date current_role \
    current_schema current_time current_timestamp current_user dec decimal default deferrable \
    desc distinct do else end except exists extract false fetch float for foreign freeze from \
    full grant greatest group grouping having ilike in initially inner inout int integer \
    intersect interval into is isnull join lateral leading least left like limit localtime \
    localtimestamp national natural nchar none normalize not notnull null nullif numeric \
    offset on only or order out outer overlaps overlay placing position precision primary \
    real references returning right row select session_user setof similar smallint some \
    substring symmetric table tablesample then time timestamp to trailing treat trim true \
    union unique user using values varchar variadic verbose when where window with \
    xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi \
    xmlroot xmlserialize xmltable";

/// `quote_literal(value)`.
pub(super) fn quoted(arguments: &[LoweredArgument<'_>]) -> Template {
    let value = operand(arguments, 0);
    let is_boolean = expression(arguments, 0).is_some_and(|value| value.ty == Type::Boolean);
    literal(if is_boolean {
        unary("$toString", value)
    } else {
        value
    })
}

/// `quote_nullable(value)`.
pub(super) fn quoted_or_null(arguments: &[LoweredArgument<'_>]) -> Template {
    let value = operand(arguments, 0);
    or_null(value, is_nullable(arguments, 0), quoted(arguments))
}

/// The word for what is null.
pub(super) fn or_null(value: Template, nullable: bool, quoted: Template) -> Template {
    if nullable {
        cond(is_null(value), Template::string("NULL"), quoted)
    } else {
        quoted
    }
}

/// A text as a literal of SQL. One with backslashes begins with `E`.
pub(super) fn literal(text: Template) -> Template {
    bind("text", text, |text| {
        let has_backslash = call("$indexOfCP", [text.clone(), Template::string("\\")]);
        let start = cond(
            call("$lt", [has_backslash, int(0)]),
            Template::string("'"),
            Template::string("E'"),
        );
        let inner = doubled(doubled(text, "'"), "\\");
        call("$concat", [start, inner, Template::string("'")])
    })
}

/// `quote_ident(text)`: a name, in quotes where it needs them.
pub(super) fn identifier(text: Template) -> Template {
    bind("text", text, |text| {
        let is_plain = unary(
            "$regexMatch",
            Template::document([
                ("input", text.clone()),
                ("regex", Template::string("^[a-z_][a-z0-9_]*\\z")),
            ]),
        );
        let keywords = KEYWORDS.split(' ').map(Template::string).collect();
        let is_keyword = call("$in", [text.clone(), Template::Array(keywords)]);
        let needs_none = and(vec![is_plain, unary("$not", Template::array([is_keyword]))]);
        let sign = || Template::string("\"");
        let quoted = call("$concat", [sign(), doubled(text.clone(), "\""), sign()]);
        cond(needs_none, text, quoted)
    })
}

fn doubled(input: Template, sign: &str) -> Template {
    unary(
        "$replaceAll",
        Template::document([
            ("input", input),
            ("find", Template::string(sign)),
            ("replacement", Template::string(sign.repeat(2))),
        ]),
    )
}
