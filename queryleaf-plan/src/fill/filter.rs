//! Joining query-language filters into the shortest one that says the same.

use super::MAX_DEPTH;
use crate::bson::{Malformed, element_type, elements, end_document, start_document, write_name};

/// Filters, of which all or any must be true.
#[derive(Debug)]
pub(super) struct Filters {
    kind: Kind,
    /// No filter is left to be asked: one is false among all, or true among any.
    decided: bool,
    filters: Vec<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    All,
    Any,
}

impl Filters {
    pub(super) fn all() -> Self {
        Filters::new(Kind::All)
    }

    pub(super) fn any() -> Self {
        Filters::new(Kind::Any)
    }

    fn new(kind: Kind) -> Self {
        Filters {
            kind,
            decided: false,
            filters: Vec::new(),
        }
    }

    /// Adds a filter that no document passes.
    pub(super) fn add_never(&mut self) {
        self.decided |= self.kind == Kind::All;
    }

    /// Adds a filter: the bytes of a document.
    pub(super) fn add(&mut self, filter: Vec<u8>) -> Result<(), Malformed> {
        let mut parts = elements(&filter);
        let (first, second) = (parts.next().transpose()?, parts.next().transpose()?);
        drop(parts);
        match (self.kind, first, second) {
            // The empty document: every document passes.
            (kind, None, _) => self.decided |= kind == Kind::Any,
            (Kind::Any, Some(only), None)
                if only.name == b"$or" && only.element_type == element_type::ARRAY =>
            {
                for inner in elements(only.value) {
                    self.filters.push(inner?.value.to_vec());
                }
            }
            (Kind::All | Kind::Any, Some(_), _) => self.filters.push(filter),
        }
        Ok(())
    }

    /// Writes the one filter that they make; `None` when no document passes it.
    pub(super) fn write(self, bytes: &mut Vec<u8>) -> Result<Option<()>, Malformed> {
        match (self.kind, self.decided, &self.filters[..]) {
            (Kind::All, true, _) | (Kind::Any, false, []) => return Ok(None),
            (Kind::Any, true, _) | (Kind::All, false, []) => {
                let start = start_document(bytes);
                end_document(bytes, start);
            }
            (_, false, [only]) => bytes.extend_from_slice(only),
            (Kind::All, false, filters) => Conditions::of(filters)?.write(bytes),
            (Kind::Any, false, filters) => {
                let start = start_document(bytes);
                write_array(bytes, "$or", filters);
                end_document(bytes, start);
            }
        }
        Ok(Some(()))
    }
}

/// `name: [filters..]`.
fn write_array(bytes: &mut Vec<u8>, name: &str, filters: &[Vec<u8>]) {
    write_name(bytes, element_type::ARRAY, name);
    let start = start_document(bytes);
    for (position, filter) in filters.iter().enumerate() {
        write_name(bytes, element_type::DOCUMENT, &position.to_string());
        bytes.extend_from_slice(filter);
    }
    end_document(bytes, start);
}

/// The conditions of filters that must all be true, by what they are about, in the order in which
/// that was first mentioned.
#[derive(Debug, Default)]
struct Conditions<'a> {
    about: Vec<(&'a [u8], Vec<Condition>)>,
}

/// A condition on one field, or the operand of an operator such as `$or`.
#[derive(Debug, PartialEq)]
struct Condition {
    element_type: u8,
    bytes: Vec<u8>,
}

impl<'a> Conditions<'a> {
    fn of(filters: &'a [Vec<u8>]) -> Result<Self, Malformed> {
        let mut conditions = Conditions::default();
        for filter in filters {
            conditions.add_filter(filter, 0)?;
        }
        Ok(conditions)
    }

    /// Adds the conditions of a filter, those inside its `$and` too: there can be only one `$and`.
    fn add_filter(&mut self, filter: &'a [u8], depth: usize) -> Result<(), Malformed> {
        if depth > MAX_DEPTH {
            return Err(Malformed);
        }
        for element in elements(filter) {
            let element = element?;
            if element.name == b"$and" && element.element_type == element_type::ARRAY {
                for inner in elements(element.value) {
                    self.add_filter(inner?.value, depth + 1)?;
                }
                continue;
            }
            let condition = Condition {
                element_type: element.element_type,
                bytes: element.value.to_vec(),
            };
            self.add(element.name, condition);
        }
        Ok(())
    }

    fn add(&mut self, name: &'a [u8], condition: Condition) {
        let Some((_, others)) = self.about.iter_mut().find(|(other, _)| *other == name) else {
            self.about.push((name, vec![condition]));
            return;
        };
        // What stands behind `$expr` looks like operators, but is one expression.
        let is_field = !name.starts_with(b"$");
        let is_joined = others.contains(&condition)
            || (is_field && others.iter_mut().any(|other| other.join(&condition)));
        if !is_joined {
            others.push(condition);
        }
    }

    /// Writes what is mentioned once as it is, the rest as `$and`.
    fn write(&self, bytes: &mut Vec<u8>) {
        let start = start_document(bytes);
        let mut repeated = Vec::new();
        for (name, conditions) in &self.about {
            let name = String::from_utf8_lossy(name);
            match &conditions[..] {
                [only] => only.write(bytes, &name),
                conditions => repeated.extend(conditions.iter().map(|condition| {
                    let mut filter = Vec::new();
                    let start = start_document(&mut filter);
                    condition.write(&mut filter, &name);
                    end_document(&mut filter, start);
                    filter
                })),
            }
        }
        if !repeated.is_empty() {
            write_array(bytes, "$and", &repeated);
        }
        end_document(bytes, start);
    }
}

impl Condition {
    fn write(&self, bytes: &mut Vec<u8>, name: &str) {
        write_name(bytes, self.element_type, name);
        bytes.extend_from_slice(&self.bytes);
    }

    /// Takes in another condition on the same field, if one document can hold the operators of
    /// both: `{$gte: 1}` and `{$lt: 5}`.
    fn join(&mut self, other: &Condition) -> bool {
        let (Some(own), Some(others)) = (self.operators(), other.operators()) else {
            return false;
        };
        if others.iter().any(|operator| own.contains(operator)) {
            return false;
        }
        let mut joined = Vec::new();
        let start = start_document(&mut joined);
        for condition in [&self.bytes, &other.bytes] {
            for element in elements(condition).flatten() {
                write_name(
                    &mut joined,
                    element.element_type,
                    &String::from_utf8_lossy(element.name),
                );
                joined.extend_from_slice(element.value);
            }
        }
        end_document(&mut joined, start);
        self.bytes = joined;
        true
    }

    /// The operators, if this is a document of such that do not depend on each other.
    fn operators(&self) -> Option<Vec<&[u8]>> {
        const INDEPENDENT: [&[u8]; 10] = [
            b"$eq", b"$ne", b"$gt", b"$gte", b"$lt", b"$lte", b"$in", b"$nin", b"$exists", b"$type",
        ];
        if self.element_type != element_type::DOCUMENT {
            return None;
        }
        let operators: Vec<&[u8]> = elements(&self.bytes)
            .map(|element| element.map(|element| element.name))
            .collect::<Result<_, _>>()
            .ok()?;
        let independent = operators
            .iter()
            .all(|operator| INDEPENDENT.contains(operator));
        (independent && !operators.is_empty()).then_some(operators)
    }
}
