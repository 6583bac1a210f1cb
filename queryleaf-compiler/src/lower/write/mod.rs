//! Statements that write to the programs that the runtime carries out.
//!
//! The form of a program is told in [`queryleaf_plan::write`].

mod change;
mod conflict;
mod content_type;
mod delete;
mod direct;
mod document;
mod generated;
mod items;
mod required;
mod rows;
mod stored;
mod upload;

use items::Items;

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::plan::{
    ColumnId, Expression, NewColumns, Relation, Target, Write, WriteAction, WriteOptions,
};
use crate::read_concern;
use crate::schema::{Collection, Storage, WriteConcern};
use queryleaf_plan::{Generated, Template};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A statement, lowered.
#[derive(Debug)]
pub(crate) struct LoweredWrite {
    /// The program.
    pub(crate) program: Template,
    /// The values that the client makes, numbered after the parameters that are given.
    pub(crate) generated: Vec<Generated>,
    /// Where the columns of `RETURNING` are.
    pub(crate) paths: Vec<Vec<String>>,
}

/// What lowering a statement needs to know.
pub(super) struct Context<'a> {
    pub(super) tables: &'a [Arc<Collection>],
    /// The names that the statement gives to columns.
    pub(super) names: &'a BTreeMap<ColumnId, String>,
    /// The collection that is written to.
    pub(super) collection: &'a Collection,
    pub(super) document: ColumnId,
    /// The values that the client makes.
    pub(super) generated: Vec<Generated>,
}

/// Lowers a statement; `given` parameters come with it.
///
/// # Errors
///
/// Whatever cannot be lowered faithfully.
pub(crate) fn lower_write(
    write: &Write,
    returning: Option<(&Relation, &[ColumnId])>,
    names: &BTreeMap<ColumnId, String>,
    tables: &[Arc<Collection>],
    given: usize,
    new: &mut NewColumns,
) -> Result<LoweredWrite, Vec<Diagnostic>> {
    let Some(collection) = tables.get(write.table) else {
        return Err(vec![Diagnostic::defect(
            Span::default(),
            "a table is missing",
        )]);
    };
    let mut context = Context {
        tables,
        names,
        collection,
        document: write.document,
        generated: write.generated.clone(),
    };
    let mut entries = context.action(&write.action, new)?;
    let mut paths = Vec::new();
    if let Some((relation, _)) = returning
        && is_capped(collection)
        && !is_one_step(&entries)
    {
        let message = format!(
            "`RETURNING` of several documents of `{}`, which is capped",
            collection.name
        );
        let error = Diagnostic::error(Code::Unsupported, first_column(relation), message)
            .note("it needs a transaction, in which the server writes to no capped collection")
            .help("leave `RETURNING` out, or ask for one `_id`");
        return Err(vec![error]);
    }
    if let Some((relation, output)) = returning {
        let (stages, found) = rows::returned(relation, output, names, tables)?;
        entries.push(("returning", stages));
        paths = found;
    }
    let is_upload = matches!(
        write.action,
        WriteAction::UploadValues { .. } | WriteAction::UploadRows { .. }
    );
    let options = match is_upload {
        true => upload::options(&write.upload),
        false => options(&write.options, declared_concern(collection)),
    };
    entries.extend(options.map(|options| ("options", options)));
    let program = generated::numbered(Template::document(entries), given)?;
    Ok(LoweredWrite {
        program,
        generated: context.generated,
        paths,
    })
}

/// Where the first column of a projection stands.
fn first_column(relation: &Relation) -> Span {
    match relation {
        Relation::Project { columns, .. } => columns
            .first()
            .map(|(_, value)| value.span)
            .unwrap_or_default(),
        _ => Span::default(),
    }
}

fn is_capped(collection: &Collection) -> bool {
    matches!(collection.storage, Storage::Capped { .. })
}

/// Whether a program writes and returns in one step: rows whose values are known, or one document.
fn is_one_step(entries: &Entries) -> bool {
    entries
        .iter()
        .any(|(key, value)| *key == "insert" || (*key == "one" && *value == Template::from(true)))
}

