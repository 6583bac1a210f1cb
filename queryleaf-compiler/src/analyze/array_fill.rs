//! `ARRAY_FILL(value, ARRAY[n])`: an array of a value over and over.

use super::Analyzer;
use super::call::wrong_count;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind};
use crate::types::Type;

impl Analyzer<'_> {
    pub(super) fn array_fill(
        &mut self,
        arguments: Vec<Expression>,
        span: Span,
    ) -> Result<Expression> {
        let mut arguments = arguments.into_iter();
        let (Some(value), Some(lengths)) = (arguments.next(), arguments.next()) else {
            return wrong_count(
                "array_fill",
                "a value and its number, as in `ARRAY[3]`",
                span,
            );
        };
        if let Some(bound) = arguments.next() {
            let message = "an array whose positions do not begin at 1 is not supported";
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, bound.span, message)
                    .help("leave out the last argument"),
            ));
        }
        if matches!(value.ty, Type::Array(_)) {
            let message = "`array_fill` of an array is not supported";
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, value.span, message)
                    .note("an array has one dimension here"),
            ));
        }
        let place = lengths.span;
        let one_length = match lengths.kind {
            ExpressionKind::Array(items) => <[Expression; 1]>::try_from(items).ok(),
            _ => None,
        };
        let Some([length]) = one_length else {
            let message = "`array_fill` with other than one length is not supported";
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, place, message)
                    .note("an array has one dimension here")
                    .help("write `ARRAY[n]` for an array of `n` items"),
            ));
        };
        self.resolve("::fill", vec![value, length], span)
    }
}
