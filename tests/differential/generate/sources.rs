//! Random FROM clauses: sources of rows and the joins between them.

use super::marks::{list, optional};
use super::{Generator, Kind, columns};

/// Columns by their types, as a query names them.
pub(super) type Columns = Vec<(Kind, String)>;

/// What a FROM clause gives.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) text: String,
    pub(super) columns: Columns,
    /// Columns that together tell the rows apart, where some do.
    pub(super) key: Option<Vec<String>>,
    /// About how many rows there are.
    pub(super) rows: usize,
}

/// About how many rows joins may look at.
const MOST_ROWS: usize = 8_000;

/// And those with subqueries, which may run for each of them.
const MOST_AROUND: usize = 500;

/// And the subqueries.
const MOST_INSIDE: usize = 500;

/// The collections, how often they are used, and about how many rows they have.
const TABLES: [(&str, usize, usize); 8] = [
    ("legs", 5, 110),
    ("shipments", 4, 120),
    ("audits", 4, 60),
    ("carriers", 4, 24),
    ("ports", 3, 36),
    ("offices", 3, 32),
    ("measures", 1, 160),
    ("empty_legs", 1, 0),
];

const NUMBERS: [Kind; 4] = [Kind::Integer, Kind::Bigint, Kind::Numeric, Kind::Double];

impl Generator {
    /// A FROM clause of one to four sources; in subqueries of few rows.
    pub(super) fn from(&mut self, depth: u32) -> Scope {
        let most = self.most_rows();
        let mut scope = self.source(depth, most);
        let joins = match self.random.below(10) {
            0..=3 => 0,
            4..=7 => 1,
            8 => 2,
            _ => 3,
        };
        for _ in 0..if self.is_inside { joins / 2 } else { joins } {
            self.join(&mut scope, depth, most);
        }
        scope
    }

    /// About how many rows the joins of this query may look at.
    fn most_rows(&self) -> usize {
        match (self.is_inside, self.subqueries) {
            (true, _) => MOST_INSIDE,
            (false, 0) => MOST_ROWS,
            (false, _) => MOST_AROUND,
        }
    }

