//! `CHANGE_STREAM(..)` in `FROM`: the events of tables, as rows.
//!
//! An event is a document, and the columns are paths into it, so that everything else that is known
//! of expressions serves here as well. What makes a stream of it is said in
//! [`change_stream`](crate::change_stream), where the query is compiled.

mod changed;
mod columns;
mod part;

pub(super) use changed::{has_changed_fields, is_contains};
pub(super) use part::{is_cluster_time, output, part_field, value};

use super::scope::{Name, Rows, Scope};
use super::{Analyzer, Clause};
use crate::Table;
use crate::change_stream::Stream;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::Relation;
use crate::schema::{ChangeStream, Collection, Storage};
use crate::types::EventDocument;
use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, SetExpr, TableAlias, TableFunctionArgs, Value,
};
use std::sync::Arc;

/// What a stream reports.
struct Watched {
    /// The name that it has where the query gives it no other.
    name: Option<Name>,
    /// The tables, by their numbers.
    tables: Vec<usize>,
    /// The declaration of a stream with a name.
    stream: Option<Arc<ChangeStream>>,
    /// Whether a whole database is named.
    of_database: bool,
}

/// Whether a path is that of a table or a stream.
fn is_named(name: &[String], path: &[Name]) -> bool {
    name.len() == path.len()
        && name
            .iter()
            .zip(path)
            .all(|(known, part)| *known == part.text)
}

/// The error for what has no changes of its own.
fn not_watched(collection: &Collection, place: Span) -> Option<Box<Diagnostic>> {
    let (what, help) = match &collection.storage {
        Storage::Plain | Storage::Clustered | Storage::Capped { .. } | Storage::Bucket { .. } => {
            return None;
        }
        Storage::TimeSeries { .. } => (
            "a time series",
            "write what is to be reacted to into a collection of another kind as well",
        ),
        Storage::View => ("a view", "watch the tables that its query reads"),
    };
    let message = format!(
        "`{}` is {what}, whose changes the server does not report",
        collection.name
    );
    let error = Diagnostic::error(Code::Unsupported, place, message);
    Some(Box::new(error.help(help)))
}

