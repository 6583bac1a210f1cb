//! Walking over BSON bytes without building anything.
//!
//! Rows are decoded, and templates filled, straight on bytes; this is the part of the BSON
//! specification that both need. Nothing here panics, whatever the bytes.

/// The element types of BSON, by their byte.
pub mod element_type {
    /// No element at all. Not part of BSON: the mark of a missing field.
    pub const MISSING: u8 = 0x00;
    /// 64-bit floating point.
    pub const DOUBLE: u8 = 0x01;
    /// UTF-8 string.
    pub const STRING: u8 = 0x02;
    /// Embedded document.
    pub const DOCUMENT: u8 = 0x03;
    /// Array: a document whose names are ignored.
    pub const ARRAY: u8 = 0x04;
    /// Bytes with a subtype.
    pub const BINARY: u8 = 0x05;
    /// Undefined: deprecated, reads as null.
    pub const UNDEFINED: u8 = 0x06;
    /// ObjectId.
    pub const OBJECT_ID: u8 = 0x07;
    /// Boolean.
    pub const BOOLEAN: u8 = 0x08;
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const DATE_TIME: u8 = 0x09;
    /// Null.
    pub const NULL: u8 = 0x0A;
    /// Regular expression: pattern and options.
    pub const REGEX: u8 = 0x0B;
    /// 32-bit integer.
    pub const INT32: u8 = 0x10;
    /// 64-bit integer.
    pub const INT64: u8 = 0x12;
    /// 128-bit decimal floating point.
    pub const DECIMAL128: u8 = 0x13;

    /// The name that the server's `$type` uses, `missing` where there is no element.
    pub fn name(element_type: u8) -> &'static str {
        match element_type {
            MISSING => "missing",
            DOUBLE => "double",
            STRING => "string",
            DOCUMENT => "object",
            ARRAY => "array",
            BINARY => "binData",
            UNDEFINED => "undefined",
            OBJECT_ID => "objectId",
            BOOLEAN => "bool",
            DATE_TIME => "date",
            NULL => "null",
            REGEX => "regex",
            0x0C => "dbPointer",
            0x0D => "javascript",
            0x0E => "symbol",
            0x0F => "javascriptWithScope",
            INT32 => "int",
            0x11 => "timestamp",
            INT64 => "long",
            DECIMAL128 => "decimal",
            0xFF => "minKey",
            0x7F => "maxKey",
            _ => "unknown type",
        }
    }
}

/// One element of a document or array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    /// Its type, one of [`element_type`].
    pub element_type: u8,
    /// Its name, usually UTF-8; the position, in an array.
    pub name: &'a [u8],
    /// Its value as BSON writes it after the name.
    pub value: &'a [u8],
    /// Where the next element starts in the document.
    pub next: usize,
}

/// The bytes are no well-formed BSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// Where the first element of a document starts: after its length.
pub const FIRST_ELEMENT: usize = 4;

/// The element that starts at `offset` of a document, `None` at its end.
#[inline]
pub fn element_at(document: &[u8], offset: usize) -> Result<Option<Element<'_>>, Malformed> {
    let rest = document.get(offset..).ok_or(Malformed)?;
    let (&element_type, rest) = rest.split_first().ok_or(Malformed)?;
    if element_type == element_type::MISSING {
        return Ok(None);
    }
    let name_length = rest.iter().position(|&byte| byte == 0).ok_or(Malformed)?;
    let (name, rest) = rest.split_at(name_length);
    let rest = rest.get(1..).ok_or(Malformed)?;
    let length = value_length(element_type, rest).ok_or(Malformed)?;
    let value = rest.get(..length).ok_or(Malformed)?;
    Ok(Some(Element {
        element_type,
        name,
        value,
        next: offset + 1 + name_length + 1 + length,
    }))
}

/// The element of this name, if it is the one that starts at `offset`.
#[inline]
pub fn element_named<'a>(document: &'a [u8], offset: usize, name: &[u8]) -> Option<Element<'a>> {
    let (&element_type, rest) = document.get(offset..)?.split_first()?;
    let (&end, rest) = rest.strip_prefix(name)?.split_first()?;
    if end != 0 || element_type == element_type::MISSING {
        return None;
    }
    let value = rest.get(..value_length(element_type, rest)?)?;
    Some(Element {
        element_type,
        name: document.get(offset + 1..offset + 1 + name.len())?,
        value,
        next: offset + 1 + name.len() + 1 + value.len(),
    })
}

/// The elements of a document or array; stops after the first that is malformed.
pub fn elements(document: &[u8]) -> impl Iterator<Item = Result<Element<'_>, Malformed>> {
    let mut next = Some(FIRST_ELEMENT);
    std::iter::from_fn(move || match element_at(document, next?) {
        Ok(Some(element)) => {
            next = Some(element.next);
            Some(Ok(element))
        }
        Ok(None) => {
            next = None;
            None
        }
        Err(malformed) => {
            next = None;
            Some(Err(malformed))
        }
    })
}

