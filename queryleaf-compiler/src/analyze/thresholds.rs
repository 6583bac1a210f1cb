//! `WIDTH_BUCKET(x, thresholds)`: a value and an array of one type, which either may give.

use super::Analyzer;
use super::coerce::common;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind};
use crate::types::{Item, Type};

impl Analyzer<'_> {
    pub(super) fn bucket_of_thresholds(
        &mut self,
        value: Expression,
        thresholds: Expression,
        span: Span,
    ) -> Result<Expression> {
        let (item, nullable) = match &thresholds.ty {
            Type::Array(item) => (common(&value.ty, &item.ty), item.nullable),
            Type::Unknown if matches!(thresholds.kind, ExpressionKind::Parameter(_)) => {
                (Some(value.ty.clone()), false)
            }
            _ => (None, false),
        };
        let Some(ty) = item else {
            return self.resolve("width_bucket", vec![value, thresholds], span);
        };
        if !is_ordered(&ty) {
            let message = format!("`width_bucket` of `{ty}` is not supported");
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, value.span, message)
                    .help("it takes numbers, texts, dates and timestamps"),
            ));
        }
        let array = Type::Array(Box::new(Item {
            ty,
            nullable,
            own: false,
        }));
        let thresholds = self.coerce(thresholds, &array)?;
        self.resolve("width_bucket", vec![value, thresholds], span)
    }
}

/// Whether the server orders what is stored of a type as PostgreSQL orders the type.
fn is_ordered(ty: &Type) -> bool {
    ty.is_number()
        || matches!(
            ty,
            Type::Unknown | Type::Text | Type::Enum(_) | Type::Date | Type::Timestamp
        )
}
