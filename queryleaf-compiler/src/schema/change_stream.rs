//! Change streams that a schema names.

use super::Collection;
use super::text::quote;
use std::fmt::Write;
use std::sync::Arc;

/// A change stream with a name: `CREATE CHANGE STREAM`.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeStream {
    /// Its name.
    pub name: String,
    /// The tables whose changes it reports, in order.
    pub tables: Vec<WatchedTable>,
    /// Whether it is one of a whole database, whose conditions name these tables.
    pub of_database: bool,
    /// The SQL condition of the events that it reports.
    pub filter: Option<String>,
    /// How it is opened.
    pub options: StreamOptions,
}

/// A table of a change stream.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchedTable {
    /// The path by which the stream names it: `shop.customers` is two names.
    pub path: Vec<String>,
    /// Its schema.
    pub collection: Arc<Collection>,
}

/// How a change stream is opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamOptions {
    /// What `full_document` is for an update; where nothing is said, the document as it is when the
    /// event is read, if it is asked for.
    pub full_document: Option<FullDocument>,
    /// What `full_document_before_change` is; where nothing is said, the document if it was kept.
    pub full_document_before_change: Option<FullDocumentBeforeChange>,
    /// How many events the server sends at once, at the most.
    pub batch_size: Option<u32>,
    /// How long the server waits for an event before it answers that there is none, in milliseconds.
    pub max_await_time_ms: Option<u64>,
    /// The place behind which the stream begins: the text of a resume token.
    pub resume_after: Option<String>,
    /// The time at which it begins, in milliseconds since 1970-01-01T00:00:00Z.
    pub start_at: Option<i64>,
}

macro_rules! choices {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $variant_doc:literal])+ $variant:ident = $text:literal;)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[doc = $variant_doc])+ $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name that the server has for it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

choices! {
    /// What the full document of an update is.
    FullDocument {
        /// There is none.
        Default = "default";
        /// The document as it is when the event is read.
        UpdateLookup = "updateLookup";
        /// The document as it was right after the update, if it was kept.
        WhenAvailable = "whenAvailable";
        /// The same, and an error if it was not.
        Required = "required";
    }
}

choices! {
    /// What the document before a change is.
    FullDocumentBeforeChange {
        /// There is none.
        Off = "off";
        /// The document, if it was kept.
        WhenAvailable = "whenAvailable";
        /// The same, and an error if it was not.
        Required = "required";
    }
}

impl ChangeStream {
    /// The schema text; `collections` stand for the schemas of the tables.
    pub fn text(&self, collections: &[&str]) -> String {
        let mut text = format!("stream{}{{", quote(&self.name));
        for (table, collection) in self.tables.iter().zip(collections) {
            // A write to a `String` does not fail.
            let _ = write!(text, "{}{collection};", quote(&table.path.join(".")));
        }
        text.push('}');
        if self.of_database {
            text.push_str(" database");
        }
        let mut option = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                let _ = write!(text, " {name} {value}");
            }
        };
        let StreamOptions {
            full_document,
            full_document_before_change,
            batch_size,
            max_await_time_ms,
            resume_after,
            start_at,
        } = &self.options;
        option("filter", self.filter.as_deref().map(quote));
        option("document", full_document.map(|one| quote(one.name())));
        option(
            "before",
            full_document_before_change.map(|one| quote(one.name())),
        );
        option("batch", batch_size.map(|size| size.to_string()));
        option("await", max_await_time_ms.map(|time| time.to_string()));
        option("resume", resume_after.as_deref().map(quote));
        option("start", start_at.map(|time| time.to_string()));
        text
    }
}
