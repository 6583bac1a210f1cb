//! Rows as an aligned table, for the examples.

use std::fmt;

use mongodb::bson::{DateTime, Decimal128};

/// The named fields of each row as a [`Table`]: `table!(rows => carrier, flights)`.
///
/// The fields are those of the query's own row type, so that the compiler knows every one.
#[macro_export]
macro_rules! table {
    ($rows:expr => $($field:ident),+ $(,)?) => {{
        let header = [$(stringify!($field)),+];
        let mut table = $crate::table::Table::new(&header);
        for row in &$rows {
            table.push(vec![$($crate::table::ToCell::to_cell(&row.$field)),+]);
        }
        table
    }};
}

/// A value as the table shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// NULL.
    Null,
    /// Aligned to the left.
    Text(String),
    /// Aligned to the right.
    Whole(i64),
    /// Aligned to the right, with as many decimals as the rest of its column.
    Fraction(f64),
}

/// A value that a table can show.
pub(crate) trait ToCell {
    /// How it is shown.
    fn to_cell(&self) -> Cell;
}

/// A value that is shown as its text.
macro_rules! text_cell {
    ($($source:ty),*) => {$(
        impl ToCell for $source {
            fn to_cell(&self) -> Cell {
                Cell::Text(self.to_string())
            }
        }
    )*};
}

text_cell!(String, bool);

impl ToCell for i32 {
    fn to_cell(&self) -> Cell {
        Cell::Whole(i64::from(*self))
    }
}

impl ToCell for i64 {
    fn to_cell(&self) -> Cell {
        Cell::Whole(*self)
    }
}

impl ToCell for f64 {
    fn to_cell(&self) -> Cell {
        Cell::Fraction(*self)
    }
}

/// Sums and averages have up to 34 digits, of which a reader wants a few.
impl ToCell for Decimal128 {
    fn to_cell(&self) -> Cell {
        let text = self.to_string();
        match (text.parse(), text.parse()) {
            (Ok(whole), _) => Cell::Whole(whole),
            (_, Ok(fraction)) => Cell::Fraction(fraction),
            _ => Cell::Text(text),
        }
    }
}

impl ToCell for DateTime {
    fn to_cell(&self) -> Cell {
        match self.try_to_rfc3339_string() {
            Ok(text) => Cell::Text(text.replace('T', " ").replace(":00Z", "")),
            Err(_) => Cell::Text(self.to_string()),
        }
    }
}

impl<T: ToCell> ToCell for Option<T> {
    fn to_cell(&self) -> Cell {
        self.as_ref().map_or(Cell::Null, T::to_cell)
    }
}

/// Rows under a header.
pub(crate) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(header: &[&str]) -> Self {
        let header = header.iter().map(|name| (*name).to_owned()).collect();
        Table {
            header,
            rows: Vec::new(),
        }
    }

    /// Adds a row, with a cell for each column of the header.
    pub(crate) fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// The texts of a column, header first, all of the same width.
    fn column(&self, index: usize) -> Vec<String> {
        let cells = || self.rows.iter().filter_map(|row| row.get(index));
        let is_text = cells().any(|cell| matches!(cell, Cell::Text(_)));
        let has_fractions = cells().any(|cell| matches!(cell, Cell::Fraction(_)));
        let mut texts: Vec<String> = self.header.get(index).cloned().into_iter().collect();
        texts.extend(cells().map(|cell| cell.text(has_fractions)));
        let width = texts.iter().map(|text| text.chars().count()).max();
        let width = width.unwrap_or_default();
        for text in &mut texts {
            *text = match is_text {
                true => format!("{text:<width$}"),
                false => format!("{text:>width$}"),
            };
        }
        texts
    }
}

impl Cell {
    fn text(&self, with_decimals: bool) -> String {
        match self {
            Cell::Null => "NULL".to_owned(),
            Cell::Text(text) => text.clone(),
            Cell::Whole(number) if with_decimals => format!("{number}.00"),
            Cell::Whole(number) => number.to_string(),
            Cell::Fraction(number) => format!("{number:.2}"),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<Vec<String>> = (0..self.header.len()).map(|i| self.column(i)).collect();
        for line in 0..=self.rows.len() {
            let texts = columns.iter().filter_map(|column| column.get(line));
            let texts: Vec<&str> = texts.map(String::as_str).collect();
            writeln!(f, "  {}", texts.join("  ").trim_end())?;
            if line == 0 {
                let rules: Vec<String> = texts
                    .iter()
                    .map(|text| "─".repeat(text.chars().count()))
                    .collect();
                writeln!(f, "  {}", rules.join("  "))?;
            }
        }
        Ok(())
    }
}
