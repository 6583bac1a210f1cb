//! Sizes and durations with units, as options write them.

/// A text that is no size or duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misfit {
    /// What is wrong.
    pub message: &'static str,
    /// What to write instead.
    pub help: &'static str,
}

/// The bytes that `200MB` means; as in PostgreSQL, a unit is 1024 of the one before.
///
/// # Errors
///
/// What is wrong with a text that is no size.
pub fn bytes(text: &str) -> Result<u64, Misfit> {
    const EXPECTED: Misfit = Misfit {
        message: "this is no size",
        help: "write it as in `200MB`; the units are B, KB, MB, GB and TB, of 1024 each",
    };
    let [(count, unit)] = parts(text).ok_or(EXPECTED)?[..] else {
        return Err(EXPECTED);
    };
    let exponent = match unit.to_ascii_uppercase().as_str() {
        "B" | "" => 0,
        "KB" => 1,
        "MB" => 2,
        "GB" => 3,
        "TB" => 4,
        _ => return Err(EXPECTED),
    };
    count.checked_mul(1 << (10 * exponent)).ok_or(EXPECTED)
}

/// The seconds that `7 days` or `1 day 12 hours` means.
///
/// # Errors
///
/// What is wrong with a text that is no duration.
pub fn seconds(text: &str) -> Result<u64, Misfit> {
    const EXPECTED: Misfit = Misfit {
        message: "this is no duration",
        help: "write it as in `7 days` or `1 day 12 hours`; the units are seconds, minutes, hours, \
               days and weeks",
    };
    let parts = parts(text).filter(|parts| !parts.is_empty());
    let mut total: u64 = 0;
    for (count, unit) in parts.ok_or(EXPECTED)? {
        let seconds = match unit.to_ascii_lowercase().as_str() {
            "second" | "seconds" => 1,
            "minute" | "minutes" => 60,
            "hour" | "hours" => 3600,
            "day" | "days" => 86_400,
            "week" | "weeks" => 604_800,
            "month" | "months" | "year" | "years" => {
                return Err(Misfit {
                    message: "months and years are of different lengths",
                    help: "count in days",
                });
            }
            _ => return Err(EXPECTED),
        };
        total = count
            .checked_mul(seconds)
            .and_then(|seconds| seconds.checked_add(total))
            .ok_or(EXPECTED)?;
    }
    Ok(total)
}

/// The milliseconds that `1 second` or `500 milliseconds` means.
///
/// # Errors
///
/// What is wrong with a text that is no duration.
pub fn milliseconds(text: &str) -> Result<u64, Misfit> {
    const EXPECTED: Misfit = Misfit {
        message: "this is no duration",
        help: "write it as in `1 second` or `500 milliseconds`",
    };
    if let Some([(count, unit)]) = parts(text).as_deref()
        && ["ms", "millisecond", "milliseconds"].contains(&unit.to_ascii_lowercase().as_str())
    {
        return Ok(*count);
    }
    let seconds = seconds(text).map_err(|_| EXPECTED)?;
    seconds.checked_mul(1000).ok_or(EXPECTED)
}

/// Numbers, each with the word that follows it.
fn parts(text: &str) -> Option<Vec<(u64, &str)>> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit());
        let (number, after) = rest.split_at(digits.unwrap_or(rest.len()));
        let after = after.trim_start();
        let letters = after.find(|letter: char| !letter.is_ascii_alphabetic());
        let (unit, after) = after.split_at(letters.unwrap_or(after.len()));
        parts.push((number.parse().ok()?, unit));
        rest = after.trim_start();
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(bytes("200MB"), Ok(200 * 1024 * 1024));
        assert_eq!(bytes(" 1 kb "), Ok(1024));
        assert_eq!(bytes("4096"), Ok(4096));
        for wrong in [
            "",
            "MB",
            "1 XB",
            "1.5MB",
            "-1MB",
            "1MB 2KB",
            "99999999999TB",
        ] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations() {
        assert_eq!(seconds("7 days"), Ok(604_800));
        assert_eq!(seconds("1 day 12 Hours"), Ok(129_600));
        assert_eq!(seconds("0 seconds"), Ok(0));
        assert_eq!(milliseconds("1 second"), Ok(1000));
        assert_eq!(milliseconds("250 ms"), Ok(250));
        assert!(milliseconds("250").is_err());
        for wrong in [
            "",
            "7",
            "days",
            "7 dyas",
            "1.5 days",
            "99999999999999999999 days",
            "é",
        ] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
        assert!(seconds("1 month").is_err_and(|misfit| misfit.help == "count in days"));
    }
}
