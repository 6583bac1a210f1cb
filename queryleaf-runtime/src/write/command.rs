//! Programs as the commands that are sent, for the eyes of the user and for `explain`.

use super::documents::Documents;
use super::program::{Change, Program};
use super::staged::on_server;
use crate::bridge;
use mongodb::bson::{Bson, Document, doc};

/// The command that is sent.
pub(super) fn command(program: Program, rows: Option<&Documents>) -> Result<Document, String> {
    Ok(match program {
        Program::Insert(insert) => {
            let mut command = doc! { "insert": insert.target.collection };
            if let Some(documents) = rows.or(insert.documents.as_ref()) {
                let documents = (0..documents.len())
                    .map(|index| bridge::to_document(documents.get(index)))
                    .collect::<Result<Vec<_>, _>>()?;
                command.insert("documents", documents);
            }
            command.insert("ordered", insert.target.options.ordered.unwrap_or(false));
            if let Some(bypass) = insert.target.options.bypass_document_validation {
                command.insert("bypassDocumentValidation", bypass);
            }
            if let Some(write_concern) = insert.target.options.write_concern {
                command.insert("writeConcern", bridge::serialize_to_bson(&write_concern)?);
            }
            command
        }
        Program::Update(update) => {
            let change = match update.change {
                Change::Operators(document) => Bson::Document(document),
                Change::Pipeline(stages) => stages.into(),
            };
            let mut statement = doc! { "q": update.filter, "u": change };
            if let Some(filters) = update.array_filters {
                statement.insert("arrayFilters", filters);
            }
            statement.insert("multi", !update.one);
            let mut command = doc! { "update": update.collection, "updates": [statement] };
            if let Some(write_concern) = update.options.write_concern {
                command.insert("writeConcern", bridge::serialize_to_bson(&write_concern)?);
            }
            command
        }
        Program::Delete(delete) => doc! {
            "delete": delete.collection,
            "deletes": [{ "q": delete.filter, "limit": i32::from(delete.one) }],
        },
        // The first command stands for all: the others follow from it.
        Program::Define(steps) => steps
            .iter()
            .find_map(|step| step.get_document("run").ok().cloned())
            .unwrap_or_default(),
        Program::Staged(staged) => {
            let mut command = staged.command.clone();
            if let (Some(stages), Ok(pipeline)) =
                (on_server(&staged), command.get_array_mut("pipeline"))
            {
                pipeline.extend(stages.into_iter().map(Bson::from));
            }
            command.insert("cursor", Document::new());
            command
        }
    })
}
