//! The options of views of changes.
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "calls")]
pub struct Call {
    pub line: String,
    pub began_at: DateTime,
}

schema! {
    "CREATE STREAMING_ANALYTICS_VIEW wrong_options AS
     SELECT full_document.line AS line, COUNT(*) AS calls FROM CHANGE_STREAM(calls) GROUP BY full_document.line
     WITH (retension = '1 hour', keep = 'all', refresh = '5 parsecs', refresh_events = '10', retention = 60,
           refresh = '1 second', lateness = 'soon')"
}

schema! {
    "CREATE STREAMING_ANALYTICS_VIEW nothing_kept AS
     SELECT COUNT(*) AS calls FROM CHANGE_STREAM(calls)
     WITH (retention = '0 seconds', refresh = '0 seconds', refresh_events = 0)"
}

schema! {
    "CREATE STREAMING_ANALYTICS_VIEW for_ever AS
     SELECT full_document.line AS line, COUNT(*) AS calls FROM CHANGE_STREAM(calls) GROUP BY full_document.line"
}

schema! {
    "CREATE STREAMING_ANALYTICS_VIEW without_window AS
     SELECT full_document.line AS line, COUNT(*) AS calls FROM CHANGE_STREAM(calls) GROUP BY full_document.line
     WITH (retention = '1 hour', lateness = '10 seconds')"
}

schema! {
    "CREATE STREAMING_ANALYTICS_VIEW hidden_window AS
     SELECT COUNT(*) AS calls FROM CHANGE_STREAM(calls) GROUP BY DATE_TRUNC('minute', wall_time)
     WITH (retention = '1 hour', lateness = '10 seconds')"
}

schema! {
    "CREATE STREAMING_ANALYTICS_VIEW other_time AS
     SELECT DATE_TRUNC('minute', full_document.began_at) AS minute, COUNT(*) AS calls
     FROM CHANGE_STREAM(calls) WHERE wall_time >= CURRENT_TIMESTAMP - INTERVAL '1 hour'
     GROUP BY DATE_TRUNC('minute', full_document.began_at)
     WITH (lateness = '10 seconds')"
}

schema! { "CREATE STREAMING_ANALYTICS_VIEW no_changes AS SELECT line FROM calls" }

schema! { "CREATE VIEW plain AS SELECT line FROM calls WITH (retention = '1 hour')" }

fn main() {}
