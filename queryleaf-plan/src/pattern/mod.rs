//! SQL text patterns in the server's terms.
//!
//! The server matches with PCRE, which gives up after a number of steps; a query-language `$regex`
//! then silently does not match, while `$regexMatch` in an expression fails. So the expressions
//! written here go over a text once, without trying again, wherever the pattern allows it, and
//! [`Regex::exact`] says whether it did.

mod characters;
mod finder;
mod like;
mod posix;
mod posix_parser;
mod posix_quantifier;
mod posix_tree;

pub use finder::{Finder, finder};
pub use like::{Like, like};
pub use posix::posix;

use std::fmt;

/// A regular expression as the server understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regex {
    /// The pattern in PCRE syntax.
    pub pattern: String,
    /// Its options: `s` where a `.` must match a newline too.
    pub options: &'static str,
    /// Whether the server cannot run out of steps on a text that matches. Where it can, the pattern
    /// belongs into a `$regexMatch`, which fails instead of answering wrongly.
    pub exact: bool,
}

impl Regex {
    /// The pattern with its options inside, for `$regexMatch`.
    pub fn text(&self) -> String {
        if self.options.is_empty() {
            self.pattern.clone()
        } else {
            format!("(?{}){}", self.options, self.pattern)
        }
    }
}

/// What is wrong with a pattern, or what QueryLeaf does not have of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// Lower case, names in back-ticks, no full stop.
    pub reason: String,
}

impl PatternError {
    fn new(reason: impl Into<String>) -> Self {
        PatternError {
            reason: reason.into(),
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for PatternError {}

/// The most bytes of a pattern that the server accepts.
const MAX_LENGTH: usize = 32_000;

/// A finished regular expression, if it is not too long.
fn finish(pattern: String, dot_used: bool, exact: bool) -> Result<Regex, PatternError> {
    if pattern.len() > MAX_LENGTH {
        return Err(PatternError::new(format!(
            "the pattern is too long: the server takes {MAX_LENGTH} bytes"
        )));
    }
    Ok(Regex {
        pattern,
        options: if dot_used { "s" } else { "" },
        exact,
    })
}
