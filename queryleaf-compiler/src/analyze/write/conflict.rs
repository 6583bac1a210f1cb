//! `ON CONFLICT`: what happens to a row whose key is taken.

use super::super::scope::{RowSource, Rows};
use super::super::{Analyzer, Clause};
use super::WrittenTable;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Conflict, ConflictUpdate, ExpressionKind, Target};
use crate::schema::Index;
use crate::types::{StoredVariant, Type};
use sqlparser::ast::{self, ConflictTarget, OnConflictAction};
use std::collections::BTreeSet;

/// Whether an index holds every document whose key has no `NULL`; one with a `NULL` is in no conflict.
fn holds_all_keys(index: &Index) -> bool {
    let Some(condition) = &index.partial else {
        return true;
    };
    let mut parts = condition.split(" AND ");
    parts.all(|part| {
        let column = part.trim().strip_suffix(" IS NOT NULL");
        column.is_some_and(|column| {
            let path: Vec<&str> = column
                .split('.')
                .map(|name| name.trim_matches('"'))
                .collect();
            index.keys.iter().any(|key| key.path == path)
        })
    })
}

/// Whether a value of this type may be a text, or hold one.
fn may_hold_text(ty: &Type) -> bool {
    match ty {
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Double
        | Type::Numeric
        | Type::Timestamp
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::ObjectId
        | Type::Bytea => false,
        Type::Text
        | Type::Json
        | Type::Document
        | Type::Geometry(_)
        | Type::Event(_)
        | Type::Map(_)
        | Type::Unknown => true,
        Type::Array(item) => may_hold_text(&item.ty),
        Type::Struct(reference) => {
            let mut fields = reference.definition.fields.iter();
            fields.any(|field| may_hold_text(&field.ty))
        }
        Type::Enum(reference) => {
            let mut variants = reference.definition.variants.iter();
            variants.any(|variant| matches!(variant.stored, StoredVariant::Text(_)))
        }
    }
}

/// The name of the row that could not be inserted.
const EXCLUDED: &str = "excluded";

