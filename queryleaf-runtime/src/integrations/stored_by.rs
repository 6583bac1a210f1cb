//! By what the derives know the serde modules of QueryLeaf from others of the same name.

/// The mark of every other module.
#[derive(Debug)]
pub struct OtherModule;

/// What a module has to be that has the name of one of QueryLeaf's.
#[diagnostic::on_unimplemented(
    message = "this module has the name of one of QueryLeaf's, which stores `{S}`, and is another",
    label = "what it stores is not known",
    note = "write the whole path, as in `queryleaf::chrono::as_timestamp`, or say what a module of \
            your own stores with `#[leaf(as = \"..\")]`"
)]
pub trait IsStoredBy<S> {}

/// Asserts that a module stores values as the SQL type `S`.
pub const fn is_stored_by<S, M: IsStoredBy<S>>(_: &M) {}

/// The mark that a name leads to where the module has none of its own.
#[doc(hidden)]
pub mod other_module {
    /// See `OtherModule`.
    pub const STORED_BY: super::OtherModule = super::OtherModule;
}
