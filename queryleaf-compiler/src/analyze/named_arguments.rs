//! Named arguments: `MAKE_INTERVAL(days => 10)`.

use super::Analyzer;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, Literal};
use crate::suggestion::nearest;
use crate::types::Type;
use sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr};

/// The parameters of `make_interval`.
const PARTS: [&str; 7] = ["years", "months", "weeks", "days", "hours", "mins", "secs"];

/// Whether an argument has a name.
pub(super) fn is_named(argument: &FunctionArg) -> bool {
    match argument {
        FunctionArg::Named { .. } | FunctionArg::ExprNamed { .. } => true,
        FunctionArg::Unnamed(_) => false,
    }
}

impl Analyzer<'_> {
    /// The arguments of `make_interval` in their order; those that are left out are 0.
    pub(super) fn interval_parts(
        &mut self,
        arguments: &[FunctionArg],
        scope: &Scope,
        span: Span,
    ) -> Result<Vec<Expression>> {
        let mut parts: [Option<Expression>; PARTS.len()] = Default::default();
        for (number, argument) in arguments.iter().enumerate() {
            let (position, value, place) = match argument {
                FunctionArg::Unnamed(value) => (Some(number), value, span),
                FunctionArg::Named { name, arg, .. }
                | FunctionArg::ExprNamed {
                    name: Expr::Identifier(name),
                    arg,
                    ..
                } => {
                    let name = self.name(name);
                    let written = name.text.to_lowercase();
                    let position = PARTS.iter().position(|part| *part == written);
                    if position.is_none() {
                        return Err(Box::new(unknown(&written, name.span)));
                    }
                    (position, arg, name.span)
                }
                FunctionArg::ExprNamed { .. } => {
                    return self.unsupported(span, "this name of an argument");
                }
            };
            let FunctionArgExpr::Expr(value) = value else {
                return self.unsupported(place, "`*` as an argument");
            };
            let value = self.expression(value, scope, place)?;
            match position.and_then(|position| parts.get_mut(position)) {
                Some(part @ None) => *part = Some(value),
                Some(Some(_)) | None => {
                    let message = "`make_interval` is given an argument twice, or too many";
                    return Err(Box::new(Diagnostic::error(
                        Code::ArgumentMismatch,
                        place,
                        message,
                    )));
                }
            }
        }
        let zero = Expression::literal(Literal::Integer(0), Type::Integer, span);
        Ok(parts
            .into_iter()
            .map(|part| part.unwrap_or_else(|| zero.clone()))
            .collect())
    }
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    let message = format!("`make_interval` has no argument `{name}`");
    let error = Diagnostic::error(Code::ArgumentMismatch, span, message);
    match nearest(name, PARTS) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("they are {}", PARTS.join(", "))),
    }
}
