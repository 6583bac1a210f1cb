//! Statements that write: which documents, and what becomes of them.

mod assignment;
mod bucket;
mod conflict;
mod default;
mod delete;
mod insert;
mod merge;
mod misfit;
mod options;
mod several_columns;
mod source;
mod target;
mod update;
mod update_items;
mod upload;
mod upload_options;
mod upload_rows;

use super::query::Naming;
use super::scope::{Rows, Scope};
use super::{Analyzer, Clause, Column, Given};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{
    ColumnId, Expression, ExpressionKind, NewColumns, Path, PathStep, Relation, UploadOptions,
    Write, WriteAction, WriteOptions,
};
use crate::schema::{Collection, Storage};
use crate::syntax::{self, OptionsClause, Source, WriteBody, WriteOption};
use crate::types::Type;
use crate::{Parameter, Table};
use sqlparser::ast;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A statement that writes, whose names and types are known.
#[derive(Debug)]
pub(crate) struct WriteAnalysis {
    pub(crate) write: Write,
    /// The columns of `RETURNING`, and the relation over the documents of the table that makes them.
    pub(crate) returning: Option<(Relation, Vec<Column>)>,
    /// The parameter that stands for the user's own structs.
    pub(crate) structs: Option<Parameter>,
    /// The names that the statement gives to columns anywhere inside.
    pub(crate) names: BTreeMap<ColumnId, String>,
    /// Hands out further columns.
    pub(crate) new_columns: NewColumns,
    pub(crate) parameters: Vec<Parameter>,
}

/// Resolves and types a statement that writes, with the parameters whose type is known; every error
/// that was found, in the order of the text.
pub(crate) fn analyze_write(
    statement: &syntax::Write,
    source: &Source<'_>,
    tables: &[Table],
    given: &[Given],
) -> Result<WriteAnalysis, Vec<Diagnostic>> {
    let mut analyzer = Analyzer::new(source, tables, given);
    let result = analyzer.write(statement);
    let structs = result
        .as_ref()
        .ok()
        .and_then(|statement| statement.structs.clone());
    let (statement, finished) = analyzer.finish(result)?;
    Ok(WriteAnalysis {
        write: statement.write,
        returning: statement.returning,
        structs,
        names: finished.names,
        new_columns: finished.new_columns,
        parameters: finished.parameters,
    })
}

/// What the analysis of a statement gives.
struct Analyzed {
    write: Write,
    returning: Option<(Relation, Vec<Column>)>,
    structs: Option<Parameter>,
}

impl From<Write> for Analyzed {
    fn from(write: Write) -> Self {
        Analyzed {
            write,
            returning: None,
            structs: None,
        }
    }
}

/// The table that a statement writes to.
#[derive(Clone)]
struct WrittenTable {
    number: usize,
    document: ColumnId,
    collection: Arc<Collection>,
    /// The table as a part of `FROM`.
    scan: Relation,
    scope: Scope,
    /// Where it is named.
    span: Span,
}

impl WrittenTable {
    /// The `_id` of its documents, declared or not.
    fn id(&self) -> Expression {
        let declared = self
            .collection
            .fields
            .iter()
            .find(|field| field.name == "_id");
        let mut path = Path::of(self.document);
        path.steps.push(PathStep {
            name: "_id".to_owned(),
            nullable: false,
        });
        let ty = declared.map_or(Type::Json, |field| field.ty.clone());
        Expression::new(ExpressionKind::Path(path), ty, self.span)
    }
}

