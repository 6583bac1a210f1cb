//! What statements and functions of triggers are given, on a real server: enums that are integers, the time of
//! the cluster, and documents of several collections.

mod mill {
    use queryleaf::prelude::*;
    use queryleaf::watch::Context;

    #[derive(Debug, Clone, Copy, PartialEq, SqlEnum)]
    #[leaf(integer)]
    pub(crate) enum Grade {
        Fine = 1,
        Coarse = 7,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
    #[leaf(name = "sacks", pre_and_post_images)]
    pub(crate) struct Sack {
        #[serde(rename = "_id")]
        pub(crate) id: i64,
        pub(crate) grade: Grade,
        pub(crate) kilos: f64,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
    #[leaf(name = "carts")]
    pub(crate) struct Cart {
        #[serde(rename = "_id")]
        pub(crate) id: String,
        pub(crate) wheels: i32,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
    #[leaf(name = "stocks", unique(grade))]
    pub(crate) struct Stock {
        pub(crate) grade: Grade,
        pub(crate) kilos: f64,
        pub(crate) changed_at: Option<DateTime>,
    }

    schema! {
        "CREATE TABLE yard (what TEXT NOT NULL, document JSONB, at TIMESTAMP);

         CREATE CHANGE STREAM all_of_the_mill ON sacks, carts;

         CREATE TRIGGER keep_stock ON CHANGE STREAM sacks FOR EACH CHANGE AS
         BEGIN
             CASE change.operation_type
                 WHEN 'insert' THEN
                     MERGE INTO stocks AS s
                     USING (SELECT change.full_document.grade AS grade, change.full_document.kilos AS kilos,
                                   change.cluster_time AS at) AS n
                     ON s.grade = n.grade
                     WHEN MATCHED THEN UPDATE SET kilos = s.kilos + n.kilos, changed_at = n.at
                     WHEN NOT MATCHED THEN
                         INSERT (grade, kilos, changed_at) VALUES (n.grade, n.kilos, n.at);
                 WHEN 'update' THEN
                     UPDATE stocks SET changed_at = change.cluster_time
                     WHERE grade = change.full_document.grade;
                     CALL graded(change.full_document.grade, change.cluster_time);
                 ELSE NULL;
             END CASE;
         END;

         CREATE TRIGGER note_the_mill ON CHANGE STREAM all_of_the_mill FOR EACH CHANGE AS
         BEGIN
             IF change.operation_type = 'insert' THEN
                 INSERT INTO yard (what, document, at)
                 VALUES (change.collection_name, change.full_document, change.wall_time);
                 CALL seen(change.full_document, change.operation_type);
             END IF;
         END"
    }

    async fn graded(
        context: &mut Context<'_>,
        grade: Option<Grade>,
        at: queryleaf::watch::ClusterTime,
    ) -> queryleaf::Result<()> {
        let (what, at) = (format!("{grade:?}"), at.to_date_time());
        sql!("INSERT INTO yard (what, at) VALUES (:what, :at)")
            .execute(&mut *context)
            .await?;
        Ok(())
    }

