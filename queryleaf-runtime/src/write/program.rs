//! What the template of a writing statement filled to, read from its bytes.
//!
//! [`queryleaf_plan::write`] says what the forms mean.

use super::documents::Documents;
use super::statements;
use crate::bridge;
use crate::raw::RawValue;
use mongodb::bson::Document;
use mongodb::options::WriteConcern;
use queryleaf_plan::Generated;
use queryleaf_plan::bson::{element_type, elements, string};
use serde::de::DeserializeOwned;

/// What a writing statement does.
#[derive(Debug)]
pub(crate) enum Program {
    Insert(Insert),
    Update(Update),
    Delete(Delete),
    Staged(Staged),
    /// The steps of a statement that defines.
    Define(Vec<Document>),
}

/// Rows whose values are known.
#[derive(Debug)]
pub(crate) struct Insert {
    /// `None` where the rows are the user's own structs.
    pub(crate) documents: Option<Documents>,
    pub(crate) target: Target,
    pub(crate) returning: Option<Vec<Document>>,
}

/// Where and how rows are stored.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) collection: String,
    pub(crate) conflict: Option<Conflict>,
    pub(crate) options: Options,
}

impl Target {
    /// A collection, without anything else.
    pub(crate) fn plain(collection: String, ordered: Option<bool>) -> Self {
        Target {
            collection,
            conflict: None,
            options: Options {
                ordered,
                ..Options::default()
            },
        }
    }
}

impl Insert {
    /// Whether it can be sent together with others.
    pub(crate) fn is_plain(&self) -> bool {
        self.target.conflict.is_none() && self.target.options == Options::default()
    }
}

/// `ON CONFLICT`.
#[derive(Debug)]
pub(crate) struct Conflict {
    /// The fields of a unique index; `None` stands for any.
    pub(crate) key: Option<Vec<String>>,
    /// The pipeline of `DO UPDATE`; `None` is `DO NOTHING`.
    pub(crate) action: Option<Vec<Document>>,
    /// Whether `DO UPDATE` has a condition, and passes over some of the stored documents.
    pub(crate) has_condition: bool,
}

/// Rows that a filter finds, to be changed.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) collection: String,
    /// The filter, the change and the array filters as the elements of a statement of the command.
    pub(crate) elements: Vec<u8>,
    pub(crate) filter: Document,
    pub(crate) change: Change,
    pub(crate) array_filters: Option<Vec<Document>>,
    /// At most one document can match.
    pub(crate) one: bool,
    pub(crate) returning: Option<Vec<Document>>,
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
    /// The filter as the element of a statement of the command.
    pub(crate) elements: Vec<u8>,
    pub(crate) filter: Document,
    /// At most one document can match.
    pub(crate) one: bool,
    pub(crate) returning: Option<Vec<Document>>,
}

/// Rows that a query computes.
#[derive(Debug)]
pub(crate) struct Staged {
    /// The query.
    pub(crate) command: Document,
    /// What is done with each of its rows.
    pub(crate) action: Action,
    /// Whether the rows have to come to the client.
    pub(crate) by_client: bool,
    pub(crate) target: Target,
    pub(crate) returning: Option<Vec<Document>>,
}

/// What is done with a computed row.
#[derive(Debug)]
pub(crate) enum Action {
    /// It is a document to insert.
    Insert {
        generated: GeneratedFields,
    },
    Update {
        id: String,
        set: Assignments,
    },
    Delete {
        id: String,
    },
    Merge {
        id: String,
        /// Where the number of one of the actions is.
        action: String,
        actions: Vec<MergeAction>,
    },
}

/// Fields that get new values where a row has none.
pub(crate) type GeneratedFields = Vec<(String, Generated)>;

/// Paths of a document, each with where its new value is in a row.
pub(crate) type Assignments = Vec<(String, String)>;

/// What a `MERGE` does with a row.
#[derive(Debug)]
pub(crate) enum MergeAction {
    Update(Assignments),
    Insert {
        /// Where the document is in the row.
        document: String,
        generated: GeneratedFields,
    },
    Delete,
}

