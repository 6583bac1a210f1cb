//! `GROUP BY` and aggregates.
//!
//! ```text
//! {$group: {_id: keys, accumulators..}}, [{$set: sorted arrays}], [{$project: results}]
//! ```
//!
//! The last two only where an aggregate is not simply what an accumulator gives. A `DISTINCT`
//! argument makes two groups: the first by the keys and the argument, so that no document ever holds
//! a set that grows with the data.

mod accumulators;
mod argument;
mod branches;
mod call;
mod collected;
mod extreme;
mod frame;
mod interval;
mod keys;
mod numeric;
mod percentile;
mod phases;
mod set;

use crate::lower::operators::int;
use crate::lower::relation::{Builder, Hint, Stage, computed, unique};
use crate::plan::{Aggregate, AggregateFunction, ColumnId, Expression, Relation};
use crate::schema::Storage;
pub(super) use frame::{FrameAggregate, FrameShape, over_frame};
pub(super) use keys::own_name;
use keys::part_of_key;

use accumulators::Accumulators;
use argument::Argument;
use call::Calls;
use phases::Phases;
use queryleaf_plan::{Template, Value};

/// A result of the group: its column, and the expression that reads it from what was accumulated.
struct GroupColumn {
    column: ColumnId,
    wish: String,
    result: Template,
    /// The accumulator that the result is, if it is nothing more.
    accumulator: Option<String>,
    is_count: bool,
}

/// Where a result is in the documents that come out.
struct ResultPlace {
    column: ColumnId,
    key: String,
    is_count: bool,
}

impl GroupColumn {
    /// The place of a result that is what an accumulator gives.
    fn as_accumulated(&self) -> Option<ResultPlace> {
        let key = self.accumulator.clone()?;
        Some(ResultPlace {
            column: self.column,
            key,
            is_count: self.is_count,
        })
    }
}

impl Builder<'_> {
    /// Groups the rows of `input`, which are already there.
    pub(super) fn aggregate(
        &mut self,
        input: &Relation,
        keys: &[(ColumnId, Expression)],
        aggregates: &[(ColumnId, Aggregate)],
    ) {
        if self.extremes_by_index(input, keys, aggregates) {
            return;
        }
        // Counting entries of the index on `_id` is cheaper than counting documents.
        let is_stored = self
            .source
            .is_some_and(|source| source.storage != Storage::View);
        if is_stored && self.stages.is_empty() && keys.is_empty() && count_rows(aggregates) {
            self.hint = Some(Hint::Id);
        }
        for (_, aggregate) in aggregates {
            self.check_aggregate(aggregate);
        }
        let places = match keys {
            [] => self.only_group(aggregates),
            _ => self.group_once(keys, aggregates),
        };
        for place in places {
            self.scope.place(place.column, place.key);
        }
    }

    /// Aggregates without keys: exactly one row.
    fn only_group(&mut self, aggregates: &[(ColumnId, Aggregate)]) -> Vec<ResultPlace> {
        if let Some(places) = self.group_in_branches(aggregates) {
            return places;
        }
        let places = self.group_once(&[], aggregates);
        self.stages.extend(Stage::or_document(of_nothing(&places)));
        places
    }

    /// Computes all aggregates over one reading of the rows.
    fn group_once(
        &mut self,
        keys: &[(ColumnId, Expression)],
        aggregates: &[(ColumnId, Aggregate)],
    ) -> Vec<ResultPlace> {
        let phases = Phases::of(aggregates, &self.scope);
        let mut calls = Calls::new(&phases, keys.is_empty(), &self.scope);
        let mut columns = Vec::new();
        for (column, aggregate) in aggregates {
            let name = self.names.column(*column);
            let wish = name.unwrap_or(default_name(aggregate.function));
            let result = calls.result(aggregate, wish, self.uses.is_only_output(*column));
            columns.push(GroupColumn {
                column: *column,
                accumulator: accumulated(&result).map(str::to_owned),
                result,
                wish: wish.to_owned(),
                is_count: aggregate.function.is_count(),
            });
        }
        if keys.is_empty() {
            leave_to_counts(&mut columns);
        }
        let (accumulators, prepared) = calls.into_parts();
        self.add_groups(keys, &phases, accumulators);
        let direct = columns.iter().map(GroupColumn::as_accumulated).collect();
        if let (true, Some(places)) = (prepared.is_empty(), direct) {
            return places;
        }
        if !prepared.is_empty() {
            self.stages.push(Stage::Set(prepared));
        }
        self.project_results(keys, columns)
    }

    /// Adds the `$group` stages.
    fn add_groups(
        &mut self,
        keys: &[(ColumnId, Expression)],
        phases: &Phases,
        accumulators: Accumulators,
    ) {
        let (parts, whole) = accumulators.into_fields();
        let id = self.group_id(keys);
        let mut last_id = id.template;
        if let Phases::Two { argument } = phases {
            let (part_id, whole_id) = self.ids_of_parts(keys, last_id, argument);
            self.stages.push(Stage::group(part_id, parts));
            last_id = whole_id;
        }
        let names: Vec<String> = whole.iter().map(|(key, _)| key.clone()).collect();
        self.stages.push(Stage::group(last_id, whole));
        self.renew(names.into_iter().chain(["_id".to_owned()]));
        for (column, place) in id.places {
            self.scope.place(column, place);
        }
    }

    /// The `_id` of the group that makes the parts, `{key: .., value: ..}`, and of the one that puts
    /// them together.
    fn ids_of_parts(
        &self,
        keys: &[(ColumnId, Expression)],
        id: Template,
        argument: &Argument,
    ) -> (Template, Template) {
        let key = match keys {
            // As the only key, null and missing are one group.
            [] => return (argument.guarded(), Template::null()),
            [(_, key)] => self.key_value(key),
            _ => id,
        };
        let part =
            Template::document([("key", key), ("value", part_of_key(argument.normalized()))]);
        (part, Template::from("$_id.key"))
    }

    /// Turns what was accumulated into the results.
    fn project_results(
        &mut self,
        keys: &[(ColumnId, Expression)],
        columns: Vec<GroupColumn>,
    ) -> Vec<ResultPlace> {
        let mut places: Vec<ResultPlace> = columns
            .iter()
            .filter_map(GroupColumn::as_accumulated)
            .collect();
        let made = columns
            .into_iter()
            .filter(|column| column.accumulator.is_none());
        let mut entries: Vec<(String, Template)> = Vec::new();
        for place in &places {
            if entries.iter().all(|(key, _)| *key != place.key) {
                entries.push((place.key.clone(), int(1)));
            }
        }
        for column in made {
            let key = unique(Some(&column.wish), "value", |name| {
                name == "_id" || entries.iter().any(|(key, _)| key == name)
            });
            entries.push((key.clone(), computed(column.result)));
            places.push(ResultPlace {
                column: column.column,
                key,
                is_count: column.is_count,
            });
        }
        let names: Vec<String> = entries.iter().map(|(key, _)| key.clone()).collect();
        if keys.is_empty() {
            entries.push(("_id".to_owned(), int(0)));
        }
        self.stages.push(Stage::Project(entries));
        self.renew(names.into_iter().chain(["_id".to_owned()]));
        places
    }
}

