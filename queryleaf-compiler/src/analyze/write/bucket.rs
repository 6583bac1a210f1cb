//! `GRIDFS('photos')`: the files of a bucket as what a statement writes.

use super::super::Analyzer;
use super::super::scope::{Name, Scope};
use super::super::table_function::{called, named_like_a_table};
use super::upload::FILE_DATA;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Relation, Target};
use crate::schema::Collection;
use crate::syntax::{TableFunction, is_bucket_target};
use sqlparser::ast::{ObjectName, TableAlias, TableFactor};

impl Analyzer<'_> {
    /// The table of an `UPDATE` or `DELETE`.
    pub(super) fn target_factor(
        &mut self,
        factor: &TableFactor,
        outer: Span,
    ) -> Result<(Relation, Scope)> {
        let span = self.source.span_or(factor, outer);
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: Some(arguments),
                ..
            } if called(name) == Some(TableFunction::GridFs) => {
                let bucket = self.bucket_name(&arguments.args, TableFunction::GridFs, span)?;
                self.bucket_files(&bucket, alias.as_ref(), span)
            }
            TableFactor::Table {
                name,
                alias,
                args: Some(arguments),
                ..
            } if called(name) == Some(TableFunction::GridFsFiles) => {
                let bucket = self.bucket_name(&arguments.args, TableFunction::GridFs, span)?;
                self.bucket_files(&bucket, alias.as_ref(), span)?;
                let place = self.source.span_or(name, span);
                let name = &self.source.slice(place).to_uppercase();
                Err(Box::new(
                    Diagnostic::error(
                        Code::BucketOrTable,
                        place,
                        format!("`{name}` is where files are read"),
                    )
                    .help("write `GRIDFS` in place of it"),
                ))
            }
            TableFactor::Table {
                name, args: None, ..
            } => {
                self.no_bucket_target(name, span)?;
                self.factor(factor, &Scope::default(), outer)
            }
            _ => self.factor(factor, &Scope::default(), outer),
        }
    }

    /// The table of an `INSERT`, `MERGE` or `TRUNCATE`.
    pub(super) fn target_name(
        &mut self,
        name: &ObjectName,
        alias: Option<&TableAlias>,
        span: Span,
    ) -> Result<(Relation, Scope)> {
        if is_bucket_target(name) {
            let bucket = self.path_of(name);
            return self.bucket_files(&bucket, alias, span);
        }
        self.no_bucket_target(name, span)?;
        self.table(name, alias, span)
    }

    /// Refuses a bucket that is named like a table.
    fn no_bucket_target(&self, name: &ObjectName, span: Span) -> Result<()> {
        let path = self.path_of(name);
        let table = self.table_number(&path, span).ok();
        match table.and_then(|number| self.tables.get(number)) {
            Some(table) if table.collection.bucket().is_some() => {
                let function = TableFunction::GridFs;
                Err(named_like_a_table(&table.collection, &path, function, span))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn path_of(&self, name: &ObjectName) -> Vec<Name> {
        let parts = name.0.iter().filter_map(|part| part.as_ident());
        parts.map(|part| self.name(part)).collect()
    }
}

/// Refuses the bytes of a file where a statement changes it.
pub(super) fn check_not_bytes(collection: &Collection, parts: &[Name], span: Span) -> Result<()> {
    let is_bytes = matches!(parts, [name] if name.text == FILE_DATA);
    if !is_bytes || collection.bucket().is_none() {
        return Ok(());
    }
    let message = format!("`{FILE_DATA}` of a file that is stored does not change");
    Err(Box::new(
        Diagnostic::error(Code::InvalidTarget, span, message)
            .label("other bytes are another upload")
            .help(
                "upload them with `INSERT INTO GRIDFS(..)`, as the newest revision of the name, and then \
                 delete the old one by its id: `DELETE FROM GRIDFS(..) WHERE file_id = ..`",
            ),
    ))
}

/// Refuses a column of a file that says what is stored, or that the upload fills.
pub(super) fn check_column(collection: &Collection, target: &Target) -> Result<()> {
    let (Some(_), Some(first)) = (collection.bucket(), target.steps.first()) else {
        return Ok(());
    };
    let mut fields = collection.fields.iter();
    let column = fields.find(|field| field.name == first.name);
    let column = column.map_or(first.name.as_str(), |field| field.column());
    if matches!(column, "filename" | "content_type" | "metadata") {
        return Ok(());
    }
    let message = format!("`{column}` of a file is not written by a statement");
    let error = Diagnostic::error(Code::InvalidTarget, target.span, message);
    Err(Box::new(match column {
        "file_id" => error
            .label("its chunks are found by it")
            .help("leave it out: each upload gets an `ObjectId` of its own"),
        "upload_date" => error
            .label("revisions of a name are told apart by it")
            .help("leave it out: the upload notes the time; declare a field of the metadata for another one"),
        _ => error
            .label("it tells of the bytes that are stored")
            .help("leave it out: the upload computes it; other bytes are another upload"),
    }))
}
