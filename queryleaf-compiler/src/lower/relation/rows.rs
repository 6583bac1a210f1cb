//! Relations to stages that something else ends: a statement that writes what they give.

use super::pipeline::{self, Hint, Stage};
use super::projection::steps;
use super::{Builder, Lowered, Names, Uses};
use crate::diagnostic::Diagnostic;
use crate::lower::Scope;
use crate::lower::operators::int;
use crate::plan::{ColumnId, Relation, Scales};
use crate::schema::Collection;
use queryleaf_plan::Template;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// The stages that give the rows of a relation.
pub(crate) struct LoweredRows<'a> {
    pub(super) source: Option<&'a Collection>,
    pub(super) stages: Vec<Stage>,
    pub(super) hint: Option<Hint>,
    /// Where the columns are in a row.
    pub(crate) places: Vec<String>,
}

impl LoweredRows<'_> {
    /// The collection that is read, or 1 where none is.
    pub(crate) fn source(&self) -> Template {
        match self.source {
            Some(collection) => Template::string(&*collection.name),
            None => int(1),
        }
    }

    /// How the server is told to read it.
    pub(crate) fn hint(&self) -> Option<Template> {
        self.hint.map(Hint::template)
    }

    /// Where the columns are, step by step.
    pub(crate) fn steps(&self) -> Vec<Vec<String>> {
        self.places.iter().map(|place| steps(place)).collect()
    }

    /// What reads the column of this number.
    pub(crate) fn reference(&self, column: usize) -> Template {
        match self.places.get(column).map(String::as_str) {
            Some("") | None => Template::from("$$ROOT"),
            Some(place) => Template::string(format!("${place}")),
        }
    }

    /// The filters before any other stage.
    pub(crate) fn first_filters(&self) -> Vec<Template> {
        let filters = self.stages.iter().map_while(|stage| match stage {
            Stage::Match(filter) => Some(filter.clone()),
            _ => None,
        });
        filters.collect()
    }

    /// The command that gives the rows.
    pub(super) fn command(self) -> Lowered {
        let paths = self.steps();
        let command = match self.source {
            Some(collection) => pipeline::command(&collection.name, self.stages, self.hint),
            None => pipeline::aggregate(int(1), self.stages),
        };
        Lowered { command, paths }
    }

    /// All the stages, and others after them.
    pub(crate) fn pipeline(self, others: Vec<Template>) -> Template {
        let mut stages = self.stages;
        stages.extend(others.into_iter().map(Stage::Other));
        pipeline::pipeline(stages)
    }
}

/// Lowers a relation to stages, with or without `$unionWith`, and says whether that makes a
/// difference.
///
/// # Errors
///
/// Whatever cannot be lowered faithfully.
pub(crate) fn lower_rows<'a>(
    relation: &Relation,
    output: &[ColumnId],
    names: &BTreeMap<ColumnId, String>,
    tables: &'a [Arc<Collection>],
    may_have_union: bool,
) -> Result<(LoweredRows<'a>, bool), Vec<Diagnostic>> {
    let mut builder = Builder::new(
        tables,
        Names::new(relation, names.clone()),
        Uses::new(output),
        Scope::new(Rc::new(Scales::of(relation))),
        may_have_union,
    );
    builder.relation(relation);
    let has_union = builder.has_union;
    Ok((builder.finish(output)?, has_union))
}

/// Lowers a relation of the events of a change stream to the stages behind `$changeStream`. The fields
/// `kept` stay in the events beside the columns.
///
/// # Errors
///
/// Whatever cannot be lowered faithfully.
pub(crate) fn lower_events<'a>(
    relation: &Relation,
    output: &[ColumnId],
    names: &BTreeMap<ColumnId, String>,
    tables: &'a [Arc<Collection>],
    kept: &'static [&'static str],
) -> Result<LoweredRows<'a>, Vec<Diagnostic>> {
    let mut builder = Builder::new(
        tables,
        Names::new(relation, names.clone()),
        Uses::new(output),
        Scope::new(Rc::new(Scales::of(relation))),
        false,
    );
    builder.kept = kept;
    builder.relation(relation);
    builder.finish(output)
}
