//! Sets of characters, and how PCRE writes them.

/// The highest code point.
const LAST: u32 = char::MAX as u32;

/// A set of code points: ranges in order, apart from each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Characters {
    ranges: Vec<(u32, u32)>,
}

impl Characters {
    /// No character.
    pub(super) const NONE: Characters = Characters { ranges: Vec::new() };

    /// Every character.
    pub(super) fn all() -> Self {
        Characters::ranges(vec![(0, LAST)])
    }

    /// This one character.
    pub(super) fn one(character: char) -> Self {
        Characters::ranges(vec![(character.into(), character.into())])
    }

    /// Those of a POSIX class. Only ASCII has classes, as in PostgreSQL's locale C.
    pub(super) fn class(name: &str) -> Option<Self> {
        let is: fn(char) -> bool = match name {
            "alnum" => |c| c.is_ascii_alphanumeric(),
            "alpha" => |c| c.is_ascii_alphabetic(),
            "blank" => |c| matches!(c, ' ' | '\t'),
            "cntrl" => |c| c.is_ascii_control(),
            "digit" => |c| c.is_ascii_digit(),
            "graph" => |c| c.is_ascii_graphic(),
            "lower" => |c| c.is_ascii_lowercase(),
            "print" => |c| c.is_ascii_graphic() || c == ' ',
            "punct" => |c| c.is_ascii_punctuation(),
            "space" => |c| matches!(c, ' ' | '\t'..='\r'),
            "upper" => |c| c.is_ascii_uppercase(),
            "word" => |c| c.is_ascii_alphanumeric() || c == '_',
            "xdigit" => |c| c.is_ascii_hexdigit(),
            _ => return None,
        };
        let members = ('\0'..='\x7F').filter(|&character| is(character));
        Some(Characters::ranges(
            members
                .map(|character| (character.into(), character.into()))
                .collect(),
        ))
    }

    /// Those of all these ranges.
    pub(super) fn ranges(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => {
                    before.1 = before.1.max(last)
                }
                _ => merged.push((first, last)),
            }
        }
        Characters { ranges: merged }
    }

    /// Those of both.
    #[must_use]
    pub(super) fn with(mut self, other: &Characters) -> Self {
        self.ranges.extend_from_slice(&other.ranges);
        Characters::ranges(self.ranges)
    }

    /// All others.
    #[must_use]
    pub(super) fn inverted(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = 0;
        for &(first, last) in &self.ranges {
            if first > next {
                ranges.push((next, first - 1));
            }
            next = last + 1;
        }
        if next <= LAST {
            ranges.push((next, LAST));
        }
        Characters { ranges }
    }

    /// With the other case of every ASCII letter: the only letters that have one in locale C.
    #[must_use]
    pub(super) fn with_both_cases(self) -> Self {
        let mut both = self.ranges.clone();
        for (first, last, distance) in [('a', 'z', -32), ('A', 'Z', 32)] {
            for &(from, to) in &self.ranges {
                let from = from.max(first.into());
                let to = to.min(last.into());
                if from <= to {
                    both.push((
                        from.saturating_add_signed(distance),
                        to.saturating_add_signed(distance),
                    ));
                }
            }
        }
        Characters::ranges(both)
    }

    /// The character, if there is just one.
    pub(super) fn as_one(&self) -> Option<char> {
        match self.ranges[..] {
            [(first, last)] if first == last => char::from_u32(first),
            _ => None,
        }
    }

    pub(super) fn is_all(&self) -> bool {
        self.ranges == [(0, LAST)]
    }

    pub(super) fn is_none(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether no character is in both.
    pub(super) fn is_apart_from(&self, other: &Characters) -> bool {
        self.ranges.iter().all(|&(first, last)| {
            other
                .ranges
                .iter()
                .all(|&(other_first, other_last)| last < other_first || other_last < first)
        })
    }

    /// Writes the set as PCRE does: a character, `.` (which then needs the option `s`), or a class.
    pub(super) fn write(&self, pattern: &mut String) {
        match self.ranges[..] {
            [(0, LAST)] => pattern.push('.'),
            [(first, last)] if first == last => write_character(pattern, first, is_special),
            _ => {
                let ends_high = self.ranges.last().is_some_and(|&(_, last)| last == LAST);
                let (start, ranges) = if ends_high {
                    ("[^", self.inverted().ranges)
                } else {
                    ("[", self.ranges.clone())
                };
                pattern.push_str(start);
                for (first, last) in ranges {
                    write_character(pattern, first, is_special_in_class);
                    if last > first {
                        if last > first + 1 {
                            pattern.push('-');
                        }
                        write_character(pattern, last, is_special_in_class);
                    }
                }
                pattern.push(']');
            }
        }
    }
}

/// Writes a character for itself.
fn write_character(pattern: &mut String, code: u32, special: fn(char) -> bool) {
    match char::from_u32(code) {
        // BSON ends a pattern at a zero byte.
        Some('\0') => pattern.push_str("\\x00"),
        Some(character) => {
            if special(character) {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        // The ends of the gap that UTF-16 leaves in the code points.
        None => pattern.push_str(&format!("\\x{{{code:x}}}")),
    }
}

/// Whether a character means something else in a pattern.
fn is_special(character: char) -> bool {
    matches!(
        character,
        '\\' | '^' | '$' | '.' | '[' | ']' | '|' | '(' | ')' | '?' | '*' | '+' | '{' | '}'
    )
}

/// Whether a character means something else between brackets.
fn is_special_in_class(character: char) -> bool {
    matches!(character, '\\' | '^' | '[' | ']' | '-')
}

/// The characters that count as part of a word.
pub(super) fn word() -> Characters {
    Characters::class("word").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(set: &Characters) -> String {
        let mut pattern = String::new();
        set.write(&mut pattern);
        pattern
    }

    #[test]
    fn written_as_short_as_pcre_allows() {
        assert_eq!(written(&Characters::one('a')), "a");
        assert_eq!(written(&Characters::one('.')), "\\.");
        assert_eq!(written(&Characters::one('\0')), "\\x00");
        assert_eq!(written(&Characters::all()), ".");
        assert_eq!(written(&word()), "[0-9A-Z_a-z]");
        assert_eq!(written(&word().inverted()), "[^0-9A-Z_a-z]");
        assert_eq!(
            written(&Characters::one('a').with(&Characters::one('b'))),
            "[ab]"
        );
        assert_eq!(
            written(&Characters::one(']').with(&Characters::one('-'))),
            "[\\-\\]]"
        );
    }

    #[test]
    fn both_cases_of_ascii_only() {
        let set = Characters::ranges(vec![('X'.into(), 'c'.into())]);
        assert_eq!(written(&set.with_both_cases()), "[A-CX-cx-z]");
        // The Kelvin sign and the long s are no letters of locale C.
        assert_eq!(written(&Characters::one('k').with_both_cases()), "[Kk]");
        assert_eq!(written(&Characters::one('é').with_both_cases()), "é");
    }

    #[test]
    fn inverted_twice_is_the_same() {
        for set in [Characters::NONE, Characters::all(), word()] {
            assert_eq!(set.inverted().inverted(), set);
        }
        assert!(word().is_apart_from(&word().inverted()));
        assert!(!word().is_apart_from(&Characters::one('_')));
    }
}
