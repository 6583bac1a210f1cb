//! Regular expressions of which it matters what they find.
//!
//! PostgreSQL takes the longest of the matches that begin first, the server's PCRE the one that it
//! comes to first. The two are the same where at each place in the text there is one way to go on:
//! what may be repeated, or left out, cannot be confused with what follows. Only the last such part
//! may: PCRE takes as much for it as it can, and all after it has one length.

use super::characters::Characters;
use super::posix::written;
use super::posix_parser::parse;
use super::posix_tree::{Atom, Branch, Branches, Item, Place};
use super::{PatternError, Regex};

/// A regular expression that finds the same as PostgreSQL's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finder {
    /// The expression; its groups capture.
    pub regex: Regex,
    /// How many groups capture something.
    pub groups: usize,
}

/// Translates a regular expression of PostgreSQL, as [`posix`](super::posix) does, for functions that
/// ask what it finds.
///
/// # Errors
///
/// Those of [`posix`](super::posix), and a pattern that may find something else on the server, or
/// nothing at all.
///
/// ```
/// let finder = queryleaf_plan::pattern::finder("([a-z]+)@[a-z.]+", false)?;
/// assert_eq!(finder.groups, 1);
/// // PostgreSQL finds `ab` in `ab`, PCRE `a`.
/// assert!(queryleaf_plan::pattern::finder("a|ab", false).is_err());
/// # Ok::<(), queryleaf_plan::pattern::PatternError>(())
/// ```
pub fn finder(pattern: &str, ignore_case: bool) -> Result<Finder, PatternError> {
    let parsed = parse(pattern, ignore_case)?;
    if parsed.is_lazy {
        return Err(differs("a quantifier such as `*?`"));
    }
    let groups = of_branches(&parsed.branches, &Characters::NONE, true)?;
    if parsed.branches.iter().any(|branch| may_be_empty(branch)) {
        return Err(PatternError::new(
            "a pattern that may find an empty text cannot be translated for MongoDB",
        ));
    }
    Ok(Finder {
        regex: written(&parsed.branches, true)?,
        groups,
    })
}

fn differs(what: &str) -> PatternError {
    PatternError::new(format!("{what} may find something else in MongoDB"))
}

/// Checks alternatives, and counts the groups that capture. `next` is what may begin what follows;
/// `is_last` says that what follows has one length.
fn of_branches(
    branches: &Branches,
    next: &Characters,
    is_last: bool,
) -> Result<usize, PatternError> {
    if branches.len() > 1 && !is_one_at_most(branches) {
        return Err(differs("`|` between parts that may begin alike"));
    }
    branches.iter().try_fold(0, |groups, branch| {
        Ok(groups + of_branch(branch, next, is_last)?)
    })
}

/// Whether at most one of the alternatives can match, or all are of one length.
fn is_one_at_most(branches: &Branches) -> bool {
    let mut lengths = branches.iter().map(|branch| length(branch));
    let first = lengths.next().flatten();
    if first.is_some() && lengths.all(|length| length == first) {
        return true;
    }
    let mut seen = Characters::NONE;
    branches.iter().all(|branch| {
        let first = first_of(branch, &Characters::NONE);
        let is_apart = !may_be_empty(branch) && first.is_apart_from(&seen);
        seen = std::mem::take(&mut seen).with(&first);
        is_apart
    })
}

fn of_branch(branch: &Branch, next: &Characters, is_last: bool) -> Result<usize, PatternError> {
    let mut groups = 0;
    let mut items = &branch[..];
    while let Some((item, rest)) = items.split_first() {
        items = rest;
        let next = first_of(rest, next);
        let is_last = is_last && length(rest).is_some();
        groups += of_item(item, &next, is_last)?;
    }
    Ok(groups)
}

