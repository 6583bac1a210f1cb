//! `$lookup`: the rows of another pipeline for each document.
//!
//! ```text
//! {$lookup: {from: "customers", localField: "customer_id", foreignField: "_id", as: "c"}}
//! {$lookup: {from: "orders", let: {total: "$total"}, pipeline: [..], as: "o"}}
//! ```

use super::nested::Variables;
use super::pipeline::{Stage, computed, pipeline};
use super::{Builder, lookup_key::Key};
use crate::lower::value;
use crate::plan::{ColumnId, Expression, Path, Relation};
use queryleaf_plan::Template;

impl<'a> Builder<'a> {
    /// Adds the `$lookup` of a relation, and gives the name of the array and the builder of the
    /// pipeline, whose scope tells where the columns are in each item.
    ///
    /// `finish` adds the last stages of the pipeline.
    pub(super) fn lookup(
        &mut self,
        relation: &Relation,
        key: Option<&Key>,
        wish: Option<&str>,
        finish: impl FnOnce(&mut Builder<'a>),
    ) -> (String, Builder<'a>) {
        let local = key.map(|key| self.local_field(&key.local));
        let outer = relation.outer_paths();
        let (mut nested, variables) = self.nested(relation, &outer);
        nested.keyed = key.is_some();
        nested.relation(relation);
        if let Some(key) = key.filter(|key| key.matches_null) {
            nested.leave_out_null(&key.foreign);
        }
        finish(&mut nested);
        self.close(&nested);
        let name = self.new_key(wish, "rows");
        let foreign = key.map(|key| key.foreign.names().join("."));
        self.push_lookup(&nested, local.zip(foreign), variables, &name);
        (name, nested)
    }

    /// Adds the stage; `fields` are the local and the foreign one.
    pub(super) fn push_lookup(
        &mut self,
        nested: &Builder<'_>,
        fields: Option<(String, String)>,
        variables: Variables,
        name: &str,
    ) {
        if fields.is_some() && nested.source.is_none() {
            self.defect("a lookup by fields reads no collection");
        }
        self.stages
            .push(lookup_stage(nested, fields, variables, name));
        self.narrow = false;
    }

    /// The field that holds the local side of an equality; it is made where it is computed.
    fn local_field(&mut self, expression: &Expression) -> String {
        if let Some(place) = self.place_of(expression)
            && !place.is_empty()
        {
            return place;
        }
        let name = self.new_key(None, "__key");
        let key = computed(value(expression, &self.scope));
        self.stages.push(Stage::Set(vec![(name.clone(), key)]));
        name
    }

    /// Puts a condition in front of the pipeline: the field is not null.
    fn leave_out_null(&mut self, foreign: &Path) {
        let condition = Template::entry(
            foreign.names().join("."),
            Template::entry("$ne", Template::null()),
        );
        let mut stages = Vec::new();
        Stage::push_match(&mut stages, condition);
        for stage in std::mem::take(&mut self.stages) {
            match stage {
                Stage::Match(filter) => Stage::push_match(&mut stages, filter),
                other => stages.push(other),
            }
        }
        self.stages = stages;
    }

    /// Places the columns of a nested pipeline at the field in which its rows are.
    pub(super) fn place_inside(&mut self, name: &str, nested: &Builder<'_>, columns: &[ColumnId]) {
        for column in columns {
            match nested.scope.at(*column) {
                Some("") => self.scope.place(*column, name),
                Some(place) => self.scope.place(*column, format!("{name}.{place}")),
                None => {}
            }
        }
    }

    /// The name for the rows of a relation: that of the table, where there is one.
    pub(super) fn rows_name(&self, relation: &Relation) -> Option<String> {
        match relation {
            Relation::Scan { document, .. } => self.names.column(*document).map(str::to_owned),
            Relation::Filter { input, .. }
            | Relation::Sort { input, .. }
            | Relation::Limit { input, .. }
            | Relation::Apply { input, .. }
            | Relation::Walk { input, .. }
            | Relation::Unnest { input, .. } => self.rows_name(input),
            _ => None,
        }
    }
}

/// `{$unwind: "$name"}`.
pub(super) fn unwind(name: &str, keep_empty: bool) -> Stage {
    let path = Template::string(format!("${name}"));
    let options = if keep_empty {
        Template::document([
            ("path", path),
            ("preserveNullAndEmptyArrays", Template::from(true)),
        ])
    } else {
        path
    };
    Stage::Other(Template::entry("$unwind", options))
}

fn lookup_stage(
    nested: &Builder<'_>,
    fields: Option<(String, String)>,
    variables: Variables,
    name: &str,
) -> Stage {
    let mut entries = Vec::new();
    if let Some(collection) = nested.source {
        entries.push(("from", Template::string(&*collection.name)));
    }
    let is_plain = fields.is_some() && nested.stages.is_empty();
    if let Some((local, foreign)) = fields {
        entries.push(("localField", Template::string(local)));
        entries.push(("foreignField", Template::string(foreign)));
    }
    // Conditions that turn out to be true leave variables that nothing uses.
    if !is_plain && !variables.entries.is_empty() {
        entries.push(("let", Template::document(variables.entries)));
    }
    if !is_plain {
        entries.push(("pipeline", pipeline(nested.stages.clone())));
    }
    entries.push(("as", Template::string(name)));
    Stage::Other(Template::entry("$lookup", Template::document(entries)))
}
