//! A place in a stream of changes.

use super::ClusterTime;
use crate::bridge;
use crate::schema::Declared;
use mongodb::bson::{Bson, Document, doc};
use queryleaf_plan::bson::{element_type, elements, string};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// What stands between the `_data` of a token and the bytes of the whole, where it has more than that. It
/// sorts before every digit, as the end of a text does.
const WHOLE: char = '.';

/// A place in the changes of a deployment: behind one event, or between two. The type of the column
/// `resume_token`.
///
/// [`Watch::resume_after`](super::Watch::resume_after) goes on there, in this process or another. It is
/// shown, parsed, and stored by `serde`, as a text, which means nothing but to the server; of two
/// places in the same stream the later one has the greater text.
///
/// ```
/// use queryleaf::watch::ResumeToken;
///
/// let stored = "826560a1b5000000012b0429296e1404";
/// let token: ResumeToken = stored.parse().unwrap();
/// assert_eq!(token.to_string(), stored);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ResumeToken(Place);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Place {
    /// The `_data` of a document that has nothing else.
    Data(Box<str>),
    /// The bytes of a document of another form.
    Whole(Box<[u8]>),
}

/// A text that is no [`ResumeToken`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidResumeToken;

impl ResumeToken {
    /// The token of these bytes of a document.
    pub(crate) fn from_document_bytes(bytes: &[u8]) -> Self {
        let mut fields = elements(bytes).map_while(Result::ok);
        let data = fields
            .next()
            .filter(|first| first.element_type == element_type::STRING && first.name == b"_data")
            .and_then(|first| string(first.value));
        ResumeToken(match (data, fields.next()) {
            (Some(data), None) => Place::Data(data.into()),
            (_, _) => Place::Whole(bytes.into()),
        })
    }

    /// The token that is this value, as a document or as its text.
    pub(crate) fn from_bson(value: &Bson) -> Option<Self> {
        match value {
            Bson::String(text) => text.parse().ok(),
            Bson::Document(document) => {
                let bytes = bridge::serialize_document(document).ok()?;
                Some(ResumeToken::from_document_bytes(&bytes))
            }
            _ => None,
        }
    }

    /// The time of the place, as the servers of today write it into their tokens.
    pub(crate) fn cluster_time(&self) -> Option<ClusterTime> {
        // The type of a timestamp, the seconds, the increment.
        let time = self.order().strip_prefix("82")?;
        let number = |from, to| u32::from_str_radix(time.get(from..to)?, 16).ok();
        Some(ClusterTime::new(number(0, 8)?, number(8, 16)?))
    }

    /// The document that the server takes.
    pub(crate) fn to_document(&self) -> Result<Document, String> {
        match &self.0 {
            Place::Data(data) => Ok(doc! { "_data": &**data }),
            Place::Whole(bytes) => bridge::to_document(bytes),
        }
    }

    /// By what places in one stream are compared.
    pub(crate) fn order(&self) -> &str {
        match &self.0 {
            Place::Data(data) => data,
            Place::Whole(bytes) => elements(bytes)
                .map_while(Result::ok)
                .find(|field| field.name == b"_data")
                .and_then(|field| string(field.value))
                .unwrap_or_default(),
        }
    }
}

impl fmt::Display for ResumeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Data(data) => f.write_str(data),
            Place::Whole(bytes) => {
                write!(f, "{}{WHOLE}", self.order())?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    }
}

impl fmt::Debug for ResumeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResumeToken({self})")
    }
}

impl FromStr for ResumeToken {
    type Err = InvalidResumeToken;

    fn from_str(text: &str) -> Result<Self, InvalidResumeToken> {
        let Some((data, hexadecimal)) = text.split_once(WHOLE) else {
            let is_data = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            return match is_data {
                true => Ok(ResumeToken(Place::Data(text.into()))),
                false => Err(InvalidResumeToken),
            };
        };
        let bytes: Option<Vec<u8>> = hexadecimal.as_bytes().chunks(2).map(byte).collect();
        let bytes = bytes.ok_or(InvalidResumeToken)?;
        bridge::to_document(&bytes).map_err(|_| InvalidResumeToken)?;
        let token = ResumeToken::from_document_bytes(&bytes);
        match token.order() == data {
            true => Ok(token),
            false => Err(InvalidResumeToken),
        }
    }
}

/// The byte that two hexadecimal digits stand for.
fn byte(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else { return None };
    let digit = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

impl Serialize for ResumeToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ResumeToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Bson::deserialize(deserializer)?;
        ResumeToken::from_bson(&value).ok_or_else(|| D::Error::custom(InvalidResumeToken))
    }
}

impl fmt::Display for InvalidResumeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is no resume token")
    }
}

impl std::error::Error for InvalidResumeToken {}

#[diagnostic::do_not_recommend]
impl Declared for ResumeToken {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_every_form_have_a_text() {
        let plain = doc! { "_data": "8265AB" };
        let typed = doc! { "_data": "8265AB", "_typeBits": [1, 2] };
        let odd = doc! { "_data": 5 };
        for document in [plain, typed, odd] {
            let bytes = bridge::serialize_document(&document).unwrap();
            let token = ResumeToken::from_document_bytes(&bytes);
            assert_eq!(token.to_document().unwrap(), document);
            assert_eq!(token.to_string().parse(), Ok(token.clone()));
            assert_eq!(ResumeToken::from_bson(&document.into()), Some(token));
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in [
            "",
            "8265AB!",
            ".",
            ".0",
            "82.zz",
            "82.0500000001",
            "83.1d000000025f646174610003000000383200107800010000000000",
        ] {
            assert_eq!(
                text.parse::<ResumeToken>(),
                Err(InvalidResumeToken),
                "{text}"
            );
        }
    }

    #[test]
    fn later_places_have_the_greater_text() {
        let text = |document: Document| {
            let bytes = bridge::serialize_document(&document).unwrap();
            ResumeToken::from_document_bytes(&bytes).to_string()
        };
        let texts = [
            text(doc! { "_data": "8265AA" }),
            text(doc! { "_data": "8265AB", "_typeBits": [1, 2] }),
            text(doc! { "_data": "8265AC" }),
            text(doc! { "_data": "8265ACD0", "_typeBits": [1] }),
            text(doc! { "_data": "8265AD", "_typeBits": [1, 2, 3] }),
        ];
        assert!(texts.is_sorted(), "{texts:?}");
    }

    #[test]
    fn every_form_tells_its_time() {
        let data = "826560A1B5000000012B0429296E1404";
        for document in [
            doc! { "_data": data },
            doc! { "_data": data, "_typeBits": [1] },
        ] {
            let bytes = bridge::serialize_document(&document).unwrap();
            let token = ResumeToken::from_document_bytes(&bytes);
            assert_eq!(token.cluster_time(), Some(ClusterTime::new(0x6560_a1b5, 1)));
        }
    }
}
