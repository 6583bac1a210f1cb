//! Two-valued logic on templates, simplified where the operands are known.

use super::super::operators::{call, cond, unary};
use queryleaf_plan::{Template, Value};

const TRUE: Template = Template::Value(Value::Boolean(true));
const FALSE: Template = Template::Value(Value::Boolean(false));

/// True when all conditions are.
pub(in crate::lower) fn conjunction(conditions: Vec<Template>) -> Template {
    chain("$and", conditions, &TRUE, &FALSE)
}

/// True when one of the conditions is.
pub(super) fn disjunction(conditions: Vec<Template>) -> Template {
    chain("$or", conditions, &FALSE, &TRUE)
}

fn chain(
    operator: &str,
    conditions: Vec<Template>,
    neutral: &Template,
    decisive: &Template,
) -> Template {
    let mut operands = Vec::new();
    for condition in conditions {
        match condition {
            condition if condition == *decisive => {
                operands.push(condition);
                break;
            }
            condition if condition == *neutral || !is_new(&operands, &condition) => {}
            Template::Document(mut entries)
                if entries.len() == 1 && entries.iter().all(|(key, _)| key == operator) =>
            {
                match entries.pop() {
                    Some((_, Template::Array(nested))) => {
                        for operand in nested {
                            if is_new(&operands, &operand) {
                                operands.push(operand);
                            }
                        }
                    }
                    Some(entry) => operands.push(Template::Document(vec![entry])),
                    None => {}
                }
            }
            condition => operands.push(condition),
        }
    }
    match operands.len() {
        0 => neutral.clone(),
        1 => operands.remove(0),
        _ if operands.first() == Some(decisive) => decisive.clone(),
        _ => Template::entry(
            operator,
            Template::array(
                operands
                    .into_iter()
                    .map(|operand| omitting(operand, neutral)),
            ),
        ),
    }
}

/// Whether a condition is not among the others yet; of many no two are compared.
pub(in crate::lower) fn is_new(others: &[Template], condition: &Template) -> bool {
    const MANY: usize = 24;
    others.len() >= MANY || !others.contains(condition)
}

/// An operand of a chain that is left out where a parameter makes it the neutral value.
fn omitting(operand: Template, neutral: &Template) -> Template {
    operand.map_branches(&mut |operand| match operand == *neutral {
        true => Template::Omit,
        false => operand,
    })
}

/// True when the condition is false.
pub(in crate::lower) fn not(condition: Template) -> Template {
    condition.map_branches(&mut |condition| match condition {
        Template::Value(Value::Boolean(value)) => Template::from(!value),
        Template::Document(mut entries) if entries.len() == 1 => match entries.pop() {
            Some((operator, operands)) => match opposite(&operator) {
                Some(opposite) => Template::entry(opposite, operands),
                None => negation(Template::entry(operator, operands)),
            },
            None => FALSE,
        },
        condition => negation(condition),
    })
}

fn negation(condition: Template) -> Template {
    unary("$not", Template::array([condition]))
}

/// The comparison that is true exactly where this one is false: the server's order is total.
fn opposite(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "$eq" => "$ne",
        "$ne" => "$eq",
        "$lt" => "$gte",
        "$gte" => "$lt",
        "$gt" => "$lte",
        "$lte" => "$gt",
        _ => return None,
    })
}

/// `then` where the condition is true, `otherwise` elsewhere; decided here where it is known, and
/// with the parameters where they tell.
pub(super) fn choose(condition: Template, then: Template, otherwise: Template) -> Template {
    match condition {
        Template::Value(Value::Boolean(true)) => then,
        Template::Value(Value::Boolean(false)) => otherwise,
        Template::When {
            condition,
            parameter,
            then: first,
            otherwise: second,
        } if is_constant(&first) && is_constant(&second) => Template::When {
            condition,
            parameter,
            then: Box::new(choose(*first, then.clone(), otherwise.clone())),
            otherwise: Box::new(choose(*second, then, otherwise)),
        },
        condition => cond(condition, then, otherwise),
    }
}

fn is_constant(condition: &Template) -> bool {
    matches!(condition, Template::Value(Value::Boolean(_)))
}

/// A three-valued condition of its two questions. `FALSE` is asked first, as `AND` decides.
pub(super) fn switch_three(is_true: Template, is_false: Template) -> Template {
    let branch = |case: Template, then: bool| {
        Template::document([("case", case), ("then", Template::from(then))])
    };
    match (&is_true, &is_false) {
        (Template::Value(Value::Boolean(false)), _) => {
            choose(is_false, Template::from(false), Template::null())
        }
        (_, Template::Value(Value::Boolean(false))) => {
            choose(is_true, Template::from(true), Template::null())
        }
        _ => unary(
            "$switch",
            Template::document([
                (
                    "branches",
                    Template::array([branch(is_false, false), branch(is_true, true)]),
                ),
                ("default", Template::null()),
            ]),
        ),
    }
}

/// `{$in: [value, items]}`.
pub(super) fn contains(items: Template, value: Template) -> Template {
    call("$in", [value, items])
}

#[cfg(test)]
mod tests {
    use super::*;
    use queryleaf_plan::Condition;

    fn when(then: Template, otherwise: Template) -> Template {
        Template::When {
            condition: Condition::IsNull,
            parameter: 0,
            then: Box::new(then),
            otherwise: Box::new(otherwise),
        }
    }

    #[test]
    fn chains_drop_what_does_not_matter() {
        let of = |path: &str| Template::string(path);
        let x = || of("$x");
        assert_eq!(conjunction(vec![TRUE, x(), TRUE]), x());
        assert_eq!(conjunction(vec![]), TRUE);
        assert_eq!(
            disjunction(vec![x(), TRUE, x()]).to_string(),
            r#"{$or: ["$x", true]}"#
        );
        assert_eq!(disjunction(vec![TRUE, x()]), TRUE);
        assert_eq!(
            conjunction(vec![x(), conjunction(vec![of("$y"), x(), of("$z")])]).to_string(),
            r#"{$and: ["$x", "$y", "$z"]}"#
        );
        assert_eq!(
            conjunction(vec![x(), when(TRUE, x())]).to_string(),
            r#"{$and: ["$x", when(:0 IsNull, omit, "$x")]}"#
        );
    }

    #[test]
    fn negation_turns_comparisons() {
        let less = call("$lt", [Template::string("$x"), Template::from(5)]);
        assert_eq!(not(less).to_string(), r#"{$gte: ["$x", 5]}"#);
        assert_eq!(
            not(when(TRUE, Template::string("$x"))).to_string(),
            r#"when(:0 IsNull, false, {$not: ["$x"]})"#
        );
    }

    #[test]
    fn parameters_decide_a_choice_before_the_server() {
        let choice = choose(when(TRUE, FALSE), Template::from(1), Template::from(2));
        assert_eq!(choice.to_string(), "when(:0 IsNull, 1, 2)");
    }
}
