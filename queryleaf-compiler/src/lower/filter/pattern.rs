//! `field LIKE pattern` and `field ~ pattern`.

use super::super::Scope;
use crate::plan::Expression;
use queryleaf_plan::Template;

pub(super) fn filter(condition: &Expression, wanted: bool, scope: &Scope) -> Option<Template> {
    let _ = (condition, wanted, scope);
    None
}
