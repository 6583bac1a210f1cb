//! `GROUP BY`: its list as the sets of keys by which the rows are grouped.
//!
//! `a, ROLLUP (b, c)` is the three sets `(a, b, c)`, `(a, b)` and `(a)`: each item of the list stands
//! for some sets, and the items multiply.

use super::Analyzer;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind};
use crate::types::Type;
use sqlparser::ast::{self, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr};

/// What the word `DISTINCT` after `GROUP BY` is turned into, see
/// [`query_forms`](crate::syntax).
pub(crate) const DISTINCT: &str = "group by distinct";

/// The most sets of one query: every row is read into each of them.
const MAX_SETS: usize = 256;

/// The keys as the text has them, and the sets of their numbers.
#[derive(Debug, Default)]
pub(crate) struct KeySets<'a> {
    pub(crate) keys: Vec<&'a Expr>,
    /// None where the query has no `GROUP BY`; `GROUP BY a, b` is one set.
    pub(crate) sets: Vec<Vec<usize>>,
    /// `GROUP BY DISTINCT`: equal sets count once.
    pub(crate) distinct: bool,
}

impl KeySets<'_> {
    /// Whether there is a `GROUP BY`.
    pub(crate) fn is_there(&self) -> bool {
        !self.sets.is_empty()
    }

    /// Whether each group has a row: that of the empty set may have none.
    pub(crate) fn has_rows_in_each(&self) -> bool {
        self.is_there() && self.sets.iter().all(|set| !set.is_empty())
    }
}

impl Analyzer<'_> {
    /// The sets of a `GROUP BY`.
    pub(crate) fn key_sets<'e>(
        &self,
        group_by: &'e GroupByExpr,
        outer: Span,
    ) -> Result<KeySets<'e>> {
        let items = match group_by {
            GroupByExpr::Expressions(items, modifiers) if modifiers.is_empty() => &items[..],
            _ => return self.unsupported(outer, "this form of GROUP BY"),
        };
        let (distinct, items) = match items {
            [Expr::Identifier(first), rest @ ..] if first.value == DISTINCT => (true, rest),
            items => (false, items),
        };
        let mut found = KeySets {
            distinct,
            ..KeySets::default()
        };
        if items.is_empty() {
            return Ok(found);
        }
        found.sets.push(Vec::new());
        for item in items {
            let of_item = sets_of(item, &mut found.keys);
            let count = found.sets.len().saturating_mul(of_item.len());
            if count > MAX_SETS {
                let span = self.source.span_or(item, outer);
                let message = format!("more than {MAX_SETS} grouping sets");
                return Err(Box::new(
                    Diagnostic::error(Code::TooComplex, span, message)
                        .help("write the sets that are needed as `GROUPING SETS (..)`"),
                ));
            }
            found.sets = found
                .sets
                .iter()
                .flat_map(|before| of_item.iter().map(|set| [&before[..], set].concat()))
                .collect();
        }
        Ok(found)
    }
}

impl Analyzer<'_> {
    /// `GROUPING(..)`.
    pub(crate) fn grouping_call(&self, keys: Vec<Expression>, span: Span) -> Result<Expression> {
        if !self.clause.allows_aggregates() {
            let message = format!("`GROUPING` cannot stand in {}", self.clause.name());
            return Err(Box::new(Diagnostic::error(
                Code::MisplacedAggregate,
                span,
                message,
            )));
        }
        if !(1..=31).contains(&keys.len()) {
            let message = "`GROUPING` takes one to 31 keys of GROUP BY";
            return Err(Box::new(Diagnostic::error(
                Code::ArgumentMismatch,
                span,
                message,
            )));
        }
        let kind = ExpressionKind::Grouping(keys);
        Ok(Expression::new(kind, Type::Integer, span))
    }
}

/// The sets of one item of the list; its keys are added to `keys`.
fn sets_of<'e>(item: &'e Expr, keys: &mut Vec<&'e Expr>) -> Vec<Vec<usize>> {
    match item {
        Expr::Rollup(parts) => rollup(numbered(parts, keys)),
        Expr::Cube(parts) => cube(&numbered(parts, keys)),
        Expr::GroupingSets(parts) => {
            let mut sets = Vec::new();
            for part in parts {
                match &part[..] {
                    // A list in the list adds its sets.
                    [one] => sets.extend(sets_of(one, keys)),
                    many => sets.push(many.iter().map(|key| add(key, keys)).collect()),
                }
            }
            sets
        }
        Expr::Tuple(items) => vec![items.iter().map(|key| add(key, keys)).collect()],
        Expr::Function(function) => match nested_list(function) {
            Some((is_rollup, parts)) => {
                let parts = parts.iter().map(|part| part_of(part, keys)).collect();
                if is_rollup {
                    rollup(parts)
                } else {
                    cube(&parts)
                }
            }
            None => vec![vec![add(item, keys)]],
        },
        key => vec![vec![add(key, keys)]],
    }
}

fn add<'e>(key: &'e Expr, keys: &mut Vec<&'e Expr>) -> usize {
    keys.push(key);
    keys.len() - 1
}

fn numbered<'e>(parts: &'e [Vec<Expr>], keys: &mut Vec<&'e Expr>) -> Vec<Vec<usize>> {
    parts
        .iter()
        .map(|part| part.iter().flat_map(|key| part_of(key, keys)).collect())
        .collect()
}

/// The keys that stand for one in `ROLLUP` and `CUBE`: several in brackets.
fn part_of<'e>(part: &'e Expr, keys: &mut Vec<&'e Expr>) -> Vec<usize> {
    match part {
        Expr::Tuple(items) => items.iter().map(|key| add(key, keys)).collect(),
        key => vec![add(key, keys)],
    }
}

/// `ROLLUP (..)` and `CUBE (..)` inside `GROUPING SETS`, which the parser takes for calls.
fn nested_list(function: &ast::Function) -> Option<(bool, Vec<&Expr>)> {
    let name = function.name.to_string().to_lowercase();
    let is_rollup = match name.as_str() {
        "rollup" => true,
        "cube" => false,
        _ => return None,
    };
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let parts = list.args.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(part)) => Some(part),
        _ => None,
    });
    Some((is_rollup, parts.collect::<Option<_>>()?))
}

/// All beginnings of the list, the longest one first.
fn rollup(parts: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    (0..=parts.len())
        .rev()
        .map(|length| parts.iter().take(length).flatten().copied().collect())
        .collect()
}

/// All choices from the list; none beyond what any query may have.
fn cube(parts: &Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut sets = vec![Vec::new()];
    for part in parts {
        if sets.len() > MAX_SETS {
            break;
        }
        let with: Vec<Vec<usize>> = sets.iter().map(|set| [&set[..], part].concat()).collect();
        sets.extend(with);
    }
    sets
}
