//! An array may hold the key of a join.
//!
//! `p._id = ANY (SELECT i.product FROM UNNEST(s.items) i)` asks of two documents what an index on
//! `items.product` or on `_id` answers: the server follows a path through an array by itself. So the
//! question becomes one about the values on that path, `p._id = ANY(s.items.product)`, which a lookup can
//! take for its key. And where a join takes `s.items` apart and asks one item for the key, as in
//! `sales s, UNNEST(s.items) i, products p WHERE i.product = p._id`, some item has to have it before.

use super::filters::{place, substitute};
use crate::lower::{is_scalar, without_lossless_casts};
use crate::plan::{
    ColumnId, ComparisonOperator, Expression, ExpressionKind, Path, Relation, Subquery,
    SubqueryForm,
};
use crate::types::{Item, Type};

/// A condition that only counts where it is true, in a form that has a key if it asks whether an
/// item of an array of one document equals something of another.
pub(super) fn keyed(condition: Expression) -> Expression {
    match &condition.kind {
        ExpressionKind::Subquery(subquery) => some_item(subquery).unwrap_or(condition),
        ExpressionKind::IsTruth {
            operand,
            value: true,
        } => match keyed((**operand).clone()) {
            found if matches!(found.kind, ExpressionKind::Quantified { .. }) => found,
            _ => condition,
        },
        _ => condition,
    }
}

/// Asks the arrays that joins are about to take apart whether some item has the key.
pub(crate) fn imply(relation: Relation) -> Relation {
    match relation.map_inputs(imply) {
        Relation::Filter { input, predicate } => {
            let conditions = implied(&predicate.clone().conjuncts(), &input);
            Relation::Filter {
                input: Box::new(match conditions.is_empty() {
                    true => *input,
                    false => place(conditions, *input),
                }),
                predicate,
            }
        }
        other => other,
    }
}

/// What is true of the rows of this relation before it takes an array apart, if these conditions are
/// of those after it.
pub(super) fn implied(conditions: &[Expression], relation: &Relation) -> Vec<Expression> {
    match relation {
        Relation::Filter { input, .. } => implied(conditions, input),
        Relation::Unnest { array, item, .. } => conditions
            .iter()
            .filter_map(|condition| some_item_equals(condition, array, *item))
            .collect(),
        _ => Vec::new(),
    }
}

/// The subquery's question, if it asks for nothing but one equality of the items of an array.
fn some_item(subquery: &Subquery) -> Option<Expression> {
    let (mut conditions, mut relation) = match &subquery.form {
        SubqueryForm::Any(condition) => ((**condition).clone().conjuncts(), &subquery.relation),
        SubqueryForm::Exists => (Vec::new(), &subquery.relation),
        SubqueryForm::Scalar(_) | SubqueryForm::Array(_) => return None,
    };
    loop {
        relation = match relation {
            Relation::Project { input, columns } => {
                conditions = conditions
                    .into_iter()
                    .map(|condition| substitute(condition, columns))
                    .collect::<Option<_>>()?;
                input
            }
            Relation::Filter { input, predicate } => {
                conditions.extend(predicate.clone().conjuncts());
                input
            }
            Relation::Unnest {
                input, array, item, ..
            } if matches!(**input, Relation::OneRow) => {
                let [condition] = &conditions[..] else {
                    return None;
                };
                return some_item_equals(condition, array, *item);
            }
            _ => return None,
        }
    }
}

/// `x = ANY(array.field)`, if the condition is `item.field = x` and `x` is of another document.
fn some_item_equals(
    condition: &Expression,
    array: &Expression,
    item: ColumnId,
) -> Option<Expression> {
    let ExpressionKind::Compare {
        operator: ComparisonOperator::Equal,
        left,
        right,
    } = &condition.kind
    else {
        return None;
    };
    let ExpressionKind::Path(array_path) = &array.kind else {
        return None;
    };
    let is_of_another = |value: &Expression| {
        value.reads(|column| column != array_path.column) && !value.reads(|column| column == item)
    };
    let (field, value) = [(left, right), (right, left)]
        .into_iter()
        .find(|(field, value)| field.reads_only(|column| column == item) && is_of_another(value))?;
    let field = without_lossless_casts(field);
    let (ExpressionKind::Path(path), Type::Array(items)) = (&field.kind, &array.ty) else {
        return None;
    };
    let is_plain = is_scalar(&field.ty) && is_scalar(&without_lossless_casts(value).ty);
    // Of an item that is an array itself the server would look at the items.
    if !is_plain || matches!(items.ty, Type::Array(_) | Type::Json | Type::Document) {
        return None;
    }
    let values = Path {
        column: array_path.column,
        steps: array_path
            .steps
            .iter()
            .chain(&path.steps)
            .cloned()
            .collect(),
        rust: None,
    };
    let ty = Type::Array(Box::new(Item {
        ty: field.ty.clone(),
        nullable: field.nullable,
        own: false,
    }));
    let values = Expression::new(ExpressionKind::Path(values), ty, field.span);
    let nullable = value.nullable || field.nullable || array.nullable;
    let kind = ExpressionKind::Quantified {
        operator: ComparisonOperator::Equal,
        operand: Box::new((**value).clone()),
        array: Box::new(values.nullable(array.nullable)),
        all: false,
    };
    Some(Expression::new(kind, Type::Boolean, condition.span).nullable(nullable))
}
