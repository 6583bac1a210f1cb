//! Casts in the text: `CAST(x AS type)`, `x::type`, `type 'literal'`.

use super::Analyzer;
use super::coerce::is_implicit;
use super::literal::typed_literal;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::suggestion::nearest;
use crate::types::{GeometryType, Item, Type};
use sqlparser::ast::{self, ArrayElemTypeDef, DataType, ExactNumberInfo, Expr};

/// A type as the text names it: what PostgreSQL hangs on the type becomes a function on the value.
struct Target {
    ty: Type,
    /// `varchar(n)`: cut to this many characters.
    length: Option<i64>,
    /// `numeric(p, s)`: round to this many digits after the point.
    scale: Option<i64>,
}

impl From<Type> for Target {
    fn from(ty: Type) -> Self {
        Target {
            ty,
            length: None,
            scale: None,
        }
    }
}

/// The names that a cast may use, for "did you mean".
const TYPE_NAMES: &[&str] = &[
    "boolean",
    "integer",
    "bigint",
    "double precision",
    "numeric",
    "decimal",
    "text",
    "varchar",
    "timestamp",
    "timestamptz",
    "date",
    "interval",
    "uuid",
    "objectid",
    "bytea",
    "jsonb",
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
];

impl Analyzer<'_> {
    pub(crate) fn cast(
        &mut self,
        operand: &Expr,
        data_type: &DataType,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let operand = self
            .expression(operand, scope, span)
            .map_err(|error| as_variant(error, operand, data_type))?;
        // `x::numeric` knows the place of x; the type's name is what follows the `::` or AS.
        let place = self.type_place(&operand, data_type, span);
        self.cast_at(operand, data_type, place)
    }

    /// `DATE '2026-01-31'`: the name of the type stands first.
    pub(crate) fn typed_string(
        &mut self,
        typed: &ast::TypedString,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let text = Expr::Value(typed.value.clone());
        let text = self.expression(&text, scope, span)?;
        let name = first_word(&typed.data_type);
        let place = self.source.find_before(text.span.start, &name);
        let place = place.unwrap_or(text.span);
        self.cast_at(text, &typed.data_type, place)
    }

    fn cast_at(
        &mut self,
        operand: Expression,
        data_type: &DataType,
        place: Span,
    ) -> Result<Expression> {
        let target = self.target(data_type, place)?;
        let whole = operand.span.to(place);
        if target.ty == Type::Text && is_stored_json(&operand) {
            let text = self.resolve("::text", vec![operand], whole)?;
            return self.restrict(text, &target, whole);
        }
        if matches!((&operand.ty, &target.ty), (Type::Json, Type::Text)) {
            let message = "a `jsonb` value as text would be JSON, with its quotes";
            return Err(Box::new(
                Diagnostic::error(Code::InvalidCast, whole, message)
                    .help("take the text out with `->>`"),
            ));
        }
        if is_without_time_zone(data_type) {
            return self.cast_without_time_zone(operand, whole);
        }
        let result = self.cast_to(operand, &target.ty, whole)?;
        self.restrict(result, &target, whole)
    }

    /// A conversion to `timestamp`. The type has the same values as `timestamptz`; a function that
    /// returns its argument marks the difference, for `AT TIME ZONE` and for the cast to text.
    fn cast_without_time_zone(&mut self, operand: Expression, whole: Span) -> Result<Expression> {
        if let Some(text) = operand.as_text()
            && operand.ty == Type::Unknown
            && crate::literal::has_offset(text)
        {
            let message = format!("`'{text}'` has an offset, which a `timestamp` does not look at");
            return Err(Box::new(
                Diagnostic::error(Code::InvalidLiteral, operand.span, message)
                    .help("write `TIMESTAMPTZ` or `::timestamptz`"),
            ));
        }
        let timestamp = self.cast_to(operand, &Type::Timestamp, whole)?;
        if timestamp.as_literal().is_some() {
            return Ok(timestamp);
        }
        self.resolve("timestamp", vec![timestamp], whole)
    }

    /// Applies the length or scale of the named type.
    fn restrict(&mut self, value: Expression, target: &Target, span: Span) -> Result<Expression> {
        let (function, argument) = match (target.length, target.scale) {
            (Some(length), _) => ("left", length),
            (None, Some(scale)) => ("round", scale),
            (None, None) => return Ok(value),
        };
        let argument = Expression::literal(Literal::Integer(argument), Type::Integer, span);
        self.resolve(function, vec![value, argument], span)
    }

    /// An explicit conversion.
    pub(crate) fn cast_to(
        &mut self,
        operand: Expression,
        to: &Type,
        span: Span,
    ) -> Result<Expression> {
        if let (Some(Literal::Text(text)), true) =
            (operand.as_literal(), matches!(operand.ty, Type::Unknown))
            && !matches!(to, Type::Array(_) | Type::Json)
        {
            let literal = typed_literal(text.clone(), to, operand.span)?;
            return Ok(Expression::literal(literal, to.clone(), span));
        }
        if is_implicit(&operand.ty, to) {
            return Ok(Expression {
                span,
                ..self.coerce(operand, to)?
            });
        }
        if !is_explicit(&operand.ty, to) {
            let message = format!("cannot cast `{}` to `{to}`", operand.ty);
            let error = Diagnostic::error(Code::InvalidCast, span, message);
            return Err(Box::new(match (&operand.ty, to) {
                (Type::Json, _) => error.help("take the text out with `->>` and cast that"),
                (Type::Text, Type::Interval) => {
                    error.help("multiply a unit instead, as in `n * INTERVAL '1 day'`")
                }
                (Type::Array(_), Type::Text) => {
                    error.help("write `ARRAY_TO_STRING(x, ',')`, or select the array as it is")
                }
                _ => error,
            }));
        }
        // Text may not be what the type wants, and a document may hold anything.
        let nullable = operand.nullable || matches!(operand.ty, Type::Json);
        let kind = ExpressionKind::Cast(Box::new(operand));
        Ok(Expression {
            kind,
            ty: to.clone(),
            nullable,
            span,
        })
    }

    /// The place of a cast's type name.
    fn type_place(&self, operand: &Expression, data_type: &DataType, span: Span) -> Span {
        let first = first_word(data_type);
        let from = if operand.span.end > span.start {
            operand.span.end
        } else {
            span.start
        };
        self.source.find(from, &first).unwrap_or(span)
    }

    fn target(&self, data_type: &DataType, span: Span) -> Result<Target> {
        let ty = match data_type {
            DataType::Boolean | DataType::Bool => Type::Boolean,
            DataType::Int(None) | DataType::Integer(None) | DataType::Int4(None) => Type::Integer,
            DataType::BigInt(None) | DataType::Int8(None) => Type::Bigint,
            DataType::DoublePrecision
            | DataType::Double(ExactNumberInfo::None)
            | DataType::Float8
            | DataType::Float64
            | DataType::Float(ExactNumberInfo::None) => Type::Double,
            DataType::Numeric(info) | DataType::Decimal(info) | DataType::Dec(info) => {
                let scale = match info {
                    ExactNumberInfo::None => None,
                    ExactNumberInfo::Precision(_) => Some(0),
                    ExactNumberInfo::PrecisionAndScale(_, scale) => Some(*scale),
                };
                return Ok(Target {
                    scale,
                    ..Type::Numeric.into()
                });
            }
            DataType::Text | DataType::String(None) => Type::Text,
            DataType::Varchar(length) | DataType::CharacterVarying(length) => {
                let length = match length {
                    None | Some(ast::CharacterLength::Max) => None,
                    Some(ast::CharacterLength::IntegerLength { length, .. }) => {
                        i64::try_from(*length).ok()
                    }
                };
                return Ok(Target {
                    length,
                    ..Type::Text.into()
                });
            }
            DataType::Timestamp(None, _) | DataType::TimestampNtz(None) => Type::Timestamp,
            DataType::Date => Type::Date,
            DataType::Interval {
                fields: None,
                precision: None,
            } => Type::Interval,
            DataType::Uuid => Type::Uuid,
            DataType::Bytea => Type::Bytea,
            DataType::JSON | DataType::JSONB => Type::Json,
            DataType::Array(
                ArrayElemTypeDef::SquareBracket(item, _) | ArrayElemTypeDef::AngleBracket(item),
            ) => {
                let without_zone = is_without_time_zone(item);
                let item = self.target(item, span)?;
                if item.length.is_some() || item.scale.is_some() || without_zone {
                    return self.unsupported(span, format!("the item type `{data_type}`"));
                }
                Type::Array(Box::new(Item {
                    ty: item.ty,
                    nullable: true,
                    own: false,
                }))
            }
            DataType::GeometricType(ast::GeometricTypeKind::Point) => {
                Type::Geometry(GeometryType::Point)
            }
            DataType::GeometricType(ast::GeometricTypeKind::Polygon) => {
                Type::Geometry(GeometryType::Polygon)
            }
            DataType::Custom(name, _) if name.to_string().eq_ignore_ascii_case("objectid") => {
                Type::ObjectId
            }
            DataType::Custom(name, modifiers) if modifiers.is_empty() => {
                match GeometryType::from_name(&name.to_string().to_lowercase()) {
                    Some(geometry) => Type::Geometry(geometry),
                    None => return Err(unknown_type(data_type, span)),
                }
            }
            other => return Err(unknown_type(other, span)),
        };
        Ok(ty.into())
    }
}

