//! Walking a relation: one list of what its inputs and its expressions are.

use super::{
    Aggregate, ColumnId, Expression, FrameBound, Relation, SortKey, Subquery, SubqueryForm,
    WindowCall,
};
use std::convert::Infallible;

impl Relation {
    /// Calls `visit` on each direct input, the rows of a subquery among them.
    pub fn for_each_input<'a>(&'a self, mut visit: impl FnMut(&'a Relation)) {
        match self {
            Relation::Scan { .. } | Relation::OneRow | Relation::Values { .. } => {}
            Relation::Unnest { input, .. }
            | Relation::Walk { input, .. }
            | Relation::Filter { input, .. }
            | Relation::Aggregate { input, .. }
            | Relation::Project { input, .. }
            | Relation::Distinct { input }
            | Relation::Sort { input, .. }
            | Relation::Limit { input, .. }
            | Relation::Window { input, .. }
            | Relation::DistinctOn { input, .. } => visit(input),
            Relation::Apply {
                input, subquery, ..
            } => {
                visit(input);
                visit(&subquery.relation);
            }
            Relation::Join { left, right, .. } | Relation::SetOperation { left, right, .. } => {
                visit(left);
                visit(right);
            }
        }
    }

    /// Whether the rows of the table of this number are among those that it is made of.
    pub fn reads(&self, number: usize) -> bool {
        let mut found = match self {
            Relation::Scan { table, .. } => *table == number,
            Relation::Walk { walk, .. } => walk.table == number,
            _ => false,
        };
        self.for_each_input(|input| found |= input.reads(number));
        found
    }

    /// The same operator over other inputs, the rows of a subquery among them.
    #[must_use]
    pub fn map_inputs(mut self, mut change: impl FnMut(Relation) -> Relation) -> Relation {
        let mut replace = |input: &mut Relation| {
            let before = std::mem::replace(input, Relation::OneRow);
            *input = change(before);
        };
        match &mut self {
            Relation::Scan { .. } | Relation::OneRow | Relation::Values { .. } => {}
            Relation::Unnest { input, .. }
            | Relation::Walk { input, .. }
            | Relation::Filter { input, .. }
            | Relation::Aggregate { input, .. }
            | Relation::Project { input, .. }
            | Relation::Distinct { input }
            | Relation::Sort { input, .. }
            | Relation::Limit { input, .. }
            | Relation::Window { input, .. }
            | Relation::DistinctOn { input, .. } => replace(input),
            Relation::Apply {
                input, subquery, ..
            } => {
                replace(input);
                replace(&mut subquery.relation);
            }
            Relation::Join { left, right, .. } | Relation::SetOperation { left, right, .. } => {
                replace(left);
                replace(right);
            }
        }
        self
    }

    /// The same operator over another first input: the left side, and not the rows of a subquery.
    #[must_use]
    pub fn map_first_input(self, change: impl FnOnce(Relation) -> Relation) -> Relation {
        let mut change = Some(change);
        self.map_inputs(|input| match change.take() {
            Some(change) => change(input),
            None => input,
        })
    }

    /// The same operator with another subquery; none but [`Relation::Apply`] has one.
    #[must_use]
    pub fn map_subquery(mut self, change: impl FnOnce(Relation) -> Relation) -> Relation {
        if let Relation::Apply { subquery, .. } = &mut self {
            let before = std::mem::replace(&mut subquery.relation, Relation::OneRow);
            subquery.relation = change(before);
        }
        self
    }

    /// The rows for which all these conditions are true.
    #[must_use]
    pub fn filtered(self, conditions: Vec<Expression>) -> Relation {
        match Expression::all_of(conditions) {
            Some(predicate) => Relation::Filter {
                input: Box::new(self),
                predicate,
            },
            None => self,
        }
    }

    /// Calls `visit` on each expression of this operator itself.
    pub fn for_each_expression<'a>(&'a self, visit: &mut impl FnMut(&'a Expression)) {
        match self {
            Relation::Scan { .. }
            | Relation::OneRow
            | Relation::Distinct { .. }
            | Relation::SetOperation { .. } => {}
            Relation::Values { rows, .. } => rows.iter().flatten().for_each(visit),
            Relation::Unnest { array, .. } => visit(array),
            Relation::Walk { walk, .. } => walk.for_each_part(visit),
            Relation::Filter { predicate, .. } => visit(predicate),
            Relation::Join { condition, .. } => visit(condition),
            Relation::Aggregate {
                keys, aggregates, ..
            } => {
                keys.iter().for_each(|(_, key)| visit(key));
                for (_, aggregate) in aggregates {
                    aggregate.for_each_part(visit);
                }
            }
            Relation::Project { columns, .. } => columns.iter().for_each(|(_, item)| visit(item)),
            Relation::Sort { keys, .. } => keys.iter().for_each(|key| visit(&key.expression)),
            Relation::Limit { limit, offset, .. } => limit.iter().chain(offset).for_each(visit),
            Relation::Apply { subquery, .. } => {
                if let SubqueryForm::Any(condition) = &subquery.form {
                    visit(condition);
                }
            }
            Relation::Window { calls, .. } => {
                for (_, call) in calls {
                    call.for_each_part(visit);
                }
            }
            Relation::DistinctOn { keys, order, .. } => {
                keys.iter().for_each(&mut *visit);
                order.iter().for_each(|key| visit(&key.expression));
            }
        }
    }

