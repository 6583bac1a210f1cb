//! `DISTINCT ON (keys)`: of the rows with equal keys the first one.

use super::Analyzer;
use super::output::Item;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Relation, SortKey};
use sqlparser::ast::{Distinct, Expr, OrderByExpr, OrderByOptions};

impl Analyzer<'_> {
    /// The keys of `DISTINCT ON`, each as the key of an order; none where there is no such clause.
    /// They are resolved as those of `ORDER BY` are.
    pub(crate) fn distinct_keys(
        &mut self,
        distinct: Option<&Distinct>,
        items: &[Item],
        scope: &Scope,
        outer: Span,
    ) -> Vec<SortKey> {
        let Some(Distinct::On(keys)) = distinct else {
            return Vec::new();
        };
        keys.iter()
            .filter_map(|key| {
                let key = self.order_key(&as_sort_key(key), items, scope, outer);
                self.keep(key)
            })
            .collect()
    }

    /// The first row for each of the keys. The order begins with them; those that it does not name come
    /// last, since any order among them will do.
    pub(crate) fn distinct_on(
        &self,
        input: Relation,
        keys: Vec<SortKey>,
        mut order: Vec<SortKey>,
    ) -> Result<Relation> {
        let is_same = |one: &SortKey, other: &SortKey| {
            one.expression.clone().without_spans() == other.expression.clone().without_spans()
        };
        let leading = order
            .iter()
            .take_while(|sort| keys.iter().any(|key| is_same(key, sort)))
            .count();
        let mut missing = Vec::new();
        for key in &keys {
            let mut before = order.iter().take(leading).chain(&missing);
            if !before.any(|sort| is_same(key, sort)) {
                missing.push(key.clone());
            }
        }
        if let (false, Some(other)) = (missing.is_empty(), order.get(leading)) {
            let message = "ORDER BY must begin with the keys of DISTINCT ON";
            return Err(Box::new(
                Diagnostic::error(Code::Grouping, other.expression.span, message)
                    .label("a key of DISTINCT ON is still missing before this one"),
            ));
        }
        order.extend(missing);
        Ok(Relation::DistinctOn {
            input: Box::new(input),
            keys: keys.into_iter().map(|key| key.expression).collect(),
            order,
        })
    }
}

/// A key in the usual order.
fn as_sort_key(key: &Expr) -> OrderByExpr {
    OrderByExpr {
        expr: key.clone(),
        options: OrderByOptions {
            sort: None,
            nulls_first: None,
        },
        with_fill: None,
    }
}
