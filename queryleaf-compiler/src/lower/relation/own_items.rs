//! `EXISTS (SELECT .. FROM UNNEST(items) ..)`: a question about an array that the document itself
//! holds.
//!
//! ```text
//! {$match: {items: {$elemMatch: {sku: "x", count: {$gt: 1}}}}}
//! {$match: {items: {$not: {$elemMatch: {sku: "x", count: {$gt: 1}}}}}}
//! ```
//!
//! Where the query language says all that is asked of one item, an index on the array serves it. Anything
//! else is an expression over the items; no lookup is needed for either.

use super::Builder;
use super::pipeline::Stage;
use super::prefilter::operators;
use super::unnest::items_can_be_asked;
use crate::lower::expression::{conjunction, not};
use crate::lower::operators::{call, unary};
use crate::lower::{Scope, filter, is_true, value};
use crate::plan::{ColumnId, Expression, ExpressionKind, JoinKind, Literal, Relation};
use queryleaf_plan::{Condition, Template};

/// Where an item stands while what is asked of it is lowered.
const ITEM: &str = "item";

impl Builder<'_> {
    /// Keeps the documents that have such an item, or those that have none, if that is what the right
    /// side asks. What this join and all above it read is above the mark.
    pub(super) fn own_items(
        &mut self,
        kind: JoinKind,
        right: &Relation,
        condition: &Expression,
        own: usize,
    ) -> bool {
        let mut conditions = condition.clone().conjuncts();
        let Some((array, item)) = unnested(right, &mut conditions) else {
            return false;
        };
        conditions.retain(|condition| !is_always(condition));
        self.unwind_partners(own);
        let filter = self
            .matching_items(kind, array, item, &conditions)
            .unwrap_or_else(|| self.tested_items(kind, array, item, &conditions));
        Stage::push_match(&mut self.stages, filter);
        true
    }

    /// The filter in the query language, if that says it all.
    fn matching_items(
        &self,
        kind: JoinKind,
        array: &Expression,
        item: ColumnId,
        conditions: &[Expression],
    ) -> Option<Template> {
        let place = self.place_of(array)?;
        if place.is_empty() || place.starts_with('$') || !items_can_be_asked(&array.ty) {
            return None;
        }
        Some(self.asked_items(item, conditions)?.filter(kind, place))
    }

    /// What is asked of one item of an array, or of a partner in the array of a lookup, if the query
    /// language says it all.
    pub(super) fn asked_items(
        &self,
        item: ColumnId,
        conditions: &[Expression],
    ) -> Option<AskedItems> {
        let mut scope = Scope::inside(&self.scope);
        scope.place(item, ITEM);
        let mut asked = AskedItems::default();
        for condition in conditions {
            if !condition.reads_only(|column| column == item) {
                return None;
            }
            asked.add(&filter(condition, &scope))?;
        }
        let is_known = !asked.entries.is_empty() && scope.take_refusals().is_empty();
        is_known.then_some(asked)
    }

    /// The filter as an expression over the items.
    fn tested_items(
        &self,
        kind: JoinKind,
        array: &Expression,
        item: ColumnId,
        conditions: &[Expression],
    ) -> Template {
        let mut scope = Scope::inside(&self.scope);
        for column in self.scope.columns() {
            scope.place(column, self.scope.at(column).unwrap_or_default());
        }
        let name = scope.variable();
        scope.place(item, format!("${name}"));
        let items = value(array, &scope);
        let items = if array.nullable {
            call("$ifNull", [items, Template::Array(Vec::new())])
        } else {
            items
        };
        let conditions = conditions
            .iter()
            .map(|condition| is_true(condition, &scope));
        let tested = Template::document([
            ("input", items),
            ("as", Template::string(name)),
            ("in", conjunction(conditions.collect())),
        ]);
        self.scope.adopt_refusals(&scope);
        self.scope.continue_names(&scope);
        let found = unary(
            "$anyElementTrue",
            Template::array([Template::entry("$map", tested)]),
        );
        let expression = match kind {
            JoinKind::Anti => not(found),
            _ => found,
        };
        Template::entry("$expr", expression)
    }
}

/// What is asked of one item.
#[derive(Default)]
pub(super) struct AskedItems {
    /// The entries of an `$elemMatch`.
    entries: Vec<(String, Template)>,
    guards: Vec<Guard>,
}

