//! Checks of a whole table, with each error at its word.

use super::table::Builder;
use crate::create::{check_clause, partial_filter};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::schema::default_value;
use crate::schema::{self, Part, Problem};

impl Builder<'_> {
    /// Everything that can only be said when the table is complete.
    pub(super) fn check(&self, errors: &mut Vec<Diagnostic>) {
        for problem in schema::check(&self.collection) {
            let span = self.place(problem.part);
            let Problem { message, help, .. } = problem;
            let error = Diagnostic::error(Code::Unsupported, span, message);
            errors.push(match help {
                Some(help) => error.help(help),
                None => error,
            });
        }
        for (number, field) in self.collection.fields.iter().enumerate() {
            if let (Some(span), Err(found)) = (self.defaults.get(&number), default_value(field)) {
                errors.extend(moved(found, *span));
            }
        }
        for (index, declared) in self.collection.indexes.iter().zip(&self.indexes) {
            if let (Some(span), Some(condition)) = (declared.condition, &index.partial)
                && let Err(found) = partial_filter(condition, &self.collection)
            {
                errors.extend(moved(found, span));
            }
        }
        for (condition, span) in self.collection.checks.iter().zip(&self.checks) {
            if let Err(found) = check_clause(condition, &self.collection) {
                errors.extend(moved(found, *span));
            }
        }
    }

    fn place(&self, part: Part) -> Span {
        let index = |number: usize| self.indexes.get(number);
        let check = |number: usize| self.checks.get(number).copied();
        let span = match part {
            Part::Index(number) => index(number).map(|index| index.span),
            Part::Key { index: number, key } => {
                index(number).and_then(|index| index.keys.get(key).copied())
            }
            Part::Check(number) => check(number),
            Part::Storage | Part::TimeField | Part::MetaField => self.storage,
            // What the options say has no place of its own.
            Part::Collation | Part::Validation | Part::PreAndPostImages => None,
        };
        span.unwrap_or(self.span)
    }
}

/// Errors in a part of the text, at their places in the whole.
pub(super) fn moved(errors: Vec<Diagnostic>, part: Span) -> impl Iterator<Item = Diagnostic> {
    errors.into_iter().map(move |mut error| {
        let Span { start, end } = error.span;
        error.span = Span::new(part.start + start, part.start + end);
        error
    })
}
