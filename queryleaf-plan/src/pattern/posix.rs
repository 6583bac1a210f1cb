//! POSIX regular expressions, as PostgreSQL's `~` and `~*` take them.

use super::characters::Characters;
use super::posix_parser::parse;
use super::posix_tree::{Atom, Branch, Branches, Item, Place};
use super::{PatternError, Regex, finish};

/// Translates a regular expression of PostgreSQL into the server's, or that of `~*` when it shall
/// `ignore_case`.
///
/// `.` and `[^a]` match newlines, `^` and `$` only the ends of the text, classes hold ASCII only,
/// and only ASCII letters have two cases. What is found does not matter, only whether.
///
/// # Errors
///
/// A pattern that PostgreSQL does not take either, or that uses what PCRE understands differently:
/// back references, look-behinds, embedded options, collating elements.
pub fn posix(pattern: &str, ignore_case: bool) -> Result<Regex, PatternError> {
    let parsed = parse(pattern, ignore_case)?;
    written(&parsed.branches, false)
}

/// The server's regular expression; `capturing` says that what its groups match is asked for.
pub(super) fn written(branches: &Branches, capturing: bool) -> Result<Regex, PatternError> {
    let mut writer = Writer {
        pattern: String::new(),
        dot_used: false,
        capturing,
    };
    let tries = writer.branches(branches, &Next::Done);
    finish(writer.pattern, writer.dot_used, tries <= MAX_TRIES)
}

/// How many ways to match may have to be tried at one place in the text: the server gives up at
/// 200,000 steps, each of which may be part of the way.
const MAX_TRIES: u64 = 1_000;

/// More ways to match than can be counted.
const ENDLESS: u64 = u64::MAX;

/// How many items that may be empty are looked past.
const MAX_LOOK_AHEAD: usize = 16;

/// What must come after a part of the pattern.
#[derive(Debug, Clone)]
enum Next {
    /// Nothing: once here, the text matches.
    Done,
    /// One of these characters; none of them where it is the end of the text.
    One(Characters),
    /// Something else.
    Unknown,
}

struct Writer {
    pattern: String,
    dot_used: bool,
    capturing: bool,
}

impl Writer {
    /// Writes the alternatives and counts the ways in which they can match.
    fn branches(&mut self, branches: &Branches, next: &Next) -> u64 {
        let mut tries = 0_u64;
        for (position, branch) in branches.iter().enumerate() {
            if position > 0 {
                self.pattern.push('|');
            }
            tries = tries.saturating_add(self.branch(branch, next));
        }
        tries
    }

    fn branch(&mut self, branch: &Branch, next: &Next) -> u64 {
        let mut tries = 1_u64;
        let mut items = &branch[..];
        while let Some((item, rest)) = items.split_first() {
            items = rest;
            if item.most != Some(0) {
                tries = tries.saturating_mul(self.item(item, &after(rest, next)));
            }
        }
        tries
    }

    fn item(&mut self, item: &Item, next: &Next) -> u64 {
        match &item.atom {
            Atom::One(set) => self.characters(set, item, next),
            Atom::Group { branches, captures } => {
                self.group(branches, *captures && self.capturing, item, next)
            }
            Atom::Place(place) => {
                self.place(place);
                1
            }
        }
    }

    /// Writes characters of a set. When what comes after cannot start with one of them, no shorter
    /// match needs to be tried, and a `+` says so.
    fn characters(&mut self, set: &Characters, item: &Item, next: &Next) -> u64 {
        if set.is_none() {
            // No character at all: PCRE has no empty class.
            self.pattern.push_str("(?!)");
        } else {
            self.dot_used |= set.is_all();
            set.write(&mut self.pattern);
        }
        self.times(item);
        match (item.most, next) {
            (Some(most), _) if most == item.least => 1,
            (_, Next::Done) => 1,
            (_, Next::One(after)) if set.is_apart_from(after) => {
                self.pattern.push('+');
                1
            }
            (Some(most), _) => u64::from(most - item.least + 1),
            (None, _) => ENDLESS,
        }
    }

