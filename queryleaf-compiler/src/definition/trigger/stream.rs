//! The query over the stream.

use super::body::{Body, Column, Condition, Expression};
use super::guard::guarded;
use super::rewritten::Rewritten;
use super::{no_parameters, rows};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::syntax::Source;
use crate::syntax::definition::TriggerSource;
use crate::types::{EventPart, NAMED_DOCUMENT, Type};
use crate::{InScope, Kind, Options, OutputColumn, Query, Table};
use sqlparser::tokenizer::Token;

/// Compiles the query, and gives its text.
pub(super) fn compile(
    text: &str,
    trigger: &TriggerSource,
    body: &Body,
    in_scope: InScope<'_>,
) -> Result<(String, Query), Vec<Diagnostic>> {
    let source = crate::syntax::source(text).map_err(|error| vec![*error])?;
    let stream = Stream {
        source: &source,
        trigger,
        columns: &body.columns,
    };
    let place = stream.place();
    let plain = stream.text(&|_| false);
    let options = Options {
        rows: stream.has_kept_rows(in_scope.tables)?,
        ..Options::default()
    };
    let query = crate::compile_in_scope(plain.sql(), in_scope, options)
        .map_err(|errors| plain.moved(errors, place))
        .map(|query| plain.moved_query(query, place))?;
    if query.kind != Kind::Watch {
        let message = "a trigger looks at one event at a time";
        return Err(vec![
            Diagnostic::error(Code::EndlessRows, place, message)
                .note("its conditions and arguments have no groups, windows and subqueries")
                .help("look other rows up in a function, or in the statements of the trigger"),
        ]);
    }
    check(&query, &body.columns)?;
    let is_guarded = |number: usize| {
        let column = query.columns.get(number);
        // A document with the name of its collection is there without being computed.
        column.is_some_and(|column| !is_named_document(&column.ty))
            && (body.columns.get(number)).is_some_and(|column| !column.guards.is_empty())
    };
    if !(0..body.columns.len()).any(is_guarded) {
        return Ok((plain.into_sql(), with_plain_documents(query)));
    }
    // The types are those of the expressions themselves: a column is read in its branch only.
    let text = stream.text(&is_guarded);
    let guarded = crate::compile_in_scope(text.sql(), in_scope, options)
        .map_err(|errors| text.moved(errors, place))?;
    let columns = query.columns.into_iter().zip(guarded.columns);
    let columns = columns
        .map(|(plain, guarded)| OutputColumn {
            path: guarded.path,
            stored: plain.stored && guarded.stored,
            ..plain
        })
        .collect();
    let query = Query {
        columns,
        warnings: query.warnings,
        ..guarded
    };
    Ok((text.into_sql(), with_plain_documents(query)))
}

fn is_named_document(ty: &Type) -> bool {
    matches!(ty, Type::Event(EventPart::NamedDocument(_)))
}

/// The query with further columns behind the others: each document of one of several collections without
/// the name of its collection, for the statements, which take it as it is stored.
fn with_plain_documents(mut query: Query) -> Query {
    let named = query.columns.iter();
    let named = named.filter(|column| is_named_document(&column.ty));
    let plain: Vec<OutputColumn> = named
        .map(|column| {
            let mut plain = column.clone();
            plain.path.push(NAMED_DOCUMENT.to_owned());
            plain.ty = Type::Document;
            plain
        })
        .collect();
    query.columns.extend(plain);
    query
}

/// The column that holds what a statement takes for this one.
pub(super) fn plain_document(query: &Query, column: usize) -> usize {
    let Some(named) = query.columns.get(column) else {
        return column;
    };
    if !is_named_document(&named.ty) {
        return column;
    }
    let is_it = |other: &OutputColumn| {
        other
            .path
            .split_last()
            .is_some_and(|(last, before)| last == NAMED_DOCUMENT && *before == named.path[..])
    };
    query.columns.iter().position(is_it).unwrap_or(column)
}

struct Stream<'a> {
    source: &'a Source<'a>,
    trigger: &'a TriggerSource,
    columns: &'a [Column],
}

