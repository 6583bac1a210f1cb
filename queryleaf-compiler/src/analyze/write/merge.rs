//! `MERGE`: for each row of a source, what becomes of the document it belongs to, or of none.

use super::super::default::makes_uuid;
use super::super::scope::Scope;
use super::super::{Analyzer, Clause};
use super::WrittenTable;
use super::delete::written;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{
    Expression, ExpressionKind, JoinKind, Literal, MergeClause, Relation, Target, Write,
    WriteAction,
};
use crate::syntax::is_bucket_target;
use crate::types::Type;
use queryleaf_plan::Generated;
use sqlparser::ast::{self, MergeAction, MergeClauseKind, MergeInsertKind, MergeUpdateKind};

/// A clause with the condition under which it applies.
struct Arm {
    condition: Expression,
    /// What it writes; nothing for `DELETE` and `DO NOTHING`.
    values: Vec<(Target, Expression)>,
    kind: ArmKind,
}

/// The values of an `INSERT`: those that are given, and those that the client makes.
type ArmValues = (Vec<(Target, Expression)>, Vec<(Target, Generated)>);

#[derive(Clone, PartialEq)]
enum ArmKind {
    Update,
    Insert {
        /// What the client makes.
        generated: Vec<(Target, Generated)>,
    },
    Delete,
    Nothing,
}

