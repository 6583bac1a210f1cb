//! `document ->> 'key' = 'text'`, compared without writing what the document holds as text.

use crate::plan::{ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::types::Type;

/// What a document holds, of which only the text is compared, for equality, with texts that no
/// other value than a string has: then the value itself can be compared with them.
pub(in crate::lower) fn compared_as_is<'a>(
    operator: ComparisonOperator,
    expression: &'a Expression,
    others: &[Expression],
) -> Option<&'a Expression> {
    let equality = matches!(
        operator,
        ComparisonOperator::Equal | ComparisonOperator::NotEqual
    );
    let ExpressionKind::Cast(operand) = &expression.kind else {
        return None;
    };
    let of_json = operand.ty == Type::Json && expression.ty == Type::Text;
    (equality && of_json && others.iter().all(is_only_text)).then_some(operand)
}

/// Whether a constant is no text of a number, a boolean, an ObjectId, an array or a document.
fn is_only_text(expression: &Expression) -> bool {
    match expression.as_literal() {
        Some(Literal::Null) => true,
        Some(Literal::Text(text)) => {
            let is_word = matches!(text.as_str(), "true" | "false" | "NaN" | "Infinity");
            let is_object_id =
                text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            text.starts_with(|first: char| first.is_alphabetic()) && !is_word && !is_object_id
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;

    #[test]
    fn texts_that_other_values_have_too_are_told_apart() {
        let only_text = |text: &str| {
            is_only_text(&Expression::literal(
                Literal::Text(text.to_owned()),
                Type::Text,
                Span::default(),
            ))
        };
        for text in ["red", "Ångström", "true story", "abcdef012345"] {
            assert!(only_text(text), "{text}");
        }
        for text in [
            "",
            "5",
            "-1",
            "true",
            "NaN",
            "[1]",
            "{}",
            "abcdef0123456789abcdef01",
        ] {
            assert!(!only_text(text), "{text}");
        }
    }
}
