//! Each operation runs in a `tracing` span that holds the SQL and never a parameter's value.

mod common;

use common::{compared, find, plan};
use queryleaf_runtime::private::{Query, bind, types};
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes down the names and fields of the spans of this crate.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<String>>);

impl Recorder {
    /// What was written since the last time.
    fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().expect("no panic while held"))
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "queryleaf"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut text = self.0.lock().expect("no panic while held");
        write!(text, "{}: ", span.metadata().name()).expect("a string takes any text");
        span.record(&mut Fields(&mut text));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut text = self.0.lock().expect("no panic while held");
        values.record(&mut Fields(&mut text));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").expect("a string takes any text");
    }
}

#[tokio::test]
async fn a_span_holds_the_sql_and_no_value() {
    let database = queryleaf_testkit::database().await;
    let query: Query<String> = Query::new(
        plan(&find(compared("title", "$eq", 0)), &["title"], &["title"]),
        vec![bind::<types::Text, _>("secret")],
        |row| row.column::<types::Text, _>(0),
    );
    let recorder = Recorder::default();
    let guard = tracing::subscriber::set_default(recorder.clone());
    let rows = query.fetch_all(&database).await;
    let fetched = recorder.take();
    assert!(rows.is_ok_and(|rows| rows.is_empty()));
    let explanation = query.explain(&database).await;
    let explained = recorder.take();
    drop(guard);
    assert!(explanation.is_ok());
    assert!(fetched.contains("db.operation.name=\"find\""), "{fetched}");
    assert!(
        explained.contains("db.operation.name=\"explain\""),
        "{explained}"
    );
    for text in [fetched, explained] {
        check(&text, database.name());
    }
}

/// What the span of every operation holds, and what none does.
fn check(text: &str, database: &str) {
    for part in [
        "query: ",
        "db.system.name=\"mongodb\"",
        "db.collection.name=\"books\"",
        "db.query.text=\"SELECT .. FROM books\"",
        database,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("secret"), "{text}");
}
