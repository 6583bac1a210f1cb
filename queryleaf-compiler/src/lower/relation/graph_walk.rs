//! `WITH RECURSIVE` over one collection: `$graphLookup`.
//!
//! ```text
//! {$graphLookup: {from: "t", startWith: "$_id", connectFromField: "_id", connectToField: "parent", as: "t", depthField: "__depth"}},
//! {$set: {t: {$concatArrays: [[null], "$t"]}}}, {$unwind: "$t"}
//! ```
//!
//! The server reaches each document once for each row with which a walk begins. SQL gives a row for each
//! way to a document, so that a walk is lowered only where there is one way, or where `UNION` makes one
//! of equal rows (the analysis decides that): down a tree, each document has one parent, and up a tree,
//! one document follows each. What remains are circles. There a `UNION ALL` would not end, and a depth
//! would grow without end; where the data has one, the server raises an error instead of leaving rows
//! out.

use super::pipeline::{Stage, all};
use super::{Builder, unique};
use crate::lower::operators::{and, call, cond, int, raise, size, unary};
use crate::lower::{Scope, filter, value};
use crate::plan::{Walk, WalkShape};
use queryleaf_plan::Template;
use std::rc::Rc;

impl Builder<'_> {
    /// Gives each row as it is, and then with each document that a walk from it reaches.
    pub(super) fn walk(&mut self, walk: &Walk) {
        let Some(collection) = self.tables.get(walk.table) else {
            self.defect("a table is missing");
            return;
        };
        let has_field = |name: &str| collection.fields.iter().any(|field| field.name == name);
        let depth = unique(None, "__depth", has_field);
        let wish = self.names.column(walk.document).map(str::to_owned);
        let name = self.new_key(wish.as_deref(), "walk");
        let restriction = self.restriction(walk);
        let mut entries = vec![
            ("from", Template::string(&*collection.name)),
            ("startWith", value(&walk.start, &self.scope)),
            ("connectFromField", Template::string(walk.from.join("."))),
            ("connectToField", Template::string(walk.to.join("."))),
            ("as", Template::string(&*name)),
            ("depthField", Template::string(&*depth)),
        ];
        if let Some(maximum) = walk.maximum {
            entries.push(("maxDepth", Template::from(maximum.max(0))));
        }
        if !restriction.is_always() {
            entries.push(("restrictSearchWithMatch", restriction));
        }
        let stage = Template::entry("$graphLookup", Template::document(entries));
        self.stages.push(Stage::Other(stage));
        let reached = Template::string(format!("${name}"));
        let reached = match self.has_circle(walk, &name, &depth) {
            Some(circle) => {
                let message =
                    "WITH RECURSIVE comes back to a row where it has been and would not end";
                cond(circle, raise(message, size(reached.clone())), reached)
            }
            None => reached,
        };
        let start = Template::array([Template::null()]);
        let rows = call("$concatArrays", [start, reached]);
        self.stages.push(Stage::Set(vec![(name.clone(), rows)]));
        let unwind = Template::entry("$unwind", Template::string(format!("${name}")));
        self.stages.push(Stage::Other(unwind));
        self.scope.place(walk.depth, format!("{name}.{depth}"));
        self.scope.place(walk.document, name);
        self.narrow = false;
    }

    /// The filter on the documents. It sees nothing else, not even the variables of a pipeline around.
    fn restriction(&self, walk: &Walk) -> Template {
        if walk.maximum.is_some_and(|maximum| maximum < 0) {
            return Template::Never;
        }
        let mut scope = Scope::new(Rc::clone(self.scope.scales()));
        scope.place(walk.document, "");
        scope.continue_names(&self.scope);
        let mut conditions = Vec::new();
        if walk.to_nullable {
            let not_null = unary("$ne", Template::null());
            conditions.push(Template::entry(walk.to.join("."), not_null));
        }
        conditions.extend(
            walk.filter
                .iter()
                .map(|condition| filter(condition, &scope)),
        );
        self.scope.adopt_refusals(&scope);
        self.scope.continue_names(&scope);
        all(conditions)
    }

    /// Whether the walk comes back to where it has been, so that SQL would give rows again.
    fn has_circle(&self, walk: &Walk, name: &str, depth: &str) -> Option<Template> {
        let reached = Template::string(format!("${name}"));
        let from = walk.from.join(".");
        match walk.shape? {
            WalkShape::Down => {
                let leads_on = match walk.maximum {
                    None => Template::string(format!("${name}.{from}")),
                    Some(maximum) => {
                        let before = call(
                            "$lt",
                            [
                                Template::string(format!("$$this.{depth}")),
                                Template::from(maximum),
                            ],
                        );
                        let before = Template::document([("input", reached), ("cond", before)]);
                        let each = Template::document([
                            ("input", unary("$filter", before)),
                            ("in", Template::string(format!("$$this.{from}"))),
                        ]);
                        unary("$map", each)
                    }
                };
                Some(call("$in", [value(&walk.start, &self.scope), leads_on]))
            }
            WalkShape::Up => {
                let is_last = call(
                    "$eq",
                    [
                        Template::string(format!("$$this.{depth}")),
                        call("$subtract", [size(reached.clone()), int(1)]),
                    ],
                );
                let last = Template::document([("input", reached.clone()), ("cond", is_last)]);
                let last = unary("$first", unary("$filter", last));
                let next = call(
                    "$in",
                    [
                        Template::string(format!("$$last.{from}")),
                        Template::string(format!("${name}.{}", walk.to.join("."))),
                    ],
                );
                let mut conditions = Vec::new();
                if let Some(maximum) = walk.maximum {
                    conditions.push(call("$lte", [size(reached), Template::from(maximum)]));
                }
                conditions.push(next);
                let bound = Template::document([
                    ("vars", Template::entry("last", last)),
                    ("in", and(conditions)),
                ]);
                Some(unary("$let", bound))
            }
        }
    }
}
