//! Which of the files of one name is meant.

use std::fmt;

/// Which of the files of one name is meant, in the order in which they were uploaded.
///
/// ```
/// use queryleaf::gridfs::Revision;
///
/// assert_eq!(Revision::default(), Revision::NEWEST);
/// assert_eq!(Revision::from(-2).to_string(), "-2"); // the one before the newest
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Revision(i32);

impl Revision {
    /// The one that was uploaded first.
    pub const ORIGINAL: Revision = Revision(0);

    /// The one that was uploaded last.
    pub const NEWEST: Revision = Revision(-1);

    /// The direction in which to sort by the date of upload, and how many to pass over then.
    pub(crate) fn sort_and_skip(self) -> (i32, u64) {
        match u64::try_from(self.0) {
            Ok(skip) => (1, skip),
            Err(_) => (-1, u64::from(self.0.unsigned_abs()) - 1),
        }
    }
}

/// As the GridFS specification counts: 0 is the original, 1 the first revision; -1 is the newest, -2
/// the one before.
impl From<i32> for Revision {
    fn from(number: i32) -> Self {
        Revision(number)
    }
}

/// The newest.
impl Default for Revision {
    fn default() -> Self {
        Revision::NEWEST
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_counted_from_both_ends() {
        let order = |number: i32| Revision::from(number).sort_and_skip();
        assert_eq!(order(0), (1, 0));
        assert_eq!(order(7), (1, 7));
        assert_eq!(order(i32::MAX), (1, 2_147_483_647));
        assert_eq!(order(-1), (-1, 0));
        assert_eq!(order(-3), (-1, 2));
        assert_eq!(order(i32::MIN), (-1, 2_147_483_647));
    }
}