impl Stream<'_> {
    /// Whether it is of the rows of a table that are updated, and kept as they are behind that.
    ///
    /// # Errors
    ///
    /// That they are not, and a condition is about them.
    fn has_kept_rows(&self, tables: &[Table]) -> Result<bool, Vec<Diagnostic>> {
        let TriggerSource::Rows {
            operations,
            condition,
            ..
        } = self.trigger
        else {
            return Ok(false);
        };
        let Some(table) = tables.first().filter(|_| rows::has_updates(operations)) else {
            return Ok(false);
        };
        if table.collection.options.pre_and_post_images {
            return Ok(true);
        }
        if let Some(when) = condition {
            rows::check(*when, self.source, &table.collection).map_err(|error| vec![error])?;
        }
        Ok(false)
    }

    /// Where the stream is named.
    fn place(&self) -> Span {
        let (TriggerSource::Stream(path) | TriggerSource::Rows { table: path, .. }) = self.trigger;
        let places = path.iter().map(|name| name.span);
        places.reduce(Span::to).unwrap_or_default()
    }

    /// The query, with guards around the columns of these numbers.
    fn text(&self, is_guarded: &dyn Fn(usize) -> bool) -> Rewritten {
        let text = self.source.text();
        let mut sql = Rewritten::default();
        sql.word("SELECT ");
        for (number, column) in self.columns.iter().enumerate() {
            if number > 0 {
                sql.word(", ");
            }
            let guards = match is_guarded(number) {
                true => &column.guards[..],
                false => &[],
            };
            guarded(
                &mut sql,
                guards,
                &|sql, condition| self.condition(sql, condition),
                &|sql| match &column.expression {
                    Expression::Condition(condition) => self.condition(sql, condition),
                    Expression::Value(span) => sql.copy(text, *span),
                    Expression::Named(name, span) => {
                        sql.instead(&format!("change.{name}"), *span);
                    }
                },
            );
            sql.word(&format!(" AS \"#{number}\""));
        }
        if self.columns.is_empty() {
            sql.word("change.operation_type AS \"#0\"");
        }
        sql.word(" FROM CHANGE_STREAM(");
        sql.copy(text, self.place());
        sql.word(") AS change");
        if let TriggerSource::Rows {
            operations,
            condition,
            ..
        } = self.trigger
        {
            sql.word(" WHERE ");
            rows::condition(&mut sql, operations, *condition, self.source);
        }
        sql
    }

    fn condition(&self, sql: &mut Rewritten, condition: &Condition) {
        match condition {
            Condition::Is(span) => sql.copy(self.source.text(), *span),
            Condition::Equals { operand, values } => {
                for (number, value) in values.iter().enumerate() {
                    if number > 0 {
                        sql.word(" OR ");
                    }
                    self.operand(sql, *operand);
                    sql.word(" = ");
                    self.operand(sql, *value);
                }
            }
        }
    }

    /// A side of a comparison, in brackets where it may hold an operator that binds less.
    fn operand(&self, sql: &mut Rewritten, span: Span) {
        let is_simple = self.source.words_in(span).iter().all(|word| {
            matches!(
                word.token,
                Token::Word(_) | Token::Period | Token::Number(..) | Token::SingleQuotedString(_)
            )
        });
        sql.word(if is_simple { "" } else { "(" });
        sql.copy(self.source.text(), span);
        sql.word(if is_simple { "" } else { ")" });
    }
}

/// Conditions must be conditions, and there are no parameters.
fn check(query: &Query, columns: &[Column]) -> Result<(), Vec<Diagnostic>> {
    let parameters = query.parameters.iter();
    let mut errors: Vec<Diagnostic> = parameters
        .map(|parameter| no_parameters(parameter.span))
        .collect();
    for (column, output) in columns.iter().zip(&query.columns) {
        if let Some(word) = column.condition_of
            && output.ty != Type::Boolean
        {
            let message = format!("{word} wants a condition, found `{}`", output.ty);
            errors.push(
                Diagnostic::error(Code::TypeMismatch, column.expression.span(), message)
                    .label(format!("this is of type `{}`", output.ty))
                    .help("compare it with something, as in `x > 0`"),
            );
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}
