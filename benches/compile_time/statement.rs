//! A crate with one statement of 400 lines.

use super::generate::Library;
use super::queries::{Kind, Query};
use super::queryleaf::QueryLeaf;
use std::io;
use std::path::{Path, PathBuf};

/// The largest statement that the tests have.
const TEXT: &str =
    include_str!("../../tests/seed_statements/sql/05-02-multidim-analytics-corrected.sql");

/// Its collections, and what the functions of the crates need.
const ROOT: &str = r#"#![allow(deprecated)]
use queryleaf::mongodb::Database as Connection;
use queryleaf::{Result, prelude::*};

async fn nothing(_: &Connection) -> Result<Vec<u8>> {
    Ok(Vec::new())
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "raw_events")]
pub struct RawEvent {
    pub event_id: String,
    pub event_timestamp: DateTime,
    pub user_id: String,
    pub session_id: String,
    pub event_type: String,
    pub event_category: String,
    pub event_data: Document,
    pub device_info: Document,
    pub location_data: Document,
    pub processing_status: String,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "user_behavioral_metrics")]
pub struct UserMetrics {
    pub user_id: String,
    pub total_events: i32,
    pub total_revenue: Decimal128,
    pub avg_session_duration: f64,
    pub days_since_first_event: i32,
    pub days_since_last_event: i32,
}
"#;

/// The library is QueryLeaf, the only query this statement.
pub(crate) struct Statement;

impl Library for Statement {
    fn name(&self) -> &'static str {
        "statement"
    }

    fn dependencies(&self) -> String {
        QueryLeaf.dependencies()
    }

    fn lock_file(&self) -> Option<PathBuf> {
        QueryLeaf.lock_file()
    }

    fn root(&self) -> String {
        ROOT.to_owned()
    }

    fn parameter(&self, kind: Kind) -> &'static str {
        QueryLeaf.parameter(kind)
    }

    fn constant(&self, kind: Kind) -> &'static str {
        QueryLeaf.constant(kind)
    }

    fn call(&self, query: &Query) -> String {
        let used: String = super::generate::names(query)
            .map(|name| format!("let _ = &{name}; "))
            .collect();
        format!("{{ {used}sql!(file \"statement.sql\") }}")
    }

    fn files(&self, directory: &Path, _: &Query) -> io::Result<()> {
        std::fs::write(directory.join("statement.sql"), TEXT)
    }
}
