//! The syntax of PostgreSQL's regular expressions, as far as it is taken.

use super::characters::{Characters, word};
use super::posix_quantifier::nothing_to_repeat;
use super::posix_tree::{Atom, Branch, Branches, Item, Place};
use super::{MAX_LENGTH, PatternError};
use std::iter::Peekable;
use std::str::Chars;

/// How deep groups may be nested.
const MAX_DEPTH: usize = 50;

/// A pattern that has been read.
pub(super) struct Parsed {
    pub(super) branches: Branches,
    /// Whether a quantifier takes as little as it can: `*?`.
    pub(super) is_lazy: bool,
}

/// Reads a pattern.
pub(super) fn parse(pattern: &str, ignore_case: bool) -> Result<Parsed, PatternError> {
    if pattern.len() > MAX_LENGTH {
        return Err(PatternError::new(format!(
            "the pattern is longer than {MAX_LENGTH} bytes"
        )));
    }
    if pattern.starts_with("***") {
        return Err(unsupported("the directors `***:` and `***=`"));
    }
    let mut parser = Parser {
        rest: pattern.chars().peekable(),
        ignore_case,
        is_lazy: false,
    };
    let branches = parser.branches(0)?;
    match parser.rest.next() {
        None => Ok(Parsed {
            branches,
            is_lazy: parser.is_lazy,
        }),
        Some(_) => Err(PatternError::new("a `)` without its `(`")),
    }
}

fn unsupported(what: &str) -> PatternError {
    PatternError::new(format!("{what} cannot be translated for MongoDB"))
}

pub(super) struct Parser<'a> {
    pub(super) rest: Peekable<Chars<'a>>,
    ignore_case: bool,
    pub(super) is_lazy: bool,
}

