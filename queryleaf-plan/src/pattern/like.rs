//! `LIKE` and `ILIKE`.

use super::characters::Characters;
use super::{PatternError, Regex, finish};

/// What a `LIKE` pattern asks of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Like {
    /// To be exactly this: the pattern has no wildcard.
    Exact(String),
    /// Nothing: any text matches, if it is not `NULL`.
    Anything,
    /// To match this.
    Regex(Regex),
}

/// Translates a `LIKE` pattern, or that of `ILIKE` when it shall `ignore_case`.
///
/// `%` stands for any characters, newlines included, `_` for any one, the `escape` character takes
/// the meaning from the next one, and everything else stands for itself. Only ASCII letters have
/// two cases.
///
/// # Errors
///
/// A pattern that ends in its escape character is none, and one may be too long for the server.
pub fn like(pattern: &str, escape: Option<char>, ignore_case: bool) -> Result<Like, PatternError> {
    let parts = split(pattern, escape, ignore_case)?;
    if let [only] = &parts[..]
        && let Some(text) = only.iter().map(Characters::as_one).collect()
    {
        return Ok(Like::Exact(text));
    }
    if parts.len() > 1 && parts.iter().all(Vec::is_empty) {
        return Ok(Like::Anything);
    }
    write(&parts).map(Like::Regex)
}

impl Like {
    /// The same as a regular expression, whatever it asks.
    pub fn into_regex(self) -> Result<Regex, PatternError> {
        match self {
            Like::Regex(regex) => Ok(regex),
            Like::Anything => finish("^".to_owned(), false, true),
            Like::Exact(text) => write(&[text.chars().map(Characters::one).collect()]),
        }
    }
}

/// The characters between two `%`.
type Part = Vec<Characters>;

/// Splits a pattern at its `%`. A `_` that follows a `%` is moved in front of it, which changes
/// nothing for the pattern, so that every part but the first starts with a certain character.
fn split(
    pattern: &str,
    escape: Option<char>,
    ignore_case: bool,
) -> Result<Vec<Part>, PatternError> {
    let mut parts: Vec<Part> = Vec::new();
    let mut part = Part::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if Some(character) == escape {
            let Some(escaped) = characters.next() else {
                return Err(PatternError::new(format!(
                    "the pattern must not end with its escape character `{character}`"
                )));
            };
            part.push(literal(escaped, ignore_case));
        } else if character == '%' {
            if parts.is_empty() || !part.is_empty() {
                parts.push(std::mem::take(&mut part));
            }
        } else if character == '_' {
            match parts.last_mut() {
                Some(before) if part.is_empty() => before.push(Characters::all()),
                _ => part.push(Characters::all()),
            }
        } else {
            part.push(literal(character, ignore_case));
        }
    }
    parts.push(part);
    Ok(parts)
}

fn literal(character: char, ignore_case: bool) -> Characters {
    let one = Characters::one(character);
    if ignore_case {
        one.with_both_cases()
    } else {
        one
    }
}

/// Writes the parts with what may be between them. The first one stands at the start of the text,
/// the last one at its end.
fn write(parts: &[Part]) -> Result<Regex, PatternError> {
    let mut pattern = String::new();
    let Some((first, rest)) = parts.split_first() else {
        return finish(pattern, false, true);
    };
    let Some((last, middle)) = rest.split_last() else {
        pattern.push('^');
        write_part(&mut pattern, first);
        pattern.push_str("\\z");
        return finish(pattern, uses_dot(parts), true);
    };
    // What stands at one place only needs no search of our own.
    match (&first[..], middle, &last[..]) {
        ([], [only], []) => write_part(&mut pattern, only),
        ([], [], last) => {
            write_part(&mut pattern, last);
            pattern.push_str("\\z");
        }
        (first, middle, last) => {
            pattern.push('^');
            write_part(&mut pattern, first);
            for part in middle {
                write_search(&mut pattern, part);
            }
            if !last.is_empty() {
                // Its only place is at the end, where this looks first.
                pattern.push_str(".*");
                write_part(&mut pattern, last);
                pattern.push_str("\\z");
            }
        }
    }
    let dot_used = uses_dot(parts) || pattern.contains(".*");
    finish(pattern, dot_used, true)
}

