//! A query over changes that are kept, by a plan as `sql!` would place it in the binary.

use super::{fill, template};
use queryleaf_plan::{Template, encode};
use queryleaf_runtime::Result;
use queryleaf_runtime::bson::{DateTime, doc};
use queryleaf_runtime::mongodb::Database;
use queryleaf_runtime::private::{LivePlan, LiveQuery, Plan, RowReader, ViewPlan, types};
use queryleaf_runtime::watch::ResultSet;

/// How often books were lent in an hour.
#[derive(Debug, Clone, PartialEq)]
pub struct Lent {
    pub hour: DateTime,
    pub loans: i64,
}

fn decode(row: &mut RowReader<'_>) -> Result<Lent> {
    Ok(Lent {
        hour: row.column::<types::Timestamp, _>(0)?,
        loans: row.column::<types::Bigint, _>(1)?,
    })
}

pub const KEPT: &str = "queryleaf.events.loans.0123";
pub const HOUR: i64 = 3_600_000;

/// What is kept of the loans of books.
pub fn kept() -> ViewPlan {
    let filter = doc! { "operationType": "insert", "wallTime": { "$type": "date" } };
    let command = Template::document([
        ("aggregate", Template::string("loans")),
        (
            "pipeline",
            Template::array([
                Template::entry("$changeStream", template(&doc! {})),
                template(&doc! { "$match": filter }),
                template(&doc! { "$project": { "fullDocument.at": 1, "wallTime": 1 } }),
            ]),
        ),
        ("cursor", template(&doc! {})),
    ]);
    let stream = Plan::new(
        "SELECT .. FROM CHANGE_STREAM(loans)",
        "loans",
        encode(&command, &[]).leak(),
        &[],
        &[],
        &[],
    );
    ViewPlan::new(stream, KEPT, "wallTime", 3600)
}

/// How many there were in each hour.
pub fn lent(kept: ViewPlan) -> LiveQuery<Lent> {
    let truncated = doc! { "$dateTrunc": { "date": "$fullDocument.at", "unit": "hour" } };
    let command = Template::document([
        ("aggregate", Template::string(KEPT)),
        (
            "pipeline",
            Template::array([
                template(&doc! { "$group": { "_id": truncated, "loans": { "$sum": 1 } } }),
                template(&doc! { "$sort": { "_id": 1 } }),
            ]),
        ),
    ]);
    let plan = Plan::new(
        "SELECT .. FROM CHANGE_STREAM(loans) GROUP BY ..",
        "loans",
        encode(&command, &[]).leak(),
        &[],
        &["hour", "loans"],
        &[&["_id"], &["loans"]],
    );
    let plan = Box::leak(Box::new(LivePlan::new(plan, kept)));
    LiveQuery::new(plan, Vec::new(), decode)
}

/// The beginning of an hour.
pub fn hour(number: i64) -> DateTime {
    DateTime::from_millis(number * HOUR)
}

/// Lends books in these hours.
pub async fn lend(database: &Database, hours: impl IntoIterator<Item = i64>) {
    let loans = hours.into_iter().map(|number| doc! { "at": hour(number) });
    fill(database, "loans", &loans.collect::<Vec<_>>()).await;
}

pub fn loans(results: &ResultSet<Lent>) -> Vec<i64> {
    results.iter().map(|lent| lent.loans).collect()
}
