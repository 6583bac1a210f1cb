//! Random queries over joins, common tables, subqueries, set operations and windows.

use super::marks::{self, list, optional};
use super::sources::Scope;
use super::{Generator, Kind};
use crate::case::Order;

/// How deep derived tables nest.
const DEPTH: u32 = 2;

const SET_OPERATORS: [&str; 6] = [
    "UNION",
    "UNION ALL",
    "INTERSECT",
    "INTERSECT ALL",
    "EXCEPT",
    "EXCEPT ALL",
];

impl Generator {
    /// A whole query.
    pub(super) fn whole(&mut self) -> (String, Order) {
        let mut tables = Vec::new();
        if self.random.percent(25) {
            for number in 0..=self.random.below(2) {
                let name = format!("w{number}");
                if self.random.percent(15) {
                    tables.push(self.recursive(name));
                    continue;
                }
                self.uses("WITH");
                let (sql, kinds) = self.nested(None, DEPTH - 1, true);
                let hint = self
                    .random
                    .choose(&["", "", "MATERIALIZED ", "NOT MATERIALIZED "]);
                tables.push(format!("{name} AS {hint}({sql})"));
                self.common.push((name, kinds, self.rows));
            }
        }
        let with = match tables.is_empty() {
            true => String::new(),
            false => {
                let is_recursive = self.constructs.contains("WITH RECURSIVE");
                let recursive = if is_recursive { "RECURSIVE " } else { "" };
                optional(format!("WITH {recursive}{} ", tables.join(", ")))
            }
        };
        let (sql, kinds) = self.query_of(None, DEPTH);
        if self.random.percent(50) {
            return (format!("{with}{sql}"), Order::Any);
        }
        let order = self.order_of(kinds.len());
        (format!("{with}{sql}{order}"), Order::Total)
    }

    /// A walk over the trees of offices.
    fn recursive(&mut self, name: String) -> String {
        self.uses("WITH RECURSIVE");
        let columns = [
            (Kind::Integer, "o._id"),
            (Kind::Integer, "o.boss"),
            (Kind::Integer, "o.staff"),
            (Kind::Text, "o.city"),
            (Kind::Numeric, "o.budget"),
            (Kind::Date, "o.opened"),
        ];
        let columns = columns
            .map(|(kind, column)| (kind, column.to_owned()))
            .to_vec();
        let subqueries = std::mem::replace(&mut self.subqueries, 0);
        let (start, mut step) = self.with_columns(&columns, |this| {
            let step = this.expression(Kind::Boolean, 1);
            (this.condition_of_rows(1), optional(format!(" AND {step}")))
        });
        self.subqueries = subqueries;
        if self.random.percent(60) {
            step = String::new();
        }
        let way = self
            .random
            .choose(&["o.boss = w.c0", "o._id = w.c1", "w.c0 = o.boss"]);
        let union = self.random.choose(&["UNION ALL", "UNION ALL", "UNION"]);
        let bound = match self.random.percent(30) {
            true => optional(format!(" WHERE w.c2 < {}", self.random.between(0, 4))),
            false => String::new(),
        };
        let kinds = vec![Kind::Integer, Kind::Integer, Kind::Integer, Kind::Text];
        self.common.push((name.clone(), kinds, 60));
        format!(
            "{name}(c0, c1, c2, c3) AS (SELECT o._id, o.boss, 0, o.city FROM offices AS o{start} {union} \
             SELECT o._id, o.boss, w.c2 + 1, o.city FROM offices AS o JOIN {name} AS w ON {way}{step}{bound})"
        )
    }

    /// A query inside of another one, `limited` now and then where that is of use.
    pub(super) fn nested(
        &mut self,
        kinds: Option<&[Kind]>,
        depth: u32,
        limited: bool,
    ) -> (String, Vec<Kind>) {
        let (mut sql, kinds) = self.query_of(kinds, depth);
        if limited && self.random.percent(20) {
            self.uses("LIMIT inside");
            sql.push_str(&optional(self.order_of(kinds.len())));
        }
        (sql, kinds)
    }

