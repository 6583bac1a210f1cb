//! `DATE_BIN`.

use super::interval::{constant, with_fields};
use super::number::{DAY, long};
use crate::functions::ArgumentError;
use crate::lower::LoweredArgument;
use crate::lower::operators::{and, bind_always, call, cond, int, raise};
use crate::plan::Expression;
use queryleaf_plan::Template;

/// Checks the stride, where it is a constant.
pub(super) fn check(arguments: &[Expression]) -> Result<(), ArgumentError> {
    let is_wrong = |(months, days, milliseconds): (i32, i32, i64)| {
        months != 0 || i128::from(days) * i128::from(DAY) + i128::from(milliseconds) <= 0
    };
    if arguments.first().and_then(constant).is_some_and(is_wrong) {
        return Err(ArgumentError {
            argument: 0,
            message: "a stride is positive and has no months".to_owned(),
            help: None,
        });
    }
    Ok(())
}

/// `DATE_BIN(stride, timestamp, origin)`: the beginning of the stride in which a timestamp is.
pub(super) fn bin(stride: &LoweredArgument<'_>, timestamp: Template, origin: Template) -> Template {
    let is_constant = constant(stride.expression).is_some();
    with_fields("stride", stride, |stride| {
        let days = call("$multiply", [stride.days, long(DAY)]);
        let length = call("$add", [days, stride.milliseconds]);
        bind_always("length", length, |length| {
            let since = call("$subtract", [timestamp.clone(), origin]);
            let rest = call("$mod", [since, length.clone()]);
            let beginning = bind_always("rest", rest, |rest| {
                // Before the origin the rest is negative, and the stride begins one earlier.
                let into = cond(
                    call("$lt", [rest.clone(), int(0)]),
                    call("$add", [rest.clone(), length.clone()]),
                    rest,
                );
                call("$subtract", [timestamp, into])
            });
            if is_constant {
                return beginning;
            }
            let is_stride = and(vec![
                call("$eq", [stride.months, int(0)]),
                call("$gt", [length.clone(), int(0)]),
            ]);
            let message = "a stride is positive and has no months";
            cond(is_stride, beginning, raise(message, length))
        })
    })
}
