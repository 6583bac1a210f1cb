//! Implied conversions: PostgreSQL's, as far as the types exist here.

use super::Analyzer;
use super::field::is_declared_by_user;
use super::json_text;
use super::literal::typed_literal;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::{GeometryType, Item, Type};

/// Whether a value of one type stands where another is wanted without a cast in the text.
pub(crate) fn is_implicit(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Unknown, _) => true,
        (from, to) if from == to => true,
        (Type::Integer, Type::Bigint | Type::Numeric | Type::Double)
        | (Type::Bigint, Type::Numeric | Type::Double)
        | (Type::Numeric, Type::Double)
        | (Type::Date, Type::Timestamp)
        | (Type::Enum(_), Type::Text)
        | (Type::Geometry(_) | Type::Struct(_) | Type::Map(_) | Type::Document, Type::Json)
        | (Type::Geometry(_) | Type::Struct(_) | Type::Map(_), Type::Document)
        | (Type::Geometry(_), Type::Geometry(GeometryType::Any)) => true,
        (Type::Array(from), Type::Array(to)) => is_implicit(&from.ty, &to.ty),
        _ => false,
    }
}

/// The type that values of both types are brought to, or `None` where they do not go together.
pub(crate) fn common(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        (Type::Array(one), Type::Array(other)) => Some(Type::Array(Box::new(Item {
            ty: common(&one.ty, &other.ty)?,
            nullable: one.nullable || other.nullable,
            own: one.own && other.own,
        }))),
        _ if is_implicit(left, right) => Some(right.clone()),
        _ if is_implicit(right, left) => Some(left.clone()),
        // Two different enums meet as the texts they are stored as.
        (Type::Enum(_), Type::Enum(_)) => Some(Type::Text),
        (Type::Struct(_) | Type::Map(_) | Type::Document, Type::Struct(_) | Type::Map(_)) => {
            Some(Type::Json)
        }
        (Type::Geometry(_), Type::Geometry(_)) => Some(Type::Geometry(GeometryType::Any)),
        (Type::Geometry(_), Type::Struct(_) | Type::Map(_))
        | (Type::Struct(_) | Type::Map(_), Type::Geometry(_)) => Some(Type::Json),
        _ => None,
    }
}