    /// Replaces each expression of this operator itself by what `change` makes of it.
    ///
    /// # Errors
    ///
    /// The first error of `change`.
    pub fn try_map_expressions<E>(
        self,
        change: &mut impl FnMut(Expression) -> Result<Expression, E>,
    ) -> Result<Relation, E> {
        Ok(match self {
            Relation::Scan { .. }
            | Relation::OneRow
            | Relation::Distinct { .. }
            | Relation::SetOperation { .. } => self,
            Relation::Values { columns, rows } => Relation::Values {
                columns,
                rows: rows
                    .into_iter()
                    .map(|row| row.into_iter().map(&mut *change).collect())
                    .collect::<Result<_, E>>()?,
            },
            Relation::Walk { input, walk } => Relation::Walk {
                input,
                walk: Box::new(walk.try_map(change)?),
            },
            Relation::Unnest {
                input,
                array,
                item,
                ordinality,
                keep_empty,
            } => Relation::Unnest {
                input,
                array: change(array)?,
                item,
                ordinality,
                keep_empty,
            },
            Relation::Filter { input, predicate } => Relation::Filter {
                input,
                predicate: change(predicate)?,
            },
            Relation::Join {
                kind,
                left,
                right,
                condition,
            } => Relation::Join {
                kind,
                left,
                right,
                condition: change(condition)?,
            },
            Relation::Aggregate {
                input,
                keys,
                aggregates,
            } => Relation::Aggregate {
                input,
                keys: named(keys, change)?,
                aggregates: aggregates
                    .into_iter()
                    .map(|(column, aggregate)| Ok((column, aggregate.try_map(change)?)))
                    .collect::<Result<_, E>>()?,
            },
            Relation::Project { input, columns } => Relation::Project {
                input,
                columns: named(columns, change)?,
            },
            Relation::Sort { input, keys } => Relation::Sort {
                input,
                keys: sort_keys(keys, change)?,
            },
            Relation::Limit {
                input,
                limit,
                offset,
            } => Relation::Limit {
                input,
                limit: limit.map(&mut *change).transpose()?,
                offset: offset.map(&mut *change).transpose()?,
            },
            Relation::Apply {
                input,
                subquery,
                column,
            } => Relation::Apply {
                input,
                subquery: Box::new(Subquery {
                    form: subquery.form.try_map(change)?,
                    relation: subquery.relation,
                }),
                column,
            },
            Relation::Window { input, calls } => Relation::Window {
                input,
                calls: calls
                    .into_iter()
                    .map(|(column, call)| Ok((column, call.try_map(change)?)))
                    .collect::<Result<_, E>>()?,
            },
            Relation::DistinctOn { input, keys, order } => Relation::DistinctOn {
                input,
                keys: keys
                    .into_iter()
                    .map(&mut *change)
                    .collect::<Result<_, E>>()?,
                order: sort_keys(order, change)?,
            },
        })
    }

    /// Replaces each expression of this operator itself by what `change` makes of it.
    #[must_use]
    pub fn map_expressions(self, change: &mut impl FnMut(Expression) -> Expression) -> Relation {
        let Ok(relation) =
            self.try_map_expressions(&mut |expression| Ok::<_, Infallible>(change(expression)));
        relation
    }

    /// Calls `visit` on each expression of this operator and of everything below it.
    pub fn for_each_expression_inside<'a>(&'a self, visit: &mut impl FnMut(&'a Expression)) {
        self.for_each_expression(visit);
        let mut inputs = Vec::new();
        self.for_each_input(|input| inputs.push(input));
        for input in inputs {
            input.for_each_expression_inside(visit);
        }
    }

    /// Replaces each expression of this operator and of everything below it.
    ///
    /// # Errors
    ///
    /// The first error of `change`.
    pub fn try_map_expressions_inside<E>(
        self,
        change: &mut impl FnMut(Expression) -> Result<Expression, E>,
    ) -> Result<Relation, E> {
        let mut failure = None;
        let relation = self.map_inputs(|input| {
            if failure.is_some() {
                return input;
            }
            match input.try_map_expressions_inside(&mut *change) {
                Ok(input) => input,
                Err(error) => {
                    failure = Some(error);
                    Relation::OneRow
                }
            }
        });
        match failure {
            Some(error) => Err(error),
            None => relation.try_map_expressions(change),
        }
    }
}

