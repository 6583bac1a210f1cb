//! Random statements that write, in sequences.

use super::sources::Columns;
use super::{Generator, Kind, columns, marks, number};
use crate::case::{Case, Expected, case};
use crate::random::Random;
use crate::schema::TABLES;
use crate::servers::SEED;
use crate::writes::Sequence;
use queryleaf_compiler::types::{Field, Type};

/// How many sequences there are when nobody says, and how many statements in each.
const USUAL: u64 = 60;
const LENGTH: usize = 6;

/// How deep the expressions of a statement nest.
const DEPTH: u32 = 2;

/// The sequences of this run.
pub fn sequences() -> Vec<Sequence> {
    let first = number("QUERYLEAF_FIRST", 0);
    let count = number("QUERYLEAF_WRITES", USUAL);
    let sequence = |number: u64| Sequence {
        statements: (0..LENGTH).map(|place| statement(number, place)).collect(),
    };
    (first..first + count).map(sequence).collect()
}

/// A statement with numbers of its own, so that it stays the same when others change.
fn statement(number: u64, place: usize) -> Case {
    let mut random = Random::new(*SEED, &format!("write {number}.{place}"));
    let tables = [
        "articles", "articles", "moves", "moves", "tallies", "shelves",
    ];
    let table = random.choose(&tables);
    let mut generator = Generator::new(random, table);
    let text = generator.write(place);
    Case {
        expected: Expected::SameOrRefused,
        parameters: generator.parameters,
        ..case(marks::plain(&text)).within(1e-9)
    }
}

/// A field that statements give values to.
struct Target {
    path: String,
    kind: Kind,
    nullable: bool,
}

/// The fields of a table that take values of the known types, those of its structs included.
fn targets(table: &str) -> Vec<Target> {
    let table = TABLES
        .iter()
        .find(|known| known.collection.name == table)
        .expect("a table");
    let keys = ["_id", "sku", "code", "shop", "shelf"];
    let mut found = Vec::new();
    for field in &table.collection.fields {
        if !keys.contains(&field.name.as_str()) {
            add(field, &field.name, &mut found);
        }
    }
    found
}

fn add(field: &Field, path: &str, found: &mut Vec<Target>) {
    let kind = match &field.ty {
        Type::Boolean => Kind::Boolean,
        Type::Integer => Kind::Integer,
        Type::Bigint => Kind::Bigint,
        Type::Numeric => Kind::Numeric,
        Type::Double => Kind::Double,
        Type::Text => Kind::Text,
        Type::Timestamp => Kind::Timestamp,
        Type::Date => Kind::Date,
        Type::ObjectId => Kind::ObjectId,
        Type::Array(item) => match item.ty {
            Type::Integer if item.nullable => Kind::Integers,
            Type::Text if item.nullable => Kind::Texts,
            // What an expression gives may hold a `NULL`.
            _ => return,
        },
        // A part of it alone is not enough where it has none.
        Type::Struct(_) if path == "casing" => return,
        Type::Struct(reference) => {
            for field in &reference.definition.fields {
                add(field, &format!("{path}.{}", field.name), found);
            }
            return;
        }
        _ => return,
    };
    found.push(Target {
        path: path.to_owned(),
        kind,
        nullable: field.nullable,
    });
}

/// A source of at most one row for each row of the table: its text, the condition that joins it,
/// and its columns.
fn source(table: &str) -> (&'static str, &'static str, Columns) {
    let columns = |columns: &[(Kind, &str)]| {
        let columns = columns.iter();
        columns
            .map(|(kind, name)| (*kind, (*name).to_owned()))
            .collect()
    };
    match table {
        "articles" => (
            "(SELECT article AS k, MAX(quantity) AS q, SUM(amount) AS a, MIN(reason) AS w, \
             MAX(moved_at) AS t, MIN(factor) AS f FROM moves GROUP BY article) AS s",
            "s.k = articles._id",
            columns(&[
                (Kind::Integer, "s.q"),
                (Kind::Numeric, "s.a"),
                (Kind::Text, "s.w"),
                (Kind::Timestamp, "s.t"),
                (Kind::Double, "s.f"),
            ]),
        ),
        "moves" => (
            "articles AS s",
            "s._id = moves.article",
            prefixed("s", &columns::of("articles")),
        ),
        "tallies" => (
            "(SELECT state::text AS k, COUNT(*) AS q, SUM(cost) AS a, MAX(name) AS w, \
             MIN(seen_at) AS t FROM articles GROUP BY state) AS s",
            "s.k = tallies._id",
            columns(&[
                (Kind::Bigint, "s.q"),
                (Kind::Numeric, "s.a"),
                (Kind::Text, "s.w"),
                (Kind::Timestamp, "s.t"),
            ]),
        ),
        _ => (
            "(SELECT shop AS k, COUNT(*) AS q, MAX(label) AS w FROM shelves GROUP BY shop) AS s",
            "s.k = shelves.shop",
            columns(&[(Kind::Bigint, "s.q"), (Kind::Text, "s.w")]),
        ),
    }
}

