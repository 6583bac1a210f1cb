//! Random expressions of a type.

use super::{Generator, Kind, marks};

/// The types whose values have an order.
pub(super) const ORDERED: [Kind; 8] = [
    Kind::Integer,
    Kind::Bigint,
    Kind::Numeric,
    Kind::Double,
    Kind::Text,
    Kind::Timestamp,
    Kind::Date,
    Kind::Boolean,
];

pub(super) const COMPARISONS: [&str; 6] = ["=", "<>", "<", "<=", ">", ">="];

/// Regular expressions of which PostgreSQL and the server find the same.
pub(super) const REGEXES: [&str; 8] = [
    "[a-z]+",
    "a",
    "[^a-z ]",
    "(a)(b)?",
    "o|x",
    ".+b",
    "^.",
    "\\d+(?:\\.\\d+)?",
];

const PATTERNS: [&str; 10] = [
    "a%", "%a", "%$%", "_", "%", "%\\%%", "O_lo", "%é%", "", "%.%",
];

impl Generator {
    /// A type whose values can be compared.
    pub(super) fn ordered_kind(&mut self) -> Kind {
        self.random.pick(&ORDERED)
    }

    /// A column of this type, or a constant where there is none.
    pub(super) fn column(&mut self, kind: Kind) -> String {
        let outer = self.random.percent(25) && self.outer.iter().any(|(found, _)| *found == kind);
        let columns = if outer { &self.outer } else { &self.columns };
        let columns: Vec<&String> = columns
            .iter()
            .filter(|(found, _)| *found == kind)
            .map(|(_, name)| name)
            .collect();
        if columns.is_empty() {
            return self.constant(kind);
        }
        columns[self.random.below(columns.len())].clone()
    }

    /// An expression of this type, in brackets where it needs them.
    pub(super) fn expression(&mut self, kind: Kind, depth: u32) -> String {
        let text = self.unmarked(kind, depth);
        marks::expression(kind, &text)
    }

    fn unmarked(&mut self, kind: Kind, depth: u32) -> String {
        if depth == 0 || self.random.percent(25) {
            return if self.random.percent(75) {
                self.column(kind)
            } else {
                self.constant(kind)
            };
        }
        if self.subqueries > 0 && ORDERED.contains(&kind) && self.random.percent(20) {
            return self.subquery(kind, depth - 1);
        }
        if self.random.percent(20) && !matches!(kind, Kind::Integers | Kind::Texts) {
            return self.conditional(kind, depth - 1);
        }
        match kind {
            Kind::Boolean => self.condition(depth - 1),
            Kind::Integer => self.integer(depth - 1),
            Kind::Bigint => self.bigint(depth - 1),
            Kind::Numeric => self.numeric(depth - 1),
            Kind::Double => self.double(depth - 1),
            Kind::Text => self.text(depth - 1),
            Kind::Timestamp => self.timestamp(depth - 1),
            Kind::Date => self.date(depth - 1),
            Kind::Integers | Kind::Texts => self.array(kind, depth - 1),
            Kind::ObjectId => self.column(kind),
        }
    }

    /// What works for every type.
    fn conditional(&mut self, kind: Kind, depth: u32) -> String {
        let one = self.expression(kind, depth);
        let other = self.expression(kind, depth);
        match self.random.below(6) {
            0 => format!("COALESCE({one}, {other})"),
            1 => format!("NULLIF({one}, {other})"),
            2 => format!("GREATEST({one}, {other})"),
            3 => format!("LEAST({one}, {other})"),
            4 => {
                let condition = self.expression(Kind::Boolean, depth);
                format!("CASE WHEN {condition} THEN {one} ELSE {other} END")
            }
            _ => {
                let first = self.expression(Kind::Boolean, depth);
                let second = self.expression(Kind::Boolean, depth);
                format!("CASE WHEN {first} THEN {one} WHEN {second} THEN {other} END")
            }
        }
    }

