//! The clock of a stream stands still: the server reads it once, when the stream is opened, and anew when
//! a connection is lost. Nothing that is computed with it would be about the time of an event.

use super::Stream;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::plan::{Expression, ExpressionKind, Relation};

/// Refuses a query of events that reads the clock.
///
/// # Errors
///
/// Each place where it does.
pub(super) fn check(relation: &Relation, stream: &Stream) -> Result<(), Vec<Diagnostic>> {
    let mut found = Vec::new();
    relation.for_each_expression_inside(&mut |expression| look(expression, &mut found));
    if found.is_empty() {
        return Ok(());
    }
    let mut places: Vec<Span> = found
        .into_iter()
        // The condition of a stream with a name stands elsewhere.
        .map(|span| if span == Span::default() { stream.span } else { span })
        .collect();
    places.dedup();
    let error = |place| {
        let message = "the present time in a query of a change stream";
        Diagnostic::error(Code::Unsupported, place, message)
            .label("the server would read its clock once only, when the stream is opened")
            .help("take the time of the event, `wall_time`, or the present one in the program")
    };
    Err(places.into_iter().map(error).collect())
}

fn look(expression: &Expression, found: &mut Vec<Span>) {
    if matches!(expression.kind, ExpressionKind::CurrentTimestamp) {
        found.push(expression.span);
    }
    expression.for_each_child(|child| look(child, found));
}
