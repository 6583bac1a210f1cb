//! Queries over a stream of changes that no stream can answer by itself: those that group, order, window,
//! join or limit.
//!
//! The server runs no such stage in a stream. The query is cut in two: a **stream part**, the conditions
//! on single events and the fields of them that the query reads, fills a collection that the library
//! manages; the **rest** is compiled as an ordinary query over that collection. Its documents are the
//! events themselves with the other fields left out, so that every column stays where it is, and the
//! rest is the same plan with another collection under it. What looks at the fields that an update
//! changed is computed in the stream and kept as a field of its own.
//!
//! What is kept has to be forgotten again. A condition such as `wall_time >= CURRENT_TIMESTAMP -
//! INTERVAL '1 hour'` says when ([`retention`]): the events that the server deletes are those which the
//! query would leave out.

mod changes;
mod fields;
mod retention;
mod scans;
mod stream_part;
mod window;

pub use retention::Retention;

use crate::analyze::Analysis;
use crate::change_stream::{Stream, images, whole_database, with_events};
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::plan::{ColumnId, Expression, Relation};
use crate::schema::Collection;
use crate::syntax::Source;
use crate::{Kind, Query, client_values, collection_scan, interval_field, lower, optimize};
use queryleaf_plan::Template;
use std::sync::Arc;
use window::Window;

/// What is kept of a stream of changes for a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The collection in which it is.
    pub collection: String,
    /// The command that opens the stream.
    pub stream: Template,
    /// When it is forgotten.
    pub retention: Retention,
    /// The time windows of the rows, where the query says when events are too late for them.
    pub window: Option<ClosingWindow>,
}

/// The time windows of the rows of a query, into which no event comes that is too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosingWindow {
    /// The column of the result with the beginning of a row's window.
    pub column: usize,
    /// For how many milliseconds from there an event can come into the window, at the most.
    pub closes_after: i64,
}

/// What is said of a query beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ViewOptions {
    /// For how many seconds events are kept, and where that is said.
    pub retention: Option<(u64, Span)>,
    /// How many milliseconds after the end of its window an event is too late, and where that is said.
    pub lateness: Option<(i64, Span)>,
}

/// Compiles a query that reads a change stream and keeps its events; `endless` is what is wrong with it
/// as one of a stream alone.
pub(crate) fn compile(
    mut analysis: Analysis,
    stream: &Stream,
    tables: Vec<Arc<Collection>>,
    options: ViewOptions,
    endless: Vec<Diagnostic>,
    source: &Source<'_>,
) -> Result<Query, Vec<Diagnostic>> {
    images::check(&analysis.relation, stream, &tables)?;
    let output: Vec<ColumnId> = analysis.columns.iter().map(|column| column.id).collect();
    let mut warnings = interval_field::check(&analysis.relation);
    let wanted_draws = lower::wanted_draws(&analysis.relation);
    let Bounded {
        relation,
        closing: window,
        kept_by,
    } = bounded(analysis.relation, &analysis.columns, stream, options)?;
    let mut all = with_events(&tables, stream);
    let relation = optimize::optimize(relation, &output, &all, &mut analysis.new_columns);
    whole_database::check(&relation, stream)?;
    let scans = scans::event_scans(&relation, stream.table);
    if let Some((_, span)) = options.lateness {
        kept_by_window(&scans, &kept_by, span)?;
    }
    let retention =
        retention::retention(&scans).ok_or_else(|| no_retention(endless, stream.span))?;
    let part = stream_part::StreamPart {
        stream,
        tables: &tables,
        retention: &retention,
        output: &output,
    };
    let (relation, lowered, kept_fields) = part.cut(relation, &scans, &mut analysis.new_columns)?;
    let kept = Kept {
        collection: name(&lowered, &retention, stream, &tables),
        stream: lowered,
        retention,
        window,
    };
    if let Some(events) = all.last_mut() {
        let mut collection = Collection::clone(events);
        collection.name.clone_from(&kept.collection);
        collection.fields.extend(kept_fields);
        *events = Arc::new(collection);
    }
    let (errors, found): (Vec<_>, Vec<_>) = collection_scan::check(&relation, &all, source.first())
        .into_iter()
        .partition(|scan| scan.severity == Severity::Error);
    if !errors.is_empty() {
        return Err(errors);
    }
    warnings.extend(found);
    let (relation, computed) = client_values::extract(relation, analysis.parameters.len());
    let lowered = lower::lower(&relation, &output, &analysis.names, &all)?;
    crate::check_command(&lowered.command, wanted_draws, source)?;
    let columns = analysis.columns.into_iter().zip(lowered.paths);
    Ok(Query {
        kind: Kind::Live(Box::new(kept)),
        command: lowered.command,
        generated: Vec::new(),
        computed,
        parameters: analysis.parameters,
        columns: columns.map(crate::output_column).collect(),
        warnings,
        tables,
    })
}

