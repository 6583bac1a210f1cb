//! Which part of a query goes into the stream, and what is kept for the rest.

use super::*;
use crate::schema::{Definition, parse};
use crate::{Options, Table, compile_with};

const VISITS: &str = r#"collection "visits" Visit {
    "_id" id: objectid; "clinic" clinic: text; "minutes" minutes: ?integer; "begun" begun: ?timestamp;
    "notes" notes: ?text; "tags" tags: [text];
}"#;

const CLINICS: &str = r#"collection "clinics" Clinic { "_id" id: text; "city" city: text; }"#;

fn compiled(sql: &str, view: Option<ViewOptions>) -> Result<Query, Vec<Diagnostic>> {
    let tables = [("visits", VISITS), ("clinics", CLINICS)].map(|(name, schema)| {
        let Ok(Definition::Collection(collection)) = parse(schema) else {
            panic!("the schema does not parse");
        };
        Table {
            name: vec![name.to_owned()],
            collection: Arc::new(collection),
        }
    });
    let options = Options {
        view,
        ..Options::default()
    };
    compile_with(sql, &tables, options)
}

/// What is kept for a query, and the command of the rest.
fn cut(sql: &str) -> (Kept, String) {
    let query = compiled(sql, None).unwrap();
    let Kind::Live(kept) = query.kind else {
        panic!("{:?}", query.kind)
    };
    assert_eq!(
        query.columns.len(),
        sql.matches(" AS ").count() - sql.matches(" AS (").count()
    );
    (*kept, query.command.to_string())
}

/// The stages of the stream.
fn stages(kept: &Kept) -> String {
    let stream = kept.stream.to_string();
    let (_, stages) = stream.split_once("pipeline: ").unwrap();
    stages.replace(", cursor: {}}", "")
}

#[test]
fn conditions_on_events_are_asked_in_the_stream_and_only_read_fields_are_kept() {
    let (kept, rest) = cut("WITH long AS (
             SELECT full_document.clinic, full_document.minutes, wall_time
             FROM CHANGE_STREAM(visits)
             WHERE operation_type = 'insert' AND wall_time >= NOW() - INTERVAL '90 minutes'
         )
         SELECT clinic AS clinic, SUM(minutes) AS minutes, COUNT(*) AS visits
         FROM long WHERE minutes > 5 GROUP BY clinic");
    assert_eq!(
        stages(&kept),
        "[{$changeStream: {fullDocument: \"updateLookup\"}}, {$match: all({wallTime: {$ne: null}}, \
         {operationType: \"insert\"}, {\"fullDocument.minutes\": {$gt: 5}})}, {$project: \
         {\"fullDocument.clinic\": 1, \"fullDocument.minutes\": 1, wallTime: 1, _id: 1}}]"
    );
    assert_eq!(kept.retention.path, ["wallTime"]);
    assert_eq!(kept.retention.seconds, 5400);
    assert!(
        rest.contains(&kept.collection) && rest.contains("$$NOW"),
        "{rest}"
    );
    assert!(!rest.contains("operationType"), "{rest}");
}

#[test]
fn what_only_one_of_two_readers_asks_for_stays_in_the_query() {
    let (kept, rest) = cut(
        "WITH recent AS (SELECT full_document, wall_time, operation_type FROM CHANGE_STREAM(visits)
                         WHERE wall_time > CURRENT_TIMESTAMP - INTERVAL '2 days')
         SELECT a.full_document.clinic AS clinic, COUNT(*) AS n
         FROM recent a JOIN recent b ON a.full_document.clinic = b.full_document.clinic
         WHERE a.operation_type = 'insert' AND b.operation_type = 'delete'
         GROUP BY a.full_document.clinic",
    );
    assert_eq!(
        stages(&kept),
        "[{$changeStream: {fullDocument: \"updateLookup\"}}, {$match: {wallTime: {$ne: null}}}, \
         {$project: {\"fullDocument.clinic\": 1, operationType: 1, wallTime: 1, _id: 1}}]"
    );
    assert_eq!(kept.retention.seconds, 172_800);
    assert!(rest.contains("insert") && rest.contains("delete"), "{rest}");
}

