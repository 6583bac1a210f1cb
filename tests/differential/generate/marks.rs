//! Marks in the text of a generated query that say what may be left out of it.
//!
//! A query is made as one text, parts inside of parts; a mark around a part is what the reducer
//! needs to find it again. The marks are characters that no query holds.

use super::Kind;

const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';

/// What a part is to the reducer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It may be left out.
    Optional,
    /// It may give way to a part of the same type inside of it, or to `NULL`.
    Expression(Kind),
}

/// A part of a query.
#[derive(Debug, Clone)]
pub enum Part {
    Text(String),
    Marked(Mark, Vec<Part>),
}

/// A part that may be left out.
pub(super) fn optional(text: impl AsRef<str>) -> String {
    format!("{OPEN}?{}{CLOSE}", text.as_ref())
}

/// An expression.
pub(super) fn expression(kind: Kind, text: &str) -> String {
    let place = Kind::ALL.iter().position(|other| *other == kind);
    let letter = place.and_then(|place| char::from_digit(place as u32, 36));
    format!("{OPEN}{}{text}{CLOSE}", letter.unwrap_or('?'))
}

/// A list of which every item but the first may be left out.
pub(super) fn list(items: &[String]) -> String {
    let items = items.iter().enumerate().map(|(number, item)| match number {
        0 => item.clone(),
        _ => optional(format!(", {item}")),
    });
    items.collect()
}

/// The text without its marks.
pub fn plain(marked: &str) -> String {
    let mut text = String::new();
    let mut characters = marked.chars();
    while let Some(character) = characters.next() {
        match character {
            OPEN => drop(characters.next()),
            CLOSE => {}
            other => text.push(other),
        }
    }
    text
}

/// The parts of a marked text.
pub fn parts(marked: &str) -> Vec<Part> {
    let mut stack: Vec<(Mark, Vec<Part>)> = Vec::new();
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut characters = marked.chars();
    while let Some(character) = characters.next() {
        if !matches!(character, OPEN | CLOSE) {
            text.push(character);
            continue;
        }
        if !text.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut text)));
        }
        if character == OPEN {
            let letter = characters.next().and_then(|letter| letter.to_digit(36));
            let kind = letter.and_then(|letter| Kind::ALL.get(letter as usize));
            let mark = kind.map_or(Mark::Optional, |kind| Mark::Expression(*kind));
            stack.push((mark, std::mem::take(&mut parts)));
        } else if let Some((mark, before)) = stack.pop() {
            let inner = std::mem::replace(&mut parts, before);
            parts.push(Part::Marked(mark, inner));
        }
    }
    parts.push(Part::Text(text));
    parts
}

/// The text of parts, with their marks.
pub fn marked(parts: &[Part]) -> String {
    let text = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Marked(Mark::Optional, inner) => optional(marked(inner)),
        Part::Marked(Mark::Expression(kind), inner) => expression(*kind, &marked(inner)),
    };
    parts.iter().map(text).collect()
}

#[test]
fn marks_come_and_go() {
    let one = expression(
        Kind::Integer,
        &format!("(a + {})", expression(Kind::Bigint, "b")),
    );
    let query = format!(
        "SELECT {}{}",
        list(&[one, "c".to_owned()]),
        optional(" FROM t")
    );
    assert_eq!(plain(&query), "SELECT (a + b), c FROM t");
    assert_eq!(marked(&parts(&query)), query);
}
