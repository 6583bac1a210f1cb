use queryleaf::prelude::*;

#[derive(Debug, Serialize, Deserialize, Collection)]
#[leaf(name = "notices", capped(size = "1MB"))]
struct Notice {
    #[serde(rename = "_id")]
    id: ObjectId,
    text: String,
}

#[derive(Debug, Serialize, Deserialize, Collection)]
#[leaf(name = "gauges", time_series(at))]
struct Gauge {
    at: DateTime,
    level: f64,
}

#[derive(Debug, Serialize, Deserialize, Collection)]
#[leaf(name = "members", unique(number))]
struct Member {
    number: i64,
}

async fn notes(db: &queryleaf::mongodb::Database) -> queryleaf::Result<()> {
    db.transaction(async |tx| {
        sql!("INSERT INTO notices (text) VALUES ('a')").execute(&mut *tx).await?;
        sql!("INSERT INTO notices (text) VALUES ('a') RETURNING _id").fetch_all(&mut *tx).await?;
        sql!("INSERT INTO gauges (at, level) VALUES (CURRENT_TIMESTAMP, 1.5)").execute(&mut *tx).await?;
        sql!("INSERT INTO members (number) VALUES (1) ON CONFLICT DO NOTHING").execute(&mut *tx).await?;
        sql!("INSERT INTO members (number) VALUES (1) WITH BULK_OPTIONS (write_concern = 'majority')")
            .execute(&mut *tx)
            .await?;
        sql!("DROP TABLE members").execute(&mut *tx).await?;
        sql!("SHOW TABLES").fetch_all(&mut *tx).await?;
        sql!("ANALYZE members").fetch_one(&mut *tx).await?;
        sql!("SELECT number FROM members").explain(&mut *tx).await?;
        sql!("SELECT text FROM notices").tail(&mut *tx);
        queryleaf::Result::Ok(())
    })
    .await
}

fn main() {}
