//! Documents to be stored, as the bytes that are sent.

use mongodb::bson::oid::ObjectId;
use queryleaf_plan::bson::{FIRST_ELEMENT, element_type, elements};
use queryleaf_plan::{Misfit, Rules};
use std::ops::Range;
use std::sync::Arc;

/// The largest document that the server stores.
const MAX_DOCUMENT: usize = 16 * 1024 * 1024;

/// Documents one behind the other, each with its `_id` in front.
///
/// An `_id` that a document lacks is made here, before anything is sent: whatever happens to a
/// batch on its way, the same rows can be sent again and cannot be stored twice.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    /// The number of the first row among all rows of the statement.
    first: u64,
    bytes: Vec<u8>,
    /// Where each document ends.
    ends: Vec<usize>,
    /// The places of rows that do not fit their table, in order, and why.
    misfits: Vec<(usize, Misfit)>,
}

impl Documents {
    /// No documents; the first one will be the row of this number.
    pub(crate) fn starting_at(first: u64) -> Self {
        Documents {
            first,
            ..Documents::default()
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The number of the row at this place.
    pub(crate) fn row(&self, index: usize) -> u64 {
        self.first + index as u64
    }

    /// Adds a document.
    pub(crate) fn push(&mut self, document: &[u8]) -> Result<(), String> {
        let start = self.bytes.len();
        let mut id = None;
        for element in elements(document) {
            let element = element.map_err(|_| "a malformed document")?;
            if element.name == b"_id" {
                let length = 1 + element.name.len() + 1 + element.value.len();
                id = Some(element.next - length..element.next);
                break;
            }
        }
        match id {
            Some(id) if id.start == FIRST_ELEMENT => self.bytes.extend_from_slice(document),
            Some(id) => {
                self.bytes.extend_from_slice(&document[..FIRST_ELEMENT]);
                self.bytes.extend_from_slice(&document[id.clone()]);
                self.bytes
                    .extend_from_slice(&document[FIRST_ELEMENT..id.start]);
                self.bytes.extend_from_slice(&document[id.end..]);
            }
            None => {
                self.bytes.extend_from_slice(&[0; FIRST_ELEMENT]);
                self.bytes.push(element_type::OBJECT_ID);
                self.bytes.extend_from_slice(b"_id\0");
                self.bytes.extend_from_slice(&ObjectId::new().bytes());
                self.bytes.extend_from_slice(&document[FIRST_ELEMENT..]);
            }
        }
        let length = self.bytes.len() - start;
        if length > MAX_DOCUMENT {
            self.bytes.truncate(start);
            return Err(format!(
                "a document of {length} bytes, where the server stores {MAX_DOCUMENT} at most"
            ));
        }
        self.bytes[start..start + FIRST_ELEMENT].copy_from_slice(&(length as u32).to_le_bytes());
        self.ends.push(self.bytes.len());
        Ok(())
    }

    /// Adds a row of the user's own, and notes where it breaks a rule.
    pub(crate) fn push_row_of(&mut self, document: &[u8], rules: &Rules) -> Result<(), String> {
        let place = self.len();
        self.push(document)?;
        if let Err(misfit) = rules.check(element_type::DOCUMENT, document) {
            self.misfits.push((place, *misfit));
        }
        Ok(())
    }

    /// The rows that do not fit their table: their places, in order, and why.
    pub(crate) fn misfits(&self) -> &[(usize, Misfit)] {
        &self.misfits
    }

    /// Adds a row that is no document of a collection.
    pub(crate) fn push_row(&mut self, row: &[u8]) {
        self.bytes.extend_from_slice(row);
        self.ends.push(self.bytes.len());
    }

    /// The same documents, as others can be added to.
    pub(crate) fn copy(&self) -> Self {
        Documents {
            first: 0,
            bytes: self.bytes.clone(),
            ends: self.ends.clone(),
            misfits: self.misfits.clone(),
        }
    }

    /// The bytes of the document at this place.
    pub(crate) fn get(&self, index: usize) -> &[u8] {
        let start = match index {
            0 => 0,
            _ => self.ends[index - 1],
        };
        &self.bytes[start..self.ends[index]]
    }

    /// How many documents from this place on fit into one batch.
    fn fitting(&self, start: usize, limit: Limit) -> usize {
        let from = match start {
            0 => 0,
            _ => self.ends[start - 1],
        };
        let end = self.len().min(start.saturating_add(limit.documents));
        // At least one, however large.
        let fitting = self.ends[start..end].partition_point(|&end| end - from <= limit.bytes);
        fitting.max(1).min(end - start)
    }
}

/// How much is sent at a time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) documents: usize,
    pub(crate) bytes: usize,
}

/// Some of the documents, sent together.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    documents: Arc<Documents>,
    range: Range<usize>,
}

