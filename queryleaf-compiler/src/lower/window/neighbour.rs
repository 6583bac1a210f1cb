//! `LAG` and `LEAD`: the value of the row so many rows away.

use super::stages::{Slot, Stages};
use crate::lower::operators::{and, bind, call, cond, int, is_null, unary};
use crate::lower::relation::Builder;
use crate::lower::{normalized, value};
use crate::plan::{Expression, ExpressionKind, Literal, WindowCall};
use queryleaf_plan::{Template, Value};

impl Builder<'_> {
    /// `LAG` and `LEAD`: the value of the row so many rows away.
    pub(super) fn neighbour(
        &mut self,
        call: &WindowCall,
        direction: i64,
        wish: &str,
        stages: &mut Stages,
    ) -> Option<Template> {
        let [argument, offset, default] = &call.arguments[..] else {
            return None;
        };
        let Some(offset) = offset.as_integer() else {
            return Some(self.distant(argument, offset, default, direction, stages));
        };
        let offset = offset.saturating_mul(direction);
        let operand = value(argument, &self.scope);
        if offset == 0 {
            return Some(operand);
        }
        // Farther away than any partition has rows.
        let by = i32::try_from(offset).unwrap_or(i32::MAX);
        let mut shift = |builder: &mut Self, wish: &str, output, default: Option<Template>| {
            let entries = [("output", output), ("by", int(by))].into_iter();
            let default = default.map(|default| ("default", default));
            let shift = Template::document(entries.chain(default));
            let shift = Template::entry("$shift", shift);
            stages.add(builder, Slot::First, wish, shift, None)
        };
        match &default.kind {
            ExpressionKind::Literal(Literal::Null) => Some(shift(self, wish, operand, None)),
            ExpressionKind::Literal(_) => {
                let default = value(default, &self.scope);
                Some(shift(self, wish, operand, Some(default)))
            }
            // The server takes a constant only. A row that is there is told by the document around
            // its value.
            _ => {
                let row = Template::document([("value", operand)]);
                let row = shift(self, "__neighbour", row, None);
                let inner = match &row {
                    Template::Value(Value::String(field)) => {
                        Template::string(format!("{field}.value"))
                    }
                    _ => return None,
                };
                let default = value(default, &self.scope);
                Some(cond(is_null(row), default, inner))
            }
        }
    }

    /// The value of the row at a distance that the server does not know before it reads the rows:
    /// taken from an array of the values of all rows of the partition.
    fn distant(
        &mut self,
        argument: &Expression,
        offset: &Expression,
        default: &Expression,
        direction: i64,
        stages: &mut Stages,
    ) -> Template {
        let number = stages.number(self, "__number");
        let count = stages.count(self, "__count");
        let values = unary("$push", normalized(argument, &self.scope));
        let values = stages.add(self, Slot::First, "__values", values, None);
        let default = value(default, &self.scope);
        let is_nullable = offset.nullable;
        bind("offset", value(offset, &self.scope), |offset| {
            let operator = if direction < 0 { "$subtract" } else { "$add" };
            let place = call(operator, [number, offset.clone()]);
            let found = bind("place", place, |place| {
                let is_there = and(vec![
                    call("$gte", [place.clone(), int(1)]),
                    call("$lte", [place.clone(), count]),
                ]);
                let index = call("$subtract", [place, int(1)]);
                cond(is_there, call("$arrayElemAt", [values, index]), default)
            });
            if is_nullable {
                cond(is_null(offset), Template::null(), found)
            } else {
                found
            }
        })
    }
}