    fn group(&mut self, branches: &Branches, captures: bool, item: &Item, next: &Next) -> u64 {
        let once = item.most == Some(1);
        // What comes after an item of a repeated group may be the group once more.
        let inner_next = if once { next } else { &Next::Unknown };
        if let (1, true, false, [branch]) = (item.least, once, captures, &branches[..]) {
            return self.branch(branch, inner_next);
        }
        self.pattern.push_str(if captures { "(" } else { "(?:" });
        let tries = self.branches(branches, inner_next);
        self.pattern.push(')');
        self.times(item);
        match item.most {
            None => ENDLESS,
            Some(most) => tries
                .saturating_pow(most)
                .saturating_mul(u64::from(most - item.least + 1)),
        }
    }

    fn times(&mut self, item: &Item) {
        match (item.least, item.most) {
            (1, Some(1)) => {}
            (0, Some(1)) => self.pattern.push('?'),
            (0, None) => self.pattern.push('*'),
            (1, None) => self.pattern.push('+'),
            (least, None) => self.pattern.push_str(&format!("{{{least},}}")),
            (least, Some(most)) if least == most => {
                self.pattern.push_str(&format!("{{{least}}}"));
            }
            (least, Some(most)) => self.pattern.push_str(&format!("{{{least},{most}}}")),
        }
    }

    /// Writes a place in the text, word places with the word written out: what PCRE takes for one
    /// depends on how it was built.
    fn place(&mut self, place: &Place) {
        const WORD: &str = "[0-9A-Z_a-z]";
        match place {
            Place::Start => self.pattern.push('^'),
            Place::End => self.pattern.push_str("\\z"),
            Place::WordStart => {
                self.pattern.push_str(&format!("(?<!{WORD})(?={WORD})"));
            }
            Place::WordEnd => {
                self.pattern.push_str(&format!("(?<={WORD})(?!{WORD})"));
            }
            Place::WordEdge => self
                .pattern
                .push_str(&format!("(?:(?<!{WORD})(?={WORD})|(?<={WORD})(?!{WORD}))")),
            Place::NoWordEdge => self
                .pattern
                .push_str(&format!("(?:(?<!{WORD})(?!{WORD})|(?<={WORD})(?={WORD}))")),
            Place::Ahead { branches, negative } => {
                self.pattern.push_str(if *negative { "(?!" } else { "(?=" });
                self.branches(branches, &Next::Done);
                self.pattern.push(')');
            }
        }
    }
}

/// What must come where these items start.
fn after(items: &[Item], next: &Next) -> Next {
    let mut possible = Characters::NONE;
    for (position, item) in items.iter().enumerate() {
        if position == MAX_LOOK_AHEAD {
            return Next::Unknown;
        }
        let first = match &item.atom {
            Atom::One(set) => Next::One(set.clone()),
            Atom::Group { branches, .. } => first_of(branches),
            Atom::Place(Place::End) => return Next::One(possible),
            Atom::Place(_) => return Next::Unknown,
        };
        match first {
            Next::One(first) => {
                possible = possible.with(&first);
                if item.least > 0 {
                    return Next::One(possible);
                }
            }
            Next::Done if item.most == Some(0) => {}
            Next::Done | Next::Unknown => return Next::Unknown,
        }
    }
    match next {
        Next::Done => Next::Done,
        Next::One(next) => Next::One(possible.with(next)),
        Next::Unknown => Next::Unknown,
    }
}

