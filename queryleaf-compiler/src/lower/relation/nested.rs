//! Pipelines inside the pipeline: what `$lookup` and `$unionWith` run over other collections.

use super::names::within;
use super::pipeline::Stage;
use super::projection::inclusions;
use super::{Builder, Names, unique};
use crate::lower::Scope;
use crate::lower::operators::int;
use crate::plan::{ColumnId, Path, Relation};
use queryleaf_plan::Template;

/// What a nested pipeline is given of the documents around it.
#[derive(Debug, Default)]
pub(super) struct Variables {
    /// The name of each variable and the expression that it stands for.
    pub(super) entries: Vec<(String, Template)>,
}

impl<'a> Builder<'a> {
    /// A builder for a pipeline inside this one, which reads these paths of the documents here.
    pub(super) fn nested(&self, relation: &Relation, outer: &[&Path]) -> (Builder<'a>, Variables) {
        let mut scope = Scope::inside(&self.scope);
        let mut variables = Variables::default();
        for path in outer {
            if self.scope.is_passed_in(path) {
                continue;
            }
            let wish = path.steps.last().map(|step| variable_name(&step.name));
            let name = unique(wish.as_deref(), "outer", |name| {
                variables.entries.iter().any(|(known, _)| known == name) || scope.has_variable(name)
            });
            variables
                .entries
                .push((name.clone(), self.scope.reference(path)));
            scope.pass_in((*path).clone(), format!("${name}"));
        }
        let mut builder = Builder::new(
            self.tables,
            Names::inside(&self.names, relation),
            self.uses.clone(),
            scope,
            self.may_have_union,
        );
        builder.is_outermost = false;
        (builder, variables)
    }

    /// Takes over what the pipeline inside this one has found out about the query.
    pub(super) fn close(&mut self, nested: &Builder<'_>) {
        self.has_union |= nested.has_union;
        self.scope.adopt_refusals(&nested.scope);
        self.scope.continue_names(&nested.scope);
    }

    /// Drops the fields that no operator above the mark reads, where the documents hold more. Arrays
    /// of partners stay as long as they are.
    pub(super) fn keep_only_read(&mut self, columns: &[ColumnId], mark: usize) {
        if self.narrow {
            return;
        }
        let mut places: Vec<String> = self
            .uses
            .paths_of(columns, mark)
            .map(|path| self.scope.dotted(path))
            .collect();
        if places.iter().any(String::is_empty) {
            return;
        }
        for partners in &self.partners {
            if !places.iter().any(|place| within(place, &partners.name)) {
                places.push(format!("{}._id", partners.name));
            }
        }
        let mut entries = inclusions(places.iter().map(String::as_str));
        let with_id = entries.iter().any(|(path, _)| within(path, "_id"));
        if entries.is_empty() {
            entries.push(("_id".to_owned(), int(1)));
        } else if !with_id {
            entries.push(("_id".to_owned(), int(0)));
        }
        self.stages.push(Stage::Project(entries));
        self.narrow = true;
        self.known.clear();
    }
}

/// The name of a variable must begin with a small letter, and have no other signs.
fn variable_name(field: &str) -> String {
    let name: String = field
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
        .collect();
    match name.chars().next() {
        Some(first) if first.is_ascii_lowercase() => name,
        _ => format!("outer{name}"),
    }
}
