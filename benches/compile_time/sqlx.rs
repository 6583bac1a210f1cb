//! The crates with sqlx's `query!` on PostgreSQL, offline: with the files that `cargo sqlx prepare`
//! would write after asking a server.

use super::generate::{Library, names};
use super::queries::{Kind, Nullable, Query};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// sqlx.
pub(crate) struct Sqlx;

impl Library for Sqlx {
    fn name(&self) -> &'static str {
        "sqlx"
    }

    fn dependencies(&self) -> String {
        "chrono = { version = \"0.4\", default-features = false }\n\
         sqlx = { version = \"0.9\", default-features = false, \
         features = [\"runtime-tokio\", \"postgres\", \"macros\", \"chrono\"] }\n"
            .to_owned()
    }

    fn lock_file(&self) -> Option<PathBuf> {
        None
    }

    fn root(&self) -> String {
        "use chrono::{DateTime, Utc};\n\
         use sqlx::{PgPool as Connection, Result};\n\n\
         async fn nothing(_: &Connection) -> Result<Vec<u8>> {\n    Ok(Vec::new())\n}\n\n"
            .to_owned()
    }

    fn parameter(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Boolean => "bool",
            Kind::Integer => "i32",
            Kind::Bigint => "i64",
            Kind::Double => "f64",
            Kind::Text => "&str",
            Kind::Timestamp => "DateTime<Utc>",
        }
    }

    fn constant(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Timestamp => "DateTime::<Utc>::MIN_UTC",
            Kind::Boolean => "true",
            Kind::Integer | Kind::Bigint => "7",
            Kind::Double => "0.5",
            Kind::Text => "\"x\"",
        }
    }

    fn call(&self, query: &Query) -> String {
        let parameters: String = names(query).map(|name| format!(", {name}")).collect();
        format!("sqlx::query!({:?}{parameters})", numbered(query))
    }

    fn files(&self, directory: &Path, query: &Query) -> io::Result<()> {
        let directory = directory.join(".sqlx");
        fs::create_dir_all(&directory)?;
        let sql = numbered(query);
        let hash: String = Sha256::digest(sql.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let file = directory.join(format!("query-{hash}.json"));
        fs::write(file, description(query, &sql, &hash))
    }
}

/// The SQL text with PostgreSQL's parameters.
fn numbered(query: &Query) -> String {
    let names = names(query).enumerate();
    names.fold(query.sql.clone(), |sql, (number, name)| {
        sql.replace(&format!(":{name}"), &format!("${}", number + 1))
    })
}

/// What the server would have said about the query. The texts hold nothing that JSON escapes.
fn description(query: &Query, sql: &str, hash: &str) -> String {
    let columns: Vec<String> = query
        .columns
        .iter()
        .enumerate()
        .map(|(ordinal, column)| {
            let (name, kind) = (column.name, oid_name(column.kind));
            format!(r#"{{"ordinal": {ordinal}, "name": "{name}", "type_info": "{kind}"}}"#)
        })
        .collect();
    let parameters: Vec<String> = query
        .parameters
        .iter()
        .map(|(_, kind)| format!("\"{}\"", oid_name(*kind)))
        .collect();
    let nullable: Vec<&str> = query
        .columns
        .iter()
        .map(|column| match column.nullable {
            Nullable::Never => "false",
            Nullable::Maybe => "true",
            Nullable::Unknown => "null",
        })
        .collect();
    format!(
        r#"{{"db_name": "PostgreSQL", "query": "{sql}", "describe": {{"columns": [{}], "parameters": {{"Left": [{}]}}, "nullable": [{}]}}, "hash": "{hash}"}}"#,
        columns.join(", "),
        parameters.join(", "),
        nullable.join(", "),
    )
}

/// sqlx's name of a type of PostgreSQL.
fn oid_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "Bool",
        Kind::Integer => "Int4",
        Kind::Bigint => "Int8",
        Kind::Double => "Float8",
        Kind::Text => "Text",
        Kind::Timestamp => "Timestamptz",
    }
}
