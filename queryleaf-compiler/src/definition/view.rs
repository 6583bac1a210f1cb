//! `CREATE VIEW`: from the query to what the server keeps.

use super::{View, ViewSettings};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::schema::{Collection, CollectionScan, Storage};
use crate::types::{EventPart, Field, Limits, NAMED_DOCUMENT, Type};
use crate::{Kept, Kind, Options, OutputColumn, Query, Table, ViewOptions, compile_with};
use queryleaf_plan::{Template, Value};
use std::sync::Arc;

/// A view as the server keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct DefinedView {
    /// Its columns, as those of a table.
    pub collection: Collection,
    /// Where the columns are named.
    pub columns: Vec<Span>,
    /// What it is created with, in the form of [`create::definition`](crate::create::definition).
    pub definition: Template,
    /// What compiles but is likely not what was meant.
    pub warnings: Vec<Diagnostic>,
    /// What is kept for a view of changes, and the command that gives its rows.
    pub live: Option<(Kept, Template)>,
}

/// Defines a view of a schema text.
///
/// # Errors
///
/// What is wrong with its query, and what a view cannot keep, with places in the whole text.
pub fn define_view(
    text: &str,
    view: &View,
    tables: &[Table],
) -> Result<DefinedView, Vec<Diagnostic>> {
    let sql = text
        .get(view.query.start..view.query.end)
        .unwrap_or_default();
    let moved = |mut error: Diagnostic| {
        let Span { start, end } = error.span;
        error.span = Span::new(view.query.start + start, view.query.start + end);
        error
    };
    // Whether an index serves it is asked of the queries on the view.
    let tables: Vec<Table> = tables
        .iter()
        .map(|table| Table {
            name: table.name.clone(),
            collection: Arc::new(Collection {
                collection_scan: CollectionScan::Allowed,
                ..Collection::clone(&table.collection)
            }),
        })
        .collect();
    let all_moved = |errors: Vec<Diagnostic>| errors.into_iter().map(moved).collect::<Vec<_>>();
    let options = Options {
        view: Some(in_query(view.settings.options, view.query)),
        ..Options::default()
    };
    let query = compile_with(sql, &tables, options).map_err(all_moved)?;
    let parameters: Vec<Diagnostic> = query
        .parameters
        .iter()
        .map(|parameter| {
            Diagnostic::error(
                Code::Unsupported,
                parameter.span,
                "a view has no parameters",
            )
            .help("write the value itself, or ask for it in the queries on the view")
        })
        .collect();
    if !parameters.is_empty() {
        return Err(all_moved(parameters));
    }
    let whole = Span::new(0, sql.len());
    match &query.kind {
        Kind::Live(_) => {}
        Kind::Read => not_of_changes(view)?,
        Kind::Watch | Kind::Upload { .. } | Kind::Write { .. } => {
            let error = Diagnostic::error(Code::Unsupported, whole, "a view is a query");
            return Err(all_moved(vec![error.help("write `SELECT`")]));
        }
    }
    let mut tables = query.tables.iter();
    if tables.any(|collection| collection.options.collation.is_some()) {
        let message = "a view of a collection with a collation";
        let error = Diagnostic::error(Code::Unsupported, whole, message)
            .note("a view compares texts by a collation of its own")
            .help("read the collection itself with `sql!`");
        return Err(all_moved(vec![error]));
    }
    let (collection, stages) = stages(&query.command).map_err(|(message, help)| {
        let error = Diagnostic::error(Code::Unsupported, whole, message).help(help);
        all_moved(vec![error])
    })?;
    if let Some(column) = query
        .columns
        .iter()
        .find(|column| column.file_stream.is_some())
    {
        let message = "`GRIDFS_STREAM` in a view, which the server keeps";
        let error = Diagnostic::error(Code::Unsupported, column.span, message);
        return Err(all_moved(vec![error.help(
            "select the `file_id`, and read the file in the queries on the view",
        )]));
    }
    let columns = columns(view, &query, moved)?;
    Ok(finish(view, query, &columns, collection, stages, moved))
}

/// The places of options, as the query counts its own.
fn in_query(options: ViewOptions, query: Span) -> ViewOptions {
    let moved = |span: Span| {
        let place = |place: usize| place.saturating_sub(query.start);
        Span::new(place(span.start), place(span.end))
    };
    ViewOptions {
        retention: options.retention.map(|(value, span)| (value, moved(span))),
        lateness: options.lateness.map(|(value, span)| (value, moved(span))),
    }
}

