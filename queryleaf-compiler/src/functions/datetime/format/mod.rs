//! Format strings: `TO_CHAR`, `TO_DATE` and `TO_TIMESTAMP`.

mod number;
mod pattern;
mod prefix;
mod read;
mod write;
mod write_interval;

pub(crate) use prefix::{DatePart, date_parts};
pub(super) use read::{Target, check as check_read, lower as read};
pub(super) use write::{check as check_write, is_one_call, lower as write};
pub(super) use write_interval::{check as check_write_interval, lower as write_interval};

use crate::plan::Expression;

/// The format of a call: its second argument, a constant as the signature asks for.
fn text(arguments: &[Expression]) -> &str {
    arguments
        .get(1)
        .and_then(Expression::as_text)
        .unwrap_or_default()
}
