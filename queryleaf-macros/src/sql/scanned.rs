//! Texts between the two stages of `sql!`: the first one splits them into words to find the tables,
//! the second one compiles these words.

use queryleaf_compiler::Text;
use std::sync::{Mutex, PoisonError};

/// How many texts are kept: rustc may run the first stage of many queries before it runs the second of
/// one, and a query with errors never comes to it. A text that is not kept is split again.
const MOST: usize = 1024;

static SCANNED: Mutex<Vec<Text>> = Mutex::new(Vec::new());

/// Keeps a text for the second stage.
pub(super) fn keep(text: Text) {
    let mut scanned = SCANNED.lock().unwrap_or_else(PoisonError::into_inner);
    if scanned.len() >= MOST {
        scanned.clear();
    }
    scanned.push(text);
}

/// A text with its words.
pub(super) fn take(sql: &str) -> Text {
    let mut scanned = SCANNED.lock().unwrap_or_else(PoisonError::into_inner);
    match scanned.iter().rposition(|text| text.as_str() == sql) {
        Some(place) => scanned.swap_remove(place),
        None => Text::new(sql),
    }
}
