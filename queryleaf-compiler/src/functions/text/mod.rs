//! Functions on text.
//!
//! Positions and lengths count code points, as PostgreSQL does with UTF8; upper and lower case is
//! a matter of ASCII letters, as in its locale C.

mod build;
mod code;
mod format;
mod format_pattern;
mod quote;
mod regex;
mod search;
mod signatures;
mod slice;

pub(super) use signatures::SIGNATURES;

use super::argument::{constant_integer, constant_text, operand};
use super::{ArgumentError, Signature};
use crate::lower::LoweredArgument;
use crate::lower::operators::{call, int, unary};
use crate::plan::Expression;
use queryleaf_plan::Template;

/// The functions of this family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFunction {
    /// `upper(text)`.
    Upper,
    /// `lower(text)`.
    Lower,
    /// `initcap(text)`.
    InitialCapitals,
    /// `length(text)` and its synonyms.
    Length,
    /// `octet_length(text)`.
    ByteLength,
    /// `bit_length(text)`.
    BitLength,
    /// `length(bytea)` and `octet_length(bytea)`.
    BinaryLength,
    /// `a || b`.
    Append,
    /// `concat(a, ..)`.
    Concat,
    /// `format(pattern, a, ..)`.
    Format,
    /// `concat_ws(separator, a, ..)`.
    ConcatWithSeparator,
    /// `substring(text, from, length)`.
    Substring,
    /// `left(text, count)`.
    Left,
    /// `right(text, count)`.
    Right,
    /// `overlay(text, replacement, from, length)`.
    Overlay,
    /// `split_part(text, delimiter, number)`.
    SplitPart,
    /// `position(part, text)`.
    Position,
    /// `strpos(text, part)`.
    PositionOf,
    /// `contains(text, part)`.
    Contains,
    /// `starts_with(text, prefix)`.
    StartsWith,
    /// `replace(text, part, replacement)`.
    Replace,
    /// `translate(text, characters, replacements)`.
    Translate,
    /// `btrim(text, characters)`.
    Trim,
    /// `ltrim(text, characters)`.
    TrimLeft,
    /// `rtrim(text, characters)`.
    TrimRight,
    /// `lpad(text, length, fill)`.
    PadLeft,
    /// `rpad(text, length, fill)`.
    PadRight,
    /// `repeat(text, count)`.
    Repeat,
    /// `reverse(text)`.
    Reverse,
    /// `string_to_array(text, delimiter, null)`.
    ToArray,
    /// `ascii(text)`.
    CodeOf,
    /// `chr(code)`.
    CharacterOf,
    /// `quote_literal(value)`.
    Quote,
    /// `quote_nullable(value)`.
    QuoteOrNull,
    /// `quote_ident(text)`.
    QuoteName,
    /// `regexp_count(text, pattern)`.
    CountMatches,
    /// `regexp_instr(text, pattern)`.
    FindPlace,
    /// `regexp_substr(text, pattern)`.
    FindText,
    /// `substring(text, pattern)`: what the first group has matched.
    FindPart,
    /// `regexp_match(text, pattern, options)`.
    FindParts,
    /// `regexp_matches(text, pattern, options)`.
    AllParts,
    /// `regexp_replace(text, pattern, replacement, options)`.
    ReplaceMatches,
    /// `regexp_split_to_array(text, pattern, options)`.
    SplitByMatches,
}

/// The count that takes everything up to the end.
const TO_THE_END: Template = Template::Value(queryleaf_plan::Value::Int32(i32::MAX));

