//! `UPDATE`: which documents change, and to what.

use super::super::{Analyzer, Clause};
use super::delete::{refused_clause, written};
use super::{Analyzed, WrittenTable};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{ColumnId, Expression, JoinKind, Relation, Target, WriteAction};
use sqlparser::ast::{self, UpdateTableFromKind};

impl Analyzer<'_> {
    pub(super) fn update(&mut self, update: &ast::Update, outer: Span) -> Result<Analyzed> {
        self.check_update(update, outer)?;
        let (scan, scope) = self.target_factor(&update.table.relation, outer)?;
        let span = self.source.span_or(&update.table.relation, outer);
        let table = self.as_changed(scan.clone(), scope.clone(), span)?;
        let mut scope = scope;
        let mut relation = scan;
        if let Some(UpdateTableFromKind::AfterSet(from)) = &update.from {
            for entry in from {
                relation = self.join_entry(Some(relation), entry, &mut scope, outer)?;
            }
        }
        self.check_where(&table, update.selection.is_some(), "UPDATE")?;
        if let Some(unnested) = self.unnested(&relation, &scope, &table, &update.assignments) {
            let action = self.update_items(unnested, relation, update, &table, &scope, outer)?;
            let returning = self.returning(update.returning.as_deref(), &table, outer)?;
            return Ok(Analyzed {
                write: written(&table, action),
                returning,
                structs: None,
            });
        }
        let mut given = Vec::new();
        let assignments =
            self.assignments(&update.assignments, &table, Some(&mut given), &scope, outer)?;
        relation = self.selected(relation, update.selection.as_ref(), &scope, outer)?;
        for rows in given {
            relation = Relation::Join {
                kind: JoinKind::Left,
                left: Box::new(relation),
                right: Box::new(rows),
                condition: Expression::always(outer),
            };
        }
        let (rows, id, columns) = self.changed_rows(relation, &table, assignments);
        let returning = self.returning(update.returning.as_deref(), &table, outer)?;
        Ok(Analyzed {
            write: written(&table, WriteAction::Update { rows, id, columns }),
            returning,
            structs: None,
        })
    }

    fn check_update(&self, update: &ast::Update, outer: Span) -> Result<()> {
        let before_set = matches!(update.from, Some(UpdateTableFromKind::BeforeSet(_)));
        let refused = [
            (update.or.is_some(), "`UPDATE OR`", "or"),
            (update.output.is_some(), "`OUTPUT`", "output"),
            (before_set, "`FROM` before `SET`", "from"),
            (
                !update.order_by.is_empty(),
                "`ORDER BY` in an `UPDATE`",
                "order",
            ),
            (update.limit.is_some(), "`LIMIT` in an `UPDATE`", "limit"),
        ];
        for (present, name, word) in refused {
            if present {
                let span = self.source.find(outer.start, word).unwrap_or(outer);
                return Err(refused_clause(span, name, word));
            }
        }
        if !update.table.joins.is_empty() {
            let span = self.source.find(outer.start, "join").unwrap_or(outer);
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, "a join before `SET`")
                    .help("name the other tables after it: `UPDATE a SET .. FROM b WHERE ..`"),
            ));
        }
        Ok(())
    }

    /// The rows for which the condition of a statement is true.
    pub(super) fn selected(
        &mut self,
        relation: Relation,
        selection: Option<&ast::Expr>,
        scope: &super::super::scope::Scope,
        outer: Span,
    ) -> Result<Relation> {
        let Some(predicate) = selection else {
            return Ok(relation);
        };
        let predicate = self
            .expression_in(Clause::Where, predicate, scope, outer)
            .and_then(|predicate| self.condition(predicate, "WHERE"));
        Ok(match self.keep(predicate) {
            Some(predicate) => Relation::Filter {
                input: Box::new(relation),
                predicate,
            },
            None => relation,
        })
    }

    /// A row for each document to change: its `_id` and the new values.
    fn changed_rows(
        &mut self,
        relation: Relation,
        table: &WrittenTable,
        assignments: Vec<(Target, Expression)>,
    ) -> (Relation, ColumnId, Vec<(Target, ColumnId)>) {
        let id = self.named_column("_id");
        let mut columns = vec![(id, table.id())];
        let mut targets = Vec::with_capacity(assignments.len());
        for (target, value) in assignments {
            let column = self.new_column();
            columns.push((column, value));
            targets.push((target, column));
        }
        let rows = Relation::Project {
            input: Box::new(relation),
            columns,
        };
        (rows, id, targets)
    }
}