/// The entries of a program.
type Entries = Vec<(&'static str, Template)>;

impl Context<'_> {
    fn action(
        &mut self,
        action: &WriteAction,
        new: &mut NewColumns,
    ) -> Result<Entries, Vec<Diagnostic>> {
        match action {
            WriteAction::InsertStructs { conflict } => {
                let mut entries = vec![("insert", self.name())];
                entries.extend(self.conflict(conflict.as_ref())?);
                Ok(entries)
            }
            WriteAction::InsertValues {
                columns,
                rows,
                conflict,
            } => {
                let mut entries = match self.documents(columns, rows)? {
                    Some(documents) => vec![("insert", self.name()), ("documents", documents)],
                    None => self.computed_values(columns, rows, new)?,
                };
                entries.extend(self.conflict(conflict.as_ref())?);
                Ok(entries)
            }
            WriteAction::InsertRows {
                rows,
                columns,
                generated,
                conflict,
            } => {
                let entries = self.rows_to_insert(rows, columns, generated)?;
                let mut entries = self.read(rows, entries);
                entries.extend(self.conflict(conflict.as_ref())?);
                Ok(entries)
            }
            WriteAction::UploadValues { columns, files } => self.files(columns, files),
            WriteAction::UploadRows { rows, columns } => {
                let entries = self.rows_to_upload(rows, columns)?;
                Ok(self.read(rows, entries))
            }
            WriteAction::Update { rows, id, columns } => match self.direct(rows) {
                Some(found) => self.direct_update(&found, columns),
                None => self.rows_to_change(rows, *id, columns),
            },
            WriteAction::UpdateItems {
                rows,
                id,
                array,
                item,
                predicate,
                assignments,
            } => self.changed_items(
                rows,
                *id,
                &Items {
                    array,
                    item: *item,
                    predicate: predicate.as_ref(),
                    assignments,
                },
            ),
            // The chunks of a file are found by its `_id`, so that the client reads it first.
            WriteAction::Delete { rows, id } if self.collection.bucket().is_some() => {
                self.rows_to_delete(rows, *id)
            }
            WriteAction::Delete { rows, id } => match self.direct(rows) {
                Some(found) => self.direct_delete(&found),
                None => self.rows_to_delete(rows, *id),
            },
            WriteAction::Merge {
                rows,
                id,
                clause,
                clauses,
            } => self.rows_to_merge(rows, *id, *clause, clauses),
        }
    }

    /// The program of rows of a query, which are read as the buckets among its tables say. What the
    /// statement changes itself is read as it is now.
    fn read(&self, rows: &Relation, mut entries: Entries) -> Entries {
        let strictest = read_concern::strictest(rows, self.tables);
        entries.extend(strictest.map(|level| ("readConcern", read_concern::level(level))));
        entries
    }

    fn name(&self) -> Template {
        Template::string(&*self.collection.name)
    }

    /// `INSERT .. VALUES` whose values the server has to compute.
    fn computed_values(
        &mut self,
        columns: &[Target],
        rows: &[Vec<Expression>],
        new: &mut NewColumns,
    ) -> Result<Entries, Vec<Diagnostic>> {
        let ids: Vec<ColumnId> = columns.iter().map(|_| new.column()).collect();
        let values = Relation::Values {
            columns: ids.clone(),
            rows: rows.to_vec(),
        };
        let columns: Vec<(Target, ColumnId)> = columns.iter().cloned().zip(ids).collect();
        let mut entries = self.rows_to_insert(&values, &columns, &[])?;
        // The server computes the rows, and the client stores and counts them: `$merge` counts none.
        if !entries.iter().any(|(key, _)| *key == "client") {
            entries.push(("client", Template::from(true)));
        }
        Ok(entries)
    }
}

/// The write concern that a bucket declares.
fn declared_concern(collection: &Collection) -> Option<&WriteConcern> {
    match &collection.storage {
        Storage::Bucket(bucket) => bucket.write_concern.as_ref(),
        Storage::Plain
        | Storage::Clustered
        | Storage::Capped { .. }
        | Storage::TimeSeries { .. }
        | Storage::View => None,
    }
}

/// A write concern as the driver has it.
fn concern(concern: &WriteConcern) -> Template {
    Template::entry(
        "w",
        match concern {
            WriteConcern::Majority => Template::from("majority"),
            WriteConcern::Servers(number) => Template::from(*number),
        },
    )
}

fn options(options: &WriteOptions, declared: Option<&WriteConcern>) -> Option<Template> {
    let WriteOptions {
        batch_size,
        ordered,
        write_concern,
        bypass_validation,
    } = options;
    let declared = declared.filter(|_| write_concern.is_none());
    let concern = declared.or(write_concern.as_ref()).map(concern);
    let entries: Vec<(&str, Template)> = [
        ("batchSize", batch_size.map(Template::from)),
        ("ordered", ordered.map(Template::from)),
        ("writeConcern", concern),
        ("declared", declared.map(|_| Template::from(true))),
        (
            "bypassDocumentValidation",
            bypass_validation.map(Template::from),
        ),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key, value?)))
    .collect();
    (!entries.is_empty()).then(|| Template::document(entries))
}

/// The error for a number that BSON has no form for.
pub(super) fn no_form(span: Span) -> Vec<Diagnostic> {
    vec![Diagnostic::error(
        Code::InvalidLiteral,
        span,
        "this value cannot be stored",
    )]
}
