//! A trigger, a stream of several collections and a live query.

use futures::TryStreamExt;
use queryleaf::mongodb::Database;
use queryleaf::mongodb::bson::doc;
use queryleaf::prelude::*;
use queryleaf::watch::{self, ClusterTime, Context, OperationType};
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "sacks", pre_and_post_images)]
struct Sack {
    #[serde(rename = "_id")]
    id: i64,
    kilos: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "carts")]
struct Cart {
    #[serde(rename = "_id")]
    id: String,
    wheels: i32,
}

schema! {
    "CREATE TABLE yard (what TEXT NOT NULL, document JSONB, at TIMESTAMP);

     CREATE CHANGE STREAM all_of_the_mill ON sacks, carts;

     CREATE TRIGGER note_the_mill ON CHANGE STREAM all_of_the_mill FOR EACH CHANGE AS
     BEGIN
         IF change.operation_type = 'insert' THEN
             INSERT INTO yard (what, document, at)
             VALUES (change.collection_name, change.full_document, change.cluster_time);
             CALL seen(change.full_document, change.operation_type, change.cluster_time);
         END IF;
     END"
}

async fn seen(
    context: &mut Context<'_>,
    document: Option<AllOfTheMill<Sack, Cart>>,
    operation: OperationType,
    at: ClusterTime,
) -> queryleaf::Result<()> {
    let at = at.to_date_time();
    let what = match document {
        Some(AllOfTheMill::Sack(sack)) => format!("{operation} of {} kg", sack.kilos),
        Some(AllOfTheMill::Cart(cart)) => format!("{operation} of {} wheels", cart.wheels),
        None => "nothing".to_owned(),
    };
    sql!("INSERT INTO yard (what, at) VALUES (:what, :at)")
        .execute(&mut *context)
        .await?;
    Ok(())
}

pub(crate) async fn run(db: &Database) -> queryleaf::Result<()> {
    Sack::ensure(db).await?;
    Cart::ensure(db).await?;
    Yard::ensure(db).await?;
    let query = sql!(
        "SELECT collection_name, COUNT(*) AS n FROM CHANGE_STREAM(sacks, carts)
         WHERE operation_type = 'insert' AND wall_time >= CURRENT_TIMESTAMP - INTERVAL '1 hour'
         GROUP BY collection_name ORDER BY collection_name"
    );
    let live = query.live(db);
    live.open().await?;
    let wanted = OperationType::Insert;
    let query = sql!(
        "SELECT full_document AS document, cluster_time, resume_token
         FROM CHANGE_STREAM(all_of_the_mill) WHERE operation_type = :wanted"
    );
    let mut changes = query.watch(db);
    changes.open().await?;
    let worker = watch::worker(db)
        .run(watch::trigger(NoteTheMill).exactly_once())
        .start();
    let streams = db.collection::<Document>("change_stream_resume_tokens");
    while streams
        .find_one(doc! { "owner": { "$exists": true } })
        .await
        .expect("the places of streams")
        .is_none()
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // The lease is there before the stream is.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let sacks = [Sack { id: 1, kilos: 2.5 }];
    sql!("INSERT INTO sacks VALUES (:sacks)")
        .execute(db)
        .await?;
    let cart = Cart {
        id: "c".to_owned(),
        wheels: 4,
    };
    sql!("INSERT INTO carts VALUES (:cart)").execute(db).await?;

    let first = changes.try_next().await?.expect("an event");
    let second = changes.try_next().await?.expect("an event");
    assert_eq!(first.document, Some(AllOfTheMill::Sack(sacks[0].clone())));
    assert_eq!(second.document, Some(AllOfTheMill::Cart(cart)));
    assert!(first.resume_token != second.resume_token && first.cluster_time <= second.cluster_time);
    let counted = live.refresh().await?;
    let counted: Vec<_> = counted.iter().map(|row| row.n).collect();
    assert_eq!(counted, [1, 1]);
    loop {
        let noted = sql!("SELECT what FROM yard ORDER BY what")
            .fetch_all(db)
            .await?;
        if noted.len() == 4 {
            let noted: Vec<_> = noted.into_iter().map(|row| row.what).collect();
            let expected = ["carts", "insert of 2.5 kg", "insert of 4 wheels", "sacks"];
            assert_eq!(noted, expected);
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    worker.shutdown().await
}
