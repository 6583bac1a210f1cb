//! What a filter has let through is not `NULL` any more.
//!
//! Above `WHERE shipped_at > :day` the column `shipped_at` has a value, whatever the schema allows:
//! ordering by it needs no care for `NULL`s, and neither do sums over it or groups by it.

use crate::plan::{
    Aggregate, AggregateFunction, ColumnId, Expression, ExpressionKind, JoinKind, Path, Relation,
    SortKey,
};
use crate::types::Type;
use std::collections::BTreeSet;
use std::convert::Infallible;

/// Marks as not nullable what cannot be `NULL` where it stands.
pub(crate) fn narrow(relation: Relation) -> Relation {
    known(relation).0
}

/// A condition on the rows of two relations, by what is known of them.
pub(super) fn narrow_condition(condition: Expression, sides: [&Relation; 2]) -> Expression {
    let facts = sides
        .into_iter()
        .map(|side| known(side.clone()).1)
        .fold(Facts::default(), Facts::join);
    expression(condition, &facts)
}

/// Whether no row passes a condition in which all of these columns are `NULL`.
pub(super) fn rejects_null(condition: &Expression, columns: &BTreeSet<ColumnId>) -> bool {
    implied(condition)
        .0
        .iter()
        .any(|(column, _)| columns.contains(column))
}

/// Places that are not `NULL` in any row.
#[derive(Debug, Clone, Default, PartialEq)]
struct Facts(Vec<(ColumnId, Vec<String>)>);

impl Facts {
    fn add(&mut self, path: &Path) {
        let fact = (path.column, path.owned_names());
        if !self.0.contains(&fact) {
            self.0.push(fact);
        }
    }

    fn add_column(&mut self, column: ColumnId) {
        self.0.push((column, Vec::new()));
    }

    /// A field has a value only where the document around it has one.
    fn hold(&self, path: &Path) -> bool {
        let names = path.owned_names();
        self.0
            .iter()
            .any(|(column, known)| *column == path.column && known.starts_with(&names))
    }

    fn join(mut self, other: Facts) -> Facts {
        self.0.extend(other.0);
        self
    }

    fn common(self, other: &Facts) -> Facts {
        let kept = self.0.into_iter().filter(|fact| other.0.contains(fact));
        Facts(kept.collect())
    }
}

/// The relation with narrowed expressions, and what is known of its rows.
fn known(relation: Relation) -> (Relation, Facts) {
    match relation {
        Relation::Scan { .. } | Relation::OneRow | Relation::Values { .. } => {
            (relation, Facts::default())
        }
        Relation::Filter { input, predicate } => {
            let (input, facts) = known(*input);
            let predicate = expression(predicate, &facts);
            let facts = facts.join(implied(&predicate));
            let input = Box::new(input);
            (Relation::Filter { input, predicate }, facts)
        }
        Relation::Aggregate {
            input,
            keys,
            aggregates,
        } => {
            let (input, facts) = known(*input);
            let keys: Vec<_> = keys
                .into_iter()
                .map(|(column, key)| (column, expression(key, &facts)))
                .collect();
            let aggregates: Vec<_> = aggregates
                .into_iter()
                .map(|(column, aggregate)| (column, self::aggregate(aggregate, &facts)))
                .collect();
            let mut facts = columns(&keys);
            for (column, aggregate) in &aggregates {
                if !keys.is_empty() && has_value_in_each_group(aggregate) {
                    facts.add_column(*column);
                }
            }
            let groups = Relation::Aggregate {
                input: Box::new(input),
                keys,
                aggregates,
            };
            (groups, facts)
        }
        Relation::Project {
            input,
            columns: list,
        } => {
            let (input, facts) = known(*input);
            let list: Vec<_> = list
                .into_iter()
                .map(|(column, item)| (column, expression(item, &facts)))
                .collect();
            let facts = columns(&list);
            let projection = Relation::Project {
                input: Box::new(input),
                columns: list,
            };
            (projection, facts)
        }
        Relation::Sort { input, keys } => {
            let (input, facts) = known(*input);
            let keys = keys
                .into_iter()
                .map(|key| SortKey {
                    expression: expression(key.expression, &facts),
                    ..key
                })
                .collect();
            let input = Box::new(input);
            (Relation::Sort { input, keys }, facts)
        }
        Relation::Unnest { .. }
        | Relation::Walk { .. }
        | Relation::Distinct { .. }
        | Relation::Limit { .. } => {
            let mut facts = Facts::default();
            let relation = relation.map_inputs(|input| {
                let (input, below) = known(input);
                facts = below;
                input
            });
            (relation, facts)
        }
        Relation::Join {
            kind,
            left,
            right,
            condition,
        } => join(kind, *left, *right, condition),
        Relation::Apply {
            input,
            mut subquery,
            column,
        } => {
            let (input, facts) = known(*input);
            subquery.relation = narrow(inside(subquery.relation, &facts));
            let apply = Relation::Apply {
                input: Box::new(input),
                subquery,
                column,
            };
            (apply, facts)
        }
        Relation::Window { input, calls } => {
            let (input, facts) = known(*input);
            let input = Box::new(input);
            let window = Relation::Window { input, calls }
                .map_expressions(&mut |part| expression(part, &facts));
            (window, facts)
        }
        Relation::DistinctOn { input, keys, order } => {
            let (input, facts) = known(*input);
            let input = Box::new(input);
            let rows = Relation::DistinctOn { input, keys, order }
                .map_expressions(&mut |part| expression(part, &facts));
            (rows, facts)
        }
        Relation::SetOperation { .. } => (relation.map_inputs(narrow), Facts::default()),
    }
}

