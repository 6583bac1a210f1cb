//! The queries: the same ones for QueryLeaf and for sqlx.

/// A type of a column or parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Boolean,
    Integer,
    Bigint,
    Double,
    Text,
    Timestamp,
}

/// A table: eight columns, one for each role that a column has in the queries.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: [Column; 8],
    /// Values of the column that rows are grouped by; the first table keeps them in an enum.
    pub(crate) groups: [&'static str; 3],
}

/// A column of a table, or of a result.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) nullable: Nullable,
}

/// What PostgreSQL says about the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nullable {
    /// A column of a table that is NOT NULL.
    Never,
    /// A column of a table that may be NULL.
    Maybe,
    /// An expression, of which PostgreSQL does not say it.
    Unknown,
}

/// A query; parameters are written as `:name`.
pub(crate) struct Query {
    pub(crate) sql: String,
    pub(crate) parameters: Vec<(&'static str, Kind)>,
    pub(crate) columns: Vec<Column>,
}

const fn column(name: &'static str, kind: Kind) -> Column {
    let nullable = Nullable::Never;
    Column {
        name,
        kind,
        nullable,
    }
}

const fn optional(name: &'static str, kind: Kind) -> Column {
    let nullable = Nullable::Maybe;
    Column {
        name,
        kind,
        nullable,
    }
}

const fn expression(name: &'static str, kind: Kind) -> Column {
    let nullable = Nullable::Unknown;
    Column {
        name,
        kind,
        nullable,
    }
}

/// The tables.
pub(crate) static TABLES: [Table; 4] = [
    Table {
        name: "orders",
        columns: [
            column("number", Kind::Bigint),
            column("customer", Kind::Text),
            column("status", Kind::Text),
            column("total", Kind::Double),
            column("placed_at", Kind::Timestamp),
            column("paid", Kind::Boolean),
            optional("note", Kind::Text),
            optional("priority", Kind::Integer),
        ],
        groups: ["open", "packed", "shipped"],
    },
    Table {
        name: "customers",
        columns: [
            column("code", Kind::Bigint),
            column("name", Kind::Text),
            column("country", Kind::Text),
            column("credit", Kind::Double),
            column("joined_at", Kind::Timestamp),
            column("active", Kind::Boolean),
            optional("email", Kind::Text),
            optional("age", Kind::Integer),
        ],
        groups: ["Norway", "Peru", "Kenya"],
    },
    Table {
        name: "products",
        columns: [
            column("sku", Kind::Bigint),
            column("title", Kind::Text),
            column("category", Kind::Text),
            column("price", Kind::Double),
            column("added_at", Kind::Timestamp),
            column("listed", Kind::Boolean),
            optional("description", Kind::Text),
            optional("stock", Kind::Integer),
        ],
        groups: ["garden", "kitchen", "workshop"],
    },
    Table {
        name: "visits",
        columns: [
            column("session", Kind::Bigint),
            column("page", Kind::Text),
            column("device", Kind::Text),
            column("seconds", Kind::Double),
            column("seen_at", Kind::Timestamp),
            column("converted", Kind::Boolean),
            optional("referrer", Kind::Text),
            optional("depth", Kind::Integer),
        ],
        groups: ["phone", "tablet", "desktop"],
    },
];

/// How many shapes of queries there are.
const SHAPES: usize = 10;

/// Query `number`: its shape changes fastest, then its table, then the constants in it, so that no
/// two are the same.
pub(crate) fn query(number: usize) -> Query {
    let table = &TABLES[number / SHAPES % TABLES.len()];
    shaped(number % SHAPES, table, number / SHAPES / TABLES.len() + 1)
}

fn shaped(shape: usize, table: &Table, constant: usize) -> Query {
    let name = table.name;
    let [key, label, group, amount, time, flag, text, rank] = &table.columns;
    let [k, l, g, a, t, f, x, r] = table.columns.each_ref().map(|column| column.name);
    let [first, second, _] = table.groups;
    let count = expression("n", Kind::Bigint);
    let (sql, parameters, columns) = match shape {
        0 => (
            format!("SELECT {k}, {l}, {a}, {t} FROM {name} WHERE {k} = :key AND {a} > {constant}"),
            vec![("key", Kind::Bigint)],
            [key, label, amount, time].map(Clone::clone).to_vec(),
        ),
        1 => (
            format!(
                "SELECT {l}, {a}, {t} FROM {name} WHERE {t} >= :since AND {f} \
                 ORDER BY {t} DESC LIMIT {constant}0"
            ),
            vec![("since", Kind::Timestamp)],
            [label, amount, time].map(Clone::clone).to_vec(),
        ),
        2 => (
            format!(
                "SELECT {g}, COUNT(*) AS n, SUM({a}) AS total, MAX({t}) AS latest FROM {name} \
                 WHERE {t} >= :since AND {a} > {constant} GROUP BY {g} ORDER BY n DESC"
            ),
            vec![("since", Kind::Timestamp)],
            vec![
                group.clone(),
                count,
                expression("total", Kind::Double),
                expression("latest", Kind::Timestamp),
            ],
        ),
        3 => (
            format!("SELECT COUNT(*) AS n FROM {name} WHERE {l} = :label AND {a} >= {constant}"),
            vec![("label", Kind::Text)],
            vec![count],
        ),
        4 => (
            format!(
                "SELECT {k}, UPPER({l}) AS heading, {a} * 2.5 AS gross, \
                 CASE WHEN {a} > {constant} THEN 'high' ELSE 'low' END AS level \
                 FROM {name} WHERE {a} BETWEEN :low AND :high"
            ),
            vec![("low", Kind::Double), ("high", Kind::Double)],
            vec![
                key.clone(),
                expression("heading", Kind::Text),
                expression("gross", Kind::Double),
                expression("level", Kind::Text),
            ],
        ),
        5 => (
            format!(
                "SELECT {k}, {x}, COALESCE({r}, 0) AS standing FROM {name} \
                 WHERE {x} IS NOT NULL AND {l} LIKE 'a{constant}%'"
            ),
            Vec::new(),
            vec![
                key.clone(),
                text.clone(),
                expression("standing", Kind::Integer),
            ],
        ),
        6 => (
            format!(
                "SELECT {k}, {l}, {g}, {a}, {t}, {f}, {x}, {r} FROM {name} \
                 WHERE {l} = :label AND {k} <> {constant} ORDER BY {k}"
            ),
            vec![("label", Kind::Text)],
            table.columns.to_vec(),
        ),
        7 => (
            format!("SELECT DISTINCT {g}, {f} FROM {name} WHERE {a} < {constant} ORDER BY {g}"),
            Vec::new(),
            [group, flag].map(Clone::clone).to_vec(),
        ),
        8 => (
            format!(
                "SELECT DATE_TRUNC('day', {t}) AS day, COUNT(*) AS n, AVG({a}) AS mean \
                 FROM {name} WHERE {t} >= :since AND {t} < :until AND {r} > {constant} \
                 GROUP BY DATE_TRUNC('day', {t}) ORDER BY day"
            ),
            vec![("since", Kind::Timestamp), ("until", Kind::Timestamp)],
            vec![
                expression("day", Kind::Timestamp),
                count,
                expression("mean", Kind::Double),
            ],
        ),
        _ => (
            format!(
                "SELECT {k}, {l}, {r} FROM {name} \
                 WHERE {g} IN ('{first}', '{second}') AND ({f} OR {a} > :least) \
                 ORDER BY {a} DESC, {k} LIMIT 20 OFFSET {constant}0"
            ),
            vec![("least", Kind::Double)],
            [key, label, rank].map(Clone::clone).to_vec(),
        ),
    };
    Query {
        sql,
        parameters,
        columns,
    }
}
