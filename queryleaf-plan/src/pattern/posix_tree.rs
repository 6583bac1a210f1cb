//! What a regular expression consists of.

use super::characters::Characters;

/// Alternatives: one of the branches matches.
pub(super) type Branches = Vec<Branch>;

/// Items one after the other.
pub(super) type Branch = Vec<Item>;

/// Something that matches a number of times.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) atom: Atom,
    pub(super) least: u32,
    /// `None` is any number.
    pub(super) most: Option<u32>,
}

/// What matches once.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Atom {
    /// One character of these.
    One(Characters),
    /// `(..)`, or `(?:..)` which does not capture what it matches.
    Group { branches: Branches, captures: bool },
    /// Nothing, at a certain place.
    Place(Place),
}

/// A place in the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    /// `^`, `\A`.
    Start,
    /// `$`, `\Z`.
    End,
    /// `\m`.
    WordStart,
    /// `\M`.
    WordEnd,
    /// `\y`.
    WordEdge,
    /// `\Y`.
    NoWordEdge,
    /// `(?=..)`, or `(?!..)` when negative.
    Ahead { branches: Branches, negative: bool },
}