/// A relation that is read for each row of another one, of which something is known.
fn inside(relation: Relation, facts: &Facts) -> Relation {
    if facts.0.is_empty() {
        return relation;
    }
    let Ok(relation) = relation
        .try_map_expressions_inside(&mut |part| Ok::<_, Infallible>(expression(part, facts)));
    relation
}

/// A join: what is known of a side holds above it where no row of it is made up.
fn join(
    kind: JoinKind,
    left: Relation,
    right: Relation,
    condition: Expression,
) -> (Relation, Facts) {
    let (left, of_left) = known(left);
    let (right, of_right) = known(inside(right, &of_left));
    let both = of_left.clone().join(of_right.clone());
    let condition = expression(condition, &both);
    let facts = match kind {
        JoinKind::Inner => both.join(implied(&condition)),
        JoinKind::Left | JoinKind::Semi | JoinKind::Anti => of_left,
        JoinKind::Full => Facts::default(),
    };
    let join = Relation::Join {
        kind,
        left: Box::new(left),
        right: Box::new(right),
        condition,
    };
    (join, facts)
}

/// The columns of a list that are not `NULL`.
fn columns(list: &[(ColumnId, Expression)]) -> Facts {
    let mut facts = Facts::default();
    for (column, _) in list.iter().filter(|(_, item)| !item.nullable) {
        facts.add_column(*column);
    }
    facts
}

/// Whether an aggregate of a group that has rows has a value.
fn has_value_in_each_group(aggregate: &Aggregate) -> bool {
    let of_any_values = match aggregate.function {
        AggregateFunction::Count
        | AggregateFunction::CountRows
        | AggregateFunction::Sum
        | AggregateFunction::Avg
        | AggregateFunction::Min
        | AggregateFunction::Max
        | AggregateFunction::StddevPop
        | AggregateFunction::VarPop
        | AggregateFunction::BoolAnd
        | AggregateFunction::BoolOr
        | AggregateFunction::StringAgg
        | AggregateFunction::ArrayAgg
        | AggregateFunction::JsonAgg => true,
        // Of a sample of one there is no deviation, and of no fraction no percentile.
        AggregateFunction::StddevSamp
        | AggregateFunction::VarSamp
        | AggregateFunction::PercentileCont
        | AggregateFunction::PercentileDisc
        | AggregateFunction::Mode => false,
    };
    of_any_values
        && aggregate.filter.is_none()
        && aggregate
            .arguments
            .first()
            .is_none_or(|argument| !argument.nullable)
}

