//! The recursive part of a query, and what becomes of each column in it.

use super::super::common_table::CommonTable;
use super::super::query::Naming;
use super::super::{Analyzer, Column};
use super::plus;
use super::refusal::{not_a_walk, not_computed, unknown_bound};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::lower::without_lossless_casts;
use crate::plan::{
    ArithmeticOperator, ColumnId, ComparisonOperator, Expression, ExpressionKind, JoinKind,
    Literal, Path, Relation,
};
use crate::types::Type;
use sqlparser::ast;

/// The recursive part of a query, taken apart.
pub(super) struct Step {
    /// The columns of the table itself, as this part reads them.
    pub(super) own: Vec<ColumnId>,
    /// The collection that it reads and its document, if any.
    pub(super) scan: Option<(usize, ColumnId)>,
    pub(super) conditions: Vec<Expression>,
    pub(super) items: Vec<Expression>,
    /// The places of the items.
    pub(super) spans: Vec<Span>,
}

/// What becomes of a column in the recursive part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It stays what it was where the recursion began.
    Kept,
    /// It grows by one.
    Counted,
    /// It is computed from the document, and from columns that are kept.
    Made,
}

impl Analyzer<'_> {
    /// Analyses the recursive part, in which the table has rows that nobody knows yet.
    pub(super) fn recursive_step(
        &mut self,
        name: &str,
        select: &ast::Select,
        columns: &[Column],
        span: Span,
    ) -> Result<Step> {
        self.common.push(CommonTable {
            name: name.to_owned(),
            relation: Relation::Values {
                columns: columns.iter().map(|column| column.id).collect(),
                rows: Vec::new(),
            },
            columns: columns.to_vec(),
        });
        let result = self.in_query(|analyzer| analyzer.select(None, select, Naming::Inner, span));
        self.common.pop();
        let (relation, items) = result?;
        if let Some(error) = self.errors.pop() {
            return Err(Box::new(error));
        }
        let Relation::Project { input, columns: of } = relation else {
            return Err(not_a_walk(span));
        };
        if items.len() != columns.len() {
            let message = format!(
                "the recursive part has {} columns, the part before it {}",
                items.len(),
                columns.len()
            );
            return Err(Box::new(Diagnostic::error(
                Code::TypeMismatch,
                span,
                message,
            )));
        }
        let mut step = Step {
            own: Vec::new(),
            scan: None,
            conditions: Vec::new(),
            items: Vec::new(),
            spans: items.iter().map(|item| item.span).collect(),
        };
        step.add(*input, span)?;
        for ((_, item), column) in of.into_iter().zip(columns) {
            let item = self.coerce(item, &column.expression.ty).map_err(|error| {
                Box::new(error.help("cast it, or the column where the recursion begins"))
            })?;
            step.items.push(item);
        }
        Ok(step)
    }
}

impl Step {
    /// Takes the rows of the recursive part apart.
    fn add(&mut self, relation: Relation, span: Span) -> Result<()> {
        match relation {
            Relation::Join {
                kind: JoinKind::Inner,
                left,
                right,
                condition,
            } => {
                self.add(*left, span)?;
                self.add(*right, span)?;
                self.conditions.extend(condition.conjuncts());
                Ok(())
            }
            Relation::Filter { input, predicate } => {
                self.add(*input, span)?;
                self.conditions.extend(predicate.conjuncts());
                Ok(())
            }
            Relation::Scan {
                table,
                document,
                natural: None,
            } if self.scan.is_none() => {
                self.scan = Some((table, document));
                Ok(())
            }
            Relation::Values { columns, rows } if rows.is_empty() && self.own.is_empty() => {
                self.own = columns;
                Ok(())
            }
            _ => Err(not_a_walk(span)),
        }
    }

    /// The number of the table's own column that an expression is.
    pub(super) fn own(&self, expression: &Expression) -> Option<usize> {
        match &expression.kind {
            ExpressionKind::Path(path) if path.steps.is_empty() => {
                self.own.iter().position(|own| *own == path.column)
            }
            _ => None,
        }
    }

    /// Whether an expression reads columns of the table itself, and of the document.
    pub(super) fn reads(&self, expression: &Expression, document: ColumnId) -> (bool, bool) {
        let reads_own = expression.reads(|column| self.own.contains(&column));
        (reads_own, expression.reads(|column| column == document))
    }

    /// What becomes of each column.
    pub(super) fn roles(&self, columns: &[Column]) -> Result<Vec<Role>> {
        let mut roles: Vec<Role> = self
            .items
            .iter()
            .enumerate()
            .map(|(number, item)| {
                if self.own(item) == Some(number) {
                    Role::Kept
                } else if self.is_one_more(item, number) {
                    Role::Counted
                } else {
                    Role::Made
                }
            })
            .collect();
        for (number, item) in self.items.iter().enumerate() {
            if roles.get(number) != Some(&Role::Made) {
                continue;
            }
            let mut from_way = false;
            item.for_each_path(&mut |path| {
                let own = self.own.iter().position(|own| *own == path.column);
                from_way |= own.is_some_and(|own| roles.get(own) != Some(&Role::Kept));
            });
            if from_way || has_subquery(item) {
                let place = self.spans.get(number).copied().unwrap_or(item.span);
                return Err(not_computed(place, columns.get(number)));
            }
        }
        roles.truncate(columns.len());
        Ok(roles)
    }

