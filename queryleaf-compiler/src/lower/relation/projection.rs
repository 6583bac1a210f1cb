//! The SELECT list, and the fields that leave the server.

use super::names::first;
use super::pipeline::{Stage, computed};
use super::rows::LoweredRows;
use super::two_groups::groups_apart;
use super::{Builder, unique, within};
use crate::diagnostic::Diagnostic;
use crate::lower::operators::int;
use crate::lower::value;
use crate::plan::{ColumnId, Expression};
use crate::schema::Index;
use queryleaf_plan::Template;
use std::collections::BTreeSet;

impl<'a> Builder<'a> {
    /// Makes the columns of a projection.
    ///
    /// A column that is a field as it stands needs no work on the server: it stays where it is. Only
    /// computed columns need a stage, which then also drops what no column needs.
    pub(super) fn project(&mut self, columns: &[(ColumnId, Expression)]) {
        let mut stored = Vec::new();
        let mut made = Vec::new();
        for (column, expression) in columns {
            match self.place_of(expression) {
                Some(place) => stored.push((*column, place)),
                None => made.push((*column, value(expression, &self.scope))),
            }
        }
        if !made.is_empty() {
            self.project_computed(&mut stored, made);
        }
        for (column, place) in stored {
            self.scope.place(column, place);
        }
    }

    fn project_computed(
        &mut self,
        stored: &mut Vec<(ColumnId, String)>,
        mut made: Vec<(ColumnId, Template)>,
    ) {
        // A projection cannot both keep the whole document and add to it under a name of its own.
        stored.retain(|(column, place)| {
            if place.is_empty() {
                made.push((*column, Template::string("$$ROOT")));
            }
            !place.is_empty()
        });
        let places = stored.iter().map(|(_, place)| place.as_str());
        let mut entries = inclusions(places.chain(self.kept.iter().copied()));
        let mut taken: BTreeSet<String> = entries
            .iter()
            .map(|(path, _)| first(path).to_owned())
            .collect();
        for (column, expression) in made {
            let key = unique(self.names.column(column), "column", |name| {
                taken.contains(name)
            });
            taken.insert(key.clone());
            entries.push((key.clone(), computed(expression)));
            stored.push((column, key));
        }
        if !taken.contains("_id") {
            if self.tells_documents() {
                taken.insert("_id".to_owned());
            } else {
                entries.push(("_id".to_owned(), int(0)));
            }
        }
        self.stages.push(Stage::Project(entries));
        self.renew(taken);
    }

    /// Whether a row says by its `_id` of which stored document it is, so that an error about a value
    /// that does not fit can name the document. It does not where an index might hold all that the
    /// query reads: the document would have to be fetched for it.
    fn tells_documents(&self) -> bool {
        let Some(collection) = self.source.filter(|_| self.is_outermost && !self.narrow) else {
            return false;
        };
        let columns = self.scope.columns();
        let read: Vec<String> = self
            .uses
            .paths_of(&columns, usize::MAX)
            .map(|path| self.scope.dotted(path))
            .collect();
        let holds_all = |index: &Index| {
            let keys: Vec<String> = index.keys.iter().map(|key| key.path.join(".")).collect();
            read.iter().all(|path| keys.contains(path))
        };
        !collection.indexes.iter().any(holds_all)
    }

    /// Drops the fields that no column of the result needs.
    pub(super) fn finish(
        mut self,
        output: &[ColumnId],
    ) -> Result<LoweredRows<'a>, Vec<Diagnostic>> {
        let places: Vec<String> = output
            .iter()
            .map(|column| self.output_place(*column))
            .collect();
        self.stages.extend(self.last_stage(&places));
        let refusals = self.scope.take_refusals();
        if !refusals.is_empty() {
            return Err(refusals);
        }
        Ok(LoweredRows {
            source: self.source,
            stages: groups_apart(self.stages, self.source),
            hint: self.hint,
            places,
        })
    }

    fn output_place(&self, column: ColumnId) -> String {
        match self.scope.at(column) {
            Some(place) => place.to_owned(),
            None => {
                self.defect("a result column is missing");
                String::new()
            }
        }
    }

    /// The last stage: it drops what no column of the result needs.
    fn last_stage(&self, places: &[String]) -> Option<Stage> {
        if self.narrow {
            return None;
        }
        if self.needs_whole_document(places) {
            let made = self.made_fields(places);
            let unset = Template::array(made.into_iter().map(Template::string));
            let is_needed = unset != Template::Array(Vec::new());
            return is_needed.then(|| Stage::Other(Template::entry("$unset", unset)));
        }
        let places = places.iter().map(String::as_str);
        let mut entries = inclusions(places.chain(self.kept.iter().copied()));
        let has_id = entries.iter().any(|(path, _)| first(path) == "_id");
        if !has_id && !self.tells_documents() {
            entries.push(("_id".to_owned(), int(0)));
        }
        Some(Stage::Project(entries))
    }

    /// Whether the result is the document with all that is declared of it, so that naming the fields
    /// would only cost time.
    fn needs_whole_document(&self, places: &[String]) -> bool {
        let has_all_fields = || {
            self.source.is_some_and(|collection| {
                let mut fields = collection.fields.iter();
                fields.all(|field| places.contains(&field.name))
            })
        };
        places.iter().any(String::is_empty) || (self.unwound.is_empty() && has_all_fields())
    }

    /// The fields that stages have added to the stored ones, and no column of the result reads.
    fn made_fields(&self, places: &[String]) -> Vec<&str> {
        let is_stored = |key: &str| {
            key == "_id"
                || self.source.is_some_and(|collection| {
                    collection.fields.iter().any(|field| field.name == key)
                })
        };
        self.keys
            .iter()
            .map(String::as_str)
            .filter(|key| !is_stored(key) && places.iter().all(|place| first(place) != *key))
            .collect()
    }
}

/// `{a: 1, "b.c": 1}` for these paths; what is inside another one of them is included with it.
pub(super) fn inclusions<'p>(
    paths: impl Iterator<Item = &'p str> + Clone,
) -> Vec<(String, Template)> {
    let mut included: Vec<&str> = Vec::new();
    for path in paths.clone() {
        let covered = paths
            .clone()
            .any(|other| other != path && within(path, other));
        if !covered && !included.contains(&path) {
            included.push(path);
        }
    }
    included
        .into_iter()
        .map(|path| (path.to_owned(), int(1)))
        .collect()
}

pub(super) fn steps(place: &str) -> Vec<String> {
    if place.is_empty() {
        return Vec::new();
    }
    place.split('.').map(str::to_owned).collect()
}
