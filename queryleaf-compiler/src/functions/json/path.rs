//! Paths into documents, as text.

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JsonStep {
    /// To the field of this name.
    Key(String),
    /// To the item at this position, counted from 0.
    Index(i64),
}

/// Reads a path such as `$.address.city`, `$.items[0].sku` or `$."a.b"`.
pub(crate) fn json_path(text: &str) -> Result<Vec<JsonStep>, String> {
    let Some(mut rest) = text.trim().strip_prefix('$') else {
        return Err("it starts with `$`".to_owned());
    };
    let mut steps = Vec::new();
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        let step;
        (step, rest) = match first {
            '.' => key(after)?,
            '[' => index(after)?,
            other => return Err(format!("`{other}` stands where a `.` or `[` is expected")),
        };
        steps.push(step);
    }
    Ok(steps)
}

fn key(text: &str) -> Result<(JsonStep, &str), String> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (key, rest) = quoted_text(quoted)?;
        return Ok((JsonStep::Key(key), rest));
    }
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (key, rest) = text.split_at(end);
    if key.is_empty() {
        return Err("a key is empty".to_owned());
    }
    if key.contains(['*', '"', ']', ' ']) {
        return Err(format!(
            "`{key}` is no key; a key with such characters is quoted"
        ));
    }
    Ok((JsonStep::Key(key.to_owned()), rest))
}

fn index(text: &str) -> Result<(JsonStep, &str), String> {
    let Some((position, rest)) = text.split_once(']') else {
        return Err("a `]` is missing".to_owned());
    };
    match position.trim().parse() {
        Ok(position @ 0..) => Ok((JsonStep::Index(position), rest)),
        _ => Err(format!("`[{position}]` is no position")),
    }
}

/// The text up to the closing quote, and what follows it.
fn quoted_text(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((value, text.get(at.saturating_add(1)..).unwrap_or_default())),
            '\\' => match characters.next() {
                Some((_, escaped)) => value.push(escaped),
                None => break,
            },
            other => value.push(other),
        }
    }
    Err("a closing quote is missing".to_owned())
}

/// The position in an array that a key is, counted from 0, or from the end where it is negative.
pub(super) fn position(key: &str) -> Option<i64> {
    key.trim_start().parse::<i32>().ok().map(i64::from)
}

/// The keys of a path such as `$.address.city`.
pub(super) fn keys_of_json_path(text: &str) -> Result<Vec<String>, String> {
    let steps = json_path(text)?.into_iter();
    let keys = steps.map(|step| match step {
        JsonStep::Key(key) => Ok(key),
        JsonStep::Index(_) => Err("positions in arrays are not supported".to_owned()),
    });
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    match keys.iter().find(|key| position(key).is_some()) {
        Some(_) => Err("positions in arrays are not supported".to_owned()),
        None => some(keys),
    }
}

/// The keys and positions of a path such as `{address,city}` or `{items,0}`, at least one.
pub(super) fn array_path(text: &str) -> Result<Vec<String>, String> {
    some(text_array(text)?)
}

/// The texts of PostgreSQL's notation of an array of them, such as `{address,city}`.
pub(crate) fn text_array(text: &str) -> Result<Vec<String>, String> {
    let inner = text.trim().strip_prefix('{');
    let Some(mut rest) = inner.and_then(|inner| inner.strip_suffix('}')) else {
        return Err("it stands in braces".to_owned());
    };
    let mut keys = Vec::new();
    if rest.trim().is_empty() {
        return Ok(keys);
    }
    loop {
        rest = rest.trim_start();
        let key;
        (key, rest) = if let Some(quoted) = rest.strip_prefix('"') {
            quoted_text(quoted)?
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            let (key, rest) = rest.split_at(end);
            (plain_key(key.trim_end())?, rest)
        };
        keys.push(key);
        rest = rest.trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None if rest.is_empty() => return Ok(keys),
            None => return Err("a comma is missing".to_owned()),
        }
    }
}

fn plain_key(key: &str) -> Result<String, String> {
    if key.is_empty() {
        return Err("a key is empty".to_owned());
    }
    if key.contains(['{', '}', '"', '\\']) {
        return Err(format!(
            "`{key}` is no key; a key with such characters is quoted"
        ));
    }
    if key.eq_ignore_ascii_case("null") {
        return Err("`null` is no key".to_owned());
    }
    Ok(key.to_owned())
}

fn some(keys: Vec<String>) -> Result<Vec<String>, String> {
    match keys.is_empty() {
        true => Err("it names no key".to_owned()),
        false => Ok(keys),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> JsonStep {
        JsonStep::Key(name.to_owned())
    }

    #[test]
    fn json_paths() {
        assert_eq!(json_path("$"), Ok(vec![]));
        assert_eq!(
            json_path(r#"$.tour.stops[12]."a.\"b""#),
            Ok(vec![
                key("tour"),
                key("stops"),
                JsonStep::Index(12),
                key("a.\"b")
            ])
        );
        for wrong in [
            "", "a.b", "$a", "$.", "$..a", "$[1", "$[-1]", "$[*]", "$.*", "$.\"a",
        ] {
            assert!(json_path(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn array_paths() {
        let keys = |list: &[&str]| Ok(list.iter().map(|key| (*key).to_owned()).collect());
        assert_eq!(array_path("{tour}"), keys(&["tour"]));
        assert_eq!(
            array_path(r#" { tour , "a, b" ,"c\"d"} "#),
            keys(&["tour", "a, b", "c\"d"])
        );
        assert_eq!(array_path("{stops,-1}"), keys(&["stops", "-1"]));
        for wrong in ["", "tour", "{}", "{a,}", "{a,null}", "{a{b}", "{\"a\" b}"] {
            assert!(array_path(wrong).is_err(), "{wrong}");
        }
    }
}
