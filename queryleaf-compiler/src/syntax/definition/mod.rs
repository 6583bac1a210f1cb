//! Statements that define tables, indexes, views and triggers.
//!
//! Their grammar is read here, word by word, and not by the `sqlparser` crate: that one knows nothing
//! of `WITH TTL (..)` and its like, and leaves out the places of types and constraints, which an
//! error has to point at. The expressions and queries inside are kept as places in the text; whoever
//! needs one compiles it like any other.

mod action;
mod change_stream;
mod clauses;
mod create_bucket;
mod create_table;
mod cursor;
mod indexes;
mod tree;
mod trigger;
mod trigger_body;
mod type_name;

pub(crate) use action::{Action, Change, action, begins};
pub(crate) use tree::{
    Argument, BodyStatement, BucketOption, Call, Case, Clause, Column, ColumnConstraint,
    ColumnConstraintKind, CreateBucket, CreateChangeStream, CreateCollection, CreateIndex,
    CreateTable, CreateTrigger, CreateView, If, IndexColumn, IndexMethod, Name, OptionItem,
    OptionValue, Reference, RowOperation, SpatialItem, Statement, StatementKind, StreamOption,
    StreamOptionValue, StreamTarget, TableConstraint, TableConstraintKind, TriggerSource, TtlRule,
    TypeName,
};

use super::source::{Source, Word};
use super::text::words;
use super::{limits, other_dialects};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use cursor::Cursor;
use sqlparser::tokenizer::Token;

/// The record that a trigger's body names.
pub(crate) const CHANGE: &str = "change";

/// Reads the statements of a text, which semicolons separate, with the first error of each that has
/// one.
pub(crate) fn statements(text: &str) -> (Vec<Statement>, Source<'_>, Vec<Diagnostic>) {
    let none = |error: Box<Diagnostic>| (Vec::new(), Source::new(text, &[]), vec![*error]);
    let source = match words(text) {
        Ok((source, _)) => source,
        Err(error) => return none(error),
    };
    if let Err(error) = limits::check(&source).and_then(|()| other_dialects::check(&source)) {
        return none(error);
    }
    let mut statements = Vec::new();
    let mut errors = Vec::new();
    for words in separated(source.words()) {
        let Some(span) = extent(words) else {
            continue;
        };
        let mut cursor = Cursor::new(&source, words);
        match statement(&mut cursor) {
            Ok(kind) => statements.push(Statement { kind, span }),
            Err(error) => errors.push(*error),
        }
    }
    if statements.is_empty() && errors.is_empty() {
        let help = "write a statement, such as `CREATE TABLE orders (number BIGINT NOT NULL)`";
        let empty = Diagnostic::error(Code::Syntax, Span::default(), "there is no statement");
        errors.push(empty.help(help));
    }
    (statements, source, errors)
}

/// The words of each statement: those between semicolons, of which the body of a trigger has its own.
fn separated(words: &[Word]) -> Vec<&[Word]> {
    let mut statements = Vec::new();
    let mut rest = words;
    while !rest.is_empty() {
        let begin = trigger_body::begin(rest);
        let from = begin.map_or(0, |begin| trigger_body::end(rest, begin));
        let semicolon = rest
            .iter()
            .skip(from)
            .position(|word| word.token == Token::SemiColon);
        let end = semicolon.map_or(rest.len(), |place| from + place);
        let (statement, after) = rest.split_at(end);
        statements.push(statement);
        rest = after.get(1..).unwrap_or_default();
    }
    statements
}

/// From the first to the last of these words.
fn extent(words: &[Word]) -> Option<Span> {
    let (first, last) = (words.first()?, words.last()?);
    Some(first.span.to(last.span))
}

fn statement(cursor: &mut Cursor<'_>) -> Result<StatementKind> {
    let start = cursor.here();
    let kind = if cursor.eat("CREATE").is_some() {
        create(cursor)?
    } else {
        let message = format!("`{}` defines nothing", cursor.text().to_uppercase());
        return Err(Box::new(
            Diagnostic::error(Code::Unsupported, start, message)
                .label("only `CREATE` statements stand in a schema")
                .help("run other statements with `sql!(\"..\").execute(&db)`"),
        ));
    };
    match cursor.peek() {
        None => Ok(kind),
        Some(_) => Err(cursor.expected("the end of the statement")),
    }
}

fn create(cursor: &mut Cursor<'_>) -> Result<StatementKind> {
    if cursor.eat("TABLE").is_some() {
        return create_table::create_table(cursor).map(StatementKind::Table);
    }
    if cursor.eat_all(&["CAPPED", "COLLECTION"]).is_some() {
        return create_collection(cursor).map(StatementKind::Collection);
    }
    let unique = cursor.eat("UNIQUE").is_some();
    if cursor.eat("INDEX").is_some() {
        return indexes::create_index(cursor, unique).map(StatementKind::Index);
    }
    if unique {
        return Err(cursor.expected("`INDEX`"));
    }
    if let Some(replace) = cursor.eat_all(&["OR", "REPLACE"]) {
        return Err(Box::new(
            Diagnostic::error(Code::Unsupported, replace, "a schema replaces nothing")
                .help("leave it out: `ensure` reports how the stored view differs from this one"),
        ));
    }
    if cursor.eat("VIEW").is_some() {
        return create_view(cursor, None).map(StatementKind::View);
    }
    if let Some(word) = cursor.eat("STREAMING_ANALYTICS_VIEW") {
        return create_view(cursor, Some(word)).map(StatementKind::View);
    }
    if cursor.eat_all(&["CHANGE", "STREAM"]).is_some() {
        let create = change_stream::create_change_stream(cursor);
        return create.map(StatementKind::ChangeStream);
    }
    if cursor.eat("GRIDFS_BUCKET").is_some() {
        return create_bucket::create_bucket(cursor).map(StatementKind::Bucket);
    }
    if cursor.eat("TRIGGER").is_some() {
        return trigger::create_trigger(cursor).map(StatementKind::Trigger);
    }
    Err(cursor.expected(
        "`TABLE`, `INDEX`, `UNIQUE INDEX`, `CAPPED COLLECTION`, `VIEW`, `STREAMING_ANALYTICS_VIEW`, \
         `CHANGE STREAM`, `GRIDFS_BUCKET` or `TRIGGER`",
    ))
}

fn create_collection(cursor: &mut Cursor<'_>) -> Result<CreateCollection> {
    let if_not_exists = cursor.eat_all(&["IF", "NOT", "EXISTS"]);
    let name = cursor.path("the name of the collection")?;
    cursor.expect("WITH")?;
    let options = clauses::options(cursor)?;
    Ok(CreateCollection {
        if_not_exists,
        name,
        options,
    })
}

fn create_view(cursor: &mut Cursor<'_>, streaming: Option<Span>) -> Result<CreateView> {
    let if_not_exists = cursor.eat_all(&["IF", "NOT", "EXISTS"]);
    let name = cursor.name("the name of the view")?;
    let columns = if cursor.at(&Token::LParen) {
        cursor.list(|cursor| cursor.name("the name of a column"))?
    } else {
        Vec::new()
    };
    cursor.expect("AS")?;
    let query = cursor.query()?;
    let options = match cursor.eat("WITH") {
        Some(_) => clauses::options(cursor)?,
        None => Vec::new(),
    };
    Ok(CreateView {
        streaming,
        options,
        if_not_exists,
        name,
        columns,
        query,
    })
}
