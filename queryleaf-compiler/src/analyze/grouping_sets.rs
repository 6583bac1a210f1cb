//! `GROUP BY`: its list as the sets of keys by which the rows are grouped.
//!
//! `a, ROLLUP (b, c)` is the three sets `(a, b, c)`, `(a, b)` and `(a)`: each item of the list stands
//! for some sets, and the items multiply.

use super::Analyzer;
use super::grouping::{Grouping, column_path, set_number};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{
    Aggregate, AggregateFunction, ColumnId, ComparisonOperator, Expression, ExpressionKind,
    Literal, Relation, SetColumn, SetOperator,
};
use crate::types::{Item, Type};
use sqlparser::ast::{self, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr};

/// What the word `DISTINCT` after `GROUP BY` is turned into, see
/// [`query_forms`](crate::syntax).
pub(crate) const DISTINCT: &str = "group by distinct";

/// The most sets of one query: every row is read into each of them.
const MAX_SETS: usize = 256;

/// The keys as the text has them, and the sets of their numbers.
#[derive(Debug, Default)]
pub(crate) struct KeySets<'a> {
    pub(crate) keys: Vec<&'a Expr>,
    /// None where the query has no `GROUP BY`; `GROUP BY a, b` is one set.
    pub(crate) sets: Vec<Vec<usize>>,
    /// `GROUP BY DISTINCT`: equal sets count once.
    pub(crate) distinct: bool,
}

impl KeySets<'_> {
    /// Whether there is a `GROUP BY`.
    pub(crate) fn is_there(&self) -> bool {
        !self.sets.is_empty()
    }

    /// Whether each group has a row: that of the empty set may have none.
    pub(crate) fn has_rows_in_each(&self) -> bool {
        self.is_there() && self.sets.iter().all(|set| !set.is_empty())
    }
}

impl Analyzer<'_> {
    /// The sets of a `GROUP BY`.
    pub(crate) fn key_sets<'e>(
        &self,
        group_by: &'e GroupByExpr,
        outer: Span,
    ) -> Result<KeySets<'e>> {
        let items = match group_by {
            GroupByExpr::Expressions(items, modifiers) if modifiers.is_empty() => &items[..],
            _ => return self.unsupported(outer, "this form of GROUP BY"),
        };
        let (distinct, items) = match items {
            [Expr::Identifier(first), rest @ ..] if first.value == DISTINCT => (true, rest),
            items => (false, items),
        };
        let mut found = KeySets {
            distinct,
            ..KeySets::default()
        };
        if items.is_empty() {
            return Ok(found);
        }
        found.sets.push(Vec::new());
        for item in items {
            let of_item = sets_of(item, &mut found.keys);
            let count = found.sets.len().saturating_mul(of_item.len());
            if count > MAX_SETS {
                let span = self.source.span_or(item, outer);
                let message = format!("more than {MAX_SETS} grouping sets");
                return Err(Box::new(
                    Diagnostic::error(Code::TooComplex, span, message)
                        .help("write the sets that are needed as `GROUPING SETS (..)`"),
                ));
            }
            found.sets = found
                .sets
                .iter()
                .flat_map(|before| of_item.iter().map(|set| [&before[..], set].concat()))
                .collect();
        }
        Ok(found)
    }
}

impl Analyzer<'_> {
    /// `GROUPING(..)`.
    pub(crate) fn grouping_call(&self, keys: Vec<Expression>, span: Span) -> Result<Expression> {
        if !self.clause.allows_aggregates() {
            let message = format!("`GROUPING` cannot stand in {}", self.clause.name());
            return Err(Box::new(Diagnostic::error(
                Code::MisplacedAggregate,
                span,
                message,
            )));
        }
        if !(1..=31).contains(&keys.len()) {
            let message = "`GROUPING` takes one to 31 keys of GROUP BY";
            return Err(Box::new(Diagnostic::error(
                Code::ArgumentMismatch,
                span,
                message,
            )));
        }
        let kind = ExpressionKind::Grouping(keys);
        Ok(Expression::new(kind, Type::Integer, span))
    }
}

/// A query that gives groups, and its columns: the number of the set, the keys, the aggregates.
type Groups = (Relation, Vec<ColumnId>);

