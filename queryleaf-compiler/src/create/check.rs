//! The condition of a `CHECK`, from SQL to a clause of the validator.
//!
//! A `CHECK` keeps out the documents for which its condition is `FALSE`; where it is `NULL`, SQL lets
//! them pass. The clause holds the text of the condition, too: the server shows the clause where a
//! document does not fit, and the error tells which condition that was.

use super::condition::on_documents;
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::Scope;
use crate::lower::expression::is_false;
use crate::plan::{Expression, ExpressionKind, Scales};
use crate::schema::Collection;
use queryleaf_plan::Template;
use std::rc::Rc;

/// The clause of a condition.
///
/// # Errors
///
/// What is wrong with the condition, or cannot be asked in a validator, with places in its text.
pub fn check_clause(condition: &str, collection: &Collection) -> Result<Template, Vec<Diagnostic>> {
    on_documents(
        condition,
        collection,
        "the condition of a `CHECK`",
        |documents| {
            constant_in_time(documents.predicate)?;
            let mut scope = Scope::new(Rc::new(Scales::of(documents.relation)));
            scope.place(documents.document, "");
            let is_false = is_false(documents.predicate, &scope);
            let refusals = scope.take_refusals();
            if !refusals.is_empty() {
                return Err(refusals);
            }
            let text = Template::entry("$literal", Template::string(condition));
            let holds = Template::document([
                ("vars", Template::entry("check", text)),
                ("in", Template::entry("$not", Template::array([is_false]))),
            ]);
            Ok(Template::entry("$expr", Template::entry("$let", holds)))
        },
    )
}

/// Refuses what is another value at another time: the server has none of it in a validator.
fn constant_in_time(condition: &Expression) -> Result<(), Vec<Diagnostic>> {
    let mut found = None;
    condition.any(&mut |part| {
        let changes = part.is_random() || matches!(part.kind, ExpressionKind::CurrentTimestamp);
        if changes {
            found.get_or_insert(part.span);
        }
        changes
    });
    let Some(span) = found else { return Ok(()) };
    let message = "a `CHECK` whose answer changes with time or chance";
    let error = Diagnostic::error(Code::Unsupported, span, message)
        .note("the server computes none of that in a validator")
        .help("check it in the program, or in the `WHERE` of the statement that writes");
    Err(vec![error])
}
