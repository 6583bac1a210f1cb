//! What the template of a writing statement filled to, read from its bytes.
//!
//! [`queryleaf_plan::write`] says what the forms mean.

use super::documents::Documents;
use super::fields::Fields;
use mongodb::bson::Document;
use mongodb::options::WriteConcern;
use queryleaf_plan::Generated;

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
    pub(crate) fn can_be_gathered(&self) -> bool {
        // A row that `DO NOTHING` passes over is none that others wait for.
        let conflict = self.target.conflict.as_ref();
        conflict.is_none_or(|conflict| conflict.key.is_some() && conflict.action.is_some())
            && self.target.options == Options::default()
    }
}

/// `ON CONFLICT`.
#[derive(Debug, PartialEq)]
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
    pub(crate) options: Options,
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
    DeleteFiles(DeleteFiles),
    Merge {
        id: String,
        /// Where the number of one of the actions is.
        action: String,
        actions: Vec<MergeAction>,
    },
}

/// Documents that are files of a bucket.
#[derive(Debug)]
pub(crate) struct DeleteFiles {
    pub(crate) id: String,
    /// The collection of the chunks.
    pub(crate) chunks: String,
    /// What a document must still be when it is deleted.
    pub(crate) condition: Option<Document>,
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
    /// Whether that is what the collection declares; a transaction has its own in place of it.
    pub(crate) declared: bool,
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
                options: fields.options()?,
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