fn prefixed(name: &str, columns: &Columns) -> Columns {
    let columns = columns.iter();
    columns
        .map(|(kind, column)| (*kind, format!("{name}.{column}")))
        .collect()
}

impl Generator {
    /// A statement; `place` is its number in the sequence, so that keys are new.
    fn write(&mut self, place: usize) -> String {
        self.columns = prefixed(self.table, &columns::of(self.table));
        match self.random.below(20) {
            0..=1 => self.insert_values(place),
            2..=4 => self.insert_select(),
            5..=6 => self.upsert(),
            7..=11 => self.update(),
            12..=14 => self.update_from(),
            15..=16 => self.delete(),
            17 => self.delete_using(),
            _ => self.merge(),
        }
    }

    /// A value for a field, of its own type or one that is converted to it.
    fn value_for(&mut self, target: &Target) -> String {
        let kind = match target.kind {
            Kind::Integer | Kind::Bigint | Kind::Numeric | Kind::Double
                if self.random.percent(25) =>
            {
                self.random
                    .pick(&[Kind::Integer, Kind::Bigint, Kind::Numeric, Kind::Double])
            }
            kind => kind,
        };
        let value = self.expression(kind, DEPTH);
        let value = match target.path.as_str() {
            "note" => format!("left({value}, 30)"),
            "grade" => format!("({}) % 100", self.expression(Kind::Integer, DEPTH)),
            "price" => format!(
                "round(({}) % 1000, 2)",
                self.expression(Kind::Numeric, DEPTH)
            ),
            _ => value,
        };
        // PostgreSQL's composites take any `NULL`.
        let is_inside = target.path.contains('.');
        if target.nullable || !is_inside && self.random.percent(5) {
            return value;
        }
        let other = loop {
            let other = self.constant(kind);
            if !other.starts_with("NULL") && !other.starts_with(':') {
                break other;
            }
        };
        format!("COALESCE({value}, {other})")
    }

    /// Some fields with values.
    fn assignments(&mut self) -> String {
        let mut left = targets(self.table);
        let mut assignments = Vec::new();
        for _ in 0..=self.random.below(3) {
            let target = left.remove(self.random.below(left.len()));
            let value = match self.random.below(12) {
                0 if target.nullable => "NULL".to_owned(),
                1 if target.nullable && !target.path.contains('.') => "DEFAULT".to_owned(),
                _ => self.value_for(&target),
            };
            assignments.push(format!("{} = {value}", target.path));
        }
        assignments.join(", ")
    }

    fn filter_of(&mut self, around: u64) -> String {
        if self.random.percent(around) {
            return String::new();
        }
        format!(" WHERE {}", self.expression(Kind::Boolean, DEPTH))
    }

    /// `RETURNING`, now and then.
    fn some_returning(&mut self) -> String {
        if self.random.percent(75) {
            return String::new();
        }
        let own = prefixed(self.table, &columns::of(self.table));
        let kinds = [self.ordered_kind(), self.ordered_kind()];
        let subqueries = std::mem::take(&mut self.subqueries);
        let items = self.with_columns(&own, |this| kinds.map(|kind| this.expression(kind, 1)));
        self.subqueries = subqueries;
        let [one, other] = items;
        format!(" RETURNING {}._id, {one} AS c0, {other} AS c1", self.table)
    }

    /// The columns that every new row must have, with values: new keys, and constants.
    fn required(&mut self, key: &str) -> Vec<(&'static str, String)> {
        match self.table {
            "articles" => vec![
                ("_id", format!("1{key}")),
                ("sku", format!("'n{key}'")),
                ("tags", "ARRAY['n']".to_owned()),
                ("scores", "ARRAY[1]".to_owned()),
            ],
            "tallies" => vec![("_id", format!("'n{key}'"))],
            "shelves" => vec![("shop", format!("'n{key}'"))],
            _ => Vec::new(),
        }
    }

