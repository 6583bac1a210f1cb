//! A compiled query, as `sql!` places it in the binary.

use queryleaf_plan::Generated;

/// A compiled query without the values of its parameters: constant data.
#[derive(Debug)]
pub struct Plan {
    pub(crate) sql: &'static str,
    pub(crate) collection: &'static str,
    pub(crate) template: &'static [u8],
    pub(crate) parameters: &'static [&'static str],
    pub(crate) generated: &'static [Generated],
    pub(crate) columns: &'static [&'static str],
    pub(crate) paths: &'static [&'static [&'static str]],
}

impl Plan {
    /// A plan.
    ///
    /// `template` is what [`queryleaf_plan::encode`] wrote; `parameters` are the names of the
    /// parameters, `columns` those of the columns, and `paths` where the columns are in a result
    /// document.
    pub const fn new(
        sql: &'static str,
        collection: &'static str,
        template: &'static [u8],
        parameters: &'static [&'static str],
        columns: &'static [&'static str],
        paths: &'static [&'static [&'static str]],
    ) -> Self {
        Plan {
            sql,
            collection,
            template,
            parameters,
            generated: &[],
            columns,
            paths,
        }
    }

    /// The plan with values that the client makes, numbered after the parameters.
    pub const fn generating(self, generated: &'static [Generated]) -> Self {
        Plan { generated, ..self }
    }

    /// The names of the columns.
    pub const fn columns(&self) -> &'static [&'static str] {
        self.columns
    }
}