impl SubqueryForm {
    /// Replaces the condition, if there is one, by what `change` makes of it.
    ///
    /// # Errors
    ///
    /// The error of `change`.
    pub fn try_map<E>(
        self,
        change: &mut impl FnMut(Expression) -> Result<Expression, E>,
    ) -> Result<SubqueryForm, E> {
        Ok(match self {
            SubqueryForm::Any(condition) => SubqueryForm::Any(Box::new(change(*condition)?)),
            SubqueryForm::Scalar(_) | SubqueryForm::Exists | SubqueryForm::Array(_) => self,
        })
    }
}

impl Aggregate {
    /// Calls `visit` on each argument, sort key and filter.
    pub fn for_each_part<'a>(&'a self, visit: &mut impl FnMut(&'a Expression)) {
        self.arguments
            .iter()
            .chain(self.order.iter().map(|key| &key.expression))
            .chain(&self.filter)
            .for_each(visit);
    }

    /// Replaces each argument, sort key and filter by what `change` makes of it.
    ///
    /// # Errors
    ///
    /// The first error of `change`.
    pub fn try_map<E>(
        self,
        change: &mut impl FnMut(Expression) -> Result<Expression, E>,
    ) -> Result<Aggregate, E> {
        Ok(Aggregate {
            function: self.function,
            arguments: all(self.arguments, change)?,
            distinct: self.distinct,
            order: sort_keys(self.order, change)?,
            filter: self.filter.map(change).transpose()?,
        })
    }

    /// The same call without its places, for comparing what two calls compute.
    #[must_use]
    pub fn without_spans(self) -> Aggregate {
        let Ok(aggregate) = self.try_map(&mut |part| Ok::<_, Infallible>(part.without_spans()));
        aggregate
    }
}

impl WindowCall {
    /// Calls `visit` on each expression of the call, those of its window included.
    pub fn for_each_part<'a>(&'a self, visit: &mut impl FnMut(&'a Expression)) {
        self.arguments
            .iter()
            .chain(&self.filter)
            .chain(&self.partition)
            .chain(self.order.iter().map(|key| &key.expression))
            .chain(self.frame.start.distance())
            .chain(self.frame.end.distance())
            .for_each(visit);
    }

    /// Replaces each expression of the call by what `change` makes of it.
    ///
    /// # Errors
    ///
    /// The first error of `change`.
    pub fn try_map<E>(
        self,
        change: &mut impl FnMut(Expression) -> Result<Expression, E>,
    ) -> Result<WindowCall, E> {
        Ok(WindowCall {
            function: self.function,
            arguments: all(self.arguments, change)?,
            filter: self.filter.map(&mut *change).transpose()?,
            partition: all(self.partition, change)?,
            order: sort_keys(self.order, change)?,
            frame: super::Frame {
                unit: self.frame.unit,
                start: self.frame.start.try_map(change)?,
                end: self.frame.end.try_map(change)?,
            },
        })
    }

    /// The same call without its places, for comparing what two calls compute.
    #[must_use]
    pub fn without_spans(self) -> WindowCall {
        let Ok(call) = self.try_map(&mut |part| Ok::<_, Infallible>(part.without_spans()));
        call
    }
}

impl FrameBound {
    /// The number or interval in front of `PRECEDING` and `FOLLOWING`.
    pub fn distance(&self) -> Option<&Expression> {
        match self {
            FrameBound::Preceding(distance) | FrameBound::Following(distance) => Some(distance),
            FrameBound::UnboundedPreceding
            | FrameBound::CurrentRow
            | FrameBound::UnboundedFollowing => None,
        }
    }

    fn try_map<E>(
        self,
        change: &mut impl FnMut(Expression) -> Result<Expression, E>,
    ) -> Result<FrameBound, E> {
        Ok(match self {
            FrameBound::Preceding(distance) => FrameBound::Preceding(change(distance)?),
            FrameBound::Following(distance) => FrameBound::Following(change(distance)?),
            FrameBound::UnboundedPreceding
            | FrameBound::CurrentRow
            | FrameBound::UnboundedFollowing => self,
        })
    }
}

fn all<E>(
    parts: Vec<Expression>,
    change: &mut impl FnMut(Expression) -> Result<Expression, E>,
) -> Result<Vec<Expression>, E> {
    parts.into_iter().map(change).collect()
}

fn named<E>(
    columns: Vec<(ColumnId, Expression)>,
    change: &mut impl FnMut(Expression) -> Result<Expression, E>,
) -> Result<Vec<(ColumnId, Expression)>, E> {
    columns
        .into_iter()
        .map(|(column, expression)| Ok((column, change(expression)?)))
        .collect()
}

fn sort_keys<E>(
    keys: Vec<SortKey>,
    change: &mut impl FnMut(Expression) -> Result<Expression, E>,
) -> Result<Vec<SortKey>, E> {
    keys.into_iter()
        .map(|key| {
            Ok(SortKey {
                expression: change(key.expression)?,
                ..key
            })
        })
        .collect()
}