/// Refuses what only a view of changes has.
fn not_of_changes(view: &View) -> Result<(), Vec<Diagnostic>> {
    let error = |span, message: &str| {
        let error = Diagnostic::error(Code::Unsupported, span, message);
        Err(vec![error.help(
            "write `FROM CHANGE_STREAM(..)`, or `CREATE VIEW` without `WITH (..)`",
        )])
    };
    let ViewSettings {
        streaming, first, ..
    } = view.settings;
    match (streaming, first) {
        (Some(span), _) => error(
            span,
            "a streaming view reads changes, and this query reads none",
        ),
        (None, Some(span)) => error(span, "only a view of changes has options"),
        (None, None) => Ok(()),
    }
}

/// A column under the name that it has in the view.
struct Column {
    name: String,
    span: Span,
    output: OutputColumn,
}

fn columns(
    view: &View,
    query: &Query,
    moved: impl Fn(Diagnostic) -> Diagnostic,
) -> Result<Vec<Column>, Vec<Diagnostic>> {
    let has = query.columns.len();
    if !view.columns.is_empty() && view.columns.len() != has {
        let span = view.columns.iter().map(|(_, span)| *span).reduce(Span::to);
        let names = view.columns.len();
        let message = format!("the view names {names} columns, and the query has {has}");
        let span = span.unwrap_or(view.span);
        return Err(vec![Diagnostic::error(Code::Unsupported, span, message)]);
    }
    let mut errors = Vec::new();
    let mut columns = Vec::with_capacity(has);
    for (number, output) in query.columns.iter().enumerate() {
        let place = moved(Diagnostic::error(Code::Unsupported, output.span, "")).span;
        let (name, span) = match view.columns.get(number) {
            Some((name, span)) => (name.clone(), *span),
            None => (output.name.clone(), place),
        };
        let error = |message: String| Diagnostic::error(Code::Unsupported, span, message);
        if name.is_empty() || name.contains(['.', '\0']) || name.starts_with('$') {
            errors.push(
                error(format!("no column of a view can be named `{name}`"))
                    .help("give it another name with AS"),
            );
        } else if columns.iter().any(|column: &Column| column.name == name) {
            errors.push(Diagnostic::error(
                Code::DuplicateName,
                span,
                format!("two columns of the view are named `{name}`"),
            ));
        } else if name == "_id" && !keeps_id(query, output) {
            errors.push(
                error("the `_id` of a view tells its rows apart, and this one may not".to_owned())
                    .help("give the column another name with AS, such as `order_id`"),
            );
        }
        if matches!(output.ty, Type::Interval) {
            errors.push(
                error(format!("the interval `{name}` cannot be kept in a view"))
                    .help("extract a number of it: `EXTRACT(EPOCH FROM ..)`"),
            );
        }
        let mut output = output.clone();
        if matches!(output.ty, Type::Event(EventPart::NamedDocument(_))) {
            output.path.push(NAMED_DOCUMENT.to_owned());
        }
        columns.push(Column { name, span, output });
    }
    if errors.is_empty() {
        Ok(columns)
    } else {
        Err(errors)
    }
}

/// Whether a column is the `_id` of the documents that the view reads, each of them once.
fn keeps_id(query: &Query, column: &OutputColumn) -> bool {
    let Template::Document(command) = &query.command else {
        return false;
    };
    let projection = command.iter().find(|(key, _)| key == "projection");
    let as_it_is = match projection {
        Some((_, Template::Document(entries))) => entries
            .iter()
            .all(|(key, value)| key != "_id" || *value == Template::Value(Value::Int32(1))),
        Some(_) => false,
        None => true,
    };
    command.iter().any(|(key, _)| key == "find") && as_it_is && column.path == ["_id"]
}

/// What a view cannot keep, and what to write instead.
type Refusal = (&'static str, &'static str);

/// The collection and the stages of a command.
fn stages(command: &Template) -> Result<(String, Vec<Template>), Refusal> {
    let Template::Document(entries) = command else {
        return Err(("this query cannot be kept in a view", "run it with `sql!`"));
    };
    let entry = |name: &str| {
        let found = entries.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value)
    };
    let natural = |template: &Template| matches!(template, Template::Document(keys) if keys.iter().any(|(key, _)| key == "$natural"));
    if entry("sort").is_some_and(natural) || entry("hint").is_some_and(natural) {
        return Err((
            "a view does not keep the order in which documents are stored",
            "leave the order out, or order by a column",
        ));
    }
    let Some(Template::Value(Value::String(collection))) = entry("find").or(entry("aggregate"))
    else {
        return Err((
            "a view reads a collection, and this query reads none",
            "run it with `sql!`",
        ));
    };
    if let Some(Template::Array(stages)) = entry("pipeline") {
        return Ok((collection.clone(), stages.clone()));
    }
    let stages = [
        ("filter", "$match"),
        ("sort", "$sort"),
        ("skip", "$skip"),
        ("limit", "$limit"),
        ("projection", "$project"),
    ]
    .into_iter()
    .filter_map(|(option, stage)| Some(Template::entry(stage, entry(option)?.clone())))
    .collect();
    Ok((collection.clone(), stages))
}

