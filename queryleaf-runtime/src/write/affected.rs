//! How many documents a statement wrote.

use std::ops::AddAssign;

/// How many documents a statement wrote, of each kind.
///
/// A number is `None` where the server does not tell it: an `INSERT .. SELECT`, or an `UPDATE` with
/// a join, that runs on the server alone ends in `$merge`, which reports nothing. It is never an
/// estimate.
///
/// ```
/// use queryleaf_runtime::Affected;
///
/// # fn report(affected: Affected) {
/// match affected.rows_affected() {
///     Some(rows) => println!("{rows} rows, {} of them new", affected.inserted.unwrap_or(0)),
///     None => println!("done; the server does not tell how many rows"),
/// }
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Affected {
    /// Documents that were stored new, those of an `ON CONFLICT .. DO UPDATE` included.
    pub inserted: Option<u64>,
    /// Documents that an update or an `ON CONFLICT .. DO UPDATE` was about.
    pub matched: Option<u64>,
    /// Those of them that it really changed: not the ones that had the new values already.
    pub modified: Option<u64>,
    /// Documents that were deleted.
    pub deleted: Option<u64>,
    /// Rows that an `ON CONFLICT .. DO NOTHING` passed over.
    pub skipped: Option<u64>,
}

impl Affected {
    /// Nothing at all.
    pub const NOTHING: Affected = Affected {
        inserted: Some(0),
        matched: Some(0),
        modified: Some(0),
        deleted: Some(0),
        skipped: Some(0),
    };

    /// Some documents, nobody knows how many, were changed.
    pub(crate) const UPDATED_UNKNOWN: Affected = Affected {
        matched: None,
        modified: None,
        ..Affected::NOTHING
    };

    /// Some documents, nobody knows how many, were stored.
    pub(crate) const INSERTED_UNKNOWN: Affected = Affected {
        inserted: None,
        ..Affected::NOTHING
    };

    /// Some documents, nobody knows how many, were deleted.
    pub(crate) const DELETED_UNKNOWN: Affected = Affected {
        deleted: None,
        ..Affected::NOTHING
    };

    /// What SQL calls the number of affected rows: those that were inserted, that an update was
    /// about, or that were deleted.
    ///
    /// `None` where the server does not tell.
    pub fn rows_affected(&self) -> Option<u64> {
        Some(self.inserted? + self.matched? + self.deleted?)
    }

    pub(crate) fn inserted(count: u64) -> Self {
        Affected {
            inserted: Some(count),
            ..Affected::NOTHING
        }
    }

    pub(crate) fn updated(matched: u64, modified: u64) -> Self {
        Affected {
            matched: Some(matched),
            modified: Some(modified),
            ..Affected::NOTHING
        }
    }

    pub(crate) fn deleted(count: u64) -> Self {
        Affected {
            deleted: Some(count),
            ..Affected::NOTHING
        }
    }
}

/// Both together; what one does not know, the sum does not.
impl AddAssign for Affected {
    fn add_assign(&mut self, other: Affected) {
        let sum = |a: Option<u64>, b: Option<u64>| Some(a? + b?);
        *self = Affected {
            inserted: sum(self.inserted, other.inserted),
            matched: sum(self.matched, other.matched),
            modified: sum(self.modified, other.modified),
            deleted: sum(self.deleted, other.deleted),
            skipped: sum(self.skipped, other.skipped),
        };
    }
}
