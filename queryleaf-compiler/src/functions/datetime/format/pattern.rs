//! Format strings in their parts, cut as PostgreSQL cuts them.

use std::fmt;

/// A part of a format string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Text to be written as it is.
    Text(String),
    /// A pattern.
    Pattern(Pattern),
}

/// A pattern with what stands before and behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// The pattern as PostgreSQL names it, in the case in which it is written.
    pub(super) keyword: &'static str,
    /// `FM`: without padding.
    pub(super) unpadded: bool,
    /// `TH` or `th`: an English ordinal number.
    pub(super) ordinal: Option<Case>,
}

/// As it is written in the format.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = if self.unpadded { "FM" } else { "" };
        let suffix = match self.ordinal {
            None => "",
            Some(Case::Lower) => "th",
            Some(Case::Upper | Case::Capital) => "TH",
        };
        write!(f, "{prefix}{}{suffix}", self.keyword)
    }
}

/// The case of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// `ABC`.
    Upper,
    /// `Abc`.
    Capital,
    /// `abc`.
    Lower,
}

/// The patterns, in the order in which PostgreSQL tries them.
const KEYWORDS: &[&str] = &[
    "A.D.", "A.M.", "AD", "AM", "B.C.", "BC", "CC", "DAY", "DDD", "DD", "DY", "Day", "Dy", "D",
    "FF1", "FF2", "FF3", "FF4", "FF5", "FF6", "FX", "HH24", "HH12", "HH", "IDDD", "ID", "IW",
    "IYYY", "IYY", "IY", "I", "J", "MI", "MM", "MONTH", "MON", "MS", "Month", "Mon", "OF", "P.M.",
    "PM", "Q", "RM", "SSSSS", "SSSS", "SS", "TZH", "TZM", "TZ", "US", "WW", "W", "Y,YYY", "YYYY",
    "YYY", "YY", "Y", "a.d.", "a.m.", "ad", "am", "b.c.", "bc", "cc", "day", "ddd", "dd", "dy",
    "d", "ff1", "ff2", "ff3", "ff4", "ff5", "ff6", "fx", "hh24", "hh12", "hh", "iddd", "id", "iw",
    "iyyy", "iyy", "iy", "i", "j", "mi", "mm", "month", "mon", "ms", "p.m.", "pm", "q", "rm",
    "sssss", "ssss", "ss", "tzh", "tzm", "tz", "us", "ww", "w", "y,yyy", "yyyy", "yyy", "yy", "y",
];

/// Cuts a format string into its parts.
///
/// # Errors
///
/// The prefix or suffix that is not supported.
pub(super) fn parts(format: &str) -> Result<Vec<Part>, &'static str> {
    let mut parts = Vec::new();
    let mut rest = format;
    while !rest.is_empty() {
        if rest.starts_with("TM") || rest.starts_with("tm") {
            return Err("TM");
        }
        let prefixed = strip(rest, &["FM", "fm"]);
        rest = prefixed.unwrap_or(rest);
        if let Some((keyword, behind)) = keyword(rest) {
            rest = behind;
            let mut ordinal = None;
            if let Some(behind) = rest.strip_prefix("TH") {
                (ordinal, rest) = (Some(Case::Upper), behind);
            } else if let Some(behind) = rest.strip_prefix("th") {
                (ordinal, rest) = (Some(Case::Lower), behind);
            } else if rest.starts_with("SP") {
                return Err("SP");
            }
            parts.push(Part::Pattern(Pattern {
                keyword,
                unpadded: prefixed.is_some(),
                ordinal,
            }));
        } else if let Some(quoted) = rest.strip_prefix('"') {
            rest = take_quoted(quoted, &mut parts);
        } else {
            // Outside quotes a backslash only stands before a quote.
            rest = match rest.strip_prefix('\\') {
                Some(behind) if behind.starts_with('"') => behind,
                Some(_) | None => rest,
            };
            rest = take_character(rest, &mut parts);
        }
    }
    Ok(parts)
}

fn strip<'a>(text: &'a str, prefixes: &[&str]) -> Option<&'a str> {
    prefixes.iter().find_map(|prefix| text.strip_prefix(prefix))
}

fn keyword(text: &str) -> Option<(&'static str, &str)> {
    KEYWORDS
        .iter()
        .find_map(|keyword| Some((*keyword, text.strip_prefix(keyword)?)))
}

/// Takes text up to the closing quote, or to the end where there is none.
fn take_quoted<'a>(mut text: &'a str, parts: &mut Vec<Part>) -> &'a str {
    while !text.is_empty() {
        if let Some(behind) = text.strip_prefix('"') {
            return behind;
        }
        text = match text.strip_prefix('\\') {
            Some(behind) if !behind.is_empty() => behind,
            Some(_) | None => text,
        };
        text = take_character(text, parts);
    }
    text
}

fn take_character<'a>(text: &'a str, parts: &mut Vec<Part>) -> &'a str {
    let mut characters = text.chars();
    if let Some(character) = characters.next() {
        match parts.last_mut() {
            Some(Part::Text(text)) => text.push(character),
            Some(Part::Pattern(_)) | None => parts.push(Part::Text(character.to_string())),
        }
    }
    characters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(format: &str) -> String {
        let show = |part: &Part| match part {
            Part::Text(text) => format!("{text:?}"),
            Part::Pattern(pattern) => format!(
                "{}{}{}",
                if pattern.unpadded { "-" } else { "" },
                pattern.keyword,
                pattern.ordinal.map_or("", |_| "^")
            ),
        };
        let parts = parts(format).unwrap();
        parts.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn cuts_as_postgresql_does() {
        assert_eq!(shown("YYYY-MM-DD"), r#"YYYY "-" MM "-" DD"#);
        assert_eq!(shown("FMDDth of FMMonth"), r#"-DD^ " of " -Month"#);
        assert_eq!(shown(r#"YYYY-"Q"Q"#), r#"YYYY "-Q" Q"#);
        assert_eq!(shown(r#""a\"b\\"HH24 \" \n"#), r#""a\"b\\" HH24 " \" \\n""#);
        assert_eq!(shown("Mi"), r#""M" i"#);
        assert_eq!(shown("YYYYMMDDHH24MISS"), "YYYY MM DD HH24 MI SS");
        assert_eq!(shown("DDDD"), "DDD D");
        assert_eq!(shown("\"open"), r#""open""#);
        assert_eq!(shown("FMé"), r#""é""#);
        assert_eq!(parts("TMMonth"), Err("TM"));
        assert_eq!(parts("DDSP"), Err("SP"));
    }
}
