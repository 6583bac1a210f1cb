//! Grouped queries: aggregates and grouping keys become columns of their own.

use super::Analyzer;
use super::grouping_sets::KeySets;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{
    Aggregate, ColumnId, ComparisonOperator, Expression, ExpressionKind, Literal, Path, Relation,
};
use crate::types::Type;
use std::collections::{BTreeMap, BTreeSet};

/// The keys and aggregates of a grouped query.
pub(crate) struct Grouping {
    /// The columns of the rows that are grouped.
    rows: BTreeSet<ColumnId>,
    /// The names that the query gives to them.
    names: BTreeMap<ColumnId, String>,
    /// The keys: column, expression, and the expression without places for comparing.
    pub(super) keys: Vec<(ColumnId, Expression, Expression)>,
    /// The sets of keys, by their numbers; one set of all keys is a plain `GROUP BY`.
    pub(super) sets: Vec<BTreeSet<usize>>,
    /// The column that tells by which set a row is grouped, where there are several.
    pub(super) set: ColumnId,
    /// The aggregates that the query uses, each once.
    pub(super) aggregates: Vec<Call>,
}

/// An aggregate of a grouped query.
pub(crate) struct Call {
    pub(super) column: ColumnId,
    pub(super) aggregate: Aggregate,
    /// The call without places, for comparing.
    stripped: Aggregate,
    /// The type of the result.
    pub(super) ty: Type,
}

impl Grouping {
    pub(crate) fn new(
        analyzer: &mut Analyzer<'_>,
        input: &Relation,
        keys: Vec<Expression>,
        key_sets: &KeySets<'_>,
    ) -> Self {
        let rows: BTreeSet<ColumnId> = input.columns().into_iter().collect();
        let names = rows.iter().filter_map(|column| {
            let name = analyzer.names.get(column)?;
            Some((*column, name.clone()))
        });
        let mut grouping = Grouping {
            names: names.collect(),
            rows,
            keys: Vec::new(),
            sets: Vec::new(),
            set: analyzer.new_column(),
            aggregates: Vec::new(),
        };
        let mut numbers = Vec::new();
        for key in keys {
            let stripped = key.canonical();
            // `GROUP BY a, a` groups by one key.
            let mut known = grouping.keys.iter();
            let number = known.position(|(_, _, known)| *known == stripped);
            numbers.push(number.unwrap_or(grouping.keys.len()));
            if number.is_none() {
                grouping.keys.push((analyzer.new_column(), key, stripped));
            }
        }
        for set in &key_sets.sets {
            let own = |key: &usize| numbers.get(*key).copied();
            let set: BTreeSet<usize> = set.iter().filter_map(own).collect();
            if !(key_sets.distinct && grouping.sets.contains(&set)) {
                grouping.sets.push(set);
            }
        }
        grouping
    }

    /// The same expression over the columns of the groups.
    pub(crate) fn rewrite(
        &mut self,
        analyzer: &mut Analyzer<'_>,
        expression: Expression,
    ) -> Result<Expression> {
        if let Some(number) = self.key_of(&expression) {
            return Ok(self.key_column(number, expression));
        }
        match expression.kind {
            ExpressionKind::Aggregate(ref aggregate)
                if analyzer.is_of_outer(aggregate, &self.rows) =>
            {
                Ok(expression)
            }
            ExpressionKind::Aggregate(aggregate) => {
                self.check_own(&aggregate, expression.span)?;
                let column = self.aggregate(analyzer, *aggregate, &expression.ty);
                Ok(Expression {
                    kind: ExpressionKind::Path(Path::of(column)),
                    ..expression
                })
            }
            ExpressionKind::Grouping(keys) => self.grouping_of(&keys, expression.span),
            ExpressionKind::Path(ref path) if self.rows.contains(&path.column) => {
                Err(self.not_grouped(path, expression.span))
            }
            kind => {
                let mut raised = false;
                let mut rewritten =
                    Expression { kind, ..expression }.try_map_children(&mut |child| {
                        let before = child.nullable;
                        let child = self.rewrite(analyzer, child)?;
                        raised |= child.nullable && !before;
                        Ok::<_, Box<Diagnostic>>(child)
                    })?;
                // A key that is `NULL` in the groups of other sets.
                rewritten.nullable |= raised && !is_never_null(&rewritten.kind);
                Ok(rewritten)
            }
        }
    }

    /// The number of the key that an expression is.
    fn key_of(&self, expression: &Expression) -> Option<usize> {
        let stripped = expression.canonical();
        let mut keys = self.keys.iter();
        keys.position(|(_, _, known)| *known == stripped)
    }

    /// The column of a key, in place of an expression that is the key.
    fn key_column(&self, number: usize, expression: Expression) -> Expression {
        let Some((column, key, _)) = self.keys.get(number) else {
            return expression;
        };
        let rust = match &key.kind {
            ExpressionKind::Path(path) => path.rust.clone(),
            _ => None,
        };
        let path = Path {
            rust,
            ..Path::of(*column)
        };
        let in_all = self.sets.iter().all(|set| set.contains(&number));
        Expression {
            kind: ExpressionKind::Path(path),
            nullable: expression.nullable || !in_all,
            ..expression
        }
    }

