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

use crate::functions::ArgumentError;
use crate::plan::Expression;

/// The format of a call: its second argument, a constant as the signature asks for.
fn text(arguments: &[Expression]) -> &str {
    arguments
        .get(1)
        .and_then(Expression::as_text)
        .unwrap_or_default()
}

/// `TO_CHAR` with an empty format is `NULL` in PostgreSQL, which nobody can want.
fn refuse_empty(arguments: &[Expression]) -> Result<(), ArgumentError> {
    if !text(arguments).is_empty() {
        return Ok(());
    }
    Err(ArgumentError {
        argument: 1,
        message: "the format of `to_char` is empty".to_owned(),
        help: Some("write what is wanted, such as `'YYYY-MM-DD'`".to_owned()),
    })
}