    fn condition(&mut self, depth: u32) -> String {
        let kind = self.ordered_kind();
        match self.random.below(17) {
            15 => {
                let regex = self.random.choose(&REGEXES);
                let operand = self.expression(Kind::Text, depth);
                format!("regexp_like({operand}, '{regex}')")
            }
            16 => {
                let mut period = || {
                    let kind = self.random.pick(&[Kind::Timestamp, Kind::Date]);
                    let start = self.expression(kind, 1);
                    format!("({start}, {})", self.expression(kind, 0))
                };
                let one = period();
                format!("({one} OVERLAPS {})", period())
            }
            0..=3 => {
                let one = self.expression(kind, depth);
                let other = self.expression(kind, depth);
                let operator = self.random.choose(&COMPARISONS);
                format!("({one} {operator} {other})")
            }
            4 => {
                let one = self.expression(Kind::Boolean, depth);
                let other = self.expression(Kind::Boolean, depth);
                format!("({one} AND {other})")
            }
            5 => {
                let one = self.expression(Kind::Boolean, depth);
                let other = self.expression(Kind::Boolean, depth);
                format!("({one} OR {other})")
            }
            6 => format!("(NOT {})", self.expression(Kind::Boolean, depth)),
            7 => {
                let negated = self.random.choose(&["", "NOT "]);
                format!("({} IS {negated}NULL)", self.expression(kind, depth))
            }
            8 => {
                let negated = self.random.choose(&["", "NOT "]);
                let one = self.expression(kind, depth);
                let other = self.expression(kind, depth);
                format!("({one} IS {negated}DISTINCT FROM {other})")
            }
            9 => {
                let negated = self.random.choose(&["", "NOT "]);
                let operand = self.expression(kind, depth);
                let items: Vec<String> = (0..=self.random.below(3))
                    .map(|_| self.expression(kind, 0))
                    .collect();
                format!("({operand} {negated}IN ({}))", items.join(", "))
            }
            10 => {
                let negated = self.random.choose(&["", "NOT "]);
                let operand = self.expression(kind, depth);
                let low = self.expression(kind, 0);
                let high = self.expression(kind, 0);
                format!("({operand} {negated}BETWEEN {low} AND {high})")
            }
            11 => {
                let operator = self.random.choose(&["LIKE", "NOT LIKE", "ILIKE"]);
                let pattern = self.random.choose(&PATTERNS);
                let operand = self.expression(Kind::Text, depth);
                format!("({operand} {operator} '{pattern}')")
            }
            12 => {
                let truth =
                    self.random
                        .choose(&["TRUE", "NOT TRUE", "FALSE", "NOT FALSE", "UNKNOWN"]);
                format!("({} IS {truth})", self.expression(Kind::Boolean, depth))
            }
            13 => {
                let (item, array) = self.item_and_array();
                let operator = self.random.choose(&COMPARISONS);
                let quantifier = self.random.choose(&["ANY", "ALL"]);
                let operand = self.expression(item, depth);
                let array = self.expression(array, depth);
                format!("({operand} {operator} {quantifier}({array}))")
            }
            _ => {
                let (_, array) = self.item_and_array();
                let operator = self.random.choose(&["@>", "<@", "&&", "=", "<>"]);
                let one = self.expression(array, depth);
                let other = self.expression(array, depth);
                format!("({one} {operator} {other})")
            }
        }
    }

    fn item_and_array(&mut self) -> (Kind, Kind) {
        self.random
            .pick(&[(Kind::Integer, Kind::Integers), (Kind::Text, Kind::Texts)])
    }

