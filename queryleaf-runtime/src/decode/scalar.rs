//! Values that are neither numbers nor made of others.

use super::{Decode, Fill, Mismatch};
use crate::raw::RawValue;
use crate::{Interval, bridge, types};
use mongodb::bson::{Binary, Bson, DateTime, Document, Uuid, oid::ObjectId, spec::BinarySubtype};
use queryleaf_plan::bson::{element_type, elements, string};

/// Implements [`Decode`] and [`Fill`] for a natural type.
macro_rules! natural {
    ($($marker:ident => $rust:ty, $value:ident $body:block)+) => {$(
        #[diagnostic::do_not_recommend]
        impl Decode<types::$marker> for $rust {
            #[inline]
            fn decode($value: RawValue<'_>) -> Result<Self, Mismatch> $body
        }

        #[diagnostic::do_not_recommend]
        impl Fill<types::$marker> for $rust {
            fn fill(value: RawValue<'_>) -> Result<Self, Mismatch> {
                <$rust as Decode<types::$marker>>::decode(value)
            }
        }
    )+};
}
pub(crate) use natural;

natural! {
    Boolean => bool, value {
        match (value.element_type, value.bytes) {
            (element_type::BOOLEAN, [0]) => Ok(false),
            (element_type::BOOLEAN, [1]) => Ok(true),
            _ => Err(Mismatch::new("boolean", value)),
        }
    }

    Text => String, value {
        match text(value) {
            Some(text) => Ok(text.to_owned()),
            None => Err(text_mismatch(value)),
        }
    }

    Timestamp => DateTime, value {
        milliseconds(value).map(DateTime::from_millis)
    }

    Date => DateTime, value {
        midnight_of(value).map(DateTime::from_millis)
    }

    ObjectId => ObjectId, value {
        match (value.element_type, value.fixed()) {
            (element_type::OBJECT_ID, Some(bytes)) => Ok(ObjectId::from_bytes(bytes)),
            _ => Err(Mismatch::new("objectid", value)),
        }
    }

    Uuid => Uuid, value {
        uuid(value).map(Uuid::from_bytes)
    }

    Bytea => Vec<u8>, value {
        match binary(value) {
            Some((0, bytes)) => Ok(bytes.to_vec()),
            Some((subtype, _)) => Err(Mismatch::described(
                "bytea",
                format!("binData of subtype {subtype}"),
            )),
            None => Err(Mismatch::new("bytea", value)),
        }
    }

    Bytea => Binary, value {
        match binary(value) {
            Some((subtype, bytes)) => Ok(Binary {
                subtype: BinarySubtype::from(subtype),
                bytes: bytes.to_vec(),
            }),
            None => Err(Mismatch::new("bytea", value)),
        }
    }

    Json => Bson, value {
        if value.element_type == element_type::MISSING {
            return Err(Mismatch::new("jsonb", value));
        }
        bridge::to_bson(value).map_err(|reason| Mismatch::described("jsonb", reason))
    }

    Document => Document, value {
        if value.element_type != element_type::DOCUMENT {
            return Err(Mismatch::new("document", value));
        }
        bridge::to_document(value.bytes).map_err(|reason| Mismatch::described("document", reason))
    }

    Interval => Interval, value {
        interval(value)
    }
}

/// The text of a string.
#[inline]
pub(super) fn text(value: RawValue<'_>) -> Option<&str> {
    if value.element_type != element_type::STRING {
        return None;
    }
    string(value.bytes)
}

#[cold]
fn text_mismatch(value: RawValue<'_>) -> Mismatch {
    if value.element_type == element_type::STRING {
        return Mismatch::described("text", "string that is no UTF-8");
    }
    Mismatch::new("text", value)
}

/// The milliseconds of a BSON date.
#[inline]
pub(crate) fn milliseconds(value: RawValue<'_>) -> Result<i64, Mismatch> {
    match (value.element_type, value.fixed()) {
        (element_type::DATE_TIME, Some(bytes)) => Ok(i64::from_le_bytes(bytes)),
        _ => Err(Mismatch::new("timestamp", value)),
    }
}

/// The milliseconds of a BSON date that has no time of day.
pub(crate) fn midnight_of(value: RawValue<'_>) -> Result<i64, Mismatch> {
    match milliseconds(value) {
        Ok(milliseconds) => midnight_in(milliseconds),
        Err(_) => Err(Mismatch::new("date", value)),
    }
}

/// Milliseconds that are a midnight.
pub(crate) fn midnight_in(milliseconds: i64) -> Result<i64, Mismatch> {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    if milliseconds % DAY != 0 {
        return Err(Mismatch::described("date", "date with a time of day"));
    }
    Ok(milliseconds)
}

/// The bytes of a UUID.
pub(crate) fn uuid(value: RawValue<'_>) -> Result<[u8; 16], Mismatch> {
    match binary(value) {
        Some((4, bytes)) => bytes
            .try_into()
            .map_err(|_| Mismatch::described("uuid", format!("binData of {} bytes", bytes.len()))),
        Some((subtype, _)) => Err(Mismatch::described(
            "uuid",
            format!("binData of subtype {subtype}"),
        )),
        None => Err(Mismatch::new("uuid", value)),
    }
}

/// The subtype and bytes of a binary value.
fn binary(value: RawValue<'_>) -> Option<(u8, &[u8])> {
    if value.element_type != element_type::BINARY {
        return None;
    }
    match value.bytes.get(4..)?.split_first()? {
        // The old form repeats the length inside.
        (2, bytes) => Some((2, bytes.get(4..)?)),
        (subtype, bytes) => Some((*subtype, bytes)),
    }
}

fn interval(value: RawValue<'_>) -> Result<Interval, Mismatch> {
    if value.element_type != element_type::DOCUMENT {
        return Err(Mismatch::new("interval", value));
    }
    let mut interval = Interval::default();
    for element in elements(value.bytes) {
        let element = element.map_err(|_| Mismatch::described("interval", "malformed BSON"))?;
        let part = RawValue::from(element);
        match element.name {
            b"months" => interval.months = within::<types::Integer, _>("months", part)?,
            b"days" => interval.days = within::<types::Integer, _>("days", part)?,
            b"milliseconds" => {
                interval.milliseconds = within::<types::Bigint, _>("milliseconds", part)?
            }
            _ => {}
        }
    }
    Ok(interval)
}

fn within<S, T: Decode<S>>(name: &str, value: RawValue<'_>) -> Result<T, Mismatch> {
    T::decode(value).map_err(|mismatch| mismatch.inside(name))
}
