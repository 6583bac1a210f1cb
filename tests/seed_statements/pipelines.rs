//! Topic 05: events of users, enriched and ranked.

use crate::compare::statement;
use crate::moments::SEED;
use crate::random::Random;
use crate::servers::Servers;
use queryleaf::bson::doc;
use queryleaf::prelude::*;
use std::collections::HashSet;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "raw_events", index(event_timestamp))]
struct Event {
    event_id: String,
    event_timestamp: DateTime,
    user_id: Option<String>,
    session_id: Option<String>,
    event_type: String,
    event_category: Option<String>,
    event_data: Option<Document>,
    device_info: Option<Document>,
    location_data: Option<Document>,
    processing_status: String,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "user_behavioral_metrics", unique(user_id))]
struct UserMetrics {
    user_id: String,
    total_events: i32,
    total_revenue: Decimal128,
    avg_session_duration: Option<f64>,
    days_since_first_event: i32,
    days_since_last_event: Option<i32>,
}

const DEFINITIONS: &str = "
    CREATE TABLE raw_events (event_id text, event_timestamp timestamptz, user_id text,
        session_id text, event_type text, event_category text, event_data jsonb, device_info jsonb,
        location_data jsonb, processing_status text);
    CREATE TABLE user_behavioral_metrics (user_id text, total_events integer, total_revenue numeric,
        avg_session_duration double precision, days_since_first_event integer,
        days_since_last_event integer);";

const HOUR: i64 = 3_600_000;

/// Users come in classes; those of the last class have no metrics.
const CLASSES: i64 = 5;

fn metrics(random: &mut Random) -> Vec<UserMetrics> {
    let mut metrics = Vec::new();
    for class in 0..CLASSES - 1 {
        for number in 0..12 {
            metrics.push(UserMetrics {
                user_id: format!("{class}-$user {number}"),
                total_events: random.between(1, 900) as i32,
                total_revenue: ["1500.75", "150.5", "20.25", "0"][class as usize]
                    .parse()
                    .unwrap(),
                avg_session_duration: random
                    .percent(80)
                    .then(|| random.between(0, 4000) as f64 / 8.0),
                days_since_first_event: [10, 100, 200, 400][class as usize],
                days_since_last_event: [Some(1), Some(5), Some(60), None][class as usize],
            });
        }
    }
    metrics
}

/// Groups of events: what the statement groups by is the same in each, and no two groups that it
/// compares with each other are of the same hour.
fn events(random: &mut Random, now: DateTime) -> Vec<Event> {
    let this_hour = now.timestamp_millis() / HOUR * HOUR;
    let mut events = Vec::new();
    let mut known = HashSet::new();
    while known.len() < 90 {
        let hour = random.between(1, 22);
        let class = random.between(0, CLASSES - 1);
        let kind = random.choose(&["purchase", "$view", "clic 😀"]).to_owned();
        let device = random.pick(&[None, Some("smartphone"), Some("desktop"), Some("fridge")]);
        let country = random.pick(&[
            None,
            Some("US"),
            Some("DE"),
            Some("JP"),
            Some("BR"),
            Some("XX"),
        ]);
        // The last two classes are one segment, and what is unknown is `other`.
        let device_kind = device.filter(|device| *device != "fridge");
        let region = country.filter(|country| *country != "XX");
        if !known.insert((hour, class.min(3), kind.clone(), device_kind, region)) {
            continue;
        }
        let category = random.pick(&[None, Some("shop".to_owned()), Some("a.b".to_owned())]);
        let size = random.between(2, 16);
        for number in 0..size {
            // The first and the last event of a group are some minutes apart.
            let minute = match number {
                0 => 1,
                1 => 52,
                _ => random.between(1, 52),
            };
            events.push(Event {
                event_id: format!("{:016x}", random.bits()),
                event_timestamp: DateTime::from_millis(
                    this_hour - hour * HOUR + minute * 60_000 + random.between(0, 999),
                ),
                user_id: Some(format!("{class}-$user {}", random.below(12))),
                session_id: Some(format!("session {}", random.below(40))),
                event_type: kind.clone(),
                event_category: category.clone(),
                event_data: Some(event_data(random)),
                device_info: device.map(|device| doc! { "device_type": device, "browser": "Ff" }),
                location_data: country.map(|country| doc! { "country": country, "city": null }),
                processing_status: "pending".to_owned(),
            });
        }
    }
    for event in events.iter_mut().step_by(97) {
        event.processing_status = "done".to_owned();
    }
    events
}

fn event_data(random: &mut Random) -> Document {
    let mut data = Document::new();
    let cents = random.between(0, 9999);
    match random.below(4) {
        0 => {
            data.insert("revenue", format!("{}.{:02}", cents / 100, cents % 100));
        }
        1 => {
            data.insert("revenue", cents as f64 / 8.0);
        }
        2 => {
            data.insert("revenue", cents as i32);
        }
        _ => {}
    }
    if random.percent(80) {
        data.insert("quantity", random.between(0, 4) as i32);
    }
    if random.percent(70) {
        let product = random.below(5);
        data.insert("product_id", format!("p{product}"));
        data.insert("product_name", format!("Größe {product}"));
    }
    if random.percent(50) {
        data.insert("campaign_id", random.choose(&["$c", "winter", ""]));
    }
    data
}

/// PostgreSQL knows no alias in the list in which it is defined: the score is computed below.
fn with_score_below(text: &str) -> (String, String) {
    let (_, after) = text
        .split_once("    -- Priority scoring for resource allocation\n")
        .unwrap();
    let (score, _) = after.split_once(",\n\n    -- Investment").unwrap();
    (
        format!("{score},\n"),
        format!("FROM (SELECT ta.*, {score} FROM trend_analysis ta) AS ta"),
    )
}

#[tokio::test]
async fn multidimensional_analytics() {
    let Some(servers) = Servers::start(DEFINITIONS).await else {
        return;
    };
    let random = &mut Random::new(SEED, "events");
    let metrics = metrics(random);
    servers
        .store(random, "user_behavioral_metrics", &metrics)
        .await;
    let events = events(random, servers.now().await);
    servers.store(random, "raw_events", &events).await;
    let text = include_str!("sql/05-02-multidim-analytics-corrected.sql");
    let (score, below) = with_score_below(text);
    statement("05-02-multidim-analytics-corrected", text)
        .in_postgres(&score, "")
        .in_postgres("FROM trend_analysis ta", &below)
        .in_postgres("ROUND(median_revenue,", "ROUND(median_revenue::numeric,")
        .in_postgres(
            "ROUND(percentile_95_revenue,",
            "ROUND(percentile_95_revenue::numeric,",
        )
        .ordered_by(&["business_priority_score", "total_revenue", "hour_bucket"])
        .any_of_ties(&["revenue_rank", "user_engagement_rank", "conversion_rank"])
        .check(&servers, 40, async || {
            sql!(file "tests/seed_statements/sql/05-02-multidim-analytics-corrected.sql")
                .fetch_all(&servers.mongo)
                .await
        })
        .await;
}
