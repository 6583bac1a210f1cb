//! Statements whose rows a query computes.

use super::document::{id_first, insert, names};
use super::required::lacking;
use super::stored::{checked, fail};
use super::{Context, Entries};
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::operators::{and, call, cond, int, is_not_null, unary};
use crate::lower::relation::{LoweredRows, lower_rows};
use crate::plan::{ColumnId, Expression, ExpressionKind, MergeClause, Relation, Target};
use crate::schema::{Collection, Storage};
use crate::{collation, create};
use queryleaf_plan::{Condition, Generated, Template};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The stages that make the columns of `RETURNING`, and where those are.
pub(super) fn returned(
    relation: &Relation,
    output: &[ColumnId],
    names: &BTreeMap<ColumnId, String>,
    tables: &[Arc<Collection>],
) -> Result<(Template, Vec<Vec<String>>), Vec<Diagnostic>> {
    let (rows, _) = lower_rows(relation, output, names, tables, false)?;
    let paths = rows.steps();
    Ok((rows.pipeline(Vec::new()), paths))
}

impl Context<'_> {
    /// `as: {insert: true}`.
    pub(super) fn rows_to_insert(
        &self,
        rows: &Relation,
        columns: &[(Target, ColumnId)],
        generated: &[(Target, Generated)],
    ) -> Result<Entries, Vec<Diagnostic>> {
        let mut action = vec![("insert", Template::from(true))];
        action.extend(to_generate(generated));
        self.rows_as_documents(rows, columns, Template::document(action), |_, row| row)
    }

    /// Rows that become documents with these fields, and what `finish` makes of them.
    pub(super) fn rows_as_documents(
        &self,
        rows: &Relation,
        columns: &[(Target, ColumnId)],
        action: Template,
        finish: impl Fn(&LoweredRows<'_>, Template) -> Template,
    ) -> Result<Entries, Vec<Diagnostic>> {
        let output: Vec<ColumnId> = columns.iter().map(|(_, column)| *column).collect();
        let is_stored = |column| is_stored(rows, column);
        self.staged(rows, &output, action, |lowered| {
            let mut document = Vec::new();
            for ((target, column), place) in columns.iter().zip(&lowered.places) {
                let reference = Template::string(format!("${place}"));
                let value = checked(reference, target, value_of(rows, *column), &is_stored);
                insert(&mut document, &names(target), value);
            }
            let mut stages = Vec::new();
            if self.reads_target(rows) {
                // All rows are read before the first one is written, so that none is read again.
                stages.push(Template::entry("$sort", Template::entry(NO_FIELD, int(1))));
            }
            // Rows that are read as they are stored have other fields as well.
            let document = finish(lowered, id_first(document));
            stages.push(Template::entry("$replaceWith", document));
            stages
        })
    }

    /// `as: {update: ..}`.
    pub(super) fn rows_to_change(
        &self,
        rows: &Relation,
        id: ColumnId,
        columns: &[(Target, ColumnId)],
    ) -> Result<Entries, Vec<Diagnostic>> {
        for (target, _) in columns {
            refuse_items(target)?;
        }
        self.check_parts(columns)?;
        let mut output = vec![id];
        let is_stored = |column| is_stored(rows, column);
        output.extend(columns.iter().map(|(_, column)| *column));
        let set = columns.iter().enumerate().map(|(number, (target, _))| {
            Template::array([
                Template::string(target.path()),
                Template::string(field(number)),
            ])
        });
        let action =
            Template::document([("id", Template::from("_id")), ("set", Template::array(set))]);
        self.staged(
            rows,
            &output,
            Template::entry("update", action),
            |lowered| {
                let mut entries = vec![("_id".to_owned(), lowered.reference(0))];
                entries.push(("rows".to_owned(), unary("$sum", int(1))));
                for number in 0..columns.len() {
                    let first = unary("$first", lowered.reference(number + 1));
                    entries.push((field(number), first));
                }
                let more = call("$gt", [Template::from("$rows"), int(1)]);
                let twice = fail("an UPDATE finds two rows for one document");
                let checked_columns =
                    columns
                        .iter()
                        .enumerate()
                        .map(|(number, (target, column))| {
                            let reference = Template::string(format!("${}", field(number)));
                            (
                                field(number),
                                checked(reference, target, value_of(rows, *column), &is_stored),
                            )
                        });
                let mut project =
                    vec![("_id".to_owned(), cond(more, twice, Template::from("$_id")))];
                project.extend(checked_columns);
                vec![
                    Template::entry("$group", Template::Document(entries)),
                    Template::entry("$project", Template::Document(project)),
                ]
            },
        )
    }

    /// `as: {merge: ..}`.
    pub(super) fn rows_to_merge(
        &self,
        rows: &Relation,
        id: ColumnId,
        clause: ColumnId,
        clauses: &[MergeClause],
    ) -> Result<Entries, Vec<Diagnostic>> {
        for clause in clauses {
            if let MergeClause::Update(columns) = clause {
                self.check_parts(columns)?;
            }
        }
        let mut output = vec![id, clause];
        output.extend(clauses.iter().flat_map(|clause| match clause {
            MergeClause::Update(columns) | MergeClause::Insert { columns, .. } => {
                columns.iter().map(|(_, column)| *column).collect()
            }
            MergeClause::Delete => Vec::new(),
        }));
        for clause in clauses {
            if let MergeClause::Update(columns) = clause {
                columns
                    .iter()
                    .try_for_each(|(target, _)| refuse_items(target))?;
            }
        }
        let mut number = 0;
        let actions = clauses.iter().map(|clause| match clause {
            MergeClause::Update(columns) => {
                let set: Vec<Template> = columns
                    .iter()
                    .map(|(target, _)| {
                        let pair = [
                            Template::string(target.path()),
                            Template::string(field(number)),
                        ];
                        number += 1;
                        Template::array(pair)
                    })
                    .collect();
                Template::entry("update", Template::Array(set))
            }
            MergeClause::Insert { columns, generated } => {
                let document = Template::string(format!("d{number}"));
                number += columns.len();
                let mut entries = vec![("insert", document)];
                entries.extend(to_generate(generated));
                Template::document(entries)
            }
            MergeClause::Delete => Template::entry("delete", Template::from(true)),
        });
        let actions: Vec<Template> = actions.collect();
        let action = Template::document([
            ("id", Template::from("_id")),
            ("action", Template::from("clause")),
            ("actions", Template::Array(actions)),
        ]);
        self.staged(rows, &output, Template::entry("merge", action), |lowered| {
            merge_stages(lowered, clauses)
        })
    }

    /// Refuses what makes a document of a `NULL` that lacks a field: the rows do not have the document.
    fn check_parts(&self, columns: &[(Target, ColumnId)]) -> Result<(), Vec<Diagnostic>> {
        let targets: Vec<&Target> = columns.iter().map(|(target, _)| target).collect();
        for target in &targets {
            if let Some(lacking) = lacking(&self.collection.fields, target, &targets) {
                let (document, field) = (lacking.path(), &lacking.field);
                let message =
                    format!("a part of `{document}` from the rows of a query is not supported");
                return Err(vec![
                    Diagnostic::error(Code::Unsupported, target.span, message)
                        .note(format!(
                            "where `{document}` is `NULL`, it would be stored without `{field}`"
                        ))
                        .help(format!("give `{field}` a value as well")),
                ]);
            }
        }
        Ok(())
    }

    /// The program that applies the rows, which `finish` brings to their form.
    pub(super) fn staged(
        &self,
        rows: &Relation,
        output: &[ColumnId],
        action: Template,
        finish: impl Fn(&LoweredRows<'_>) -> Vec<Template>,
    ) -> Result<Entries, Vec<Diagnostic>> {
        let lower = |may_have_union| {
            let (lowered, has_union) =
                lower_rows(rows, output, self.names, self.tables, may_have_union)?;
            let stages = finish(&lowered);
            let (source, hint) = (lowered.source(), lowered.hint());
            Ok::<_, Vec<Diagnostic>>((source, hint, lowered.pipeline(stages), has_union))
        };
        let (mut source, hint, mut pipeline, has_union) = lower(true)?;
        if has_union {
            let (source_in_session, _, in_session, _) = lower(false)?;
            if source_in_session != source {
                source = by_session(source_in_session, source);
            }
            pipeline = by_session(in_session, pipeline);
        }
        let read = self.tables.iter().enumerate();
        let read = read.filter(|(number, _)| rows.reads(*number));
        let collation = collation::of_command(&source, read.map(|(_, table)| table));
        let told = collation.filter(|_| !collation::is_collection(&source));
        let mut entries = vec![
            ("aggregate", source),
            ("pipeline", pipeline),
            ("into", self.name()),
            ("as", action),
        ];
        entries.extend(hint.map(|hint| ("hint", hint)));
        entries.extend(told.map(|told| ("collation", create::collation(told))));
        // The server merges nothing into a time series, and looks documents up by an index that
        // compares as the command does.
        if matches!(self.collection.storage, Storage::TimeSeries { .. })
            || collation != self.collection.options.collation.as_ref()
        {
            entries.push(("client", Template::from(true)));
        }
        Ok(entries)
    }

    /// Whether rows of the collection that is written are read as well, under whatever name.
    fn reads_target(&self, rows: &Relation) -> bool {
        let mut tables = self.tables.iter().enumerate();
        tables.any(|(number, table)| table.name == self.collection.name && rows.reads(number))
    }
}

/// The first in a session, the other one outside.
fn by_session(in_session: Template, otherwise: Template) -> Template {
    Template::When {
        condition: Condition::InSession,
        parameter: 0,
        then: Box::new(in_session),
        otherwise: Box::new(otherwise),
    }
}

/// The fields whose values the client makes for each row.
fn to_generate(generated: &[(Target, Generated)]) -> Option<(&'static str, Template)> {
    let pairs = generated.iter().map(|(target, generated)| {
        let names = [
            Template::string(target.path()),
            Template::from(generated.name()),
        ];
        Template::array(names)
    });
    (!generated.is_empty()).then(|| ("generated", Template::array(pairs)))
}

/// Refuses an item of an array as the target of a value that comes from elsewhere.
fn refuse_items(target: &Target) -> Result<(), Vec<Diagnostic>> {
    if target.item.is_none() {
        return Ok(());
    }
    let message = "an item of an array in a statement that reads other rows";
    Err(vec![
        Diagnostic::error(Code::Unsupported, target.span, message)
            .help("write the whole array, or write the item in a statement of its own"),
    ])
}

/// A field that no document has: an order by it takes no index, and so all rows.
const NO_FIELD: &str = "__queryleaf_none";

/// The field of a new value in a row.
fn field(number: usize) -> String {
    format!("v{number}")
}

/// The rows of a `MERGE`, each with its values; two for one document are an error.
fn merge_stages(lowered: &LoweredRows<'_>, clauses: &[MergeClause]) -> Vec<Template> {
    let mut values = vec![
        ("_id".to_owned(), lowered.reference(0)),
        ("clause".to_owned(), lowered.reference(1)),
    ];
    let mut number = 0;
    for (index, clause) in clauses.iter().enumerate() {
        let applies = call(
            "$eq",
            [
                lowered.reference(1),
                int(i32::try_from(index).unwrap_or(i32::MAX)),
            ],
        );
        // The checks of a clause are about its own rows only.
        let only = |value: Template, reference: &Template| match value == *reference {
            true => value,
            false => cond(applies.clone(), value, Template::null()),
        };
        match clause {
            MergeClause::Update(columns) => {
                for (target, _) in columns {
                    let reference = lowered.reference(number + 2);
                    let value = checked(reference.clone(), target, None, &|_| false);
                    values.push((field(number), only(value, &reference)));
                    number += 1;
                }
            }
            MergeClause::Insert { columns, .. } => {
                let mut document = Vec::new();
                for (offset, (target, _)) in columns.iter().enumerate() {
                    let reference = lowered.reference(number + offset + 2);
                    let value = checked(reference, target, None, &|_| false);
                    insert(&mut document, &names(target), value);
                }
                let document = cond(applies.clone(), id_first(document), Template::null());
                values.push((format!("d{number}"), document));
                number += columns.len();
            }
            MergeClause::Delete => {}
        }
    }
    let key = cond(
        is_not_null(Template::from("$_id")),
        Template::entry("id", Template::from("$_id")),
        Template::from("$$ROOT"),
    );
    let group = Template::document([
        ("_id", key),
        ("rows", unary("$push", Template::from("$$ROOT"))),
    ]);
    let twice = and(vec![
        is_not_null(Template::from("$_id.id")),
        call("$gt", [unary("$size", Template::from("$rows")), int(1)]),
    ]);
    let rows = cond(
        twice,
        fail("a MERGE finds two rows for one document"),
        Template::from("$rows"),
    );
    vec![
        Template::entry("$project", Template::Document(values)),
        Template::entry("$group", group),
        Template::entry(
            "$project",
            Template::document([("rows", rows), ("_id", int(0))]),
        ),
        Template::entry("$unwind", Template::from("$rows")),
        Template::entry("$replaceWith", Template::from("$rows")),
    ]
}

/// What a column of the rows is computed from, where it is the same for all of them.
pub(super) fn value_of(rows: &Relation, column: ColumnId) -> Option<&Expression> {
    match rows {
        Relation::Project { columns, .. } => columns
            .iter()
            .find(|(id, _)| *id == column)
            .map(|(_, value)| value),
        Relation::Sort { input, .. }
        | Relation::Limit { input, .. }
        | Relation::Distinct { input } => value_of(input, column),
        Relation::Values { columns, rows } => {
            let at = columns.iter().position(|id| *id == column)?;
            match &rows[..] {
                [row] => row.get(at),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether the values of a column, or what lies in them, are as a collection stores them.
pub(super) fn is_stored(rows: &Relation, column: ColumnId) -> bool {
    let source = match rows {
        Relation::Scan { document, .. } => return *document == column,
        Relation::Project { input, columns } => {
            let mut columns = columns.iter();
            match columns
                .find(|(id, _)| *id == column)
                .map(|(_, value)| value)
            {
                Some(value) => match &value.kind {
                    ExpressionKind::Path(path) => return is_stored(input, path.column),
                    _ => return false,
                },
                None => column,
            }
        }
        _ => column,
    };
    let mut found = false;
    rows.for_each_input(|input| found |= is_stored(input, source));
    found
}
