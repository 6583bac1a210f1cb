//! `LIKE` and regular expressions.

use super::super::Scope;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Expression;
use queryleaf_plan::Template;

pub(super) fn truth(condition: &Expression, wanted: bool, scope: &Scope) -> Template {
    let _ = wanted;
    scope.refuse(Diagnostic::error(
        Code::Unsupported,
        condition.span,
        "patterns",
    ));
    Template::from(false)
}

pub(super) fn three_valued(condition: &Expression, positive: bool, scope: &Scope) -> Template {
    truth(condition, positive, scope)
}