    /// An order by every column, so that it is total, and perhaps a limit.
    fn order_of(&mut self, count: usize) -> String {
        let keys: Vec<String> = (1..=count)
            .map(|number| format!("{number}{}", self.direction()))
            .collect();
        format!(" ORDER BY {}{}", keys.join(", "), optional(self.limit()))
    }

    /// A SELECT, or several in a set operation.
    fn query_of(&mut self, kinds: Option<&[Kind]>, depth: u32) -> (String, Vec<Kind>) {
        if depth == 0 || self.random.percent(85) {
            return self.select(kinds, depth);
        }
        let (mut sql, kinds) = self.select(kinds, depth - 1);
        for _ in 0..=self.random.below(2) {
            let operator = self.random.choose(&SET_OPERATORS);
            self.uses(operator);
            let (other, _) = self.select(Some(&kinds), depth - 1);
            sql = format!("{}{}", sql, optional(format!(" {operator} {other}")));
            if self.random.percent(30) {
                sql = format!("({sql})");
            }
        }
        (sql, kinds)
    }

    fn select(&mut self, kinds: Option<&[Kind]>, depth: u32) -> (String, Vec<Kind>) {
        let kinds: Vec<Kind> = match kinds {
            Some(kinds) => kinds.to_vec(),
            None => (0..=self.random.below(3))
                .map(|_| self.ordered_kind())
                .collect(),
        };
        let scope = self.from(depth);
        let columns = scope.columns.clone();
        let sql = self.with_columns(&columns, |this| match this.random.below(10) {
            0..=3 => this.plain(&kinds, &scope),
            4..=5 => this.grouped(&kinds, &scope),
            6 => this.distinct_of(&kinds, &scope),
            _ => this.windowed(&kinds, &scope),
        });
        self.rows = scope.rows;
        (sql, kinds)
    }

    /// A WHERE clause, perhaps.
    pub(super) fn condition_of_rows(&mut self, depth: u32) -> String {
        if self.random.percent(35) {
            return String::new();
        }
        optional(format!(" WHERE {}", self.expression(Kind::Boolean, depth)))
    }

    fn plain(&mut self, kinds: &[Kind], scope: &Scope) -> String {
        let items = self.items_of(kinds, |this, kind| this.expression(kind, 2));
        let filter = self.condition_of_rows(2);
        format!("SELECT {items} FROM {}{filter}", scope.text)
    }

    fn items_of(
        &mut self,
        kinds: &[Kind],
        mut make: impl FnMut(&mut Self, Kind) -> String,
    ) -> String {
        let items: Vec<String> = kinds
            .iter()
            .enumerate()
            .map(|(number, kind)| format!("{} AS c{number}", make(self, *kind)))
            .collect();
        list(&items)
    }

    fn distinct_of(&mut self, kinds: &[Kind], scope: &Scope) -> String {
        let filter = self.condition_of_rows(2);
        if self.random.percent(60) {
            let items = self.items_of(kinds, |this, kind| this.expression(kind, 1));
            return format!("SELECT DISTINCT {items} FROM {}{filter}", scope.text);
        }
        self.uses("DISTINCT ON");
        let items: Vec<String> = kinds.iter().map(|kind| self.column(*kind)).collect();
        let named: Vec<String> = (0..items.len())
            .map(|number| format!("{} AS c{number}", items[number]))
            .collect();
        let order: Vec<String> = items
            .iter()
            .map(|item| format!("{item}{}", self.direction()))
            .collect();
        // Constants are no keys.
        if items
            .iter()
            .any(|item| !self.columns.iter().any(|(_, column)| column == item))
        {
            return format!(
                "SELECT DISTINCT {} FROM {}{filter}",
                named.join(", "),
                scope.text
            );
        }
        let alias = self.alias();
        format!(
            "SELECT * FROM (SELECT DISTINCT ON ({}) {} FROM {}{filter} ORDER BY {}) AS {alias}",
            items[0],
            named.join(", "),
            scope.text,
            order.join(", ")
        )
    }

