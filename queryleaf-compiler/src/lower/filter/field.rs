//! The two sides of a query-language comparison: a field, and what it is compared with.

use super::super::Scope;
use super::super::expression::{compared_as_is, folded, is_plain_key, without_lossless_casts};
use super::super::literal::literal;
use crate::plan::{ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::types::Type;
use queryleaf_plan::Template;

/// A field that the query language can compare.
pub(super) struct Field<'a> {
    /// Its dotted path.
    pub(super) path: String,
    /// The expression of the field itself.
    pub(super) expression: &'a Expression,
}

/// What a field is compared with.
pub(super) enum Constant {
    /// The word `NULL`.
    Null,
    /// A constant, with the value that goes into the command.
    Literal(Literal, Template),
    /// A parameter.
    Parameter(u16),
}

impl Constant {
    /// The operand of a query-language operator, unless it is `NULL`.
    pub(super) fn operand(&self) -> Template {
        match self {
            Constant::Null => Template::null(),
            Constant::Literal(_, value) => value.clone(),
            Constant::Parameter(parameter) => Template::parameter(*parameter),
        }
    }
}

/// The field that an expression is, below conversions that no comparison sees.
pub(super) fn field<'a>(expression: &'a Expression, scope: &Scope) -> Option<Field<'a>> {
    let expression = without_lossless_casts(expression);
    if !is_scalar(&expression.ty) {
        return None;
    }
    let path = field_path(expression, scope)?;
    Some(Field { path, expression })
}

/// What a document holds, where its text is compared with texts that only a string has.
pub(super) struct JsonField {
    /// Its dotted path.
    path: String,
    /// The paths on the way that may lead to an array, into whose items the query language would look.
    through: Vec<String>,
}

impl JsonField {
    /// A condition on the field that passes no array, neither there nor on the way.
    pub(super) fn of_no_array(self, operator: &str, operand: Template) -> Template {
        let array = || Template::entry("$type", Template::from("array"));
        let condition = Template::document([(operator, operand), ("$not", array())]);
        let mut conditions = vec![Template::entry(self.path, condition)];
        let no_array = |path| Template::entry(path, Template::entry("$not", array()));
        conditions.extend(self.through.into_iter().map(no_array));
        match conditions.len() {
            1 => conditions.remove(0),
            _ => Template::All(conditions),
        }
    }
}

/// The field whose text an expression is, where it is compared with texts that only a string has.
pub(super) fn json_field(
    operator: ComparisonOperator,
    expression: &Expression,
    others: &[Expression],
    scope: &Scope,
) -> Option<JsonField> {
    json_path(compared_as_is(operator, expression, others)?, scope)
}

fn json_path(expression: &Expression, scope: &Scope) -> Option<JsonField> {
    match &expression.kind {
        ExpressionKind::Member { document, key } if is_plain_key(key) => {
            let JsonField { path, mut through } = json_path(document, scope)?;
            let whole = format!("{path}.{key}");
            if !document.ty.is_certain_document() {
                through.push(path);
            }
            Some(JsonField {
                path: whole,
                through,
            })
        }
        _ => Some(JsonField {
            path: field_path(expression, scope)?,
            through: Vec::new(),
        }),
    }
}

/// The dotted path of a stored field.
pub(super) fn field_path(expression: &Expression, scope: &Scope) -> Option<String> {
    let dotted = match &expression.kind {
        ExpressionKind::Path(path) => scope.dotted(path),
        ExpressionKind::Member { document, key }
            if is_plain_key(key) && document.ty.is_certain_document() =>
        {
            format!("{}.{key}", field_path(document, scope)?)
        }
        _ => return None,
    };
    // The document itself, or a variable.
    if dotted.is_empty() || dotted.starts_with('$') {
        return None;
    }
    Some(dotted)
}

/// Whether the query language compares fields of this type as SQL does. It looks into arrays, and
/// what a `jsonb` holds may be one.
pub(crate) fn is_scalar(ty: &Type) -> bool {
    match ty {
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea
        | Type::Enum(_) => true,
        Type::Interval
        | Type::Json
        | Type::Document
        | Type::Geometry(_)
        | Type::Event(_)
        | Type::Array(_)
        | Type::Map(_)
        | Type::Struct(_)
        | Type::Unknown => false,
    }
}

/// Whether no value of this type is an array with a null in it.
pub(super) fn holds_no_null(ty: &Type) -> bool {
    match ty {
        Type::Json | Type::Unknown => false,
        Type::Array(item) => !item.nullable,
        _ => true,
    }
}

/// What a field is compared with, if that is a constant or a parameter; for a field of type `of`.
pub(super) fn constant(expression: &Expression, of: &Type) -> Option<Constant> {
    let plain = without_lossless_casts(expression);
    match &plain.kind {
        ExpressionKind::Parameter(parameter) => Some(Constant::Parameter(*parameter)),
        ExpressionKind::Literal(Literal::Null) => Some(Constant::Null),
        ExpressionKind::Literal(constant) => {
            // A double is compared with a double; every other number with the exact value.
            let (constant, ty) = match (constant, &plain.ty) {
                (Literal::Integer(_), Type::Numeric) => (constant.clone(), &Type::Bigint),
                _ => (constant.clone(), &plain.ty),
            };
            let ty = match (&constant, ty) {
                (Literal::Integer(value), Type::Bigint)
                    if i32::try_from(*value).is_ok() && *of != Type::Bigint =>
                {
                    &Type::Integer
                }
                _ => ty,
            };
            let value = literal(&constant, ty)?;
            Some(Constant::Literal(constant, value))
        }
        ExpressionKind::Cast(operand) => {
            let constant = folded(operand, &plain.ty)?;
            if constant == Literal::Null {
                return Some(Constant::Null);
            }
            let value = literal(&constant, &plain.ty)?;
            Some(Constant::Literal(constant, value))
        }
        _ => None,
    }
}