fn finish(
    view: &View,
    query: Query,
    columns: &[Column],
    collection: String,
    mut stages: Vec<Template>,
    moved: impl Fn(Diagnostic) -> Diagnostic,
) -> DefinedView {
    let in_place = |column: &Column| {
        column.output.path == [column.name.as_str()] && conversion(&column.output).is_none()
    };
    if !columns.iter().all(in_place) {
        let mut entries: Vec<(String, Template)> = columns
            .iter()
            .map(|column| {
                let value = Template::string(format!("${}", column.output.path.join(".")));
                let value = match conversion(&column.output) {
                    Some(operator) => converted(&column.output.ty, operator, value),
                    None if in_place(column) => Template::from(1),
                    None => value,
                };
                (column.name.clone(), value)
            })
            .collect();
        if columns.iter().all(|column| column.name != "_id") {
            entries.push(("_id".to_owned(), Template::from(0)));
        }
        stages.push(Template::entry("$project", Template::Document(entries)));
    }
    let live = match query.kind {
        Kind::Live(kept) => {
            let command = Template::document([
                ("aggregate", Template::string(collection.clone())),
                ("pipeline", Template::Array(stages.clone())),
            ]);
            Some((*kept, command))
        }
        Kind::Read | Kind::Watch | Kind::Upload { .. } | Kind::Write { .. } => None,
    };
    let options = Template::document([
        ("viewOn", Template::string(collection)),
        ("pipeline", Template::Array(stages)),
    ]);
    let definition = Template::document([
        ("name", Template::string(view.name.as_str())),
        ("options", options),
        ("indexes", Template::Array(Vec::new())),
    ]);
    DefinedView {
        collection: Collection {
            name: view.name.clone(),
            rust_name: super::table::camel_case(&view.name),
            fields: columns.iter().map(field).collect(),
            storage: Storage::View,
            ..Collection::default()
        },
        columns: columns.iter().map(|column| column.span).collect(),
        definition,
        warnings: query.warnings.into_iter().map(moved).collect(),
        live,
    }
}

/// The operator that makes a computed number one of the column's type. What reads a view takes its
/// columns for stored fields: the sum of 32-bit integers would pass for a numeric, and its half be cut
/// off like that of a double.
fn conversion(column: &OutputColumn) -> Option<&'static str> {
    fn of_type(ty: &Type) -> Option<&'static str> {
        match ty {
            Type::Integer => Some("$toInt"),
            Type::Bigint => Some("$toLong"),
            Type::Double => Some("$toDouble"),
            Type::Numeric => Some("$toDecimal"),
            Type::Array(item) => of_type(&item.ty),
            Type::Event(EventPart::ClusterTime) => Some("$toDate"),
            Type::Event(_) => None,
            Type::Boolean
            | Type::Text
            | Type::Timestamp
            | Type::Date
            | Type::Interval
            | Type::Uuid
            | Type::ObjectId
            | Type::Bytea
            | Type::Json
            | Type::Document
            | Type::Geometry(_)
            | Type::Map(_)
            | Type::Struct(_)
            | Type::Enum(_)
            | Type::Unknown => None,
        }
    }
    if column.stored && !matches!(column.ty, Type::Event(_)) {
        None
    } else {
        of_type(&column.ty)
    }
}

/// A number, or each of an array's.
fn converted(ty: &Type, operator: &str, value: Template) -> Template {
    match ty {
        Type::Array(item) => {
            let each = converted(&item.ty, operator, Template::string("$$this"));
            let map = Template::document([("input", value), ("in", each)]);
            Template::entry("$map", map)
        }
        _ => Template::entry(operator, value),
    }
}

fn field(column: &Column) -> Field {
    let OutputColumn { ty, nullable, .. } = &column.output;
    Field {
        name: column.name.clone(),
        alias: None,
        rust_name: column.name.clone(),
        hidden: false,
        ty: match ty {
            // A literal `NULL` is text, as in PostgreSQL.
            Type::Unknown => Type::Text,
            Type::Event(part) => part.value(),
            ty => ty.clone(),
        },
        nullable: *nullable,
        absent: false,
        own: false,
        limits: Limits::default(),
        default: None,
    }
}
