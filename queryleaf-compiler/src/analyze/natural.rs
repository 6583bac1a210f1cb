//! `ORDER BY $natural`: the documents of a collection in the order in which they are stored.
//!
//! A capped collection keeps its documents in the order in which they came, and reading them so costs
//! nothing. It is no column: nothing can be computed from it.

use super::Analyzer;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, NaturalOrder, Relation, SortDirection};
use sqlparser::ast::{self, Expr, OrderByKind, OrderBySort};

/// The word.
pub(crate) const NATURAL: &str = "$natural";

/// Whether an `ORDER BY` names it.
pub(crate) fn is_natural(order: &ast::OrderBy) -> bool {
    match &order.kind {
        OrderByKind::Expressions(keys) => keys.iter().any(|key| is_word(&key.expr)),
        OrderByKind::All(_) => false,
    }
}

fn is_word(key: &Expr) -> bool {
    matches!(key, Expr::Value(value)
        if matches!(&value.value, ast::Value::Placeholder(text) if text == NATURAL))
}

/// Whether the rows may come in another order once this has been computed: windows sort them, and a
/// subquery may become a join.
pub(crate) fn may_change_order(expression: &Expression) -> bool {
    expression.any(&mut |part| {
        matches!(
            part.kind,
            ExpressionKind::Window(_) | ExpressionKind::Subquery(_)
        )
    })
}

/// `$natural` where it means nothing.
pub(crate) fn misplaced<T>(span: Span) -> Result<T> {
    let message = "`$natural` is no value: it is the order in which documents are stored";
    Err(Box::new(
        Diagnostic::error(Code::Unsupported, span, message)
            .help("write `ORDER BY $natural` in a SELECT from one collection"),
    ))
}

impl Analyzer<'_> {
    /// Reads the collection in the order in which it is stored, where the SELECT reads just one.
    pub(crate) fn read_naturally(
        &mut self,
        relation: &mut Relation,
        order: &ast::OrderBy,
        select: &ast::Select,
        outer: Span,
    ) -> Result<()> {
        let (OrderByKind::Expressions(keys), None) = (&order.kind, &select.distinct) else {
            return self.refuse_natural(order, outer);
        };
        let ([key], Some(natural)) = (&keys[..], natural_of(relation)) else {
            return self.refuse_natural(order, outer);
        };
        let direction = match &key.options.sort {
            None | Some(OrderBySort::Asc) => SortDirection::Ascending,
            Some(OrderBySort::Desc) => SortDirection::Descending,
            Some(OrderBySort::Using(_)) => return self.refuse_natural(order, outer),
        };
        let span = self.source.span_or(&key.expr, outer);
        if key.options.nulls_first.is_some() || key.with_fill.is_some() {
            return self.unsupported(span, "anything but a direction after `$natural`");
        }
        *natural = Some(NaturalOrder { direction, span });
        Ok(())
    }

    /// Refuses it where there is no collection whose order the rows have.
    pub(crate) fn refuse_natural(&self, order: &ast::OrderBy, outer: Span) -> Result<()> {
        let span = match &order.kind {
            OrderByKind::Expressions(keys) => keys.iter().find(|key| is_word(&key.expr)),
            OrderByKind::All(_) => None,
        }
        .map_or(outer, |key| self.source.span_or(&key.expr, outer));
        let message =
            "`ORDER BY $natural` orders the documents of one collection, and nothing else";
        Err(Box::new(
            Diagnostic::error(Code::Unsupported, span, message)
                .label("the rows here may come in another order, or there is a second key")
                .help("order them in a derived table: `FROM (SELECT .. ORDER BY $natural) AS t`"),
        ))
    }
}

/// The place for the order in a scan with at most filters above it.
fn natural_of(relation: &mut Relation) -> Option<&mut Option<NaturalOrder>> {
    match relation {
        Relation::Scan { natural, .. } => Some(natural),
        Relation::Filter { input, predicate } if !may_change_order(predicate) => natural_of(input),
        _ => None,
    }
}
