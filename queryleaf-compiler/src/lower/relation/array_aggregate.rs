//! An aggregate over few documents: computed from the array in which a lookup by fields puts them.
//!
//! ```text
//! {$lookup: {from: "orders", localField: "_id", foreignField: "customer", as: "n"}},
//! {$set: {n: {$size: "$n"}}}
//! ```
//!
//! The newer of the server's engines runs that, and no pipeline in a lookup. All documents of a row come
//! into one array, so that it is done only where there are few by what is declared. Behind a `$set` the older
//! engine goes on: of several such aggregates only the first is computed like this.

use super::Builder;
use super::group_chains::group;
use super::lookup_key::Key;
use super::pipeline::Stage;
use crate::lower::operators::{call, cond, int, unary};
use crate::plan::ColumnId;
use queryleaf_plan::{Template, Value};

/// An aggregate whose result over an array is that over the documents.
pub(super) enum ArrayAggregate {
    /// `{$sum: 1}`.
    Count,
    /// `{$max: "$field"}`, or `$min`.
    Extreme {
        operator: &'static str,
        field: String,
    },
}

impl ArrayAggregate {
    /// The aggregate over the documents in the array of this name.
    pub(super) fn of(&self, name: &str) -> Template {
        match self {
            ArrayAggregate::Count => unary("$size", Template::string(format!("${name}"))),
            ArrayAggregate::Extreme { operator, field } => {
                unary(operator, Template::string(format!("${name}.{field}")))
            }
        }
    }

    /// The aggregate over no documents: that of `SUM(1)`, which counts as well, is another.
    fn of_nothing(&self) -> Template {
        match self {
            ArrayAggregate::Count => int(0),
            ArrayAggregate::Extreme { .. } => Template::null(),
        }
    }

    /// What an accumulator computes, if an array can serve as well.
    fn read(accumulator: &Template) -> Option<Self> {
        let Template::Document(entries) = accumulator else {
            return None;
        };
        let [(operator, operand)] = &entries[..] else {
            return None;
        };
        match (operator.as_str(), operand) {
            ("$sum", Template::Value(Value::Int32(1))) => Some(ArrayAggregate::Count),
            (operator, Template::Value(Value::String(text))) => {
                let operator = ["$max", "$min"]
                    .into_iter()
                    .find(|known| *known == operator)?;
                let field = text.strip_prefix('$')?;
                (!field.starts_with('$')).then(|| ArrayAggregate::Extreme {
                    operator,
                    field: field.to_owned(),
                })
            }
            _ => None,
        }
    }
}

/// The only group that a lookup finds, computed from an array: its fields.
pub(super) struct ArrayGroup {
    /// The field by which is grouped, where it is read.
    key: Option<String>,
    aggregates: Vec<(String, ArrayAggregate)>,
}

impl Builder<'_> {
    /// Takes the pipeline away, if it does nothing but group few documents by the field by which they are
    /// looked up, and an array of them can serve for all that is read of these columns above the mark.
    pub(super) fn take_array_group(
        &mut self,
        key: &Key,
        columns: &[ColumnId],
        above: usize,
    ) -> Option<ArrayGroup> {
        let (id, accumulators) = self.grouping()?;
        let foreign = key.foreign.names().join(".");
        let is_by_key = !key.is_foreign_array && *id == Template::string(format!("${foreign}"));
        if !is_by_key || !key.finds_few(self.source) {
            return None;
        }
        let mut read = ArrayGroup {
            key: None,
            aggregates: Vec::new(),
        };
        for path in self.uses.paths_of(columns, above) {
            let place = self.scope.dotted(path);
            if place == "_id" {
                read.key = Some(foreign.clone());
            } else if read.aggregates.iter().all(|(name, _)| *name != place) {
                let (_, accumulator) = accumulators.iter().find(|(name, _)| *name == place)?;
                let aggregate = ArrayAggregate::read(accumulator)?;
                read.aggregates.push((place, aggregate));
            }
        }
        self.stages.clear();
        Some(read)
    }

    /// Puts the group of the documents in this array in the place of them.
    pub(super) fn group_array(&mut self, name: &str, group: ArrayGroup, keep_empty: bool) {
        let array = || Template::string(format!("${name}"));
        let none = Template::Array(Vec::new());
        if !keep_empty {
            let some = Template::entry("$ne", none.clone());
            Stage::push_match(&mut self.stages, Template::entry(name, some));
        }
        let key = group.key.map(|field| {
            let values = Template::string(format!("${name}.{field}"));
            ("_id".to_owned(), unary("$first", values))
        });
        let aggregates = group.aggregates.into_iter();
        let aggregates = aggregates.map(|(place, aggregate)| (place, aggregate.of(name)));
        let fields = Template::Document(key.into_iter().chain(aggregates).collect());
        // As it is, a document would be put into each item of the array.
        let group = if keep_empty {
            let is_empty = call("$eq", [array(), none]);
            cond(is_empty, Template::from("$$REMOVE"), fields)
        } else {
            call("$mergeObjects", [fields])
        };
        self.stages.push(Stage::Set(vec![(name.to_owned(), group)]));
    }

    /// Takes the pipeline away, if it does nothing but compute this column over all documents, and an
    /// array of them can serve for that, also where it is empty: the value is `of_nothing` then.
    pub(super) fn take_array_aggregate(
        &mut self,
        column: ColumnId,
        of_nothing: &Template,
    ) -> Option<ArrayAggregate> {
        let (id, accumulators) = self.grouping()?;
        let place = self.scope.at(column)?;
        let (_, accumulator) = accumulators.iter().find(|(name, _)| name == place)?;
        let aggregate = ArrayAggregate::read(accumulator)?;
        if *id != Template::null() || aggregate.of_nothing() != *of_nothing {
            return None;
        }
        self.stages.clear();
        Some(aggregate)
    }

    /// The `_id` and the accumulators of a `$group` that is the only stage.
    fn grouping(&self) -> Option<(&Template, &[(String, Template)])> {
        let [stage] = &self.stages[..] else {
            return None;
        };
        match group(stage)? {
            [(_, id), accumulators @ ..] => Some((id, accumulators)),
            [] => None,
        }
    }
}