impl Parser<'_> {
    /// Up to the end or a `)` that is not ours.
    fn branches(&mut self, depth: usize) -> Result<Branches, PatternError> {
        if depth > MAX_DEPTH {
            return Err(PatternError::new(format!(
                "groups are nested more than {MAX_DEPTH} deep"
            )));
        }
        let mut branches = vec![Branch::new()];
        loop {
            match self.rest.peek() {
                None | Some(')') => return Ok(branches),
                Some('|') => {
                    self.rest.next();
                    branches.push(Branch::new());
                }
                Some(_) => {
                    let atom = self.atom(depth)?;
                    let (least, most) = self.quantifier(&atom)?;
                    if let Some(branch) = branches.last_mut() {
                        branch.push(Item { atom, least, most });
                    }
                }
            }
        }
    }

    fn atom(&mut self, depth: usize) -> Result<Atom, PatternError> {
        let Some(character) = self.rest.next() else {
            return Err(PatternError::new("nothing where something is to match"));
        };
        match character {
            '.' => Ok(Atom::One(Characters::all())),
            '^' => Ok(Atom::Place(Place::Start)),
            '$' => Ok(Atom::Place(Place::End)),
            '[' => self.bracket().map(Atom::One),
            '(' => self.group(depth),
            '\\' => self.escape(),
            '*' | '+' | '?' => Err(nothing_to_repeat(character)),
            '{' if self.rest.peek().is_some_and(char::is_ascii_digit) => {
                Err(nothing_to_repeat(character))
            }
            _ => Ok(Atom::One(self.literal(character))),
        }
    }

    fn literal(&self, character: char) -> Characters {
        self.folded(Characters::one(character))
    }

    fn folded(&self, set: Characters) -> Characters {
        if self.ignore_case {
            set.with_both_cases()
        } else {
            set
        }
    }

    /// After `(`.
    fn group(&mut self, depth: usize) -> Result<Atom, PatternError> {
        let mut ahead = None;
        let mut captures = true;
        if self.rest.next_if_eq(&'?').is_some() {
            match self.rest.next() {
                Some(':') => captures = false,
                Some('=') => ahead = Some(false),
                Some('!') => ahead = Some(true),
                Some('<') => return Err(unsupported("a look behind, `(?<=` or `(?<!`,")),
                _ => return Err(unsupported("an option inside a pattern, such as `(?i)`,")),
            }
        }
        let branches = self.branches(depth + 1)?;
        if self.rest.next_if_eq(&')').is_none() {
            return Err(PatternError::new("a `(` without its `)`"));
        }
        Ok(match ahead {
            None => Atom::Group { branches, captures },
            Some(negative) => Atom::Place(Place::Ahead { branches, negative }),
        })
    }

    /// After `\`, outside of brackets.
    fn escape(&mut self) -> Result<Atom, PatternError> {
        let place = match self.rest.peek() {
            Some('A') => Place::Start,
            Some('Z') => Place::End,
            Some('m') => Place::WordStart,
            Some('M') => Place::WordEnd,
            Some('y') => Place::WordEdge,
            Some('Y') => Place::NoWordEdge,
            _ => {
                return self
                    .escaped()
                    .map(|escaped| Atom::One(escaped.into_set(self)));
            }
        };
        self.rest.next();
        Ok(Atom::Place(place))
    }

    /// After `\`: what stands for characters, inside of brackets and outside.
    fn escaped(&mut self) -> Result<Escaped, PatternError> {
        let Some(character) = self.rest.next() else {
            return Err(PatternError::new("a `\\` at the end"));
        };
        let class = |name| Characters::class(name).unwrap_or_default();
        Ok(match character {
            'd' => Escaped::Class(class("digit")),
            'D' => Escaped::Class(class("digit").inverted()),
            's' => Escaped::Class(class("space")),
            'S' => Escaped::Class(class("space").inverted()),
            'w' => Escaped::Class(word()),
            'W' => Escaped::Class(word().inverted()),
            'a' => Escaped::One('\x07'),
            'b' => Escaped::One('\x08'),
            'B' => Escaped::One('\\'),
            'e' => Escaped::One('\x1B'),
            'f' => Escaped::One('\x0C'),
            'n' => Escaped::One('\n'),
            'r' => Escaped::One('\r'),
            't' => Escaped::One('\t'),
            'v' => Escaped::One('\x0B'),
            'u' => Escaped::One(self.code_point(4)?),
            'U' => Escaped::One(self.code_point(8)?),
            '0'..='9' => return Err(unsupported("a back reference or octal escape")),
            _ if character.is_ascii_alphanumeric() => {
                return Err(unsupported(&format!("the escape `\\{character}`")));
            }
            _ => Escaped::One(character),
        })
    }

    /// A character by its number of exactly so many hexadecimal digits.
    fn code_point(&mut self, digits: usize) -> Result<char, PatternError> {
        let mut code = 0;
        for _ in 0..digits {
            let digit = self.rest.next().and_then(|digit| digit.to_digit(16));
            code = match digit {
                Some(digit) if code <= u32::from(char::MAX) => code * 16 + digit,
                _ => return Err(PatternError::new("a `\\u` without its hexadecimal digits")),
            };
        }
        char::from_u32(code)
            .ok_or_else(|| PatternError::new(format!("no character has the number {code:#x}")))
    }

    /// After `[`.
    fn bracket(&mut self) -> Result<Characters, PatternError> {
        let negative = self.rest.next_if_eq(&'^').is_some();
        let mut ranges = Vec::new();
        let mut classes = Characters::NONE;
        let mut first = true;
        loop {
            let Some(character) = self.rest.next() else {
                return Err(PatternError::new("a `[` without its `]`"));
            };
            let start = match character {
                ']' if !first => break,
                '-' if !first && self.rest.peek() != Some(&']') => {
                    return Err(PatternError::new("a `-` between brackets that is no range"));
                }
                _ => self.bracketed(character)?,
            };
            first = false;
            match start {
                Escaped::Class(class) => classes = classes.with(&class),
                Escaped::One(start) => {
                    let end = self.range_end(start)?;
                    ranges.push((start.into(), end.into()));
                }
            }
        }
        let set = self.folded(Characters::ranges(ranges).with(&classes));
        Ok(if negative { set.inverted() } else { set })
    }

    /// The end of a range, or its start where there is no range.
    fn range_end(&mut self, start: char) -> Result<char, PatternError> {
        let mut ahead = self.rest.clone();
        if ahead.next() != Some('-') || matches!(ahead.peek(), None | Some(']')) {
            return Ok(start);
        }
        self.rest.next();
        let end = self
            .rest
            .next()
            .map(|end| self.bracketed(end))
            .transpose()?;
        match end {
            Some(Escaped::One(end)) if end >= start => Ok(end),
            _ => Err(PatternError::new("a range between brackets that is none")),
        }
    }

    /// What this character starts between brackets.
    fn bracketed(&mut self, character: char) -> Result<Escaped, PatternError> {
        match (character, self.rest.peek()) {
            ('\\', _) => self.escaped(),
            ('[', Some('.' | '=')) => Err(unsupported("a collating element, `[.` or `[=`,")),
            ('[', Some(':')) => {
                self.rest.next();
                let mut name = String::new();
                while let Some(letter) = self.rest.next_if(char::is_ascii_lowercase) {
                    name.push(letter);
                }
                let closed = self.rest.next() == Some(':') && self.rest.next() == Some(']');
                match Characters::class(&name) {
                    Some(class) if closed => Ok(Escaped::Class(class)),
                    _ => Err(unsupported("a class other than `[:alpha:]` and its kin")),
                }
            }
            _ => Ok(Escaped::One(character)),
        }
    }
}

/// What an escape stands for.
enum Escaped {
    One(char),
    Class(Characters),
}

impl Escaped {
    fn into_set(self, parser: &Parser<'_>) -> Characters {
        match self {
            Escaped::One(character) => parser.literal(character),
            Escaped::Class(class) => class,
        }
    }
}
