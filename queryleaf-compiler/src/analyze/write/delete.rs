//! `DELETE` and `TRUNCATE`: which documents go.

use super::super::Analyzer;
use super::{Analyzed, WrittenTable};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ColumnId, Relation, UploadOptions, Write, WriteAction, WriteOptions};
use sqlparser::ast::{self, FromTable};

impl Analyzer<'_> {
    pub(super) fn delete(&mut self, delete: &ast::Delete, outer: Span) -> Result<Analyzed> {
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        let [entry] = &from[..] else {
            return self.unsupported(outer, "`DELETE` from several tables");
        };
        let refused = [
            (
                !delete.tables.is_empty(),
                "`DELETE` from several tables",
                "delete",
            ),
            (delete.output.is_some(), "`OUTPUT`", "output"),
            (
                !delete.order_by.is_empty(),
                "`ORDER BY` in a `DELETE`",
                "order",
            ),
            (delete.limit.is_some(), "`LIMIT` in a `DELETE`", "limit"),
            (
                !entry.joins.is_empty(),
                "a join in the `FROM` of a `DELETE`",
                "join",
            ),
        ];
        for (present, name, word) in refused {
            if present {
                let span = self.source.find(outer.start, word).unwrap_or(outer);
                return Err(refused_clause(span, name, word));
            }
        }
        let (scan, mut scope) = self.target_factor(&entry.relation, outer)?;
        let span = self.source.span_or(&entry.relation, outer);
        let table = self.as_changed(scan.clone(), scope.clone(), span)?;
        let mut relation = scan;
        for entry in delete.using.iter().flatten() {
            relation = self.join_entry(Some(relation), entry, &mut scope, outer)?;
        }
        self.check_where(&table, delete.selection.is_some(), "DELETE")?;
        relation = self.selected(relation, delete.selection.as_ref(), &scope, outer)?;
        let (rows, id) = self.rows_of_ids(relation, &table);
        let returning = self.returning(delete.returning.as_deref(), &table, outer)?;
        Ok(Analyzed {
            write: written(&table, WriteAction::Delete { rows, id }),
            returning,
            structs: None,
        })
    }

    /// `TRUNCATE`: all documents of one table.
    pub(super) fn truncate(&mut self, truncate: &ast::Truncate, outer: Span) -> Result<Write> {
        let [target] = &truncate.table_names[..] else {
            let second = truncate.table_names.get(1);
            let span = second.map_or(outer, |second| self.source.span_or(&second.name, outer));
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, "a second table in `TRUNCATE`")
                    .help("write a statement for each, in a transaction if need be"),
            ));
        };
        let refused = [
            (truncate.partitions.is_some(), "`PARTITION`", "partition"),
            (truncate.on_cluster.is_some(), "`ON CLUSTER`", "on"),
            (truncate.identity.is_some(), "`IDENTITY`", "identity"),
            (
                matches!(truncate.cascade, Some(ast::CascadeOption::Cascade)),
                "`CASCADE`",
                "cascade",
            ),
        ];
        for (present, name, word) in refused {
            if present {
                let span = self.source.find(outer.start, word).unwrap_or(outer);
                return self.unsupported(span, name);
            }
        }
        let span = self.source.span_or(&target.name, outer);
        let (scan, scope) = self.target_name(&target.name, None, span)?;
        let table = self.as_changed(scan, scope, span)?;
        let (rows, id) = self.rows_of_ids(table.scan.clone(), &table);
        Ok(written(&table, WriteAction::Delete { rows, id }))
    }

    /// A row for each document, or for what is made of it: its `_id`.
    pub(super) fn rows_of_ids(
        &mut self,
        relation: Relation,
        table: &WrittenTable,
    ) -> (Relation, ColumnId) {
        let id = self.named_column("_id");
        let rows = Relation::Project {
            input: Box::new(relation),
            columns: vec![(id, table.id())],
        };
        (rows, id)
    }
}

/// The statement that does this to a table.
pub(super) fn written(table: &WrittenTable, action: WriteAction) -> Write {
    Write {
        table: table.number,
        document: table.document,
        action,
        generated: Vec::new(),
        options: WriteOptions::default(),
        upload: UploadOptions::default(),
    }
}

/// A clause of a `DELETE` or an `UPDATE` that PostgreSQL does not know either.
pub(super) fn refused_clause(span: Span, name: &str, word: &str) -> Box<Diagnostic> {
    let error = Diagnostic::error(Code::Unsupported, span, format!("{name} is not supported"));
    Box::new(match word {
        "limit" | "order" => error.help(
            "choose the rows in a subquery: `WHERE _id IN (SELECT _id FROM .. ORDER BY .. LIMIT 10)`",
        ),
        _ => error,
    })
}
