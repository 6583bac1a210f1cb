//! The statements of SQL in a body, with a parameter for each field of the event.

use super::own_changes::{self, Made};
use super::stream::plain_document;
use super::{Statement, Step, body, no_parameters};
use crate::analyze::Given;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::types::Type;
use crate::{Kind, ParameterName, Query, Table};

/// What the statements of a body are compiled with.
pub(super) struct Statements<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// The query over the stream.
    pub(super) stream: &'a Query,
    pub(super) tables: &'a [Table],
    /// The collections of which the trigger is told every change.
    pub(super) watched: Vec<String>,
}

impl Statements<'_> {
    /// The steps with their statements compiled.
    pub(super) fn steps(
        &self,
        steps: Vec<body::Step>,
        warnings: &mut Vec<Diagnostic>,
        errors: &mut Vec<Diagnostic>,
    ) -> Vec<Step> {
        let mut finished = Vec::with_capacity(steps.len());
        for step in steps {
            match step {
                body::Step::If {
                    condition,
                    then,
                    otherwise,
                } => finished.push(Step::If {
                    condition,
                    then: self.steps(then, warnings, errors),
                    otherwise: self.steps(otherwise, warnings, errors),
                }),
                body::Step::Call {
                    function,
                    arguments,
                } => finished.push(Step::Call {
                    function,
                    arguments,
                }),
                body::Step::Write { span, uses, always } => {
                    match self.statement(span, &uses, &always) {
                        Ok(mut statement) => {
                            warnings.append(&mut statement.query.warnings);
                            finished.push(Step::Write(Box::new(statement)));
                        }
                        Err(mut found) => errors.append(&mut found),
                    }
                }
            }
        }
        finished
    }

    fn statement(
        &self,
        span: Span,
        uses: &[(Span, usize)],
        always: &[Made],
    ) -> Result<Statement, Vec<Diagnostic>> {
        let Statements {
            text,
            stream,
            tables,
            ..
        } = *self;
        let statement = compiled(text, span, uses, stream, tables)?;
        // Whether a parameter is this field of the document that was changed.
        let is_field = |parameter: u16, name: &str| {
            let column = statement.parameters.get(usize::from(parameter));
            let own = DOCUMENTS.map(|document| format!("{document}.{name}"));
            uses.iter().any(|(field, used)| {
                let field = text.get(field.start..field.end);
                Some(used) == column && own.iter().any(|own| Some(own.as_str()) == field)
            })
        };
        own_changes::refuse(&statement.query, always, &self.watched, &is_field, span)?;
        Ok(statement)
    }
}

/// What an event tells of the document that was changed.
const DOCUMENTS: [&str; 2] = ["change.document_key", "change.full_document"];

fn compiled(
    text: &str,
    span: Span,
    uses: &[(Span, usize)],
    stream: &Query,
    tables: &[Table],
) -> Result<Statement, Vec<Diagnostic>> {
    let sql = text.get(span.start..span.end).unwrap_or_default();
    // Each parameter is as long as what it stands for, so that all places stay what they are.
    let mut rewritten = sql.to_owned();
    let mut given = Vec::with_capacity(uses.len());
    for (number, (field, column)) in uses.iter().enumerate() {
        let name = format!("c{number}");
        let range = field.start - span.start..field.end - span.start;
        let width = range.len().saturating_sub(1);
        rewritten.replace_range(range, &format!(":{name:width$}"));
        if let Some(column) = stream.columns.get(*column) {
            given.push(Given {
                name,
                ty: match &column.ty {
                    Type::Event(part) => part.value(),
                    ty => ty.clone(),
                },
            });
        }
    }
    // A word about a parameter is about all of what it stands for.
    let moved = |place: Span| {
        let place = Span::new(span.start + place.start, span.start + place.end);
        let inside = |field: &&Span| field.start <= place.start && place.end <= field.end;
        let field = uses.iter().map(|(field, _)| field).find(inside);
        field.copied().unwrap_or(place)
    };
    let all_moved = |mut diagnostics: Vec<Diagnostic>| {
        for diagnostic in &mut diagnostics {
            diagnostic.span = moved(diagnostic.span);
        }
        diagnostics
    };
    let mut query = crate::compile_with_given(&rewritten, tables, &given).map_err(all_moved)?;
    query.warnings = all_moved(query.warnings);
    refuse(&query, span, moved)?;
    let mut parameters = Vec::with_capacity(query.parameters.len());
    for parameter in &query.parameters {
        let number = given
            .iter()
            .position(|given| parameter.name == ParameterName::Named(given.name.clone()));
        match number.and_then(|number| uses.get(number)) {
            Some((_, column)) => parameters.push(plain_document(stream, *column)),
            None => return Err(vec![no_parameters(moved(parameter.span))]),
        }
    }
    Ok(Statement {
        sql: sql.to_owned(),
        span,
        query,
        parameters,
    })
}

/// Refuses a statement that gives something, or needs something, that a trigger has no place for.
fn refuse(query: &Query, span: Span, moved: impl Fn(Span) -> Span) -> Result<(), Vec<Diagnostic>> {
    let error = |span, message| Diagnostic::error(Code::Unsupported, span, message);
    let rows = "rows in a trigger, where nothing takes them";
    let first = query
        .columns
        .first()
        .map_or(span, |column| moved(column.span));
    Err(vec![match &query.kind {
        Kind::Read | Kind::Watch | Kind::Live(_) => {
            error(first, rows).help("write them with `INSERT INTO .. SELECT`")
        }
        Kind::Upload { .. } => error(span, "an upload of files in a trigger")
            .help("upload them in a function that the trigger calls"),
        Kind::Write { .. } if !query.columns.is_empty() => {
            error(first, rows).help("leave out `RETURNING`")
        }
        Kind::Write { .. } => return Ok(()),
    }])
}
