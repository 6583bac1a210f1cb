//! `LIKE` and regular expressions.

mod computed;

use super::super::Scope;
use super::super::operators::{cond, unary};
use super::comparison;
use super::logic::{conjunction, not};
use super::operand::Surroundings;
use super::truth::null_check;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind, Literal};
use queryleaf_plan::pattern::{Like, PatternError, Regex, like, posix};
use queryleaf_plan::{Form, Template, Value};

/// A condition on a text by a pattern.
pub(in crate::lower) struct Match<'a> {
    /// The text.
    pub(in crate::lower) operand: &'a Expression,
    /// The expression of the pattern.
    pattern: &'a Expression,
    /// What the pattern asks.
    pub(in crate::lower) question: Question,
}

/// What a pattern asks of a text.
pub(in crate::lower) enum Question {
    /// The word `NULL`: nothing is ever true.
    Null,
    /// To be like the pattern or to match the regular expression that the query spells out.
    Constant(Like),
    /// The pattern is a parameter, written as a regular expression in one of two forms.
    Parameter {
        /// Which one.
        parameter: u16,
        /// For `$regexMatch`.
        text: Form,
        /// For the query language, where that never says no for being out of its depth.
        filter: Option<Form>,
    },
    /// The pattern of a `LIKE` is computed on the server.
    Computed {
        escape: Option<char>,
        ignore_case: bool,
    },
}

impl<'a> Match<'a> {
    /// What a `LIKE` or a regular expression asks; `None` when it was refused.
    pub(in crate::lower) fn of(condition: &'a Expression, scope: &Scope) -> Option<Match<'a>> {
        let (operand, pattern, question) = match &condition.kind {
            ExpressionKind::Like {
                operand,
                pattern,
                escape,
                ignore_case,
            } => (operand, pattern, of_like(pattern, *escape, *ignore_case)),
            ExpressionKind::Regex {
                operand,
                pattern,
                ignore_case,
            } => (operand, pattern, of_regex(pattern, *ignore_case)),
            _ => return None,
        };
        match question {
            Ok(question) => Some(Match {
                operand,
                pattern,
                question,
            }),
            Err(error) => {
                scope.refuse(Diagnostic::error(
                    Code::InvalidLiteral,
                    pattern.span,
                    error.reason,
                ));
                None
            }
        }
    }
}

fn of_like(
    pattern: &Expression,
    escape: Option<char>,
    ignore_case: bool,
) -> Result<Question, PatternError> {
    Ok(match &pattern.kind {
        ExpressionKind::Literal(Literal::Text(text)) => {
            Question::Constant(like(text, escape, ignore_case)?)
        }
        ExpressionKind::Literal(_) => Question::Null,
        ExpressionKind::Parameter(parameter) => Question::Parameter {
            parameter: *parameter,
            text: Form::LikeText {
                escape,
                ignore_case,
            },
            filter: Some(Form::LikeFilter {
                escape,
                ignore_case,
            }),
        },
        _ => Question::Computed {
            escape,
            ignore_case,
        },
    })
}

fn of_regex(pattern: &Expression, ignore_case: bool) -> Result<Question, PatternError> {
    Ok(match &pattern.kind {
        ExpressionKind::Literal(Literal::Text(text)) => {
            Question::Constant(Like::Regex(posix(text, ignore_case)?))
        }
        ExpressionKind::Literal(_) => Question::Null,
        ExpressionKind::Parameter(parameter) => Question::Parameter {
            parameter: *parameter,
            text: Form::RegexText { ignore_case },
            filter: None,
        },
        _ => {
            return Err(PatternError {
                reason: "a regular expression must be a literal or a parameter".to_owned(),
            });
        }
    })
}

/// Where the condition is `TRUE`, or `FALSE`.
pub(super) fn truth(condition: &Expression, wanted: bool, scope: &Scope) -> Template {
    let Some(matched) = Match::of(condition, scope) else {
        return Template::from(false);
    };
    match &matched.question {
        Question::Null => Template::from(false),
        Question::Constant(Like::Exact(text)) => {
            let operator = if wanted {
                ComparisonOperator::Equal
            } else {
                ComparisonOperator::NotEqual
            };
            comparison::is_true(operator, matched.operand, &exactly(text, condition), scope)
        }
        Question::Constant(Like::Anything) if wanted => null_check(matched.operand, false, scope),
        Question::Constant(Like::Anything) => Template::from(false),
        _ => {
            // `$regexMatch` is false for null, so that only its opposite needs a guard.
            let mut surroundings = Surroundings::default();
            let parts = matched.parts(!wanted, &mut surroundings, scope);
            let mut conditions = parts.not_null;
            conditions.push(if wanted {
                parts.matches
            } else {
                not(parts.matches)
            });
            surroundings.around(conjunction(conditions), Template::from(false))
        }
    }
}

/// The condition as a value, or its opposite.
pub(super) fn three_valued(condition: &Expression, positive: bool, scope: &Scope) -> Template {
    let Some(matched) = Match::of(condition, scope) else {
        return Template::null();
    };
    match &matched.question {
        Question::Null => Template::null(),
        Question::Constant(Like::Exact(text)) => {
            let operator = if positive {
                ComparisonOperator::Equal
            } else {
                ComparisonOperator::NotEqual
            };
            comparison::three_valued(operator, matched.operand, &exactly(text, condition), scope)
        }
        Question::Constant(Like::Anything) => super::logic::choose(
            null_check(matched.operand, false, scope),
            Template::from(positive),
            Template::null(),
        ),
        _ => {
            let mut surroundings = Surroundings::default();
            let parts = matched.parts(true, &mut surroundings, scope);
            let result = if positive {
                parts.matches
            } else {
                not(parts.matches)
            };
            let result = if parts.not_null.is_empty() {
                result
            } else {
                cond(conjunction(parts.not_null), result, Template::null())
            };
            surroundings.around(result, Template::null())
        }
    }
}

fn exactly(text: &str, condition: &Expression) -> Expression {
    Expression::literal(
        Literal::Text(text.to_owned()),
        crate::types::Type::Text,
        condition.span,
    )
}

/// A match and the conditions under which neither side is null.
struct Parts {
    not_null: Vec<Template>,
    matches: Template,
}

impl Match<'_> {
    fn parts(&self, guarded: bool, surroundings: &mut Surroundings, scope: &Scope) -> Parts {
        let operand = surroundings.operand(self.operand, guarded, scope);
        let mut not_null = operand.not_null;
        let regex = match &self.question {
            Question::Constant(Like::Regex(regex)) => constant(regex),
            Question::Parameter {
                parameter, text, ..
            } => {
                // Only to make the parameter's `NULL` known.
                surroundings.operand(self.pattern, false, scope);
                unary(
                    "$literal",
                    Template::Hole {
                        parameter: *parameter,
                        form: text.clone(),
                    },
                )
            }
            Question::Computed {
                escape,
                ignore_case,
            } => {
                let pattern = surroundings.operand(self.pattern, true, scope);
                not_null.extend(pattern.not_null);
                computed::regex(pattern.value, *escape, *ignore_case, scope)
            }
            // Answered before.
            Question::Null | Question::Constant(_) => Template::null(),
        };
        let matches = unary(
            "$regexMatch",
            Template::document([("input", operand.value), ("regex", regex)]),
        );
        Parts { not_null, matches }
    }
}

/// A regular expression as a constant of the command.
pub(in crate::lower) fn constant(regex: &Regex) -> Template {
    Template::Value(Value::Regex {
        pattern: regex.pattern.clone(),
        options: regex.options.to_owned(),
    })
}
