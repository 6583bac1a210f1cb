//! The stream part of a query: what is asked of single events, and what is kept of them.

use super::changes;
use super::field;
use super::fields::fields_read;
use super::retention::Retention;
use super::scans::{EventScan, common_conditions, event_scans, without_conditions};
use crate::change_stream::{self, KEPT_FOR_VIEWS, Stream};
use crate::diagnostic::{Diagnostic, Span};
use crate::plan::{ColumnId, NewColumns, Relation};
use crate::schema::Collection;
use crate::types::{Field, Type};
use queryleaf_plan::Template;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the stream part is made for.
pub(super) struct StreamPart<'a> {
    pub(super) stream: &'a Stream,
    pub(super) tables: &'a [Arc<Collection>],
    pub(super) retention: &'a Retention,
    pub(super) output: &'a [ColumnId],
}

impl StreamPart<'_> {
    /// Cuts an optimised query in two: the rest, the command of the stream, and the fields that it adds
    /// to the events.
    pub(super) fn cut(
        &self,
        relation: Relation,
        scans: &[EventScan],
        new: &mut NewColumns,
    ) -> Result<(Relation, Template, Vec<Field>), Vec<Diagnostic>> {
        let table = self.stream.table;
        let event = scans
            .first()
            .map_or(self.stream.document, |scan| scan.event);
        let asked = common_conditions(scans, event);
        let rest = without_conditions(relation, table, &asked, event);
        let events: Vec<ColumnId> = scans.iter().map(|scan| scan.event).collect();
        let (rest, computed) = changes::computed_in_stream(rest, &events, event);
        let scans = event_scans(&rest, table);
        let expires = self.retention.path.join(".");
        let kept = fields_read(&rest, self.output, &scans, &expires)
            .unwrap_or_else(|| whole_events().into_iter().collect());
        let mut columns = Vec::new();
        let mut names = BTreeMap::new();
        for (name, expression) in &computed {
            let column = new.column();
            names.insert(column, name.clone());
            columns.push((column, expression.clone()));
        }
        for path in &kept {
            let steps: Vec<&str> = path.split('.').collect();
            let is_computed = |(name, _): &(String, _)| steps.first() == Some(&name.as_str());
            if !computed.iter().any(is_computed) {
                let kept = field(event, &steps, Type::Json, Span::default());
                columns.push((new.column(), kept));
            }
        }
        // What has no time is never read, and would never be deleted.
        let path: Vec<&str> = self.retention.path.iter().map(String::as_str).collect();
        let has_time = field(event, &path, Type::Timestamp, Span::default());
        let mut conditions = vec![has_time.is_null().negated()];
        conditions.extend(asked);
        let scan = Relation::Scan {
            table,
            document: event,
            natural: None,
        };
        let output: Vec<ColumnId> = columns.iter().map(|(column, _)| *column).collect();
        let kept = Relation::Project {
            input: Box::new(scan.filtered(conditions)),
            columns,
        };
        let lowered = change_stream::lower(
            &kept,
            &output,
            &names,
            self.stream,
            self.tables,
            KEPT_FOR_VIEWS,
        )?;
        let is_in_place = computed
            .iter()
            .zip(&lowered.paths)
            .all(|((name, _), path)| *path == [name.as_str()]);
        if !is_in_place {
            let what = "a column of the stream part is not where it should be";
            return Err(vec![Diagnostic::defect(self.stream.span, what)]);
        }
        let added = computed
            .into_iter()
            .map(|(name, _)| change_stream::field(&name));
        Ok((rest, lowered.command, added.collect()))
    }
}

/// Every field of an event.
fn whole_events() -> Vec<String> {
    change_stream::FIELDS.map(str::to_owned).into()
}
