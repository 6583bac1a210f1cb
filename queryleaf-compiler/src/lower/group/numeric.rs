//! Sums, averages and deviations.
//!
//! `SUM` and `AVG` of integers are exact: the server adds 64-bit integers without loss, and turns a
//! sum that does not fit into a double, which is an error and never a result. `AVG`, deviations and
//! variances of integers and `numeric` are computed in Decimal128.

use super::accumulators::Operator;
use super::argument::Argument;
use super::call::{Calls, Over};
use crate::lower::operators::{call, cond, int, raise, unary};
use crate::plan::AggregateFunction;
use crate::types::Type;
use queryleaf_plan::{Template, Value};

impl Calls<'_> {
    /// `SUM`: null where no row has a value.
    pub(super) fn sum(
        &mut self,
        over: Over,
        argument: &Argument,
        wish: &str,
        only_output: bool,
    ) -> Template {
        // A part that has overflowed would be lost in a whole that fits.
        let in_parts = over == Over::Rows && self.accumulators.are_in_parts();
        let result = if in_parts && argument.ty == Type::Bigint {
            let value = exact(&argument.ty, argument.guarded());
            self.add(over, wish, Operator::Sum, value)
        } else {
            let sum = self.add(over, wish, Operator::Sum, argument.guarded());
            sum_result(&argument.ty, sum, only_output)
        };
        if !argument.may_be_null() {
            return result;
        }
        let has_value = self.has_value(over, argument, wish);
        cond(has_value, result, Template::null())
    }

    /// `AVG`.
    pub(super) fn average(&mut self, over: Over, argument: &Argument, wish: &str) -> Template {
        let value = exact(&argument.ty, argument.guarded());
        if over == Over::Values || !self.accumulators.are_in_parts() {
            return self.add(over, wish, Operator::Avg, value);
        }
        let sum = self.add(over, &format!("{wish}_sum"), Operator::Sum, value);
        let count = format!("{wish}_count");
        let count = self.add(over, &count, Operator::Sum, argument.counted());
        let average = call("$divide", [sum, count.clone()]);
        if argument.may_be_null() {
            cond(call("$gt", [count, int(0)]), average, Template::null())
        } else {
            average
        }
    }

    /// `STDDEV_POP` and its kin.
    pub(super) fn deviation(
        &mut self,
        over: Over,
        function: AggregateFunction,
        argument: &Argument,
        wish: &str,
    ) -> Template {
        if argument.ty == Type::Double {
            let (operator, _) = deviation_operator(function);
            let deviation = self.add(over, wish, operator, argument.guarded());
            return of_doubles(function, deviation);
        }
        let value = exact(&argument.ty, argument.guarded());
        let square = call("$multiply", [value.clone(), value.clone()]);
        let mut add =
            |part: &str, operand| self.add(over, &format!("{wish}_{part}"), Operator::Sum, operand);
        let sums = Sums {
            count: add("count", argument.counted()),
            sum: add("sum", value),
            squares: add("squares", square),
        };
        sums.deviation(function)
    }
}

/// The sum as SQL types it: of `bigint` it is `numeric`. A client that is the only reader of it takes
/// the integer as it is, and a double for the overflow that it stands for.
pub(super) fn sum_result(ty: &Type, sum: Template, only_output: bool) -> Template {
    if *ty != Type::Bigint || only_output {
        return sum;
    }
    let overflows = call(
        "$eq",
        [unary("$type", sum.clone()), Template::from("double")],
    );
    cond(
        overflows,
        raise("the sum is out of range: ", sum.clone()),
        unary("$toDecimal", sum),
    )
}

/// The value in the arithmetic of the result: Decimal128 for integers.
pub(super) fn exact(ty: &Type, value: Template) -> Template {
    if ty.is_integer() {
        unary("$toDecimal", value)
    } else {
        value
    }
}

/// The accumulator for doubles, and the expression of the same name over an array.
pub(super) fn deviation_operator(function: AggregateFunction) -> (Operator, &'static str) {
    match function {
        AggregateFunction::StddevSamp | AggregateFunction::VarSamp => {
            (Operator::StdDevSamp, "$stdDevSamp")
        }
        _ => (Operator::StdDevPop, "$stdDevPop"),
    }
}

/// The result from the standard deviation.
pub(super) fn of_doubles(function: AggregateFunction, deviation: Template) -> Template {
    if is_variance(function) {
        call("$pow", [deviation, int(2)])
    } else {
        deviation
    }
}

/// What exact deviations are computed from.
pub(super) struct Sums {
    /// How many values there are.
    pub(super) count: Template,
    /// Their sum.
    pub(super) sum: Template,
    /// The sum of their squares.
    pub(super) squares: Template,
}

impl Sums {
    /// `(n * squares - sum * sum) / (n * n)`, or over `n * (n - 1)` for a sample, and its root.
    pub(super) fn deviation(self, function: AggregateFunction) -> Template {
        let Sums {
            count,
            sum,
            squares,
        } = self;
        let is_sample = matches!(
            function,
            AggregateFunction::StddevSamp | AggregateFunction::VarSamp
        );
        let (fewest, others) = if is_sample {
            (1, call("$subtract", [count.clone(), int(1)]))
        } else {
            (0, count.clone())
        };
        let difference = call(
            "$subtract",
            [
                call("$multiply", [count.clone(), squares]),
                call("$multiply", [sum.clone(), sum]),
            ],
        );
        // Rounding of values of many digits must not make it negative.
        let positive = call("$max", [decimal_zero(), difference]);
        let variance = call(
            "$divide",
            [positive, call("$multiply", [count.clone(), others])],
        );
        let result = if is_variance(function) {
            variance
        } else {
            unary("$sqrt", variance)
        };
        cond(call("$gt", [count, int(fewest)]), result, Template::null())
    }
}

fn is_variance(function: AggregateFunction) -> bool {
    matches!(
        function,
        AggregateFunction::VarPop | AggregateFunction::VarSamp
    )
}

/// `NumberDecimal("0")`.
fn decimal_zero() -> Template {
    const BIAS: u128 = 6176;
    Template::Value(Value::Decimal128((BIAS << 113).to_le_bytes()))
}
