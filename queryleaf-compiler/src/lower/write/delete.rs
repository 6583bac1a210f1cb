//! `DELETE` of what a query finds, and of files, whose chunks are found by the `_id`s that the client reads.

use super::{Context, Entries};
use crate::diagnostic::Diagnostic;
use crate::lower::relation::all;
use crate::lower::{Scope, filter};
use crate::plan::{ColumnId, Expression, Relation, Scales};
use crate::schema::CHUNKS;
use queryleaf_plan::Template;
use std::rc::Rc;

impl Context<'_> {
    /// `as: {delete: ..}`.
    pub(super) fn rows_to_delete(
        &self,
        rows: &Relation,
        id: ColumnId,
    ) -> Result<Entries, Vec<Diagnostic>> {
        let mut action = vec![("id", Template::from("_id"))];
        if let Some(bucket) = self.collection.bucket() {
            action.push(("chunks", Template::from(format!("{bucket}{CHUNKS}"))));
            let condition = self.condition_of_documents(rows);
            action.extend(condition.map(|condition| ("q", condition)));
        }
        let action = Template::entry("delete", Template::document(action));
        self.staged(rows, &[id], action, |lowered| {
            let group = Template::entry("_id", lowered.reference(0));
            vec![Template::entry("$group", group)]
        })
    }

    /// What the rows say of the documents themselves, so that it can be asked again when they go: one may
    /// have changed since it was read. What is said of other collections cannot.
    fn condition_of_documents(&self, rows: &Relation) -> Option<Template> {
        let mut predicates = Vec::new();
        self.predicates_of_documents(rows, &mut predicates);
        let mut scope = Scope::new(Rc::new(Scales::of(rows)));
        scope.place(self.document, "");
        let filters = predicates.iter().map(|predicate| filter(predicate, &scope));
        let filters: Vec<Template> = filters.collect();
        // What is refused here is refused where the rows are read.
        (!filters.is_empty() && scope.take_refusals().is_empty()).then(|| all(filters))
    }

    /// Adds the predicates right above the documents that are written.
    fn predicates_of_documents(&self, rows: &Relation, predicates: &mut Vec<Expression>) {
        let mut above = Vec::new();
        let mut relation = rows;
        while let Relation::Filter { input, predicate } = relation {
            above.push(predicate);
            relation = input;
        }
        if let Relation::Scan { document, .. } = relation
            && *document == self.document
        {
            let is_document = |column| column == self.document;
            let all = above
                .into_iter()
                .rev()
                .cloned()
                .flat_map(Expression::conjuncts);
            predicates.extend(all.filter(|predicate| predicate.reads_only(is_document)));
        } else {
            relation.for_each_input(|input| self.predicates_of_documents(input, predicates));
        }
    }
}
