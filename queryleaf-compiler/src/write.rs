//! The stages of the compiler for a statement that writes, in their order.

use crate::analyze::WriteAnalysis;
use crate::diagnostic::{Diagnostic, Severity};
use crate::plan::{ColumnId, Expression, ExpressionKind, NewColumns, Relation, Write, WriteAction};
use crate::schema::Collection;
use crate::syntax::Source;
use crate::{
    Kind, Options, Query, Table, client_values, collation, collection_scan, interval_field, lower,
    optimize,
};
use queryleaf_plan::Generated;
use std::sync::Arc;

pub(crate) fn compile(
    analysis: WriteAnalysis,
    source: &Source<'_>,
    tables: &[Table],
    options: Options,
) -> Result<Query, Vec<Diagnostic>> {
    let WriteAnalysis {
        write,
        returning,
        structs,
        names,
        mut new_columns,
        parameters,
    } = analysis;
    let collections: Vec<Arc<Collection>> = tables
        .iter()
        .map(|table| Arc::clone(&table.collection))
        .collect();
    let mut warnings: Vec<Diagnostic> = write.rows().map(interval_field::check).unwrap_or_default();
    let write = noting_the_time(write);
    let write = write
        .map_rows(|rows, output| improved(rows, output, &collections, options, &mut new_columns));
    let read = tables.iter().enumerate();
    let read = read.filter(|(number, _)| write.reads(*number));
    collation::check(source, read.map(|(_, table)| table))?;
    let (errors, scans): (Vec<_>, Vec<_>) = write
        .rows()
        .map(|rows| collection_scan::check(rows, &collections, source.first()))
        .unwrap_or_default()
        .into_iter()
        .partition(|scan| scan.severity == Severity::Error);
    if !errors.is_empty() {
        return Err(errors);
    }
    warnings.extend(scans);
    let given = parameters.len().saturating_add(write.generated.len());
    let (write, computed) = client_values::extract_of_write(write, given);
    let output: Vec<ColumnId> = returning
        .iter()
        .flat_map(|(_, columns)| columns.iter().map(|column| column.id))
        .collect();
    let relation = returning
        .as_ref()
        .map(|(relation, _)| optimize::normalize(relation.clone(), &mut new_columns));
    let lowered = lower::lower_write(
        &write,
        relation.as_ref().map(|relation| (relation, &*output)),
        &names,
        &collections,
        parameters.len(),
        &mut new_columns,
    )?;
    if lower::is_too_deep(&lowered.program) {
        return Err(vec![crate::too_deep(source.first())]);
    }
    let columns = returning
        .into_iter()
        .flat_map(|(_, columns)| columns)
        .zip(lowered.paths)
        .map(crate::output_column)
        .collect();
    Ok(Query {
        kind: match write.action {
            WriteAction::UploadValues { .. } | WriteAction::UploadRows { .. } => {
                Kind::Upload { table: write.table }
            }
            WriteAction::InsertValues { .. }
            | WriteAction::InsertStructs { .. }
            | WriteAction::InsertRows { .. }
            | WriteAction::Update { .. }
            | WriteAction::UpdateItems { .. }
            | WriteAction::Delete { .. }
            | WriteAction::Merge { .. } => Kind::Write {
                table: write.table,
                structs,
            },
        },
        tables: collections,
        command: lowered.program,
        generated: lowered.generated,
        computed,
        parameters,
        columns,
        warnings,
    })
}

fn improved(
    rows: Relation,
    output: &[ColumnId],
    collections: &[Arc<Collection>],
    options: Options,
    new_columns: &mut NewColumns,
) -> Relation {
    if options.optimize {
        optimize::optimize(rows, output, collections, new_columns)
    } else {
        optimize::normalize(rows, new_columns)
    }
}

/// Has the client note the time, where rows whose values it knows hold it.
fn noting_the_time(mut write: Write) -> Write {
    let is_clock = |part: &Expression| matches!(part.kind, ExpressionKind::CurrentTimestamp);
    let reads = |value: &Expression| value.any(&mut |part| is_clock(part));
    let reads_clock = match &write.action {
        WriteAction::InsertValues { rows, .. } => rows.iter().flatten().any(reads),
        WriteAction::UploadValues { files, .. } => {
            files.iter().flat_map(|(values, _)| values).any(reads)
        }
        WriteAction::InsertStructs { .. }
        | WriteAction::InsertRows { .. }
        | WriteAction::UploadRows { .. }
        | WriteAction::Update { .. }
        | WriteAction::UpdateItems { .. }
        | WriteAction::Delete { .. }
        | WriteAction::Merge { .. } => false,
    };
    if reads_clock {
        write.generated.push(Generated::Now);
    }
    write
}
