//! `CREATE CHANGE STREAM`: from the statement to what the queries of the stream are told.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::schema::{
    ChangeStream, FullDocument, FullDocumentBeforeChange, StreamOptions, WatchedTable,
};
use crate::suggestion::nearest;
use crate::syntax::definition::{
    CreateChangeStream, OptionValue, StreamOption, StreamOptionValue, StreamTarget,
};
use crate::types::OPERATION_TYPES;
use crate::{InScope, NamedStream, Table, TableName, compile_in_scope, literal, units};
use std::sync::Arc;

/// A change stream of a schema in SQL.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// Where it says that it is of a database, and so names its tables in conditions only.
    pub database: Option<Span>,
    /// The tables whose changes it reports.
    pub tables: Vec<TableName>,
    /// Its conditions, by their places.
    pub conditions: Vec<Span>,
    /// The operations that it reports, where they are listed.
    pub operations: Vec<String>,
    /// How it is opened.
    pub options: StreamOptions,
    /// Where the option stands that asks for documents that only some collections keep.
    pub images: Option<Span>,
}

impl Stream {
    /// Reads the statement as far as it can be without the tables.
    pub(super) fn read(
        create: &CreateChangeStream,
        text: &str,
        errors: &mut Vec<Diagnostic>,
    ) -> Self {
        let tables = match &create.target {
            StreamTarget::Tables(tables) => tables
                .iter()
                .map(|path| TableName {
                    path: path.iter().map(|name| name.value.clone()).collect(),
                    spans: path.iter().map(|name| name.span).collect(),
                })
                .collect(),
            StreamTarget::Database(span) => {
                let named = named_in_conditions(&create.conditions, text);
                if named.is_empty() {
                    errors.push(
                        Diagnostic::error(
                            Code::UnknownTable,
                            *span,
                            "no table of this database is named",
                        )
                        .note("what the documents of a collection hold is known of declared tables only")
                        .help("say which ones: `WHERE collection_name IN ('orders', 'customers')`"),
                    );
                }
                named
            }
        };
        let mut stream = Stream {
            name: create.name.value.clone(),
            span: create.name.span,
            database: match &create.target {
                StreamTarget::Database(span) => Some(*span),
                StreamTarget::Tables(_) => None,
            },
            tables,
            conditions: create.conditions.clone(),
            operations: Vec::new(),
            options: StreamOptions::default(),
            images: None,
        };
        let mut seen: Vec<String> = Vec::new();
        for option in &create.options {
            let name = option.name.value.to_lowercase();
            let read = if seen.contains(&name) {
                let message = format!("`{name}` is given twice");
                Err(Box::new(Diagnostic::error(
                    Code::StreamOption,
                    option.name.span,
                    message,
                )))
            } else {
                stream.option(&name, option)
            };
            errors.extend(read.err().map(|error| *error));
            seen.push(name);
        }
        stream
    }

