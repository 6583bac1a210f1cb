//! `CHANGE_STREAM(..)` in `FROM`: the events of tables, as rows.
//!
//! An event is a document, and the columns are paths into it, so that everything else that is known
//! of expressions serves here as well. What makes a stream of it is said in
//! [`change_stream`](crate::change_stream), where the query is compiled.

mod changed;
mod columns;
mod part;

pub(super) use changed::{has_changed_fields, is_contains};
pub(super) use part::{part_field, value};

use super::Analyzer;
use super::scope::{Name, Rows, Scope};
use crate::change_stream::Stream;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::Relation;
use crate::types::EventDocument;
use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, TableAlias, TableFunctionArgs, Value,
};
use std::sync::Arc;

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
        let watched = self.watched(arguments, span)?;
        let name = match (alias, &watched[..]) {
            (Some(alias), _) => self.name(&alias.name),
            (None, [(name, _)]) => name.clone(),
            (None, _) => Name {
                text: "change_stream".to_owned(),
                span,
            },
        };
        let tables: Vec<usize> = watched.iter().map(|(_, table)| *table).collect();
        let document = self.named_column("event");
        let table = self.tables.len();
        let columns = self.event_columns(document, &tables);
        self.streams.push(Stream {
            document,
            table,
            watched: tables,
            span,
        });
        let mut scope = Scope::default();
        self.add(&mut scope, name, None, Rows::Events(columns))?;
        let scan = Relation::Scan {
            table,
            document,
            natural: None,
        };
        Ok((scan, scope))
    }

    /// The tables that are named in the brackets, each with its number.
    fn watched(&self, arguments: &TableFunctionArgs, span: Span) -> Result<Vec<(Name, usize)>> {
        let mut watched: Vec<(Name, usize)> = Vec::new();
        for argument in &arguments.args {
            let path = match argument {
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
            let found = self.tables.iter().position(|table| {
                table.name.len() == path.len()
                    && table
                        .name
                        .iter()
                        .zip(&path)
                        .all(|(known, part)| *known == part.text)
            });
            let (Some(number), Some(last)) = (found, path.last()) else {
                return Err(Box::new(Diagnostic::error(
                    Code::UnknownTable,
                    span,
                    "no such table is in scope",
                )));
            };
            if watched.iter().any(|(_, known)| *known == number) {
                let message = format!("`{}` is named twice", last.text);
                return Err(Box::new(Diagnostic::error(
                    Code::DuplicateName,
                    last.span,
                    message,
                )));
            }
            watched.push((last.clone(), number));
        }
        if watched.is_empty() {
            return Err(Box::new(
                Diagnostic::error(Code::Syntax, span, "no table is named")
                    .help("write `CHANGE_STREAM(orders)`"),
            ));
        }
        Ok(watched)
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