/// What makes a condition true of no item at all.
struct Guard {
    condition: Condition,
    parameter: u16,
}

/// The array of the row outside that a relation takes apart, and the column of its items; the
/// conditions on them are added to the others.
fn unnested<'r>(
    relation: &'r Relation,
    conditions: &mut Vec<Expression>,
) -> Option<(&'r Expression, ColumnId)> {
    match relation {
        Relation::Filter { input, predicate } => {
            conditions.extend(predicate.clone().conjuncts());
            unnested(input, conditions)
        }
        Relation::Unnest {
            input,
            array,
            item,
            ordinality: None,
            keep_empty: false,
        } if matches!(**input, Relation::OneRow) => Some((array, *item)),
        _ => None,
    }
}

fn is_always(condition: &Expression) -> bool {
    matches!(
        condition.kind,
        ExpressionKind::Literal(Literal::Boolean(true))
    )
}

impl AskedItems {
    /// The filter that passes the documents that have such an item in the array at this place, or
    /// those that have none.
    pub(super) fn filter(self, kind: JoinKind, place: String) -> Template {
        let found = Template::entry("$elemMatch", Template::Document(self.entries));
        let (filter, without) = match kind {
            JoinKind::Anti => (Template::entry("$not", found), Template::ALWAYS),
            _ => (found, Template::Never),
        };
        let filter = Template::entry(place, filter);
        self.guards
            .into_iter()
            .fold(filter, |filter, guard| Template::When {
                condition: guard.condition,
                parameter: guard.parameter,
                then: Box::new(without.clone()),
                otherwise: Box::new(filter),
            })
    }

    /// Adds a filter on documents that hold the item: all of it, or nothing.
    fn add(&mut self, filter: &Template) -> Option<()> {
        match filter {
            Template::Document(entries) => entries
                .iter()
                .try_for_each(|(key, condition)| self.add_field(key, condition)),
            Template::All(filters) => filters.iter().try_for_each(|filter| self.add(filter)),
            Template::Any(filters) => {
                let filters: Option<Vec<_>> = filters.iter().map(about_fields).collect();
                self.add_entry("$or", Template::Array(filters?))
            }
            Template::When {
                condition,
                parameter,
                then,
                otherwise,
            } if **then == Template::Never => {
                self.guards.push(Guard {
                    condition: *condition,
                    parameter: *parameter,
                });
                self.add(otherwise)
            }
            Template::When { .. }
            | Template::Never
            | Template::Value(_)
            | Template::Array(_)
            | Template::Hole { .. }
            | Template::Omit => None,
        }
    }

    fn add_field(&mut self, path: &str, condition: &Template) -> Option<()> {
        let rest = path.strip_prefix(ITEM)?;
        match rest.strip_prefix('.') {
            Some(field) => self.add_entry(field, condition.clone()),
            None if rest.is_empty() => match operators(condition)? {
                Template::Document(operators) => operators
                    .into_iter()
                    .try_for_each(|(operator, operand)| self.add_entry(&operator, operand)),
                _ => None,
            },
            None => None,
        }
    }

    fn add_entry(&mut self, key: &str, condition: Template) -> Option<()> {
        if self.entries.iter().all(|(known, _)| known != key) {
            self.entries.push((key.to_owned(), condition));
            return Some(());
        }
        // Operators on the item itself cannot be put beside each other in any other way.
        if key.starts_with('$') && key != "$or" {
            return None;
        }
        let again = Template::entry(key, condition);
        let known = self.entries.iter_mut();
        match known.into_iter().find(|(known, _)| known == "$and") {
            Some((_, Template::Array(all))) => all.push(again),
            Some(_) => return None,
            None => {
                let all = Template::array([again]);
                self.entries.push(("$and".to_owned(), all));
            }
        }
        Some(())
    }
}

/// A filter on the fields of the item, as the query language asks it of the item itself.
fn about_fields(filter: &Template) -> Option<Template> {
    let mut asked = AskedItems::default();
    asked.add(filter)?;
    let only_fields = asked.entries.iter().all(|(key, _)| !key.starts_with('$'));
    (only_fields && asked.guards.is_empty()).then_some(Template::Document(asked.entries))
}
