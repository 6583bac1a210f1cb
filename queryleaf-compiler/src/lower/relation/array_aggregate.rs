//! An aggregate over few documents: computed from the array in which a lookup by fields puts them.
//!
//! ```text
//! {$lookup: {from: "orders", localField: "_id", foreignField: "customer", as: "n"}},
//! {$set: {n: {$size: "$n"}}}
//! ```
//!
//! The newer of the server's engines runs that, and no pipeline in a lookup. All documents of a row come
//! into one array, so that it is done only where there are few by what is declared.

use super::Builder;
use super::group_chains::group;
use crate::lower::operators::unary;
use crate::plan::ColumnId;
use queryleaf_plan::{Template, Value};

/// An aggregate whose result over an array is that over the documents, and `NULL` or 0 over none.
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

impl Builder<'_> {
    /// Takes the pipeline away, if it does nothing but compute this column over all documents, and an
    /// array of them can serve for that.
    pub(super) fn take_array_aggregate(&mut self, column: ColumnId) -> Option<ArrayAggregate> {
        let [stage] = &self.stages[..] else {
            return None;
        };
        let [(_, id), accumulators @ ..] = group(stage)? else {
            return None;
        };
        let place = self.scope.at(column)?;
        let (_, accumulator) = accumulators.iter().find(|(name, _)| name == place)?;
        let aggregate = ArrayAggregate::read(accumulator).filter(|_| *id == Template::null())?;
        self.stages.clear();
        Some(aggregate)
    }
}
