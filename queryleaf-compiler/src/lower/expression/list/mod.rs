//! `x IN (..)`.

mod parameter;

pub(in crate::lower) use parameter::when_list;
pub(super) use parameter::{in_parameter, in_parameter_three_valued};

use super::super::Scope;
use super::super::operators::call;
use super::super::scope::Laziness;
use super::cast::without_lossless_casts;
use super::comparison::{comparable, compare, refuse_incomparable};
use super::json_text::compared_as_is;
use super::logic::{conjunction, contains, disjunction, not, switch_three};
use super::operand::{Operand, Surroundings, unless_null};
use super::{null_sources, value};
use crate::plan::{ComparisonOperator, Expression, ExpressionKind};
use queryleaf_plan::Template;

/// One item of a list.
struct ListItem {
    operand: Operand,
    /// The parameter that it is, if it is one.
    parameter: Option<u16>,
}

/// `x IN (a, b)` without the `NULL`s that the text spells out.
struct List {
    operand: Operand,
    items: Vec<ListItem>,
    /// Whether the text spells out a `NULL`.
    holds_null: bool,
}

impl List {
    /// With `guarded`, every null of an item is noticed.
    fn new(
        operand: Operand,
        items: &[Expression],
        guarded: bool,
        surroundings: &mut Surroundings,
        scope: &Scope,
    ) -> List {
        let is_null = |item: &&Expression| null_sources(item).always;
        List {
            operand,
            holds_null: items.iter().any(|item| is_null(&item)),
            items: items
                .iter()
                .filter(|item| !is_null(item))
                .map(|item| ListItem {
                    parameter: parameter_of(item),
                    operand: list_item(item, guarded, surroundings, scope),
                })
                .collect(),
        }
    }

    fn is_true(&self) -> Template {
        let [only] = &self.items[..] else {
            let items = self.items.iter().map(|item| match item.parameter {
                Some(parameter) => {
                    unless_null(&[parameter], item.operand.value.clone(), Template::Omit)
                }
                None => item.operand.value.clone(),
            });
            if self.items.is_empty() {
                return Template::from(false);
            }
            let found = contains(Template::array(items), self.operand.value.clone());
            return self.with_operand(Vec::new(), found);
        };
        let equal = compare(ComparisonOperator::Equal, &self.operand, &only.operand);
        match only.parameter {
            Some(parameter) => unless_null(&[parameter], equal, Template::from(false)),
            None => equal,
        }
    }

    fn is_false(&self) -> Template {
        if self.holds_null {
            return Template::from(false);
        }
        let guards = self
            .items
            .iter()
            .flat_map(|item| item.operand.not_null.clone());
        let different = match &self.items[..] {
            [only] => call(
                ComparisonOperator::NotEqual.mongo(),
                [self.operand.value.clone(), only.operand.value.clone()],
            ),
            items => not(contains(
                Template::array(items.iter().map(|item| item.operand.value.clone())),
                self.operand.value.clone(),
            )),
        };
        let parameters: Vec<u16> = self
            .items
            .iter()
            .filter_map(|item| item.parameter)
            .collect();
        let condition = self.with_operand(guards.collect(), different);
        unless_null(&parameters, condition, Template::from(false))
    }

    fn with_operand(&self, guards: Vec<Template>, condition: Template) -> Template {
        let mut conditions = self.operand.not_null.clone();
        conditions.extend(guards);
        conditions.push(condition);
        conjunction(conditions)
    }
}

/// An item that costs nothing; that of a parameter is not guarded, since its `NULL` makes a
/// difference only to this item and not to the list.
fn list_item(
    item: &Expression,
    guarded: bool,
    surroundings: &mut Surroundings,
    scope: &Scope,
) -> Operand {
    if parameter_of(item).is_some() {
        return Operand {
            value: value(without_lossless_casts(item), scope),
            not_null: Vec::new(),
        };
    }
    comparable(item, guarded, surroundings, scope)
}

