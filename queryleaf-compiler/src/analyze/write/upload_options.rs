//! The options of `WITH UPLOAD_OPTIONS (..)`.

use super::super::Analyzer;
use super::options::{flag, write_concern, wrong};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::UploadOptions;
use crate::schema::MAX_CHUNK_SIZE;
use crate::suggestion::nearest;
use crate::syntax::{OptionValue, WriteOption};
use crate::units;

/// The options there are.
const NAMES: [&str; 4] = [
    "concurrent_uploads",
    "chunk_size",
    "enable_deduplication",
    "write_concern",
];

/// The most files at a time.
const MOST_AT_A_TIME: i32 = 100;

/// What other systems take as options: the name, why there is no such thing here, and what to write
/// instead.
const MEANINGLESS: [(&str, &str, &str); 4] = [
    (
        "enable_virus_scanning",
        "MongoDB looks for no viruses",
        "look for them in a function of your own: `on_upload = path::to::function` on the bucket has \
         it called with each file before others see it",
    ),
    (
        "enable_thumbnail_generation",
        "MongoDB makes no thumbnails",
        "make them in a function of your own: `on_upload = path::to::function` on the bucket has it \
         called with each file before others see it",
    ),
    (
        "processing_priority",
        "the server takes what comes first",
        "leave it out; `concurrent_uploads` says how much is on its way at a time",
    ),
    (
        "enable_compression",
        "chunks are compressed as the bucket declares it",
        "leave it out, and write `compression = \"zstd\"` on the bucket",
    ),
];

impl Analyzer<'_> {
    pub(super) fn upload_options(&mut self, options: &[WriteOption]) -> Result<UploadOptions> {
        let mut found = UploadOptions::default();
        for option in options {
            match option.name.as_str() {
                "concurrent_uploads" => found.concurrent = Some(at_a_time(option)?),
                "chunk_size" => found.chunk_size = Some(chunk_size(option)?),
                "enable_deduplication" => found.deduplicate = Some(flag(option)?),
                "write_concern" => found.write_concern = Some(write_concern(option)?),
                other => return Err(unknown(option, other)),
            }
        }
        Ok(found)
    }
}

fn unknown(option: &WriteOption, name: &str) -> Box<Diagnostic> {
    if let Some((_, reason, help)) = MEANINGLESS.iter().find(|(known, ..)| *known == name) {
        let message = format!("no option `{name}`: {reason}");
        return Box::new(Diagnostic::error(Code::Unsupported, option.span, message).help(*help));
    }
    let error = Diagnostic::error(Code::Syntax, option.span, format!("no option `{name}`"));
    Box::new(match nearest(name, NAMES) {
        Some(near) => error.help(format!("an option with a similar name exists: `{near}`")),
        None => error.note(format!("the options are {}", NAMES.join(", "))),
    })
}

fn at_a_time(option: &WriteOption) -> Result<i32> {
    let number = match &option.value {
        OptionValue::Number(number) => number.parse::<i32>().ok(),
        OptionValue::Text(_) | OptionValue::Word(_) => None,
    };
    number
        .filter(|number| (1..=MOST_AT_A_TIME).contains(number))
        .ok_or_else(|| wrong(option, "a number from 1 to 100"))
}

fn chunk_size(option: &WriteOption) -> Result<i32> {
    let bytes = match &option.value {
        OptionValue::Text(text) => units::bytes(text).ok(),
        OptionValue::Number(number) => number.parse::<u64>().ok(),
        OptionValue::Word(_) => None,
    };
    bytes
        .filter(|bytes| (1..=u64::from(MAX_CHUNK_SIZE)).contains(bytes))
        .and_then(|bytes| i32::try_from(bytes).ok())
        .ok_or_else(|| wrong(option, "a size such as '512KB', up to '16383KB'"))
}
