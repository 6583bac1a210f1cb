//! The condition of a partial index, from SQL to what the server takes there: equalities, ranges,
//! lists, `IS NULL` and `IS NOT NULL`, put together by `AND` and `OR`.
//!
//! The filter must hold exactly the documents for which the condition is true: a unique index on
//! more would refuse what SQL allows, and a TTL index would remove it.

use super::condition::on_documents;
use super::null;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::lower::expression::without_lossless_casts;
use crate::lower::literal::literal;
use crate::plan::{ComparisonOperator, Expression, ExpressionKind, Literal, Path};
use crate::schema::Collection;
use crate::types::{StoredVariant, Type};
use queryleaf_plan::{Template, Value};

/// The `partialFilterExpression` of a condition on the documents of a collection.
///
/// # Errors
///
/// What is wrong with the condition, or cannot be said to the server, with places in its text.
pub fn partial_filter(
    condition: &str,
    collection: &Collection,
) -> Result<Template, Vec<Diagnostic>> {
    on_documents(
        condition,
        collection,
        "the condition of an index",
        |documents| {
            let mut errors = Vec::new();
            let filter = filter(documents.predicate, true, &mut errors);
            match filter {
                Some(filter) if errors.is_empty() => Ok(filter),
                _ => Err(errors),
            }
        },
    )
}

/// The filter that passes where the condition is `TRUE`, or `FALSE`; nothing after an error.
fn filter(condition: &Expression, wanted: bool, errors: &mut Vec<Diagnostic>) -> Option<Template> {
    let result = match &condition.kind {
        ExpressionKind::And(items) => return together(items, wanted, wanted, errors),
        ExpressionKind::Or(items) => return together(items, !wanted, wanted, errors),
        ExpressionKind::Not(operand) => return filter(operand, !wanted, errors),
        ExpressionKind::IsTruth { operand, value } if wanted || !operand.nullable => {
            return filter(operand, *value == wanted, errors);
        }
        ExpressionKind::Compare {
            operator,
            left,
            right,
        } => {
            let operator = if wanted {
                *operator
            } else {
                operator.negated()
            };
            comparison(operator, left, right)
        }
        ExpressionKind::InList { operand, items } if wanted => list(operand, items),
        ExpressionKind::IsNull(operand) => nullness(operand, wanted),
        ExpressionKind::Path(_) => path(condition)
            .map(|path| Template::entry(path, wanted))
            .ok_or_else(|| refused(condition)),
        _ => Err(refused(condition)),
    };
    match result {
        Ok(filter) => Some(filter),
        Err(error) => {
            errors.push(error);
            None
        }
    }
}

/// `AND`, or `OR`, of several conditions; all errors in them.
fn together(
    items: &[Expression],
    all: bool,
    wanted: bool,
    errors: &mut Vec<Diagnostic>,
) -> Option<Template> {
    let filters: Vec<_> = items
        .iter()
        .map(|item| filter(item, wanted, errors))
        .collect();
    let filters = filters.into_iter().collect::<Option<Vec<_>>>()?;
    let operator = if all { "$and" } else { "$or" };
    Some(Template::entry(operator, Template::Array(filters)))
}

fn comparison(
    operator: ComparisonOperator,
    left: &Expression,
    right: &Expression,
) -> Result<Template, Diagnostic> {
    let (operator, path, field, other) = match (path(left), path(right)) {
        (Some(path), None) => (operator, path, left, right),
        (None, Some(path)) => (operator.flipped(), path, right, left),
        (Some(_), Some(_)) => return Err(refused(right).label("a field of the document, too")),
        (None, None) => return Err(refused(left)),
    };
    if !is_ordered(&without_lossless_casts(field).ty) {
        return Err(refused(field));
    }
    let value = constant(other, &field.ty)?;
    let compared =
        |operator: &str| Template::entry(&*path, Template::entry(operator, value.clone()));
    Ok(match operator {
        ComparisonOperator::Equal => Template::entry(&*path, value.clone()),
        // The server takes no `$ne` here; what is smaller or larger is neither null nor missing.
        ComparisonOperator::NotEqual => {
            Template::entry("$or", Template::array([compared("$lt"), compared("$gt")]))
        }
        operator => compared(operator.mongo()),
    })
}