impl Analyzer<'_> {
    fn write(&mut self, statement: &syntax::Write) -> Result<Analyzed> {
        let outer = self.source.first();
        if let Some(with) = &statement.with {
            self.common_tables(with, outer)?;
        }
        let (options, upload) = self.options(&statement.options)?;
        let mut analyzed = match &statement.body {
            WriteBody::Insert(insert) => self.insert(insert, outer)?,
            WriteBody::Update(update) => self.update(update, outer)?,
            WriteBody::Delete(delete) => self.delete(delete, outer)?,
            WriteBody::Merge(merge) => self.merge_into(merge, outer)?.into(),
            WriteBody::Truncate(truncate) => self.truncate(truncate, outer)?.into(),
        };
        if let Some(option) = statement.options.first() {
            check_clause(option, &analyzed.write.action)?;
        }
        analyzed.write.options = options;
        analyzed.write.upload = upload;
        analyzed.write.generated = std::mem::take(&mut self.generated);
        Ok(analyzed)
    }

    /// What the clause behind the statement says; there is one at the most.
    fn options(&mut self, options: &[WriteOption]) -> Result<(WriteOptions, UploadOptions)> {
        match options.first().map(|option| option.clause) {
            Some(OptionsClause::Upload) => {
                Ok((WriteOptions::default(), self.upload_options(options)?))
            }
            Some(OptionsClause::Bulk) | None => {
                Ok((self.write_options(options)?, UploadOptions::default()))
            }
        }
    }

    /// A part of `FROM` as the table that is written to.
    fn as_written(&self, scan: Relation, scope: Scope, span: Span) -> Result<WrittenTable> {
        let only = match &scope.sources[..] {
            [source] => Some(&source.rows),
            _ => None,
        };
        let Some(Rows::Documents {
            table,
            document,
            collection,
        }) = only
        else {
            return Err(Box::new(
                Diagnostic::error(Code::InvalidTarget, span, "this cannot be written to")
                    .help("name a collection"),
            ));
        };
        if matches!(collection.storage, Storage::View) {
            let message = format!(
                "`{}` is a view, which cannot be written to",
                collection.name
            );
            return Err(Box::new(
                Diagnostic::error(Code::InvalidTarget, span, message)
                    .help("write to the collection that it shows"),
            ));
        }
        let (number, document, collection) = (*table, *document, Arc::clone(collection));
        Ok(WrittenTable {
            number,
            document,
            collection,
            scan,
            scope,
            span,
        })
    }

    /// A part of `FROM` as the table whose documents change.
    fn as_changed(&self, scan: Relation, scope: Scope, span: Span) -> Result<WrittenTable> {
        let table = self.as_written(scan, scope, span)?;
        if matches!(table.collection.storage, Storage::TimeSeries { .. }) {
            let message = "the server changes no documents of a time series";
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, message)
                    .help("a time series takes `INSERT` only"),
            ));
        }
        Ok(table)
    }

    /// Says that a statement without `WHERE` means all documents, which some collections forbid.
    fn check_where(&self, table: &WrittenTable, has_where: bool, verb: &str) -> Result<()> {
        if has_where || !table.collection.require_where {
            return Ok(());
        }
        let span = self.source.first();
        let name = &table.collection.name;
        Err(Box::new(
            Diagnostic::error(
                Code::MissingWhere,
                span,
                format!("this {verb} means every document of `{name}`"),
            )
            .note(format!(
                "`{name}` is declared with `#[leaf(require_where)]`"
            ))
            .help("add `WHERE ..`; `WHERE TRUE` says that all of them are meant"),
        ))
    }

    /// `RETURNING`: columns of the written documents.
    fn returning(
        &mut self,
        items: Option<&[ast::SelectItem]>,
        table: &WrittenTable,
        outer: Span,
    ) -> Result<Option<(Relation, Vec<Column>)>> {
        let Some(items) = items else {
            return Ok(None);
        };
        let before = std::mem::replace(&mut self.clause, Clause::Returning);
        let items = self.items(items, &table.scope, &table.scan, Naming::Result, outer);
        self.clause = before;
        for item in &items {
            let has_subquery = item
                .expression
                .any(&mut |part| matches!(part.kind, ExpressionKind::Subquery(_)));
            if has_subquery {
                return self.unsupported(item.span, "a subquery in `RETURNING`");
            }
            let is_window = |part: &Expression| matches!(part.kind, ExpressionKind::Window(_));
            if super::output::has_aggregate(&item.expression)
                || item.expression.any(&mut |part| is_window(part))
            {
                let message = "`RETURNING` is about each row, not about groups of them";
                return Err(Box::new(
                    Diagnostic::error(Code::MisplacedAggregate, item.span, message)
                        .help("aggregate the rows that come back in the program"),
                ));
            }
        }
        let (relation, columns) = self.project(table.scan.clone(), items);
        Ok(Some((relation, columns)))
    }

    /// A projection of values to new columns.
    fn projected(
        &mut self,
        input: Relation,
        values: Vec<(Option<String>, Expression)>,
    ) -> (Relation, Vec<ColumnId>) {
        let columns: Vec<(ColumnId, Expression)> = values
            .into_iter()
            .map(|(name, value)| {
                let column = match name {
                    Some(name) => self.named_column(&name),
                    None => self.new_column(),
                };
                (column, value)
            })
            .collect();
        let ids = columns.iter().map(|(id, _)| *id).collect();
        let relation = Relation::Project {
            input: Box::new(input),
            columns,
        };
        (relation, ids)
    }
}

/// Refuses options of what the statement does not do.
fn check_clause(option: &WriteOption, action: &WriteAction) -> Result<()> {
    let wanted = match action {
        WriteAction::InsertValues { .. }
        | WriteAction::InsertStructs { .. }
        | WriteAction::InsertRows { .. } => Some(OptionsClause::Bulk),
        WriteAction::UploadValues { .. } | WriteAction::UploadRows { .. } => {
            Some(OptionsClause::Upload)
        }
        WriteAction::Update { .. }
        | WriteAction::UpdateItems { .. }
        | WriteAction::Delete { .. }
        | WriteAction::Merge { .. } => None,
    };
    let name = option.clause.name();
    match wanted {
        Some(wanted) if wanted == option.clause => Ok(()),
        Some(wanted) => Err(Box::new(
            Diagnostic::error(
                Code::Unsupported,
                option.span,
                format!("`{name}` of this statement"),
            )
            .help(format!("write `WITH {} (..)`", wanted.name())),
        )),
        None => Err(Box::new(Diagnostic::error(
            Code::Unsupported,
            option.span,
            format!("`{name}` of a statement without rows is not supported"),
        ))),
    }
}