#[test]
fn what_an_update_changed_is_computed_in_the_stream() {
    let (kept, rest) = cut(
        "SELECT CASE WHEN changed_fields CONTAINS 'clinic' THEN 'moved' ELSE 'other' END AS what,
                COUNT(*) AS n, COUNT(*) FILTER (WHERE changed_fields CONTAINS 'clinic') AS m
         FROM CHANGE_STREAM(visits) WHERE wall_time >= NOW() - INTERVAL '1 hour' GROUP BY 1",
    );
    let stages = stages(&kept);
    assert!(
        stages.contains("{wallTime: 1, _id: 1, changed1: {"),
        "{stages}"
    );
    assert!(
        rest.contains("$changed1") && !rest.contains("updateDescription"),
        "{rest}"
    );
}

#[test]
fn the_time_may_be_one_of_the_document_and_months_are_as_long_as_they_can_be() {
    let (kept, _) = cut(
        "SELECT DATE_TRUNC('minute', full_document.begun) AS minute, COUNT(*) AS n
         FROM CHANGE_STREAM(visits)
         WHERE full_document.begun >= DATE_TRUNC('day', NOW()) - INTERVAL '1 month' GROUP BY 1",
    );
    assert_eq!(kept.retention.path, ["fullDocument", "begun"]);
    assert_eq!(kept.retention.seconds, 32 * 86_400);
    assert!(stages(&kept).contains("\"fullDocument.begun\": {$ne: null}"));
}

#[test]
fn parameters_and_what_may_fail_stay_in_the_query() {
    let (kept, rest) = cut(
        "SELECT full_document.clinic AS clinic, COUNT(*) AS n FROM CHANGE_STREAM(visits)
         WHERE wall_time >= NOW() - INTERVAL '1 hour' AND full_document.clinic = :clinic
           AND 60 / full_document.minutes > 2
         GROUP BY full_document.clinic",
    );
    assert!(stages(&kept).contains("{$match: {wallTime: {$ne: null}}}"));
    assert!(rest.contains("fullDocument.clinic"), "{rest}");
}

#[test]
fn other_tables_are_joined_where_the_events_are_kept() {
    let (kept, rest) = cut("SELECT c.city AS city, COUNT(*) AS n
         FROM CHANGE_STREAM(visits) v JOIN clinics c ON c._id = v.full_document.clinic
         WHERE v.wall_time >= NOW() - INTERVAL '1 hour' GROUP BY c.city");
    assert!(
        rest.contains("clinics") && !stages(&kept).contains("clinics"),
        "{rest}"
    );
}

#[test]
fn what_is_kept_in_another_way_is_kept_in_another_collection() {
    let name = |sql: &str| cut(sql).0.collection;
    let count =
        "SELECT COUNT(*) AS n FROM CHANGE_STREAM(visits) WHERE wall_time >= NOW() - INTERVAL ";
    let hour = name(&format!("{count} '1 hour'"));
    assert!(hour.starts_with("queryleaf.events.visits."), "{hour}");
    assert_eq!(hour, name(&format!("{count} '60 minutes'")));
    assert_ne!(hour, name(&format!("{count} '61 minutes'")));
    assert_ne!(
        hour,
        name(&format!("{count} '1 hour' AND operation_type = 'insert'"))
    );
    assert_ne!(
        hour,
        name(&format!(
            "{count} '1 hour' AND full_document.clinic = :clinic"
        ))
    );
}

#[test]
fn without_a_bound_on_time_nothing_can_be_kept() {
    let visits = "FROM CHANGE_STREAM(visits)";
    for condition in [
        "",
        "WHERE wall_time >= '2026-01-01'",
        "WHERE wall_time <= NOW() - INTERVAL '1 hour'",
        "WHERE wall_time >= NOW() - INTERVAL '1 hour' OR operation_type = 'insert'",
        "WHERE wall_time >= NOW() - :span::interval",
    ] {
        let errors = compiled(&format!("SELECT COUNT(*) AS n {visits} {condition}"), None);
        let errors = errors.map(|query| query.kind).unwrap_err();
        assert_eq!(errors[0].code, Code::EndlessRows, "{condition}");
        assert!(
            errors[0]
                .help
                .as_ref()
                .is_some_and(|help| help.contains("INTERVAL '1 hour'"))
        );
    }
    let other = "WITH e AS (SELECT wall_time, full_document FROM CHANGE_STREAM(visits))
         SELECT a.wall_time AS at FROM e a JOIN e b ON a.wall_time = b.wall_time
         WHERE a.wall_time >= NOW() - INTERVAL '1 hour' AND b.full_document.begun > NOW()";
    assert!(compiled(other, None).is_err());
}

fn lateness(milliseconds: i64) -> Option<ViewOptions> {
    Some(ViewOptions {
        lateness: Some((milliseconds, Span::default())),
        retention: Some((3600, Span::default())),
    })
}

#[test]
fn events_that_are_too_late_are_left_out_in_the_stream() {
    let sql = "WITH v AS (SELECT DATE_TRUNC('minute', full_document.begun) AS minute,
                                 full_document.clinic AS clinic FROM CHANGE_STREAM(visits))
         SELECT clinic, minute, COUNT(*) AS n FROM v GROUP BY clinic, minute";
    let query = compiled(sql, lateness(30_000)).unwrap();
    let Kind::Live(kept) = query.kind else {
        panic!("{:?}", query.kind)
    };
    assert_eq!(
        kept.window,
        Some(ClosingWindow {
            column: 1,
            closes_after: 90_000
        })
    );
    // They are forgotten by the time of their windows, so that none of a window is before it is final.
    assert_eq!(kept.retention.path, ["fullDocument", "begun"]);
    assert_eq!(kept.retention.seconds, 3600);
    let stages = stages(&kept);
    assert!(
        stages.contains("clusterTime") && stages.contains("$dateTrunc"),
        "{stages}"
    );
}

