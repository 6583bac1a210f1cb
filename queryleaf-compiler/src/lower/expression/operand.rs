//! Operands that are asked whether they are null and then used.

use super::super::Scope;
use super::super::operators::{is_cheap, is_not_null};
use super::{null_sources, value};
use crate::plan::Expression;
use queryleaf_plan::{Condition, Template};

/// The value of an operand and the conditions under which it is not null.
#[derive(Debug, Clone)]
pub(super) struct Operand {
    /// The value; where there are conditions, cheap enough to be written twice.
    pub(super) value: Template,
    /// True together when the value is not null; none when it never is.
    pub(super) not_null: Vec<Template>,
}

/// What the operands of one operation need around it.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    variables: Vec<(String, Template)>,
    parameters: Vec<u16>,
    always_null: bool,
}

impl Surroundings {
    /// An operand; `guarded` says whether its `NULL` makes a difference to the operation.
    pub(super) fn operand(
        &mut self,
        expression: &Expression,
        guarded: bool,
        scope: &Scope,
    ) -> Operand {
        let value = value(expression, scope);
        self.guard(expression, value, guarded, scope)
    }

    /// An operand whose value is computed from the expression's, null exactly where that is.
    pub(super) fn guard(
        &mut self,
        expression: &Expression,
        value: Template,
        guarded: bool,
        scope: &Scope,
    ) -> Operand {
        let sources = null_sources(expression);
        // The server computes what a constant gives, and fails on it, whatever stands around it.
        self.always_null |= sources.always || value == Template::null();
        for parameter in &sources.parameters {
            if !self.parameters.contains(parameter) {
                self.parameters.push(*parameter);
            }
        }
        if !guarded || !sources.on_the_server() {
            return Operand {
                value,
                not_null: Vec::new(),
            };
        }
        if !sources.other {
            let not_null = sources
                .paths
                .iter()
                .map(|path| is_not_null(super::value(path, scope)))
                .collect();
            return Operand { value, not_null };
        }
        let value = self.bound(value, scope);
        Operand {
            not_null: vec![is_not_null(value.clone())],
            value,
        }
    }

    /// A value that can be written more than once.
    pub(super) fn bound(&mut self, value: Template, scope: &Scope) -> Template {
        if is_cheap(&value) {
            return value;
        }
        let name = scope.variable();
        let variable = Template::string(format!("$${name}"));
        self.variables.push((name, value));
        variable
    }

    /// The operation with what it needs around it; `null` is its result when an operand is `NULL`
    /// already for a parameter's sake.
    pub(super) fn around(self, operation: Template, null: Template) -> Template {
        if self.always_null {
            return null;
        }
        let operation = with_variables(self.variables, operation);
        unless_null(&self.parameters, operation, null)
    }
}

/// The template, or `null` when one of the parameters is `NULL`.
pub(in crate::lower) fn unless_null(
    parameters: &[u16],
    template: Template,
    null: Template,
) -> Template {
    parameters
        .iter()
        .rev()
        .fold(template, |otherwise, parameter| Template::When {
            condition: Condition::IsNull,
            parameter: *parameter,
            then: Box::new(null.clone()),
            otherwise: Box::new(otherwise),
        })
}

fn with_variables(variables: Vec<(String, Template)>, body: Template) -> Template {
    if variables.is_empty() {
        return body;
    }
    Template::entry(
        "$let",
        Template::document([("vars", Template::Document(variables)), ("in", body)]),
    )
}