pub(super) fn is_without_time_zone(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Timestamp(
            None,
            ast::TimezoneInfo::None | ast::TimezoneInfo::WithoutTimeZone
        ) | DataType::TimestampNtz(None)
    )
}

fn unknown_type(data_type: &DataType, span: Span) -> Box<Diagnostic> {
    let name = data_type.to_string().to_lowercase();
    let error = Diagnostic::error(Code::UnknownType, span, format!("no type `{name}`"));
    Box::new(
        match (name.as_str(), nearest(&name, TYPE_NAMES.iter().copied())) {
            ("smallint" | "tinyint" | "int2", _) => error.help("use `integer`"),
            ("real" | "float4", _) => error.help("use `double precision`"),
            ("int64" | "long", _) => error.help("use `bigint`"),
            ("int32", _) => error.help("use `integer`"),
            ("money", _) => error.help("use `numeric`"),
            ("datetime", _) => error.help("use `timestamp`"),
            ("time", _) => error.help(
                "subtract the beginning of the day, `x - DATE_TRUNC('day', x)`, or take `TO_CHAR(x, 'HH24:MI')`",
            ),
            (_, Some(near)) => error.help(format!("a type with a similar name exists: `{near}`")),
            (_, None) => error.note(format!("the types are {}", TYPE_NAMES.join(", "))),
        },
    )
}

