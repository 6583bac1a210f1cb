//! Values that are neither numbers nor made of others.

use super::{Bind, BindError, Bound, value};
use crate::{Interval, bridge, types};
use mongodb::bson::{Binary, Bson, DateTime, Document, Uuid, doc, oid::ObjectId};
use queryleaf_plan::bson::element_type;
use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;
use std::time::SystemTime;

/// Implements [`Bind`] for a type.
macro_rules! binds {
    ($($marker:ident <= $rust:ty, $self:ident $body:block)+) => {$(
        #[diagnostic::do_not_recommend]
        impl Bind<types::$marker> for $rust {
            fn bind(&$self) -> Bound $body
        }
    )+};
}
pub(super) use binds;

binds! {
    Boolean <= bool, self {
        Ok(value(element_type::BOOLEAN, vec![u8::from(*self)]))
    }

    Text <= str, self {
        text(self)
    }

    Text <= String, self {
        text(self)
    }

    Text <= Box<str>, self {
        text(self)
    }

    Text <= Rc<str>, self {
        text(self)
    }

    Text <= Arc<str>, self {
        text(self)
    }

    Text <= char, self {
        text(self.encode_utf8(&mut [0; 4]))
    }

    Timestamp <= DateTime, self {
        Ok(timestamp(self.timestamp_millis()))
    }

    Timestamp <= SystemTime, self {
        Ok(timestamp(DateTime::from_system_time(*self).timestamp_millis()))
    }

    Date <= DateTime, self {
        midnight(self.timestamp_millis())
    }

    Interval <= Interval, self {
        let interval = doc! {
            "months": self.months,
            "days": self.days,
            "milliseconds": self.milliseconds,
        };
        own(&interval)
    }

    ObjectId <= ObjectId, self {
        Ok(value(element_type::OBJECT_ID, self.bytes().to_vec()))
    }

    Uuid <= Uuid, self {
        Ok(binary(4, &self.bytes()))
    }

    Bytea <= [u8], self {
        Ok(binary(0, self))
    }

    Bytea <= Vec<u8>, self {
        Ok(binary(0, self))
    }

    Bytea <= Binary, self {
        Ok(binary(self.subtype.into(), &self.bytes))
    }

    Json <= Bson, self {
        own(self)
    }

    Json <= Document, self {
        own(self)
    }

    Document <= Document, self {
        own(self)
    }
}

#[diagnostic::do_not_recommend]
impl Bind<types::Text> for Cow<'_, str> {
    fn bind(&self) -> Bound {
        text(self)
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> Bind<types::Bytea> for [u8; N] {
    fn bind(&self) -> Bound {
        Ok(binary(0, self))
    }
}

fn text(text: &str) -> Bound {
    let length = i32::try_from(text.len())
        .ok()
        .and_then(|length| length.checked_add(1))
        .ok_or_else(|| BindError::new("a text of more than 2 GB"))?;
    let mut bytes = Vec::with_capacity(4 + text.len() + 1);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(0);
    Ok(value(element_type::STRING, bytes))
}

pub(crate) fn timestamp(milliseconds: i64) -> queryleaf_plan::ParameterValue {
    value(element_type::DATE_TIME, milliseconds.to_le_bytes().to_vec())
}

/// A date: a time of day would make it another value than the one that was meant.
pub(crate) fn midnight(milliseconds: i64) -> Bound {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    if milliseconds % DAY != 0 {
        return Err(BindError::new(
            "a `date` cannot have a time of day: give midnight UTC",
        ));
    }
    Ok(timestamp(milliseconds))
}

pub(crate) fn binary(subtype: u8, bytes: &[u8]) -> queryleaf_plan::ParameterValue {
    // The old binary form repeats its length.
    let inner = if subtype == 2 { 4 } else { 0 };
    let length = bytes.len() as u32;
    let mut written = Vec::with_capacity(5 + inner + bytes.len());
    written.extend_from_slice(&(length + inner as u32).to_le_bytes());
    written.push(subtype);
    if subtype == 2 {
        written.extend_from_slice(&length.to_le_bytes());
    }
    written.extend_from_slice(bytes);
    value(element_type::BINARY, written)
}

/// A value as `serde` stores it.
pub(crate) fn own<T: serde::Serialize>(own: &T) -> Bound {
    let (element_type, bytes) = bridge::serialize(own).map_err(BindError::new)?;
    Ok(value(element_type, bytes))
}
