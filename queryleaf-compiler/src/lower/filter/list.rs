//! `field IN (..)`.

use super::super::Scope;
use super::super::expression::{unless_null, when_list};
use super::comparison::compared;
use super::decided;
use super::field::{Constant, Field, constant, field, json_field};
use crate::plan::{ComparisonOperator, Expression};
use crate::types::Type;
use queryleaf_plan::{Form, Template};

/// `field IN (a, b)`, or `NOT IN`, with constants and parameters in the list.
pub(super) fn filter(
    operand: &Expression,
    items: &[Expression],
    wanted: bool,
    scope: &Scope,
) -> Option<Template> {
    if let Some(field) = json_field(ComparisonOperator::Equal, operand, items, scope) {
        // What is no string is not one of the texts either.
        return if wanted {
            let texts = constants(items, &Type::Text)?;
            let texts = texts.iter().filter(|text| !matches!(text, Constant::Null));
            let texts = Template::array(texts.map(Constant::operand));
            Some(field.of_no_array("$in", texts))
        } else {
            None
        };
    }
    let field = field(operand, scope)?;
    let items = constants(items, &field.expression.ty)?;
    let holds_null = items.iter().any(|item| matches!(item, Constant::Null));
    if !wanted && holds_null {
        return Some(Template::Never);
    }
    let items: Vec<Constant> = items
        .into_iter()
        .filter(|item| !matches!(item, Constant::Null))
        .collect();
    match &items[..] {
        [] => return Some(decided(!wanted)),
        [only] => {
            let operator = if wanted {
                ComparisonOperator::Equal
            } else {
                ComparisonOperator::NotEqual
            };
            return Some(compared(operator, &field, only));
        }
        _ => {}
    }
    Some(if wanted {
        let items = items.iter().map(|item| match item {
            Constant::Parameter(parameter) => {
                unless_null(&[*parameter], item.operand(), Template::Omit)
            }
            item => item.operand(),
        });
        condition(field, "$in", Template::array(items))
    } else {
        let parameters: Vec<u16> = items
            .iter()
            .filter_map(|item| match item {
                Constant::Parameter(parameter) => Some(*parameter),
                _ => None,
            })
            .collect();
        let mut excluded: Vec<Template> = items.iter().map(Constant::operand).collect();
        if field.expression.nullable {
            excluded.push(Template::null());
        }
        let filter = condition(field, "$nin", Template::Array(excluded));
        unless_null(&parameters, filter, Template::Never)
    })
}

/// The items of a list for a field of this type, if all are constants or parameters.
fn constants(items: &[Expression], ty: &Type) -> Option<Vec<Constant>> {
    items.iter().map(|item| constant(item, ty)).collect()
}

/// `field IN (:list)`, or `NOT IN`.
pub(super) fn parameter_filter(
    operand: &Expression,
    parameter: u16,
    wanted: bool,
    scope: &Scope,
) -> Option<Template> {
    let field = field(operand, scope)?;
    let list = |form| Template::Hole { parameter, form };
    if wanted {
        let filter = condition(field, "$in", list(Form::ListWithoutNull));
        return Some(unless_null(&[parameter], filter, Template::Never));
    }
    let form = if field.expression.nullable {
        Form::ListWithNull
    } else {
        Form::Plain
    };
    let filter = condition(field, "$nin", list(form));
    Some(when_list(
        parameter,
        Template::ALWAYS,
        filter,
        Template::Never,
    ))
}

fn condition(field: Field<'_>, operator: &str, operand: Template) -> Template {
    Template::entry(field.path, Template::entry(operator, operand))
}