impl Analyzer<'_> {
    /// The events of a stream.
    pub(super) fn change_stream(
        &mut self,
        arguments: &TableFunctionArgs,
        alias: Option<&TableAlias>,
        span: Span,
    ) -> Result<(Relation, Scope)> {
        if let Some(alias) = alias
            && !alias.columns.is_empty()
        {
            return self.unsupported(span, "a list of column names after a change stream");
        }
        let Watched {
            name,
            tables,
            stream,
            of_database,
        } = self.watched(arguments, span)?;
        let shown = match (alias, name) {
            (Some(alias), _) => self.name(&alias.name),
            (None, Some(name)) => name,
            (None, None) => Name {
                text: "change_stream".to_owned(),
                span,
            },
        };
        let document = self.named_column("event");
        let table = self.tables.len();
        let columns = self.event_columns(document, &tables);
        let options = stream.as_ref().map(|stream| stream.options.clone());
        self.streams.push(Stream {
            document,
            table,
            watched: tables,
            of_database,
            options: options.unwrap_or_default(),
            span,
        });
        let mut scope = Scope::default();
        self.add(&mut scope, shown, None, Rows::Events(columns))?;
        let scan = Relation::Scan {
            table,
            document,
            natural: None,
        };
        let filter = stream.as_ref().and_then(|stream| stream.filter.as_deref());
        match filter {
            Some(filter) => Ok((self.filtered(scan, filter, &scope, span)?, scope)),
            None => Ok((scan, scope)),
        }
    }

    /// The events that the condition of a named stream lets pass. It has been checked where the stream
    /// is declared; its words are in no place of this text.
    fn filtered(
        &mut self,
        scan: Relation,
        filter: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<Relation> {
        let text = format!("SELECT 1 FROM events WHERE {filter}");
        let (query, _) = crate::syntax::parse_query(&text)?;
        let condition = match *query.body {
            SetExpr::Select(select) => select.selection,
            _ => None,
        };
        let Some(condition) = condition else {
            return Err(Box::new(Diagnostic::defect(
                span,
                "the condition of a stream is none",
            )));
        };
        let predicate = self
            .expression_in(Clause::Where, &condition, scope, span)
            .and_then(|predicate| self.condition(predicate, "WHERE"));
        let predicate = predicate.map_err(|mut error| {
            error.span = span;
            error
        })?;
        Ok(Relation::Filter {
            input: Box::new(scan),
            predicate: predicate.without_spans(),
        })
    }

    /// What is named in the brackets.
    fn watched(&self, arguments: &TableFunctionArgs, span: Span) -> Result<Watched> {
        let mut names: Vec<Vec<Name>> = Vec::new();
        for argument in &arguments.args {
            let path = match argument {
                FunctionArg::Named { name, .. } if name.value.eq_ignore_ascii_case("database") => {
                    return self.watched_database(span);
                }
                FunctionArg::ExprNamed {
                    name: Expr::Identifier(name),
                    ..
                } if name.value.eq_ignore_ascii_case("database") => {
                    return self.watched_database(span);
                }
                FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => {
                    self.watched_name(argument, span)
                }
                _ => None,
            };
            let Some(path) = path else {
                return Err(Box::new(
                    Diagnostic::error(Code::Syntax, span, "this is no table to watch").help(
                        "write `CHANGE_STREAM(orders)`, or `CHANGE_STREAM(orders, customers)`",
                    ),
                ));
            };
            names.push(path);
        }
        if let [path] = &names[..]
            && let Some(named) = self
                .named_streams
                .iter()
                .find(|named| is_named(&named.name, path))
        {
            let parts = |table: &Table| {
                let (_, before) = table.name.split_last()?;
                (*before == named.name[..]).then_some(())
            };
            let tables = self.tables.iter().enumerate();
            return Ok(Watched {
                name: path.last().cloned(),
                tables: tables
                    .filter(|(_, table)| parts(table).is_some())
                    .map(|(number, _)| number)
                    .collect(),
                stream: Some(Arc::clone(&named.stream)),
                of_database: named.stream.of_database,
            });
        }
        let mut tables = Vec::new();
        for path in &names {
            let place = path
                .iter()
                .map(|name| name.span)
                .reduce(Span::to)
                .unwrap_or(span);
            if self
                .named_streams
                .iter()
                .any(|named| is_named(&named.name, path))
            {
                let message = "a stream that has a name is watched alone";
                return Err(Box::new(
                    Diagnostic::error(Code::Unsupported, place, message)
                        .help("name the tables of both, or write two queries"),
                ));
            }
            let mut known = self.tables.iter();
            let Some(number) = known.position(|table| is_named(&table.name, path)) else {
                return Err(Box::new(Diagnostic::error(
                    Code::UnknownTable,
                    place,
                    "no such table is in scope",
                )));
            };
            let collection = self.tables.get(number).map(|table| &table.collection);
            if let Some(refused) = collection.and_then(|one| not_watched(one, place)) {
                return Err(refused);
            }
            if tables.contains(&number) {
                return Err(Box::new(Diagnostic::error(
                    Code::DuplicateName,
                    place,
                    "this table is named twice",
                )));
            }
            tables.push(number);
        }
        if tables.is_empty() {
            return Err(Box::new(
                Diagnostic::error(Code::Syntax, span, "no table is named")
                    .help("write `CHANGE_STREAM(orders)`"),
            ));
        }
        Ok(Watched {
            name: match &mut names[..] {
                [path] => path.pop(),
                _ => None,
            },
            tables,
            stream: None,
            of_database: false,
        })
    }

    /// The collections of a database that the query names in conditions on `collection_name`.
    fn watched_database(&self, span: Span) -> Result<Watched> {
        let names = crate::syntax::collection_names(self.source.text());
        let tables: Vec<usize> = names
            .iter()
            .filter_map(|name| self.tables.iter().position(|table| table.name == name.path))
            .collect();
        for number in &tables {
            let collection = self.tables.get(*number).map(|table| &table.collection);
            if let Some(refused) = collection.and_then(|one| not_watched(one, span)) {
                return Err(refused);
            }
        }
        if tables.is_empty() {
            let message = "no table of this database is named";
            return Err(Box::new(
                Diagnostic::error(Code::UnknownTable, span, message)
                    .note(
                        "what the documents of a collection hold is known of declared tables only",
                    )
                    .help("say which ones: `WHERE collection_name IN ('orders', 'customers')`"),
            ));
        }
        Ok(Watched {
            name: None,
            tables,
            stream: None,
            of_database: true,
        })
    }

    /// The name of a table: as it is, or in quotes.
    fn watched_name(&self, argument: &Expr, outer: Span) -> Option<Vec<Name>> {
        let names = |parts: &[Ident]| parts.iter().map(|part| self.name(part)).collect();
        match argument {
            Expr::Identifier(name) => Some(names(std::slice::from_ref(name))),
            Expr::CompoundIdentifier(parts) => Some(names(parts)),
            Expr::Value(value) => match &value.value {
                Value::SingleQuotedString(text) => {
                    let span = self.source.span_or(argument, outer);
                    let part = |part: &str| Name {
                        text: part.to_owned(),
                        span,
                    };
                    Some(text.split('.').map(part).collect())
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The documents of these tables.
    fn event_document(&self, tables: &[usize]) -> EventDocument {
        let tables = tables.iter().filter_map(|number| {
            let table = self.tables.get(*number)?;
            Some((*number, Arc::clone(&table.collection)))
        });
        EventDocument {
            tables: tables.collect(),
        }
    }
}
