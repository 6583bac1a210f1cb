//! `AFTER INSERT OR UPDATE ON table .. WHEN (..)`: which changes of a table are meant.

use super::rewritten::Rewritten;
use crate::diagnostic::Span;
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
