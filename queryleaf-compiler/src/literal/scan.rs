//! Reading a text from left to right.

/// What is left of a text.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    /// The whole of a text without the space around it.
    pub(super) fn new(text: &'a str) -> Self {
        Scanner {
            rest: text.trim_matches(is_space),
        }
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next character, which stays.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes one of these characters.
    pub(super) fn take(&mut self, one_of: &[char]) -> Option<char> {
        let next = self.peek().filter(|next| one_of.contains(next))?;
        self.rest = self.rest.get(next.len_utf8()..)?;
        Some(next)
    }

    /// Takes white space; says whether there was some.
    pub(super) fn space(&mut self) -> bool {
        !self.run(is_space).is_empty()
    }

    /// Takes the digits that come next; there may be none.
    pub(super) fn digits(&mut self) -> &'a str {
        self.run(|next| next.is_ascii_digit())
    }

    /// Takes the letters that come next; there may be none.
    pub(super) fn letters(&mut self) -> &'a str {
        self.run(|next| next.is_ascii_alphabetic())
    }

    fn run(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self
            .rest
            .find(|next| !belongs(next))
            .unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at(end);
        self.rest = rest;
        run
    }
}

/// PostgreSQL's white space in dates.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// The number that a few digits write.
pub(super) fn number(digits: &str) -> Option<i64> {
    digits.parse().ok()
}
