//! Random window functions.

use super::marks::{self, optional};
use super::sources::Scope;
use super::{Generator, Kind};

impl Generator {
    pub(super) fn windowed(&mut self, kinds: &[Kind], scope: &Scope) -> String {
        self.uses("OVER");
        let filter = self.condition_of_rows(1);
        let items: Vec<String> = kinds
            .iter()
            .enumerate()
            .map(|(number, kind)| {
                let item = match self.random.percent(65) {
                    true => self.window(*kind, scope),
                    false => self.expression(*kind, 1),
                };
                format!("{item} AS c{number}")
            })
            .collect();
        format!("SELECT {} FROM {}{filter}", marks::list(&items), scope.text)
    }

    /// A window function of this type, whose value does not depend on the order of peers.
    fn window(&mut self, kind: Kind, scope: &Scope) -> String {
        let subqueries = std::mem::replace(&mut self.subqueries, 0);
        let argument = self.expression(kind, 1);
        let of_rows = scope.key.is_some() && self.random.percent(50);
        let (call, ordered) = match kind {
            Kind::Bigint if of_rows && self.random.percent(50) => ("ROW_NUMBER()".to_owned(), true),
            Kind::Integer if of_rows && self.random.percent(30) => {
                (format!("NTILE({})", self.random.between(1, 6)), true)
            }
            _ if of_rows && self.random.percent(60) => (self.neighbour(&argument), true),
            Kind::Numeric | Kind::Text | Kind::Bigint | Kind::Boolean if of_rows => {
                (self.aggregate_of_frame(kind, &argument), true)
            }
            _ if of_rows => (self.neighbour(&argument), true),
            Kind::Bigint => {
                let function =
                    self.random
                        .choose(&["RANK()", "DENSE_RANK()", "COUNT(*)", "SUM(#)"]);
                let number = self.expression(Kind::Integer, 1);
                (function.replace('#', &number), false)
            }
            Kind::Double => (
                self.random
                    .choose(&["PERCENT_RANK()", "CUME_DIST()"])
                    .to_owned(),
                false,
            ),
            Kind::Numeric => {
                let function = self.random.choose(&["SUM", "MIN", "MAX"]);
                (format!("{function}({argument})"), false)
            }
            Kind::Boolean => {
                let function = self.random.choose(&["BOOL_AND", "BOOL_OR"]);
                (format!("{function}({argument})"), false)
            }
            _ => {
                let function = self.random.choose(&["MIN", "MAX"]);
                (format!("{function}({argument})"), false)
            }
        };
        let over = self.over(ordered.then_some(scope), is_aggregate(&call));
        self.subqueries = subqueries;
        marks::expression(kind, &format!("{call} OVER ({over})"))
    }

    /// An aggregate over a frame of rows.
    fn aggregate_of_frame(&mut self, kind: Kind, argument: &str) -> String {
        match kind {
            Kind::Boolean => format!("BOOL_AND({argument})"),
            Kind::Bigint => self
                .random
                .choose(&["COUNT(#)", "MIN(#)"])
                .replace('#', argument),
            Kind::Text => self
                .random
                .choose(&["MAX(#)", "STRING_AGG(#, ',')"])
                .replace('#', argument),
            _ => self
                .random
                .choose(&["SUM(#)", "MAX(#)"])
                .replace('#', argument),
        }
    }

    /// A function of another row.
    fn neighbour(&mut self, argument: &str) -> String {
        match self.random.below(6) {
            5 => format!("LAG({argument}, {})", self.expression(Kind::Integer, 1)),
            0 => format!("LAG({argument})"),
            1 => format!("LEAD({argument}, {})", self.random.between(0, 3)),
            2 => format!("FIRST_VALUE({argument})"),
            3 => format!("LAST_VALUE({argument})"),
            _ => format!("NTH_VALUE({argument}, {})", self.random.between(1, 4)),
        }
    }

    /// The window; in a total order where the key of `scope` gives one.
    fn over(&mut self, scope: Option<&Scope>, framed: bool) -> String {
        let mut text = String::new();
        if self.random.percent(60) {
            let kind = self.ordered_kind();
            let key = self.column(kind);
            text.push_str(&optional(format!("PARTITION BY {key} ")));
        }
        let mut keys = Vec::new();
        if scope.is_some() || self.random.percent(60) {
            for _ in 0..=self.random.below(2) {
                let kind = self.ordered_kind();
                let key = self.column(kind);
                if self.columns.iter().any(|(_, column)| *column == key) {
                    keys.push(format!("{key}{}", self.direction()));
                }
            }
        }
        if let Some(key) = scope.and_then(|scope| scope.key.as_ref()) {
            keys.extend(key.iter().cloned());
        }
        if keys.is_empty() {
            return text;
        }
        text.push_str(&format!("ORDER BY {}", keys.join(", ")));
        let bounds = [
            "UNBOUNDED PRECEDING",
            "2 PRECEDING",
            "CURRENT ROW",
            "1 FOLLOWING",
            "UNBOUNDED FOLLOWING",
        ];
        if scope.is_some() && self.random.percent(40) {
            let first = self.random.below(4);
            let last = first.max(1) + self.random.below(5 - first.max(1));
            let excluded = match framed && self.random.percent(40) {
                true => " EXCLUDE CURRENT ROW",
                false => "",
            };
            text.push_str(&optional(format!(
                " ROWS BETWEEN {} AND {}{excluded}",
                bounds[first], bounds[last]
            )));
        } else if framed && self.random.percent(30) {
            let frame = self.random.choose(&[
                " RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
                " RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
                " RANGE CURRENT ROW",
                " GROUPS BETWEEN 1 PRECEDING AND 2 FOLLOWING",
            ]);
            let excluded = self
                .random
                .choose(&["", "", " EXCLUDE GROUP", " EXCLUDE TIES"]);
            text.push_str(&optional(format!("{frame}{excluded}")));
        }
        text
    }
}

fn is_aggregate(call: &str) -> bool {
    ["SUM", "MIN", "MAX", "COUNT", "BOOL", "STRING_AGG"]
        .iter()
        .any(|name| call.starts_with(name))
}
