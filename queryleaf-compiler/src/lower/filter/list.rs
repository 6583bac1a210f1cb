//! `field IN (..)`.

use super::super::Scope;
use super::super::expression::{unless_null, when_list};
use super::comparison::compared;
use super::decided;
use super::field::{Constant, Field, constant, field, json_field, of_no_array};
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
    let json = json_field(ComparisonOperator::Equal, operand, items, scope);
    let is_json = json.is_some();
    let field = match json {
        Some(field) if wanted => field,
        Some(_) => return None,
        None => field(operand, scope)?,
    };
    let ty = if is_json {
        &Type::Text
    } else {
        &field.expression.ty
    };
    let items: Vec<Constant> = items
        .iter()
        .map(|item| constant(item, ty))
        .collect::<Option<_>>()?;
    let holds_null = items.iter().any(|item| matches!(item, Constant::Null));
    if !wanted && holds_null {
        return Some(Template::Never);
    }
    let items: Vec<Constant> = items
        .into_iter()
        .filter(|item| !matches!(item, Constant::Null))
        .collect();
    if is_json {
        let items = Template::array(items.iter().map(Constant::operand));
        return Some(of_no_array(field.path, "$in", items));
    }
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
