//! `AFTER INSERT OR UPDATE ON table .. WHEN (..)`: which changes of a table are meant.

use super::rewritten::Rewritten;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::schema::Collection;
use crate::syntax::Source;
use crate::syntax::definition::RowOperation;
use sqlparser::tokenizer::Token;

/// Writes the condition of the changes that are one of these operations.
pub(super) fn condition(
    sql: &mut Rewritten,
    operations: &[(RowOperation, Span)],
    when: Option<Span>,
    source: &Source<'_>,
) {
    sql.word("(");
    for (number, (operation, span)) in operations.iter().enumerate() {
        if number > 0 {
            sql.word(" OR ");
        }
        match operation {
            RowOperation::Insert => sql.instead("change.operation_type = 'insert'", *span),
            RowOperation::Delete => sql.instead("change.operation_type = 'delete'", *span),
            RowOperation::Update { columns } if columns.is_empty() => {
                sql.instead("change.operation_type IN ('update', 'replace')", *span);
            }
            RowOperation::Update { columns } => {
                // An insert sets its fields, too.
                sql.instead("change.operation_type IN ('update', 'replace')", *span);
                sql.word(" AND (");
                for (number, column) in columns.iter().enumerate() {
                    sql.word(if number > 0 { " OR " } else { "" });
                    let path: Vec<&str> = column.iter().map(|name| name.value.as_str()).collect();
                    let path = path.join(".").replace('\'', "''");
                    let place = column.iter().map(|name| name.span).reduce(Span::to);
                    let words = format!("change.changed_fields CONTAINS '{path}'");
                    sql.instead(&words, place.unwrap_or(*span));
                }
                sql.word(")");
            }
        }
    }
    sql.word(")");
    if let Some(when) = when {
        sql.word(" AND (");
        with_records(sql, when, source);
        sql.word(")");
    }
}

/// Whether updates are among the operations: `NEW` of another one is always the row behind it.
pub(super) fn has_updates(operations: &[(RowOperation, Span)]) -> bool {
    operations
        .iter()
        .any(|(operation, _)| matches!(operation, RowOperation::Update { .. }))
}

/// Refuses a condition on `NEW` of an update whose row is not kept.
pub(super) fn check(when: Span, source: &Source<'_>, table: &Collection) -> Result<(), Diagnostic> {
    let words = source.words_in(when);
    let mut pairs = words.iter().zip(words.iter().skip(1));
    let found = pairs.find(|(word, next)| {
        next.token == Token::Period
            && matches!(&word.token, Token::Word(name)
                if name.quote_style.is_none() && name.value.eq_ignore_ascii_case("new"))
    });
    let Some((new, _)) = found else {
        return Ok(());
    };
    let message = format!(
        "`{}` does not keep its documents as they are behind an update",
        table.name
    );
    Err(Diagnostic::error(Code::NoImages, new.span, message)
        .label("this would be the row as it is when the event is read, with later changes")
        .help("add `pre_and_post_images` to `#[leaf(..)]` of the struct, or `WITH (pre_and_post_images = true)` to the table; `ensure` switches it on"))
}

/// Writes an expression over `NEW` and `OLD`, the row behind the change and before it.
fn with_records(sql: &mut Rewritten, span: Span, source: &Source<'_>) {
    let words = source.words_in(span);
    let mut from = span.start;
    for (index, word) in words.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| words.get(before));
        let next = words.get(index + 1);
        let is_record = next.is_some_and(|next| next.token == Token::Period)
            && before.is_none_or(|before| before.token != Token::Period);
        let record = match &word.token {
            Token::Word(name) if is_record && name.quote_style.is_none() => {
                match name.value.to_ascii_lowercase().as_str() {
                    "new" => "change.full_document",
                    "old" => "change.full_document_before_change",
                    _ => continue,
                }
            }
            _ => continue,
        };
        sql.copy(source.text(), Span::new(from, word.span.start));
        sql.instead(record, word.span);
        from = word.span.end;
    }
    sql.copy(source.text(), Span::new(from, span.end));
}
