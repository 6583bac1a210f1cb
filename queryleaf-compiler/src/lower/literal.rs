//! Constants as BSON stores them.

use crate::plan::Literal;
use crate::types::Type;
use queryleaf_plan::{Template, Value};

/// The BSON value of a constant of this type.
pub(crate) fn literal(literal: &Literal, ty: &Type) -> Template {
    let _ = (literal, ty);
    Template::Value(Value::Null)
}