fn uses_dot(parts: &[Part]) -> bool {
    parts.iter().flatten().any(Characters::is_all)
}

fn write_part(pattern: &mut String, part: &[Characters]) {
    for character in part {
        character.write(pattern);
    }
}

/// Writes the search for the first place of a part. No later place could match more, so nothing is
/// ever tried again; with `.*` the server would, and would run out of steps on a long text.
///
/// `[^a]*+a` for a part of one character, else `[^a]*+(?:a(?!bc)[^a]*+)*+abc`.
fn write_search(pattern: &mut String, part: &[Characters]) {
    let Some((first, rest)) = part.split_first() else {
        return;
    };
    let others = first.inverted();
    others.write(pattern);
    pattern.push_str("*+");
    if !rest.is_empty() {
        pattern.push_str("(?:");
        first.write(pattern);
        pattern.push_str("(?!");
        write_part(pattern, rest);
        pattern.push(')');
        others.write(pattern);
        pattern.push_str("*+)*+");
    }
    write_part(pattern, part);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(pattern: &str) -> String {
        shown(pattern, Some('\\'), false)
    }

    /// As the shell writes it: `/pattern/options`.
    fn shown(pattern: &str, escape: Option<char>, ignore_case: bool) -> String {
        let regex = like(pattern, escape, ignore_case)
            .unwrap()
            .into_regex()
            .unwrap();
        format!("/{}/{}", regex.pattern, regex.options)
    }

    #[test]
    fn no_wildcard_is_equality() {
        for (pattern, text) in [
            ("abc", "abc"),
            ("", ""),
            ("50\\%", "50%"),
            ("a\\\\b", "a\\b"),
        ] {
            let like = like(pattern, Some('\\'), false);
            assert_eq!(like, Ok(Like::Exact(text.to_owned())), "{pattern}");
        }
        assert_eq!(like("1-2", None, true), Ok(Like::Exact("1-2".to_owned())));
        assert_eq!(shown("ab", None, true), "/^[Aa][Bb]\\z/");
    }

    #[test]
    fn wildcards_alone_are_no_condition() {
        assert_eq!(like("%", None, false), Ok(Like::Anything));
        assert_eq!(like("%%%", None, true), Ok(Like::Anything));
        assert_eq!(regex("%_%"), "/^./s");
        assert_eq!(regex("_"), "/^.\\z/s");
        assert_eq!(regex("%__"), "/^../s");
    }

    #[test]
    fn one_wildcard_reads_as_an_expert_writes_it() {
        assert_eq!(regex("abc%"), "/^abc/");
        assert_eq!(regex("%abc"), "/abc\\z/");
        assert_eq!(regex("%abc%"), "/abc/");
        assert_eq!(regex("a%b"), "/^a.*b\\z/s");
        assert_eq!(regex("a.c%"), "/^a\\.c/");
        assert_eq!(regex("c_t"), "/^c.t\\z/s");
    }

    #[test]
    fn inner_parts_are_found_without_a_second_try() {
        assert_eq!(regex("%a%b%"), "/^[^a]*+a[^b]*+b/");
        assert_eq!(regex("x%ab%y"), "/^x[^a]*+(?:a(?!b)[^a]*+)*+ab.*y\\z/s");
        assert_eq!(shown("%a%-%", None, true), "/^[^Aa]*+[Aa][^\\-]*+-/");
    }

    #[test]
    fn the_escape_character_is_the_querys() {
        assert_eq!(shown("a!%b%", Some('!'), false), "/^a%b/");
        assert_eq!(shown("a\\%", None, false), "/^a\\\\/");
        assert_eq!(shown("%%x%%", Some('%'), false), "/^%x%\\z/");
        assert!(like("a\\", Some('\\'), false).is_err());
        assert!(like("%", Some('%'), false).is_err());
    }

    #[test]
    fn a_pattern_too_long_for_the_server_is_an_error() {
        assert!(like(&"a%".repeat(20_000), None, false).is_err());
    }
}
