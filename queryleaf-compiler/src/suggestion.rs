//! The nearest known name to a misspelt one.

/// The longest name for which a neighbour is looked for, in characters.
const MAX_LENGTH: usize = 64;

/// The candidate that the writer of `word` most likely meant, if one is near enough.
///
/// As rustc does it: the same name in another case first, else the smallest number of characters
/// to insert, delete, replace or swap, up to a third of the word.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() > MAX_LENGTH {
        return None;
    }
    let limit = limit(letters.len());
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        if candidate == word {
            continue;
        }
        if candidate.to_lowercase() == word.to_lowercase() {
            return Some(candidate);
        }
        let other: Vec<char> = candidate.chars().take(MAX_LENGTH + 1).collect();
        if other.len().abs_diff(letters.len()) > limit {
            continue;
        }
        let distance = distance(&letters, &other);
        if distance <= limit && best.is_none_or(|(smallest, _)| distance < smallest) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How far two words are apart, if one may be the other misspelt.
pub(crate) fn distance_within(word: &str, other: &str) -> Option<usize> {
    let letters: Vec<char> = word.chars().take(MAX_LENGTH + 1).collect();
    let other: Vec<char> = other.chars().take(MAX_LENGTH + 1).collect();
    let limit = limit(letters.len());
    if letters.len() > MAX_LENGTH || other.len().abs_diff(letters.len()) > limit {
        return None;
    }
    Some(distance(&letters, &other)).filter(|distance| *distance <= limit)
}

/// The most that a word of so many letters may be misspelt.
fn limit(letters: usize) -> usize {
    match letters {
        // Two names of one letter have nothing in common but that.
        0 | 1 => 0,
        letters => letters.max(3) / 3,
    }
}

/// The number of insertions, deletions, replacements and swaps of neighbours between two words.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before_previous: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.iter().enumerate() {
        let mut current = Vec::with_capacity(to.len() + 1);
        let mut left = row + 1;
        current.push(left);
        for (column, other) in to.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(row);
            let replaced = at(&previous, column) + usize::from(letter != other);
            let mut smallest = replaced.min(left + 1).min(at(&previous, column + 1) + 1);
            let swapped = row > 0
                && column > 0
                && from.get(row - 1) == Some(other)
                && to.get(column - 1) == Some(letter);
            if swapped {
                smallest = smallest.min(at(&before_previous, column - 1) + 1);
            }
            left = smallest;
            current.push(smallest);
        }
        before_previous = std::mem::replace(&mut previous, current);
    }
    previous.last().copied().unwrap_or(from.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_found() {
        let names = ["status", "number", "customer_id", "placed_at"];
        assert_eq!(nearest("statsu", names), Some("status"));
        assert_eq!(nearest("costumer_id", names), Some("customer_id"));
        assert_eq!(nearest("placedAt", names), Some("placed_at"));
        assert_eq!(nearest("STATUS", names), Some("status"));
    }

    #[test]
    fn what_is_far_or_the_word_itself_is_none() {
        assert_eq!(nearest("price", ["status", "sku"]), None);
        assert_eq!(nearest("id", ["_id"]), Some("_id"));
        assert_eq!(nearest("sku", ["sku"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(nearest("b", ["a"]), None);
        assert_eq!(nearest(&"x".repeat(1000), ["x"]), None);
    }

    #[test]
    fn distances() {
        let chars = |word: &str| word.chars().collect::<Vec<_>>();
        for (from, to, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("form", "from", 1),
            ("abcd", "abcd", 0),
        ] {
            assert_eq!(distance(&chars(from), &chars(to)), expected, "{from} {to}");
        }
    }
}