    pub(super) fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases)
    }

    /// One source of at most about so many rows.
    fn source(&mut self, depth: u32, most: usize) -> Scope {
        let choice = self.random.below(20);
        match choice {
            0..=2 if depth > 0 => self.derived(depth - 1),
            3 => self.values(),
            4..=8 if !self.common.is_empty() => self.common_table(),
            _ => self.collection(most),
        }
    }

    fn collection(&mut self, most: usize) -> Scope {
        let all = TABLES
            .iter()
            .filter(|(_, _, rows)| most == MOST_ROWS || *rows <= 60);
        let weighted = all.flat_map(|table| std::iter::repeat_n(*table, table.1));
        let tables: Vec<_> = weighted.collect();
        let (name, _, rows) = self.random.pick(&tables);
        let alias = self.alias();
        let own = columns::of(name).into_iter();
        Scope {
            text: format!("{name} AS {alias}"),
            columns: own
                .map(|(kind, column)| (kind, format!("{alias}.{column}")))
                .collect(),
            key: Some(vec![format!("{alias}.{}", crate::cases::key(name))]),
            rows,
        }
    }

    fn derived(&mut self, depth: u32) -> Scope {
        self.uses("derived table");
        let outer = std::mem::take(&mut self.outer);
        let (sql, kinds) = self.nested(None, depth, true);
        self.outer = outer;
        let rows = self.rows;
        self.named(|alias| format!("({sql}) AS {alias}"), &kinds, rows)
    }

    /// A source of columns `c0`, `c1` and so on.
    fn named(&mut self, text: impl Fn(&str) -> String, kinds: &[Kind], rows: usize) -> Scope {
        let alias = self.alias();
        let columns = kinds.iter().enumerate();
        Scope {
            text: text(&alias),
            columns: columns
                .map(|(number, kind)| (*kind, format!("{alias}.c{number}")))
                .collect(),
            key: None,
            rows,
        }
    }

    fn common_table(&mut self) -> Scope {
        let (name, kinds, rows) = self.random.pick(&self.common);
        self.named(|alias| format!("{name} AS {alias}"), &kinds, rows)
    }

    fn values(&mut self) -> Scope {
        self.uses("VALUES");
        let kinds: Vec<Kind> = (0..=self.random.below(2))
            .map(|_| self.ordered_kind())
            .collect();
        let mut rows = Vec::new();
        for _ in 0..=self.random.below(4) {
            let row: Vec<String> = kinds.iter().map(|kind| self.constant(*kind)).collect();
            rows.push(format!("({})", row.join(", ")));
        }
        let names: Vec<String> = (0..kinds.len())
            .map(|number| format!("c{number}"))
            .collect();
        let (rows, names) = (list(&rows), names.join(", "));
        self.named(
            |alias| format!("(VALUES {rows}) AS {alias}({names})"),
            &kinds,
            4,
        )
    }

    /// Joins one more source to the scope.
    fn join(&mut self, scope: &mut Scope, depth: u32, most: usize) {
        match self.random.below(12) {
            0 if self.unnest(scope) => return,
            1 if depth > 0 => return self.lateral(scope, depth - 1),
            _ => {}
        }
        let right = self.source(depth, most);
        let equality = self.equality(&scope.columns, &right.columns);
        let is_small = scope.rows * right.rows <= most;
        let kind = self.random.choose(&[
            "JOIN",
            "JOIN",
            "LEFT JOIN",
            "LEFT JOIN",
            "RIGHT JOIN",
            "FULL JOIN",
            "CROSS JOIN",
        ]);
        let mut columns = scope.columns.clone();
        columns.extend(right.columns.iter().cloned());
        let condition = match equality {
            _ if kind == "CROSS JOIN" && is_small => String::new(),
            Some(equality) if kind == "FULL JOIN" || !is_small || self.random.percent(85) => {
                let more = if self.random.percent(25) {
                    let more =
                        self.with_columns(&columns, |this| this.expression(Kind::Boolean, 1));
                    optional(format!(" AND {more}"))
                } else {
                    String::new()
                };
                format!(" ON {equality}{more}")
            }
            _ if is_small && kind != "FULL JOIN" => {
                let any = self.with_columns(&columns, |this| this.expression(Kind::Boolean, 2));
                format!(" ON {any}")
            }
            _ => return,
        };
        let kind = if kind == "CROSS JOIN" && !condition.is_empty() {
            "JOIN"
        } else {
            kind
        };
        self.uses(kind);
        let text = format!(" {kind} {}{condition}", right.text);
        scope.text.push_str(&optional(text));
        scope.columns = columns;
        scope.rows = match condition.is_empty() {
            true => scope.rows * right.rows,
            false => scope.rows.max(right.rows) * 2,
        };
        scope.key = scope
            .key
            .take()
            .zip(right.key)
            .map(|(one, other)| [one, other].concat());
    }

    /// Does this while these columns are the ones to use.
    pub(super) fn with_columns<T>(
        &mut self,
        columns: &Columns,
        make: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = std::mem::replace(&mut self.columns, columns.clone());
        let made = make(self);
        self.columns = before;
        made
    }

    /// A column of each side that may be compared, equal.
    fn equality(&mut self, left: &Columns, right: &Columns) -> Option<String> {
        let mixed = self.random.percent(30);
        let fit = |one: Kind, other: Kind| {
            let are_numbers = NUMBERS.contains(&one) && NUMBERS.contains(&other);
            let is_array = matches!(one, Kind::Integers | Kind::Texts | Kind::Boolean);
            !is_array && if mixed { are_numbers } else { one == other }
        };
        let pairs: Vec<(&String, &String)> = left
            .iter()
            .flat_map(|one| right.iter().map(move |other| (one, other)))
            .filter(|(one, other)| fit(one.0, other.0))
            .map(|(one, other)| (&one.1, &other.1))
            .collect();
        if pairs.is_empty() {
            return None;
        }
        let last = |column: &str| column.rsplit('.').next().unwrap_or_default().to_owned();
        let same: Vec<_> = pairs
            .iter()
            .filter(|(one, other)| last(one) == last(other))
            .copied()
            .collect();
        let likely = if !same.is_empty() && self.random.percent(60) {
            same
        } else {
            pairs
        };
        let (one, other) = self.random.pick(&likely);
        Some(match self.random.percent(50) {
            true => format!("{one} = {other}"),
            false => format!("{other} = {one}"),
        })
    }

    /// The items of an array beside the rows; false where there is no array.
    fn unnest(&mut self, scope: &mut Scope) -> bool {
        let is_array = |(kind, _): &&(Kind, String)| matches!(kind, Kind::Integers | Kind::Texts);
        let arrays: Vec<_> = scope.columns.iter().filter(is_array).cloned().collect();
        if arrays.is_empty() {
            return false;
        }
        self.uses("UNNEST");
        let (kind, array) = self.random.pick(&arrays);
        let item = if kind == Kind::Integers {
            Kind::Integer
        } else {
            Kind::Text
        };
        let alias = self.alias();
        let join = self.random.choose(&[
            " CROSS JOIN UNNEST(#) AS @(c0)",
            " LEFT JOIN UNNEST(#) AS @(c0) ON TRUE",
        ]);
        let text = join.replace('#', &array).replace('@', &alias);
        scope.text.push_str(&optional(text));
        scope.columns.push((item, format!("{alias}.c0")));
        scope.rows *= 2;
        scope.key = None;
        true
    }

    fn lateral(&mut self, scope: &mut Scope, depth: u32) {
        self.uses("LATERAL");
        let mut outer = scope.columns.clone();
        outer.extend(self.outer.iter().cloned());
        let before = std::mem::replace(&mut self.outer, outer);
        let was_inside = std::mem::replace(&mut self.is_inside, true);
        let (sql, kinds) = self.nested(None, depth, true);
        self.outer = before;
        self.is_inside = was_inside;
        let join = self.random.choose(&[
            " CROSS JOIN LATERAL (#) AS @",
            " LEFT JOIN LATERAL (#) AS @ ON TRUE",
        ]);
        let right = self.named(
            |alias| join.replace('@', alias).replace('#', &sql),
            &kinds,
            10,
        );
        scope.text.push_str(&optional(right.text));
        scope.columns.extend(right.columns);
        scope.rows *= 1 + self.rows / 2;
        scope.key = None;
    }
}