    fn integer(&mut self, depth: u32) -> String {
        let one = self.expression(Kind::Integer, depth);
        match self.random.below(19) {
            13 => {
                let other = self.expression(Kind::Integer, depth);
                let operator = self.random.choose(&["&", "|", "#"]);
                format!("({one} {operator} {other})")
            }
            14 => format!("(~ {one})"),
            15 => {
                let operator = self.random.choose(&["<<", ">>"]);
                format!("({one} {operator} {})", self.random.between(0, 31))
            }
            16 => format!("gcd({one}, {})", self.expression(Kind::Integer, depth)),
            17 => {
                let (function, other) = (
                    self.random.choose(&["num_nulls", "num_nonnulls"]),
                    self.ordered_kind(),
                );
                format!("{function}({one}, {})", self.expression(other, depth))
            }
            18 => {
                let function = self.random.choose(&["regexp_count", "regexp_instr"]);
                let regex = self.random.choose(&REGEXES);
                format!(
                    "{function}({}, '{regex}')",
                    self.expression(Kind::Text, depth)
                )
            }
            0..=2 => {
                let other = self.expression(Kind::Integer, depth);
                let operator = self.random.choose(&["+", "-", "*"]);
                format!("({one} {operator} {other})")
            }
            3 => format!(
                "({one} / NULLIF({}, 0))",
                self.expression(Kind::Integer, depth)
            ),
            4 => format!(
                "({one} % NULLIF({}, 0))",
                self.expression(Kind::Integer, depth)
            ),
            5 => format!("abs({one})"),
            6 => format!("(- {one})"),
            7 => format!("length({})", self.expression(Kind::Text, depth)),
            8 => {
                let part = self.expression(Kind::Text, 0);
                format!("position({part} IN {})", self.expression(Kind::Text, depth))
            }
            9 => {
                let (_, array) = self.item_and_array();
                format!("CARDINALITY({})", self.expression(array, depth))
            }
            10 => {
                let array = self.column(Kind::Integers);
                format!("({array})[{}]", self.random.between(0, 3))
            }
            11 => {
                let field = self
                    .random
                    .choose(&["YEAR", "MONTH", "DAY", "HOUR", "DOW", "WEEK", "DOY"]);
                let timestamp = self.expression(Kind::Timestamp, depth);
                format!("EXTRACT({field} FROM {timestamp})::integer")
            }
            _ => {
                let earlier = self.expression(Kind::Date, depth);
                format!("({} - {earlier})", self.expression(Kind::Date, depth))
            }
        }
    }

    fn bigint(&mut self, depth: u32) -> String {
        let one = self.expression(Kind::Bigint, depth);
        match self.random.below(8) {
            5 => {
                let other = self.expression(Kind::Bigint, depth);
                let operator = self.random.choose(&["&", "|", "#"]);
                format!("({one} {operator} {other})")
            }
            6 => {
                // A sum of much larger numbers leaves 64 bits.
                let (operator, most) = self.random.pick(&[("<<", 4), (">>", 63)]);
                format!("({one} {operator} {})", self.random.between(0, most))
            }
            7 => format!("gcd({one}, {})", self.expression(Kind::Bigint, depth)),
            0 => {
                let other = self.expression(Kind::Bigint, depth);
                let operator = self.random.choose(&["+", "-"]);
                format!("({one} {operator} {other})")
            }
            1 => format!("({one} * {})", self.random.between(-9, 9)),
            2 => format!(
                "({one} / NULLIF({}, 0))",
                self.expression(Kind::Bigint, depth)
            ),
            3 => format!(
                "({one} % NULLIF({}, 0))",
                self.expression(Kind::Integer, depth)
            ),
            _ => format!(
                "({}::bigint + {one})",
                self.expression(Kind::Integer, depth)
            ),
        }
    }

    fn numeric(&mut self, depth: u32) -> String {
        let one = self.expression(Kind::Numeric, depth);
        match self.random.below(7) {
            0..=1 => {
                let other = self.expression(Kind::Numeric, depth);
                let operator = self.random.choose(&["+", "-"]);
                format!("({one} {operator} {other})")
            }
            2 => format!("({one} * {})", self.constant(Kind::Numeric)),
            // Not as exact as PostgreSQL's quotients, but as exact as comparisons may need.
            3 => format!(
                "round({one} / NULLIF({}, 0), 3)",
                self.expression(Kind::Numeric, depth)
            ),
            4 => {
                let function = self.random.choose(&["round", "trunc"]);
                format!("{function}({one}, {})", self.random.between(-2, 4))
            }
            5 => {
                let function = self
                    .random
                    .choose(&["abs", "sign", "ceil", "floor", "round", "trunc"]);
                format!("{function}({one})")
            }
            _ => format!("({} * 0.5)", self.expression(Kind::Integer, depth)),
        }
    }

    fn double(&mut self, depth: u32) -> String {
        let one = self.expression(Kind::Double, depth);
        match self.random.below(6) {
            5 => format!("cbrt({one})"),
            0..=1 => {
                let other = self.expression(Kind::Double, depth);
                let operator = self.random.choose(&["+", "-", "*"]);
                format!("({one} {operator} {other})")
            }
            2 => format!(
                "({one} / NULLIF({}, 0))",
                self.expression(Kind::Double, depth)
            ),
            3 => {
                let function = self
                    .random
                    .choose(&["abs", "sign", "ceil", "floor", "round", "trunc"]);
                format!("{function}({one})")
            }
            _ => format!(
                "({}::double precision)",
                self.expression(Kind::Numeric, depth)
            ),
        }
    }

