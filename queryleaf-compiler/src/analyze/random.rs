//! `random()`: an expression that is computed twice gives two numbers.
//!
//! The optimiser moves expressions, and puts them in wherever they are used. So a random number is taken
//! only where nothing does that: in the SELECT list and the `ORDER BY` of the query itself.

use super::{Analyzer, Clause};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::Expression;

impl Analyzer<'_> {
    /// A call of `random()`.
    pub(super) fn random(&mut self, arguments: Vec<Expression>, span: Span) -> Result<Expression> {
        if self.takes_chances && matches!(self.clause, Clause::Select | Clause::OrderBy) {
            return self.resolve("random", arguments, span);
        }
        let message = "`random()` is not supported here";
        Err(Box::new(
            Diagnostic::error(Code::Unsupported, span, message)
                .note("a plan may compute an expression at another place, or more than once")
                .help(
                    "use it in the SELECT list or the ORDER BY of the query itself, without \
                     GROUP BY and DISTINCT",
                ),
        ))
    }

    /// What depends on chance cannot be written twice.
    pub(super) fn check_once(&self, expression: &Expression) -> Result<()> {
        if !expression.any(&mut |part| part.is_random()) {
            return Ok(());
        }
        let message = "what `random()` gives would be computed more than once";
        Err(Box::new(
            Diagnostic::error(Code::Unsupported, expression.span, message)
                .help("select `random()` once, and compute the rest in the program"),
        ))
    }
}
