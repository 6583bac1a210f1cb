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
    /// The function of this name, in any case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [
            ("gridfs_files", TableFunction::GridFsFiles),
            ("gridfs", TableFunction::GridFs),
            ("change_stream", TableFunction::ChangeStream),
        ]
        .into_iter()
        .find(|(known, _)| name.eq_ignore_ascii_case(known))
        .map(|(_, function)| function)
    }
}
