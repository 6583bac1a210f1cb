//! What the unit tests of the functions share: calls as the analyser would make them, and
//! templates as the shell would print them.

use super::{ArgumentType, Function, Signature, lower, signatures};
use crate::diagnostic::Span;
use crate::lower::LoweredArgument;
use crate::lower::operators::text;
use crate::plan::{ColumnId, Expression, ExpressionKind, Literal, Path, PathStep};
use crate::types::Type;
use queryleaf_plan::{Template, Value};

/// A field that cannot be `NULL`.
pub(crate) fn field(name: &str, ty: Type) -> Expression {
    let step = PathStep {
        name: name.to_owned(),
        nullable: false,
    };
    let path = Path {
        column: ColumnId(0),
        steps: vec![step],
        rust: None,
    };
    Expression::new(ExpressionKind::Path(path), ty, Span::default())
}

/// A field that may be `NULL`.
pub(crate) fn nullable(name: &str, ty: Type) -> Expression {
    field(name, ty).nullable(true)
}

/// A text that the query spells out.
pub(crate) fn quoted(value: &str) -> Expression {
    Expression::literal(Literal::Text(value.to_owned()), Type::Text, Span::default())
}

/// An integer that the query spells out.
pub(crate) fn number(value: i64) -> Expression {
    Expression::literal(Literal::Integer(value), Type::Integer, Span::default())
}

/// The word `NULL`.
pub(crate) fn null(ty: Type) -> Expression {
    Expression::literal(Literal::Null, ty, Span::default())
}

/// What a call becomes, printed as the shell does; the function is the first of this name that
/// takes arguments of exactly these types.
pub(crate) fn lowered(name: &str, arguments: &[Expression]) -> String {
    shell(&lower(
        resolve(name, arguments).function,
        &operands(arguments),
    ))
}

/// The first signature of this name for arguments of exactly these types.
pub(crate) fn resolve(name: &str, arguments: &[Expression]) -> &'static Signature {
    signatures()
        .find(|signature| signature.name == name && takes(signature, arguments))
        .unwrap_or_else(|| panic!("no `{name}` takes these arguments"))
}

/// The function of this name for arguments of exactly these types.
pub(crate) fn function(name: &str, arguments: &[Expression]) -> Function {
    resolve(name, arguments).function
}

fn takes(signature: &Signature, arguments: &[Expression]) -> bool {
    let most = signature.arguments.len();
    let least = most - signature.optional;
    let count = arguments.len();
    count >= least
        && (count <= most || signature.variadic)
        && arguments.iter().enumerate().all(|(at, argument)| {
            let wanted = &signature.arguments[at.min(most - 1)];
            accepts(wanted, argument, arguments)
        })
}

fn accepts(wanted: &ArgumentType, argument: &Expression, all: &[Expression]) -> bool {
    let item = |number: usize| match &all[number].ty {
        Type::Array(item) => Some(item.ty.clone()),
        _ => None,
    };
    match wanted {
        ArgumentType::Exactly(ty) => argument.ty == *ty,
        ArgumentType::LiteralText => argument.as_text().is_some(),
        ArgumentType::LiteralInteger => argument.as_integer().is_some(),
        ArgumentType::AnyArray | ArgumentType::ComparableArray | ArgumentType::TextArray => {
            matches!(argument.ty, Type::Array(_))
        }
        ArgumentType::ItemOf(number) => item(*number).is_some_and(|ty| ty == argument.ty),
        ArgumentType::SameAs(number) => match (&argument.ty, &all[*number].ty) {
            (Type::Array(left), Type::Array(right)) => left.ty == right.ty,
            (left, right) => left == right,
        },
        ArgumentType::AnyText => !matches!(argument.ty, Type::Array(_)),
        ArgumentType::AnyJson => argument.ty.is_document(),
        ArgumentType::Any => true,
    }
}

/// The arguments, lowered: fields of the current document and constants.
pub(crate) fn operands(arguments: &[Expression]) -> Vec<LoweredArgument<'_>> {
    let lowered = arguments.iter().map(|expression| LoweredArgument {
        value: operand(expression),
        expression,
    });
    lowered.collect()
}

fn operand(expression: &Expression) -> Template {
    match &expression.kind {
        ExpressionKind::Path(path) => Template::string(format!("${}", path.steps[0].name)),
        ExpressionKind::Literal(Literal::Text(value)) => text(value),
        ExpressionKind::Literal(Literal::Null) => Template::null(),
        ExpressionKind::Literal(Literal::Integer(value)) => match i32::try_from(*value) {
            Ok(value) => Template::from(value),
            Err(_) => Template::from(*value),
        },
        ExpressionKind::Literal(Literal::Double(value)) => Value::Double(*value).into(),
        ExpressionKind::Cast(inner) if inner.ty == expression.ty => operand(inner),
        ExpressionKind::Cast(inner) => {
            let conversion = match expression.ty {
                Type::Double => "$toDouble",
                Type::Numeric => "$toDecimal",
                Type::Bigint => "$toLong",
                _ => "$toString",
            };
            Template::entry(conversion, operand(inner))
        }
        other => panic!("no test needs {other:?}"),
    }
}

/// A template as the shell prints it.
pub(crate) fn shell(template: &Template) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match template {
        Template::Document(entries) => {
            let entries = entries
                .iter()
                .map(|(key, it)| format!("{key}: {}", shell(it)));
            format!("{{{}}}", list(entries.collect()))
        }
        Template::Array(items) => format!("[{}]", list(items.iter().map(shell).collect())),
        Template::Value(value) => match value {
            Value::Null => "null".to_owned(),
            Value::Boolean(value) => value.to_string(),
            Value::Int32(value) => value.to_string(),
            Value::Int64(value) => format!("NumberLong({value})"),
            Value::Double(value) => format!("{value:?}"),
            Value::Decimal128(bytes) => decimal(*bytes),
            Value::String(value) => format!("{value:?}"),
            other => format!("{other:?}"),
        },
        other => format!("{other:?}"),
    }
}

fn decimal(bytes: [u8; 16]) -> String {
    let bits = u128::from_le_bytes(bytes);
    let sign = if bits >> 127 == 1 { "-" } else { "" };
    let exponent = ((bits >> 113) & 0x3fff) as i32 - 6176;
    let coefficient = bits & ((1 << 113) - 1);
    format!("NumberDecimal({sign}{coefficient}E{exponent})")
}
