//! Programs as the commands that are sent, for the eyes of the user and for `explain`.

use super::documents::Documents;
use super::program::{Change, Program};
use crate::bridge;
use mongodb::bson::{Bson, Document, doc};

/// The command that is sent.
pub(super) fn command(program: Program, rows: Option<&Documents>) -> Result<Document, String> {
    Ok(match program {
        Program::Insert(insert) => {
            let mut command = doc! { "insert": insert.collection };
            if let Some(documents) = rows.or(insert.documents.as_ref()) {
                let documents = (0..documents.len())
                    .map(|index| bridge::to_document(documents.get(index)))
                    .collect::<Result<Vec<_>, _>>()?;
                command.insert("documents", documents);
            }
            command.insert("ordered", insert.options.ordered.unwrap_or(false));
            if let Some(bypass) = insert.options.bypass_document_validation {
                command.insert("bypassDocumentValidation", bypass);
            }
            if let Some(write_concern) = insert.options.write_concern {
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
            doc! { "update": update.collection, "updates": [statement] }
        }
        Program::Delete(delete) => doc! {
            "delete": delete.collection,
            "deletes": [{ "q": delete.filter, "limit": i32::from(delete.one) }],
        },
    })
}
