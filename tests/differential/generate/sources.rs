//! Random FROM clauses: sources of rows.

use super::marks::list;
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
const MOST_ROWS: usize = 4_000;

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
    pub(super) fn source(&mut self, depth: u32, most: usize) -> Scope {
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
    pub(super) fn named(
        &mut self,
        text: impl Fn(&str) -> String,
        kinds: &[Kind],
        rows: usize,
    ) -> Scope {
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
}