    fn text(&mut self, depth: u32) -> String {
        let one = self.expression(Kind::Text, depth);
        match self.random.below(15) {
            11 => {
                let regex = self.random.choose(&REGEXES);
                let flags = self.random.choose(&["", ", 'g'", ", 'i'"]);
                format!("regexp_replace({one}, '{regex}', '<\\&\\1>'{flags})")
            }
            12 => {
                let regex = self.random.choose(&REGEXES);
                match self.random.below(2) {
                    0 => format!("regexp_substr({one}, '{regex}')"),
                    _ => format!("substring({one} FROM '{regex}')"),
                }
            }
            13 => {
                let function = self.random.choose(&["quote_literal", "quote_nullable"]);
                format!("{function}({one})")
            }
            14 => format!("to_hex({})", self.expression(Kind::Integer, depth)),
            0..=1 => format!("({one} || {})", self.expression(Kind::Text, depth)),
            2 => {
                let function = self
                    .random
                    .choose(&["upper", "lower", "reverse", "trim", "initcap"]);
                format!("{function}({one})")
            }
            3 => {
                let function = self.random.choose(&["left", "right"]);
                format!(
                    "{function}({one}, {})",
                    self.expression(Kind::Integer, depth)
                )
            }
            4 => {
                let from = self.random.between(-1, 4);
                format!("substring({one}, {from}, {})", self.random.between(0, 4))
            }
            5 => {
                let part = self.expression(Kind::Text, 0);
                format!("replace({one}, {part}, {})", self.expression(Kind::Text, 0))
            }
            6 => format!("{}::text", self.expression(Kind::Integer, depth)),
            7 => {
                let other = self.expression(Kind::Text, depth);
                format!(
                    "CONCAT({one}, {other}, {})",
                    self.expression(Kind::Integer, depth)
                )
            }
            8 => {
                let timestamp = self.expression(Kind::Timestamp, depth);
                format!("to_char({timestamp}, 'YYYY-MM-DD HH24:MI')")
            }
            9 => {
                let array = self.column(Kind::Texts);
                format!("({array})[{}]", self.random.between(0, 3))
            }
            _ => format!("lpad({one}, {}, '*$')", self.random.between(0, 9)),
        }
    }

    fn timestamp(&mut self, depth: u32) -> String {
        let one = self.expression(Kind::Timestamp, depth);
        match self.random.below(4) {
            0 => {
                let unit = self
                    .random
                    .choose(&["hour", "day", "week", "month", "quarter", "year"]);
                format!("date_trunc('{unit}', {one})")
            }
            1 => format!("({}::timestamptz)", self.expression(Kind::Date, depth)),
            _ => {
                let operator = self.random.choose(&["+", "-"]);
                let interval =
                    self.random
                        .choose(&["1 month", "36 hours", "1 year -3 days", "90 minutes"]);
                format!("({one} {operator} INTERVAL '{interval}')")
            }
        }
    }

    fn date(&mut self, depth: u32) -> String {
        match self.random.below(3) {
            0 => format!("({}::date)", self.expression(Kind::Timestamp, depth)),
            1 => {
                let one = self.expression(Kind::Date, depth);
                format!("({one} + {})", self.column(Kind::Integer))
            }
            _ => {
                let one = self.expression(Kind::Date, depth);
                format!("({one} - {})", self.constant(Kind::Integer))
            }
        }
    }

    fn array(&mut self, kind: Kind, depth: u32) -> String {
        let item = if kind == Kind::Integers {
            Kind::Integer
        } else {
            Kind::Text
        };
        let one = self.expression(kind, depth);
        match self.random.below(6) {
            4 => {
                let low = self.random.between(-1, 3);
                format!("({one})[{low} : {}]", self.expression(Kind::Integer, 0))
            }
            5 if kind == Kind::Texts => {
                let regex = self.random.choose(&REGEXES);
                let text = self.expression(Kind::Text, depth);
                format!("regexp_split_to_array({text}, '{regex}')")
            }
            0 => format!("array_append({one}, {})", self.expression(item, depth)),
            1 => format!("array_remove({one}, {})", self.expression(item, 0)),
            2 => format!("({one} || {})", self.expression(kind, depth)),
            _ => {
                let first = self.expression(item, depth);
                format!("ARRAY[{first}, {}]", self.expression(item, depth))
            }
        }
    }
}
