//! A statement that makes the very change its trigger reacts to, for each such change one more: a trigger
//! that never ends.
//!
//! That is said only where it is certain: the trigger is told of every change of the collection, the
//! statement runs for each change of the kind that it makes, and it makes one each time.

use super::body::Condition;
use super::guard::Guard;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::syntax::definition::{CHANGE, TriggerSource};
use crate::syntax::{Source, Word};
use crate::{InScope, Kind, Query};
use queryleaf_plan::{Template, Value};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

/// A kind of change that a statement makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    Insert,
    Update,
}

impl Made {
    /// Its name among the types of operations.
    fn name(self) -> &'static str {
        match self {
            Made::Insert => "insert",
            Made::Update => "update",
        }
    }
}

/// The kinds of changes for each of which a statement in these branches runs.
pub(super) fn always(guards: &[Guard], source: &Source<'_>) -> Vec<Made> {
    let answer = |condition: &Condition, made| answer(condition, made, source);
    let runs = |guard: &Guard, made| {
        let mut not = guard.not.iter();
        not.all(|condition| answer(condition, made) == Some(false))
            && (guard.is.as_ref()).is_none_or(|condition| answer(condition, made) == Some(true))
    };
    [Made::Insert, Made::Update]
        .into_iter()
        .filter(|made| guards.iter().all(|guard| runs(guard, *made)))
        .collect()
}

/// What a condition is for every change of a kind, where that is certain.
fn answer(condition: &Condition, made: Made, source: &Source<'_>) -> Option<bool> {
    let is_it = |word: &Word| match &word.token {
        Token::SingleQuotedString(name) => Some(name == made.name()),
        _ => None,
    };
    match condition {
        Condition::Is(span) => match source.words_in(*span) {
            [word] => matches!(&word.token, Token::Word(name) if name.keyword == Keyword::TRUE)
                .then_some(true),
            [change, dot, name, equals, value]
                if is_operation_type(&[change, dot, name]) && equals.token == Token::Eq =>
            {
                is_it(value)
            }
            _ => None,
        },
        Condition::Equals { operand, values } => {
            let operand: Vec<&Word> = source.words_in(*operand).iter().collect();
            if !is_operation_type(&operand) {
                return None;
            }
            let mut any = false;
            for value in values {
                let [word] = source.words_in(*value) else {
                    return None;
                };
                any |= is_it(word)?;
            }
            Some(any)
        }
    }
}

/// Whether these words are `change.operation_type`.
fn is_operation_type(words: &[&Word]) -> bool {
    let is = |word: &Word, wanted: &str| matches!(&word.token, Token::Word(name) if name.value == wanted);
    match words {
        [change, dot, name] => {
            is(change, CHANGE) && dot.token == Token::Period && is(name, "operation_type")
        }
        _ => false,
    }
}

/// The collections of which the trigger is told every change.
pub(super) fn watched(source: &TriggerSource, in_scope: InScope<'_>) -> Vec<String> {
    let TriggerSource::Stream(path) = source else {
        return Vec::new();
    };
    let is_named = |name: &[String]| name.iter().eq(path.iter().map(|part| &part.value));
    let collections: Vec<_> = match in_scope.streams.iter().find(|named| is_named(&named.name)) {
        Some(named) if named.stream.filter.is_some() => Vec::new(),
        Some(named) => {
            let tables = named.stream.tables.iter();
            tables.map(|table| &table.collection).collect()
        }
        None => {
            let tables = in_scope.tables.iter();
            let table = tables.filter(|table| is_named(&table.name));
            table.map(|table| &table.collection).collect()
        }
    };
    let names = collections.into_iter();
    names.map(|collection| collection.name.clone()).collect()
}

