//! `DATE_BIN`.

use super::interval::with_fields;
use super::number::{DAY, long};
use crate::lower::LoweredArgument;
use crate::lower::operators::{and, bind, call, cond, int, raise};
use queryleaf_plan::Template;

/// `DATE_BIN(stride, timestamp, origin)`: the beginning of the stride in which a timestamp is.
pub(super) fn bin(stride: &LoweredArgument<'_>, timestamp: Template, origin: Template) -> Template {
    with_fields("stride", stride, |stride| {
        let length = call(
            "$add",
            [
                call("$multiply", [stride.days, long(DAY)]),
                stride.milliseconds,
            ],
        );
        let months = stride.months;
        bind("length", length, |length| {
            let since = call("$subtract", [timestamp.clone(), origin]);
            let rest = call("$mod", [since, length.clone()]);
            bind("rest", rest, |rest| {
                // Before the origin the rest is negative, and the stride begins one earlier.
                let into = cond(
                    call("$lt", [rest.clone(), int(0)]),
                    call("$add", [rest.clone(), length.clone()]),
                    rest,
                );
                cond(
                    and(vec![
                        call("$eq", [months.clone(), int(0)]),
                        call("$gt", [length.clone(), int(0)]),
                    ]),
                    call("$subtract", [timestamp, into]),
                    raise("a stride is positive and has no months", months),
                )
            })
        })
    })
}
