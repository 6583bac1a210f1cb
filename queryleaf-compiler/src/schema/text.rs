//! The words of a schema text.

use std::fmt::Write;
use std::iter::Peekable;
use std::str::CharIndices;

/// A word of a schema text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A quoted string without its quotes and escapes.
    String(String),
    /// A keyword, a name or a number.
    Word(&'a str),
    /// Any other character.
    Symbol(char),
    /// What is no word: an open string, an unknown escape.
    Malformed,
}

/// A word and where it starts and ends, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Located<'a> {
    pub(super) token: Token<'a>,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Splits a schema text into its words.
pub(super) struct Tokens<'a> {
    text: &'a str,
    characters: Peekable<CharIndices<'a>>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Tokens {
            text,
            characters: text.char_indices().peekable(),
        }
    }

    fn offset(&mut self) -> usize {
        self.characters
            .peek()
            .map_or(self.text.len(), |(offset, _)| *offset)
    }

    /// The rest of a string whose opening quote has been read.
    fn string(&mut self) -> Token<'a> {
        let mut value = String::new();
        loop {
            match self.characters.next() {
                Some((_, '"')) => return Token::String(value),
                Some((_, '\\')) => match self.escape() {
                    Some(character) => value.push(character),
                    None => return Token::Malformed,
                },
                Some((_, character)) => value.push(character),
                None => return Token::Malformed,
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        match self.characters.next()?.1 {
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            '\\' => Some('\\'),
            '"' => Some('"'),
            'u' => {
                let (_, '{') = self.characters.next()? else {
                    return None;
                };
                let start = self.offset();
                let length = self.text.get(start..)?.find('}')?;
                let digits = self.text.get(start..start + length)?;
                while self.offset() <= start + length {
                    self.characters.next()?;
                }
                char::from_u32(u32::from_str_radix(digits, 16).ok()?)
            }
            _ => None,
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Located<'a>;

    fn next(&mut self) -> Option<Located<'a>> {
        while self
            .characters
            .next_if(|(_, character)| character.is_whitespace())
            .is_some()
        {}
        let (start, first) = self.characters.next()?;
        let token = if first == '"' {
            self.string()
        } else if is_word(first) {
            while self
                .characters
                .next_if(|(_, character)| is_word(*character))
                .is_some()
            {}
            let end = self.offset();
            self.text
                .get(start..end)
                .map_or(Token::Malformed, Token::Word)
        } else {
            Token::Symbol(first)
        };
        Some(Located {
            token,
            start,
            end: self.offset(),
        })
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// A string as a schema text writes it.
pub fn quote(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for character in value.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other if other.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\u{{{:x}}}", u32::from(other));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token<'_>> {
        Tokens::new(text).map(|located| located.token).collect()
    }

    #[test]
    fn strings_survive_quoting() {
        for value in [
            "",
            "plain",
            "a\"b\\c",
            "\n\r\t\0\u{7f}",
            "größe",
            "@0",
            "\\u{41}",
        ] {
            assert_eq!(
                tokens(&quote(value)),
                [Token::String(value.to_owned())],
                "{value:?}"
            );
        }
    }

    #[test]
    fn words_and_symbols() {
        assert_eq!(
            tokens(r#""a\u{e9}"größe:?[2dsphere @12;"#),
            [
                Token::String("aé".to_owned()),
                Token::Word("größe"),
                Token::Symbol(':'),
                Token::Symbol('?'),
                Token::Symbol('['),
                Token::Word("2dsphere"),
                Token::Symbol('@'),
                Token::Word("12"),
                Token::Symbol(';'),
            ]
        );
    }

    #[test]
    fn broken_strings_are_malformed() {
        for text in [
            "\"",
            "\"a\\",
            "\"\\q\"",
            "\"\\u{d800}\"",
            "\"\\u{zz}\"",
            "\"\\u{",
            "\"\\u",
        ] {
            assert!(tokens(text).contains(&Token::Malformed), "{text:?}");
        }
    }
}
