//! Functions on the events of change streams. They have no names: the analysis makes their calls.

mod lower;

pub(super) use lower::lower;
pub(crate) use lower::{is_pattern, names_of};

/// The functions of this family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeFunction {
    /// The names of the changed fields, from what happened, the description of an update, the
    /// document, and the names that a replacement may have removed.
    ChangedFields,
    /// Whether one of the names of changed fields, or of the keys of a document, is one of these, or
    /// matches one of them that begins with `^`.
    Tells,
    /// A document of an event with the name of its collection, if it is there.
    NamedDocument,
}
