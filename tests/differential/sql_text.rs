//! SQL text for PostgreSQL: values, types, and the few things that it writes differently.

use crate::calendar::{date_text, timestamp_text};
use crate::json::Json;
use crate::schema::TABLES;
use crate::value::Value;
use queryleaf_compiler::types::{StoredVariant, Type};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The type of PostgreSQL that holds what is of this type here.
pub fn type_name(ty: &Type) -> String {
    match ty {
        Type::Timestamp => "timestamptz".to_owned(),
        Type::Json | Type::Document | Type::Geometry(_) | Type::Map(_) => "jsonb".to_owned(),
        Type::Array(item) => format!("{}[]", type_name(&item.ty)),
        Type::Struct(reference) => reference.definition.name.to_lowercase(),
        Type::Enum(reference) => match reference.definition.variants.first() {
            Some(variant) if matches!(variant.stored, StoredVariant::Integer(_)) => {
                reference.definition.name.to_lowercase()
            }
            _ => "text".to_owned(),
        },
        other => other.to_string(),
    }
}

/// A value as an expression of exactly this type.
pub fn literal(value: &Value, ty: &Type) -> String {
    let name = type_name(ty);
    let text = match (value, ty) {
        (Value::Null, _) => return format!("NULL::{name}"),
        (Value::Array(items), Type::Array(item)) => {
            let items: Vec<String> = items.iter().map(|value| literal(value, &item.ty)).collect();
            return format!("ARRAY[{}]::{name}", items.join(", "));
        }
        (Value::Struct(values), Type::Struct(reference)) => {
            let fields = reference.definition.fields.iter();
            let values: Vec<String> = fields
                .zip(values)
                .map(|(field, value)| literal(value, &field.ty))
                .collect();
            return format!("ROW({})::{name}", values.join(", "));
        }
        (Value::Boolean(value), _) => value.to_string(),
        (Value::Integer(number), _) => number.to_string(),
        (Value::Double(number), _) => format!("{number:?}"),
        (Value::Numeric(number), _) => number.as_written(),
        (Value::Text(text), _) => text.clone(),
        (Value::Timestamp(milliseconds), _) => timestamp_text(*milliseconds),
        (Value::Date(milliseconds), _) => date_text(*milliseconds),
        (Value::Interval(interval), _) => interval.to_string(),
        (Value::Uuid(bytes), _) => hexadecimal(bytes),
        (Value::ObjectId(bytes), _) => hexadecimal(bytes),
        (Value::Bytea(bytes), _) => format!("\\x{}", hexadecimal(bytes)),
        (Value::Json(json), _) => json_text(json),
        (value, ty) => panic!("{value:?} is no {ty}"),
    };
    format!("{}::{name}", quoted(&text))
}

/// A text as a literal.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn json_text(json: &Json) -> String {
    match json {
        Json::Null | Json::Boolean(_) | Json::Number(_) => format!("{json:?}"),
        Json::Text(text) => json_quoted(text),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(json_text).collect();
            format!("[{}]", items.join(","))
        }
        Json::Object(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}:{}", json_quoted(key), json_text(value)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
    }
}

fn json_quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The columns that hold structs, or arrays of them: PostgreSQL wants `(port).city`.
static STRUCT_COLUMNS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let fields = TABLES.iter().flat_map(|table| &table.collection.fields);
    fields
        .filter(|field| match &field.ty {
            Type::Struct(_) => true,
            Type::Array(item) => matches!(item.ty, Type::Struct(_)),
            _ => false,
        })
        .map(|field| field.name.clone())
        .collect()
});

/// A query in PostgreSQL's words: parameters become the literals that `parameter` gives for their
/// names, paths into structs get their brackets. A list comes as an array.
pub fn translated(sql: &str, parameter: impl Fn(&str) -> Parameter) -> String {
    let words = words(sql);
    let mut text = String::new();
    let mut targets = Targets::default();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let is_target = targets.read(word);
        let list = list_parameter(&words[at..]);
        if let Some((negated, name, length)) = list
            && let Parameter::List(array) = parameter(name)
        {
            // `IN ()` is no SQL there, and an empty array is.
            text.push_str(if negated { "<> ALL (" } else { "= ANY (" });
            text.push_str(&array);
            text.push(')');
            at += length;
        } else if let Some(name) = word.strip_prefix(':').filter(|name| is_name(name)) {
            match parameter(name) {
                Parameter::One(literal) | Parameter::List(literal) => text.push_str(&literal),
            }
            at += 1;
        } else if is_name(word) && !is_target && (at == 0 || words[at - 1] != ".") {
            let (path, length) = path(&words[at..]);
            text.push_str(&path);
            at += length;
        } else {
            text.push_str(word);
            at += 1;
        }
    }
    text
}

/// Finds the paths that `SET` assigns to, which PostgreSQL takes without brackets.
#[derive(Default)]
struct Targets {
    /// How many brackets are open.
    depth: usize,
    /// How many were at the `SET`.
    set: Option<usize>,
    is_inside: bool,
}

