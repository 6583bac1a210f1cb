//! The collections of the tests, described once for both servers.
//!
//! A description is turned into the schema text that the derives would make, and the text is parsed
//! as the compiler parses it; PostgreSQL's tables, the random rows, and the way in which values are
//! written and read all follow from the parsed types.

use crate::data;
use crate::random::Random;
use crate::related::{
    AUDIT_INDEXES, AUDITS, CARRIER_INDEXES, CARRIERS, LEG_INDEXES, LEGS, OFFICE_INDEXES, OFFICES,
    PORT_INDEXES, PORTS,
};
use crate::value::Value;
use crate::written::{
    ARCHIVE, ARCHIVE_INDEXES, ARTICLE_INDEXES, ARTICLES, MOVE_INDEXES, MOVES, SHELF_INDEXES,
    SHELVES, TALLIES, TALLY_INDEXES,
};
use queryleaf_compiler::Table;
use queryleaf_compiler::schema::{Collection, Definition, parse};
use queryleaf_compiler::types::{Field, Type};
use std::fmt::Write;
use std::sync::{Arc, LazyLock};

/// A collection and the table that holds the same rows.
pub struct TestTable {
    pub collection: Arc<Collection>,
    columns: &'static [Column],
    pub rows: usize,
    /// How many of a hundred values are `NULL` where they may be.
    gaps: u64,
    /// Whether both servers enforce its keys, defaults and limits.
    pub enforced: bool,
}

/// A column: its name, its type as a schema text writes it, and where its values come from. A `?`
/// in front of the type makes it nullable.
pub struct Column(
    pub &'static str,
    pub &'static str,
    pub fn(&mut Random, usize) -> Value,
);

impl TestTable {
    fn new(
        name: &str,
        rust_name: &str,
        columns: &'static [Column],
        rows: usize,
        indexes: &str,
    ) -> Self {
        let mut text = format!("collection \"{name}\" {rust_name} {{");
        for Column(name, ty, _) in columns {
            let rust_name = name.trim_start_matches('_');
            write!(text, "\"{name}\" {rust_name}: {ty};").expect("strings can be written to");
        }
        text.push('}');
        text.push_str(indexes);
        match parse(&text) {
            Ok(Definition::Collection(collection)) => TestTable {
                collection: Arc::new(collection),
                columns,
                rows,
                gaps: 25,
                enforced: false,
            },
            other => panic!("{name}: {other:?}"),
        }
    }

    /// The table whose columns are `NULL` only where their values are.
    fn without_gaps(self) -> Self {
        TestTable { gaps: 0, ..self }
    }

    /// The table as one that is written to.
    fn enforced(self) -> Self {
        TestTable {
            enforced: true,
            ..self
        }
    }

    /// The rows that it has at first.
    pub fn first_rows(&self, random: &mut Random) -> Vec<Vec<Value>> {
        (0..self.rows)
            .map(|number| self.row(random, number))
            .collect()
    }

    /// A random row: one value per column, `NULL` now and then where it may be.
    pub fn row(&self, random: &mut Random, number: usize) -> Vec<Value> {
        let fields = &self.collection.fields;
        let columns = self.columns.iter().zip(fields);
        columns
            .map(|(Column(_, _, values), field)| {
                if field.nullable && random.percent(self.gaps) {
                    Value::Null
                } else {
                    values(random, number)
                }
            })
            .collect()
    }
}

/// All of them.
pub static TABLES: LazyLock<Vec<TestTable>> = LazyLock::new(|| {
    vec![
        TestTable::new("shipments", "Shipment", SHIPMENTS, 120, SHIPMENT_INDEXES),
        TestTable::new("measures", "Measure", MEASURES, 160, MEASURE_INDEXES),
        TestTable::new("nothing", "Nothing", MEASURES, 0, ""),
        TestTable::new("carriers", "Carrier", CARRIERS, 24, CARRIER_INDEXES),
        TestTable::new("ports", "Seaport", PORTS, 36, PORT_INDEXES),
        TestTable::new("legs", "Leg", LEGS, 110, LEG_INDEXES),
        TestTable::new("empty_legs", "EmptyLeg", LEGS, 0, LEG_INDEXES),
        TestTable::new("audits", "Audit", AUDITS, 60, AUDIT_INDEXES),
        TestTable::new("offices", "Office", OFFICES, 32, OFFICE_INDEXES).without_gaps(),
        TestTable::new("articles", "Article", ARTICLES, 24, ARTICLE_INDEXES).enforced(),
        TestTable::new("moves", "Move", MOVES, 30, MOVE_INDEXES).enforced(),
        TestTable::new("shelves", "Shelf", SHELVES, 12, SHELF_INDEXES).enforced(),
        TestTable::new("tallies", "Tally", TALLIES, 8, TALLY_INDEXES).enforced(),
        TestTable::new("archive", "Archived", ARCHIVE, 0, ARCHIVE_INDEXES).enforced(),
    ]
});

/// The tables as the compiler wants them.
pub static SCOPE: LazyLock<Vec<Table>> = LazyLock::new(|| {
    TABLES
        .iter()
        .map(|table| Table {
            name: vec![table.collection.name.clone()],
            collection: Arc::clone(&table.collection),
        })
        .collect()
});

/// The same, with few documents for each value of any field by what is declared: lookups by fields put
/// the partners of a row into an array then.
pub static SCOPE_OF_FEW: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let with_few = |table: &Table| {
        let mut collection = Collection::clone(&table.collection);
        let fields = collection.fields.iter();
        collection.few = fields.flat_map(paths).collect();
        Table {
            name: table.name.clone(),
            collection: Arc::new(collection),
        }
    };
    SCOPE.iter().map(with_few).collect()
});

