//! What a field's values are limited to: `max_length`, `precision` and `scale`.

use super::field_attributes::FieldAttributes;
use super::inner_type::Values;
use super::stored_type::Scalar;
use crate::errors::Errors;
use std::fmt::Write;
use syn::LitInt;

/// The most digits of a Decimal128.
const MAX_PRECISION: u8 = 34;

/// The limits in the schema text.
pub(super) fn text(values: Values, leaf: &FieldAttributes, errors: &mut Errors) -> String {
    let mut text = String::new();
    if let Some(length) = &leaf.max_length
        && let Some(length) = max_length(length, values, errors)
    {
        // Writing to a string cannot fail.
        let _ = write!(text, " length {length}");
    }
    if let Some((precision, scale)) = precision(leaf, values, errors) {
        let _ = write!(text, " precision {precision} {scale}");
    }
    if let Some((smallest, largest)) = values.range {
        let _ = write!(text, " range {smallest} {largest}");
    }
    text
}

fn max_length(literal: &LitInt, values: Values, errors: &mut Errors) -> Option<u32> {
    if values.scalar != Some(Scalar::Text) {
        errors.add(
            literal,
            "a `max_length` is that of a text, and this is none",
        );
        return None;
    }
    let length: u32 = errors.take(literal.base10_parse())?;
    if length == 0 {
        errors.add(literal, "a text of no characters holds nothing");
        return None;
    }
    Some(length)
}

fn precision(leaf: &FieldAttributes, values: Values, errors: &mut Errors) -> Option<(u8, u8)> {
    let Some(literal) = &leaf.precision else {
        if let Some(scale) = &leaf.scale {
            errors.add_with_help(
                scale,
                "a `scale` is said beside a `precision`",
                "add `precision = ..`, the number of all digits",
            );
        }
        return None;
    };
    if values.scalar != Some(Scalar::Numeric) {
        errors.add_with_help(
            literal,
            "a `precision` is that of a numeric, and this is none",
            "use `Decimal128` to store a number with so many digits",
        );
        return None;
    }
    let precision = errors.take(literal.base10_parse::<u8>())?;
    if !(1..=MAX_PRECISION).contains(&precision) {
        errors.add(literal, "a numeric has 1 to 34 digits");
        return None;
    }
    let scale = match &leaf.scale {
        Some(scale) => errors.take(scale.base10_parse::<u8>())?,
        None => 0,
    };
    if scale > precision {
        errors.add(
            &leaf.scale,
            "there are no more digits behind the point than in all",
        );
        return None;
    }
    Some((precision, scale))
}
