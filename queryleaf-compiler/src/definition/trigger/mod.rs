//! `CREATE TRIGGER`: from its body to one query of the stream, and the statements that run for an event.
//!
//! Every condition of the body, every argument of a `CALL`, and every field of the event that a
//! statement names, becomes a column of the query. So expressions over an event have one meaning, that of
//! the server, and what is left for the program is to go from step to step.

mod body;
mod guard;
mod own_changes;
mod rewritten;
mod rows;
mod statement;
mod stream;

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::syntax::definition::{CreateTrigger, TriggerSource};
use crate::{InScope, Query, TableName, table_names};
use body::Body;
use statement::Statements;

/// A trigger of a schema in SQL.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    create: CreateTrigger,
}

/// A trigger that is checked.
#[derive(Debug, Clone)]
pub struct DefinedTrigger {
    /// The text of the query over the stream.
    pub sql: String,
    /// The query over the stream.
    pub stream: Query,
    /// What is done for an event.
    pub steps: Vec<Step>,
    /// What compiles but is likely not what was meant.
    pub warnings: Vec<Diagnostic>,
}

/// A step of what is done for an event. Columns are those of the query over the stream, counted from 0.
#[derive(Debug, Clone)]
pub enum Step {
    /// `IF`, and each branch of a `CASE`.
    If {
        /// The column that must be true.
        condition: usize,
        /// What is done where it is.
        then: Vec<Step>,
        /// What is done where it is not.
        otherwise: Vec<Step>,
    },
    /// `CALL`.
    Call {
        /// The path of the function in Rust.
        function: TableName,
        /// Its arguments.
        arguments: Vec<Argument>,
    },
    /// A statement that writes.
    Write(Box<Statement>),
}

/// An argument of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// The value of a column.
    Column {
        /// The column.
        column: usize,
        /// Where the expression stands.
        span: Span,
    },
    /// The event itself, with the document behind the change and before it.
    Change {
        /// The column of the document as it is.
        after: usize,
        /// The column of the document as it was, where the collection keeps it.
        before: Option<usize>,
        /// Where it is asked for.
        span: Span,
    },
}

/// A statement of SQL in the body of a trigger.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its text, as it is written.
    pub sql: String,
    /// Where it stands.
    pub span: Span,
    /// The statement, with a parameter for each field of the event that it names.
    pub query: Query,
    /// The column that each of its parameters is, in the order of their numbers.
    pub parameters: Vec<usize>,
}

impl Trigger {
    pub(super) fn new(create: &CreateTrigger) -> Self {
        Trigger {
            name: create.name.value.clone(),
            span: create.name.span,
            create: create.clone(),
        }
    }

    /// The stream and the tables that the trigger names, each once, with their places in the whole
    /// text; the stream is the first of them.
    pub fn tables(&self, text: &str) -> Vec<TableName> {
        let path = match &self.create.source {
            TriggerSource::Stream(path) | TriggerSource::Rows { table: path, .. } => path,
        };
        let mut names = vec![TableName {
            path: path.iter().map(|name| name.value.clone()).collect(),
            spans: path.iter().map(|name| name.span).collect(),
        }];
        let mut places = Vec::new();
        body::places(&self.create.body, &mut places);
        for place in places {
            let sql = text.get(place.start..place.end).unwrap_or_default();
            for mut name in table_names(sql) {
                for span in &mut name.spans {
                    *span = Span::new(place.start + span.start, place.start + span.end);
                }
                if names.iter().all(|known| known.path != name.path) {
                    names.push(name);
                }
            }
        }
        names
    }
}

/// Defines a trigger of a schema text.
///
/// # Errors
///
/// What is wrong with its stream, its conditions, its arguments and its statements, with places in the
/// whole text.
pub fn define_trigger(
    text: &str,
    trigger: &Trigger,
    in_scope: InScope<'_>,
) -> Result<DefinedTrigger, Vec<Diagnostic>> {
    let tables = in_scope.tables;
    let keeps_images = tables
        .first()
        .is_some_and(|table| table.collection.options.pre_and_post_images);
    let body = Body::read(text, &trigger.create, keeps_images)?;
    let (sql, stream) = stream::compile(text, &trigger.create.source, &body, in_scope)?;
    let mut warnings = stream.warnings.clone();
    let mut errors = Vec::new();
    let statements = Statements {
        text,
        stream: &stream,
        tables,
        watched: own_changes::watched(&trigger.create.source, in_scope),
    };
    let steps = statements.steps(body.steps, &mut warnings, &mut errors);
    errors.sort_by_key(|error: &Diagnostic| error.span.start);
    if errors.is_empty() {
        Ok(DefinedTrigger {
            sql,
            stream,
            steps,
            warnings,
        })
    } else {
        Err(errors)
    }
}

/// The error for a parameter in a trigger.
fn no_parameters(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Unsupported, span, "a trigger has no parameters").help(
        "write the value itself, or read it from a table; of the event, `change.` names the fields",
    )
}

#[cfg(test)]
mod tests;
