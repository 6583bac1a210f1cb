//! Calls with a grammar of their own: `EXTRACT`, `TRIM`, `SUBSTRING` and the like, and intervals.

use super::Analyzer;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::datetime::is_without_time_zone;
use crate::plan::{Expression, Literal};
use crate::types::Type;
use sqlparser::ast::{self, Expr};

impl Analyzer<'_> {
    /// Calls that have a grammar of their own.
    pub(crate) fn special_call(
        &mut self,
        expression: &Expr,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let text = |value: String| Expression::literal(Literal::Text(value), Type::Unknown, span);
        // The parser's place of such a call is that of its arguments; the word before them names it.
        let keyword = match expression {
            Expr::Extract { .. } => "extract",
            Expr::Ceil { .. } => "ceil",
            Expr::Floor { .. } => "floor",
            Expr::Position { .. } => "position",
            Expr::Substring { .. } => "substring",
            Expr::Trim { .. } => "trim",
            Expr::Overlay { .. } => "overlay",
            _ => "at",
        };
        let span = self.source.find_before(span.start, keyword).unwrap_or(span);
        let (name, arguments) = match expression {
            Expr::Extract { field, expr, .. } => {
                let field = field.to_string().to_lowercase();
                let place = self.source.find(span.start, &field).unwrap_or(span);
                let field = Expression {
                    span: place,
                    ..text(field)
                };
                ("extract", vec![field, self.expression(expr, scope, span)?])
            }
            Expr::Ceil { expr, field } | Expr::Floor { expr, field } => {
                if !matches!(
                    field,
                    ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime)
                ) {
                    return self.unsupported(span, "`CEIL` or `FLOOR` with a unit");
                }
                let name = if matches!(expression, Expr::Ceil { .. }) {
                    "ceil"
                } else {
                    "floor"
                };
                (name, vec![self.expression(expr, scope, span)?])
            }
            Expr::Position { expr, r#in } => {
                let part = self.expression(expr, scope, span)?;
                ("position", vec![part, self.expression(r#in, scope, span)?])
            }
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => {
                let mut arguments = vec![self.expression(expr, scope, span)?];
                arguments.push(match substring_from {
                    Some(from) => self.expression(from, scope, span)?,
                    None => Expression::literal(Literal::Integer(1), Type::Integer, span),
                });
                if let Some(length) = substring_for {
                    arguments.push(self.expression(length, scope, span)?);
                }
                ("substring", arguments)
            }
            Expr::Trim {
                trim_where,
                trim_what,
                expr,
                trim_characters,
            } => {
                let name = match trim_where {
                    None | Some(ast::TrimWhereField::Both) => "btrim",
                    Some(ast::TrimWhereField::Leading) => "ltrim",
                    Some(ast::TrimWhereField::Trailing) => "rtrim",
                };
                let mut arguments = vec![self.expression(expr, scope, span)?];
                let listed = trim_characters.iter().flatten();
                for characters in trim_what.as_deref().into_iter().chain(listed) {
                    arguments.push(self.expression(characters, scope, span)?);
                }
                (name, arguments)
            }
            Expr::Overlay {
                expr,
                overlay_what,
                overlay_from,
                overlay_for,
            } => {
                let mut arguments = Vec::new();
                for part in [expr, overlay_what, overlay_from]
                    .into_iter()
                    .chain(overlay_for)
                {
                    arguments.push(self.expression(part, scope, span)?);
                }
                ("overlay", arguments)
            }
            Expr::AtTimeZone {
                timestamp,
                time_zone,
            } => {
                let zone = self.expression(time_zone, scope, span)?;
                let is_reading = is_literal_without_time_zone(timestamp);
                let timestamp = self.expression(timestamp, scope, span)?;
                if is_reading {
                    return self.resolve("::moment", vec![zone, timestamp], span);
                }
                return self.at_time_zone(zone, timestamp, span);
            }
            _ => return self.unsupported(span, "this expression"),
        };
        self.resolve(name, arguments, span)
    }

    /// What a clock shows at a moment, or the moment at which it shows what a timestamp without a zone
    /// says.
    pub(super) fn at_time_zone(
        &mut self,
        zone: Expression,
        timestamp: Expression,
        span: Span,
    ) -> Result<Expression> {
        let name = match is_without_time_zone(&timestamp) {
            true => "::moment",
            false => "timezone",
        };
        self.resolve(name, vec![zone, timestamp], span)
    }

    /// `INTERVAL '7 days'`, `INTERVAL '7' DAY`, `INTERVAL 7 DAY`.
    pub(crate) fn interval(&mut self, interval: &ast::Interval, span: Span) -> Result<Expression> {
        if interval.leading_precision.is_some()
            || interval.last_field.is_some()
            || interval.fractional_seconds_precision.is_some()
        {
            return self.unsupported(span, "an interval of several fields");
        }
        let text = match &*interval.value {
            Expr::Value(value) => match &value.value {
                ast::Value::SingleQuotedString(text) => text.clone(),
                ast::Value::Number(text, _) => text.clone(),
                _ => return self.unsupported(span, "this interval"),
            },
            _ => {
                return Err(Box::new(
                    Diagnostic::error(Code::Unsupported, span, "an interval that is not a literal")
                        .help("multiply one: `INTERVAL '1 day' * n`"),
                ));
            }
        };
        let unit = interval
            .leading_field
            .as_ref()
            .map(|field| field.to_string().to_lowercase());
        match crate::literal::interval(&text, unit.as_deref()) {
            Ok(fields) => {
                let (months, days, milliseconds) = fields;
                let literal = Literal::Interval {
                    months,
                    days,
                    milliseconds,
                };
                Ok(Expression::literal(literal, Type::Interval, span))
            }
            Err(reason) => {
                let message = format!("`'{text}'` is no `interval`: {reason}");
                Err(Box::new(
                    Diagnostic::error(Code::InvalidLiteral, span, message)
                        .help("write it like `INTERVAL '7 days'`"),
                ))
            }
        }
    }
}

/// Whether this is `TIMESTAMP '2024-05-01 12:00'` or `'2024-05-01 12:00'::timestamp`, whose value alone does
/// not tell its type.
fn is_literal_without_time_zone(expression: &Expr) -> bool {
    match expression {
        Expr::Nested(inner) => is_literal_without_time_zone(inner),
        Expr::TypedString(typed) => super::cast::is_without_time_zone(&typed.data_type),
        Expr::Cast {
            expr, data_type, ..
        } => matches!(**expr, Expr::Value(_)) && super::cast::is_without_time_zone(data_type),
        _ => false,
    }
}
