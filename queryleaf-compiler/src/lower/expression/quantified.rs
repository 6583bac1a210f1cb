//! `x op ANY(array)` and `x op ALL(array)`.
//!
//! `ANY` is `TRUE` when one comparison is, `FALSE` when all are (so over an empty array), and `NULL`
//! otherwise; `ALL` the other way round. A `NULL` array makes both `NULL`.

use super::super::Scope;
use super::super::operators::{call, cond, is_not_null, unary};
use super::comparison::{comparable, compare, refuse_incomparable};
use super::logic::{conjunction, contains, not, switch_three};
use super::operand::{Operand, Surroundings, unless_null};
use super::{null_sources, value};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind};
use crate::types::Type;
use queryleaf_plan::Template;

/// A quantified comparison, its parts ready to be used more than once.
pub(super) struct Quantified<'a> {
    operator: ComparisonOperator,
    all: bool,
    operand: Operand,
    array: Operand,
    /// Whether an item may be `NULL`.
    nullable_items: bool,
    /// The parameter that the value is, if it is one.
    parameter: Option<u16>,
    surroundings: Surroundings,
    scope: &'a Scope,
}

impl<'a> Quantified<'a> {
    pub(super) fn new(
        operator: ComparisonOperator,
        operand: &Expression,
        array: &Expression,
        all: bool,
        scope: &'a Scope,
    ) -> Self {
        refuse_incomparable(operator, operand, scope);
        if operand.ty == Type::Interval {
            scope.refuse(Diagnostic::error(
                Code::Unsupported,
                operand.span,
                "an interval cannot be compared with the items of an array",
            ));
        }
        let mut surroundings = Surroundings::default();
        // Only the array decides for `NULL` as a whole: over an empty one the operand does not matter.
        let mut of_operand = Surroundings::default();
        let operand_value = comparable(operand, false, &mut of_operand, scope).value;
        let operand_value = surroundings.bound(operand_value, scope);
        let sources = null_sources(operand);
        let may_be_null =
            sources.on_the_server() || sources.always || !sources.parameters.is_empty();
        let parameter = match operand.kind {
            ExpressionKind::Parameter(parameter) => Some(parameter),
            _ => None,
        };
        let not_null = if may_be_null && parameter.is_none() {
            vec![is_not_null(operand_value.clone())]
        } else {
            Vec::new()
        };
        let array_value = value(array, scope);
        let array_value = surroundings.bound(array_value, scope);
        let array_operand = surroundings.guard(array, array_value, true, scope);
        Quantified {
            operator,
            all,
            operand: Operand {
                value: operand_value,
                not_null,
            },
            array: array_operand,
            nullable_items: match &array.ty {
                Type::Array(item) => item.nullable,
                _ => true,
            },
            parameter,
            surroundings,
            scope,
        }
    }

    /// Where it is `TRUE`, or `FALSE`.
    pub(super) fn truth(self, wanted: bool) -> Template {
        let condition = self.question(wanted);
        let mut conditions = self.array.not_null;
        conditions.push(condition);
        self.surroundings
            .around(conjunction(conditions), Template::from(false))
    }

    /// As a value, or its opposite.
    pub(super) fn three_valued(self, positive: bool) -> Template {
        let (is_true, is_false) = (self.question(true), self.question(false));
        let result = if positive {
            switch_three(is_true, is_false)
        } else {
            switch_three(is_false, is_true)
        };
        let guarded = if self.array.not_null.is_empty() {
            result
        } else {
            cond(conjunction(self.array.not_null), result, Template::null())
        };
        self.surroundings.around(guarded, Template::null())
    }

    /// Whether it is `TRUE`, or `FALSE`, given that the array is not null.
    fn question(&self, wanted: bool) -> Template {
        // `x op ALL` is `FALSE` where the opposite comparison with an item is `TRUE`.
        let operator = if wanted {
            self.operator
        } else {
            self.operator.negated()
        };
        // Over no items a `NULL` is as good as any other value.
        let (condition, null) = if self.all == wanted {
            let empty = call("$eq", [self.array.value.clone(), Template::array([])]);
            (self.every(operator), empty)
        } else {
            (self.some(operator), Template::from(false))
        };
        match self.parameter {
            Some(parameter) => unless_null(&[parameter], condition, null),
            None => condition,
        }
    }

    /// Whether the comparison is `TRUE` for an item.
    fn some(&self, operator: ComparisonOperator) -> Template {
        if operator == ComparisonOperator::Equal {
            let found = contains(self.array.value.clone(), self.operand.value.clone());
            let mut conditions = if self.nullable_items {
                self.operand.not_null.clone()
            } else {
                Vec::new()
            };
            conditions.push(found);
            return conjunction(conditions);
        }
        unary(
            "$anyElementTrue",
            Template::array([self.compared(operator)]),
        )
    }

    /// Whether the comparison is `TRUE` for every item.
    fn every(&self, operator: ComparisonOperator) -> Template {
        if operator == ComparisonOperator::NotEqual
            && !self.nullable_items
            && self.operand.not_null.is_empty()
        {
            return not(contains(
                self.array.value.clone(),
                self.operand.value.clone(),
            ));
        }
        unary(
            "$allElementsTrue",
            Template::array([self.compared(operator)]),
        )
    }

    /// The array of the comparison's truth for each item.
    fn compared(&self, operator: ComparisonOperator) -> Template {
        let name = self.scope.variable();
        let variable = Template::string(format!("$${name}"));
        let item = Operand {
            not_null: if self.nullable_items {
                vec![is_not_null(variable.clone())]
            } else {
                Vec::new()
            },
            value: variable,
        };
        unary(
            "$map",
            Template::document([
                ("input", self.array.value.clone()),
                ("as", Template::from(name)),
                ("in", compare(operator, &self.operand, &item)),
            ]),
        )
    }
}