/// Whether every item is a constant, a parameter or a field, so that nothing is lost when the server
/// looks at all of them.
fn is_plain(items: &[Expression]) -> bool {
    items.iter().all(|item| {
        matches!(
            without_lossless_casts(item).kind,
            ExpressionKind::Literal(_) | ExpressionKind::Parameter(_) | ExpressionKind::Path(_)
        )
    })
}

/// A list of items that are computed one after the other until one is found.
struct Computed<'a> {
    operand: Operand,
    items: &'a [Expression],
    scope: &'a Scope,
}

impl Computed<'_> {
    fn is_true(&self) -> Template {
        disjunction(self.compared(ComparisonOperator::Equal))
    }

    fn is_false(&self) -> Template {
        conjunction(self.compared(ComparisonOperator::NotEqual))
    }

    /// Where the comparison with each item is true.
    fn compared(&self, operator: ComparisonOperator) -> Vec<Template> {
        let mut items = self.items.iter();
        let mut compared = |item: &Expression| {
            let mut surroundings = Surroundings::default();
            let guarded = operator == ComparisonOperator::NotEqual;
            let item = comparable(item, guarded, &mut surroundings, self.scope);
            surroundings.around(
                compare(operator, &self.operand, &item),
                Template::from(false),
            )
        };
        let first = items.next().map(&mut compared);
        let rest = self.scope.evaluated(Laziness::Operand, || {
            items.map(&mut compared).collect::<Vec<_>>()
        });
        first.into_iter().chain(rest).collect()
    }
}

/// The two questions of a list: whether `x IN (..)` is `TRUE`, and whether it is `FALSE`.
fn questions(
    operand: &Expression,
    items: &[Expression],
    guarded: bool,
    twice: bool,
    surroundings: &mut Surroundings,
    scope: &Scope,
) -> (Template, Template) {
    let operand = compared_as_is(ComparisonOperator::Equal, operand, items).unwrap_or(operand);
    let plain = is_plain(items);
    let mut operand = if plain {
        comparable(operand, guarded || finds_null(items), surroundings, scope)
    } else {
        comparable(operand, true, surroundings, scope)
    };
    if twice || !plain {
        operand.value = surroundings.bound(operand.value, scope);
    }
    if plain {
        let list = List::new(operand, items, guarded, surroundings, scope);
        (list.is_true(), list.is_false())
    } else {
        let list = Computed {
            operand,
            items,
            scope,
        };
        (list.is_true(), list.is_false())
    }
}

/// Whether the server may find null in the list.
fn finds_null(items: &[Expression]) -> bool {
    items
        .iter()
        .any(|item| parameter_of(item).is_none() && null_sources(item).on_the_server())
}

fn parameter_of(item: &Expression) -> Option<u16> {
    match without_lossless_casts(item).kind {
        ExpressionKind::Parameter(parameter) => Some(parameter),
        _ => None,
    }
}

/// Where `x IN (..)` is `TRUE`, or `FALSE`.
pub(super) fn in_list(
    operand: &Expression,
    items: &[Expression],
    wanted: bool,
    scope: &Scope,
) -> Template {
    if !refuse_incomparable(ComparisonOperator::Equal, operand, scope) {
        return Template::from(false);
    }
    let mut surroundings = Surroundings::default();
    let (is_true, is_false) = questions(operand, items, !wanted, false, &mut surroundings, scope);
    let condition = if wanted { is_true } else { is_false };
    surroundings.around(condition, Template::from(false))
}

/// `x IN (..)` as a value, or its opposite.
pub(super) fn in_list_three_valued(
    operand: &Expression,
    items: &[Expression],
    positive: bool,
    scope: &Scope,
) -> Template {
    if !refuse_incomparable(ComparisonOperator::Equal, operand, scope) {
        return Template::null();
    }
    let mut surroundings = Surroundings::default();
    let (is_true, is_false) = questions(operand, items, true, true, &mut surroundings, scope);
    let value = if positive {
        switch_three(is_true, is_false)
    } else {
        switch_three(is_false, is_true)
    };
    surroundings.around(value, Template::null())
}
