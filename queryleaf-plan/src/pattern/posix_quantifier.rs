//! How often a part of a regular expression matches: `*`, `+`, `?` and `{m,n}`.

use super::PatternError;
use super::posix_parser::Parser;
use super::posix_tree::Atom;

/// PostgreSQL's limit for `{m,n}`.
const MAX_REPEAT: u32 = 255;

impl Parser<'_> {
    /// How often an atom matches. What follows decides it, if it may be repeated.
    pub(super) fn quantifier(&mut self, atom: &Atom) -> Result<(u32, Option<u32>), PatternError> {
        let times = match self.rest.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                let mut ahead = self.rest.clone();
                ahead.next();
                if !ahead.peek().is_some_and(char::is_ascii_digit) {
                    return Ok((1, Some(1)));
                }
                self.rest.next();
                return self.bounds(atom);
            }
            _ => return Ok((1, Some(1))),
        };
        let character = self.rest.next().unwrap_or_default();
        self.after_quantifier(atom, character)?;
        Ok(times)
    }

    /// After `{`, up to and with `}`.
    fn bounds(&mut self, atom: &Atom) -> Result<(u32, Option<u32>), PatternError> {
        let least = self.number()?;
        let most = if self.rest.next_if_eq(&',').is_none() {
            Some(least)
        } else if self.rest.peek() == Some(&'}') {
            None
        } else {
            Some(self.number()?)
        };
        if self.rest.next() != Some('}') || most.is_some_and(|most| most < least) {
            return Err(PatternError::new("a `{` without a valid count"));
        }
        self.after_quantifier(atom, '{')?;
        Ok((least, most))
    }

    fn number(&mut self) -> Result<u32, PatternError> {
        let mut number: Option<u32> = None;
        while let Some(digit) = self.rest.peek().and_then(|digit| digit.to_digit(10)) {
            self.rest.next();
            let value = number.unwrap_or(0) * 10 + digit;
            if value > MAX_REPEAT {
                return Err(PatternError::new(format!(
                    "a count of more than {MAX_REPEAT}"
                )));
            }
            number = Some(value);
        }
        number.ok_or_else(|| PatternError::new("a `{` without a valid count"))
    }

    /// A quantifier may be followed by `?`, which changes what is matched but not whether, and by
    /// no other quantifier; a place in the text cannot be repeated.
    fn after_quantifier(&mut self, atom: &Atom, quantifier: char) -> Result<(), PatternError> {
        if matches!(atom, Atom::Place(_)) {
            return Err(nothing_to_repeat(quantifier));
        }
        self.is_lazy |= self.rest.next_if_eq(&'?').is_some();
        match self.rest.peek() {
            Some(&next @ ('*' | '+' | '?')) => Err(nothing_to_repeat(next)),
            Some('{') => {
                let mut ahead = self.rest.clone();
                ahead.next();
                match ahead.peek() {
                    Some(digit) if digit.is_ascii_digit() => Err(nothing_to_repeat('{')),
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

pub(super) fn nothing_to_repeat(quantifier: char) -> PatternError {
    PatternError::new(format!(
        "a `{quantifier}` that follows nothing it can repeat"
    ))
}
