//! `COLLATE`.

use super::Analyzer;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::Expression;
use crate::types::Type;
use sqlparser::ast::{Expr, ObjectName};

/// The collations that compare by code points.
const BY_CODE_POINTS: [&str; 3] = ["C", "POSIX", "ucs_basic"];

impl Analyzer<'_> {
    /// `text COLLATE "C"`, which is how texts compare anyway. A command has one collation, so that no other
    /// can be given to one expression.
    pub(super) fn collated(
        &mut self,
        text: &Expr,
        collation: &ObjectName,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let name = match &collation.0[..] {
            [part] => part.as_ident().map(|name| name.value.as_str()),
            _ => None,
        };
        let declared = self
            .tables
            .iter()
            .any(|table| table.collection.options.collation.is_some());
        if declared || !name.is_some_and(|name| BY_CODE_POINTS.contains(&name)) {
            let error = Diagnostic::error(Code::Unsupported, span, "`COLLATE` is not supported")
                .note("a command of the server compares all texts by one collation");
            return Err(Box::new(if declared {
                error.help("leave it out: the collection declares how its texts compare")
            } else {
                error.help(
                    "declare `collation(..)` for the collection; texts compare by code points otherwise, \
                     which is `COLLATE \"C\"`",
                )
            }));
        }
        let value = self.expression(text, scope, span)?;
        match value.ty {
            Type::Text | Type::Unknown | Type::Enum(_) => self.coerce(value, &Type::Text),
            ref other => {
                let message = format!("`COLLATE` wants text, found `{other}`");
                Err(Box::new(
                    Diagnostic::error(Code::TypeMismatch, value.span, message)
                        .label(format!("this is of type `{other}`")),
                ))
            }
        }
    }
}