/// A query without the events that the options leave out.
struct Bounded {
    relation: Relation,
    closing: Option<ClosingWindow>,
    /// The stored path of the time by which events are kept, unless conditions say another one.
    kept_by: Vec<String>,
}

/// The query without the events that the options leave out, and its windows.
fn bounded(
    mut relation: Relation,
    columns: &[crate::analyze::Column],
    stream: &Stream,
    options: ViewOptions,
) -> Result<Bounded, Vec<Diagnostic>> {
    let mut closing = None;
    // Windows that end before their events are forgotten: both by the same time.
    let mut kept_by = vec![MADE_AT.to_owned()];
    if let Some((lateness, span)) = options.lateness {
        let events: Vec<ColumnId> = scans::event_scans(&relation, stream.table)
            .iter()
            .map(|scan| scan.event)
            .collect();
        let window = match &Window::all(&relation, &events)[..] {
            [window] => window.clone(),
            windows => return Err(vec![no_window(windows.len(), span)]),
        };
        let is_window =
            |column: &crate::analyze::Column| window.is(&column.expression, column.id, &relation);
        closing = columns
            .iter()
            .position(is_window)
            .map(|column| ClosingWindow {
                column,
                closes_after: window.longest.saturating_add(lateness),
            });
        if closing.is_none() {
            return Err(vec![hidden_window(span)]);
        }
        relation = scans::with_condition(relation, stream.table, &|event| {
            window.in_time(event, lateness)
        });
        kept_by = moment(&window, span)?;
    }
    if let Some((seconds, span)) = options.retention {
        relation = scans::with_condition(relation, stream.table, &|event| {
            let path: Vec<&str> = kept_by.iter().map(String::as_str).collect();
            retention::condition(event, &path, seconds, span)
        });
    }
    Ok(Bounded {
        relation,
        closing,
        kept_by,
    })
}

/// The time at which an event was made.
const MADE_AT: &str = "wallTime";

/// The stored path of the time of the windows, by which the events have to be kept.
fn moment(window: &Window, place: Span) -> Result<Vec<String>, Vec<Diagnostic>> {
    match window.moment() {
        // The two are the same, by two clocks of one server.
        Some(path) if path == ["clusterTime"] => Ok(vec![MADE_AT.to_owned()]),
        Some(path) => Ok(path),
        None => {
            let message = "the time of these windows is computed";
            let error = Diagnostic::error(Code::InvalidWindow, place, message)
                .note("events are kept by a time that is stored, and no shorter than their window is open")
                .help("take a column of the event or a field of the document: `DATE_TRUNC('minute', wall_time)`");
            Err(vec![error])
        }
    }
}