    async fn seen(
        context: &mut Context<'_>,
        document: Option<AllOfTheMill<Sack, Cart>>,
        operation: queryleaf::watch::OperationType,
    ) -> queryleaf::Result<()> {
        let what = match document {
            Some(AllOfTheMill::Sack(sack)) => format!("{operation} of {} kg", sack.kilos),
            Some(AllOfTheMill::Cart(cart)) => format!("{operation} of {} wheels", cart.wheels),
            None => "nothing".to_owned(),
        };
        sql!("INSERT INTO yard (what) VALUES (:what)")
            .execute(&mut *context)
            .await?;
        Ok(())
    }
}

use mill::{Cart, Grade, KeepStock, NoteTheMill, Sack, carts, sacks, stocks, yard};
use queryleaf::bson::{Bson, doc};
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;
use queryleaf::watch::{self, Handled, Worker};
use std::time::Duration;

async fn started(db: &Database, stream: Handled) -> Worker {
    for ensured in queryleaf::ensure!(db, sacks, carts, stocks, yard)
        .await
        .unwrap()
    {
        assert!(ensured.differences.is_empty(), "{ensured}");
    }
    let worker = watch::worker(db).run(stream).start();
    let streams = db.collection::<Document>("change_stream_resume_tokens");
    let taken = doc! { "owner": { "$exists": true } };
    soon(async || streams.find_one(taken.clone()).await.unwrap().is_some()).await;
    // The lease is there before the stream is.
    tokio::time::sleep(Duration::from_millis(300)).await;
    worker
}

async fn soon(mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..600 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it takes too long");
}

fn sack(id: i64, grade: Grade) -> Sack {
    Sack {
        id,
        grade,
        kilos: 2.5,
    }
}

#[tokio::test]
async fn statements_take_enums_and_the_time_of_the_cluster() {
    let db = &queryleaf_testkit::database().await;
    let worker = started(db, watch::trigger(KeepStock).exactly_once()).await;
    let rows = [
        sack(1, Grade::Coarse),
        sack(2, Grade::Fine),
        sack(3, Grade::Coarse),
    ];
    sql!("INSERT INTO sacks VALUES (:rows)")
        .execute(db)
        .await
        .unwrap();
    sql!("UPDATE sacks SET kilos = 3 WHERE _id = 2")
        .execute(db)
        .await
        .unwrap();
    soon(async || {
        let noted: i64 = sql!("SELECT COUNT(*) FROM yard")
            .fetch_scalar(db)
            .await
            .unwrap();
        noted == 1
    })
    .await;
    worker.shutdown().await.unwrap();
    let stocks = sql!("SELECT * FROM stocks ORDER BY grade")
        .fetch_all(db)
        .await
        .unwrap();
    let kilos: Vec<_> = stocks
        .iter()
        .map(|stock| (stock.grade, stock.kilos))
        .collect();
    assert_eq!(kilos, [(Grade::Fine, 2.5), (Grade::Coarse, 5.0)]);
    let noted = sql!("SELECT what, at FROM yard")
        .fetch_one(db)
        .await
        .unwrap();
    assert_eq!(noted.what, "Some(Fine)");
    assert_eq!(noted.at, stocks[0].changed_at);
    assert!(noted.at.is_some() && stocks[1].changed_at.is_some());
}

#[tokio::test]
async fn a_trigger_of_several_tables_tells_their_documents_apart() {
    let db = &queryleaf_testkit::database().await;
    let worker = started(db, watch::trigger(NoteTheMill).at_least_once(db)).await;
    let rows = [sack(1, Grade::Coarse)];
    sql!("INSERT INTO sacks VALUES (:rows)")
        .execute(db)
        .await
        .unwrap();
    let cart = Cart {
        id: "c".to_owned(),
        wheels: 4,
    };
    sql!("INSERT INTO carts VALUES (:cart)")
        .execute(db)
        .await
        .unwrap();
    sql!("DELETE FROM sacks").execute(db).await.unwrap();
    soon(async || {
        let noted: i64 = sql!("SELECT COUNT(*) FROM yard")
            .fetch_scalar(db)
            .await
            .unwrap();
        noted == 4
    })
    .await;
    worker.shutdown().await.unwrap();
    let noted = sql!("SELECT what, document FROM yard ORDER BY what")
        .fetch_all(db)
        .await
        .unwrap();
    let noted: Vec<_> = noted
        .into_iter()
        .map(|row| (row.what, row.document))
        .collect();
    let stored = |document: Document| Some(Bson::Document(document));
    assert_eq!(
        noted,
        [
            ("carts".to_owned(), stored(doc! { "_id": "c", "wheels": 4 })),
            ("insert of 2.5 kg".to_owned(), None),
            ("insert of 4 wheels".to_owned(), None),
            (
                "sacks".to_owned(),
                stored(doc! { "_id": 1_i64, "grade": 7, "kilos": 2.5 })
            ),
        ]
    );
}
