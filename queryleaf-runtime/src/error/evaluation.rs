//! Which of the server's errors say that an expression has no value for some row.
//!
//! PostgreSQL raises an error for those rows too. The server has no codes of its own for them: one
//! code stands for many things, and one thing has different codes in its two query engines.

/// The clean message of an expression that failed on the server, if this is what failed.
pub(super) fn message(code: i32, code_name: &str, text: &str) -> Option<String> {
    let (context, text) = text.rsplit_once(" :: caused by :: ")?;
    let while_running = ["xecutor error during", "Failed to optimize"]
        .iter()
        .any(|prefix| context.contains(prefix));
    // What an expression asserts has a number for a name.
    let of_expression = matches!(code, BAD_VALUE | OVERFLOW | CONVERSION_FAILURE)
        || code_name.starts_with("Location");
    (while_running && of_expression).then(|| clean(code, text))
}

/// The clean message of an expression that failed for a row of an update, if this is what failed: of
/// those the server tells no context.
pub(super) fn of_update(code: i32, text: &str) -> Option<String> {
    let of_expression = matches!(code, BAD_VALUE | OVERFLOW | CONVERSION_FAILURE)
        || code >= FIRST_LOCATION && code != RESULT_TOO_LARGE;
    of_expression.then(|| clean(code, text))
}

fn clean(code: i32, text: &str) -> String {
    if code == CONVERSION_FAILURE {
        conversion(text)
    } else if text.ends_with("by zero") {
        "division by zero".to_owned()
    } else if matches!(code, 51156 | 5073403) {
        "a text is too long for a regular expression".to_owned()
    } else {
        text.to_owned()
    }
}

/// What has no name but its number has one from here on.
const FIRST_LOCATION: i32 = 12_000;
const RESULT_TOO_LARGE: i32 = 17_419;
const BAD_VALUE: i32 = 2;
const OVERFLOW: i32 = 15;
const CONVERSION_FAILURE: i32 = 241;

/// What failed in a `$convert` or one of its short forms. An expression that the compiler makes fail
/// does it by converting its message to a number.
fn conversion(text: &str) -> String {
    let Some((what, _)) = text.split_once(" in $convert with no onError value") else {
        return text.to_owned();
    };
    let Some(input) = what
        .strip_prefix("Failed to parse number '")
        .and_then(|input| input.strip_suffix('\''))
    else {
        return match what {
            "Conversion would overflow target type" => "number out of range".to_owned(),
            _ => what.to_owned(),
        };
    };
    match input.strip_prefix("queryleaf: ") {
        Some(message) => message.to_owned(),
        None => format!("invalid input for a number: '{input}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts are those of MongoDB 6.0.
    #[test]
    fn clean_messages() {
        for (code, name, text, clean) in [
            (
                241,
                "ConversionFailure",
                "Failed to parse number 'queryleaf: integer out of range' in $convert with no \
                 onError value: Did not consume whole string.",
                "integer out of range",
            ),
            (
                241,
                "ConversionFailure",
                "Failed to parse number 'abc' in $convert with no onError value: Did not consume \
                 whole string.",
                "invalid input for a number: 'abc'",
            ),
            (
                241,
                "ConversionFailure",
                "Conversion would overflow target type in $convert with no onError value: 1E+99",
                "number out of range",
            ),
            (2, "BadValue", "can't $divide by zero", "division by zero"),
            (
                16610,
                "Location16610",
                "can't $mod by zero",
                "division by zero",
            ),
            (
                15,
                "Overflow",
                "date overflow in $add",
                "date overflow in $add",
            ),
        ] {
            for context in [
                "PlanExecutor error during aggregation",
                "Executor error during find command",
            ] {
                let found = message(code, name, &format!("{context} :: caused by :: {text}"));
                assert_eq!(found.as_deref(), Some(clean));
            }
        }
    }

    #[test]
    fn other_errors_are_the_servers() {
        for (code, name, text) in [
            (2, "BadValue", "unknown operator: $foo"),
            (
                50,
                "MaxTimeMSExpired",
                "PlanExecutor error during aggregation :: caused by :: operation exceeded time \
                 limit",
            ),
        ] {
            assert_eq!(message(code, name, text), None);
        }
    }
}
