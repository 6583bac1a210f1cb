//! `field LIKE pattern` and `field ~ pattern`.

use super::super::Scope;
use super::super::expression::{Match, Question, constant_pattern};
use super::comparison::compared;
use super::field::{Constant, Field, field};
use super::{decided, path_null_filter, when_null};
use crate::plan::{ComparisonOperator, Expression, Literal};
use queryleaf_plan::Template;
use queryleaf_plan::pattern::Like;

/// The filter that passes where the condition is `TRUE`, or `FALSE`, if the query language has it.
pub(super) fn filter(condition: &Expression, wanted: bool, scope: &Scope) -> Option<Template> {
    let Some(matched) = Match::of(condition, scope) else {
        return Some(Template::Never);
    };
    let field = field(matched.operand, scope)?;
    match matched.question {
        Question::Null => Some(Template::Never),
        Question::Constant(Like::Exact(text)) => {
            let operator = if wanted {
                ComparisonOperator::Equal
            } else {
                ComparisonOperator::NotEqual
            };
            let constant = Constant::Literal(Literal::Text(text.clone()), Template::string(text));
            Some(compared(operator, &field, &constant))
        }
        Question::Constant(Like::Anything) if !wanted => Some(Template::Never),
        Question::Constant(Like::Anything) if field.expression.nullable => {
            path_null_filter(field.expression, false, scope)
        }
        Question::Constant(Like::Anything) => Some(decided(true)),
        // One in which the server may give up belongs into an expression, where it says so.
        Question::Constant(Like::Regex(regex)) if regex.exact => {
            Some(matches(field, constant_pattern(&regex), wanted))
        }
        Question::Constant(Like::Regex(_)) | Question::Computed { .. } => None,
        Question::Parameter {
            parameter, filter, ..
        } => {
            let hole = Template::Hole {
                parameter,
                form: filter?,
            };
            Some(when_null(
                parameter,
                Template::Never,
                matches(field, hole, wanted),
            ))
        }
    }
}

fn matches(field: Field<'_>, regex: Template, wanted: bool) -> Template {
    if wanted {
        return Template::entry(field.path, regex);
    }
    let mut condition = vec![("$not", regex)];
    if field.expression.nullable {
        condition.push(("$ne", Template::null()));
    }
    Template::entry(field.path, Template::document(condition))
}