/// What `WITH BULK_OPTIONS (..)` says.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Options {
    pub(crate) batch_size: Option<u32>,
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
            Program::Staged(_) => "aggregate",
            Program::Define(_) => "define",
        }
    }

    /// Reads the bytes of a program.
    pub(crate) fn read(bytes: &[u8]) -> Result<Program, String> {
        let mut fields = Fields::read(bytes)?;
        let program = match fields.first() {
            "insert" => Program::Insert(Insert {
                target: fields.target("insert")?,
                documents: fields.documents("documents")?,
                returning: fields.optional_list("returning")?,
            }),
            "update" => Program::Update(Update {
                elements: fields.elements(&["q", "u", "arrayFilters"]),
                collection: fields.text("update")?,
                filter: fields.document("q")?,
                change: fields.change("u")?,
                array_filters: fields.optional_list("arrayFilters")?,
                one: fields.flag("one")?,
                returning: fields.optional_list("returning")?,
            }),
            "delete" => Program::Delete(Delete {
                elements: fields.elements(&["q"]),
                collection: fields.text("delete")?,
                filter: fields.document("q")?,
                one: fields.flag("one")?,
                returning: fields.optional_list("returning")?,
            }),
            "aggregate" => Program::Staged(Staged {
                by_client: fields.flag("client")?,
                action: fields.action()?,
                target: fields.target("into")?,
                returning: fields.optional_list("returning")?,
                command: fields.rest()?,
            }),
            "define" => Program::Define(fields.optional_list("define")?.unwrap_or_default()),
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

    /// These fields as they are, one after the other.
    fn elements(&self, names: &[&str]) -> Vec<u8> {
        let mut elements = Vec::new();
        for name in names {
            if let Some((_, value)) = self.0.iter().find(|(other, _)| other == name) {
                statements::write(&mut elements, name, *value);
            }
        }
        elements
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
            batch_size: fields.optional("batchSize")?,
            ordered: fields.optional("ordered")?,
            write_concern: fields.optional("writeConcern")?,
            bypass_document_validation: fields.optional("bypassDocumentValidation")?,
        };
        fields.end()?;
        Ok(options)
    }

    fn target(&mut self, name: &str) -> Result<Target, String> {
        Ok(Target {
            collection: self.text(name)?,
            conflict: self.conflict()?,
            options: self.options()?,
        })
    }

    fn conflict(&mut self) -> Result<Option<Conflict>, String> {
        let Some(value) = self.take("conflict") else {
            return Ok(None);
        };
        let mut fields = Fields::read(value.bytes)?;
        let conflict = Conflict {
            key: fields.optional("key")?,
            action: match fields.take("action") {
                Some(value) if value.element_type == element_type::ARRAY => Some(list(value)?),
                Some(_) => None,
                None => return Err("a conflict without an action".to_owned()),
            },
            has_condition: fields.flag("where")?,
        };
        fields.end()?;
        Ok(Some(conflict))
    }

    fn action(&mut self) -> Result<Action, String> {
        let value = self.take("as").ok_or("rows without an action")?;
        let mut fields = Fields::read(value.bytes)?;
        let action = match fields.first() {
            "insert" => {
                fields.flag("insert")?;
                Action::Insert {
                    generated: fields.generated()?,
                }
            }
            "update" => {
                let mut fields = fields.inner("update")?;
                Action::Update {
                    id: fields.text("id")?,
                    set: fields.required("set")?,
                }
            }
            "delete" => Action::Delete {
                id: fields.inner("delete")?.text("id")?,
            },
            "merge" => {
                let mut fields = fields.inner("merge")?;
                Action::Merge {
                    id: fields.text("id")?,
                    action: fields.text("action")?,
                    actions: fields.merge_actions()?,
                }
            }
            other => return Err(format!("rows that are to `{other}`")),
        };
        fields.end()?;
        Ok(action)
    }

    fn generated(&mut self) -> Result<GeneratedFields, String> {
        let fields: Option<Vec<(String, String)>> = self.optional("generated")?;
        fields
            .unwrap_or_default()
            .into_iter()
            .map(|(field, kind)| Ok((field, generated_kind(&kind)?)))
            .collect()
    }

    fn merge_actions(&mut self) -> Result<Vec<MergeAction>, String> {
        let value = self.take("actions").ok_or("a merge without actions")?;
        elements(value.bytes)
            .map(|item| {
                let item = item.map_err(|_| "a malformed array")?;
                let mut fields = Fields::read(item.value)?;
                let action = match fields.first() {
                    "update" => MergeAction::Update(fields.required("update")?),
                    "insert" => MergeAction::Insert {
                        document: fields.text("insert")?,
                        generated: fields.generated()?,
                    },
                    "delete" if fields.flag("delete")? => MergeAction::Delete,
                    other => return Err(format!("a merge that is to `{other}`")),
                };
                fields.end()?;
                Ok(action)
            })
            .collect()
    }

    /// The document of this name.
    fn inner(&mut self, name: &str) -> Result<Fields<'a>, String> {
        let value = self
            .take(name)
            .ok_or_else(|| format!("no document `{name}`"))?;
        Fields::read(value.bytes)
    }

    fn optional<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, String> {
        self.take(name).map(bridge::deserialize).transpose()
    }

    fn required<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, String> {
        self.optional(name)?
            .ok_or_else(|| format!("no field `{name}`"))
    }

    /// All that is not read yet, as a document.
    fn rest(&mut self) -> Result<Document, String> {
        self.0
            .drain(..)
            .map(|(name, value)| Ok((name.to_owned(), bridge::to_bson(value)?)))
            .collect()
    }

    fn end(&self) -> Result<(), String> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(format!("`{name}` in a program")),
        }
    }
}

fn generated_kind(name: &str) -> Result<Generated, String> {
    [Generated::Now, Generated::Uuid]
        .into_iter()
        .find(|kind| kind.name() == name)
        .ok_or_else(|| format!("a value `{name}` that the client makes"))
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