    /// Whether an item is the column of this number plus one.
    fn is_one_more(&self, item: &Expression, number: usize) -> bool {
        let ExpressionKind::Arithmetic {
            operator: ArithmeticOperator::Add,
            left,
            right,
        } = &item.kind
        else {
            return false;
        };
        matches!(item.ty, Type::Integer | Type::Bigint)
            && [(left, right), (right, left)].iter().any(|(column, one)| {
                self.own(column) == Some(number)
                    && without_lossless_casts(one).as_integer() == Some(1)
            })
    }

    /// The field of an equality with a column of the table, and the number of that column.
    pub(super) fn key<'s>(
        &'s self,
        condition: &'s Expression,
        document: ColumnId,
        span: Span,
    ) -> Result<(&'s Path, usize)> {
        if let ExpressionKind::Compare {
            operator: ComparisonOperator::Equal,
            left,
            right,
        } = &condition.kind
        {
            for (field, column) in [(left, right), (right, left)] {
                let field = self.field(without_lossless_casts(field), document);
                let column = self.own(without_lossless_casts(column));
                if let (Some(field), Some(column)) = (field, column) {
                    return Ok((field, column));
                }
            }
        }
        let mut error = not_a_walk(span);
        error.span = condition.span;
        Err(error)
    }

    /// The field of the document that an expression is, where it holds one plain value.
    pub(super) fn field<'e>(
        &self,
        expression: &'e Expression,
        document: ColumnId,
    ) -> Option<&'e Path> {
        let is_plain = !matches!(
            expression.ty,
            Type::Array(_)
                | Type::Json
                | Type::Document
                | Type::Geometry(_)
                | Type::Event(_)
                | Type::Map(_)
                | Type::Struct(_)
                | Type::Interval
                | Type::Unknown
        );
        match &expression.kind {
            ExpressionKind::Path(path)
                if is_plain && path.column == document && !path.steps.is_empty() =>
            {
                Some(path)
            }
            _ => None,
        }
    }

    /// `t.n < limit`: the number of the column, and the value that it has in the last row.
    pub(super) fn limit(&self, condition: &Expression) -> Option<(usize, Expression)> {
        let ExpressionKind::Compare {
            operator,
            left,
            right,
        } = &condition.kind
        else {
            return None;
        };
        let (operator, column, limit) = match self.own(left) {
            Some(column) => (*operator, column, right),
            None => (operator.flipped(), self.own(right)?, left),
        };
        let is_fixed = limit.as_integer().is_some()
            || matches!(limit.kind, ExpressionKind::Path(_)) && self.own(limit).is_none();
        let limit = (**limit).clone();
        match operator {
            _ if !is_fixed => None,
            ComparisonOperator::Less => Some((column, limit)),
            ComparisonOperator::LessOrEqual => {
                let one = Expression::literal(Literal::Integer(1), limit.ty.clone(), limit.span);
                Some((
                    column,
                    match limit.as_integer() {
                        Some(value) => Expression::literal(
                            Literal::Integer(value.checked_add(1)?),
                            limit.ty.clone(),
                            limit.span,
                        ),
                        None => plus(limit, one),
                    },
                ))
            }
            _ => None,
        }
    }

    /// The depth of the last documents that a bound on a counted column lets through.
    pub(super) fn bound(
        &self,
        condition: &Expression,
        roles: &[Role],
        start: &Relation,
        columns: &[Column],
    ) -> Result<i64> {
        let found = self.limit(condition).and_then(|(number, limit)| {
            let last = limit.as_integer()?;
            let id = columns.get(number)?.id;
            let first = match start {
                Relation::Project { columns, .. } => {
                    let column = columns.iter().find(|(column, _)| *column == id);
                    column.and_then(|(_, item)| item.as_integer())?
                }
                _ => return None,
            };
            (roles.get(number) == Some(&Role::Counted))
                .then(|| last.checked_sub(first)?.checked_sub(1))?
        });
        found.ok_or_else(|| unknown_bound(condition.span))
    }

    /// An item over the columns where the recursion began: those that are kept are the same there.
    pub(super) fn over_start(&self, item: Expression, columns: &[Column]) -> Expression {
        if let Some(number) = self.own(&item)
            && let Some(column) = columns.get(number)
        {
            return Expression {
                span: item.span,
                ..column.path()
            };
        }
        let Ok(item) = item.try_map_children(&mut |child| {
            Ok::<_, std::convert::Infallible>(self.over_start(child, columns))
        });
        item
    }
}

fn has_subquery(expression: &Expression) -> bool {
    expression.any(&mut |part| matches!(part.kind, ExpressionKind::Subquery(_)))
}