/// What a group must start with, if it cannot be empty.
fn first_of(branches: &Branches) -> Next {
    let mut possible = Characters::NONE;
    for branch in branches {
        match after(branch, &Next::Unknown) {
            Next::One(first) => possible = possible.with(&first),
            Next::Done | Next::Unknown => return Next::Unknown,
        }
    }
    Next::One(possible)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the shell writes it: `/pattern/options`.
    fn shown(pattern: &str, ignore_case: bool) -> String {
        let regex = posix(pattern, ignore_case).unwrap();
        format!("/{}/{}", regex.pattern, regex.options)
    }

    /// Every pair was run on PostgreSQL 15 and MongoDB 6.0 over the same texts, with equal results.
    #[test]
    fn same_texts_as_postgresql() {
        for (pattern, translated) in [
            ("", "//"),
            ("^abc", "/^abc/"),
            ("a.c$", "/a.c\\z/s"),
            ("^a|b$", "/^a|b\\z/"),
            ("a|", "/a|/"),
            ("(ab|c)d", "/(?:ab|c)d/"),
            ("(ab)c", "/abc/"),
            ("a{,2}", "/a\\{,2\\}/"),
            ("a{2,}b", "/a{2,}+b/"),
            ("a*?b", "/a*+b/"),
            ("x{0}y", "/y/"),
            ("[]a-c]", "/[\\]a-c]/"),
            ("[^[:alpha:]]", "/[^A-Za-z]/"),
            ("[\\w-]", "/[\\-0-9A-Z_a-z]/"),
            ("\\s\\S", "/[\t-\r ][^\t-\r ]/"),
            ("\\u0041\\.", "/A\\./"),
            ("\\mfoo", "/(?<![0-9A-Z_a-z])(?=[0-9A-Z_a-z])foo/"),
            ("\\Aa(?!b)\\Z", "/^a(?!b)\\z/"),
            ("é", "/é/"),
        ] {
            assert_eq!(shown(pattern, false), translated, "{pattern}");
        }
        assert_eq!(shown("k[^s]é", true), "/[Kk][^Ss]é/");
        assert_eq!(shown("[[:lower:]]", true), "/[A-Za-z]/");
    }

    #[test]
    fn says_when_the_server_could_run_out_of_steps() {
        for (pattern, exact) in [
            ("^[A-Z]+-[0-9]*$", true),
            ("^abc.*", true),
            ("a?b?c?d?", true),
            ("(ab){3}", true),
            ("a.*b", false),
            ("(a|b)*c", false),
            ("(a{0,9}){0,9}b", false),
            ("[a-z]+[a-m]", false),
            ("(a+b)?c", true),
            ("(a+|b)$", true),
        ] {
            assert_eq!(posix(pattern, false).unwrap().exact, exact, "{pattern}");
        }
    }

    #[test]
    fn refuses_what_postgresql_refuses() {
        for pattern in [
            "a**",
            "a*+",
            "*a",
            "^*",
            "(*a)",
            "(?=a)*",
            "a)",
            "(a",
            "a{2}{3}",
            "a{256}",
            "a{3,2}",
            "a{1",
            "[a-c-e]",
            "[z-a]",
            "[a-\\d]",
            "[[:foo:]]",
            "[a",
            "[]",
            "\\q",
            "a\\",
            "x*??",
            "\\u12",
        ] {
            assert!(posix(pattern, false).is_err(), "{pattern}");
        }
    }

    #[test]
    fn refuses_what_pcre_understands_differently() {
        for pattern in [
            "(a)\\1", "(?<=a)b", "(?i)a", "***=a", "[[.a.]]", "[[=a=]]", "[[:<:]]a", "\\x41",
            "\\cA", "(?#a)",
        ] {
            let error = posix(pattern, false).unwrap_err();
            assert!(error.reason.contains("cannot be translated"), "{error}");
        }
    }

    #[test]
    fn any_text_is_answered() {
        let alphabet = [
            'a', '(', ')', '[', ']', '{', '}', '1', ',', '\\', '*', '^', '|', '?', ':',
        ];
        let mut state = 1_u64;
        for _ in 0..20_000 {
            let mut pattern = String::new();
            for _ in 0..state % 12 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                pattern.push(alphabet[(state >> 33) as usize % alphabet.len()]);
            }
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let _ = posix(&pattern, true);
        }
        assert!(posix(&"(".repeat(30_000), false).is_err());
        assert!(posix(&"a?".repeat(10_000), false).is_ok());
    }
}
