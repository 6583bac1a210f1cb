//! Tables that are asked for like a function.

/// What stands for a table in `FROM`, or behind `INTO`, `UPDATE` and `DELETE FROM`, and is written like a
/// call: its argument names the item of Rust that the rows belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableFunction {
    /// `GRIDFS_FILES('photos')`: the files of a bucket, to be read.
    GridFsFiles,
    /// `GRIDFS('photos')`: the files of a bucket, to be written.
    GridFs,
    /// `CHANGE_STREAM(orders)`, `CHANGE_STREAM('big_orders')`: what happens to the rows of tables.
    ChangeStream,
}

impl TableFunction {
    const ALL: [Self; 3] = [
        TableFunction::GridFsFiles,
        TableFunction::GridFs,
        TableFunction::ChangeStream,
    ];

    /// The function of this name, in any case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|function| name.eq_ignore_ascii_case(function.name()))
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            TableFunction::GridFsFiles => "GRIDFS_FILES",
            TableFunction::GridFs => "GRIDFS",
            TableFunction::ChangeStream => "CHANGE_STREAM",
        }
    }
}