#[test]
fn lateness_needs_one_window_that_the_result_shows() {
    for (sql, part) in [
        (
            "SELECT COUNT(*) AS n FROM CHANGE_STREAM(visits)",
            "groups by none",
        ),
        (
            "SELECT full_document.clinic AS c, COUNT(*) AS n FROM CHANGE_STREAM(visits) GROUP BY 1",
            "groups by none",
        ),
        (
            "SELECT COUNT(*) AS n FROM CHANGE_STREAM(visits) GROUP BY DATE_TRUNC('hour', wall_time)",
            "no column of the result",
        ),
        (
            "SELECT DATE_TRUNC('hour', wall_time) AS h, DATE_TRUNC('day', wall_time) AS d
             FROM CHANGE_STREAM(visits) GROUP BY 1, 2",
            "groups by several",
        ),
    ] {
        let errors = compiled(sql, lateness(0))
            .map(|query| query.kind)
            .unwrap_err();
        assert_eq!(errors[0].code, Code::InvalidWindow, "{sql}");
        assert!(errors[0].message.contains(part), "{:?}", errors[0]);
    }
}

#[test]
fn windows_and_retention_are_of_one_time() {
    let lateness_alone = Some(ViewOptions {
        lateness: Some((0, Span::default())),
        retention: None,
    });
    let sql = |window: &str, time: &str| {
        format!(
            "SELECT DATE_TRUNC('hour', {window}) AS h, COUNT(*) AS n FROM CHANGE_STREAM(visits)
             WHERE {time} >= NOW() - INTERVAL '2 hours' GROUP BY 1"
        )
    };
    for (window, time) in [
        ("wall_time", "wall_time"),
        ("cluster_time", "wall_time"),
        ("full_document.begun", "full_document.begun"),
    ] {
        let query = compiled(&sql(window, time), lateness_alone).unwrap();
        assert!(matches!(query.kind, Kind::Live(_)), "{window}");
    }
    for (window, time, part) in [
        (
            "full_document.begun",
            "wall_time",
            "events are kept by `wall_time`",
        ),
        (
            "wall_time",
            "full_document.begun",
            "windows are of `wall_time`",
        ),
        (
            "full_document.begun + INTERVAL '1 hour'",
            "wall_time",
            "is computed",
        ),
    ] {
        let errors = compiled(&sql(window, time), lateness_alone)
            .map(|query| query.kind)
            .unwrap_err();
        assert_eq!(errors[0].code, Code::InvalidWindow, "{window}");
        assert!(errors[0].message.contains(part), "{:?}", errors[0]);
    }
}

#[test]
fn a_view_is_kept_also_where_a_stream_would_do() {
    let sql = "SELECT full_document.clinic AS clinic FROM CHANGE_STREAM(visits)";
    assert_eq!(compiled(sql, None).unwrap().kind, Kind::Watch);
    let errors = compiled(sql, Some(ViewOptions::default())).map(|query| query.kind);
    assert_eq!(errors.unwrap_err()[0].code, Code::EndlessRows);
}
