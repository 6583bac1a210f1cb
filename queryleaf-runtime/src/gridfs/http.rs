//! Requests for a range of a file over HTTP, whatever the web framework.

use std::ops::Range;

/// How to answer a request for a file that may have a `Range` header, by RFC 9110.
///
/// ```no_run
/// use queryleaf::gridfs::{Bucket, FileStream, RangeResponse};
/// # async fn run<Video: Bucket>(
/// #     db: &queryleaf::mongodb::Database,
/// #     file_id: queryleaf::bson::oid::ObjectId,
/// #     range: Option<&str>,
/// # ) -> queryleaf::Result<()> {
/// let videos = Video::files(db);
/// let file = videos.get(file_id).await?;
/// let response = RangeResponse::new(range, file.length.unsigned_abs()); // the request's header
/// println!("HTTP/1.1 {}", response.status());
/// for (name, value) in response.headers() {
///     println!("{name}: {value}");
/// }
/// if let Some(range) = response.range() {
///     let body: FileStream = videos.open_file(&file, range)?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// A header that is not understood, asks for several ranges at once, or is of another unit than bytes is
/// passed over, as the RFC allows, and so is one on an empty file: then all of the file is the answer. With
/// an `If-Range` header that does not match what the file is now, and for other methods than `GET`, give
/// `None` instead of the `Range`. A file of a bucket never changes its content, so its `_id` makes a good `ETag`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeResponse {
    part: Part,
    length: u64,
}

/// Which part of a file is the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    All,
    Range(Range<u64>),
    /// None, since the range begins behind the end.
    Unsatisfiable,
}

impl RangeResponse {
    /// The answer to a request with this `Range` header, if it has one, for a file of this length.
    pub fn new(range: Option<&str>, length: u64) -> Self {
        let part = match range.and_then(|range| requested(range, length)) {
            Some(part) if length > 0 => part,
            _ => Part::All,
        };
        RangeResponse { part, length }
    }

    /// The status code: 200 for all of the file, 206 for a part of it, 416 where the range begins behind
    /// the end of the file.
    pub fn status(&self) -> u16 {
        match self.part {
            Part::All => 200,
            Part::Range(_) => 206,
            Part::Unsatisfiable => 416,
        }
    }

    /// The bytes to be sent: from the first position on, and before the second one. All of an empty file is
    /// `0..0`; there is `None` only where the status is 416.
    pub fn range(&self) -> Option<Range<u64>> {
        match &self.part {
            Part::All => Some(0..self.length),
            Part::Range(range) => Some(range.clone()),
            Part::Unsatisfiable => None,
        }
    }

    /// The header `Content-Length`: how many bytes to send.
    pub fn content_length(&self) -> u64 {
        self.range().map_or(0, |range| range.end - range.start)
    }

    /// The header `Content-Range`; none where all of the file is sent.
    pub fn content_range(&self) -> Option<String> {
        match &self.part {
            Part::All => None,
            Part::Range(range) => {
                let (first, last) = (range.start, range.end - 1);
                Some(format!("bytes {first}-{last}/{}", self.length))
            }
            Part::Unsatisfiable => Some(format!("bytes */{}", self.length)),
        }
    }

    /// The headers `Accept-Ranges`, `Content-Length` and, where there is one, `Content-Range`.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let always = [
            ("accept-ranges", "bytes".to_owned()),
            ("content-length", self.content_length().to_string()),
        ];
        let range = self.content_range();
        always
            .into_iter()
            .chain(range.map(|range| ("content-range", range)))
    }
}

