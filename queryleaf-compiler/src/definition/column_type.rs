//! The types of columns.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::suggestion::nearest;
use crate::syntax::definition::TypeName;
use crate::types::{GeometryType, Limits, Precision, Type};

/// The most digits of a Decimal128.
const MAX_PRECISION: u32 = 34;

/// The names of types without arguments.
const NAMES: [(&str, Type); 20] = [
    ("BOOLEAN", Type::Boolean),
    ("BOOL", Type::Boolean),
    ("SMALLINT", Type::Integer),
    ("INT2", Type::Integer),
    ("INTEGER", Type::Integer),
    ("INT", Type::Integer),
    ("INT4", Type::Integer),
    ("BIGINT", Type::Bigint),
    ("INT8", Type::Bigint),
    ("DOUBLE PRECISION", Type::Double),
    ("DOUBLE", Type::Double),
    ("FLOAT8", Type::Double),
    ("TEXT", Type::Text),
    ("DATE", Type::Date),
    ("UUID", Type::Uuid),
    ("OBJECTID", Type::ObjectId),
    ("BYTEA", Type::Bytea),
    ("JSONB", Type::Json),
    ("JSON", Type::Json),
    ("DOCUMENT", Type::Document),
];

/// The names of types that may have arguments.
const WITH_ARGUMENTS: [&str; 6] = [
    "VARCHAR",
    "CHARACTER VARYING",
    "NUMERIC",
    "DECIMAL",
    "TIMESTAMP",
    "TIMESTAMPTZ",
];

/// The type of a column, and what its values are limited to.
pub(super) fn column_type(name: &TypeName) -> Result<(Type, Limits)> {
    let (ty, limits) = scalar(name)?;
    let ty = (0..name.dimensions).fold(ty, |ty, _| ty.array());
    Ok((ty, limits))
}

fn scalar(name: &TypeName) -> Result<(Type, Limits)> {
    let mut limits = Limits::default();
    let ty = match name.name.as_str() {
        "VARCHAR" | "CHARACTER VARYING" => {
            limits.max_length = match at_most(name, 1)? {
                [] => None,
                [(0, span), ..] => {
                    let message = "a text of no characters holds nothing";
                    return Err(Box::new(Diagnostic::error(
                        Code::InvalidLiteral,
                        *span,
                        message,
                    )));
                }
                [(length, _), ..] => Some(*length),
            };
            Type::Text
        }
        "NUMERIC" | "DECIMAL" => {
            limits.precision = precision(name)?;
            Type::Numeric
        }
        "TIMESTAMP"
        | "TIMESTAMPTZ"
        | "TIMESTAMP WITH TIME ZONE"
        | "TIMESTAMP WITHOUT TIME ZONE" => {
            if let [(digits, span)] = at_most(name, 1)?
                && *digits != 3
            {
                return Err(Box::new(
                    Diagnostic::error(Code::Unsupported, *span, "a timestamp has milliseconds")
                        .help("write `TIMESTAMP` or `TIMESTAMP(3)`"),
                ));
            }
            Type::Timestamp
        }
        other => {
            let known = NAMES.iter().find(|(known, _)| *known == other);
            let geometry = GeometryType::from_name(&other.to_lowercase());
            let ty = match (known, geometry) {
                (Some((_, ty)), _) => ty.clone(),
                (None, Some(geometry)) => Type::Geometry(geometry),
                (None, None) => return Err(unknown(name)),
            };
            at_most(name, 0)?;
            if other == "SMALLINT" || other == "INT2" {
                limits.range = Some((i16::MIN.into(), i16::MAX.into()));
            }
            ty
        }
    };
    Ok((ty, limits))
}

/// The arguments of a type that takes so many of them.
fn at_most(name: &TypeName, most: usize) -> Result<&[(u32, crate::Span)]> {
    match name.arguments.get(most) {
        None => Ok(&name.arguments),
        Some((_, span)) => {
            let message = match most {
                0 => format!("`{}` has no length", name.name),
                1 => format!("`{}` takes one number", name.name),
                _ => format!("`{}` takes two numbers", name.name),
            };
            let error = Diagnostic::error(Code::Unsupported, *span, message);
            Err(Box::new(error.help("leave this out")))
        }
    }
}

fn precision(name: &TypeName) -> Result<Option<Precision>> {
    let arguments = at_most(name, 2)?;
    let Some((digits, span)) = arguments.first() else {
        return Ok(None);
    };
    let (scale, scale_span) = arguments.get(1).copied().unwrap_or((0, *span));
    if !(1..=MAX_PRECISION).contains(digits) {
        let message = "a numeric has 1 to 34 digits";
        return Err(Box::new(Diagnostic::error(
            Code::InvalidLiteral,
            *span,
            message,
        )));
    }
    if scale > *digits {
        let message = "there are no more digits behind the point than in all";
        return Err(Box::new(Diagnostic::error(
            Code::InvalidLiteral,
            scale_span,
            message,
        )));
    }
    match (u8::try_from(*digits), u8::try_from(scale)) {
        (Ok(precision), Ok(scale)) => Ok(Some(Precision { precision, scale })),
        _ => Ok(None),
    }
}

/// What is wrong with the name of no type.
fn unknown(name: &TypeName) -> Box<Diagnostic> {
    let refused = match name.name.as_str() {
        "CHAR" | "CHARACTER" | "BPCHAR" => {
            Some("write `VARCHAR(n)`: no text is filled up with blanks")
        }
        "SERIAL" | "BIGSERIAL" | "SMALLSERIAL" => {
            Some("the server does not count: use `OBJECTID`, or `UUID DEFAULT GENERATE_UUID()`")
        }
        "REAL" | "FLOAT4" | "FLOAT" => {
            Some("write `DOUBLE PRECISION`: numbers with a point have 64 bits")
        }
        "INTERVAL" => Some("write `BIGINT`, and count milliseconds"),
        "TIME" | "TIMETZ" | "TIME WITH TIME ZONE" | "TIME WITHOUT TIME ZONE" => {
            Some("write `TIMESTAMP`, or `TEXT` for a time of day")
        }
        "MONEY" => Some("write `NUMERIC(19, 2)`"),
        "BLOB" => Some("write `BYTEA`"),
        "DATETIME" => Some("write `TIMESTAMP`"),
        _ => None,
    };
    if let Some(help) = refused {
        let message = format!("no column can be of type `{}`", name.name);
        return Box::new(Diagnostic::error(Code::UnknownType, name.span, message).help(help));
    }
    let error = Diagnostic::error(
        Code::UnknownType,
        name.span,
        format!("no type `{}`", name.name),
    );
    let geometries = GeometryType::ALL.map(|geometry| geometry.name().to_uppercase());
    let known = NAMES
        .iter()
        .map(|(known, _)| *known)
        .chain(WITH_ARGUMENTS)
        .chain(geometries.iter().map(String::as_str));
    Box::new(match nearest(&name.name, known) {
        Some(known) => error.help(format!("did you mean `{known}`?")),
        None => error.help(
            "columns are of BOOLEAN, SMALLINT, INTEGER, BIGINT, DOUBLE PRECISION, NUMERIC, TEXT, \
             VARCHAR, TIMESTAMP, DATE, UUID, OBJECTID, BYTEA, JSONB, DOCUMENT, a geometry such as \
             POINT, or arrays of these such as TEXT[]",
        ),
    })
}
