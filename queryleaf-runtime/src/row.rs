//! Reading the columns of a row from a raw result document.

use crate::decode::{Decode, Mismatch, Origin, OriginDatabase};
use crate::error::{DecodeError, Error, Result};
use crate::raw::RawValue;
use crate::{Fill, Plan, bridge};
use queryleaf_plan::bson::{
    Element, FIRST_ELEMENT, Malformed, element_at, element_named, element_type,
};

/// A result document, read column by column.
///
/// It remembers where the last column was: columns that are asked for in the order in which they
/// are stored cost one pass over the document.
pub struct RowReader<'a> {
    plan: &'static Plan,
    document: &'a [u8],
    /// Where to look first.
    position: usize,
    database: Option<&'a dyn OriginDatabase>,
}

impl<'a> RowReader<'a> {
    pub(crate) fn new(plan: &'static Plan, document: &'a [u8]) -> Self {
        RowReader {
            plan,
            document,
            position: FIRST_ELEMENT,
            database: None,
        }
    }

    /// The same document of this database.
    pub(crate) fn of(self, database: &'a dyn OriginDatabase) -> Self {
        RowReader {
            database: Some(database),
            ..self
        }
    }

    fn origin(&self) -> Origin<'a> {
        Origin {
            database: self.database,
            sql: self.plan.sql,
        }
    }

    pub(crate) fn plan(&self) -> &'static Plan {
        self.plan
    }

    /// The value of a column, counted from 0, which has the SQL type `S`.
    pub fn column<S, T: Decode<S>>(&mut self, column: usize) -> Result<T> {
        let value = self.value(column)?;
        match T::decode_of(value, self.origin()) {
            Ok(value) => Ok(value),
            Err(mismatch) => Err(self.mismatch(column, mismatch)),
        }
    }

    /// The value of a column, counted from 0, in a type that is wide enough for the SQL type `S`.
    pub fn fill<S, T: Fill<S>>(&mut self, column: usize) -> Result<T> {
        let value = self.value(column)?;
        match T::fill_of(value, self.origin()) {
            Ok(value) => Ok(value),
            Err(mismatch) => Err(self.mismatch(column, mismatch)),
        }
    }

    /// The whole document.
    pub(crate) fn document(&self) -> &'a [u8] {
        self.document
    }

    /// The milliseconds since 1970 of a column with a moment; `None` where it is `NULL`.
    pub(crate) fn date_time(&mut self, column: usize) -> Result<Option<i64>> {
        let value = self.value(column)?;
        let is_moment = value.element_type == element_type::DATE_TIME;
        let bytes = value.fixed().filter(|_| is_moment);
        Ok(bytes.map(i64::from_le_bytes))
    }

    /// The raw value of a column.
    fn value(&mut self, column: usize) -> Result<RawValue<'a>> {
        let Some((first, inner)) = self
            .plan
            .paths
            .get(column)
            .and_then(|path| path.split_first())
        else {
            return Err(Error::internal("a column without a path", self.plan));
        };
        // Where it is, when the columns are asked for in the order in which they are stored.
        if inner.is_empty()
            && let Some(element) = element_named(self.document, self.position, first.as_bytes())
        {
            self.position = element.next;
            return Ok(RawValue::from(element));
        }
        match self.find(first.as_bytes()) {
            Ok(Some((element, _))) if inner.is_empty() => {
                self.position = element.next;
                Ok(RawValue::from(element))
            }
            Ok(Some((element, start))) => {
                // Another column may lie inside the same document.
                self.position = start;
                self.inner_value(column, element.into(), inner)
            }
            Ok(None) => Ok(RawValue::MISSING),
            Err(Malformed) => Err(self.malformed()),
        }
    }

    /// The raw value at a path inside another.
    fn inner_value(
        &self,
        column: usize,
        mut value: RawValue<'a>,
        path: &[&str],
    ) -> Result<RawValue<'a>> {
        for (depth, name) in path.iter().enumerate() {
            if value.element_type != element_type::DOCUMENT {
                if value.is_null() {
                    return Ok(RawValue::MISSING);
                }
                let mismatch = Mismatch::new("document", value).at_depth(depth + 1);
                return Err(self.mismatch(column, mismatch));
            }
            let document = value.bytes;
            match find_between(document, FIRST_ELEMENT, document.len(), name.as_bytes()) {
                Ok(Some((element, _))) => value = RawValue::from(element),
                Ok(None) => return Ok(RawValue::MISSING),
                Err(Malformed) => return Err(self.malformed()),
            }
        }
        Ok(value)
    }

    /// The element of this name and where it starts: looked for from the remembered position to the
    /// end, then from the start.
    #[inline]
    fn find(&self, name: &[u8]) -> Result<Option<(Element<'a>, usize)>, Malformed> {
        let found = find_between(self.document, self.position, self.document.len(), name)?;
        if found.is_some() || self.position == FIRST_ELEMENT {
            return Ok(found);
        }
        find_between(self.document, FIRST_ELEMENT, self.position, name)
    }

    #[cold]
    fn mismatch(&self, column: usize, mismatch: Mismatch) -> Error {
        let mismatch = mismatch.into_parts();
        let path = self.plan.paths.get(column).copied().unwrap_or_default();
        let mut path: Vec<String> = path
            .iter()
            .take(mismatch.depth.unwrap_or(path.len()))
            .map(|step| (*step).to_owned())
            .collect();
        path.extend(mismatch.inside.into_iter().rev());
        self.decode_error(path.join("."), mismatch.expected, mismatch.found)
    }

    #[cold]
    fn malformed(&self) -> Error {
        self.decode_error(String::new(), "a document".into(), "malformed BSON".into())
    }

    fn decode_error(&self, path: String, expected: String, found: String) -> Error {
        let id = match find_between(self.document, FIRST_ELEMENT, self.document.len(), b"_id") {
            Ok(Some((element, _))) => bridge::to_bson(element.into()).ok(),
            Ok(None) | Err(Malformed) => None,
        };
        Error::Decode(Box::new(DecodeError {
            collection: self.plan.collection.to_owned(),
            id,
            path,
            expected,
            found,
            sql: self.plan.sql,
        }))
    }
}

/// The first element of this name that starts in `from..to`, and where it starts.
#[inline]
fn find_between<'a>(
    document: &'a [u8],
    from: usize,
    to: usize,
    name: &[u8],
) -> Result<Option<(Element<'a>, usize)>, Malformed> {
    let mut offset = from;
    while offset < to {
        let Some(element) = element_at(document, offset)? else {
            return Ok(None);
        };
        if element.name == name {
            return Ok(Some((element, offset)));
        }
        offset = element.next;
    }
    Ok(None)
}