impl Analyzer<'_> {
    /// Brings an expression to a type by an implied conversion.
    pub(crate) fn coerce(&mut self, expression: Expression, to: &Type) -> Result<Expression> {
        if expression.ty == *to {
            return Ok(expression);
        }
        if !is_implicit(&expression.ty, to) {
            let message = format!("expected `{to}`, found `{}`", expression.ty);
            return Err(Box::new(
                Diagnostic::error(Code::TypeMismatch, expression.span, message)
                    .label(format!("this is of type `{}`", expression.ty)),
            ));
        }
        self.convert(expression, to)
    }

    /// Converts where the conversion is known to be implied.
    fn convert(&mut self, expression: Expression, to: &Type) -> Result<Expression> {
        let Expression {
            kind,
            ty,
            nullable,
            span,
        } = expression;
        let unknown = matches!(ty, Type::Unknown);
        let kind = match kind {
            ExpressionKind::Literal(literal) => {
                return convert_literal(literal, &ty, to, nullable, span);
            }
            ExpressionKind::Parameter(number) if unknown => {
                self.parameters.assign(number, to, false, span)?;
                ExpressionKind::Parameter(number)
            }
            ExpressionKind::Array(items) => {
                let Type::Array(item) = to else {
                    return Ok(cast(ExpressionKind::Array(items), ty, to, nullable, span));
                };
                let items = items
                    .into_iter()
                    .map(|value| self.coerce(value, &item.ty))
                    .collect::<Result<_>>()?;
                ExpressionKind::Array(items)
            }
            // A form whose branches are all untyped: the type is given to each of them.
            ExpressionKind::Case { .. }
            | ExpressionKind::Coalesce(_)
            | ExpressionKind::Greatest(_)
            | ExpressionKind::Least(_)
                if unknown =>
            {
                return self.convert_branches(
                    Expression {
                        kind,
                        ty,
                        nullable,
                        span,
                    },
                    to,
                );
            }
            kind if unknown => kind,
            kind => return Ok(cast(kind, ty, to, nullable, span)),
        };
        Ok(Expression {
            kind,
            ty: to.clone(),
            nullable,
            span,
        })
    }

    fn convert_branches(&mut self, expression: Expression, to: &Type) -> Result<Expression> {
        let Expression {
            kind,
            nullable,
            span,
            ..
        } = expression;
        let kind = match kind {
            ExpressionKind::Case {
                branches,
                otherwise,
            } => ExpressionKind::Case {
                branches: branches
                    .into_iter()
                    .map(|(condition, value)| Ok((condition, self.coerce(value, to)?)))
                    .collect::<Result<_>>()?,
                otherwise: otherwise
                    .map(|value| self.coerce(*value, to).map(Box::new))
                    .transpose()?,
            },
            ExpressionKind::Coalesce(items) => {
                ExpressionKind::Coalesce(self.coerce_all(items, to)?)
            }
            ExpressionKind::Greatest(items) => {
                ExpressionKind::Greatest(self.coerce_all(items, to)?)
            }
            ExpressionKind::Least(items) => ExpressionKind::Least(self.coerce_all(items, to)?),
            other => other,
        };
        Ok(Expression {
            kind,
            ty: to.clone(),
            nullable,
            span,
        })
    }

    /// Brings several expressions to one type.
    pub(crate) fn coerce_all(
        &mut self,
        expressions: Vec<Expression>,
        to: &Type,
    ) -> Result<Vec<Expression>> {
        expressions
            .into_iter()
            .map(|expression| self.coerce(expression, to))
            .collect()
    }

    /// Brings the branches of a `CASE`, `COALESCE` or the like to their common type.
    pub(crate) fn unify(
        &mut self,
        expressions: Vec<Expression>,
        what: &str,
    ) -> Result<(Vec<Expression>, Type)> {
        let mut ty = Type::Unknown;
        for expression in &expressions {
            ty = common(&ty, &expression.ty).ok_or_else(|| {
                let message = format!("{what} mixes `{ty}` and `{}`", expression.ty);
                Box::new(
                    Diagnostic::error(Code::TypeMismatch, expression.span, message)
                        .label(format!("this is of type `{}`", expression.ty))
                        .help("cast one of them"),
                )
            })?;
        }
        // Literals alone stay open until their use decides; text is the last resort.
        let expressions = self.coerce_all(expressions, &ty)?;
        Ok((expressions, ty))
    }

    /// Decides what is still open: a quoted literal, a parameter or `NULL` becomes text.
    pub(crate) fn settle(&mut self, expression: Expression) -> Result<Expression> {
        match &expression.ty {
            Type::Unknown if matches!(expression.kind, ExpressionKind::Parameter(_)) => {
                Ok(expression)
            }
            Type::Unknown => self.coerce(expression, &Type::Text),
            Type::Array(item) if matches!(item.ty, Type::Unknown) => {
                let to = Type::Array(Box::new(Item {
                    ty: Type::Text,
                    ..(**item).clone()
                }));
                self.coerce(expression, &to)
            }
            _ => Ok(expression),
        }
    }

    /// Requires a boolean.
    pub(crate) fn condition(&mut self, expression: Expression, clause: &str) -> Result<Expression> {
        if matches!(expression.ty, Type::Boolean | Type::Unknown) {
            return self.coerce(expression, &Type::Boolean);
        }
        Err(Box::new(
            Diagnostic::error(
                Code::TypeMismatch,
                expression.span,
                format!("{clause} wants a condition, found `{}`", expression.ty),
            )
            .label(format!("this is of type `{}`", expression.ty))
            .help("compare it with something, as in `x > 0`"),
        ))
    }
}

fn cast(kind: ExpressionKind, ty: Type, to: &Type, nullable: bool, span: Span) -> Expression {
    let inner = Expression {
        kind,
        ty,
        nullable,
        span,
    };
    Expression {
        kind: ExpressionKind::Cast(Box::new(inner)),
        ty: to.clone(),
        nullable,
        span,
    }
}

/// A literal as a value of another type.
fn convert_literal(
    literal: Literal,
    from: &Type,
    to: &Type,
    nullable: bool,
    span: Span,
) -> Result<Expression> {
    let literal = match (literal, to) {
        (Literal::Null, _) => Literal::Null,
        (Literal::Text(text), Type::Json) if matches!(from, Type::Unknown) => {
            return json_text::literal(&text, span);
        }
        (Literal::Text(text), to) if matches!(from, Type::Unknown) => {
            typed_literal(text, to, span)?
        }
        (Literal::Integer(value), Type::Numeric) => Literal::Numeric(value.to_string()),
        (Literal::Integer(value), Type::Double) => {
            Literal::Numeric(value.to_string()).into_double()
        }
        (literal @ Literal::Numeric(_), Type::Double) => literal.into_double(),
        (literal, to) => {
            let keeps_form = matches!(
                (&literal, to),
                (Literal::Integer(_), Type::Bigint) | (Literal::Timestamp(_), Type::Timestamp)
            ) || is_declared_by_user(to);
            let kind = ExpressionKind::Literal(literal);
            return Ok(if keeps_form {
                Expression {
                    kind,
                    ty: to.clone(),
                    nullable,
                    span,
                }
            } else {
                cast(kind, from.clone(), to, nullable, span)
            });
        }
    };
    Ok(Expression {
        nullable,
        ..Expression::literal(literal, to.clone(), span)
    })
}

impl Literal {
    /// A number as a double: the nearest one, as PostgreSQL converts.
    fn into_double(self) -> Literal {
        match self {
            Literal::Numeric(text) => match text.parse() {
                Ok(value) => Literal::Double(value),
                Err(_) => Literal::Numeric(text),
            },
            other => other,
        }
    }
}