/// Refuses to forget events by another time than that of their windows: one that lies ahead of it would be
/// forgotten before its window is final.
fn kept_by_window(
    scans: &[scans::EventScan],
    kept_by: &[String],
    place: Span,
) -> Result<(), Vec<Diagnostic>> {
    let other = retention::retentions(scans);
    let Some(other) = other.into_iter().find(|other| other.path != *kept_by) else {
        return Ok(());
    };
    let message = format!(
        "events are kept by `{}`, and their windows are of `{}`",
        in_sql(&other.path),
        in_sql(kept_by)
    );
    let error = Diagnostic::error(Code::InvalidWindow, place, message)
        .note(
            "an event whose window ends later than it is forgotten would be missing in a final row",
        )
        .help("say how far back the query looks by the time of the windows");
    Err(vec![error])
}

/// A stored path of a time as it is written in SQL.
fn in_sql(path: &[String]) -> String {
    let names = path.iter().map(|name| match name.as_str() {
        MADE_AT => "wall_time",
        "fullDocument" => "full_document",
        "fullDocumentBeforeChange" => "full_document_before_change",
        other => other,
    });
    names.collect::<Vec<_>>().join(".")
}

/// The name of the collection in which the events are kept: what is kept in another way is kept in
/// another collection, so that a new version of a query does not find events without the fields it reads.
fn name(
    stream: &Template,
    retention: &Retention,
    watched: &Stream,
    tables: &[Arc<Collection>],
) -> String {
    let tables: Vec<&str> = watched
        .watched
        .iter()
        .filter_map(|table| tables.get(*table))
        .map(|table| table.name.as_str())
        .collect();
    let all = format!("{stream} {retention:?}");
    // FNV-1a: it has to be the same in every build.
    let hash = all.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // A namespace has 255 bytes.
    let tables: String = tables.join("+").chars().take(60).collect();
    format!("queryleaf.events.{tables}.{hash:016x}")
}

/// The errors for a query that would keep its events for ever.
fn no_retention(endless: Vec<Diagnostic>, place: Span) -> Vec<Diagnostic> {
    if endless.is_empty() {
        let message = "nothing says for how long the events of this view are kept";
        return vec![
            Diagnostic::error(Code::EndlessRows, place, message)
                .label("its events are kept in a collection")
                .help(
                    "add `WITH (retention = '1 hour')`, or a condition such as \
                     `WHERE wall_time >= CURRENT_TIMESTAMP - INTERVAL '1 hour'`",
                ),
        ];
    }
    let with_way_out = |error: Diagnostic| {
        match &error.help {
        Some(help) if help.contains("wall_time") => error,
        _ => error.note(
            "a query that says how far back it looks, as in `WHERE wall_time >= CURRENT_TIMESTAMP - \
             INTERVAL '1 hour'`, has its events kept for so long, and is one over those",
        ),
    }
    };
    endless.into_iter().map(with_way_out).collect()
}

/// The error for a lateness without a window, or with several.
fn no_window(windows: usize, place: Span) -> Diagnostic {
    let message = match windows {
        0 => "events can be late for a time window only, and this query groups by none",
        _ => "events are late for one kind of time window, and this query groups by several",
    };
    Diagnostic::error(Code::InvalidWindow, place, message).help(
        "group by one `DATE_TRUNC('minute', ..)` or `DATE_BIN('5 minutes', .., ..)` of the events",
    )
}

/// The error for a window that the result does not show.
fn hidden_window(place: Span) -> Diagnostic {
    let message = "the beginning of the time window is no column of the result";
    Diagnostic::error(Code::InvalidWindow, place, message)
        .note("without it nobody can tell which rows are final")
        .help("select the `DATE_TRUNC(..)` or `DATE_BIN(..)` by which the query groups")
}

/// A field of the events, as an expression.
fn field(event: ColumnId, names: &[&str], ty: crate::types::Type, span: Span) -> Expression {
    use crate::plan::{ExpressionKind, Path, PathStep};
    let steps = names.iter().map(|name| PathStep {
        name: (*name).to_owned(),
        nullable: true,
    });
    let path = Path {
        column: event,
        steps: steps.collect(),
        rust: None,
    };
    Expression::new(ExpressionKind::Path(path), ty, span).nullable(true)
}

#[cfg(test)]
mod tests;
