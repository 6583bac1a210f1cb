//! What a stream of changes cannot do, because it has no end and its stages see one event at a time.

use super::Stream;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::plan::{Expression, ExpressionKind, Relation};

/// Refuses a relation that does more with the events than to filter them and to compute with each.
///
/// # Errors
///
/// What cannot be done, where it stands.
pub(crate) fn check(relation: &Relation, stream: &Stream) -> Result<(), Vec<Diagnostic>> {
    let mut refusals = Vec::new();
    look(relation, stream, &mut refusals);
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(refusals)
    }
}

fn look(relation: &Relation, stream: &Stream, refusals: &mut Vec<Diagnostic>) {
    let what = match relation {
        Relation::Scan { table, .. } if *table == stream.table => return,
        Relation::Filter { input, .. } | Relation::Project { input, .. } => {
            relation.for_each_expression(&mut |expression| subqueries(expression, refusals));
            return look(input, stream, refusals);
        }
        Relation::Aggregate { keys, .. } if keys.is_empty() => "computes over all of its events",
        Relation::Aggregate { .. } => "forms groups",
        Relation::Window { .. } => "looks at other events than the present one",
        Relation::Distinct { .. } | Relation::DistinctOn { .. } => "compares its events",
        Relation::Sort { .. } => "is put in an order",
        Relation::Limit { .. } => "is cut off",
        Relation::Join { .. } | Relation::Apply { .. } | Relation::Walk { .. } => {
            "is joined with something"
        }
        Relation::Unnest { .. } => "makes several rows of an event",
        Relation::SetOperation { .. } => "is part of a set operation",
        Relation::Scan { .. } | Relation::OneRow | Relation::Values { .. } => {
            "is not what the rows come from"
        }
    };
    refusals.push(refusal(
        what,
        place(relation).unwrap_or(stream.span),
        relation,
    ));
}

fn refusal(what: &str, span: Span, relation: &Relation) -> Diagnostic {
    let message = format!("this query {what}, and a change stream has no end");
    let message = message.replace("this query is", "this change stream is");
    let error = Diagnostic::error(Code::EndlessRows, span, message)
        .note("the server gives each event as it happens: it can filter events, and compute with one at a time");
    match relation {
        Relation::Sort { .. } => {
            error.help("leave `ORDER BY` out: events come in the order in which they happen")
        }
        Relation::Limit { .. } => error
            .help("leave it out, and take as many events of the stream as are wanted: `.take(10)`"),
        Relation::Unnest { .. } => {
            error.help("select the array, and go through its items in the program")
        }
        Relation::Join { .. } | Relation::Apply { .. } | Relation::Walk { .. } => {
            error.help("look other rows up in the program, for each event")
        }
        _ => error.help(
            "say how far back the query looks, as in `WHERE wall_time >= CURRENT_TIMESTAMP - INTERVAL '1 hour'`: \
             the events are kept for so long, and it is a query over those",
        ),
    }
}

fn subqueries(expression: &Expression, refusals: &mut Vec<Diagnostic>) {
    let found = matches!(expression.kind, ExpressionKind::Subquery(_));
    if found {
        let message = "a subquery in a query of a change stream";
        refusals.push(
            Diagnostic::error(Code::EndlessRows, expression.span, message)
                .note("the stages of a change stream see one event, and no other document")
                .help("look other rows up in the program, for each event"),
        );
        return;
    }
    expression.for_each_child(|child| subqueries(child, refusals));
}

/// Where an operator stands, as far as one of its expressions tells.
fn place(relation: &Relation) -> Option<Span> {
    let mut found = None;
    relation.for_each_expression(&mut |expression| {
        if expression.span != Span::default() {
            found = found.or(Some(expression.span));
        }
    });
    found
}

/// The error for a second stream in a query.
pub(super) fn several(span: Span) -> Diagnostic {
    Diagnostic::error(Code::EndlessRows, span, "a second change stream in a query")
        .note("each change stream is a cursor of its own")
        .help("name both tables in one, as in `CHANGE_STREAM(orders, customers)`, or write two queries")
}