    /// Fields that a new row of `required` columns may have beside them.
    fn further(&mut self) -> Vec<Target> {
        let mut left = targets(self.table);
        left.retain(|target| {
            let is_given = matches!(target.path.as_str(), "tags" | "scores" | "shop");
            !target.path.contains('.') && !is_given
        });
        (0..=self.random.below(3))
            .map(|_| left.remove(self.random.below(left.len())))
            .collect()
    }

    fn insert_values(&mut self, place: usize) -> String {
        if self.table == "articles" {
            // Structs are written differently in PostgreSQL.
            self.table = "moves";
        }
        let further = self.further();
        let mut rows = Vec::new();
        let mut names = Vec::new();
        for row in 0..=self.random.below(3) {
            let required = self.required(&format!("{place}{row}"));
            names = required
                .iter()
                .map(|(name, _)| (*name).to_owned())
                .collect();
            let mut values: Vec<String> = required.into_iter().map(|(_, value)| value).collect();
            for target in &further {
                names.push(target.path.clone());
                values.push(match self.random.below(8) {
                    0 if target.nullable => "DEFAULT".to_owned(),
                    1 if target.nullable => "NULL".to_owned(),
                    _ => self.with_columns(&Vec::new(), |this| this.value_for(target)),
                });
            }
            rows.push(format!("({})", values.join(", ")));
        }
        let (table, names, rows) = (self.table, names.join(", "), rows.join(", "));
        let returning = self.some_returning();
        format!("INSERT INTO {table} ({names}) VALUES {rows}{returning}")
    }

    /// The rows of any query, in the table that needs no keys.
    fn insert_select(&mut self) -> String {
        self.table = self.random.choose(&["moves", "moves", "archive"]);
        self.subqueries = self.random.below(2);
        if self.table == "archive" {
            let (sql, _) = self.with_columns(&Vec::new(), |this| {
                this.nested(Some(&[Kind::Integer]), 1, false)
            });
            return format!(
                "INSERT INTO archive (_id, quantity) SELECT DISTINCT 1000 + COALESCE(q.c0, 0), \
                 1 FROM ({sql}) AS q ON CONFLICT DO NOTHING"
            );
        }
        let fields: Vec<Target> = self
            .further()
            .into_iter()
            .filter(|target| target.kind != Kind::Texts)
            .collect();
        if fields.is_empty() {
            return "INSERT INTO moves (quantity) SELECT quantity FROM moves".to_owned();
        }
        let kinds: Vec<Kind> = fields.iter().map(|target| target.kind).collect();
        let (sql, _) = self.with_columns(&Vec::new(), |this| this.nested(Some(&kinds), 1, true));
        let names: Vec<&str> = fields.iter().map(|target| target.path.as_str()).collect();
        let values: Vec<String> = fields
            .iter()
            .enumerate()
            .map(|(number, target)| match target.nullable {
                true => format!("q.c{number}"),
                false => {
                    let other = self.with_columns(&Vec::new(), |this| this.value_for(target));
                    format!("COALESCE(q.c{number}, {other})")
                }
            })
            .collect();
        let (names, values) = (names.join(", "), values.join(", "));
        let returning = self.some_returning();
        if self.random.percent(30) {
            return format!(
                "WITH q AS ({sql}) INSERT INTO moves ({names}) SELECT {values} FROM q{returning}"
            );
        }
        format!("INSERT INTO moves ({names}) SELECT {values} FROM ({sql}) AS q{returning}")
    }

