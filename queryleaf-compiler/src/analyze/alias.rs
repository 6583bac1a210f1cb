//! Names that the SELECT list gives, used in other places than `ORDER BY` and `GROUP BY`.
//!
//! PostgreSQL knows them nowhere else, so that a name is an alias only where no column of this query,
//! or of one around it, is called so.

use super::output::has_aggregate;
use super::scope::{Name, Scope};
use super::window_stage::has_window;
use super::{Analyzer, Clause};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Expression, ExpressionKind};
use std::collections::HashMap;

/// The named items of the SELECT list so far, by their names.
pub(super) type Aliases = HashMap<String, Expression>;

impl Analyzer<'_> {
    /// The item of the SELECT list, of this query or of one around it, that a dotted name begins with.
    pub(super) fn alias(&mut self, parts: &[Name], scope: &Scope) -> Result<Option<Expression>> {
        let Some(name) = parts.first() else {
            return Ok(None);
        };
        if !self.clause.allows_aliases() || self.is_of_table(parts, scope) {
            return Ok(None);
        }
        let value = match self.aliases.get(&name.text) {
            Some(value) => {
                check_clause(value, name, self.clause)?;
                value.clone()
            }
            None => {
                let mut around = self.outer_aliases.iter().rev();
                let Some(value) = around.find_map(|aliases| aliases.get(&name.text)) else {
                    return Ok(None);
                };
                check_inside(value, name)?;
                value.clone()
            }
        };
        let span = name.span;
        Ok(Some(Expression {
            span,
            ..self.copy(&value)?
        }))
    }

    /// Whether a name is that of a column, here or in a query around this one, or of a table that is
    /// asked for a column.
    fn is_of_table(&self, parts: &[Name], scope: &Scope) -> bool {
        scope.knows(parts) || self.outer.iter().any(|outer| outer.knows(parts))
    }
}

impl Clause {
    /// Whether an item of the SELECT list may be used in the clause by its name.
    fn allows_aliases(self) -> bool {
        match self {
            Clause::Select
            | Clause::Where
            | Clause::Having
            | Clause::Qualify
            | Clause::OrderBy
            | Clause::Aggregate => true,
            Clause::From
            | Clause::GroupBy
            | Clause::Limit
            | Clause::Values
            | Clause::Set
            | Clause::Merge
            | Clause::Returning => false,
        }
    }
}

/// What is computed later than a clause is applied cannot be used in it.
fn check_clause(value: &Expression, name: &Name, clause: Clause) -> Result<()> {
    let is_early = |clause| matches!(clause, Clause::Where | Clause::Having);
    if clause == Clause::Where && has_aggregate(value) {
        let message = format!("column `{}` is computed by an aggregate", name.text);
        return Err(Box::new(
            Diagnostic::error(Code::MisplacedAggregate, name.span, message)
                .label("WHERE is applied before the groups are formed")
                .help("conditions on groups go into HAVING"),
        ));
    }
    if is_early(clause) && has_window(value) {
        let message = format!("column `{}` is computed by a window function", name.text);
        return Err(Box::new(
            Diagnostic::error(Code::MisplacedWindow, name.span, message)
                .note("windows are computed over the rows that WHERE and HAVING have left")
                .help("put the condition into QUALIFY"),
        ));
    }
    Ok(())
}

/// What a query around a subquery computes after its rows are chosen is not known for one row.
fn check_inside(value: &Expression, name: &Name) -> Result<()> {
    let is_computed_apart = has_aggregate(value)
        || has_window(value)
        || value.any(&mut |part| matches!(part.kind, ExpressionKind::Subquery(_)));
    if !is_computed_apart {
        return Ok(());
    }
    let message = format!(
        "the alias `{}` inside a subquery is not supported",
        name.text
    );
    Err(Box::new(
        Diagnostic::error(Code::Unsupported, name.span, message)
            .label("it is computed by an aggregate, a window function or a subquery")
            .help("compute it in a derived table: `FROM (SELECT ..) AS t`"),
    ))
}