fn list(operand: &Expression, items: &[Expression]) -> Result<Template, Diagnostic> {
    let path = path(operand).ok_or_else(|| refused(operand))?;
    if !is_ordered(&without_lossless_casts(operand).ty) {
        return Err(refused(operand));
    }
    let values = items
        .iter()
        .filter(|item| !matches!(item.as_literal(), Some(Literal::Null)))
        .map(|item| constant(item, &operand.ty))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Template::entry(
        path,
        Template::entry("$in", Template::Array(values)),
    ))
}

fn nullness(operand: &Expression, is_null: bool) -> Result<Template, Diagnostic> {
    let path = path(operand).ok_or_else(|| refused(operand))?;
    if is_null {
        return Ok(Template::entry(path, null()));
    }
    if !operand.nullable {
        return Ok(Template::entry(path, Template::entry("$exists", true)));
    }
    let from = |least: Template| Template::entry(&*path, Template::entry("$gte", least));
    let smallest = match &operand.ty {
        Type::Boolean => Value::Boolean(false),
        Type::Integer | Type::Bigint => Value::Int64(i64::MIN),
        // Not a number is no more than the smallest, but it is no `NULL`.
        Type::Double | Type::Numeric => {
            let not_a_number = Template::entry(&*path, Value::Double(f64::NAN));
            let number = from(Value::Double(f64::NEG_INFINITY).into());
            return Ok(Template::entry(
                "$or",
                Template::array([number, not_a_number]),
            ));
        }
        Type::Enum(reference) => match reference.definition.variants.first() {
            Some(variant) if matches!(variant.stored, StoredVariant::Integer(_)) => {
                Value::Int64(i64::MIN)
            }
            Some(_) | None => Value::String(String::new()),
        },
        Type::Text => Value::String(String::new()),
        Type::Timestamp | Type::Date => Value::DateTime(i64::MIN),
        Type::ObjectId => Value::ObjectId([0; 12]),
        Type::Uuid | Type::Bytea => Value::Binary {
            subtype: 0,
            bytes: Vec::new(),
        },
        Type::Document
        | Type::Struct(_)
        | Type::Map(_)
        | Type::Interval
        | Type::Geometry(_)
        | Type::Event(_) => {
            return Ok(of_types(path, &["object"]));
        }
        Type::Array(_) => return Ok(of_types(path, &["array"])),
        Type::Json | Type::Unknown => return Ok(of_types(path, &NOT_NULL)),
    };
    Ok(from(smallest.into()))
}

/// The BSON types of what is not null.
const NOT_NULL: [&str; 15] = [
    "double",
    "string",
    "object",
    "array",
    "binData",
    "objectId",
    "bool",
    "date",
    "regex",
    "javascript",
    "int",
    "timestamp",
    "long",
    "decimal",
    "maxKey",
];

fn of_types(path: String, types: &[&str]) -> Template {
    let types = types.iter().map(|ty| Template::string(*ty));
    Template::entry(path, Template::entry("$type", Template::array(types)))
}

/// The dotted path of a field of the document.
fn path(expression: &Expression) -> Option<String> {
    match &without_lossless_casts(expression).kind {
        ExpressionKind::Path(Path { steps, .. }) if !steps.is_empty() => {
            let names: Vec<_> = steps.iter().map(|step| &*step.name).collect();
            Some(names.join("."))
        }
        _ => None,
    }
}

fn constant(expression: &Expression, ty: &Type) -> Result<Template, Diagnostic> {
    match expression.as_literal() {
        Some(Literal::Null) => Err(Diagnostic::error(
            Code::Unsupported,
            expression.span,
            "a comparison with `NULL` is never true",
        )
        .help("write `IS NULL` or `IS NOT NULL`")),
        Some(value) => literal(value, ty).ok_or_else(|| refused(expression)),
        None => Err(refused(expression)),
    }
}

/// Whether the server compares values of this type as SQL does.
fn is_ordered(ty: &Type) -> bool {
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
        | Type::Enum(_) => true,
        Type::Interval
        | Type::Bytea
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

fn refused(expression: &Expression) -> Diagnostic {
    Diagnostic::error(
        Code::Unsupported,
        expression.span,
        "the server cannot hold an index to this condition",
    )
    .note(
        "it takes comparisons of a field with a constant, IN with constants, IS NULL and IS NOT \
         NULL, put together by AND and OR",
    )
}
