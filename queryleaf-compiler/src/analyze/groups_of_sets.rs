//! The plan of a query that groups its rows by several sets of keys.

use super::Analyzer;
use super::grouping::{Grouping, set_number};
use crate::diagnostic::Span;
use crate::plan::{
    Aggregate, AggregateFunction, ColumnId, ComparisonOperator, Expression, ExpressionKind,
    Literal, Path, Relation, SetColumn, SetOperator,
};
use crate::types::{Item, Type};

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
    let kind = ExpressionKind::Path(Path::of(column));
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