fn of_item(item: &Item, next: &Characters, is_last: bool) -> Result<usize, PatternError> {
    let varies = item.most != Some(item.least);
    match &item.atom {
        Atom::One(set) if varies && !is_last && !set.is_apart_from(next) => {
            Err(differs("a quantifier whose characters may also follow it"))
        }
        Atom::One(_) | Atom::Place(_) => Ok(0),
        Atom::Group { branches, captures } => {
            let repeats = item.most.is_none_or(|most| most > 1);
            let own = usize::from(*captures);
            if !varies && !repeats {
                return Ok(own + of_branches(branches, next, is_last)?);
            }
            if branches.iter().any(|branch| may_be_empty(branch)) {
                return Err(differs("a quantifier behind a group that may be empty"));
            }
            let first = first_of_any(branches);
            if varies && !first.is_apart_from(next) {
                return Err(differs("a group that may be what follows it"));
            }
            if !repeats {
                return Ok(own + of_branches(branches, next, is_last)?);
            }
            // Behind the group it may come once more.
            match own + of_branches(branches, &first.with(next), false)? {
                0 => Ok(0),
                _ => Err(differs("a group that is repeated and captures")),
            }
        }
    }
}

/// What these items may begin with, or what follows them where they may be empty.
fn first_of(items: &[Item], next: &Characters) -> Characters {
    let mut first = Characters::NONE;
    for item in items {
        match &item.atom {
            _ if item.most == Some(0) => {}
            Atom::One(set) => first = first.with(set),
            Atom::Group { branches, .. } => first = first.with(&first_of_any(branches)),
            Atom::Place(Place::End) => return first,
            Atom::Place(_) => {}
        }
        if !may_be_empty(std::slice::from_ref(item)) {
            return first;
        }
    }
    first.with(next)
}

fn first_of_any(branches: &Branches) -> Characters {
    branches.iter().fold(Characters::NONE, |first, branch| {
        first.with(&first_of(branch, &Characters::NONE))
    })
}

/// How many characters these items match, if that is always the same.
fn length(items: &[Item]) -> Option<u32> {
    items.iter().try_fold(0_u32, |sum, item| {
        let times = match item.most {
            Some(most) if most == item.least => most,
            _ => return None,
        };
        let once = match &item.atom {
            Atom::One(_) => 1,
            Atom::Place(_) => 0,
            Atom::Group { branches, .. } => {
                let mut lengths = branches.iter().map(|branch| length(branch));
                let first = lengths.next()??;
                lengths
                    .all(|length| length == Some(first))
                    .then_some(first)?
            }
        };
        sum.checked_add(once.checked_mul(times)?)
    })
}

fn may_be_empty(items: &[Item]) -> bool {
    items.iter().all(|item| {
        item.least == 0
            || match &item.atom {
                Atom::One(_) => false,
                Atom::Place(_) => true,
                Atom::Group { branches, .. } => branches.iter().any(|branch| may_be_empty(branch)),
            }
    })
}

#[cfg(test)]
mod tests {
    use super::finder;

    #[test]
    fn what_finds_the_same() {
        for (pattern, groups) in [
            ("[0-9]+", 0),
            (r"(\w+)@(\w+)\.com", 2),
            (",\\s*", 0),
            ("cat|dog", 0),
            ("(cat|car)s", 1),
            ("a.*b", 0),
            ("^(a+)(?:,b)*$", 1),
            ("x(yz)?", 1),
            ("(?:ab|cd)+", 0),
            (r"\d+(?:\.\d+)?", 0),
            (r"(?:a+|b)c*", 0),
            ("\\d{2,4}", 0),
        ] {
            assert_eq!(
                finder(pattern, false).map(|finder| finder.groups),
                Ok(groups),
                "{pattern}"
            );
        }
    }

    #[test]
    fn what_may_find_something_else() {
        for pattern in [
            "a|ab",
            "a*",
            "(a|ab)(c|bcd)",
            "a?(ab)?",
            "a*?b",
            "(a)+",
            "x*y*|z",
            ".*a.*b",
            r"\d+\.?\d*",
            "(?:a*)*b",
            "^",
        ] {
            assert!(finder(pattern, false).is_err(), "{pattern}");
        }
    }
}
