//! The name of a type: `VARCHAR(50)[]`, `DOUBLE PRECISION`, `TIMESTAMP(3) WITH TIME ZONE`.

use super::cursor::Cursor;
use super::tree::TypeName;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use sqlparser::tokenizer::Token;

/// Reads the name of a type.
pub(super) fn type_name(cursor: &mut Cursor<'_>) -> Result<TypeName> {
    let start = cursor.here();
    let mut name = cursor.name("the type of the column")?.value.to_uppercase();
    let second = match name.as_str() {
        "DOUBLE" => &["PRECISION"][..],
        "CHARACTER" | "CHAR" | "BIT" => &["VARYING"],
        _ => &[],
    };
    for word in second {
        if cursor.eat(word).is_some() {
            name = format!("{name} {word}");
        }
    }
    let mut span = start.to(cursor.before());
    let arguments = if cursor.at(&Token::LParen) {
        cursor.list(number)?
    } else {
        Vec::new()
    };
    if name == "TIMESTAMP" || name == "TIME" {
        for zone in [["WITH", "TIME", "ZONE"], ["WITHOUT", "TIME", "ZONE"]] {
            if let Some(words) = cursor.eat_all(&zone) {
                name = format!("{name} {}", zone.join(" "));
                span = span.to(words);
            }
        }
    }
    let mut dimensions = usize::from(cursor.eat("ARRAY").is_some());
    while cursor.eat_mark(&Token::LBracket).is_some() {
        if let Some(word) = cursor.peek().filter(|word| word.token != Token::RBracket) {
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, word.span, "an array has no fixed length")
                    .help("leave the number out: PostgreSQL does not keep to it either"),
            ));
        }
        cursor.expect_mark(&Token::RBracket)?;
        dimensions += 1;
    }
    Ok(TypeName {
        name,
        span,
        arguments,
        dimensions,
    })
}

/// A number in the brackets of a type.
fn number(cursor: &mut Cursor<'_>) -> Result<(u32, Span)> {
    let number = cursor.peek().and_then(|word| match &word.token {
        Token::Number(digits, _) => digits.parse().ok(),
        _ => None,
    });
    match number {
        Some(number) => {
            cursor.next();
            Ok((number, cursor.before()))
        }
        None => Err(cursor.expected("a number")),
    }
}
