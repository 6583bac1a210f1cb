//! Random queries of every shape.

use super::{Generated, Generator, Kind, marks};
use crate::case::{Expected, Order, case};

/// How deep the expressions of a query nest.
const DEPTH: u32 = 3;

impl Generator {
    /// A query of any shape.
    pub(super) fn query(mut self) -> Generated {
        let (marked, order) = match self.random.below(20) {
            0..=3 => self.rows(),
            4..=5 => self.groups(),
            6 => self.distinct(),
            7 => self.items(),
            8 => self.totals(),
            _ => {
                self.columns.clear();
                self.subqueries = self.random.below(3);
                self.whole()
            }
        };
        let mut case = case(marks::plain(&marked)).within(1e-9);
        case.order = order;
        case.expected = Expected::SameOrRefused;
        case.parameters = self.parameters;
        Generated {
            case,
            marked,
            constructs: self.constructs,
        }
    }

    fn filter(&mut self) -> String {
        if self.random.percent(25) {
            return String::new();
        }
        format!(" WHERE {}", self.expression(Kind::Boolean, DEPTH))
    }

    pub(super) fn direction(&mut self) -> &'static str {
        self.random.choose(&[
            "",
            "",
            " DESC",
            " NULLS FIRST",
            " NULLS LAST",
            " DESC NULLS LAST",
        ])
    }

    pub(super) fn limit(&mut self) -> String {
        match self.random.below(4) {
            0 => format!(" LIMIT {}", self.random.below(20)),
            1 => format!(" OFFSET {}", self.random.below(20)),
            2 => {
                let limit = self.random.below(20);
                format!(" LIMIT {limit} OFFSET {}", self.random.below(20))
            }
            _ => String::new(),
        }
    }

    /// Columns of any type, called `c0`, `c1`, ..
    fn columns(&mut self, count: usize, depth: u32) -> Vec<(Kind, String)> {
        (0..count)
            .map(|_| {
                let kind = self.ordered_kind();
                (kind, self.expression(kind, depth))
            })
            .collect()
    }

    fn rows(&mut self) -> (String, Order) {
        let key = crate::cases::key(self.table);
        let count = self.random.below(4);
        let columns = self.columns(count, DEPTH);
        let mut list = vec![key.to_owned()];
        list.extend(named(&columns));
        let (list, table, filter) = (list.join(", "), self.table, self.filter());
        let mut sql = format!("SELECT {list} FROM {table}{filter}");
        if self.random.percent(40) {
            return (sql, Order::Any);
        }
        let mut keys = Vec::new();
        for _ in 0..self.random.below(3) {
            let kind = self.ordered_kind();
            let depth = u32::from(self.random.percent(40));
            let expression = self.expression(kind, depth);
            // A constant is no key, and a parameter may not be one.
            if self
                .columns
                .iter()
                .any(|(_, column)| expression.contains(column))
            {
                keys.push(format!("{expression}{}", self.direction()));
            }
        }
        if !keys.is_empty() && self.random.percent(25) {
            let rows = self.random.below(20);
            let ties = format!("FETCH FIRST {rows} ROWS WITH TIES");
            sql.push_str(&format!(" ORDER BY {} {ties}", keys.join(", ")));
            return (sql, Order::Any);
        }
        keys.push(key.to_owned());
        sql.push_str(&format!(" ORDER BY {}{}", keys.join(", "), self.limit()));
        (sql, Order::Total)
    }

    fn distinct(&mut self) -> (String, Order) {
        let count = 1 + self.random.below(2);
        let columns = self.columns(count, 1);
        let (list, table, filter) = (named(&columns).join(", "), self.table, self.filter());
        let mut sql = format!("SELECT DISTINCT {list} FROM {table}{filter}");
        if self.random.percent(50) {
            return (sql, Order::Any);
        }
        let keys: Vec<String> = (0..columns.len())
            .map(|number| format!("c{number}{}", self.direction()))
            .collect();
        sql.push_str(&format!(" ORDER BY {}{}", keys.join(", "), self.limit()));
        (sql, Order::Total)
    }

    fn groups(&mut self) -> (String, Order) {
        let count = 1 + self.random.below(2);
        let keys = self.columns(count, 1);
        let mut list = named(&keys);
        for number in 0..=self.random.below(3) {
            list.push(format!("{} AS a{number}", self.aggregate()));
        }
        let numbers: Vec<String> = (1..=keys.len()).map(|number| number.to_string()).collect();
        let (list, table, filter) = (list.join(", "), self.table, self.filter());
        let mut sql = format!(
            "SELECT {list} FROM {table}{filter} GROUP BY {}",
            numbers.join(", ")
        );
        if self.random.percent(40) {
            let operator = self.random.choose(&["=", "<>", ">", "<="]);
            let (aggregate, kind) = self.comparable_aggregate();
            let bound = self.constant(kind);
            sql.push_str(&format!(" HAVING {aggregate} {operator} {bound}"));
        }
        if self.random.percent(50) {
            return (sql, Order::Any);
        }
        let keys: Vec<String> = numbers
            .iter()
            .map(|number| format!("{number}{}", self.direction()))
            .collect();
        sql.push_str(&format!(" ORDER BY {}{}", keys.join(", "), self.limit()));
        (sql, Order::Total)
    }

    /// Aggregates over everything.
    fn totals(&mut self) -> (String, Order) {
        let columns: Vec<String> = (0..=self.random.below(4))
            .map(|number| format!("{} AS a{number}", self.aggregate()))
            .collect();
        let (table, filter) = (self.table, self.filter());
        let sql = format!("SELECT {} FROM {table}{filter}", columns.join(", "));
        (sql, Order::Any)
    }

    /// The items of an array beside their rows.
    fn items(&mut self) -> (String, Order) {
        let key = crate::cases::key(self.table);
        let kind = self.random.pick(&[Kind::Integers, Kind::Texts]);
        let arrays: Vec<String> = self
            .columns
            .iter()
            .filter(|(found, _)| *found == kind)
            .map(|(_, name)| name.clone())
            .collect();
        let array = arrays[self.random.below(arrays.len())].clone();
        let item = match kind {
            Kind::Integers => Kind::Integer,
            _ => Kind::Text,
        };
        // The item often enough to matter among the columns of its type.
        for _ in 0..4 {
            self.columns.push((item, "item".to_owned()));
        }
        let join = self.random.choose(&[
            ", UNNEST(#) AS item",
            " CROSS JOIN UNNEST(#) AS item",
            " LEFT JOIN UNNEST(#) AS item ON TRUE",
        ]);
        let join = join.replace('#', &array);
        let column = self.expression(item, 2);
        let (table, filter) = (self.table, self.filter());
        let sql = if self.random.percent(60) {
            format!("SELECT {key}, item, {column} AS c FROM {table}{join}{filter}")
        } else {
            let aggregate = self.aggregate();
            format!(
                "SELECT item, COUNT(*) AS n, {aggregate} AS a FROM {table}{join}{filter} GROUP BY item"
            )
        };
        (sql, Order::Any)
    }

    /// Any aggregate whose result does not depend on the order of the rows.
    fn aggregate(&mut self) -> String {
        let call = if self.random.percent(50) {
            self.comparable_aggregate().0
        } else if self.random.percent(20) {
            let function =
                self.random
                    .choose(&["REGR_COUNT", "REGR_SXX", "REGR_AVGX", "REGR_AVGY"]);
            // PostgreSQL adds up doubles, of which large ones lose what small ones bring.
            let kinds = match function {
                "REGR_COUNT" => &[Kind::Integer, Kind::Bigint, Kind::Double][..],
                _ => &[Kind::Integer],
            };
            let (one, other) = (self.random.pick(kinds), self.random.pick(kinds));
            let y = self.expression(one, 1);
            format!("{function}({y}, {})", self.expression(other, 1))
        } else {
            let kind =
                self.random
                    .pick(&[Kind::Integer, Kind::Bigint, Kind::Numeric, Kind::Double]);
            let function = self
                .random
                .choose(&["SUM", "AVG", "VAR_POP", "STDDEV_SAMP"]);
            let distinct = if self.random.percent(15) && kind != Kind::Double {
                "DISTINCT "
            } else {
                ""
            };
            format!("{function}({distinct}{})", self.expression(kind, 1))
        };
        if self.random.percent(25) {
            let filter = self.expression(Kind::Boolean, 1);
            return format!("{call} FILTER (WHERE {filter})");
        }
        call
    }

    /// An aggregate whose exact result does not depend on the order of the rows, with its type.
    fn comparable_aggregate(&mut self) -> (String, Kind) {
        let kind = self.ordered_kind();
        match self.random.below(5) {
            0 => ("COUNT(*)".to_owned(), Kind::Bigint),
            1 => {
                let distinct = self.random.choose(&["", "DISTINCT "]);
                (
                    format!("COUNT({distinct}{})", self.expression(kind, 1)),
                    Kind::Bigint,
                )
            }
            2 => (
                format!("SUM({})", self.expression(Kind::Integer, 1)),
                Kind::Bigint,
            ),
            3 => {
                let function = self.random.choose(&["BOOL_AND", "BOOL_OR"]);
                let argument = self.expression(Kind::Boolean, 1);
                (format!("{function}({argument})"), Kind::Boolean)
            }
            _ => {
                let kind = if kind == Kind::Boolean {
                    Kind::Text
                } else {
                    kind
                };
                let function = self.random.choose(&["MIN", "MAX"]);
                (format!("{function}({})", self.expression(kind, 1)), kind)
            }
        }
    }
}

fn named(columns: &[(Kind, String)]) -> Vec<String> {
    let columns = columns.iter().enumerate();
    columns
        .map(|(number, (_, expression))| format!("{expression} AS c{number}"))
        .collect()
}
