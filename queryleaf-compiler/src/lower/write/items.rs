//! Items of arrays: one by its position, or all for which a condition is true.

use super::change::{Change, new_value};
use super::stored::fail;
use super::{Context, Entries};
use crate::diagnostic::Diagnostic;
use crate::lower::operators::{call, cond, int, unary};
use crate::lower::relation::{all, lower_rows};
use crate::lower::{Scope, is_true, value};
use crate::plan::{ColumnId, Expression, PathStep, Relation, Scales, Target, TargetItem};
use queryleaf_plan::Template;
use std::rc::Rc;

/// The variable of the item that is looked at.
const ITEM: &str = "changed";

/// The items of an array that change, and to what.
pub(super) struct Items<'a> {
    pub(super) array: &'a Expression,
    pub(super) item: ColumnId,
    pub(super) predicate: Option<&'a Expression>,
    pub(super) assignments: &'a [(Target, Expression)],
}

impl Context<'_> {
    /// `UPDATE .. FROM UNNEST(..)`: one pass over the array of each document that has such an item.
    pub(super) fn changed_items(
        &self,
        rows: &Relation,
        id: ColumnId,
        items: &Items<'_>,
    ) -> Result<Entries, Vec<Diagnostic>> {
        let mut scope = Scope::new(Rc::new(Scales::of(rows)));
        scope.place(self.document, "");
        scope.place(items.item, format!("${ITEM}"));
        let applies = match items.predicate {
            Some(predicate) => is_true(predicate, &scope),
            None => Template::from(true),
        };
        let array = value(items.array, &scope);
        let changed = items.assignments.iter().fold(
            Template::string(format!("$${ITEM}")),
            |item, (target, new)| {
                let change = Change { target, value: new };
                with_field(item, &target.steps, new_value(&change, &scope))
            },
        );
        let unchanged = Template::string(format!("$${ITEM}"));
        let new_item = match items.predicate {
            Some(_) => cond(applies.clone(), changed, unchanged),
            None => changed,
        };
        let found = unary(
            "$anyElementTrue",
            Template::array([map(
                call("$ifNull", [array.clone(), Template::Array(Vec::new())]),
                applies,
            )]),
        );
        // What can be asked of the document or with an index is asked first.
        let (lowered, _) = lower_rows(rows, &[id], self.names, self.tables, false)?;
        let mut filters = lowered.first_filters();
        filters.push(Template::entry("$expr", found));
        let refusals = scope.take_refusals();
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let path = match &items.array.kind {
            crate::plan::ExpressionKind::Path(path) => path.names().join("."),
            _ => String::new(),
        };
        let set = Template::entry(path, map(array, new_item));
        Ok(vec![
            ("update", self.name()),
            ("q", all(filters)),
            ("u", Template::array([Template::entry("$set", set)])),
            ("one", Template::from(false)),
        ])
    }
}

/// `{$map: {input: .., as: .., in: ..}}`.
fn map(array: Template, item: Template) -> Template {
    Template::entry(
        "$map",
        Template::document([("input", array), ("as", Template::from(ITEM)), ("in", item)]),
    )
}

/// A document with another value of a field in it; a value of its own where there is no way.
fn with_field(document: Template, steps: &[PathStep], value: Template) -> Template {
    let Some((step, rest)) = steps.split_first() else {
        return value;
    };
    let inner = Template::entry(
        "$getField",
        Template::document([
            (
                "field",
                Template::entry("$literal", Template::string(&*step.name)),
            ),
            ("input", document.clone()),
        ]),
    );
    let value = match rest {
        [] => value,
        rest => with_field(inner, rest, value),
    };
    call(
        "$mergeObjects",
        [document, Template::entry(&*step.name, value)],
    )
}

/// An array with another value of one item, or of a field in it; as long as it has to be for that.
pub(super) fn with_item(array: Template, item: &TargetItem, value: Template) -> Template {
    let position = i32::try_from(item.position).unwrap_or(i32::MAX);
    let items = Template::from("$$items");
    let at = call("$arrayElemAt", [items.clone(), Template::from("$$at")]);
    let changed = with_field(at.clone(), &item.steps, value);
    let gap = match item.nullable_items {
        true => Template::null(),
        false => fail("an item is written beyond the end of an array whose items cannot be NULL"),
    };
    let length = call("$max", [unary("$size", items), int(position)]);
    let rebuilt = Template::entry(
        "$map",
        Template::document([
            ("input", call("$range", [int(0), length])),
            ("as", Template::from("at")),
            (
                "in",
                cond(
                    call("$eq", [Template::from("$$at"), int(position - 1)]),
                    changed,
                    call("$ifNull", [at, gap]),
                ),
            ),
        ]),
    );
    Template::entry(
        "$let",
        Template::document([
            (
                "vars",
                Template::entry(
                    "items",
                    call("$ifNull", [array, Template::Array(Vec::new())]),
                ),
            ),
            ("in", rebuilt),
        ]),
    )
}
