//! Reading the parts of a program.

use super::documents::Documents;
use super::program::{
    Action, Change, Conflict, DeleteFiles, GeneratedFields, MergeAction, Options, Target,
};
use super::statements;
use crate::bridge;
use crate::raw::RawValue;
use mongodb::bson::Document;
use queryleaf_plan::Generated;
use queryleaf_plan::bson::{element_type, elements, string};
use serde::de::DeserializeOwned;

/// The fields of a document that are not read yet.
pub(super) struct Fields<'a>(Vec<(&'a str, RawValue<'a>)>);

impl<'a> Fields<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, String> {
        elements(bytes)
            .map(|element| {
                let element = element.map_err(|_| "a malformed program")?;
                let name = std::str::from_utf8(element.name).map_err(|error| error.to_string())?;
                Ok((name, RawValue::from(element)))
            })
            .collect::<Result<_, String>>()
            .map(Fields)
    }

    pub(super) fn first(&self) -> &'a str {
        self.0.first().map_or("", |(name, _)| name)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<RawValue<'a>> {
        let position = self.0.iter().position(|(other, _)| *other == name)?;
        Some(self.0.remove(position).1)
    }

    /// These fields as they are, one after the other.
    pub(super) fn elements(&self, names: &[&str]) -> Vec<u8> {
        let mut elements = Vec::new();
        for name in names {
            if let Some((_, value)) = self.0.iter().find(|(other, _)| other == name) {
                statements::write(&mut elements, name, *value);
            }
        }
        elements
    }

    pub(super) fn text(&mut self, name: &str) -> Result<String, String> {
        self.take(name)
            .and_then(|value| string(value.bytes))
            .map(str::to_owned)
            .ok_or_else(|| format!("no text `{name}`"))
    }

    pub(super) fn optional_document(&mut self, name: &str) -> Result<Option<Document>, String> {
        self.take(name).map(document).transpose()
    }

    pub(super) fn document(&mut self, name: &str) -> Result<Document, String> {
        self.optional_document(name)?
            .ok_or_else(|| format!("no document `{name}`"))
    }

    pub(super) fn optional_list(&mut self, name: &str) -> Result<Option<Vec<Document>>, String> {
        self.take(name).map(list).transpose()
    }

    pub(super) fn change(&mut self, name: &str) -> Result<Change, String> {
        match self.take(name) {
            Some(value) if value.element_type == element_type::ARRAY => {
                list(value).map(Change::Pipeline)
            }
            Some(value) => document(value).map(Change::Operators),
            None => Err(format!("no change `{name}`")),
        }
    }

    pub(super) fn flag(&mut self, name: &str) -> Result<bool, String> {
        match self.take(name) {
            None => Ok(false),
            Some(value) => match value.bytes {
                [flag] => Ok(*flag != 0),
                _ => Err(format!("`{name}` that is no boolean")),
            },
        }
    }

    pub(super) fn documents(&mut self, name: &str) -> Result<Option<Documents>, String> {
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

    pub(super) fn options(&mut self) -> Result<Options, String> {
        let Some(value) = self.take("options") else {
            return Ok(Options::default());
        };
        let mut fields = Fields::read(value.bytes)?;
        let options = Options {
            batch_size: fields.optional("batchSize")?,
            ordered: fields.optional("ordered")?,
            write_concern: fields.optional("writeConcern")?,
            declared: fields.flag("declared")?,
            bypass_document_validation: fields.optional("bypassDocumentValidation")?,
        };
        fields.end()?;
        Ok(options)
    }

    pub(super) fn target(&mut self, name: &str) -> Result<Target, String> {
        Ok(Target {
            collection: self.text(name)?,
            conflict: self.conflict()?,
            options: self.options()?,
        })
    }

    pub(super) fn conflict(&mut self) -> Result<Option<Conflict>, String> {
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

    pub(super) fn action(&mut self) -> Result<Action, String> {
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
            "delete" => {
                let mut fields = fields.inner("delete")?;
                let id = fields.text("id")?;
                match fields.optional("chunks")? {
                    None => Action::Delete { id },
                    Some(chunks) => Action::DeleteFiles(DeleteFiles {
                        id,
                        chunks,
                        condition: fields.optional_document("q")?,
                    }),
                }
            }
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

    pub(super) fn generated(&mut self) -> Result<GeneratedFields, String> {
        let fields: Option<Vec<(String, String)>> = self.optional("generated")?;
        fields
            .unwrap_or_default()
            .into_iter()
            .map(|(field, kind)| Ok((field, generated_kind(&kind)?)))
            .collect()
    }

    pub(super) fn merge_actions(&mut self) -> Result<Vec<MergeAction>, String> {
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
    pub(super) fn inner(&mut self, name: &str) -> Result<Fields<'a>, String> {
        let value = self
            .take(name)
            .ok_or_else(|| format!("no document `{name}`"))?;
        Fields::read(value.bytes)
    }

    pub(super) fn optional<T: DeserializeOwned>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, String> {
        self.take(name).map(bridge::deserialize).transpose()
    }

    pub(super) fn required<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, String> {
        self.optional(name)?
            .ok_or_else(|| format!("no field `{name}`"))
    }

    /// All that is not read yet, as a document.
    pub(super) fn rest(&mut self) -> Result<Document, String> {
        self.0
            .drain(..)
            .map(|(name, value)| Ok((name.to_owned(), bridge::to_bson(value)?)))
            .collect()
    }

    pub(super) fn end(&self) -> Result<(), String> {
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