fn aggregate(aggregate: Aggregate, facts: &Facts) -> Aggregate {
    let narrowed: Result<Aggregate, Infallible> =
        aggregate.try_map(&mut |part| Ok(expression(part, facts)));
    let Ok(aggregate) = narrowed;
    aggregate
}

/// An expression over rows of which something is known.
fn expression(expression: Expression, facts: &Facts) -> Expression {
    if facts.0.is_empty() || !expression.nullable {
        return expression;
    }
    let narrowed: Result<Expression, Infallible> =
        expression.try_map_children(&mut |child| Ok(self::expression(child, facts)));
    let Ok(mut expression) = narrowed;
    if let ExpressionKind::Path(path) = &mut expression.kind {
        if facts.hold(path) {
            path.steps.iter_mut().for_each(|step| step.nullable = false);
            expression.nullable = false;
        }
    } else if is_strict(&expression) {
        let mut nullable = false;
        expression.for_each_child(|child| nullable |= child.nullable);
        expression.nullable = nullable;
    }
    expression
}

/// Whether an expression is `NULL` exactly when a part of it is.
fn is_strict(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Not(_)
        | ExpressionKind::Compare { .. }
        | ExpressionKind::Arithmetic { .. }
        | ExpressionKind::Negate(_)
        | ExpressionKind::Like { .. } => true,
        // A JSON null is a value that other types do not have.
        ExpressionKind::Cast(operand) => has_one_null(&operand.ty) && has_one_null(&expression.ty),
        _ => false,
    }
}

fn has_one_null(ty: &Type) -> bool {
    ty.is_number()
        || matches!(
            ty,
            Type::Boolean | Type::Text | Type::Timestamp | Type::Date | Type::Enum(_)
        )
}

/// What is not `NULL` where the condition is true.
fn implied(condition: &Expression) -> Facts {
    match &condition.kind {
        ExpressionKind::And(items) => items
            .iter()
            .map(implied)
            .fold(Facts::default(), Facts::join),
        ExpressionKind::Or(items) => {
            let mut branches = items.iter().map(implied);
            let first = branches.next().unwrap_or_default();
            branches.fold(first, |common, branch| common.common(&branch))
        }
        ExpressionKind::Not(inner) => match &inner.kind {
            ExpressionKind::IsNull(operand) => read_strictly(operand),
            // An empty list makes `NOT IN` true of everything.
            ExpressionKind::InParameter { .. } | ExpressionKind::Quantified { .. } => {
                Facts::default()
            }
            _ => never_true_of_null(inner),
        },
        ExpressionKind::IsTruth { operand, .. } => read_strictly(operand),
        ExpressionKind::InParameter { operand, .. }
        | ExpressionKind::Quantified {
            operand,
            all: false,
            ..
        } => read_strictly(operand),
        _ => never_true_of_null(condition),
    }
}

/// What makes neither the condition nor its opposite true when it is `NULL`.
fn never_true_of_null(condition: &Expression) -> Facts {
    match &condition.kind {
        ExpressionKind::Path(_) => read_strictly(condition),
        ExpressionKind::Compare { left, right, .. } => {
            read_strictly(left).join(read_strictly(right))
        }
        ExpressionKind::Like { operand, .. } | ExpressionKind::Regex { operand, .. } => {
            read_strictly(operand)
        }
        ExpressionKind::InList { operand, items } if !items.is_empty() => read_strictly(operand),
        _ => Facts::default(),
    }
}

/// The paths without which an expression has no value.
fn read_strictly(expression: &Expression) -> Facts {
    let mut facts = Facts::default();
    match &expression.kind {
        ExpressionKind::Path(path) => facts.add(path),
        _ if is_strict(expression) => {
            expression.for_each_child(|child| {
                facts.0.extend(read_strictly(child).0);
            });
        }
        _ => {}
    }
    facts
}