/// Which part of a file the header asks for; `None` where it is to be passed over.
fn requested(header: &str, length: u64) -> Option<Part> {
    let (unit, ranges) = header.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    // Elements of a list may be empty.
    let mut ranges = ranges
        .split(',')
        .map(str::trim)
        .filter(|range| !range.is_empty());
    let (range, None) = (ranges.next()?, ranges.next()) else {
        return None;
    };
    let (first, last) = range.split_once('-')?;
    let (start, end) = match (first, last) {
        ("", suffix) => match number(suffix)? {
            0 => return Some(Part::Unsatisfiable),
            suffix => (length.saturating_sub(suffix), length),
        },
        (first, "") => (number(first)?, length),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if first > last {
                return None;
            }
            (first, last.saturating_add(1).min(length))
        }
    };
    Some(match start < length {
        true => Part::Range(start..end),
        false => Part::Unsatisfiable,
    })
}

/// A number in decimal digits; the largest one where it does not fit.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The status, the `Content-Range` and the `Content-Length` for a file of this length.
    fn answer(range: &str, length: u64) -> (u16, Option<String>, u64) {
        let response = RangeResponse::new(Some(range), length);
        let (status, length) = (response.status(), response.content_length());
        (status, response.content_range(), length)
    }

    fn part(range: &str, content_range: &str, content_length: u64) {
        let expected = (206, Some(format!("bytes {content_range}")), content_length);
        assert_eq!(answer(range, 10_000), expected, "{range}");
    }

    #[test]
    fn one_range() {
        part("bytes=0-499", "0-499/10000", 500);
        part("bytes=500-999", "500-999/10000", 500);
        part("bytes=0-0", "0-0/10000", 1);
        part("bytes=9999-9999", "9999-9999/10000", 1);
        part("bytes=9500-", "9500-9999/10000", 500);
        part("bytes=0-", "0-9999/10000", 10_000);
        part("bytes=-500", "9500-9999/10000", 500);
        part("bytes=-20000", "0-9999/10000", 10_000);
        part("bytes=9000-20000", "9000-9999/10000", 1000);
        part(
            "bytes=9000-99999999999999999999999",
            "9000-9999/10000",
            1000,
        );
        part("Bytes= 1-2", "1-2/10000", 2);
        part("bytes=, 1-2 ,", "1-2/10000", 2);
    }

    #[test]
    fn a_range_behind_the_end() {
        for range in [
            "bytes=10000-",
            "bytes=10000-10001",
            "bytes=-0",
            "bytes=99999999999999999999-",
        ] {
            let expected = (416, Some("bytes */10000".to_owned()), 0);
            assert_eq!(answer(range, 10_000), expected, "{range}");
            assert_eq!(RangeResponse::new(Some(range), 10_000).range(), None);
        }
    }

    #[test]
    fn what_is_passed_over() {
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-4",
            "bytes=+1-2",
            "bytes=1 - 2",
            "bytes=0-1,5-6",
            "items=0-5",
            "bytes=1-2-3",
            "bytes=--5",
            "bytes=0x1-5",
        ] {
            assert_eq!(answer(range, 10_000), (200, None, 10_000), "{range}");
        }
        let all = RangeResponse::new(None, 10);
        assert_eq!((all.status(), all.range()), (200, Some(0..10)));
        for range in ["bytes=0-", "bytes=-5", "bytes=5-"] {
            assert_eq!(answer(range, 0), (200, None, 0));
        }
        assert_eq!(RangeResponse::new(None, 0).range(), Some(0..0));
    }

    #[test]
    fn headers() {
        let headers: Vec<_> = RangeResponse::new(Some("bytes=1-3"), 10)
            .headers()
            .collect();
        let expected = [
            ("accept-ranges", "bytes".to_owned()),
            ("content-length", "3".to_owned()),
            ("content-range", "bytes 1-3/10".to_owned()),
        ];
        assert_eq!(headers, expected);
        assert_eq!(RangeResponse::new(None, 10).headers().count(), 2);
    }

    #[test]
    fn the_largest_file() {
        let response = RangeResponse::new(Some("bytes=-1"), u64::MAX);
        assert_eq!(response.range(), Some(u64::MAX - 1..u64::MAX));
        let response = RangeResponse::new(Some("bytes=5-18446744073709551615"), u64::MAX);
        assert_eq!(response.range(), Some(5..u64::MAX));
    }
}
