//! Several groupings of the same rows: first by all keys together, then the groups by each set.
//!
//! `GROUPING SETS`, `ROLLUP` and `CUBE` read each row into one group of every set. Where the aggregates
//! can be put together from parts, only the groups by all keys are: there are far fewer of them.
//!
//! ```text
//! Aggregate [set, case a], [count]        Aggregate [set, case a'], [sum n']
//!   Unnest [0, 1] as set            =>      Unnest [0, 1] as set
//!     rows                                    Aggregate [a' = a], [n' = count]
//!                                               rows
//! ```

use crate::plan::{
    Aggregate, AggregateFunction, ColumnId, Expression, ExpressionKind, NewColumns, Path, Relation,
};
use crate::types::Type;

/// Puts a grouping by all keys below each grouping by several sets.
pub(super) fn in_two_phases(relation: Relation, new: &mut NewColumns) -> Relation {
    let relation = relation.map_inputs(|input| in_two_phases(input, new));
    match relation {
        Relation::Aggregate {
            input,
            keys,
            aggregates,
        } => match *input {
            Relation::Unnest {
                input: rows,
                array,
                item,
                ordinality: None,
                keep_empty: false,
            } if is_constant(&array) => match Phases::of(&keys, &aggregates, item, new) {
                Some(phases) => Relation::Aggregate {
                    input: Box::new(Relation::Unnest {
                        input: Box::new(Relation::Aggregate {
                            input: rows,
                            keys: phases.keys,
                            aggregates: phases.parts,
                        }),
                        array,
                        item,
                        ordinality: None,
                        keep_empty: false,
                    }),
                    keys: phases.keys_of_sets,
                    aggregates: phases.totals,
                },
                None => Relation::Aggregate {
                    input: Box::new(Relation::Unnest {
                        input: rows,
                        array,
                        item,
                        ordinality: None,
                        keep_empty: false,
                    }),
                    keys,
                    aggregates,
                },
            },
            input => Relation::Aggregate {
                input: Box::new(input),
                keys,
                aggregates,
            },
        },
        other => other,
    }
}

type Keys = Vec<(ColumnId, Expression)>;
type Aggregates = Vec<(ColumnId, Aggregate)>;

/// The two groupings.
struct Phases {
    keys: Keys,
    parts: Aggregates,
    keys_of_sets: Keys,
    totals: Aggregates,
}

impl Phases {
    fn of(
        keys: &Keys,
        aggregates: &Aggregates,
        item: ColumnId,
        new: &mut NewColumns,
    ) -> Option<Phases> {
        let mut phases = Phases {
            keys: Vec::new(),
            parts: Vec::new(),
            keys_of_sets: Vec::new(),
            totals: Vec::new(),
        };
        for (column, key) in keys {
            let key = phases.key_of_set(key, item, new)?;
            phases.keys_of_sets.push((*column, key));
        }
        for (column, aggregate) in aggregates {
            let (total, ty) = total_of(aggregate)?;
            let mut reads_item = false;
            aggregate.for_each_part(&mut |part| reads_item |= part.reads(|column| column == item));
            if reads_item {
                return None;
            }
            let part = new.column();
            let is_null = |argument: &Expression| argument.nullable;
            let nullable = !aggregate.function.is_count()
                && (aggregate.filter.is_some() || aggregate.arguments.iter().any(is_null));
            phases.parts.push((part, aggregate.clone()));
            let span = aggregate.arguments.first().map(|part| part.span);
            let kind = ExpressionKind::Path(Path::of(part));
            let part = Expression::new(kind, ty, span.unwrap_or_default()).nullable(nullable);
            let total = Aggregate {
                function: total,
                arguments: vec![part],
                distinct: false,
                order: Vec::new(),
                filter: None,
            };
            phases.totals.push((*column, total));
        }
        (!phases.keys.is_empty()).then_some(phases)
    }

    /// A key over the groups by all keys: the number of the set, or a value that only some sets have.
    fn key_of_set(
        &mut self,
        key: &Expression,
        item: ColumnId,
        new: &mut NewColumns,
    ) -> Option<Expression> {
        let is_item = |column| column == item;
        if !key.reads(is_item) {
            return Some(self.key(key, new));
        }
        match &key.kind {
            ExpressionKind::Path(path) if path.steps.is_empty() => Some(key.clone()),
            ExpressionKind::Case {
                branches,
                otherwise: None,
            } => match &branches[..] {
                [(is_of_set, value)] if is_of_set.reads_only(is_item) && !value.reads(is_item) => {
                    let value = self.key(value, new);
                    Some(Expression {
                        kind: ExpressionKind::Case {
                            branches: vec![(is_of_set.clone(), value)],
                            otherwise: None,
                        },
                        ..key.clone()
                    })
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The column of a key of the first grouping.
    fn key(&mut self, value: &Expression, new: &mut NewColumns) -> Expression {
        let stripped = value.clone().without_spans();
        let mut known = self.keys.iter();
        let known = known.find(|(_, key)| key.clone().without_spans() == stripped);
        let column = match known {
            Some((column, _)) => *column,
            None => {
                let column = new.column();
                self.keys.push((column, value.clone()));
                column
            }
        };
        Expression {
            kind: ExpressionKind::Path(Path::of(column)),
            ..value.clone()
        }
    }
}

/// The aggregate that puts the results of this one over parts of the rows together, and the type by
/// which they are added up: sums of counts and of 32-bit integers stay far below 64 bits.
fn total_of(aggregate: &Aggregate) -> Option<(AggregateFunction, Type)> {
    if aggregate.distinct || !aggregate.order.is_empty() {
        return None;
    }
    let argument = aggregate.arguments.first().map(|argument| &argument.ty);
    match (aggregate.function, argument) {
        (AggregateFunction::Count, _) => Some((AggregateFunction::Sum, Type::Integer)),
        (AggregateFunction::Sum, Some(Type::Integer)) => {
            Some((AggregateFunction::Sum, Type::Integer))
        }
        (AggregateFunction::Sum, Some(Type::Bigint | Type::Numeric)) => {
            Some((AggregateFunction::Sum, Type::Numeric))
        }
        (AggregateFunction::Sum, Some(ty @ (Type::Double | Type::Interval))) => {
            Some((AggregateFunction::Sum, ty.clone()))
        }
        (
            function @ (AggregateFunction::Min
            | AggregateFunction::Max
            | AggregateFunction::BoolAnd
            | AggregateFunction::BoolOr),
            Some(ty),
        ) => Some((function, ty.clone())),
        _ => None,
    }
}

/// Whether an array is written out in the query.
fn is_constant(array: &Expression) -> bool {
    match &array.kind {
        ExpressionKind::Array(items) => items.iter().all(|item| item.as_literal().is_some()),
        _ => false,
    }
}