impl Batch {
    /// The documents from this place on that fit into one batch; `None` where none is left.
    pub(crate) fn take(documents: &Arc<Documents>, start: usize, limit: Limit) -> Option<Batch> {
        (start < documents.len()).then(|| Batch {
            range: start..start + documents.fitting(start, limit),
            documents: Arc::clone(documents),
        })
    }

    /// Where the next batch starts.
    pub(crate) fn end(&self) -> usize {
        self.range.end
    }

    pub(crate) fn len(&self) -> usize {
        self.range.len()
    }

    /// The number of the row at this place of the batch.
    pub(crate) fn row(&self, index: usize) -> u64 {
        self.documents.row(self.range.start + index)
    }

    /// The numbers of its rows.
    pub(crate) fn rows(&self) -> Range<u64> {
        self.row(0)..self.row(self.len())
    }

    pub(crate) fn get(&self, index: usize) -> &[u8] {
        self.documents.get(self.range.start + index)
    }

    /// Whether a row of it may not fit its table.
    pub(crate) fn has_misfits(&self) -> bool {
        !self.documents.misfits().is_empty()
    }

    /// Why the row at this place does not fit its table, where it does not.
    pub(crate) fn misfit(&self, index: usize) -> Option<&Misfit> {
        let misfits = self.documents.misfits();
        let place = self.range.start + index;
        let found = misfits.binary_search_by_key(&place, |(place, _)| *place);
        found.ok().map(|found| &misfits[found].1)
    }

    /// Those at these places, which are in order, and no other: one batch for places without a gap.
    pub(crate) fn at(&self, places: &[usize]) -> impl Iterator<Item = Batch> {
        let together = places.chunk_by(|place, next| place + 1 == *next);
        let ranges = together.filter_map(|places| Some(*places.first()?..*places.last()? + 1));
        ranges.map(|places| Batch {
            documents: Arc::clone(&self.documents),
            range: self.range.start + places.start..self.range.start + places.end,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge;
    use mongodb::bson::{Document, doc};

    fn bytes(document: &Document) -> Vec<u8> {
        let mut bytes = Vec::new();
        document.to_writer(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn the_id_comes_first() {
        let mut documents = Documents::default();
        for document in [
            doc! { "_id": 1, "a": "x" },
            doc! { "a": "y", "_id": 2, "b": true },
            doc! { "a": "z" },
            doc! {},
        ] {
            documents.push(&bytes(&document)).unwrap();
        }
        let read: Vec<Document> = (0..documents.len())
            .map(|index| bridge::to_document(documents.get(index)).unwrap())
            .collect();
        assert_eq!(read[0], doc! { "_id": 1, "a": "x" });
        assert_eq!(read[1], doc! { "_id": 2, "a": "y", "b": true });
        for document in &read[2..] {
            assert!(document.get_object_id("_id").is_ok());
            assert_eq!(document.keys().next().map(String::as_str), Some("_id"));
        }
        assert_eq!(read[2].get_str("a").ok(), Some("z"));
    }

    #[test]
    fn a_document_that_is_too_large() {
        let mut documents = Documents::default();
        let error = documents
            .push(&bytes(&doc! { "text": "x".repeat(MAX_DOCUMENT) }))
            .unwrap_err();
        assert!(error.starts_with("a document of 16777"), "{error}");
        assert_eq!((documents.len(), documents.size()), (0, 0));
    }

    #[test]
    fn some_of_a_batch() {
        let mut documents = Documents::starting_at(100);
        for id in 0..10 {
            documents.push(&bytes(&doc! { "_id": id })).unwrap();
        }
        let limit = Limit {
            documents: 8,
            bytes: 1_000,
        };
        let batch = Batch::take(&Arc::new(documents), 1, limit).unwrap();
        let rows = |places: &[usize]| batch.at(places).map(|some| some.rows()).collect::<Vec<_>>();
        assert_eq!(rows(&[]), []);
        assert_eq!(rows(&[0, 1, 2, 4]), [101..104, 105..106]);
        assert_eq!(rows(&[0, 2, 3, 6]), [101..102, 103..105, 107..108]);
    }

    #[test]
    fn batches_stay_within_their_limits() {
        let mut documents = Documents::starting_at(100);
        for id in 0..10 {
            documents.push(&bytes(&doc! { "_id": id })).unwrap();
        }
        let documents = Arc::new(documents);
        let sizes = |limit: Limit| {
            let (mut start, mut sizes) = (0, Vec::new());
            while let Some(batch) = Batch::take(&documents, start, limit) {
                assert_eq!(batch.rows().start, 100 + start as u64);
                start = batch.end();
                sizes.push(batch.len());
            }
            sizes
        };
        let limit = |documents, bytes| Limit { documents, bytes };
        assert_eq!(sizes(limit(4, 1_000)), [4, 4, 2]);
        assert_eq!(sizes(limit(100, 14 * 3 + 1)), [3, 3, 3, 1]);
        assert_eq!(sizes(limit(100, 1)), [1; 10]);
    }
}