    fn upsert(&mut self) -> String {
        self.table = "tallies";
        let own = columns::of(self.table);
        let mut keys = vec!["red", "Red", "green", "$blue", "new", "", "{\"$gt\": \"\"}"];
        let further = self.further();
        let names: Vec<&str> = further.iter().map(|target| target.path.as_str()).collect();
        let names = names.join(", ");
        let mut rows = Vec::new();
        for _ in 0..=self.random.below(3) {
            let key = keys.remove(self.random.below(keys.len()));
            let values: Vec<String> = further
                .iter()
                .map(|target| self.with_columns(&Vec::new(), |this| this.value_for(target)))
                .collect();
            rows.push(format!("('{key}', {})", values.join(", ")));
        }
        let rows = rows.join(", ");
        let insert = format!("INSERT INTO tallies (_id, {names}) VALUES {rows}");
        if self.random.percent(20) {
            return format!("{insert} ON CONFLICT DO NOTHING{}", self.some_returning());
        }
        let mut both = prefixed("tallies", &own);
        both.extend(prefixed("EXCLUDED", &own));
        let (set, filter) =
            self.with_columns(&both, |this| (this.assignments(), this.filter_of(60)));
        let returning = match filter.is_empty() {
            true => self.some_returning(),
            false => String::new(),
        };
        format!("{insert} ON CONFLICT (_id) DO UPDATE SET {set}{filter}{returning}")
    }

    fn update(&mut self) -> String {
        self.subqueries = self.random.below(3);
        let (set, filter) = (self.assignments(), self.filter_of(20));
        let returning = self.some_returning();
        format!("UPDATE {} SET {set}{filter}{returning}", self.table)
    }

    fn update_from(&mut self) -> String {
        let (text, joined, mut both) = source(self.table);
        both.extend(self.columns.clone());
        let (set, filter) = self.with_columns(&both, |this| {
            let set = this.assignments();
            let filter = match this.random.percent(50) {
                true => format!(" AND {}", this.expression(Kind::Boolean, DEPTH)),
                false => String::new(),
            };
            (set, filter)
        });
        let returning = self.some_returning();
        format!(
            "UPDATE {} SET {set} FROM {text} WHERE {joined}{filter}{returning}",
            self.table
        )
    }

    fn delete(&mut self) -> String {
        self.subqueries = self.random.below(3);
        let filter = self.filter_of(3);
        let returning = self.some_returning();
        format!("DELETE FROM {}{filter}{returning}", self.table)
    }

    fn delete_using(&mut self) -> String {
        let scope = self.inner_source();
        let mut both = scope.1.clone();
        both.extend(self.columns.clone());
        let condition = self.with_columns(&both, |this| this.expression(Kind::Boolean, DEPTH));
        let (table, source) = (self.table, scope.0);
        format!("DELETE FROM {table} USING {source} WHERE {condition}")
    }

    /// A source of several rows for each row of the table.
    fn inner_source(&mut self) -> (String, Columns) {
        let name = self.random.choose(&["moves", "tallies", "shelves"]);
        (format!("{name} AS s"), prefixed("s", &columns::of(name)))
    }

    fn merge(&mut self) -> String {
        if self.table == "articles" && self.random.percent(50) {
            self.table = "tallies";
            self.columns = prefixed("tallies", &columns::of("tallies"));
        }
        let (text, joined, source) = source(self.table);
        let mut both = source.clone();
        both.extend(self.columns.clone());
        let mut clauses = Vec::new();
        for _ in 0..=self.random.below(2) {
            let condition = match self.random.percent(60) {
                true => {
                    let condition =
                        self.with_columns(&both, |this| this.expression(Kind::Boolean, DEPTH));
                    format!(" AND {condition}")
                }
                false => String::new(),
            };
            let action = match self.random.below(6) {
                0 => "DELETE".to_owned(),
                1 => "DO NOTHING".to_owned(),
                _ => {
                    let set = self.with_columns(&both, Generator::assignments);
                    format!("UPDATE SET {set}")
                }
            };
            clauses.push(format!("WHEN MATCHED{condition} THEN {action}"));
        }
        // New keys can be told for few tables.
        let key = match self.table {
            "tallies" => Some(("_id", "s.k")),
            "moves" => Some(("article", "s._id")),
            _ => None,
        };
        if let Some((name, value)) = key
            && self.random.percent(70)
        {
            let mut further = self.further();
            further.retain(|target| target.path != name);
            let mut names = vec![name.to_owned()];
            let mut values = vec![value.to_owned()];
            for target in &further {
                names.push(target.path.clone());
                values.push(self.with_columns(&source, |this| this.value_for(target)));
            }
            let (names, values) = (names.join(", "), values.join(", "));
            clauses.push(format!(
                "WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({values})"
            ));
        }
        let (table, clauses) = (self.table, clauses.join(" "));
        format!("MERGE INTO {table} USING {text} ON {joined} {clauses}")
    }
}
