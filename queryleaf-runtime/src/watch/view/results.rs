//! The rows of a live query at one time.

use crate::watch::ClusterTime;
use std::ops::Deref;

/// The rows of a [`LiveQuery`](super::LiveQuery) at one time, in its order.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultSet<R> {
    pub(super) rows: Vec<R>,
    /// Whether each row is final.
    pub(super) finals: Vec<bool>,
    pub(super) events: u64,
    pub(super) complete_to: Option<ClusterTime>,
}

impl<R> ResultSet<R> {
    /// The rows.
    pub fn rows(&self) -> &[R] {
        &self.rows
    }

    /// The rows, to keep.
    pub fn into_rows(self) -> Vec<R> {
        self.rows
    }

    /// How many events had been kept when the query was run, since the first one.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Up to which time every event is in the results, those of that time among them.
    pub fn complete_to(&self) -> Option<ClusterTime> {
        self.complete_to
    }

    /// The rows that no event will change: those of windows that have ended so long ago that what still
    /// comes for them is too late, and of which nothing is forgotten yet.
    ///
    /// Only a view with a `lateness` has such rows.
    pub fn final_rows(&self) -> impl Iterator<Item = &R> {
        let rows = self.rows.iter().zip(&self.finals);
        rows.filter(|(_, is_final)| **is_final).map(|(row, _)| row)
    }
}

impl<R> Deref for ResultSet<R> {
    type Target = [R];

    fn deref(&self) -> &[R] {
        &self.rows
    }
}

impl<R> IntoIterator for ResultSet<R> {
    type Item = R;
    type IntoIter = std::vec::IntoIter<R>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.into_iter()
    }
}

impl<'a, R> IntoIterator for &'a ResultSet<R> {
    type Item = &'a R;
    type IntoIter = std::slice::Iter<'a, R>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}
