//! Random subqueries in expressions.

use super::expressions::COMPARISONS;
use super::{Generator, Kind};

impl Generator {
    /// A subquery of this type, or a condition with one.
    pub(super) fn subquery(&mut self, kind: Kind, depth: u32) -> String {
        self.subqueries -= 1;
        if kind != Kind::Boolean {
            return self.scalar(kind);
        }
        let negated = self.random.choose(&["", "NOT "]);
        match self.random.below(5) {
            0..=1 => {
                self.uses("EXISTS");
                let subquery = self.correlated(None);
                format!("({negated}EXISTS ({subquery}))")
            }
            2..=3 => {
                self.uses("IN (SELECT ..)");
                let kind = self.ordered_kind();
                let operand = self.expression(kind, depth);
                let subquery = self.correlated(Some(&[kind]));
                format!("({operand} {negated}IN ({subquery}))")
            }
            _ => {
                self.uses("ANY, ALL");
                let kind = self.ordered_kind();
                let operator = self.random.choose(&COMPARISONS);
                let quantifier = self.random.choose(&["ANY", "ALL"]);
                let operand = self.expression(kind, depth);
                let subquery = self.correlated(Some(&[kind]));
                format!("({operand} {operator} {quantifier} ({subquery}))")
            }
        }
    }

    /// A query that may use the columns around it.
    fn correlated(&mut self, kinds: Option<&[Kind]>) -> String {
        self.inside(|this| this.nested(kinds, 0, false).0)
    }

    /// A query of exactly one row and column.
    fn scalar(&mut self, kind: Kind) -> String {
        self.uses("scalar subquery");
        self.inside(|this| {
            let scope = this.from(0);
            let (filter, value) = this.with_columns(&scope.columns, |this| {
                (this.condition_of_rows(1), this.aggregate_of(kind))
            });
            format!("(SELECT {value} FROM {}{filter})", scope.text)
        })
    }

    /// Makes a query whose outer columns are the present ones.
    fn inside<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let mut outer = self.columns.clone();
        outer.extend(self.outer.iter().cloned());
        let outer = std::mem::replace(&mut self.outer, outer);
        let was_inside = std::mem::replace(&mut self.is_inside, true);
        // One inside of another now and then only.
        let subqueries = if was_inside || self.random.percent(50) {
            std::mem::take(&mut self.subqueries)
        } else {
            0
        };
        let made = make(self);
        self.outer = outer;
        self.is_inside = was_inside;
        self.subqueries += subqueries;
        made
    }
}
