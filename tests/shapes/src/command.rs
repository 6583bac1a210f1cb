//! Commands as one types them into a shell.

use queryleaf::bson::{Bson, Document, doc};

/// Reads a command whose keys may stand without quotes.
pub(crate) fn command(text: &str) -> Document {
    let json: serde_json::Value = match serde_json::from_str(&with_quotes(text)) {
        Ok(json) => json,
        Err(error) => panic!("{error}: {text}"),
    };
    let Ok(Bson::Document(mut command)) = Bson::try_from(json) else {
        panic!("no command: {text}");
    };
    if command.contains_key("aggregate") {
        // As QueryLeaf's runtime does.
        command.insert("cursor", doc! {});
        command.insert("allowDiskUse", true);
    }
    command
}

/// Puts quotes around every word that a colon follows.
fn with_quotes(text: &str) -> String {
    let mut json = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (token, is_key) = if first == '"' {
            let inside = &rest[1..];
            let end = inside.find('"').expect("the end of a string");
            (&rest[..end + 2], false)
        } else if is_word(first) {
            let end = rest.find(|character| !is_word(character));
            let word = &rest[..end.unwrap_or(rest.len())];
            (word, rest[word.len()..].starts_with(':'))
        } else {
            (&rest[..first.len_utf8()], false)
        };
        if is_key {
            json.extend(["\"", token, "\""]);
        } else {
            json.push_str(token);
        }
        rest = &rest[token.len()..];
    }
    json
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || "_$.-".contains(character)
}

#[test]
fn keys_need_no_quotes() {
    assert_eq!(
        command(r#"{find: "sales", filter: {"items.product": {$gt: -1.5}, a.b: true}}"#),
        doc! { "find": "sales", "filter": { "items.product": { "$gt": -1.5 }, "a.b": true } }
    );
}
