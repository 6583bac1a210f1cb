//! Templates as one byte string.

use crate::Template;

/// Writes a template as bytes, in the form that [`fill`](crate::fill) reads.
pub fn encode(template: &Template) -> Vec<u8> {
    let _ = template;
    Vec::new()
}