/// Whether a value is a `jsonb` for sure: a stored document or a part of one. What the functions
/// with `json_` in front make is a `json`, whose text has other spaces.
fn is_stored_json(value: &Expression) -> bool {
    match (&value.ty, &value.kind) {
        // A column has no steps before it: what has some is a field of a stored document.
        (Type::Json | Type::Document | Type::Map(_), ExpressionKind::Path(path)) => {
            !path.steps.is_empty()
        }
        (Type::Json, ExpressionKind::Member { document, .. }) => is_stored_json(document),
        _ => false,
    }
}

/// Whether a conversion exists that must be written out.
pub(super) fn is_explicit(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (from, to) if from.is_number() && to.is_number() => true,
        (Type::Boolean, Type::Integer | Type::Text) | (Type::Integer, Type::Boolean) => true,
        (from, Type::Text) => !matches!(
            from,
            Type::Array(_)
                | Type::Geometry(_)
                | Type::Event(_)
                | Type::Struct(_)
                | Type::Map(_)
                | Type::Document
                | Type::Bytea
        ),
        (
            Type::Text,
            Type::Boolean
            | Type::Integer
            | Type::Bigint
            | Type::Double
            | Type::Numeric
            | Type::Timestamp
            | Type::Date
            | Type::Uuid
            | Type::ObjectId,
        )
        | (Type::Timestamp, Type::Date) => true,
        // What a document holds is of its type already, or is refused when the query runs.
        (
            Type::Json,
            Type::Boolean | Type::Integer | Type::Bigint | Type::Double | Type::Numeric,
        ) => true,
        (Type::Array(from), Type::Array(to)) => {
            is_implicit(&from.ty, &to.ty) || is_explicit(&from.ty, &to.ty)
        }
        _ => false,
    }
}

/// The word that the name of a type begins with.
fn first_word(data_type: &DataType) -> String {
    let name = data_type.to_string();
    let first = name.split(['(', ' ', '[']).next();
    first.unwrap_or_default().to_owned()
}

/// Says of `Status::Paid`, which is read as a cast of a column, how a value of an enum is written.
fn as_variant(error: Box<Diagnostic>, operand: &Expr, data_type: &DataType) -> Box<Diagnostic> {
    let (Expr::Identifier(name), DataType::Custom(variant, _)) = (operand, data_type) else {
        return error;
    };
    let is_rust_type = name
        .value
        .starts_with(|first: char| first.is_ascii_uppercase());
    if error.code != Code::UnknownColumn || !is_rust_type {
        return error;
    }
    let help = format!(
        "a value of an enum is written as it is stored, such as `'{variant}'`, or is a parameter, `:name`"
    );
    Box::new(error.help(help))
}
