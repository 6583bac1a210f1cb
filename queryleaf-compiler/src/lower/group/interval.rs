//! Aggregates of intervals: field by field where they are added up, by their length where one is chosen.

use super::accumulators::Operator;
use super::argument::Argument;
use super::call::{Calls, Over};
use crate::functions::datetime::{Aggregated, combined, divided};
use crate::lower::operators::{call, cond, int};
use queryleaf_plan::Template;

impl Calls<'_> {
    /// `SUM`: the months, the days and the milliseconds each by themselves, as PostgreSQL adds them.
    pub(super) fn sum_of_intervals(
        &mut self,
        over: Over,
        form: Aggregated,
        argument: &Argument,
        wish: &str,
    ) -> Template {
        let sum = self.added_intervals(over, form, argument, wish);
        if !argument.may_be_null() {
            return sum;
        }
        let has_value = self.has_value(over, argument, wish);
        cond(has_value, sum, Template::null())
    }

    /// `AVG`: the sum divided by the count.
    pub(super) fn average_of_intervals(
        &mut self,
        over: Over,
        form: Aggregated,
        argument: &Argument,
        wish: &str,
    ) -> Template {
        let sum = self.added_intervals(over, form, argument, wish);
        let name = format!("{wish}_count");
        let count = self.add(over, &name, Operator::Sum, argument.counted());
        let average = divided(sum, count.clone());
        if !argument.may_be_null() {
            return average;
        }
        cond(call("$gt", [count, int(0)]), average, Template::null())
    }

    fn added_intervals(
        &mut self,
        over: Over,
        form: Aggregated,
        argument: &Argument,
        wish: &str,
    ) -> Template {
        let fields = form.fields(&argument.guarded()).into_iter();
        let sums = fields.map(|(name, value)| {
            let sum = self.add(over, &format!("{wish}_{name}"), Operator::Sum, value);
            (name, sum)
        });
        combined(sums.collect())
    }

    /// `MIN` and `MAX`: the server compares documents field by field, so that the length stands first.
    pub(super) fn extreme_interval(
        &mut self,
        over: Over,
        operator: Operator,
        form: Aggregated,
        argument: &Argument,
        wish: &str,
    ) -> Template {
        let nullable = argument.may_be_null();
        let compared = form.compared(argument.guarded(), nullable);
        let found = self.add(over, wish, operator, compared);
        form.interval(found, nullable)
    }
}
