//! How the functions on text are called.

use super::super::{ArgumentType, Function, Nullability, ResultType};
use super::{Signature, TextFunction};
use crate::types::Type;

const TEXT: ArgumentType = ArgumentType::Exactly(Type::Text);
const INTEGER: ArgumentType = ArgumentType::Exactly(Type::Integer);
const LITERAL: ArgumentType = ArgumentType::LiteralText;
const BYTEA: ArgumentType = ArgumentType::Exactly(Type::Bytea);
const ANY: ArgumentType = ArgumentType::AnyText;

pub(in super::super) const SIGNATURES: &[Signature] = &[
    text("upper", &[TEXT], TextFunction::Upper),
    text("lower", &[TEXT], TextFunction::Lower),
    text("initcap", &[TEXT], TextFunction::InitialCapitals),
    integer("length", &[TEXT], TextFunction::Length),
    integer("length", &[BYTEA], TextFunction::BinaryLength),
    integer("char_length", &[TEXT], TextFunction::Length),
    integer("character_length", &[TEXT], TextFunction::Length),
    integer("octet_length", &[TEXT], TextFunction::ByteLength),
    integer("octet_length", &[BYTEA], TextFunction::BinaryLength),
    integer("bit_length", &[TEXT], TextFunction::BitLength),
    text("||", &[TEXT, ANY], TextFunction::Append),
    text("||", &[ANY, TEXT], TextFunction::Append),
    text("concat", &[ANY], TextFunction::Concat)
        .variadic()
        .null(Nullability::Never),
    text(
        "format",
        &[ArgumentType::LiteralText, ANY],
        TextFunction::Format,
    )
    .optional(1)
    .variadic()
    .null(Nullability::Never),
    text("concat_ws", &[TEXT, ANY], TextFunction::ConcatWithSeparator)
        .variadic()
        .null(Nullability::WhenFirst),
    text(
        "substring",
        &[TEXT, INTEGER, INTEGER],
        TextFunction::Substring,
    )
    .optional(1),
    text("substr", &[TEXT, INTEGER, INTEGER], TextFunction::Substring).optional(1),
    text("left", &[TEXT, INTEGER], TextFunction::Left),
    text("right", &[TEXT, INTEGER], TextFunction::Right),
    text(
        "overlay",
        &[TEXT, TEXT, INTEGER, INTEGER],
        TextFunction::Overlay,
    )
    .optional(1),
    text(
        "split_part",
        &[TEXT, TEXT, INTEGER],
        TextFunction::SplitPart,
    ),
    integer("position", &[TEXT, TEXT], TextFunction::Position),
    integer("strpos", &[TEXT, TEXT], TextFunction::PositionOf),
    boolean("contains", &[TEXT, TEXT], TextFunction::Contains),
    boolean("starts_with", &[TEXT, TEXT], TextFunction::StartsWith),
    boolean("^@", &[TEXT, TEXT], TextFunction::StartsWith),
    text("replace", &[TEXT, TEXT, TEXT], TextFunction::Replace),
    text("translate", &[TEXT, TEXT, TEXT], TextFunction::Translate),
    text("btrim", &[TEXT, TEXT], TextFunction::Trim).optional(1),
    text("ltrim", &[TEXT, TEXT], TextFunction::TrimLeft).optional(1),
    text("rtrim", &[TEXT, TEXT], TextFunction::TrimRight).optional(1),
    text("lpad", &[TEXT, INTEGER, TEXT], TextFunction::PadLeft).optional(1),
    text("rpad", &[TEXT, INTEGER, TEXT], TextFunction::PadRight).optional(1),
    text("repeat", &[TEXT, INTEGER], TextFunction::Repeat),
    text("reverse", &[TEXT], TextFunction::Reverse),
    integer("ascii", &[TEXT], TextFunction::CodeOf),
    text("chr", &[INTEGER], TextFunction::CharacterOf),
    text("quote_literal", &[ANY], TextFunction::Quote),
    text("quote_nullable", &[ANY], TextFunction::QuoteOrNull).null(Nullability::Never),
    text("quote_ident", &[TEXT], TextFunction::QuoteName),
    integer("regexp_count", &[TEXT, LITERAL], TextFunction::CountMatches),
    integer("regexp_instr", &[TEXT, LITERAL], TextFunction::FindPlace),
    text("regexp_substr", &[TEXT, LITERAL], TextFunction::FindText)
        .null(Nullability::StrictAndSometimes),
    text("substring", &[TEXT, LITERAL], TextFunction::FindPart)
        .null(Nullability::StrictAndSometimes),
    function(
        "regexp_match",
        &[TEXT, LITERAL, LITERAL],
        ResultType::ArrayOfNullable(Type::Text),
        TextFunction::FindParts,
    )
    .optional(1)
    .null(Nullability::StrictAndSometimes),
    function(
        "regexp_matches",
        &[TEXT, LITERAL, LITERAL],
        ResultType::ArrayOfTexts,
        TextFunction::AllParts,
    )
    .optional(1),
    text(
        "regexp_replace",
        &[TEXT, LITERAL, LITERAL, LITERAL],
        TextFunction::ReplaceMatches,
    )
    .optional(1),
    pieces_by_matches("regexp_split_to_array"),
    pieces_by_matches("regexp_split_to_table"),
    pieces("string_to_array"),
    pieces("string_to_table"),
    nullable_pieces("string_to_array"),
    nullable_pieces("string_to_table"),
];

const fn pieces_by_matches(name: &'static str) -> Signature {
    function(
        name,
        &[TEXT, LITERAL, LITERAL],
        ResultType::ArrayOf(Type::Text),
        TextFunction::SplitByMatches,
    )
    .optional(1)
}

const fn pieces(name: &'static str) -> Signature {
    function(
        name,
        &[TEXT, TEXT],
        ResultType::ArrayOf(Type::Text),
        TextFunction::ToArray,
    )
    .null(Nullability::WhenFirst)
}

/// With a text that stands for `NULL`.
const fn nullable_pieces(name: &'static str) -> Signature {
    function(
        name,
        &[TEXT, TEXT, TEXT],
        ResultType::ArrayOfNullable(Type::Text),
        TextFunction::ToArray,
    )
    .null(Nullability::WhenFirst)
}

const fn text(
    name: &'static str,
    arguments: &'static [ArgumentType],
    which: TextFunction,
) -> Signature {
    function(name, arguments, ResultType::Exactly(Type::Text), which)
}

const fn integer(
    name: &'static str,
    arguments: &'static [ArgumentType],
    which: TextFunction,
) -> Signature {
    function(name, arguments, ResultType::Exactly(Type::Integer), which)
}

const fn boolean(
    name: &'static str,
    arguments: &'static [ArgumentType],
    which: TextFunction,
) -> Signature {
    function(name, arguments, ResultType::Exactly(Type::Boolean), which)
}

const fn function(
    name: &'static str,
    arguments: &'static [ArgumentType],
    result: ResultType,
    which: TextFunction,
) -> Signature {
    Signature::new(name, arguments, result, Function::Text(which))
}
