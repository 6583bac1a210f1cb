//! What looks at the fields that an update has changed is computed in the stream: to compute it later,
//! the description of the update and the whole document would have to be kept.

use crate::functions::{ChangeFunction, Function};
use crate::lower::may_fail;
use crate::plan::{ColumnId, Expression, ExpressionKind, Path, PathStep, Relation};
use std::collections::BTreeMap;

/// What is computed in the stream, with the names under which it is kept.
pub(super) type Computed = Vec<(String, Expression)>;

/// The query with fields of the events in place of what looks at changed fields, and what these fields
/// are, about `event`.
pub(super) fn computed_in_stream(
    relation: Relation,
    events: &[ColumnId],
    event: ColumnId,
) -> (Relation, Computed) {
    let mut computed = Computed::new();
    let relation = in_relation(relation, events, event, &mut computed);
    (relation, computed)
}

fn in_relation(
    relation: Relation,
    events: &[ColumnId],
    event: ColumnId,
    computed: &mut Computed,
) -> Relation {
    relation
        .map_inputs(|input| in_relation(input, events, event, computed))
        .map_expressions(&mut |expression| in_expression(expression, events, event, computed))
}

fn in_expression(
    expression: Expression,
    events: &[ColumnId],
    event: ColumnId,
    computed: &mut Computed,
) -> Expression {
    let ExpressionKind::Call {
        function: Function::Change(ChangeFunction::ChangedFields | ChangeFunction::Tells),
        ..
    } = expression.kind
    else {
        let Ok(expression) = expression.try_map_children(&mut |child| {
            Ok::<_, std::convert::Infallible>(in_expression(child, events, event, computed))
        });
        return expression;
    };
    let mut read = None;
    expression.for_each_path(&mut |path| read = Some(path.column));
    let Some(read) = read.filter(|read| {
        events.contains(read)
            && expression.reads_only(|column| column == *read)
            && !may_fail(&expression)
    }) else {
        return expression;
    };
    let numbers = BTreeMap::from([(read, event)]);
    let wanted = expression.clone().with_numbers(&numbers).without_spans();
    let known = computed.iter().find(|(_, known)| *known == wanted);
    let name = match known {
        Some((name, _)) => name.clone(),
        None => {
            let name = format!("changed{}", computed.len().saturating_add(1));
            computed.push((name.clone(), wanted));
            name
        }
    };
    let path = Path {
        column: read,
        steps: vec![PathStep {
            name,
            nullable: expression.nullable,
        }],
        rust: None,
    };
    Expression {
        kind: ExpressionKind::Path(path),
        ..expression
    }
}
