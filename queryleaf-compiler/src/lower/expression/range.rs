//! The range of integers that an expression can have.
//!
//! The server turns a 64-bit overflow into a double, which loses digits; an operation is checked for
//! it unless the range of its result shows that it cannot happen.

use crate::plan::{ArithmeticOperator, Expression, ExpressionKind, Literal, Path};
use crate::types::Type;

/// All integers from `least` to `greatest`, possibly beyond 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) least: i128,
    pub(super) greatest: i128,
}

impl Range {
    /// 32 bits.
    const INTEGER: Range = Range::new(i32::MIN as i128, i32::MAX as i128);
    /// 64 bits.
    pub(super) const BIGINT: Range = Range::new(i64::MIN as i128, i64::MAX as i128);
    /// What a double holds exactly, both ends excluded.
    const EXACT_DOUBLE: Range = Range::new(-(1 << 53) + 1, (1 << 53) - 1);

    const fn new(least: i128, greatest: i128) -> Range {
        Range { least, greatest }
    }

    fn within(self, outer: Range) -> bool {
        self.least >= outer.least && self.greatest <= outer.greatest
    }

    /// Whether every number of the range is a 64-bit one.
    pub(super) fn fits_bigint(self) -> bool {
        self.within(Range::BIGINT)
    }

    /// Whether every number of the range is a 32-bit one.
    pub(super) fn fits_integer(self) -> bool {
        self.within(Range::INTEGER)
    }

    /// Whether every number of the range has its own double.
    pub(super) fn fits_double(self) -> bool {
        self.within(Range::EXACT_DOUBLE)
    }

    /// What is left when everything beyond 64 bits is an error.
    fn checked(self) -> Range {
        Range::new(
            self.least
                .clamp(Range::BIGINT.least, Range::BIGINT.greatest),
            self.greatest
                .clamp(Range::BIGINT.least, Range::BIGINT.greatest),
        )
    }

    fn of_all(values: impl IntoIterator<Item = i128>) -> Option<Range> {
        values
            .into_iter()
            .map(|value| Range::new(value, value))
            .reduce(Range::union)
    }

    fn union(self, other: Range) -> Range {
        Range::new(
            self.least.min(other.least),
            self.greatest.max(other.greatest),
        )
    }

    fn contains(self, value: i128) -> bool {
        (self.least..=self.greatest).contains(&value)
    }

    fn magnitude(self) -> i128 {
        self.least.abs().max(self.greatest.abs())
    }
}

/// The range of an integer expression as it is on the server, where an `integer` in the middle of a
/// computation may be larger than 32 bits.
pub(super) fn range(expression: &Expression) -> Range {
    let of_type = || match expression.ty {
        Type::Integer => Range::INTEGER,
        _ => Range::BIGINT,
    };
    match &expression.kind {
        ExpressionKind::Literal(Literal::Integer(value)) => {
            Range::new(i128::from(*value), i128::from(*value))
        }
        ExpressionKind::Parameter(_) => of_type(),
        ExpressionKind::Path(path) if is_stored(path) => of_type(),
        ExpressionKind::Arithmetic {
            operator,
            left,
            right,
        } => unchecked(*operator, range(left), range(right)).checked(),
        ExpressionKind::Negate(operand) => negated(range(operand)).checked(),
        ExpressionKind::Cast(operand) => match (&operand.ty, &expression.ty) {
            (Type::Integer | Type::Bigint, Type::Bigint) => range(operand),
            (Type::Integer, Type::Integer) => range(operand),
            // Checked by the conversion.
            _ => of_type(),
        },
        ExpressionKind::Case {
            branches,
            otherwise,
        } => union(
            branches
                .iter()
                .map(|(_, value)| value)
                .chain(otherwise.as_deref()),
        ),
        ExpressionKind::Coalesce(items)
        | ExpressionKind::Greatest(items)
        | ExpressionKind::Least(items) => union(items),
        // A function of what may be larger than its type may be larger itself.
        ExpressionKind::Call { arguments, .. } => {
            let small = arguments
                .iter()
                .filter(|argument| argument.ty.is_integer())
                .all(|argument| range(argument).fits_integer());
            if small { of_type() } else { Range::BIGINT }
        }
        // A column that another relation computes, and everything else.
        _ => Range::BIGINT,
    }
}

/// Whether a path ends at a field of a stored document, which has the range of its type.
fn is_stored(path: &Path) -> bool {
    !path.steps.is_empty()
}

fn union<'a>(expressions: impl IntoIterator<Item = &'a Expression>) -> Range {
    expressions
        .into_iter()
        .filter(|expression| !matches!(expression.kind, ExpressionKind::Literal(Literal::Null)))
        .map(range)
        .reduce(Range::union)
        .unwrap_or(Range::new(0, 0))
}

/// The range of the mathematical result.
pub(super) fn unchecked(operator: ArithmeticOperator, left: Range, right: Range) -> Range {
    match operator {
        ArithmeticOperator::Add => Range::new(
            left.least.saturating_add(right.least),
            left.greatest.saturating_add(right.greatest),
        ),
        ArithmeticOperator::Subtract => Range::new(
            left.least.saturating_sub(right.greatest),
            left.greatest.saturating_sub(right.least),
        ),
        ArithmeticOperator::Multiply => Range::of_all([
            left.least.saturating_mul(right.least),
            left.least.saturating_mul(right.greatest),
            left.greatest.saturating_mul(right.least),
            left.greatest.saturating_mul(right.greatest),
        ])
        .unwrap_or(Range::BIGINT),
        ArithmeticOperator::Divide => {
            // The nearer to zero the divisor, the further away from it the quotient.
            let divisors = [right.least, right.greatest, -1, 1]
                .into_iter()
                .filter(|divisor| right.contains(*divisor) && *divisor != 0);
            Range::of_all(
                divisors.flat_map(|divisor| [left.least / divisor, left.greatest / divisor, 0]),
            )
            .unwrap_or(Range::BIGINT)
        }
        ArithmeticOperator::Modulo => {
            let magnitude = left.magnitude().min((right.magnitude() - 1).max(0));
            Range::new(
                if left.least < 0 { -magnitude } else { 0 },
                if left.greatest > 0 { magnitude } else { 0 },
            )
        }
    }
}

/// The range of the opposite.
pub(super) fn negated(range: Range) -> Range {
    Range::new(-range.greatest, -range.least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_operations() {
        let small = Range::new(-3, 5);
        let positive = Range::new(2, 4);
        let result = |operator| unchecked(operator, small, positive);
        assert_eq!(result(ArithmeticOperator::Add), Range::new(-1, 9));
        assert_eq!(result(ArithmeticOperator::Subtract), Range::new(-7, 3));
        assert_eq!(result(ArithmeticOperator::Multiply), Range::new(-12, 20));
        assert_eq!(result(ArithmeticOperator::Divide), Range::new(-1, 2));
        let by_anything = unchecked(ArithmeticOperator::Divide, small, small);
        assert_eq!(by_anything, Range::new(-5, 5));
        assert_eq!(result(ArithmeticOperator::Modulo), Range::new(-3, 3));
    }

    #[test]
    fn products_of_bigints_do_not_fit() {
        let product = unchecked(ArithmeticOperator::Multiply, Range::BIGINT, Range::BIGINT);
        assert!(!product.fits_bigint());
        assert_eq!(product.checked(), Range::BIGINT);
        let quotient = unchecked(ArithmeticOperator::Divide, Range::BIGINT, Range::BIGINT);
        assert!(!quotient.fits_bigint(), "the smallest bigint by -1");
        assert!(!negated(Range::BIGINT).fits_bigint());
    }
}
