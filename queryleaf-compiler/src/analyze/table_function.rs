//! Tables that are asked for like a function: the files of a bucket, the changes of tables.

use super::Analyzer;
use super::scope::Scope;
use crate::diagnostic::{Result, Span};
use crate::plan::Relation;
use crate::syntax::TableFunction;
use sqlparser::ast::{ObjectName, TableAlias, TableFunctionArgs};

impl Analyzer<'_> {
    /// The rows of a call in `FROM`.
    pub(super) fn table_function(
        &mut self,
        name: &ObjectName,
        arguments: &TableFunctionArgs,
        alias: Option<&TableAlias>,
        span: Span,
    ) -> Result<(Relation, Scope)> {
        let called = match &name.0[..] {
            [part] => part.as_ident().map(|ident| ident.value.as_str()),
            _ => None,
        };
        match called.and_then(TableFunction::named) {
            Some(TableFunction::GridFsFiles) => self.unsupported(span, "the files of a bucket"),
            Some(TableFunction::GridFs) => self.unsupported(span, "`GRIDFS` where rows are read"),
            Some(TableFunction::ChangeStream) => self.change_stream(arguments, alias, span),
            None => self.unsupported(span, format!("the table function `{name}`")),
        }
    }
}
