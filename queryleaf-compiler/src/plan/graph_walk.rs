//! Walks from document to document, as `WITH RECURSIVE` describes them.

use super::{ColumnId, Expression};

/// A walk through one collection: from a value to the documents that have it in the field `to`, from
/// the value of their field `from` to further ones, and so on.
#[derive(Debug, Clone, PartialEq)]
pub struct Walk {
    /// The table whose documents are reached.
    pub table: usize,
    /// The document that is reached; `NULL` in the row where the walk begins.
    pub document: ColumnId,
    /// How many steps lie before it, counted from 0; `NULL` where the walk begins.
    pub depth: ColumnId,
    /// The value with which the walk begins.
    pub start: Expression,
    /// The field that leads from a document to the next ones.
    pub from: Vec<String>,
    /// The field by which a document is found.
    pub to: Vec<String>,
    /// Whether that field may be `NULL`, which is never found.
    pub to_nullable: bool,
    /// What else is asked of the documents: constants and their own fields only.
    pub filter: Option<Expression>,
    /// The depth beyond which the walk does not go; negative where it does not even begin.
    pub maximum: Option<i64>,
    /// Which walks come back to where they have been; `None` where that makes no difference.
    pub shape: Option<WalkShape>,
}

/// How a walk can come back to where it has been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalkShape {
    /// `from` is `_id`, so that each document is reached from one place: a tree, downwards. Only the
    /// value with which the walk began can be met again.
    Down,
    /// `to` is `_id`, so that each value leads to one document at the most: a chain, upwards. Its last
    /// document can lead back to any of them.
    Up,
}

impl Walk {
    /// Calls `visit` on each expression.
    pub fn for_each_part<'a>(&'a self, visit: &mut impl FnMut(&'a Expression)) {
        visit(&self.start);
        self.filter.iter().for_each(visit);
    }

    /// Replaces each expression by what `change` makes of it.
    ///
    /// # Errors
    ///
    /// The first error of `change`.
    pub fn try_map<E>(
        self,
        change: &mut impl FnMut(Expression) -> Result<Expression, E>,
    ) -> Result<Walk, E> {
        Ok(Walk {
            start: change(self.start)?,
            filter: self.filter.map(change).transpose()?,
            ..self
        })
    }
}
