//! The rank that a row would have if it were there: `RANK(7) WITHIN GROUP (ORDER BY x)`,
//! `DENSE_RANK`, `PERCENT_RANK` and `CUME_DIST`.
//!
//! All four follow from how many rows would come before it, so that they are counts with a `FILTER`.

use super::aggregate::misplaced;
use super::call::wrong_count;
use super::scope::Scope;
use super::{Analyzer, Clause};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{
    Aggregate, AggregateFunction, ArithmeticOperator, ComparisonOperator, Expression,
    ExpressionKind, Literal, NullsOrder, SortDirection, SortKey,
};
use crate::types::Type;
use sqlparser::ast::{self, FunctionArguments};
use std::collections::BTreeSet;

/// The aggregates of a row that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hypothetical {
    Rank,
    DenseRank,
    PercentRank,
    CumeDist,
}

/// The aggregate of this name, which is that of a window function, too.
pub(super) fn hypothetical(name: &str) -> Option<Hypothetical> {
    Some(match name {
        "rank" => Hypothetical::Rank,
        "dense_rank" => Hypothetical::DenseRank,
        "percent_rank" => Hypothetical::PercentRank,
        "cume_dist" => Hypothetical::CumeDist,
        _ => return None,
    })
}

/// The rows that are counted, and by what.
struct Counted {
    /// The keys of `WITHIN GROUP`, each with the value of the row that is not there.
    keys: Vec<(SortKey, Expression)>,
    /// The condition of `FILTER`.
    filter: Option<Expression>,
    span: Span,
}