/// Refuses a statement that makes a change of a kind for which it always runs.
pub(super) fn refuse(
    query: &Query,
    always: &[Made],
    watched: &[String],
    is_field: &dyn Fn(u16, &str) -> bool,
    span: Span,
) -> Result<(), Vec<Diagnostic>> {
    let Kind::Write { table, .. } = &query.kind else {
        return Ok(());
    };
    let Some(collection) = query.tables.get(*table) else {
        return Ok(());
    };
    let made = made(&query.command, is_field);
    let Some(made) = made.filter(|made| always.contains(made)) else {
        return Ok(());
    };
    if !watched.contains(&collection.name) {
        return Ok(());
    }
    let (what, kind) = match made {
        Made::Insert => ("an `INSERT` for each insert into", "insert"),
        Made::Update => ("an `UPDATE` for each update of", "update"),
    };
    let message = format!("{what} the same table goes on without end");
    let error = Diagnostic::error(Code::Unsupported, span, message)
        .note(format!(
            "the trigger is told of its own changes of `{}`, too",
            collection.name
        ))
        .help(format!(
            "put it into an `IF` that is not true of the {kind} that it makes itself, such as \
             `IF change.changed_fields CONTAINS '..' THEN`"
        ));
    Err(vec![error])
}

/// The change that a statement makes each time, if it certainly does.
fn made(command: &Template, is_field: &dyn Fn(u16, &str) -> bool) -> Option<Made> {
    let Template::Document(entries) = command else {
        return None;
    };
    let entry = |wanted: &str| {
        let found = entries.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value)
    };
    if entry("insert").is_some() {
        // A row that is there already may be passed over.
        return entry("conflict").is_none().then_some(Made::Insert);
    }
    entry("update")?;
    let changes = is_another_each_time(entry("u")?);
    (changes && finds_the_document(entry("q")?, is_field)).then_some(Made::Update)
}

/// Whether an update finds the document of the event: it asks for what that has, or for nothing.
fn finds_the_document(filter: &Template, is_field: &dyn Fn(u16, &str) -> bool) -> bool {
    let is_own = |name: &str, value: &Template| match value {
        Template::Hole { parameter, .. } => is_field(*parameter, name),
        Template::Document(entries) => match &entries[..] {
            [(operator, Template::Hole { parameter, .. })] => {
                operator == "$eq" && is_field(*parameter, name)
            }
            _ => false,
        },
        _ => false,
    };
    match filter {
        Template::All(filters) => {
            let mut filters = filters.iter();
            filters.all(|filter| finds_the_document(filter, is_field))
        }
        // A field of the event may be `NULL`, of which the filter has another form.
        Template::When {
            then, otherwise, ..
        } => finds_the_document(then, is_field) || finds_the_document(otherwise, is_field),
        Template::Document(entries) => entries.iter().all(|(name, value)| is_own(name, value)),
        _ => false,
    }
}

/// Whether an update makes another document of it each time: it counts, or notes the time.
fn is_another_each_time(update: &Template) -> bool {
    match update {
        Template::Value(Value::String(text)) => text == "$$NOW",
        Template::Document(entries) => entries.iter().any(|(name, value)| match &**name {
            "$currentDate" => true,
            "$inc" => fields(value).any(|(_, value)| is_not_zero(value)),
            "$set" if fields(value).any(|(name, value)| counts(name, value)) => true,
            _ => is_another_each_time(value),
        }),
        Template::Array(items) => items.iter().any(is_another_each_time),
        _ => false,
    }
}

fn fields(template: &Template) -> impl Iterator<Item = (&str, &Template)> {
    let entries = match template {
        Template::Document(entries) => &entries[..],
        _ => &[],
    };
    entries.iter().map(|(name, value)| (&**name, value))
}

/// Whether an expression adds a constant to a field.
fn counts(field: &str, expression: &Template) -> bool {
    let Template::Document(entries) = expression else {
        return false;
    };
    let is_field = |item: &Template| match item {
        Template::Value(Value::String(text)) => text.strip_prefix('$') == Some(field),
        _ => false,
    };
    match &entries[..] {
        [(name, Template::Array(items))] if name == "$add" || name == "$subtract" => {
            items.iter().any(is_field) && items.iter().any(is_not_zero)
        }
        [(name, value)] if name == "$toInt" || name == "$toLong" => counts(field, value),
        _ => false,
    }
}

fn is_not_zero(value: &Template) -> bool {
    match value {
        Template::Value(Value::Int32(number)) => *number != 0,
        Template::Value(Value::Int64(number)) => *number != 0,
        _ => false,
    }
}