/// The aggregation expression of a call.
pub(super) fn lower(function: TextFunction, arguments: &[LoweredArgument<'_>]) -> Template {
    let first = || operand(arguments, 0);
    match function {
        TextFunction::Upper => unary("$toUpper", first()),
        TextFunction::Lower => unary("$toLower", first()),
        TextFunction::InitialCapitals => build::initial_capitals(first()),
        TextFunction::Length => unary("$strLenCP", first()),
        TextFunction::ByteLength => unary("$strLenBytes", first()),
        TextFunction::BitLength => call("$multiply", [unary("$strLenBytes", first()), int(8)]),
        TextFunction::BinaryLength => unary("$binarySize", first()),
        TextFunction::Append => build::append(arguments),
        TextFunction::Concat => build::concat(arguments),
        TextFunction::Format => format::format(arguments),
        TextFunction::ConcatWithSeparator => build::concat_with_separator(arguments),
        TextFunction::Substring => slice::substring(arguments),
        TextFunction::Left => slice::left(arguments),
        TextFunction::Right => slice::right(arguments),
        TextFunction::Overlay => slice::overlay(arguments),
        TextFunction::SplitPart => slice::split_part(arguments),
        TextFunction::Position => search::position(operand(arguments, 1), first()),
        TextFunction::PositionOf => search::position(first(), operand(arguments, 1)),
        TextFunction::Contains => search::contains(first(), operand(arguments, 1)),
        TextFunction::StartsWith => search::starts_with(arguments),
        TextFunction::Replace => search::replace(arguments),
        TextFunction::Translate => search::translate(arguments),
        TextFunction::Trim => search::trim("$trim", arguments),
        TextFunction::TrimLeft => search::trim("$ltrim", arguments),
        TextFunction::TrimRight => search::trim("$rtrim", arguments),
        TextFunction::PadLeft => build::pad(arguments, build::Side::Left),
        TextFunction::PadRight => build::pad(arguments, build::Side::Right),
        TextFunction::Repeat => build::repeat(first(), operand(arguments, 1)),
        TextFunction::Reverse => build::reverse(first()),
        TextFunction::ToArray => search::to_array(arguments),
        TextFunction::CodeOf => code::code_of(first()),
        TextFunction::CharacterOf => code::character_of(first()),
        TextFunction::Quote => quote::quoted(arguments),
        TextFunction::QuoteOrNull => quote::quoted_or_null(arguments),
        TextFunction::QuoteName => quote::identifier(first()),
        TextFunction::CountMatches
        | TextFunction::FindPlace
        | TextFunction::FindText
        | TextFunction::FindPart
        | TextFunction::FindParts
        | TextFunction::AllParts
        | TextFunction::ReplaceMatches
        | TextFunction::SplitByMatches => regex::lower(function, arguments),
    }
}

/// What is wrong with the constant arguments of a call.
pub(super) fn check(function: TextFunction, arguments: &[Expression]) -> Result<(), ArgumentError> {
    let integer = |number: usize| constant_integer(arguments.get(number));
    match function {
        TextFunction::Substring if integer(2).is_some_and(|length| length < 0) => {
            Err(ArgumentError {
                argument: 2,
                message: "the length of a substring cannot be negative".to_owned(),
                help: None,
            })
        }
        TextFunction::Overlay if integer(2).is_some_and(|start| start < 1) => Err(ArgumentError {
            argument: 2,
            message: "the position of an overlay counts from 1".to_owned(),
            help: None,
        }),
        TextFunction::Format => {
            let format = constant_text(arguments.first()).unwrap_or_default();
            match format::problem(format, arguments) {
                None => Ok(()),
                Some(reason) => Err(ArgumentError {
                    argument: 0,
                    message: format!("`'{format}'` is no format: {reason}"),
                    help: Some(
                        "write `%s` for an argument, `%-9s` for one with spaces up to a width, `%%` for a `%`"
                            .to_owned(),
                    ),
                }),
            }
        }
        TextFunction::CharacterOf if integer(0).is_some_and(|code| !(1..=127).contains(&code)) => {
            Err(ArgumentError {
                argument: 0,
                message: "`chr` knows the characters of ASCII only, from 1 to 127".to_owned(),
                help: Some("write the character itself".to_owned()),
            })
        }
        TextFunction::CountMatches
        | TextFunction::FindPlace
        | TextFunction::FindText
        | TextFunction::FindPart
        | TextFunction::FindParts
        | TextFunction::AllParts
        | TextFunction::ReplaceMatches
        | TextFunction::SplitByMatches => regex::check(function, arguments),
        TextFunction::SplitPart if integer(2) == Some(0) => Err(ArgumentError {
            argument: 2,
            message: "the parts of a text are numbered from 1, or from -1 at its end".to_owned(),
            help: Some("write 1 for the first part".to_owned()),
        }),
        _ => Ok(()),
    }
}

/// Whether a call is null by itself when an argument is.
pub(super) fn propagates_null(function: TextFunction, arguments: &[Expression]) -> bool {
    let never_null = |number: usize| arguments.get(number).is_some_and(|it| !it.nullable);
    match function {
        TextFunction::Append
        | TextFunction::BinaryLength
        | TextFunction::Trim
        | TextFunction::TrimLeft
        | TextFunction::TrimRight => true,
        TextFunction::Position => never_null(0),
        TextFunction::PositionOf => never_null(1),
        TextFunction::Replace => {
            constant_text(arguments.get(1)).is_some_and(|part| !part.is_empty())
        }
        TextFunction::Upper
        | TextFunction::Lower
        | TextFunction::InitialCapitals
        | TextFunction::Length
        | TextFunction::ByteLength
        | TextFunction::BitLength
        | TextFunction::Concat
        | TextFunction::Format
        | TextFunction::ConcatWithSeparator
        | TextFunction::Substring
        | TextFunction::Left
        | TextFunction::Right
        | TextFunction::Overlay
        | TextFunction::SplitPart
        | TextFunction::Contains
        | TextFunction::StartsWith
        | TextFunction::Translate
        | TextFunction::PadLeft
        | TextFunction::PadRight
        | TextFunction::Repeat
        | TextFunction::Reverse
        | TextFunction::ToArray
        | TextFunction::CodeOf
        | TextFunction::CharacterOf
        | TextFunction::Quote
        | TextFunction::QuoteOrNull
        | TextFunction::QuoteName
        | TextFunction::CountMatches
        | TextFunction::FindPlace
        | TextFunction::FindText
        | TextFunction::FindPart
        | TextFunction::FindParts
        | TextFunction::AllParts
        | TextFunction::ReplaceMatches
        | TextFunction::SplitByMatches => false,
    }
}

#[cfg(test)]
mod tests;