impl Grouping {
    /// The groups of several sets.
    ///
    /// The rows are read once, each as often as there are sets, and grouped by the number of the set
    /// and the keys, of which those that the set lacks are `NULL`. The empty set has a group even where
    /// there are no rows: another query adds it there, which reads one row at the most.
    pub(super) fn groups_of_sets(self, analyzer: &mut Analyzer<'_>, input: Relation) -> Relation {
        let empty: Vec<usize> = self
            .sets
            .iter()
            .enumerate()
            .filter(|(_, set)| set.is_empty())
            .map(|(number, _)| number)
            .collect();
        let mut branches = Vec::new();
        for number in &empty {
            branches.push(self.group_of_nothing(analyzer, &input, *number));
        }
        let mut groups = self.groups_of_rows(analyzer, input);
        let mut result = vec![self.set];
        result.extend(self.keys.iter().map(|(column, ..)| *column));
        result.extend(self.aggregates.iter().map(|call| call.column));
        let count = branches.len();
        for (number, (right, of_right)) in branches.into_iter().enumerate() {
            let (left, of_left) = groups;
            let is_last = number + 1 == count;
            let columns: Vec<SetColumn> = of_left
                .into_iter()
                .zip(of_right)
                .zip(&result)
                .map(|((left, right), column)| SetColumn {
                    column: if is_last {
                        *column
                    } else {
                        analyzer.new_column()
                    },
                    left,
                    right,
                })
                .collect();
            let ids = columns.iter().map(|column| column.column).collect();
            let union = Relation::SetOperation {
                operator: SetOperator::Union,
                all: true,
                left: Box::new(left),
                right: Box::new(right),
                columns,
            };
            groups = (union, ids);
        }
        let (relation, columns) = groups;
        if count > 0 {
            return relation;
        }
        let list = self.types().into_iter().zip(columns).zip(result);
        Relation::Project {
            input: Box::new(relation),
            columns: list.map(|((ty, from), to)| (to, typed(from, ty))).collect(),
        }
    }

    /// The types of the columns of the groups.
    fn types(&self) -> Vec<Type> {
        let keys = self.keys.iter().map(|(_, key, _)| key.ty.clone());
        let aggregates = self.aggregates.iter().map(|call| call.ty.clone());
        std::iter::once(Type::Integer)
            .chain(keys)
            .chain(aggregates)
            .collect()
    }

    /// The groups that have rows.
    fn groups_of_rows(&self, analyzer: &mut Analyzer<'_>, input: Relation) -> Groups {
        let span = Span::default();
        let set = analyzer.new_column();
        let numbers = (0..self.sets.len()).map(|number| set_number(number, span));
        let item = Item {
            ty: Type::Integer,
            nullable: false,
            own: false,
        };
        let numbers = ExpressionKind::Array(numbers.collect());
        let rows = Relation::Unnest {
            input: Box::new(input),
            array: Expression::new(numbers, Type::Array(Box::new(item)), span),
            item: set,
            ordinality: None,
            keep_empty: false,
        };
        let set = typed(set, Type::Integer).nullable(false);
        let mut keys = vec![(analyzer.new_column(), set.clone())];
        for (number, (column, key, _)) in self.keys.iter().enumerate() {
            let of: Vec<Expression> = self
                .sets
                .iter()
                .enumerate()
                .filter(|(_, keys)| keys.contains(&number))
                .map(|(set, _)| set_number(set, span))
                .collect();
            let key = if of.len() == self.sets.len() {
                key.clone()
            } else {
                only_of(set.clone(), of, key.clone())
            };
            keys.push((analyzer.renamed_column(*column), key));
        }
        let aggregates: Vec<_> = self
            .aggregates
            .iter()
            .map(|call| (analyzer.renamed_column(call.column), call.aggregate.clone()))
            .collect();
        let ids = keys.iter().map(|(column, _)| *column);
        let ids: Vec<_> = ids
            .chain(aggregates.iter().map(|(column, _)| *column))
            .collect();
        let groups = Relation::Aggregate {
            input: Box::new(rows),
            keys,
            aggregates,
        };
        // Both sides of a union are projections.
        let list: Vec<_> = self
            .types()
            .into_iter()
            .zip(ids)
            .map(|(ty, id)| (analyzer.renamed_column(id), typed(id, ty)))
            .collect();
        let ids = list.iter().map(|(column, _)| *column).collect();
        let project = Relation::Project {
            input: Box::new(groups),
            columns: list,
        };
        (project, ids)
    }

    /// The group of an empty set where there are no rows, and nothing where there are some.
    fn group_of_nothing(
        &self,
        analyzer: &mut Analyzer<'_>,
        input: &Relation,
        number: usize,
    ) -> Groups {
        let span = Span::default();
        let (input, numbers) = analyzer.copy_of(input.clone());
        let one = Expression::literal(Literal::Integer(1), Type::Bigint, span);
        let count = analyzer.new_column();
        let mut aggregates = vec![(
            count,
            Aggregate {
                function: AggregateFunction::Count,
                arguments: Vec::new(),
                distinct: false,
                order: Vec::new(),
                filter: None,
            },
        )];
        let mut list = vec![(analyzer.new_column(), set_number(number, span))];
        for (column, key, _) in &self.keys {
            let nothing = Expression::literal(Literal::Null, key.ty.clone(), key.span);
            list.push((analyzer.renamed_column(*column), nothing));
        }
        for call in &self.aggregates {
            let column = analyzer.renamed_column(call.column);
            let Ok(aggregate) = call.aggregate.clone().try_map(&mut |part: Expression| {
                Ok::<_, std::convert::Infallible>(part.with_numbers(&numbers))
            });
            aggregates.push((column, aggregate));
            let result = typed(column, call.ty.clone());
            list.push((analyzer.renamed_column(column), result));
        }
        let groups = Relation::Aggregate {
            input: Box::new(Relation::Limit {
                input: Box::new(input),
                limit: Some(one),
                offset: None,
            }),
            keys: Vec::new(),
            aggregates,
        };
        let zero = Expression::literal(Literal::Integer(0), Type::Bigint, span);
        let no_rows = ExpressionKind::Compare {
            operator: ComparisonOperator::Equal,
            left: Box::new(typed(count, Type::Bigint).nullable(false)),
            right: Box::new(zero),
        };
        let no_rows = Expression::new(no_rows, Type::Boolean, span);
        let ids = list.iter().map(|(column, _)| *column).collect();
        let project = Relation::Project {
            input: Box::new(groups.filtered(vec![no_rows])),
            columns: list,
        };
        (project, ids)
    }
}

