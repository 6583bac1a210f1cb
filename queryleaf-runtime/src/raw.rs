//! A value in a result document, not yet decoded.

use queryleaf_plan::bson::{Element, element_type, elements};

/// A value in a result document, not yet decoded; also the lack of one.
#[derive(Debug, Clone, Copy)]
pub struct RawValue<'a> {
    pub(crate) element_type: u8,
    pub(crate) bytes: &'a [u8],
}

impl<'a> RawValue<'a> {
    /// No value: the document has no such field.
    pub(crate) const MISSING: RawValue<'static> = RawValue {
        element_type: element_type::MISSING,
        bytes: &[],
    };

    /// The value of this name in a document.
    pub(crate) fn named(document: &'a [u8], name: &str) -> Option<Self> {
        let element = elements(document)
            .map_while(Result::ok)
            .find(|element| element.name == name.as_bytes());
        element.map(RawValue::from)
    }

    /// Whether SQL sees this as `NULL`.
    #[inline]
    pub(crate) fn is_null(self) -> bool {
        matches!(
            self.element_type,
            element_type::NULL | element_type::MISSING | element_type::UNDEFINED
        )
    }

    /// The bytes, when they are this many: always for a type of this fixed size.
    #[inline]
    pub(crate) fn fixed<const N: usize>(self) -> Option<[u8; N]> {
        self.bytes.try_into().ok()
    }

    /// The name of the value's BSON type.
    pub(crate) fn type_name(self) -> &'static str {
        element_type::name(self.element_type)
    }
}

impl<'a> From<Element<'a>> for RawValue<'a> {
    #[inline]
    fn from(element: Element<'a>) -> Self {
        RawValue {
            element_type: element.element_type,
            bytes: element.value,
        }
    }
}
