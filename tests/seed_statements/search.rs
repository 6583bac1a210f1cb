//! Topic 03: a log of searches.

use crate::compare::statement;
use crate::moments::{DAY, SEED, ago};
use crate::random::Random;
use crate::servers::Servers;
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Embedded)]
struct Interaction {
    results_clicked: Option<Vec<String>>,
    conversion_achieved: Option<bool>,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "search_queries")]
struct Search {
    search_timestamp: DateTime,
    user_id: Option<String>,
    query_text: String,
    execution_time_ms: Option<i32>,
    total_results_found: Option<i32>,
    filters_applied: Option<Document>,
    search_type: Option<String>,
    user_interaction: Option<Interaction>,
}

const DEFINITIONS: &str = "
    CREATE TYPE interaction AS (results_clicked text[], conversion_achieved boolean);
    CREATE TABLE search_queries (search_timestamp timestamptz, user_id text, query_text text,
        execution_time_ms integer, total_results_found integer, filters_applied jsonb,
        search_type text, user_interaction interaction);";

const TEXTS: [&str; 14] = [
    "rust",
    "$match",
    "",
    " ",
    "two words",
    "naïve café 😀",
    "a b c",
    "how to write a compiler",
    "{\"$gt\": \"\"} or 1 = 1 -- and so on",
    "double  space",
    "%_\\",
    "seven words that make a long phrase",
    "a.b",
    "once",
];

fn searches(random: &mut Random, now: DateTime) -> Vec<Search> {
    let kinds = [
        None,
        Some("text"),
        Some("vector"),
        Some("hybrid"),
        Some("autocomplete"),
    ];
    (0..900)
        .map(|_| {
            // Some texts are frequent, the last ones are not.
            let text = random.below(TEXTS.len()).min(random.below(TEXTS.len()));
            let speed = 1 + text as i64;
            let clicks = random.below(4);
            Search {
                search_timestamp: match random.below(2) {
                    0 => ago(random, now, 0..DAY + 60),
                    _ => ago(random, now, 0..8 * DAY),
                },
                user_id: random
                    .percent(85)
                    .then(|| format!("user {}", random.below(30))),
                query_text: TEXTS[text].to_owned(),
                execution_time_ms: random
                    .percent(90)
                    .then(|| random.between(0, 200 * speed) as i32),
                total_results_found: random
                    .percent(90)
                    .then(|| random.between(0, 3 * speed) as i32),
                filters_applied: random
                    .percent(40)
                    .then(|| queryleaf::bson::doc! { "$in": [1] }),
                search_type: random.pick(&kinds).map(str::to_owned),
                user_interaction: random.percent(70).then(|| Interaction {
                    results_clicked: random
                        .percent(80)
                        .then(|| (0..clicks).map(|click| click.to_string()).collect()),
                    conversion_achieved: random.pick(&[None, Some(false), Some(true)]),
                }),
            }
        })
        .collect()
}

async fn servers() -> Option<Servers> {
    let servers = Servers::start(DEFINITIONS).await?;
    let random = &mut Random::new(SEED, "searches");
    let searches = searches(random, servers.now().await);
    servers.store(random, "search_queries", &searches).await;
    Some(servers)
}

#[tokio::test]
async fn search_performance() {
    let Some(servers) = servers().await else {
        return;
    };
    statement(
        "03-07-search-performance",
        include_str!("sql/03-07-search-performance.sql"),
    )
    .in_postgres("(user_interaction.", "((user_interaction).")
    .in_postgres("WHERE user_interaction.", "WHERE (user_interaction).")
    .ordered_by(&["hour_bucket"])
    .check(&servers, 24, async || {
        sql!(file "tests/seed_statements/sql/03-07-search-performance.sql")
            .fetch_all(&servers.mongo)
            .await
    })
    .await;
}

#[tokio::test]
async fn problem_queries() {
    let Some(servers) = servers().await else {
        return;
    };
    statement(
        "03-08-problem-queries-corrected",
        include_str!("sql/03-08-problem-queries-corrected.sql"),
    )
    .in_postgres("(user_interaction.", "((user_interaction).")
    .in_postgres("WHERE user_interaction.", "WHERE (user_interaction).")
    .ordered_by(&["query_frequency"])
    .check(&servers, 8, async || {
        sql!(file "tests/seed_statements/sql/03-08-problem-queries-corrected.sql")
            .fetch_all(&servers.mongo)
            .await
    })
    .await;
}