/// A column as an expression.
fn typed(column: ColumnId, ty: Type) -> Expression {
    let kind = ExpressionKind::Path(column_path(column));
    Expression::new(kind, ty, Span::default()).nullable(true)
}

/// A key where the row is grouped by it, and `NULL` elsewhere.
fn only_of(set: Expression, sets: Vec<Expression>, key: Expression) -> Expression {
    let (ty, span) = (key.ty.clone(), key.span);
    let is_of = ExpressionKind::InList {
        operand: Box::new(set),
        items: sets,
    };
    let is_of = Expression::new(is_of, Type::Boolean, span);
    let kind = ExpressionKind::Case {
        branches: vec![(is_of, key)],
        otherwise: None,
    };
    Expression::new(kind, ty, span).nullable(true)
}

/// The sets of one item of the list; its keys are added to `keys`.
fn sets_of<'e>(item: &'e Expr, keys: &mut Vec<&'e Expr>) -> Vec<Vec<usize>> {
    match item {
        Expr::Rollup(parts) => rollup(numbered(parts, keys)),
        Expr::Cube(parts) => cube(&numbered(parts, keys)),
        Expr::GroupingSets(parts) => {
            let mut sets = Vec::new();
            for part in parts {
                match &part[..] {
                    // A list in the list adds its sets.
                    [one] => sets.extend(sets_of(one, keys)),
                    many => sets.push(many.iter().map(|key| add(key, keys)).collect()),
                }
            }
            sets
        }
        Expr::Tuple(items) => vec![items.iter().map(|key| add(key, keys)).collect()],
        Expr::Function(function) => match nested_list(function) {
            Some((is_rollup, parts)) => {
                let parts = parts.iter().map(|part| part_of(part, keys)).collect();
                if is_rollup {
                    rollup(parts)
                } else {
                    cube(&parts)
                }
            }
            None => vec![vec![add(item, keys)]],
        },
        key => vec![vec![add(key, keys)]],
    }
}

fn add<'e>(key: &'e Expr, keys: &mut Vec<&'e Expr>) -> usize {
    keys.push(key);
    keys.len() - 1
}

fn numbered<'e>(parts: &'e [Vec<Expr>], keys: &mut Vec<&'e Expr>) -> Vec<Vec<usize>> {
    parts
        .iter()
        .map(|part| part.iter().flat_map(|key| part_of(key, keys)).collect())
        .collect()
}

/// The keys that stand for one in `ROLLUP` and `CUBE`: several in brackets.
fn part_of<'e>(part: &'e Expr, keys: &mut Vec<&'e Expr>) -> Vec<usize> {
    match part {
        Expr::Tuple(items) => items.iter().map(|key| add(key, keys)).collect(),
        key => vec![add(key, keys)],
    }
}

/// `ROLLUP (..)` and `CUBE (..)` inside `GROUPING SETS`, which the parser takes for calls.
fn nested_list(function: &ast::Function) -> Option<(bool, Vec<&Expr>)> {
    let name = function.name.to_string().to_lowercase();
    let is_rollup = match name.as_str() {
        "rollup" => true,
        "cube" => false,
        _ => return None,
    };
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let parts = list.args.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(part)) => Some(part),
        _ => None,
    });
    Some((is_rollup, parts.collect::<Option<_>>()?))
}

/// All beginnings of the list, the longest one first.
fn rollup(parts: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    (0..=parts.len())
        .rev()
        .map(|length| parts.iter().take(length).flatten().copied().collect())
        .collect()
}

/// All choices from the list; none beyond what any query may have.
fn cube(parts: &Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut sets = vec![Vec::new()];
    for part in parts {
        if sets.len() > MAX_SETS {
            break;
        }
        let with: Vec<Vec<usize>> = sets.iter().map(|set| [&set[..], part].concat()).collect();
        sets.extend(with);
    }
    sets
}
