//! `ON CONFLICT`: the part of a program that says what happens to a row whose key is taken.

use super::change::{Change, in_array, new_value, unless_null};
use super::required::lacking;
use super::{Context, Entries};
use crate::diagnostic::Diagnostic;
use crate::lower::operators::{call, cond, unary};
use crate::lower::{Scope, is_true};
use crate::plan::{Conflict, ConflictUpdate, Path, Target};
use queryleaf_plan::Template;
use queryleaf_plan::write::{MARKER, NEW};

impl Context<'_> {
    pub(super) fn conflict(
        &mut self,
        conflict: Option<&Conflict>,
    ) -> Result<Entries, Vec<Diagnostic>> {
        let Some(conflict) = conflict else {
            return Ok(Vec::new());
        };
        let mut entries = Vec::new();
        if let Some(key) = &conflict.key {
            let paths = key.iter().map(|path| Template::string(&**path));
            entries.push(("key", Template::array(paths)));
        }
        let action = match &conflict.update {
            None => Template::from("nothing"),
            Some(update) => self.changed(update)?,
        };
        entries.push(("action", action));
        let has_condition = |update: &ConflictUpdate| update.predicate.is_some();
        if conflict.update.as_ref().is_some_and(has_condition) {
            entries.push(("where", Template::from(true)));
        }
        Ok(vec![("conflict", Template::document(entries))])
    }

    /// The pipeline that makes the changed document of the stored one, or the row where none is
    /// stored.
    fn changed(&mut self, update: &ConflictUpdate) -> Result<Template, Vec<Diagnostic>> {
        let mut scope = Scope::default();
        scope.place(self.document, "");
        scope.place(update.excluded, format!("${NEW}"));
        let is_new = call(
            "$eq",
            [
                unary("$type", Template::string(format!("${MARKER}"))),
                Template::from("null"),
            ],
        );
        let condition = update
            .predicate
            .as_ref()
            .map(|predicate| is_true(predicate, &scope));
        let targets: Vec<&Target> = update
            .assignments
            .iter()
            .map(|(target, _)| target)
            .collect();
        let set = update.assignments.iter().map(|(target, new)| {
            let mut path = Path::of(self.document);
            path.steps.clone_from(&target.steps);
            let before = scope.reference(&path);
            let change = Change { target, value: new };
            let changed = new_value(&change, &scope);
            let changed = match lacking(&self.collection.fields, target, &targets) {
                Some(lacking) => unless_null(changed, &lacking, &scope, self.document),
                None => changed,
            };
            let changed = in_array(changed, target, &scope, self.document);
            let changed = match &condition {
                Some(condition) => cond(condition.clone(), changed, before.clone()),
                None => changed,
            };
            // Nothing is computed of a document that is being made.
            (target.path(), cond(is_new.clone(), before, changed))
        });
        let mut set = set.collect::<Vec<_>>();
        let is_nested = |(target, _): &(Target, _)| target.is_inside_nullable();
        let mut otherwise = Template::from("$$ROOT");
        if let Some(condition) = &condition
            && update.assignments.iter().any(is_nested)
        {
            // A document that is not there would become an empty one around its unchanged field: what
            // does not change is kept as it was.
            let kept = cond(
                condition.clone(),
                Template::from("$$REMOVE"),
                Template::from("$$ROOT"),
            );
            let marker = Template::string(format!("${MARKER}"));
            set.push((
                MARKER.to_owned(),
                cond(is_new.clone(), Template::null(), kept),
            ));
            otherwise = call("$ifNull", [marker, otherwise]);
        }
        let row = cond(
            is_new.clone(),
            Template::string(format!("$${NEW}")),
            otherwise,
        );
        let refusals = scope.take_refusals();
        if !refusals.is_empty() {
            return Err(refusals);
        }
        Ok(Template::array([
            Template::entry("$set", Template::document(set)),
            Template::entry("$replaceWith", row),
        ]))
    }
}