impl Targets {
    /// Whether a word is a part of such a path.
    fn read(&mut self, word: &str) -> bool {
        match word.to_ascii_lowercase().as_str() {
            "(" => self.depth += 1,
            ")" => self.depth = self.depth.saturating_sub(1),
            "set" => (self.set, self.is_inside) = (Some(self.depth), true),
            "where" | "from" | "when" | "returning" if self.set == Some(self.depth) => {
                (self.set, self.is_inside) = (None, false);
            }
            "," if self.set == Some(self.depth) => self.is_inside = true,
            "=" => self.is_inside = false,
            _ => return self.is_inside,
        }
        false
    }
}

/// What stands for a parameter.
pub enum Parameter {
    One(String),
    List(String),
}

/// `IN (:name)` or `NOT IN (:name)`: whether it is negated, the name, and how many words it has.
fn list_parameter<'a>(words: &[&'a str]) -> Option<(bool, &'a str, usize)> {
    if words.first()?.trim().is_empty() {
        return None;
    }
    let meant: Vec<(usize, &'a str)> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| !word.trim().is_empty())
        .map(|(place, word)| (place, *word))
        .take(5)
        .collect();
    let negated = meant.first()?.1.eq_ignore_ascii_case("not");
    let rest = if negated { &meant[1..] } else { &meant[..] };
    let [(0.., "IN" | "in"), (_, "("), (_, name), (end, ")"), ..] = rest else {
        return None;
    };
    let name = name.strip_prefix(':').filter(|name| is_name(name))?;
    Some((negated, name, end + 1))
}

/// A dotted path with its subscripts, in brackets up to the first struct column in it.
fn path(words: &[&str]) -> (String, usize) {
    let mut text = words[0].to_owned();
    let mut length = 1;
    let mut is_struct = STRUCT_COLUMNS.contains(words[0]);
    loop {
        match words.get(length..) {
            Some(["[", ..]) => {
                let end = words[length..].iter().position(|word| *word == "]");
                let end = length + end.expect("a closing bracket");
                text.push_str(&words[length..=end].concat());
                length = end + 1;
            }
            Some([".", name, ..]) if is_name(name) => {
                if is_struct {
                    text = format!("({text})");
                }
                // Only columns are looked for: the table's own name may stand in front.
                is_struct = length == 1 && !is_struct && STRUCT_COLUMNS.contains(*name);
                text.push('.');
                text.push_str(name);
                length += 2;
            }
            _ => return (text, length),
        }
    }
}

fn is_name(word: &str) -> bool {
    let mut characters = word.chars();
    characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// The words of a SQL text, spaces included.
fn words(sql: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => quoted_length(rest, first),
            ':' if rest.starts_with("::") => 2,
            ':' => 1 + name_length(&rest[1..]),
            first if first.is_ascii_alphabetic() || first == '_' => name_length(rest),
            first if first.is_ascii_digit() => {
                let is_end = |character: char| !character.is_ascii_digit() && character != '.';
                rest.find(is_end).unwrap_or(rest.len())
            }
            first => first.len_utf8(),
        };
        let (word, after) = rest.split_at(length);
        words.push(word);
        rest = after;
    }
    words
}

fn name_length(text: &str) -> usize {
    let is_end = |character: char| !character.is_ascii_alphanumeric() && character != '_';
    text.find(is_end).unwrap_or(text.len())
}

/// The length of a quoted text; a doubled quote starts another one right behind.
fn quoted_length(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

#[test]
fn paths_and_parameters() {
    let parameter = |name: &str| match name {
        "list" => Parameter::List("ARRAY[1]".to_owned()),
        _ => Parameter::One(format!("<{name}>")),
    };
    for (sql, expected) in [
        ("SELECT port.city FROM s", "SELECT (port).city FROM s"),
        ("s.port.place.height", "(s.port).place.height"),
        ("s.port.place.height::text", "(s.port).place.height::text"),
        ("goods[1].labels[2]", "(goods[1]).labels[2]"),
        ("s.goods[s.crates + 1].sku", "(s.goods[s.crates + 1]).sku"),
        (
            "g.sku, 'port.city', \"port\".x",
            "g.sku, 'port.city', \"port\".x",
        ),
        ("x = :p AND y IN (:list)", "x = <p> AND y = ANY (ARRAY[1])"),
        (
            "y NOT IN ( :list ) OR :q::text",
            "y <> ALL (ARRAY[1]) OR <q>::text",
        ),
        ("y IN (:p)", "y IN (<p>)"),
        ("y IN (1, 2.5)", "y IN (1, 2.5)"),
        (
            "UPDATE s SET port.city = port.city || f(port, port.x), port.y = 1 WHERE port.y = 2",
            "UPDATE s SET port.city = (port).city || f(port, (port).x), port.y = 1 WHERE (port).y = 2",
        ),
    ] {
        assert_eq!(translated(sql, parameter), expected);
    }
}
