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
            about_the_document(documents.predicate)?;
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

/// Refuses what the server has none of in a validator: what is another value at another time, and what is
/// about other documents.
fn about_the_document(condition: &Expression) -> Result<(), Vec<Diagnostic>> {
    let mut errors = Vec::new();
    condition.any(&mut |part| {
        let message = match &part.kind {
            ExpressionKind::Subquery(_) => "a `CHECK` that asks for other rows",
            ExpressionKind::CurrentTimestamp => CHANGES,
            _ if part.is_random() => CHANGES,
            _ => return false,
        };
        let error = Diagnostic::error(Code::Unsupported, part.span, message)
            .note("the server computes none of that in a validator")
            .help("check it in the program, or in the `WHERE` of the statement that writes");
        errors.push(error);
        true
    });
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

const CHANGES: &str = "a `CHECK` whose answer changes with time or chance";