    fn grouped(&mut self, kinds: &[Kind], scope: &Scope) -> String {
        let is_key = |(kind, _): &&(Kind, String)| super::expressions::ORDERED.contains(kind);
        let columns: Vec<_> = self.columns.iter().filter(is_key).cloned().collect();
        let count = if columns.is_empty() {
            0
        } else {
            self.random.below(3)
        };
        let mut keys: Vec<(Kind, String)> = Vec::new();
        for _ in 0..count {
            let key = self.random.pick(&columns);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let filter = self.condition_of_rows(2);
        let items = self.items_of(kinds, |this, kind| {
            let fit: Vec<_> = keys
                .iter()
                .filter(|(found, _)| *found == kind)
                .cloned()
                .collect();
            match fit.is_empty() || this.random.percent(30) {
                true => this.aggregate_of(kind),
                false => marks::expression(kind, &this.random.pick(&fit).1),
            }
        });
        let mut sql = format!("SELECT {items} FROM {}{filter}", scope.text);
        if !keys.is_empty() {
            sql.push_str(&format!(" GROUP BY {}", self.grouping(&keys)));
        }
        if self.random.percent(25) {
            let kind = self.ordered_kind();
            let operator = self.random.choose(&["=", "<>", ">", "<="]);
            let (aggregate, bound) = (self.aggregate_of(kind), self.constant(kind));
            sql.push_str(&optional(format!(" HAVING {aggregate} {operator} {bound}")));
        }
        sql
    }

    /// Keys, in sets of them now and then.
    fn grouping(&mut self, keys: &[(Kind, String)]) -> String {
        let names: Vec<&str> = keys.iter().map(|(_, name)| name.as_str()).collect();
        let all = names.join(", ");
        if self.random.percent(75) {
            return all;
        }
        self.uses("grouping sets");
        match self.random.below(4) {
            0 => format!("ROLLUP ({all})"),
            1 => format!("CUBE ({all})"),
            2 => format!("GROUPING SETS (({all}), ({}), ())", names[0]),
            _ => format!("GROUPING SETS (({all}), ({}))", names[names.len() - 1]),
        }
    }

    /// An aggregate of this type whose value does not depend on the order of the rows, over columns
    /// of the query itself: over outer ones it would be an aggregate of the outer query.
    pub(super) fn aggregate_of(&mut self, kind: Kind) -> String {
        let outer = std::mem::take(&mut self.outer);
        let subqueries = std::mem::replace(&mut self.subqueries, 0);
        let call = match kind {
            Kind::Bigint if self.random.percent(40) => "COUNT(*)".to_owned(),
            Kind::Bigint if self.random.percent(40) => {
                let kind = self.ordered_kind();
                let distinct = self.random.choose(&["", "DISTINCT "]);
                format!("COUNT({distinct}{})", self.counted(kind))
            }
            Kind::Bigint => format!("SUM({})", self.counted(Kind::Integer)),
            Kind::Numeric if self.random.percent(50) => format!("SUM({})", self.counted(kind)),
            Kind::Boolean => {
                let function = self.random.choose(&["BOOL_AND", "BOOL_OR"]);
                format!("{function}({})", self.counted(kind))
            }
            kind => {
                let function = self.random.choose(&["MIN", "MAX"]);
                format!("{function}({})", self.counted(kind))
            }
        };
        let call = match self.random.percent(15) {
            true => format!(
                "{call} FILTER (WHERE {})",
                self.expression(Kind::Boolean, 1)
            ),
            false => call,
        };
        self.outer = outer;
        self.subqueries = subqueries;
        marks::expression(kind, &call)
    }

    /// What an aggregate is of: an expression with a column of the query itself in it.
    fn counted(&mut self, kind: Kind) -> String {
        let text = self.expression(kind, 1);
        let plain = marks::plain(&text);
        let own = self
            .columns
            .iter()
            .any(|(_, column)| plain.contains(column.as_str()));
        if own || self.columns.is_empty() {
            return text;
        }
        let column = self.column(kind);
        marks::expression(kind, &column)
    }
}
