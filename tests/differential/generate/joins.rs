//! Random joins.

use super::marks::optional;
use super::sources::{Columns, Scope};
use super::{Generator, Kind};

const NUMBERS: [Kind; 4] = [Kind::Integer, Kind::Bigint, Kind::Numeric, Kind::Double];

impl Generator {
    /// Joins one more source to the scope.
    pub(super) fn join(&mut self, scope: &mut Scope, depth: u32, most: usize) {
        match self.random.below(12) {
            0 if self.unnest(scope) => return,
            1 if depth > 0 && scope.rows <= 200 => return self.lateral(scope, depth - 1),
            _ => {}
        }
        let right = self.source(depth, most);
        let columns = &mut scope.columns;
        columns.retain(|(_, column)| is_unambiguous(column, &right.columns));
        let equality = self.equality(&scope.columns, &right.columns);
        let is_small = scope.rows * right.rows <= most;
        // Most columns have few values.
        let rows = scope.rows * right.rows / 6;
        if rows > most {
            return;
        }
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
        let using = self.using(scope, &right, kind);
        let condition = match equality {
            _ if kind == "CROSS JOIN" && is_small => String::new(),
            _ if using.is_some() => format!(" USING ({})", using.clone().unwrap_or_default()),
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
        if let Some(name) = using
            && let Some((kind, _)) = columns.iter().find(|(_, column)| last(column) == name)
        {
            columns.push((*kind, name));
        }
        scope.columns = columns;
        scope.rows = match condition.is_empty() {
            true => scope.rows * right.rows,
            false => rows.max(scope.rows).max(right.rows),
        };
        scope.key = scope
            .key
            .take()
            .zip(right.key)
            .map(|(one, other)| [one, other].concat());
    }

    /// A column that both sides have, where nothing else has one of its name.
    fn using(&mut self, scope: &Scope, right: &Scope, kind: &str) -> Option<String> {
        let is_single = !scope.text.contains("JOIN");
        if !is_single || kind == "CROSS JOIN" || self.random.percent(75) {
            return None;
        }
        // Fields of structs and enums are no columns of their own.
        let is_column = |column: &&(Kind, String)| {
            let is_plain = column.1.matches('.').count() == 1 && !column.1.contains("::");
            is_plain && !matches!(column.0, Kind::Integers | Kind::Texts)
        };
        let common: Vec<String> = scope
            .columns
            .iter()
            .filter(is_column)
            .filter(|(kind, one)| {
                let mut columns = right.columns.iter().filter(is_column);
                columns.any(|(other_kind, other)| kind == other_kind && last(one) == last(other))
            })
            .map(|(_, column)| last(column).to_owned())
            .collect();
        if common.is_empty() {
            return None;
        }
        self.uses("USING");
        Some(self.random.pick(&common))
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
        scope.columns.retain(|(_, column)| column != "c0");
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
        let columns = &mut scope.columns;
        columns.retain(|(_, column)| is_unambiguous(column, &right.columns));
        columns.extend(right.columns);
        scope.rows *= 1 + self.rows / 2;
        scope.key = None;
    }
}

/// The name of a column without its table.
fn last(column: &str) -> &str {
    column.rsplit('.').next().unwrap_or_default()
}

/// Whether a name still says which column it is when these are there as well.
fn is_unambiguous(name: &str, others: &Columns) -> bool {
    name.contains('.') || others.iter().all(|(_, other)| last(other) != name)
}
