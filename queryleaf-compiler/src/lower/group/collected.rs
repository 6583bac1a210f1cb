//! `STRING_AGG` and `ARRAY_AGG`: arrays in order.

use super::accumulators::Operator;
use super::argument::Argument;
use super::call::{Calls, Over, keeps_nulls, sort_values, unless_empty};
use crate::lower::operators::{call, int, is_null, unary};
use crate::lower::relation::{flag_direction, is_constant, needs_flag, order};
use crate::lower::value;
use crate::plan::{Aggregate, Expression, NullsOrder, SortDirection, SortKey};
use queryleaf_plan::Template;

/// An array as it was pushed, and in the order that is wanted.
struct Collected {
    pushed: Template,
    ordered: Template,
}

impl Calls<'_> {
    /// `ARRAY_AGG`: null where there were no rows.
    pub(super) fn array(
        &mut self,
        over: Over,
        aggregate: &Aggregate,
        argument: &Argument,
        wish: &str,
    ) -> Template {
        let collected = self.collected(over, aggregate, argument, wish);
        if argument.is_filtered() {
            unless_empty(&collected.pushed, collected.ordered)
        } else {
            collected.ordered
        }
    }

    /// `STRING_AGG`: null where there were no values.
    pub(super) fn joined(
        &mut self,
        over: Over,
        aggregate: &Aggregate,
        argument: &Argument,
        wish: &str,
    ) -> Template {
        let collected = self.collected(over, aggregate, argument, wish);
        join(collected.ordered, self.separator(aggregate))
    }

    /// What goes between the texts of `STRING_AGG`; nothing for `NULL`.
    pub(super) fn separator(&self, aggregate: &Aggregate) -> Option<Template> {
        let separator = aggregate.arguments.get(1)?;
        if matches!(separator.as_text(), Some("")) {
            return None;
        }
        let separator_value = value(separator, self.scope);
        if separator.nullable {
            Some(call("$ifNull", [separator_value, Template::from("")]))
        } else {
            Some(separator_value)
        }
    }

    fn collected(
        &mut self,
        over: Over,
        aggregate: &Aggregate,
        argument: &Argument,
        wish: &str,
    ) -> Collected {
        let keys = effective_order(aggregate);
        let with_nulls = keeps_nulls(aggregate.function);
        match by_value_alone(aggregate, &keys) {
            None => self.collected_by_keys(over, aggregate, argument, &keys, wish),
            Some(key) if with_nulls && key.is_some_and(needs_flag) => {
                self.collected_by_keys(over, aggregate, argument, &keys, wish)
            }
            Some(key) => {
                let operand = if with_nulls {
                    argument.with_nulls()
                } else {
                    argument.without_nulls()
                };
                let pushed = self.add(over, wish, Operator::Push, operand);
                let ordered = match key {
                    Some(key) => sort_values(pushed.clone(), key.direction),
                    None => pushed.clone(),
                };
                Collected { pushed, ordered }
            }
        }
    }

    /// Pushes each value with its keys, to be sorted by them.
    fn collected_by_keys(
        &mut self,
        over: Over,
        aggregate: &Aggregate,
        argument: &Argument,
        keys: &[SortKey],
        wish: &str,
    ) -> Collected {
        let with_nulls = keeps_nulls(aggregate.function);
        let mut fields = Vec::new();
        let mut sort_by: Vec<(String, SortDirection)> = Vec::new();
        for (number, key) in keys.iter().enumerate() {
            let is_value = is_argument(aggregate, &key.expression);
            let key_value = if is_value {
                argument.value()
            } else {
                value(&key.expression, self.scope)
            };
            if needs_flag(key) && (with_nulls || !is_value) {
                let flag = format!("null{}", number + 1);
                fields.push((flag.clone(), is_null(key_value.clone())));
                sort_by.push((flag, flag_direction(key.nulls)));
            }
            if is_value {
                sort_by.push(("value".to_owned(), key.direction));
            } else {
                let name = format!("key{}", number + 1);
                fields.push((name.clone(), key_value));
                sort_by.push((name, key.direction));
            }
        }
        let document = argument.document(with_nulls, fields);
        let pushed = self.add(over, wish, Operator::Push, document);
        let sorted = Template::entry(
            "$sortArray",
            Template::document([("input", pushed.clone()), ("sortBy", order(sort_by))]),
        );
        let ordered = Template::entry(
            "$map",
            Template::document([("input", sorted), ("in", Template::from("$$this.value"))]),
        );
        Collected { pushed, ordered }
    }
}

/// The order that a call asks for. Distinct values come sorted from PostgreSQL, so they do here.
pub(super) fn effective_order(aggregate: &Aggregate) -> Vec<SortKey> {
    let asked: Vec<SortKey> = aggregate
        .order
        .iter()
        .filter(|key| !is_constant(&key.expression))
        .cloned()
        .collect();
    match aggregate.arguments.first() {
        Some(argument) if asked.is_empty() && aggregate.distinct => vec![SortKey {
            expression: argument.clone(),
            direction: SortDirection::Ascending,
            nulls: NullsOrder::Last,
        }],
        _ => asked,
    }
}

/// `Some` where the values are in no order or in their own, with the key of that.
fn by_value_alone<'k>(aggregate: &Aggregate, keys: &'k [SortKey]) -> Option<Option<&'k SortKey>> {
    match keys {
        [] => Some(None),
        [key] if is_argument(aggregate, &key.expression) => Some(Some(key)),
        _ => None,
    }
}

fn is_argument(aggregate: &Aggregate, expression: &Expression) -> bool {
    aggregate.arguments.first().is_some_and(|argument| {
        argument.clone().without_spans() == expression.clone().without_spans()
    })
}

/// How many texts are joined at a time. Each step copies the text so far, so that joining `n` of them
/// one by one would copy half of `n * n`.
const CHUNK: i32 = 512;

/// The texts of an array, one after the other; null for none.
pub(super) fn join(array: Template, separator: Option<Template>) -> Template {
    let texts = Template::from("$$texts");
    let chunk = call(
        "$slice",
        [texts.clone(), Template::from("$$this"), int(CHUNK)],
    );
    let starts = call("$range", [int(0), unary("$size", texts), int(CHUNK)]);
    let this = Template::from("$$this");
    let joined = reduce(starts, reduce(chunk, this, &separator), &separator);
    Template::entry(
        "$let",
        Template::document([("vars", Template::entry("texts", array)), ("in", joined)]),
    )
}

/// `{$reduce: ..}`: what each item stands for, with the separator between.
fn reduce(input: Template, item: Template, separator: &Option<Template>) -> Template {
    // Null before the first item, which makes null of the text with its separator.
    let before = match separator {
        Some(separator) => call("$concat", [Template::from("$$value"), separator.clone()]),
        None => Template::from("$$value"),
    };
    let text = call(
        "$concat",
        [call("$ifNull", [before, Template::from("")]), item],
    );
    Template::entry(
        "$reduce",
        Template::document([
            ("input", input),
            ("initialValue", Template::null()),
            ("in", text),
        ]),
    )
}
