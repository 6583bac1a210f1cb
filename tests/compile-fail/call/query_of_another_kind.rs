//! Streams are watched, events that are kept are followed, what has an end is fetched, and what writes is executed.
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "tickets")]
struct Ticket {
    number: i64,
}

fn main() {}

async fn fetched(db: &Database) -> queryleaf::Result<()> {
    let changes = sql!("SELECT full_document.number FROM CHANGE_STREAM(tickets)");
    changes.fetch_all(db).await?;
    changes.fetch_scalar::<i64>(db).await?;
    changes.live(db);
    Ok(())
}

async fn watched(db: &Database) {
    sql!("SELECT number FROM tickets").watch(db);
    sql!("SELECT number FROM tickets").live(db);
    let counted = sql!(
        "SELECT COUNT(*) AS n FROM CHANGE_STREAM(tickets)
         WHERE wall_time >= CURRENT_TIMESTAMP - INTERVAL '1 hour'"
    );
    counted.watch(db);
}

async fn executed(db: &Database) -> queryleaf::Result<()> {
    sql!("SELECT number FROM tickets").execute(db).await?;
    sql!("UPDATE tickets SET number = 1 WHERE number = 2").fetch_all(db).await?;
    sql!("DELETE FROM tickets WHERE number = 1").fetch_optional(db).await?;
    Ok(())
}
