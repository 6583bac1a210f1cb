//! From an encoded template and the values of its parameters to the command's BSON bytes.

/// The value of a parameter: a BSON element type and the bytes of the value.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterValue {
    /// The BSON element type, 0x0A for `NULL`.
    pub element_type: u8,
    /// The value as BSON writes it after the element's name.
    pub bytes: Vec<u8>,
}

/// Why a template could not be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FillError {
    /// `LIMIT` or `OFFSET` is negative.
    NegativeCount {
        /// Which parameter, counted from 0.
        parameter: u16,
    },
    /// A parameter used as a pattern is no valid one.
    Pattern {
        /// Which parameter, counted from 0.
        parameter: u16,
        /// What is wrong with it.
        reason: String,
    },
    /// The bytes are not what [`encode`](crate::encode) writes for these parameters.
    Corrupt,
}

/// Completes an encoded template with the values of its parameters: the bytes of a BSON document.
pub fn fill(template: &[u8], parameters: &[ParameterValue]) -> Result<Vec<u8>, FillError> {
    let _ = (template, parameters);
    Err(FillError::Corrupt)
}