    fn option(&mut self, name: &str, option: &StreamOption) -> Result<()> {
        match name {
            "full_document" => {
                let known = FullDocument::ALL.iter().map(|one| (one.name(), *one));
                let value = one_of(option, known.collect())?;
                if matches!(value, FullDocument::WhenAvailable | FullDocument::Required) {
                    self.images = Some(option.span);
                }
                self.options.full_document = Some(value);
            }
            "full_document_before_change" => {
                let known = FullDocumentBeforeChange::ALL.iter();
                let value = one_of(option, known.map(|one| (one.name(), *one)).collect())?;
                if value != FullDocumentBeforeChange::Off {
                    self.images = Some(option.span);
                }
                self.options.full_document_before_change = Some(value);
            }
            "operation_types" => self.operations = operations(option)?,
            "batch_size" => {
                let size = number(option, "100")?;
                self.options.batch_size = Some(size);
            }
            "max_await_time_ms" => {
                let time: u32 = number(option, "1000")?;
                self.options.max_await_time_ms = Some(time.into());
            }
            "max_await_time" => {
                let text = text(option, "'1 second'")?;
                let time = units::milliseconds(text)
                    .map_err(|misfit| invalid(option.span, misfit.message, misfit.help))?;
                self.options.max_await_time_ms = Some(time);
            }
            "resume_after" => {
                let token = text(option, "'8264BEB9F3000000012B0229296E04'")?;
                // What is not only text has its bytes behind a dot.
                let (data, bytes) = token.split_once('.').unwrap_or((token, "00"));
                let is_hexadecimal = |digits: &str| {
                    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
                };
                if !is_hexadecimal(data) || !is_hexadecimal(bytes) {
                    let help = "it is the `change_id` of an event, or the text of a resume token";
                    return Err(invalid(option.span, "this is no resume token", help));
                }
                self.options.resume_after = Some(token.to_owned());
            }
            "start_at" => {
                let text = text(option, "'2026-01-31 12:00:00'")?;
                let time = literal::timestamp(text.trim()).map_err(|reason| {
                    let message = format!("`'{text}'` is no timestamp: {reason}");
                    invalid(
                        option.span,
                        &message,
                        "write it as in `'2026-01-31 12:00:00'`",
                    )
                })?;
                self.options.start_at = Some(time);
            }
            _ => {
                let known = [
                    "full_document",
                    "full_document_before_change",
                    "operation_types",
                    "batch_size",
                    "max_await_time",
                    "max_await_time_ms",
                    "resume_after",
                    "start_at",
                ];
                let message = format!("a change stream has no option `{}`", option.name.value);
                let error = Diagnostic::error(Code::StreamOption, option.name.span, message);
                return Err(Box::new(match nearest(name, known) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error.help(format!("the options are `{}`", known.join("`, `"))),
                }));
            }
        }
        if self.options.resume_after.is_some() && self.options.start_at.is_some() {
            let message = "a stream begins at one place";
            return Err(invalid(
                option.span,
                message,
                "leave out `resume_after` or `start_at`",
            ));
        }
        Ok(())
    }

    /// The stream, once its tables are known.
    ///
    /// # Errors
    ///
    /// What is wrong with its conditions, with places in the text of the schema.
    pub fn define(&self, text: &str, tables: &[Table]) -> Result<ChangeStream, Vec<Diagnostic>> {
        let watched = self
            .tables
            .iter()
            .zip(tables)
            .map(|(name, table)| WatchedTable {
                path: name.path.clone(),
                collection: Arc::clone(&table.collection),
            });
        let mut stream = ChangeStream {
            name: self.name.clone(),
            tables: watched.collect(),
            of_database: false,
            filter: None,
            options: self.options.clone(),
        };
        let mut errors = Vec::new();
        let mut conditions = Vec::new();
        if !self.operations.is_empty() {
            let names = self.operations.join("', '");
            conditions.push(format!("operation_type IN ('{names}')"));
        }
        for place in &self.conditions {
            let condition = text.get(place.start..place.end).unwrap_or_default();
            errors.extend(self.check(&stream, condition, *place, tables));
            conditions.push(format!("({condition}\n)"));
        }
        if let Some(span) = self.images {
            let without = tables
                .iter()
                .map(|table| &table.collection)
                .filter(|table| !table.options.pre_and_post_images);
            errors.extend(
                without.map(|table| crate::change_stream::without_images(&table.name, span)),
            );
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        stream.filter = (!conditions.is_empty()).then(|| conditions.join(" AND "));
        if let Some((filter, place)) = stream.filter.as_ref().zip(self.database) {
            of_named_tables(filter, place, tables)?;
        }
        stream.of_database = self.database.is_some();
        Ok(stream)
    }

    /// What is wrong with a condition of the stream.
    fn check(
        &self,
        stream: &ChangeStream,
        condition: &str,
        place: Span,
        tables: &[Table],
    ) -> Vec<Diagnostic> {
        const BEFORE: &str = "SELECT change_id FROM CHANGE_STREAM('stream') WHERE ";
        let name = vec!["stream".to_owned()];
        let tables = stream.in_scope(&name, tables);
        let streams = [NamedStream {
            name,
            stream: Arc::new(stream.clone()),
        }];
        let in_scope = InScope {
            tables: &tables,
            streams: &streams,
        };
        let sql = format!("{BEFORE}{condition}");
        let query = match compile_in_scope(&sql, in_scope, crate::Options::default()) {
            Ok(query) => query,
            Err(errors) => {
                let moved = |mut error: Diagnostic| {
                    let at = |offset: usize| {
                        let offset = offset.saturating_sub(BEFORE.len());
                        place.start.saturating_add(offset).min(place.end)
                    };
                    error.span = Span::new(at(error.span.start), at(error.span.end));
                    error
                };
                return errors.into_iter().map(moved).collect();
            }
        };
        let parameters = query.parameters.iter().map(|_| {
            Diagnostic::error(Code::Unsupported, place, "a named stream has no parameters")
                .help("write the value itself, or ask for it in the queries of the stream")
        });
        parameters.take(1).collect()
    }
}

