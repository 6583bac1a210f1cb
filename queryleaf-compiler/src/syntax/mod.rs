//! SQL text to syntax tree.
//!
//! The grammar is PostgreSQL's, read by the `sqlparser` crate; this module bounds what is handed to
//! it and turns its complaints into diagnostics.

mod assignments;
mod bucket_target;
mod common_tables;
mod conflict_clause;
pub(crate) mod definition;
mod limits;
mod misspelt;
mod other_dialects;
mod query_forms;
mod source;
mod statement;
mod table_function;
mod tables;
mod text;
mod write_options;

pub(crate) use assignments::name_and_subscript;
pub(crate) use bucket_target::is_bucket_target;
pub(crate) use source::{Source, Word};
pub(crate) use statement::{Statement, Write, WriteBody};
pub(crate) use table_function::TableFunction;
pub use text::Text;
pub(crate) use text::Words;
pub(crate) use write_options::{OptionValue, OptionsClause, WriteOption};

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use sqlparser::ast;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, TokenWithSpan};

/// Reads one statement.
pub(crate) fn parse(text: &str, words: Result<Words>) -> Result<(Statement, Source<'_>)> {
    let Words { index, mut tokens } = words?;
    let source = Source::indexed(text, index);
    let Some(first) = source.words().first() else {
        return Err(Box::new(
            Diagnostic::error(Code::Syntax, Span::default(), "the query is empty")
                .help("write a statement, such as `SELECT * FROM orders`"),
        ));
    };
    limits::check(&source)?;
    other_dialects::check(&source)?;
    if definition::begins(source.words()) {
        let action = definition::action(&source)?;
        return Ok((Statement::Define(Box::new(action)), source));
    }
    let options = write_options::take(&mut tokens, |token| source.convert(token.span))?;
    let statements = statements(tokens).map_err(|error| syntax_error(&source, &error))?;
    let mut statements = statements.into_iter();
    let statement = statements.next();
    if let Some(second) = statements.next() {
        let span = source.span_or(&second, end_of_text(&source));
        return Err(Box::new(
            Diagnostic::error(Code::Syntax, span, "a second statement")
                .label("one `sql!` runs one statement")
                .help("write a `sql!` for each statement"),
        ));
    }
    match statement {
        Some(statement) => Ok((statement::statement(statement, options, &source)?, source)),
        None => Err(Box::new(Diagnostic::error(
            Code::Syntax,
            first.span,
            "the query is empty",
        ))),
    }
}

/// The statements that the parser reads.
fn statements(mut tokens: Vec<TokenWithSpan>) -> Result<Vec<ast::Statement>, ParserError> {
    conflict_clause::set_apart(&mut tokens);
    Parser::new(&PostgreSqlDialect {})
        .with_recursion_limit(200)
        .with_tokens_with_locations(tokens)
        .parse_statements()
}

/// Reads one query.
pub(crate) fn parse_query(text: &str) -> Result<(Box<ast::Query>, Source<'_>)> {
    match parse(text, Words::of(text))? {
        (Statement::Query(query), source) => Ok((query, source)),
        (Statement::Write(_) | Statement::Define(_), source) => Err(Box::new(Diagnostic::error(
            Code::Syntax,
            source.first(),
            "expected a query",
        ))),
    }
}

/// The tables that these words name.
pub(crate) use tables::table_names as names_of_tables;

/// The collections that conditions on `collection_name` name in a text.
pub(crate) fn collection_names(text: &str) -> Vec<crate::TableName> {
    match text::words(text) {
        Ok((source, _)) => tables::collection_names(source.words()),
        Err(_) => Vec::new(),
    }
}

/// The words of a text.
pub(crate) fn source(text: &str) -> Result<Source<'_>> {
    text::words(text).map(|(source, _)| source)
}

/// The parser's complaint at the word it is about.
fn syntax_error(source: &Source<'_>, error: &ParserError) -> Box<Diagnostic> {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
        ParserError::RecursionLimitExceeded => {
            let message = "the query is nested too deeply";
            return Box::new(
                Diagnostic::error(Code::TooComplex, Span::default(), message).help("split it"),
            );
        }
    };
    let (message, location) = split_location(text);
    let mut span = location
        .map(|location| source.offset(location))
        .and_then(|offset| {
            source
                .word_at(offset)
                .filter(|word| word.span.start == offset)
        })
        .map_or_else(|| end_of_text(source), |word| word.span);
    let message = match message.split_once(", found: ") {
        Some((expected, found)) => {
            // The parser's own words begin so now and then, too.
            let expected = expected.trim_start_matches("Expected:").trim();
            let expected = expected.trim_start_matches("Expected ");
            span = found_word(source, span, found);
            if found == "EOF" {
                format!("expected {expected}, found the end of the query")
            } else {
                format!("expected {expected}, found `{found}`")
            }
        }
        None if message.starts_with("No infix parser") => {
            format!("`{}` is no operator", source.slice(span))
        }
        None => lower_first(message),
    };
    let error = Diagnostic::error(Code::Syntax, span, message);
    let explained =
        other_dialects::explained(source, &error).or_else(|| misspelt::explained(source, &error));
    Box::new(explained.unwrap_or(error))
}

/// Where the parser gave up.
fn location_of(error: &ParserError) -> Option<Location> {
    match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => {
            split_location(text).1
        }
        ParserError::RecursionLimitExceeded => None,
    }
}

/// The word that the parser found: it may tell the place of the one behind it.
fn found_word(source: &Source<'_>, span: Span, found: &str) -> Span {
    let words = source.words();
    let before = words
        .iter()
        .position(|word| word.span == span)
        .and_then(|index| words.get(index.checked_sub(1)?));
    match before {
        Some(before) if source.slice(span) != found && source.slice(before.span) == found => {
            before.span
        }
        _ => span,
    }
}

/// Takes ` at Line: 1, Column: 5` off the end of a message.
fn split_location(text: &str) -> (&str, Option<Location>) {
    let Some((message, place)) = text.rsplit_once(" at Line: ") else {
        return (text, None);
    };
    let Some((line, column)) = place.split_once(", Column: ") else {
        return (text, None);
    };
    match (line.trim().parse(), column.trim().parse()) {
        (Ok(line), Ok(column)) => (message, Some(Location { line, column })),
        _ => (text, None),
    }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    // Not a word of SQL, which is all capitals.
    let is_keyword = text.chars().nth(1).is_some_and(char::is_uppercase);
    match characters.next() {
        Some(_) if is_keyword => text.to_owned(),
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// The place of the last word.
fn end_of_text(source: &Source<'_>) -> Span {
    source
        .words()
        .last()
        .map_or(Span::default(), |word| word.span)
}
