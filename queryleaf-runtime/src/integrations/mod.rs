//! Types of other crates in rows and parameters, each behind a feature of its crate's name.

#[cfg(feature = "chrono")]
pub mod chrono;
#[cfg(feature = "jiff")]
pub mod jiff;
#[cfg(feature = "rust_decimal")]
pub mod rust_decimal;
pub(crate) mod serde_as;
#[cfg(feature = "time")]
pub mod time;
#[cfg(feature = "uuid")]
pub mod uuid;

/// Milliseconds of a day.
#[cfg(feature = "jiff")]
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

/// What a value is stored as by a serde module, it is read from.
#[cfg(test)]
#[allow(dead_code)]
fn stored_and_back<S, T: serde_as::SerdeAs<S>>(value: &T) -> T {
    let stored = value.to_stored().expect("can be stored");
    T::from_stored(stored).expect("can be read")
}
