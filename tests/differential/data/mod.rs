//! Random values, the awkward ones often.

mod keys;
mod nested;
mod numbers;
mod texts;
mod times;

pub use keys::*;
pub use nested::*;
pub use numbers::*;
pub use texts::*;
pub use times::*;

use crate::random::Random;
use crate::value::Value;

pub fn boolean(random: &mut Random, _: usize) -> Value {
    Value::Boolean(random.percent(50))
}

/// `NULL` a quarter of the time.
pub fn maybe(random: &mut Random, value: impl Fn(&mut Random) -> Value) -> Value {
    if random.percent(25) {
        Value::Null
    } else {
        value(random)
    }
}
