//! Queries of change streams: from the events to the pipeline of a `$changeStream`.
//!
//! To the analysis, the optimiser and the lowering an event is a document of a collection, which
//! [`events`] makes up; only what stands here knows better. [`endless`] refuses what a stream without
//! an end cannot do, and [`lower`] puts the `$changeStream` stage before the others.
//!
//! The parts serve whatever else reads events. A relation is *of events* when it filters and computes
//! over a [`Scan`](Relation::Scan) of the table that [`Stream::table`] names; [`endless::check`] tells.
//! [`lower`] makes of such a relation and some of its columns the command, with the place of each
//! column in an event as the server sends it. A trigger is one query whose columns are its conditions
//! and arguments; a view that groups takes the part of its relation below the first operator that
//! `check` refuses.

mod clock;
mod endless;
mod events;
mod expanded_events;
pub(crate) mod images;
pub(crate) mod whole_database;

pub(crate) use events::{FIELDS, field, with_events};

pub(crate) use images::without as without_images;

use crate::analyze::Analysis;
use crate::diagnostic::{Diagnostic, Span};
use crate::lower::{self, Lowered};
use crate::plan::{ColumnId, Relation};
use crate::schema::{Collection, FullDocument, StreamOptions};
use crate::syntax::Source;
use crate::{Kind, Options, Query, client_values, interval_field, optimize, streaming_view};
use queryleaf_plan::Template;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A change stream that a query reads.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    /// The event.
    pub(crate) document: ColumnId,
    /// The number of the made-up table of events, behind the tables of the query.
    pub(crate) table: usize,
    /// The tables whose changes are reported, by their numbers.
    pub(crate) watched: Vec<usize>,
    /// Whether the whole database is named, and the tables in conditions only.
    pub(crate) of_database: bool,
    /// How it is opened, as far as its declaration says.
    pub(crate) options: StreamOptions,
    /// Where the query names it.
    pub(crate) span: Span,
}

/// Compiles a query that reads a change stream.
pub(crate) fn compile(
    mut analysis: Analysis,
    tables: Vec<Arc<Collection>>,
    options: Options,
    source: &Source<'_>,
) -> Result<Query, Vec<Diagnostic>> {
    if options.rows {
        for stream in &mut analysis.streams {
            stream.options.full_document = Some(FullDocument::Required);
        }
    }
    let [stream] = &analysis.streams[..] else {
        let second = analysis
            .streams
            .get(1)
            .map_or(source.first(), |stream| stream.span);
        return Err(vec![endless::several(second)]);
    };
    if let Err(endless) = endless::check(&analysis.relation, stream) {
        let (stream, view) = (stream.clone(), options.view.unwrap_or_default());
        return streaming_view::compile(analysis, &stream, tables, view, endless, source);
    }
    if let Some(view) = options.view {
        let stream = stream.clone();
        return streaming_view::compile(analysis, &stream, tables, view, Vec::new(), source);
    }
    images::check(&analysis.relation, stream, &tables)?;
    clock::check(&analysis.relation, stream)?;
    let output: Vec<ColumnId> = analysis.columns.iter().map(|column| column.id).collect();
    let warnings = interval_field::check(&analysis.relation);
    let wanted_draws = lower::wanted_draws(&analysis.relation);
    let with_events = with_events(&tables, stream);
    let relation = if options.optimize {
        optimize::optimize(
            analysis.relation,
            &output,
            &with_events,
            &mut analysis.new_columns,
        )
    } else {
        optimize::normalize(analysis.relation, &mut analysis.new_columns)
    };
    whole_database::check(&relation, stream)?;
    let (relation, computed) = client_values::extract(relation, analysis.parameters.len());
    let kept = kept_for_handlers(stream);
    let lowered = lower(&relation, &output, &analysis.names, stream, &tables, kept)?;
    crate::check_command(&lowered.command, wanted_draws, source)?;
    let columns = analysis.columns.into_iter().zip(lowered.paths);
    Ok(Query {
        kind: Kind::Watch,
        command: lowered.command,
        generated: Vec::new(),
        computed,
        parameters: analysis.parameters,
        columns: columns.map(crate::output_column).collect(),
        warnings,
        tables,
    })
}

/// What the runtime reads of an event beside the columns: the place behind it, which the server insists
/// on, what happened, to what, and when. The collection is known where only one is watched.
const KEPT_OF_EVENTS: &[&str] = &[
    "_id",
    "documentKey",
    "clusterTime",
    "operationType",
    "wallTime",
    "ns.coll",
];

/// What is kept of the events of this stream for handlers.
fn kept_for_handlers(stream: &Stream) -> &'static [&'static str] {
    match (&stream.watched[..], KEPT_OF_EVENTS) {
        ([_], [of_one @ .., _]) if !stream.of_database => of_one,
        (_, all) => all,
    }
}

/// What is kept of the events of a view besides what its query reads.
pub(crate) const KEPT_FOR_VIEWS: &[&str] = &["_id"];

/// The command that follows a relation of events, whose result has the columns `output`; the fields
/// `kept` stay in the events besides.
///
/// # Errors
///
/// Whatever cannot be lowered faithfully.
pub(crate) fn lower(
    relation: &Relation,
    output: &[ColumnId],
    names: &BTreeMap<ColumnId, String>,
    stream: &Stream,
    tables: &[Arc<Collection>],
    kept: &'static [&'static str],
) -> Result<Lowered, Vec<Diagnostic>> {
    let with_events = with_events(tables, stream);
    let lowered = lower::lower_events(relation, output, names, &with_events, kept)?;
    let mut options = images::options(relation, stream);
    if expanded_events::are_wanted(relation) {
        options.push(("showExpandedEvents", Template::from(true)));
    }
    let options = Template::document(options);
    let mut stages = vec![Template::entry("$changeStream", options)];
    let target = match &stream.watched[..] {
        [table] if !stream.of_database => tables
            .get(*table)
            .map(|table| Template::string(&*table.name)),
        several => {
            stages.push(of_collections(several, tables));
            None
        }
    };
    let paths = lowered.steps();
    let Template::Array(others) = lowered.pipeline(Vec::new()) else {
        return Err(vec![Diagnostic::defect(
            stream.span,
            "a pipeline that is none",
        )]);
    };
    stages.extend(others);
    let StreamOptions {
        batch_size,
        max_await_time_ms,
        ..
    } = &stream.options;
    let cursor = batch_size.map(|size| Template::entry("batchSize", i64::from(size)));
    let mut command = vec![
        ("aggregate", target.unwrap_or_else(|| Template::from(1))),
        ("pipeline", Template::Array(stages)),
        ("cursor", cursor.unwrap_or(Template::ALWAYS)),
    ];
    // For the runtime: it is no part of the command that opens the stream.
    let time = max_await_time_ms.and_then(|time| i64::try_from(time).ok());
    command.extend(time.map(|time| ("maxAwaitTimeMS", Template::from(time))));
    Ok(Lowered {
        command: Template::document(command),
        paths,
    })
}

/// The stage that keeps the events of these collections, and those of the whole database, such as
/// `dropDatabase`.
fn of_collections(watched: &[usize], tables: &[Arc<Collection>]) -> Template {
    let names = watched
        .iter()
        .filter_map(|number| tables.get(*number))
        .map(|table| Template::string(&*table.name))
        .chain([Template::null()]);
    let names = Template::entry("$in", Template::array(names));
    Template::entry("$match", Template::entry("ns.coll", names))
}
