//! Templates as text, in the manner of the MongoDB shell, for tests and debugging.
//!
//! Constants look as in the shell: `{$gt: ["$x", 5]}`, `NumberDecimal("1.5")`, `Date(0)`. What waits
//! for a parameter looks like a call: `:0` is a hole, `:0 as LikeFilter` one with a form,
//! `when(:0 IsNull, a, b)` a choice, and `omit`, `never`, `all(..)` and `any(..)` are the rest.

use crate::{Condition, Form, Template, Value};
use std::fmt;

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Template::Value(value) => value.fmt(f),
            Template::Document(entries) => {
                f.write_str("{")?;
                for (position, (key, value)) in entries.iter().enumerate() {
                    separate(f, position)?;
                    write_key(f, key)?;
                    write!(f, ": {value}")?;
                }
                f.write_str("}")
            }
            Template::Array(items) => {
                f.write_str("[")?;
                write_list(f, items)?;
                f.write_str("]")
            }
            Template::Hole {
                parameter,
                form: Form::Plain,
            } => write!(f, ":{parameter}"),
            Template::Hole { parameter, form } => write!(f, ":{parameter} as {form:?}"),
            Template::When {
                condition: Condition::InSession,
                then,
                otherwise,
                ..
            } => write!(f, "when(InSession, {then}, {otherwise})"),
            Template::When {
                condition,
                parameter,
                then,
                otherwise,
            } => write!(f, "when(:{parameter} {condition:?}, {then}, {otherwise})"),
            Template::Omit => f.write_str("omit"),
            Template::All(items) => {
                f.write_str("all(")?;
                write_list(f, items)?;
                f.write_str(")")
            }
            Template::Any(items) => {
                f.write_str("any(")?;
                write_list(f, items)?;
                f.write_str(")")
            }
            Template::Never => f.write_str("never"),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Boolean(value) => write!(f, "{value}"),
            Value::Int32(value) => write!(f, "{value}"),
            Value::Int64(value) => write!(f, "NumberLong({value})"),
            Value::Double(value) => write!(f, "{value:?}"),
            Value::Decimal128(bytes) => write!(f, "NumberDecimal(\"{}\")", decimal(*bytes)),
            Value::String(text) => write!(f, "{text:?}"),
            Value::ObjectId(bytes) => write!(f, "ObjectId(\"{}\")", hexadecimal(bytes)),
            Value::DateTime(milliseconds) => write!(f, "Date({milliseconds})"),
            Value::Binary { subtype, bytes } => {
                write!(f, "BinData({subtype}, \"{}\")", hexadecimal(bytes))
            }
            Value::Regex { pattern, options } => write!(f, "/{pattern}/{options}"),
        }
    }
}

fn separate(f: &mut fmt::Formatter<'_>, position: usize) -> fmt::Result {
    if position == 0 {
        return Ok(());
    }
    f.write_str(", ")
}

fn write_list(f: &mut fmt::Formatter<'_>, items: &[Template]) -> fmt::Result {
    for (position, item) in items.iter().enumerate() {
        separate(f, position)?;
        write!(f, "{item}")?;
    }
    Ok(())
}

/// Keys are bare where the shell takes them bare.
fn write_key(f: &mut fmt::Formatter<'_>, key: &str) -> fmt::Result {
    let bare = !key.is_empty()
        && !key.starts_with(|first: char| first.is_ascii_digit())
        && key
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$');
    if bare {
        f.write_str(key)
    } else {
        write!(f, "{key:?}")
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A Decimal128 as coefficient and exponent: exact, and enough to tell values apart.
fn decimal(bytes: [u8; 16]) -> String {
    let bits = u128::from_le_bytes(bytes);
    let sign = if bits >> 127 == 1 { "-" } else { "" };
    let combination = (bits >> 122) & 0b1_1111;
    if combination >= 0b1_1110 {
        return format!("{sign}special");
    }
    // Coefficients of 34 digits fit 113 bits, so that the exponent is always the 14 bits before them.
    let exponent = ((bits >> 113) & 0x3fff) as i32 - 6176;
    let coefficient = bits & ((1 << 113) - 1);
    let digits = coefficient.to_string();
    match usize::try_from(-exponent) {
        Ok(0) => format!("{sign}{digits}"),
        Ok(scale) if scale <= 34 => {
            let padded = format!("{digits:0>width$}", width = scale + 1);
            let (whole, fraction) = padded.split_at(padded.len() - scale);
            format!("{sign}{whole}.{fraction}")
        }
        _ => format!("{sign}{digits}E{exponent}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_look_as_in_the_shell() {
        let template = Template::document([
            ("_id", Template::from(7)),
            (
                "a.b",
                Template::array([Template::from("$x"), Template::null()]),
            ),
            ("n", Template::from(7_i64)),
        ]);
        assert_eq!(
            template.to_string(),
            r#"{_id: 7, "a.b": ["$x", null], n: NumberLong(7)}"#
        );
    }

    #[test]
    fn what_waits_for_a_parameter_looks_like_a_call() {
        let template = Template::All(vec![
            Template::When {
                condition: Condition::IsNull,
                parameter: 1,
                then: Box::new(Template::Never),
                otherwise: Box::new(Template::entry("x", Template::parameter(1))),
            },
            Template::Omit,
        ]);
        assert_eq!(
            template.to_string(),
            "all(when(:1 IsNull, never, {x: :1}), omit)"
        );
    }

    #[test]
    fn decimals_are_written_out() {
        let encode = |coefficient: u128, exponent: u128| {
            decimal((((exponent + 6176) << 113) | coefficient).to_le_bytes())
        };
        assert_eq!(encode(150, 0), "150");
        assert_eq!(
            decimal((((6176 - 2) << 113) | 5_u128).to_le_bytes()),
            "0.05"
        );
        assert_eq!(encode(15, 3), "15E3");
    }
}
