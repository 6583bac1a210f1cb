//! Formats that write a date from its year down to some smaller unit.

use super::pattern::{Part, parts};
use crate::literal::Unit;

/// A part of such a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DatePart {
    /// Text that is written as it is.
    Text(String),
    /// A unit with all its digits: four of the year, two of the others.
    Unit(Unit),
}

/// The parts of a format whose texts sort as the dates do: it begins with the year, and every next
/// unit is the next smaller one.
pub(crate) fn date_parts(format: &str) -> Option<Vec<DatePart>> {
    let mut expected = [
        (Unit::Year, "YYYY"),
        (Unit::Month, "MM"),
        (Unit::Day, "DD"),
        (Unit::Hour, "HH24"),
        (Unit::Minute, "MI"),
        (Unit::Second, "SS"),
    ]
    .into_iter();
    let mut has_unit = false;
    let mut found = Vec::new();
    for part in parts(format).ok()? {
        found.push(match part {
            Part::Text(text) => DatePart::Text(text),
            Part::Pattern(pattern) => {
                let (unit, keyword) = expected.next()?;
                let is_plain = !pattern.unpadded && pattern.ordinal.is_none();
                if !is_plain || !pattern.keyword.eq_ignore_ascii_case(keyword) {
                    return None;
                }
                has_unit = true;
                DatePart::Unit(unit)
            }
        });
    }
    has_unit.then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_formats_that_sort_as_dates_are_taken() {
        let unit = |format| match date_parts(format)?.pop()? {
            DatePart::Unit(unit) => Some(unit),
            DatePart::Text(_) => None,
        };
        assert_eq!(unit("YYYY-MM"), Some(Unit::Month));
        assert_eq!(unit("yyyymmdd"), Some(Unit::Day));
        assert_eq!(unit("YYYY-MM-DD\"T\"HH24:MI:SS"), Some(Unit::Second));
        for format in [
            "MM-YYYY", "YYYY-DD", "FMYYYY", "YYYYth", "YYYY-Mon", "", "-",
        ] {
            assert_eq!(date_parts(format), None, "{format}");
        }
    }
}