impl ChangeStream {
    /// The tables under the names that they have behind that of the stream.
    fn in_scope(&self, name: &[String], tables: &[Table]) -> Vec<Table> {
        let pairs = self.tables.iter().zip(tables);
        let table = |(watched, table): (&WatchedTable, &Table)| Table {
            name: name.iter().chain(watched.path.last()).cloned().collect(),
            collection: Arc::clone(&table.collection),
        };
        pairs.map(table).collect()
    }
}

/// Refuses the conditions of a stream of a database that let other tables pass than they name.
fn of_named_tables(filter: &str, place: Span, tables: &[Table]) -> Result<(), Vec<Diagnostic>> {
    let sql = format!("SELECT change_id FROM CHANGE_STREAM(DATABASE named) WHERE {filter}");
    let in_scope = InScope {
        tables,
        streams: &[],
    };
    let compiled = compile_in_scope(&sql, in_scope, crate::Options::default());
    let moved = |mut error: Diagnostic| {
        error.span = place;
        error
    };
    compiled
        .map(drop)
        .map_err(|errors| errors.into_iter().map(moved).collect())
}

/// The collections that conditions on `collection_name` name.
fn named_in_conditions(conditions: &[Span], text: &str) -> Vec<TableName> {
    let mut names: Vec<TableName> = Vec::new();
    for place in conditions {
        let condition = text.get(place.start..place.end).unwrap_or_default();
        for mut name in crate::syntax::collection_names(condition) {
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

fn invalid(span: Span, message: &str, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::StreamOption, span, message).help(help))
}

/// A text with or without the capitals of the server: `'update_lookup'` is `'updateLookup'`.
fn one_of<T: Copy>(option: &StreamOption, known: Vec<(&'static str, T)>) -> Result<T> {
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    let wanted = match &option.value {
        StreamOptionValue::One(OptionValue::Text(text) | OptionValue::Word(text)) => text.as_str(),
        StreamOptionValue::One(OptionValue::Number(_) | OptionValue::Boolean(_))
        | StreamOptionValue::List(_) => "",
    };
    let found = known.iter().find(|(name, _)| plain(name) == plain(wanted));
    if let Some((_, value)) = found {
        return Ok(*value);
    }
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    let message = format!("`{}` has no such value", option.name.value.to_lowercase());
    let help = match nearest(wanted, names.iter().copied()) {
        Some(near) => format!("did you mean `'{near}'`?"),
        None => format!("it can be `'{}'`", names.join("'`, `'")),
    };
    Err(invalid(option.span, &message, &help))
}

fn operations(option: &StreamOption) -> Result<Vec<String>> {
    let StreamOptionValue::List(items) = &option.value else {
        let help = "write `ARRAY['insert', 'update']`";
        return Err(invalid(option.span, "`operation_types` is a list", help));
    };
    let mut operations = Vec::new();
    for (item, span) in items {
        let name = match item {
            OptionValue::Text(name) => name.as_str(),
            OptionValue::Number(_) | OptionValue::Boolean(_) | OptionValue::Word(_) => "",
        };
        if !OPERATION_TYPES.contains(&name) {
            let message = format!("no operation type `'{name}'`");
            let help = match nearest(name, OPERATION_TYPES) {
                Some(near) => format!("did you mean `'{near}'`?"),
                None => format!("there are `'{}'`", OPERATION_TYPES.join("'`, `'")),
            };
            return Err(invalid(*span, &message, &help));
        }
        operations.push(name.to_owned());
    }
    Ok(operations)
}

fn number(option: &StreamOption, example: &str) -> Result<u32> {
    let digits = match &option.value {
        StreamOptionValue::One(OptionValue::Number(digits)) => digits.parse().ok(),
        StreamOptionValue::One(
            OptionValue::Text(_) | OptionValue::Boolean(_) | OptionValue::Word(_),
        )
        | StreamOptionValue::List(_) => None,
    };
    digits.filter(|number| *number > 0).ok_or_else(|| {
        let message = format!("`{}` is a whole number above zero", option.name.value);
        invalid(
            option.span,
            &message,
            &format!("write it without quotes, as in `{example}`"),
        )
    })
}

fn text<'a>(option: &'a StreamOption, example: &str) -> Result<&'a str> {
    match &option.value {
        StreamOptionValue::One(OptionValue::Text(text)) => Ok(text),
        StreamOptionValue::One(
            OptionValue::Number(_) | OptionValue::Boolean(_) | OptionValue::Word(_),
        )
        | StreamOptionValue::List(_) => {
            let message = format!("`{}` is a text", option.name.value);
            Err(invalid(
                option.span,
                &message,
                &format!("write it as in `{example}`"),
            ))
        }
    }
}
