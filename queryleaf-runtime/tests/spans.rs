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
    let recorder = Recorder::default();
    let guard = tracing::subscriber::set_default(recorder.clone());
    let query: Query<String> = Query::new(
        plan(&find(compared("title", "$eq", 0)), &["title"], &["title"]),
        vec![bind::<types::Text, _>("secret")],
        |row| row.column::<types::Text, _>(0),
    );
    let rows = query.fetch_all(&database).await;
    drop(guard);
    assert!(rows.is_ok_and(|rows| rows.is_empty()));
    let text = recorder.0.lock().expect("no panic while held");
    for part in [
        "query: ",
        "db.system.name=\"mongodb\"",
        "db.collection.name=\"books\"",
        "db.query.text=\"SELECT .. FROM books\"",
        database.name(),
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("secret"), "{text}");
}