impl Analyzer<'_> {
    pub(super) fn merge_into(&mut self, merge: &ast::Merge, outer: Span) -> Result<Write> {
        if merge.output.is_some() {
            let span = self.source.find(outer.start, "output").unwrap_or(outer);
            return self.unsupported(span, "`OUTPUT`");
        }
        let span = self.source.span_or(&merge.table, outer);
        if let ast::TableFactor::Table { name, .. } = &merge.table
            && is_bucket_target(name)
        {
            let span = self.source.span_or(name, outer);
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, "`MERGE` of files is not supported")
                    .help("write `UPDATE`, `DELETE` or `INSERT` statements of their own"),
            ));
        }
        let (scan, scope) = self.factor(&merge.table, &Scope::default(), outer)?;
        let table = self.as_changed(scan.clone(), scope.clone(), span)?;
        let (source, source_scope) = self.factor(&merge.source, &Scope::default(), outer)?;
        // What is not matched has no document, as in an outer join.
        let mut both = scope;
        both.make_outer_joined();
        self.merge(&mut both, source_scope.clone())?;
        let mut joined = table.scope.clone();
        self.merge(&mut joined, source_scope.clone())?;
        let condition = self.expression_in(Clause::Merge, &merge.on, &joined, outer)?;
        let condition = self.condition(condition, "ON")?;
        let relation = Relation::Join {
            kind: JoinKind::Left,
            left: Box::new(source),
            right: Box::new(scan),
            condition,
        };
        let id = table.id().nullable(true);
        let mut arms: Vec<Arm> = Vec::with_capacity(merge.clauses.len());
        for clause in &merge.clauses {
            let arm = self.arm(clause, &id, &table, &both, &source_scope, outer);
            arms.extend(self.keep(arm));
        }
        Ok(self.merged(relation, id, arms, &table, outer))
    }

    fn arm(
        &mut self,
        clause: &ast::MergeClause,
        id: &Expression,
        table: &WrittenTable,
        both: &Scope,
        source: &Scope,
        outer: Span,
    ) -> Result<Arm> {
        let span = self.source.convert(clause.when_token.0.span);
        let (matched, scope) = match clause.clause_kind {
            MergeClauseKind::Matched => (true, both),
            MergeClauseKind::NotMatched | MergeClauseKind::NotMatchedByTarget => (false, source),
            MergeClauseKind::NotMatchedBySource => {
                return self.unsupported(span, "`WHEN NOT MATCHED BY SOURCE`");
            }
        };
        let mut condition = vec![if matched {
            id.clone().is_null().negated()
        } else {
            id.clone().is_null()
        }];
        if let Some(predicate) = &clause.predicate {
            let predicate = self.expression_in(Clause::Merge, predicate, scope, outer)?;
            condition.push(self.condition(predicate, "WHEN")?);
        }
        let condition = Expression::all_of(condition).unwrap_or_else(|| Expression::always(span));
        let (kind, values) = match (&clause.action, matched) {
            (MergeAction::DoNothing { .. }, _) => (ArmKind::Nothing, Vec::new()),
            (MergeAction::Delete { .. }, true) => (ArmKind::Delete, Vec::new()),
            (MergeAction::Update(update), true) => {
                if update.update_predicate.is_some() || update.delete_predicate.is_some() {
                    return self.unsupported(span, "a condition after `UPDATE SET`");
                }
                let MergeUpdateKind::Set(assignments) = &update.kind else {
                    return self.unsupported(span, "`UPDATE *`");
                };
                let values = self.assignments(assignments, table, None, scope, outer)?;
                (ArmKind::Update, values)
            }
            (MergeAction::Insert(insert), false) => {
                let (values, generated) = self.arm_values(insert, table, scope, span)?;
                (ArmKind::Insert { generated }, values)
            }
            (MergeAction::Insert(_), true) => {
                return Err(misplaced("INSERT", "WHEN NOT MATCHED", span));
            }
            (MergeAction::Update(_), false) => {
                return Err(misplaced("UPDATE", "WHEN MATCHED", span));
            }
            (MergeAction::Delete { .. }, false) => {
                return Err(misplaced("DELETE", "WHEN MATCHED", span));
            }
        };
        Ok(Arm {
            condition,
            values,
            kind,
        })
    }

    /// `INSERT (columns) VALUES (..)`.
    fn arm_values(
        &mut self,
        insert: &ast::MergeInsertExpr,
        table: &WrittenTable,
        scope: &Scope,
        span: Span,
    ) -> Result<ArmValues> {
        if insert.insert_predicate.is_some() {
            return self.unsupported(span, "a condition after `INSERT`");
        }
        let MergeInsertKind::Values(values) = &insert.kind else {
            return self.unsupported(span, "`INSERT` without `VALUES`");
        };
        let [row] = &values.rows[..] else {
            return self.unsupported(span, "several rows in an `INSERT` of `MERGE`");
        };
        let columns = if insert.columns.is_empty() {
            self.all_targets(table)
        } else {
            insert
                .columns
                .iter()
                .map(|name| self.written_field(name, table))
                .collect::<Result<_>>()?
        };
        self.check_targets(&columns)?;
        if row.content.len() != columns.len() {
            let message = format!("{} values for {} columns", row.content.len(), columns.len());
            return Err(Box::new(Diagnostic::error(Code::Syntax, span, message)));
        }
        let mut found = Vec::with_capacity(columns.len());
        let mut generated = Vec::new();
        for (target, value) in columns.iter().zip(&row.content) {
            if makes_uuid(value) {
                generated.push((target.clone(), Generated::Uuid));
                continue;
            }
            let value = self.assigned(value, target, table, Clause::Merge, scope, span)?;
            found.push((target.clone(), value));
        }
        for target in self.left_out(&columns, table)? {
            if self.is_new_uuid(&target, table) {
                generated.push((target, Generated::Uuid));
            } else if let Some(value) = self.declared_default(&target, table, span, false)? {
                found.push((target, value));
            }
        }
        Ok((found, generated))
    }

    /// A row for each thing to do.
    fn merged(
        &mut self,
        relation: Relation,
        id: Expression,
        arms: Vec<Arm>,
        table: &WrittenTable,
        outer: Span,
    ) -> Write {
        let clause = self.named_column("clause");
        let id_column = self.named_column("_id");
        let mut columns = vec![(id_column, id)];
        let mut branches = Vec::new();
        let mut clauses = Vec::new();
        let mut before: Vec<Expression> = Vec::new();
        for arm in arms {
            let mut conditions = before.clone();
            conditions.push(arm.condition.clone());
            let applies =
                Expression::all_of(conditions).unwrap_or_else(|| Expression::always(outer));
            before.push(arm.condition.is_truth(true).negated());
            let number = i64::try_from(clauses.len()).unwrap_or(i64::MAX);
            if arm.kind == ArmKind::Nothing {
                continue;
            }
            let number = Expression::literal(Literal::Integer(number), Type::Integer, outer);
            branches.push((applies.clone(), number));
            let mut written = Vec::with_capacity(arm.values.len());
            for (target, value) in arm.values {
                let column = self.new_column();
                columns.push((column, only_where(&applies, value)));
                written.push((target, column));
            }
            clauses.push(match arm.kind {
                ArmKind::Update => MergeClause::Update(written),
                ArmKind::Insert { generated } => MergeClause::Insert {
                    columns: written,
                    generated,
                },
                ArmKind::Delete | ArmKind::Nothing => MergeClause::Delete,
            });
        }
        let any = branches.iter().map(|(applies, _)| applies.clone());
        let any: Vec<Expression> = any.collect();
        let number = Expression::new(
            ExpressionKind::Case {
                branches,
                otherwise: None,
            },
            Type::Integer,
            outer,
        );
        columns.push((clause, number.nullable(true)));
        let rows = Relation::Project {
            input: Box::new(Relation::Filter {
                input: Box::new(relation),
                predicate: any_of(any, outer),
            }),
            columns,
        };
        written(
            table,
            WriteAction::Merge {
                rows,
                id: id_column,
                clause,
                clauses,
            },
        )
    }
}

/// A value that is computed only for the rows it is for.
fn only_where(applies: &Expression, value: Expression) -> Expression {
    let (ty, span) = (value.ty.clone(), value.span);
    let kind = ExpressionKind::Case {
        branches: vec![(applies.clone(), value)],
        otherwise: None,
    };
    Expression::new(kind, ty, span).nullable(true)
}

fn any_of(mut conditions: Vec<Expression>, span: Span) -> Expression {
    if conditions.len() <= 1 {
        return conditions
            .pop()
            .unwrap_or_else(|| Expression::literal(Literal::Boolean(false), Type::Boolean, span));
    }
    let nullable = conditions.iter().any(|condition| condition.nullable);
    Expression::new(ExpressionKind::Or(conditions), Type::Boolean, span).nullable(nullable)
}

fn misplaced(action: &str, clause: &str, span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            Code::Syntax,
            span,
            format!("`{action}` in this clause of `MERGE`"),
        )
        .help(format!("it stands after `{clause}`")),
    )
}
