//! Which bytes of a file are meant.

use super::head::Head;
use super::store::Store;
use crate::error::{FileError, Result};
use std::ops::{Bound, Range, RangeBounds};

/// A range of bytes: the positions of the first and of the last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByteRange {
    pub(crate) from: i64,
    /// The end of the file, where there is none.
    pub(crate) to: Option<i64>,
}

impl ByteRange {
    pub(crate) const ALL: ByteRange = ByteRange { from: 0, to: None };

    pub(crate) fn of(range: &impl RangeBounds<u64>) -> Self {
        let position = |position: u64| i64::try_from(position).unwrap_or(i64::MAX);
        ByteRange {
            from: match range.start_bound() {
                Bound::Included(&first) => position(first),
                Bound::Excluded(&before) => position(before.saturating_add(1)),
                Bound::Unbounded => 0,
            },
            to: match range.end_bound() {
                Bound::Included(&last) => Some(position(last)),
                Bound::Excluded(&end) => Some(position(end) - 1),
                Bound::Unbounded => None,
            },
        }
    }

    /// The bytes of a file that it means: those from the first position on, before the second. It begins
    /// within the file or at its end, and does not end before it begins.
    pub(super) fn within(self, store: &Store, head: &Head) -> Result<Range<u64>> {
        let start = u64::try_from(self.from).ok();
        let start = start.filter(|&start| start <= head.length);
        let end = match self.to {
            // The one before the first position ends an empty range.
            Some(to) => u64::try_from(to.saturating_add(1)).ok(),
            None => Some(head.length),
        };
        match (start, end) {
            (Some(start), Some(end)) if start <= end => Ok(start..end.min(head.length)),
            _ => Err(store.error(FileError::Range {
                file: head.file.clone(),
                from: self.from,
                to: self.to,
                length: Some(head.length),
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds() {
        let of = |range: ByteRange| (range.from, range.to);
        assert_eq!(of(ByteRange::of(&..)), (0, None));
        assert_eq!(of(ByteRange::of(&(5..))), (5, None));
        assert_eq!(of(ByteRange::of(&(5..7))), (5, Some(6)));
        assert_eq!(of(ByteRange::of(&(5..=7))), (5, Some(7)));
        assert_eq!(of(ByteRange::of(&(0..0))), (0, Some(-1)));
        let last = (0, Some(i64::MAX));
        assert_eq!(of(ByteRange::of(&(0..=u64::MAX))), last);
        let excluded = (Bound::Excluded(4), Bound::Unbounded);
        assert_eq!(of(ByteRange::of(&excluded)), (5, None));
    }
}