const STATE: &str = r#"enum State ("booked", "sailing", "landed", "lost")"#;
const MAYBE_STATE: &str = r#"?enum State ("booked", "sailing", "landed", "lost")"#;
const URGENCY: &str = r#"enum Urgency ("Calm" = -1, "Brisk" = 5, "Mad" = 20)"#;
const MAYBE_URGENCY: &str = r#"?enum Urgency ("Calm" = -1, "Brisk" = 5, "Mad" = 20)"#;

const PORT: &str = r#"struct Port {
    "city" city: text;
    "country" country: ?text;
    "berth" berth: ?integer;
    "place" place: struct Place {"latitude" latitude: double; "height" height: ?numeric;};
}"#;
const MAYBE_PORT: &str = r#"?struct Port {
    "city" city: text;
    "country" country: ?text;
    "berth" berth: ?integer;
    "place" place: struct Place {"latitude" latitude: double; "height" height: ?numeric;};
}"#;

const GOODS: &str = r#"[struct Goods {
    "sku" sku: text;
    "quantity" quantity: integer;
    "worth" worth: ?numeric;
    "labels" labels: ?[text];
}]"#;
const MAYBE_SPARES: &str = r#"?[struct Spare {
    "part" part: ?text;
    "count" count: ?integer;
}]"#;

const SHIPMENTS: &[Column] = &[
    Column("_id", "objectid", data::object_id),
    Column("number", "bigint", data::serial),
    Column("sender", "text", data::name),
    Column("recipient", "?text", data::name),
    Column("state", STATE, data::state),
    Column("last_state", MAYBE_STATE, data::state),
    Column("urgency", URGENCY, data::urgency),
    Column("last_urgency", MAYBE_URGENCY, data::urgency),
    Column("price", "numeric", data::price),
    Column("tariff", "?numeric", data::price),
    Column("weight", "?double", data::weight),
    Column("crates", "integer", data::small_count),
    Column("damaged", "?integer", data::small_count),
    Column("stamps", "?bigint", data::large),
    Column("insured", "boolean", data::boolean),
    Column("fragile", "?boolean", data::boolean),
    Column("booked_at", "timestamp", data::timestamp),
    Column("landed_at", "?timestamp", data::timestamp),
    Column("due", "date", data::date),
    Column("paid_on", "?date", data::date),
    Column("port", PORT, data::port),
    Column("origin", MAYBE_PORT, data::port),
    Column("tags", "[text]", data::tags),
    Column("marks", "?[?text]", data::marks),
    Column("scores", "[integer]", data::scores),
    Column("readings", "?[?double]", data::readings),
    Column("goods", GOODS, data::goods),
    Column("spares", MAYBE_SPARES, data::spares),
    Column("extra", "?json", data::document),
    Column("counts", "?<integer>", data::counts),
    Column("token", "uuid", data::uuid),
    Column("old_token", "?uuid", data::uuid),
    Column("carrier", "?objectid", data::few_object_ids),
    Column("seal", "?bytea", data::bytes),
    Column("patience", "?interval", data::interval),
    Column("note", "?text", data::awkward_text),
];

const SHIPMENT_INDEXES: &str = r#"
    index unique ("number")
    index ("state", "price" desc)
    index ("damaged")
    index ("booked_at" desc)
    index ("tags")
    index ("port"."city", "crates")"#;

const MEASURES: &[Column] = &[
    Column("_id", "integer", data::row_number),
    Column("kind", "text", data::kind),
    Column("maybe_kind", "?text", data::kind),
    Column("small", "integer", data::small),
    Column("maybe_small", "?integer", data::small),
    Column("edge_small", "integer", data::edge_small),
    Column("large", "bigint", data::large),
    Column("maybe_large", "?bigint", data::large),
    Column("edge_large", "bigint", data::edge_large),
    Column("ratio", "double", data::ratio),
    Column("maybe_ratio", "?double", data::ratio),
    Column("edge_ratio", "double", data::edge_ratio),
    Column("amount", "numeric", data::amount),
    Column("maybe_amount", "?numeric", data::amount),
    Column("vast", "numeric", data::vast),
    Column("word", "text", data::awkward_text),
    Column("maybe_word", "?text", data::awkward_text),
    Column("flag", "boolean", data::boolean),
    Column("maybe_flag", "?boolean", data::boolean),
    Column("moment", "timestamp", data::timestamp),
    Column("maybe_moment", "?timestamp", data::timestamp),
    Column("born", "date", data::date),
    Column("maybe_born", "?date", data::date),
    Column("numbers", "[integer]", data::scores),
    Column("maybe_words", "?[?text]", data::marks),
    Column("amounts", "?[numeric]", data::amounts),
    Column("days", "[date]", data::dates),
];

const MEASURE_INDEXES: &str = r#"
    index ("kind")
    index ("maybe_small", "small" desc)
    index ("word")
    index ("moment")"#;

/// The paths of a field and of the fields in it.
fn paths(field: &Field) -> Vec<Vec<String>> {
    let mut paths = vec![vec![field.name.clone()]];
    if let Type::Struct(reference) = &field.ty {
        let inside = reference.definition.fields.iter().flat_map(self::paths);
        paths.extend(inside.map(|path| [vec![field.name.clone()], path].concat()));
    }
    paths
}
