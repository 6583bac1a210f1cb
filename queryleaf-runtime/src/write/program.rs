//! What the template of a writing statement filled to, read from its bytes.
//!
//! [`queryleaf_plan::write`] says what the forms mean.

use super::documents::Documents;
use crate::bridge;
use crate::raw::RawValue;
use mongodb::bson::Document;
use mongodb::options::WriteConcern;
use queryleaf_plan::bson::{element_type, elements, string};

/// What a writing statement does.
#[derive(Debug)]
pub(crate) enum Program {
    Insert(Insert),
    Update(Update),
    Delete(Delete),
}

/// Rows whose values are known.
#[derive(Debug)]
pub(crate) struct Insert {
    pub(crate) collection: String,
    /// `None` where the rows are the user's own structs.
    pub(crate) documents: Option<Documents>,
    pub(crate) options: Options,
}

/// Rows that a filter finds, to be changed.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) collection: String,
    pub(crate) filter: Document,
    pub(crate) change: Change,
    pub(crate) array_filters: Option<Vec<Document>>,
    /// At most one document can match.
    pub(crate) one: bool,
}

/// How a document changes.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Operators(Document),
    Pipeline(Vec<Document>),
}

/// Rows that a filter finds, to be deleted.
#[derive(Debug)]
pub(crate) struct Delete {
    pub(crate) collection: String,
    pub(crate) filter: Document,
    /// At most one document can match.
    pub(crate) one: bool,
}

/// What `WITH BULK_OPTIONS (..)` says.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) batch_size: Option<usize>,
    pub(crate) ordered: Option<bool>,
    pub(crate) write_concern: Option<WriteConcern>,
    pub(crate) bypass_document_validation: Option<bool>,
}

impl Program {
    /// The name of the command that it is for the most part.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Program::Insert(_) => "insert",
            Program::Update(_) => "update",
            Program::Delete(_) => "delete",
        }
    }

    /// Reads the bytes of a program.
    pub(crate) fn read(bytes: &[u8]) -> Result<Program, String> {
        let mut fields = Fields::read(bytes)?;
        let program = match fields.first() {
            "insert" => Program::Insert(Insert {
                collection: fields.text("insert")?,
                documents: fields.documents("documents")?,
                options: fields.options()?,
            }),
            "update" => Program::Update(Update {
                collection: fields.text("update")?,
                filter: fields.document("q")?,
                change: fields.change("u")?,
                array_filters: fields.optional_list("arrayFilters")?,
                one: fields.flag("one")?,
            }),
            "delete" => Program::Delete(Delete {
                collection: fields.text("delete")?,
                filter: fields.document("q")?,
                one: fields.flag("one")?,
            }),
            other => return Err(format!("a program that starts with `{other}`")),
        };
        fields.end()?;
        Ok(program)
    }
}

/// The fields of a document that are not read yet.
struct Fields<'a>(Vec<(&'a str, RawValue<'a>)>);

impl<'a> Fields<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, String> {
        elements(bytes)
            .map(|element| {
                let element = element.map_err(|_| "a malformed program")?;
                let name = std::str::from_utf8(element.name).map_err(|error| error.to_string())?;
                Ok((name, RawValue::from(element)))
            })
            .collect::<Result<_, String>>()
            .map(Fields)
    }

    fn first(&self) -> &'a str {
        self.0.first().map_or("", |(name, _)| name)
    }

    fn take(&mut self, name: &str) -> Option<RawValue<'a>> {
        let position = self.0.iter().position(|(other, _)| *other == name)?;
        Some(self.0.remove(position).1)
    }

    fn text(&mut self, name: &str) -> Result<String, String> {
        self.take(name)
            .and_then(|value| string(value.bytes))
            .map(str::to_owned)
            .ok_or_else(|| format!("no text `{name}`"))
    }

    fn optional_document(&mut self, name: &str) -> Result<Option<Document>, String> {
        self.take(name).map(document).transpose()
    }

    fn document(&mut self, name: &str) -> Result<Document, String> {
        self.optional_document(name)?
            .ok_or_else(|| format!("no document `{name}`"))
    }

    fn optional_list(&mut self, name: &str) -> Result<Option<Vec<Document>>, String> {
        self.take(name).map(list).transpose()
    }

    fn change(&mut self, name: &str) -> Result<Change, String> {
        match self.take(name) {
            Some(value) if value.element_type == element_type::ARRAY => {
                list(value).map(Change::Pipeline)
            }
            Some(value) => document(value).map(Change::Operators),
            None => Err(format!("no change `{name}`")),
        }
    }

    fn flag(&mut self, name: &str) -> Result<bool, String> {
        match self.take(name) {
            None => Ok(false),
            Some(value) => match value.bytes {
                [flag] => Ok(*flag != 0),
                _ => Err(format!("`{name}` that is no boolean")),
            },
        }
    }

    fn documents(&mut self, name: &str) -> Result<Option<Documents>, String> {
        let Some(array) = self.take(name) else {
            return Ok(None);
        };
        let mut documents = Documents::default();
        for item in elements(array.bytes) {
            let item = item.map_err(|_| "malformed documents")?;
            documents.push(item.value)?;
        }
        Ok(Some(documents))
    }

    fn options(&mut self) -> Result<Options, String> {
        let Some(value) = self.take("options") else {
            return Ok(Options::default());
        };
        let mut fields = Fields::read(value.bytes)?;
        let options = Options {
            batch_size: fields
                .take("batchSize")
                .map(bridge::deserialize::<u32>)
                .transpose()?
                .map(|size| size as usize),
            ordered: fields
                .take("ordered")
                .map(bridge::deserialize)
                .transpose()?,
            write_concern: fields
                .take("writeConcern")
                .map(bridge::deserialize)
                .transpose()?,
            bypass_document_validation: fields
                .take("bypassDocumentValidation")
                .map(bridge::deserialize)
                .transpose()?,
        };
        fields.end()?;
        Ok(options)
    }

    fn end(&self) -> Result<(), String> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(format!("`{name}` in a program")),
        }
    }
}

fn document(value: RawValue<'_>) -> Result<Document, String> {
    if value.element_type != element_type::DOCUMENT {
        return Err("a value that is no document".to_owned());
    }
    bridge::to_document(value.bytes)
}

fn list(value: RawValue<'_>) -> Result<Vec<Document>, String> {
    if value.element_type != element_type::ARRAY {
        return Err("a value that is no array".to_owned());
    }
    elements(value.bytes)
        .map(|item| document(item.map_err(|_| "a malformed array")?.into()))
        .collect()
}