    /// `GROUPING(..)`: a bit for each key, the last one the lowest, set where the row is not grouped by
    /// it.
    fn grouping_of(&self, keys: &[Expression], span: Span) -> Result<Expression> {
        let mut numbers = Vec::new();
        for key in keys {
            let Some(number) = self.key_of(key) else {
                let message = "an argument of GROUPING that is no key of GROUP BY";
                return Err(Box::new(
                    Diagnostic::error(Code::Grouping, key.span, message)
                        .help("write the key as GROUP BY has it"),
                ));
            };
            numbers.push(number);
        }
        let bits = |set: &BTreeSet<usize>| {
            numbers.iter().fold(0_i64, |bits, number| {
                bits * 2 + i64::from(!set.contains(number))
            })
        };
        let integer = |value| Expression::literal(Literal::Integer(value), Type::Integer, span);
        let answers: Vec<i64> = self.sets.iter().map(bits).collect();
        let Some((last, others)) = answers.split_last() else {
            return Ok(integer(0));
        };
        if others.iter().all(|answer| answer == last) {
            return Ok(integer(*last));
        }
        let branches = others
            .iter()
            .enumerate()
            .map(|(set, answer)| (self.is_of_set(set, span), integer(*answer)))
            .collect();
        let kind = ExpressionKind::Case {
            branches,
            otherwise: Some(Box::new(integer(*last))),
        };
        Ok(Expression::new(kind, Type::Integer, span))
    }

    fn is_of_set(&self, set: usize, span: Span) -> Expression {
        let path = ExpressionKind::Path(Path::of(self.set));
        let kind = ExpressionKind::Compare {
            operator: ComparisonOperator::Equal,
            left: Box::new(Expression::new(path, Type::Integer, span)),
            right: Box::new(set_number(set, span)),
        };
        Expression::new(kind, Type::Boolean, span)
    }

    /// An aggregate of nothing but columns of a query around this one belongs to that query.
    fn check_own(&self, aggregate: &Aggregate, span: Span) -> Result<()> {
        let (mut reads, mut own) = (false, false);
        aggregate.for_each_part(&mut |part| {
            part.for_each_path(&mut |path| {
                reads = true;
                own |= self.rows.contains(&path.column);
            });
        });
        if reads && !own {
            let message = "an aggregate of columns of an outer query is not supported";
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, message)
                    .help("compute it in the outer query, in a derived table or a `WITH` query"),
            ));
        }
        Ok(())
    }

    /// The column of an aggregate; equal calls share one.
    fn aggregate(
        &mut self,
        analyzer: &mut Analyzer<'_>,
        aggregate: Aggregate,
        ty: &Type,
    ) -> ColumnId {
        let stripped = aggregate.clone().without_spans();
        let mut known = self.aggregates.iter();
        if let Some(call) = known.find(|call| call.stripped == stripped) {
            return call.column;
        }
        let column = analyzer.new_column();
        self.aggregates.push(Call {
            column,
            aggregate,
            stripped,
            ty: ty.clone(),
        });
        column
    }

    /// The relation of the groups of `input`.
    pub(crate) fn relation(self, analyzer: &mut Analyzer<'_>, input: Relation) -> Relation {
        if self.sets.len() > 1 {
            return self.groups_of_sets(analyzer, input);
        }
        let keys = self.keys.into_iter();
        let aggregates = self.aggregates.into_iter();
        Relation::Aggregate {
            input: Box::new(input),
            keys: keys.map(|(column, key, _)| (column, key)).collect(),
            aggregates: aggregates
                .map(|call| (call.column, call.aggregate))
                .collect(),
        }
    }
}

/// The number of a set as a value.
pub(super) fn set_number(set: usize, span: Span) -> Expression {
    let number = i64::try_from(set).unwrap_or(i64::MAX);
    Expression::literal(Literal::Integer(number), Type::Integer, span)
}

fn is_never_null(kind: &ExpressionKind) -> bool {
    matches!(
        kind,
        ExpressionKind::IsNull(_)
            | ExpressionKind::NotDistinct { .. }
            | ExpressionKind::IsTruth { .. }
            | ExpressionKind::Array(_)
            | ExpressionKind::Object(_)
    )
}

impl Grouping {
    fn not_grouped(&self, path: &Path, span: Span) -> Box<Diagnostic> {
        let name = match self.names.get(&path.column) {
            Some(name) if path.steps.is_empty() => name.clone(),
            _ => path.names().join("."),
        };
        Box::new(
            Diagnostic::error(
                Code::Grouping,
                span,
                format!("column `{name}` is neither grouped nor aggregated"),
            )
            .label("each group may hold many values of it")
            .help(format!(
                "add it to GROUP BY, or choose one value, as in `MIN({name})`"
            )),
        )
    }
}
