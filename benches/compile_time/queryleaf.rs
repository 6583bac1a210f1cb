//! The crates with `sql!`.

use super::generate::Library;
use super::queries::{Kind, Nullable, Query, TABLES, Table};
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

/// QueryLeaf, as it is in this repository.
pub(crate) struct QueryLeaf;

impl Library for QueryLeaf {
    fn name(&self) -> &'static str {
        "queryleaf"
    }

    fn dependencies(&self) -> String {
        let root = env!("CARGO_MANIFEST_DIR");
        format!(
            "queryleaf = {{ path = {root:?} }}\n\
             serde = {{ version = \"1\", features = [\"derive\"] }}\n"
        )
    }

    fn lock_file(&self) -> Option<PathBuf> {
        Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock"))
    }

    fn root(&self) -> String {
        let mut text = "use queryleaf::mongodb::Database as Connection;\n\
             use queryleaf::{Result, prelude::*};\n\n\
             async fn nothing(_: &Connection) -> Result<Vec<u8>> {\n    Ok(Vec::new())\n}\n\n"
            .to_owned();
        for (number, table) in TABLES.iter().enumerate() {
            collection(&mut text, table, number == 0);
        }
        text
    }

    fn parameter(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Text => "&str",
            kind => rust(kind),
        }
    }

    fn constant(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Timestamp => "DateTime::MIN",
            Kind::Boolean => "true",
            Kind::Integer | Kind::Bigint => "7",
            Kind::Double => "0.5",
            Kind::Text => "\"x\"",
        }
    }

    fn call(&self, query: &Query) -> String {
        format!("sql!({:?})", query.sql)
    }

    fn files(&self, _: &Path, _: &Query) -> io::Result<()> {
        Ok(())
    }
}

/// The struct of a collection; one of them keeps its groups in an enum.
fn collection(text: &mut String, table: &Table, with_enum: bool) {
    let name = table.name;
    let [key, label, group, _, time, ..] = table.columns.each_ref().map(|column| column.name);
    let _ = write!(
        text,
        "#[derive(Serialize, Deserialize, Collection)]\n\
         #[leaf(name = \"{name}\", unique({key}), index({label}, {time} desc))]\n\
         pub struct {} {{\n",
        capital(name)
    );
    for column in &table.columns {
        let ty = if with_enum && column.name == group {
            "Group"
        } else {
            rust(column.kind)
        };
        let ty = match column.nullable {
            Nullable::Never => ty.to_owned(),
            Nullable::Maybe | Nullable::Unknown => format!("Option<{ty}>"),
        };
        let _ = writeln!(text, "    pub {}: {ty},", column.name);
    }
    text.push_str("}\n\n");
    if with_enum {
        let variants = table.groups.map(capital).join(", ");
        let _ = write!(
            text,
            "#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, SqlEnum)]\n\
             #[serde(rename_all = \"lowercase\")]\npub enum Group {{ {variants} }}\n\n"
        );
    }
}

fn rust(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "bool",
        Kind::Integer => "i32",
        Kind::Bigint => "i64",
        Kind::Double => "f64",
        Kind::Text => "String",
        Kind::Timestamp => "DateTime",
    }
}

/// A name as Rust writes those of types.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