/// Of the results that have an accumulator together, only counts are the accumulator itself: over no
/// rows they are 0, and anything else `NULL`, as `COUNT(*)` and `SUM(1)` are.
fn leave_to_counts(columns: &mut [GroupColumn]) {
    let counts = columns.iter().filter(|column| column.is_count);
    let counts: Vec<String> = counts
        .filter_map(|column| column.accumulator.clone())
        .collect();
    for column in columns.iter_mut().filter(|column| !column.is_count) {
        let own = column.accumulator.take();
        column.accumulator = own.filter(|accumulator| !counts.contains(accumulator));
    }
}

/// The results of aggregates over no rows.
fn of_nothing(places: &[ResultPlace]) -> Template {
    let mut zeros: Vec<(&str, Template)> = Vec::new();
    for place in places.iter().filter(|place| place.is_count) {
        if zeros.iter().all(|(known, _)| *known != place.key) {
            zeros.push((&place.key, int(0)));
        }
    }
    Template::document(zeros)
}

/// Whether the aggregates are nothing but counts of all rows.
fn count_rows(aggregates: &[(ColumnId, Aggregate)]) -> bool {
    aggregates.iter().all(|(_, aggregate)| {
        let of_values = aggregate.arguments.first();
        aggregate.function == AggregateFunction::Count
            && aggregate.filter.is_none()
            && !aggregate.distinct
            && of_values.is_none_or(|argument| !argument.nullable)
    })
}

/// The accumulator that an expression is, if it is nothing more.
fn accumulated(result: &Template) -> Option<&str> {
    match result {
        Template::Value(Value::String(text)) => text.strip_prefix('$'),
        _ => None,
    }
}

/// What an aggregate is called where the query gives it no name.
pub(super) fn default_name(function: AggregateFunction) -> &'static str {
    match function {
        AggregateFunction::Count | AggregateFunction::CountRows => "count",
        AggregateFunction::Sum => "sum",
        AggregateFunction::Avg => "avg",
        AggregateFunction::Min => "min",
        AggregateFunction::Max => "max",
        AggregateFunction::StddevPop => "stddev_pop",
        AggregateFunction::StddevSamp => "stddev_samp",
        AggregateFunction::VarPop => "var_pop",
        AggregateFunction::VarSamp => "var_samp",
        AggregateFunction::BoolAnd => "bool_and",
        AggregateFunction::BoolOr => "bool_or",
        AggregateFunction::StringAgg => "string_agg",
        AggregateFunction::ArrayAgg => "array_agg",
        AggregateFunction::JsonAgg => "json_agg",
        AggregateFunction::PercentileCont => "percentile_cont",
        AggregateFunction::PercentileDisc => "percentile_disc",
        AggregateFunction::Mode => "mode",
    }
}