/// How many bytes a value of this type takes at the front of `rest`; what it says of itself, which
/// may be more than there is.
#[inline]
pub fn value_length(element_type: u8, rest: &[u8]) -> Option<usize> {
    use element_type::*;
    match element_type {
        DOUBLE | DATE_TIME | INT64 | 0x11 => Some(8),
        INT32 => Some(4),
        BOOLEAN => Some(1),
        NULL | UNDEFINED | 0xFF | 0x7F => Some(0),
        OBJECT_ID => Some(12),
        DECIMAL128 => Some(16),
        STRING | 0x0D | 0x0E => length_prefix(rest, 1)?.checked_add(4),
        DOCUMENT | ARRAY => length_prefix(rest, 5),
        0x0F => length_prefix(rest, 14),
        BINARY => length_prefix(rest, 0)?.checked_add(5),
        REGEX => {
            let pattern = rest.iter().position(|&byte| byte == 0)? + 1;
            let options = rest.get(pattern..)?.iter().position(|&byte| byte == 0)? + 1;
            Some(pattern + options)
        }
        0x0C => length_prefix(rest, 1)?.checked_add(16),
        _ => None,
    }
}

/// The text of a string value.
#[inline]
pub fn string(value: &[u8]) -> Option<&str> {
    let (&last, text) = value.get(4..)?.split_last()?;
    if last != 0 {
        return None;
    }
    std::str::from_utf8(text).ok()
}

/// Starts a document or array and says where; [`end_document`] writes its length there.
pub fn start_document(bytes: &mut Vec<u8>) -> usize {
    let start = bytes.len();
    bytes.extend_from_slice(&[0; FIRST_ELEMENT]);
    start
}

/// Ends the document or array that starts there.
pub fn end_document(bytes: &mut Vec<u8>, start: usize) {
    bytes.push(0);
    let length = (bytes.len() - start) as u32;
    if let Some(front) = bytes.get_mut(start..start + FIRST_ELEMENT) {
        front.copy_from_slice(&length.to_le_bytes());
    }
}

/// Writes what stands in front of an element's value. BSON cannot have a zero byte in a name.
pub fn write_name(bytes: &mut Vec<u8>, element_type: u8, name: &str) {
    bytes.push(element_type);
    bytes.extend(name.bytes().filter(|&byte| byte != 0));
    bytes.push(0);
}

/// Writes the value of a string.
pub fn write_string(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(&(text.len() as u32 + 1).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(0);
}

/// Writes the value of a regular expression. BSON cannot have a zero byte in one; the patterns
/// written here have escaped it.
pub(crate) fn write_regex(bytes: &mut Vec<u8>, pattern: &str, options: &str) {
    for text in [pattern, options] {
        bytes.extend(text.bytes().filter(|&byte| byte != 0));
        bytes.push(0);
    }
}

/// The length that stands in front of a value, if it is at least `least`.
#[inline]
fn length_prefix(rest: &[u8], least: i32) -> Option<usize> {
    let length = i32::from_le_bytes(*rest.first_chunk()?);
    if length < least {
        return None;
    }
    usize::try_from(length).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{a: 1, s: "hé", d: {x: true}, r: /p/i}`, written by hand.
    fn document() -> Vec<u8> {
        let mut bytes = vec![0; 4];
        bytes.extend(b"\x10a\0\x01\0\0\0");
        bytes.extend(b"\x02s\0\x04\0\0\0h\xC3\xA9\0");
        bytes.extend(b"\x03d\0\x09\0\0\0\x08x\0\x01\0");
        bytes.extend(b"\x0Br\0p\0i\0");
        bytes.push(0);
        let length = (bytes.len() as u32).to_le_bytes();
        bytes[..4].copy_from_slice(&length);
        bytes
    }

    #[test]
    fn walks_over_all_elements() {
        let document = document();
        let names: Vec<_> = elements(&document)
            .map(|element| element.unwrap().name.to_vec())
            .collect();
        assert_eq!(names, [b"a", b"s", b"d", b"r"]);
        let text = elements(&document).nth(1).unwrap().unwrap();
        assert_eq!(string(text.value), Some("hé"));
    }

    #[test]
    fn every_cut_is_malformed_and_no_cut_panics() {
        let document = document();
        for end in 0..document.len() {
            let walk: Vec<_> = elements(&document[..end]).collect();
            assert_eq!(walk.last(), Some(&Err(Malformed)), "cut at {end}");
        }
    }

    #[test]
    fn every_changed_byte_is_survived() {
        let document = document();
        for at in 0..document.len() {
            for byte in [0x00, 0x02, 0x05, 0x0F, 0x7F, 0x80, 0xFF] {
                let mut changed = document.clone();
                changed[at] = byte;
                for element in elements(&changed) {
                    let _ = element.map(|element| string(element.value).map(str::len));
                }
            }
        }
    }
}