impl Analyzer<'_> {
    pub(super) fn on_conflict(
        &mut self,
        conflict: &ast::OnConflict,
        table: &WrittenTable,
        has_one_row: bool,
        outer: Span,
    ) -> Result<Conflict> {
        let span = self.source.find(outer.start, "conflict").unwrap_or(outer);
        let key = match &conflict.conflict_target {
            None => None,
            Some(ConflictTarget::Columns(columns)) => {
                let updates = matches!(conflict.action, OnConflictAction::DoUpdate(_));
                let may_collide = updates && !has_one_row;
                Some(self.conflict_key(columns, table, may_collide, span)?)
            }
            Some(ConflictTarget::OnConstraint(_)) => {
                return Err(Box::new(
                    Diagnostic::error(Code::Unsupported, span, "`ON CONSTRAINT`")
                        .help("name the columns of the unique index: `ON CONFLICT (number)`"),
                ));
            }
        };
        let update = match &conflict.action {
            OnConflictAction::DoNothing => None,
            OnConflictAction::DoUpdate(_) if key.is_none() => {
                return Err(Box::new(
                    Diagnostic::error(Code::Syntax, span, "`DO UPDATE` does not say which key")
                        .help("name its columns: `ON CONFLICT (number) DO UPDATE ..`"),
                ));
            }
            OnConflictAction::DoUpdate(update) => Some(self.conflict_update(update, table, outer)?),
        };
        Ok(Conflict { key, update })
    }

    /// The stored paths of the key, which must be those of a unique index. Where two rows of the
    /// statement may change one document, the client must be able to tell that their keys are one.
    fn conflict_key(
        &mut self,
        columns: &[ast::Ident],
        table: &WrittenTable,
        may_collide: bool,
        span: Span,
    ) -> Result<Vec<String>> {
        let mut key = Vec::with_capacity(columns.len());
        for column in columns {
            let name = ast::ObjectName::from(vec![column.clone()]);
            let target = self.written_field(&name, table)?;
            if matches!(target.ty, Type::Array(_) | Type::Json) {
                return Err(not_one_key(&target));
            }
            if may_collide
                && table.collection.options.collation.is_some()
                && may_hold_text(&target.ty)
            {
                return Err(compared_by_collation(&target, table));
            }
            key.push(target.path());
        }
        let wanted: BTreeSet<&str> = key.iter().map(String::as_str).collect();
        let mut unique = vec![BTreeSet::from(["_id".to_owned()])];
        unique.extend(
            table
                .collection
                .indexes
                .iter()
                .filter(|index| index.unique && holds_all_keys(index))
                .map(|index| index.keys.iter().map(|key| key.path.join(".")).collect()),
        );
        let is_unique = unique
            .iter()
            .any(|index| index.iter().map(String::as_str).eq(wanted.iter().copied()));
        if is_unique {
            return Ok(key);
        }
        let place = columns
            .iter()
            .map(|column| self.source.convert(column.span));
        let place = place.reduce(Span::to).unwrap_or(span);
        let name = &table.collection.name;
        let known: Vec<String> = unique
            .iter()
            .map(|index| format!("({})", index.iter().cloned().collect::<Vec<_>>().join(", ")))
            .collect();
        Err(Box::new(
            Diagnostic::error(
                Code::NoUniqueIndex,
                place,
                format!("no unique index of `{name}` is on these columns"),
            )
            .note(format!(
                "the unique indexes of `{name}` are on {}",
                known.join(", ")
            ))
            .help(format!(
                "declare one: `#[leaf(unique({}))]`",
                key.join(", ")
            )),
        ))
    }

    /// `SET .. WHERE ..`, over the stored document and the row that could not be inserted.
    fn conflict_update(
        &mut self,
        update: &ast::DoUpdate,
        table: &WrittenTable,
        outer: Span,
    ) -> Result<ConflictUpdate> {
        let excluded = self.named_column(EXCLUDED);
        // A word of SQL, it is written in any case.
        let written = self.source.find(outer.start, EXCLUDED);
        let name = written.map_or(EXCLUDED, |span| self.source.slice(span));
        let mut scope = table.scope.clone();
        scope.sources.push(RowSource {
            name: name.to_owned(),
            span: table.span,
            hidden: None,
            rows: Rows::Documents {
                table: table.number,
                document: excluded,
                collection: table.collection.clone(),
            },
            outer_joined: false,
            // Only `EXCLUDED.x` means a column of it.
            merged: table
                .collection
                .fields
                .iter()
                .map(|field| field.name.clone())
                .collect(),
        });
        let assignments = self.assignments(&update.assignments, table, None, &scope, outer)?;
        let predicate = match &update.selection {
            None => None,
            Some(predicate) => {
                let predicate = self.expression_in(Clause::Where, predicate, &scope, outer)?;
                Some(self.condition(predicate, "WHERE")?)
            }
        };
        let values = assignments.iter().map(|(_, value)| value);
        if let Some(subquery) = values
            .chain(&predicate)
            .find(|value| value.any(&mut |part| matches!(part.kind, ExpressionKind::Subquery(_))))
        {
            return self.unsupported(subquery.span, "a subquery in `DO UPDATE`");
        }
        Ok(ConflictUpdate {
            excluded,
            assignments,
            predicate,
        })
    }
}

/// The index has an entry for each item of an array.
fn not_one_key(target: &Target) -> Box<Diagnostic> {
    let message = format!(
        "`{}`, which is of type `{}`, in the key of a conflict",
        target.path(),
        target.ty
    );
    Box::new(
        Diagnostic::error(Code::Unsupported, target.span, message)
            .note("a unique index on an array keeps each of its items from coming twice"),
    )
}

/// Two keys that are equal in the collection and not as bytes.
fn compared_by_collation(target: &Target, table: &WrittenTable) -> Box<Diagnostic> {
    let message = format!(
        "`DO UPDATE` of several rows by `{}`, which is compared by a collation",
        target.path()
    );
    let note = format!(
        "two rows with one key are an error in SQL, and only the server knows which texts `{}` \
         takes for equal",
        table.collection.name
    );
    Box::new(
        Diagnostic::error(Code::Unsupported, target.span, message)
            .note(note)
            .help("insert one row with `VALUES`, and put many such statements into a `bulk()`"),
    )
}
