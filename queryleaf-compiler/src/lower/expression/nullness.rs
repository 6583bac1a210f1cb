//! Where the `NULL` of an expression comes from.

use crate::functions::{Nullability, nullability};
use crate::plan::{Expression, ExpressionKind, Literal};

/// What makes an expression `NULL`.
#[derive(Debug, Default)]
pub(in crate::lower) struct NullSources<'a> {
    /// When one of these parameters is `NULL`, so is the expression.
    pub(in crate::lower) parameters: Vec<u16>,
    /// When one of these paths is `NULL`, so is the expression.
    pub(in crate::lower) paths: Vec<&'a Expression>,
    /// Whether it may be `NULL` for another reason too, so that only its value tells.
    pub(in crate::lower) other: bool,
    /// Whether it is `NULL` always.
    pub(in crate::lower) always: bool,
}

impl NullSources<'_> {
    /// Whether it may be `NULL` although no parameter is.
    pub(in crate::lower) fn on_the_server(&self) -> bool {
        self.other || !self.paths.is_empty()
    }
}

/// What makes an expression `NULL`.
pub(in crate::lower) fn null_sources(expression: &Expression) -> NullSources<'_> {
    let mut sources = NullSources::default();
    collect(expression, &mut sources);
    sources
}

fn collect<'a>(expression: &'a Expression, sources: &mut NullSources<'a>) {
    if !expression.nullable {
        return;
    }
    match &expression.kind {
        ExpressionKind::Literal(Literal::Null) => sources.always = true,
        ExpressionKind::Literal(_) => {}
        ExpressionKind::Path(_) => {
            let known = sources
                .paths
                .iter()
                .any(|path| path.kind == expression.kind);
            if !known {
                sources.paths.push(expression);
            }
        }
        ExpressionKind::Parameter(parameter) => {
            if !sources.parameters.contains(parameter) {
                sources.parameters.push(*parameter);
            }
        }
        ExpressionKind::Not(operand)
        | ExpressionKind::Negate(operand)
        | ExpressionKind::Cast(operand) => strict([&**operand], sources),
        ExpressionKind::Compare { left, right, .. }
        | ExpressionKind::Arithmetic { left, right, .. } => strict([&**left, &**right], sources),
        ExpressionKind::Like {
            operand, pattern, ..
        }
        | ExpressionKind::Regex {
            operand, pattern, ..
        } => strict([&**operand, &**pattern], sources),
        ExpressionKind::Call {
            function,
            arguments,
        } => match nullability(*function) {
            Nullability::Strict => strict(arguments, sources),
            Nullability::StrictAndSometimes => {
                strict(arguments, sources);
                sources.other = true;
            }
            Nullability::WhenFirst => strict(arguments.first(), sources),
            Nullability::Never => {}
            Nullability::WhenAll | Nullability::Custom => sources.other = true,
        },
        ExpressionKind::And(_)
        | ExpressionKind::Or(_)
        | ExpressionKind::InList { .. }
        | ExpressionKind::InParameter { .. }
        | ExpressionKind::Quantified { .. }
        | ExpressionKind::Case { .. }
        | ExpressionKind::Coalesce(_)
        | ExpressionKind::Greatest(_)
        | ExpressionKind::Least(_)
        | ExpressionKind::Subscript { .. }
        | ExpressionKind::Member { .. }
        | ExpressionKind::Aggregate(_)
        | ExpressionKind::Grouping(_)
        | ExpressionKind::Window(_)
        | ExpressionKind::Subquery(_) => sources.other = true,
        ExpressionKind::CurrentTimestamp
        | ExpressionKind::IsNull(_)
        | ExpressionKind::NotDistinct { .. }
        | ExpressionKind::IsTruth { .. }
        | ExpressionKind::Array(_)
        | ExpressionKind::Object(_) => {}
    }
}

/// `NULL` when one of the operands is. One that is `NULL` though no operand can be, such as a cast
/// that finds nothing, has to be asked itself.
fn strict<'a>(operands: impl IntoIterator<Item = &'a Expression>, sources: &mut NullSources<'a>) {
    let mut explained = false;
    for operand in operands {
        explained |= operand.nullable;
        collect(operand, sources);
    }
    sources.other |= !explained;
}
