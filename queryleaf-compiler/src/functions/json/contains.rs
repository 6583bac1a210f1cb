//! `document @> '{"a": 1}'`: whether a document has what a literal has.

use super::lower::{get, is_array, is_object};
use crate::lower::decimal::decimal128;
use crate::lower::operators::{and, call, cond, or, text};
use queryleaf_plan::{Template, Value};

/// What a literal of JSON holds, as far as it can be looked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    /// A text, a number or a boolean: the values that are equal to it.
    Scalar(Vec<Template>),
    /// Items, none of which has parts.
    Array(Vec<Json>),
    /// Keys and their values.
    Object(Vec<(String, Json)>),
}

/// Whether a value contains the literal. On the outside, an array also contains its items.
pub(super) fn contains(value: &Template, json: &Json, is_outside: bool) -> Template {
    match json {
        Json::Scalar(equal) => {
            let is_equal = is_one_of(value.clone(), equal);
            if !is_outside {
                return is_equal;
            }
            let is_item = has_item(value, equal);
            or(vec![
                is_equal,
                cond(is_array(value.clone()), is_item, false.into()),
            ])
        }
        Json::Array(items) => {
            let found = items.iter().filter_map(|item| match item {
                Json::Scalar(equal) => Some(has_item(value, equal)),
                Json::Array(_) | Json::Object(_) => None,
            });
            cond(is_array(value.clone()), and(found.collect()), false.into())
        }
        Json::Object(entries) if entries.is_empty() => is_object(value.clone()),
        Json::Object(entries) => and(entries
            .iter()
            .map(|(key, inner)| contains(&get(value.clone(), key), inner, false))
            .collect()),
    }
}

fn is_one_of(value: Template, equal: &[Template]) -> Template {
    match equal {
        [only] => call("$eq", [value, only.clone()]),
        _ => call("$in", [value, Template::array(equal.to_vec())]),
    }
}

fn has_item(array: &Template, equal: &[Template]) -> Template {
    or(equal
        .iter()
        .map(|one| call("$in", [one.clone(), array.clone()]))
        .collect())
}

/// Reads a literal.
pub(super) fn literal(text: &str) -> Result<Json, String> {
    let mut reader = Reader { rest: text };
    let json = reader.value(0)?;
    match reader.next_sign() {
        None => Ok(json),
        Some(sign) => Err(format!("`{sign}` behind the end")),
    }
}

/// How deep a literal may be nested.
const MAX_DEPTH: usize = 32;

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn next_sign(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.rest.chars().next()
    }

    fn take(&mut self, sign: char) -> bool {
        let found = self.next_sign() == Some(sign);
        if found {
            self.rest = self.rest.get(sign.len_utf8()..).unwrap_or_default();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Result<Json, String> {
        if depth > MAX_DEPTH {
            return Err(format!("it is nested more than {MAX_DEPTH} deep"));
        }
        match self.next_sign() {
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some('"') => Ok(Json::Scalar(vec![text(&self.text()?)])),
            Some('-' | '0'..='9') => self.number(),
            Some(_) => self.word(),
            None => Err("it ends where a value is expected".to_owned()),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, String> {
        self.take('{');
        let mut entries: Vec<(String, Json)> = Vec::new();
        if self.take('}') {
            return Ok(Json::Object(entries));
        }
        loop {
            if self.next_sign() != Some('"') {
                return Err("a key is missing".to_owned());
            }
            let key = self.text()?;
            if !self.take(':') {
                return Err(format!("a `:` is missing behind the key `{key}`"));
            }
            let value = self.value(depth + 1)?;
            // The last one counts.
            entries.retain(|(known, _)| *known != key);
            entries.push((key, value));
            if self.take('}') {
                return Ok(Json::Object(entries));
            }
            if !self.take(',') {
                return Err("a `,` or `}` is missing".to_owned());
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, String> {
        self.take('[');
        let mut items = Vec::new();
        if self.take(']') {
            return Ok(Json::Array(items));
        }
        loop {
            match self.value(depth + 1)? {
                item @ Json::Scalar(_) => items.push(item),
                Json::Array(_) | Json::Object(_) => {
                    return Err("an item that has parts cannot be looked for".to_owned());
                }
            }
            if self.take(']') {
                return Ok(Json::Array(items));
            }
            if !self.take(',') {
                return Err("a `,` or `]` is missing".to_owned());
            }
        }
    }

    fn word(&mut self) -> Result<Json, String> {
        let end = self.rest.find(|sign: char| !sign.is_ascii_alphanumeric());
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        match word {
            "true" => Ok(Json::Scalar(vec![true.into()])),
            "false" => Ok(Json::Scalar(vec![false.into()])),
            "null" => Err("`null` cannot be told from a key that is not there".to_owned()),
            _ => Err("it is no JSON".to_owned()),
        }
    }

    /// A number with a fraction is looked for as a double and as a decimal, which differ in most.
    fn number(&mut self) -> Result<Json, String> {
        let is_part = |sign: char| sign.is_ascii_digit() || "+-.eE".contains(sign);
        let end = self.rest.find(|sign| !is_part(sign));
        let (number, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        let digits = number.trim_start_matches('-');
        let has_zero = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
        if has_zero || number.ends_with('.') {
            return Err(format!("`{number}` is no number"));
        }
        if let Ok(whole) = number.parse::<i64>() {
            return Ok(Json::Scalar(vec![Template::Value(Value::Int64(whole))]));
        }
        let wrong = || format!("`{number}` is no number that fits");
        let double: f64 = number.parse().map_err(|_| wrong())?;
        let decimal = decimal128(number).ok_or_else(wrong)?;
        if !double.is_finite() {
            return Err(wrong());
        }
        Ok(Json::Scalar(vec![
            Template::Value(Value::Double(double)),
            Template::Value(Value::Decimal128(decimal)),
        ]))
    }

    /// What stands between quotes.
    fn text(&mut self) -> Result<String, String> {
        self.take('"');
        let mut text = String::new();
        let mut signs = self.rest.char_indices();
        while let Some((place, sign)) = signs.next() {
            match sign {
                '"' => {
                    let after = place.saturating_add(1);
                    self.rest = self.rest.get(after..).unwrap_or_default();
                    return Ok(text);
                }
                '\\' => match signs.next() {
                    Some((_, sign @ ('"' | '\\' | '/'))) => text.push(sign),
                    Some((_, 'b')) => text.push('\u{8}'),
                    Some((_, 'f')) => text.push('\u{C}'),
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 'r')) => text.push('\r'),
                    Some((_, 't')) => text.push('\t'),
                    _ => return Err("an escape that is not supported".to_owned()),
                },
                sign if sign < ' ' => return Err("a control character in a text".to_owned()),
                sign => text.push(sign),
            }
        }
        Err("a closing quote is missing".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn literals() {
        for right in [
            "{}",
            " [1, -2.5e3, \"a\\\"b\", true] ",
            "{\"a\": {\"b\": [\"$x\"]}, \"é\": 0}",
            "\"x\"",
            "12345678901234567890",
        ] {
            assert!(literal(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "{",
            "{a: 1}",
            "{\"a\" 1}",
            "[1,]",
            "[[1]]",
            "[{}]",
            "null",
            "{\"a\": null}",
            "tru",
            "01",
            "1.",
            "\"a",
            "{} {}",
            "1e999",
        ] {
            assert!(literal(wrong).is_err(), "{wrong}");
        }
    }
}