impl Analyzer<'_> {
    pub(super) fn hypothetical(
        &mut self,
        function: Hypothetical,
        call: &ast::Function,
        name: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        if !self.clause.allows_aggregates() {
            return Err(misplaced(self.clause, name, span));
        }
        let before = std::mem::replace(&mut self.clause, Clause::Aggregate);
        let counted = self.counted(call, name, scope, span);
        self.clause = before;
        let counted = counted?;
        match function {
            Hypothetical::Rank => {
                let condition = self.comes_before(&counted, false)?;
                let rows = self.rows_that(&counted, Some(condition))?;
                Ok(rows.combined(ArithmeticOperator::Add, one(span)))
            }
            Hypothetical::DenseRank => {
                let condition = self.comes_before(&counted, false)?;
                let rows = self.count_different(&counted, condition)?;
                Ok(rows.combined(ArithmeticOperator::Add, one(span)))
            }
            Hypothetical::PercentRank => {
                let condition = self.comes_before(&counted, false)?;
                let rows = self.rows_that(&counted, Some(condition))?;
                let all = self.rows_that(&counted, None)?;
                let none = Expression::integer(0, Type::Bigint, span);
                let is_empty = all.clone().compared(ComparisonOperator::Equal, none);
                let first = Expression::literal(Literal::Double(0.0), Type::Double, span);
                let share = self.share(rows, all, span)?;
                let kind = ExpressionKind::Case {
                    branches: vec![(is_empty, first)],
                    otherwise: Some(Box::new(share)),
                };
                Ok(Expression::new(kind, Type::Double, span))
            }
            Hypothetical::CumeDist => {
                let condition = self.comes_before(&counted, true)?;
                let rows = self.rows_that(&counted, Some(condition))?;
                let all = self.rows_that(&counted, None)?;
                let with_it = |rows: Expression| rows.combined(ArithmeticOperator::Add, one(span));
                self.share(with_it(rows), with_it(all), span)
            }
        }
    }

    /// What the call counts.
    fn counted(
        &mut self,
        call: &ast::Function,
        name: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<Counted> {
        if let FunctionArguments::List(list) = &call.args
            && (list.duplicate_treatment.is_some() || !list.clauses.is_empty())
        {
            return self.unsupported(span, format!("`DISTINCT` or an order in `{name}`"));
        }
        let values = self.arguments(call, scope, span)?;
        let keys = self.sort_keys(&call.within_group, scope, span)?;
        if values.len() != keys.len() {
            return wrong_count(
                name,
                "a value for each key of `WITHIN GROUP (ORDER BY ..)`",
                span,
            );
        }
        let filter = self.aggregate_filter(call, scope, span)?;
        let mut pairs = Vec::new();
        for (key, value) in keys.into_iter().zip(values) {
            self.check_same_in_each_row(&value, name, scope)?;
            let operator = ComparisonOperator::Less;
            let (expression, value) = self.comparable(key.expression, value, operator)?;
            for part in [&expression, &value] {
                super::window::refuse_inside(part, Clause::Aggregate)?;
            }
            pairs.push((SortKey { expression, ..key }, value));
        }
        Ok(Counted {
            keys: pairs,
            filter,
            span,
        })
    }

    /// The row that is not there is one for all rows that are.
    fn check_same_in_each_row(&self, value: &Expression, name: &str, scope: &Scope) -> Result<()> {
        let mut own = BTreeSet::new();
        for (_, column) in scope.all_columns(value.span) {
            column.for_each_path(&mut |path| {
                own.insert(path.column);
            });
        }
        if !value.reads(|column| own.contains(&column)) {
            return Ok(());
        }
        let message = format!("a value of `{name}` that is a column of the rows is not supported");
        Err(Box::new(
            Diagnostic::error(Code::Unsupported, value.span, message)
                .note("it is the row whose place is asked for, one for all rows of a group")
                .help("write a literal or a parameter; the place of a row that is there is told by `RANK() OVER (..)`"),
        ))
    }

    /// Whether a row comes before the one that is not there, or is equal to it.
    fn comes_before(&mut self, counted: &Counted, or_is_equal: bool) -> Result<Expression> {
        let span = counted.span;
        let mut condition: Option<Expression> = None;
        for (key, value) in counted.keys.iter().rev() {
            let mut ways = self.key_before(key, value, span)?;
            match condition.take() {
                Some(rest) => {
                    let same = self.same_key(key, value, span)?;
                    ways.extend(Expression::all_of(vec![same, rest]));
                }
                None if or_is_equal => ways.push(self.same_key(key, value, span)?),
                None => {}
            }
            condition = Some(any_of(ways, span));
        }
        match condition {
            Some(condition) => Ok(condition),
            None => self.unsupported(span, "an empty row"),
        }
    }

    /// In which ways a key comes before a value: by the values themselves, and as or before a `NULL`.
    fn key_before(
        &mut self,
        key: &SortKey,
        value: &Expression,
        span: Span,
    ) -> Result<Vec<Expression>> {
        let operator = match key.direction {
            SortDirection::Ascending => ComparisonOperator::Less,
            SortDirection::Descending => ComparisonOperator::Greater,
        };
        let (left, right) = (self.copy(&key.expression)?, self.copy(value)?);
        let mut ways = vec![self.compare(operator, left, right, span)?];
        let (null, other) = match key.nulls {
            NullsOrder::Last => (value, &key.expression),
            NullsOrder::First => (&key.expression, value),
        };
        if null.nullable {
            let is_null = self.copy(null)?.is_null();
            let is_there = self.copy(other)?.is_null().negated();
            ways.extend(Expression::all_of(vec![is_null, is_there]));
        }
        Ok(ways)
    }

    fn same_key(&mut self, key: &SortKey, value: &Expression, span: Span) -> Result<Expression> {
        let (left, right) = (self.copy(&key.expression)?, self.copy(value)?);
        self.values_not_distinct(left, right, span)
    }

    /// How many rows fulfil a condition, or how many there are.
    fn rows_that(
        &mut self,
        counted: &Counted,
        condition: Option<Expression>,
    ) -> Result<Expression> {
        self.counting(counted, AggregateFunction::Count, Vec::new(), condition)
    }

    /// How many different keys those rows have; `NULL` is one of them.
    fn count_different(&mut self, counted: &Counted, condition: Expression) -> Result<Expression> {
        let mut arguments = Vec::new();
        for (key, _) in &counted.keys {
            arguments.push(self.copy(&key.expression)?);
        }
        let function = match &arguments[..] {
            [key] if !key.nullable => AggregateFunction::Count,
            _ => AggregateFunction::CountRows,
        };
        self.counting(counted, function, arguments, Some(condition))
    }

    fn counting(
        &mut self,
        counted: &Counted,
        function: AggregateFunction,
        arguments: Vec<Expression>,
        condition: Option<Expression>,
    ) -> Result<Expression> {
        let filter = counted.filter.as_ref();
        let filter = filter.map(|filter| self.copy(filter)).transpose()?;
        let aggregate = Aggregate {
            function,
            distinct: !arguments.is_empty(),
            arguments,
            order: Vec::new(),
            filter: Expression::all_of(filter.into_iter().chain(condition).collect()),
        };
        let kind = ExpressionKind::Aggregate(Box::new(aggregate));
        Ok(Expression::new(kind, Type::Bigint, counted.span))
    }

    /// What part some rows are of all.
    fn share(&mut self, some: Expression, all: Expression, span: Span) -> Result<Expression> {
        let some = self.cast_to(some, &Type::Double, span)?;
        let all = self.cast_to(all, &Type::Double, span)?;
        Ok(some.combined(ArithmeticOperator::Divide, all))
    }
}

fn any_of(mut ways: Vec<Expression>, span: Span) -> Expression {
    if ways.len() == 1 {
        return ways.remove(0);
    }
    let nullable = ways.iter().any(|way| way.nullable);
    Expression::new(ExpressionKind::Or(ways), Type::Boolean, span).nullable(nullable)
}

fn one(span: Span) -> Expression {
    Expression::integer(1, Type::Bigint, span)
}
