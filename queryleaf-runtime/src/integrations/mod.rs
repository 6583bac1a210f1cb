//! Types of other crates in rows and parameters, each behind a feature of its crate's name.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "uuid")]
mod uuid;

/// Milliseconds of a day.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A timestamp that another crate's type cannot hold.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
#[cold]
fn out_of_calendar(what: &str, milliseconds: i64) -> crate::decode::Mismatch {
    crate::decode::Mismatch::described(
        what,
        format!("{milliseconds} ms since 1970, which is beyond the calendar of the Rust type"),
    )
}

/// What a value is as a parameter, it is as a column.
#[cfg(test)]
#[allow(dead_code)]
fn there_and_back<S, T: crate::Bind<S> + crate::Decode<S>>(value: &T) -> T {
    let bound = value.bind().expect("can be bound");
    let raw = crate::raw::RawValue {
        element_type: bound.element_type,
        bytes: &bound.bytes,
    };
    T::decode(raw).expect("can be decoded")
}
