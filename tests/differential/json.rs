//! JSON text, whose numbers keep all of their digits.

use crate::number::Number;
use std::collections::BTreeMap;
use std::fmt;

/// A JSON value.
#[derive(Clone, PartialEq)]
pub enum Json {
    Null,
    Boolean(bool),
    Number(Number),
    Text(String),
    Array(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    /// Reads JSON text.
    pub fn parse(text: &str) -> Option<Json> {
        let mut reader = Reader { rest: text };
        let value = reader.value()?;
        reader.skip_space();
        reader.rest.is_empty().then_some(value)
    }

    /// Whether this is what PostgreSQL computed.
    pub fn agrees_with(&self, postgres: &Json, inexact: bool) -> bool {
        match (self, postgres) {
            (Json::Number(here), Json::Number(there)) => here.agrees_with(there, inexact),
            (Json::Array(here), Json::Array(there)) => {
                here.len() == there.len()
                    && here
                        .iter()
                        .zip(there)
                        .all(|(one, other)| one.agrees_with(other, inexact))
            }
            (Json::Object(here), Json::Object(there)) => {
                here.len() == there.len()
                    && here
                        .iter()
                        .zip(there)
                        .all(|((key, one), (other_key, other))| {
                            key == other_key && one.agrees_with(other, inexact)
                        })
            }
            (here, there) => here == there,
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, word: &str) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self) -> Option<Json> {
        self.skip_space();
        match self.rest.chars().next()? {
            '{' => self.object(),
            '[' => self.array(),
            '"' => self.text().map(Json::Text),
            'n' => self.take("null").then_some(Json::Null),
            't' => self.take("true").then_some(Json::Boolean(true)),
            'f' => self.take("false").then_some(Json::Boolean(false)),
            _ => {
                let is_end = |character: char| !"+-.eE0123456789".contains(character);
                let end = self.rest.find(is_end).unwrap_or(self.rest.len());
                let (number, rest) = self.rest.split_at(end);
                self.rest = rest;
                Number::parse(number).map(Json::Number)
            }
        }
    }

    fn array(&mut self) -> Option<Json> {
        self.take("[");
        let mut items = Vec::new();
        if self.take("]") {
            return Some(Json::Array(items));
        }
        loop {
            items.push(self.value()?);
            if self.take("]") {
                return Some(Json::Array(items));
            }
            if !self.take(",") {
                return None;
            }
        }
    }

    fn object(&mut self) -> Option<Json> {
        self.take("{");
        let mut entries = BTreeMap::new();
        if self.take("}") {
            return Some(Json::Object(entries));
        }
        loop {
            self.skip_space();
            let key = self.text()?;
            if !self.take(":") {
                return None;
            }
            entries.insert(key, self.value()?);
            if self.take("}") {
                return Some(Json::Object(entries));
            }
            if !self.take(",") {
                return None;
            }
        }
    }

    fn text(&mut self) -> Option<String> {
        let mut characters = self.rest.strip_prefix('"')?.chars();
        // UTF-16 units, since PostgreSQL may write two of them for one character.
        let mut units: Vec<u16> = Vec::new();
        let mut buffer = [0; 2];
        loop {
            let character = match characters.next()? {
                '"' => break,
                '\\' => match characters.next()? {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'u' => {
                        let digits: String = characters.by_ref().take(4).collect();
                        units.push(u16::from_str_radix(&digits, 16).ok()?);
                        continue;
                    }
                    other => other,
                },
                other => other,
            };
            units.extend_from_slice(character.encode_utf16(&mut buffer));
        }
        self.rest = characters.as_str();
        String::from_utf16(&units).ok()
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Boolean(value) => write!(f, "{value}"),
            Json::Number(number) => write!(f, "{number}"),
            Json::Text(text) => write!(f, "{text:?}"),
            Json::Array(items) => f.debug_list().entries(items).finish(),
            Json::Object(entries) => f.debug_map().entries(entries).finish(),
        }
    }
}

#[test]
fn reads_what_postgresql_writes() {
    let json =
        Json::parse(r#" {"a": [1.50, -2e3, null, true], "é\n\"\ud83d\ude00": {}, "b": []} "#);
    assert_eq!(
        format!("{:?}", json.unwrap()),
        r#"{"a": [1.5, -2000, null, true], "b": [], "é\n\"😀": {}}"#
    );
    for wrong in ["", "{", "[1,]", "{\"a\"}", "1 2", "\"", "nul"] {
        assert_eq!(Json::parse(wrong), None, "{wrong}");
    }
}
