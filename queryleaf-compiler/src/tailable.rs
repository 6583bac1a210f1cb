//! Which queries can go on behind the last row: those that read one capped collection as it grows.

use crate::schema::Storage;
use crate::{Kind, Query};
use queryleaf_plan::Template;

impl Query {
    /// Whether new rows can be waited for, with a tailable cursor: the query reads one capped
    /// collection in its own order, row by row, and leaves the `_id` as it is, by which it goes on.
    pub fn is_tailable(&self) -> bool {
        let ([table], Kind::Read, Template::Document(entries)) =
            (&self.tables[..], &self.kind, &self.command)
        else {
            return false;
        };
        matches!(table.storage, Storage::Capped { .. })
            && entries.iter().all(|(key, value)| match key.as_str() {
                "find" | "filter" | "let" => true,
                "projection" => keeps_id(value),
                "sort" => *value == Template::entry("$natural", 1_i32),
                _ => false,
            })
            && entries.iter().any(|(key, _)| key == "find")
    }
}

/// Whether the `_id` of a row can be had.
fn keeps_id(projection: &Template) -> bool {
    match projection {
        Template::Document(entries) => entries.iter().all(|(key, value)| {
            key != "_id" || *value == Template::from(0_i32) || *value == Template::from(1_i32)
        }),
        _ => false,
    }
}
