//! The shape of the expressions: each was compared with PostgreSQL's answers on a server.

use super::super::testing::{field, function, lowered, nullable, number};
use super::super::{check, propagates_null, signatures};
use crate::plan::{Expression, ExpressionKind};
use crate::types::Type;

fn price() -> Expression {
    nullable("price", Type::Numeric)
}

fn weight() -> Expression {
    nullable("weight", Type::Double)
}

/// An integer literal where the signature wants another number.
fn cast(value: i64, ty: Type) -> Expression {
    let literal = number(value);
    let span = literal.span;
    Expression::new(ExpressionKind::Cast(Box::new(literal)), ty, span)
}

#[test]
fn decimals_round_ties_away_from_zero() {
    assert_eq!(
        lowered("round", &[price(), number(2)]),
        "{$add: [{$cond: [{$eq: [{$abs: {$mod: [\"$price\", NumberDecimal(1E-2)]}}, NumberDecimal(5E-3)]}, \
         {$add: [\"$price\", {$mod: [\"$price\", NumberDecimal(1E-2)]}]}, {$round: [\"$price\", 2]}]}, 0]}"
    );
    assert_eq!(lowered("round", &[weight()]), r#"{$round: "$weight"}"#);
}

#[test]
fn doubles_have_no_digits_to_round_to() {
    let takes_double = |name: &str| {
        signatures()
            .filter(|signature| signature.name == name && signature.arguments.len() == 2)
            .any(|signature| {
                signature.arguments[0] == super::super::ArgumentType::Exactly(Type::Double)
            })
    };
    assert!(!takes_double("round"));
    assert!(!takes_double("trunc"));
    assert!(takes_double("power"));
}

#[test]
fn large_decimals_have_a_ceiling() {
    assert_eq!(
        lowered("ceil", &[price()]),
        r#"{$add: [{$trunc: "$price"}, {$cond: [{$gt: [{$mod: ["$price", 1]}, 0]}, 1, 0]}]}"#
    );
    assert_eq!(lowered("ceil", &[weight()]), r#"{$ceil: "$weight"}"#);
}

#[test]
fn small_powers_of_decimals_are_exact() {
    assert_eq!(
        lowered("power", &[price(), cast(2, Type::Numeric)]),
        r#"{$multiply: ["$price", "$price"]}"#
    );
    assert_eq!(
        lowered("power", &[price(), cast(1, Type::Numeric)]),
        r#""$price""#
    );
    let general = lowered("power", &[price(), field("level", Type::Numeric)]);
    assert!(
        general.starts_with(r#"{$cond: [{$eq: ["$level", 0]}, NumberDecimal(1E0), "#),
        "{general}"
    );
}

#[test]
fn a_logarithm_of_decimals_is_a_quotient() {
    let logarithm = lowered("log", &[price(), price()]);
    assert!(!logarithm.contains("$log:"), "{logarithm}");
    assert!(logarithm.contains(r#"{$divide: [{$ln: "$price"}, {$ln: "$price"}]}"#));
}

#[test]
fn results_out_of_range_are_errors() {
    for name in ["exp", "power"] {
        let mut arguments = vec![weight()];
        if name == "power" {
            arguments.push(cast(2, Type::Double));
        }
        let expression = lowered(name, &arguments);
        assert!(expression.contains("NaN, inf"), "{expression}");
        assert!(
            expression.contains("the result is out of range"),
            "{expression}"
        );
    }
}

#[test]
fn arithmetic_needs_no_guard() {
    let propagates = |name: &str, arguments: &[Expression]| {
        propagates_null(function(name, arguments), arguments)
    };
    assert!(propagates("round", &[price(), number(2)]));
    assert!(propagates("abs", &[weight()]));
    assert!(!propagates("sign", &[weight()]));
    assert!(!propagates("log", &[price(), price()]));
    assert!(!propagates("power", &[price(), price()]));
}

#[test]
fn wrong_constants_are_found() {
    let problem = |name: &str, arguments: &[Expression]| {
        check(function(name, arguments), arguments).map_err(|error| error.argument)
    };
    assert_eq!(problem("round", &[price(), number(100)]), Err(1));
    assert_eq!(problem("mod", &[number(1), number(0)]), Err(1));
    assert_eq!(problem("sqrt", &[cast(-1, Type::Double)]), Err(0));
    assert_eq!(problem("ln", &[cast(0, Type::Double)]), Err(0));
    assert_eq!(problem("ln", &[weight()]), Ok(()));
}
