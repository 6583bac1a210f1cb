//! Triggers: what they do for each change of a stream, on a real server.

use queryleaf::bson::{Bson, doc};
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;
use queryleaf::watch::{self, Change, Context, Handled, OperationType, Retry, Versions, Worker};
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, SqlEnum)]
#[serde(rename_all = "lowercase")]
enum Stage {
    Packed,
    Sent,
    Lost,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
struct Size {
    width: f64,
    depth: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "parcels")]
struct Parcel {
    #[serde(rename = "_id")]
    id: i64,
    stage: Stage,
    pieces: i32,
    weight: Option<f64>,
    price: Decimal128,
    size: Size,
    tags: Vec<String>,
    sent_at: Option<DateTime>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Collection)]
#[leaf(name = "drawers", pre_and_post_images)]
struct Drawer {
    #[serde(rename = "_id")]
    id: i64,
    label: String,
    count: i64,
}

queryleaf::schema! {
    "CREATE TABLE journal (
        parcel BIGINT,
        text TEXT NOT NULL,
        pieces BIGINT,
        price DECIMAL(10, 2),
        stage TEXT,
        size JSONB,
        tags TEXT[],
        sent_at TIMESTAMP,
        noted_at TIMESTAMP
    );

    CREATE TABLE counters (
        name TEXT PRIMARY KEY,
        count BIGINT NOT NULL,
        weight DOUBLE PRECISION
    );"

    "CREATE TRIGGER follow_parcels ON CHANGE STREAM parcels FOR EACH CHANGE AS
    BEGIN
        CASE change.operation_type
            WHEN 'insert', 'replace' THEN
                INSERT INTO journal (parcel, text, pieces, price, stage, size, tags, sent_at, noted_at)
                VALUES (
                    change.document_key._id,
                    'packed',
                    change.full_document.pieces,
                    change.full_document.price,
                    change.full_document.stage,
                    change.full_document.size,
                    change.full_document.tags,
                    change.full_document.sent_at,
                    CURRENT_TIMESTAMP
                );
                CALL announced(change.full_document, UPPER(change.full_document.stage::text));
            WHEN 'update' THEN
                IF change.changed_fields CONTAINS 'stage' THEN
                    CALL moved(change.document_key._id, change.full_document.stage);
                ELSIF change.updated_fields ? 'size.width' THEN
                    INSERT INTO journal (parcel, text) VALUES (change.document_key._id, 'resized');
                ELSE
                    INSERT INTO journal (parcel, text)
                    VALUES (change.document_key._id, 'touched ' || change.operation_type);
                END IF;
            ELSE
                DELETE FROM journal WHERE parcel = change.document_key._id;
        END CASE;

        UPDATE counters
        SET count = count + 1, weight = weight + COALESCE(change.full_document.weight, 0)
        WHERE name = 'changes';
    END"
}

async fn announced(
    context: &mut Context<'_>,
    parcel: Option<Parcel>,
    stage: Option<String>,
) -> queryleaf::Result<()> {
    let (Some(parcel), Some(stage)) = (parcel, stage) else {
        return Ok(());
    };
    let (id, text) = (parcel.id, format!("announced {stage}"));
    sql!("INSERT INTO journal (parcel, text) VALUES (:id, :text)")
        .execute(&mut *context)
        .await?;
    Ok(())
}

async fn moved(
    context: &mut Context<'_>,
    parcel: Option<i64>,
    stage: Option<Stage>,
) -> queryleaf::Result<()> {
    let text = format!("moved to {stage:?}");
    sql!("INSERT INTO journal (parcel, text) VALUES (:parcel, :text)")
        .execute(&mut *context)
        .await?;
    Ok(())
}

fn parcel(id: i64) -> Parcel {
    Parcel {
        id,
        stage: Stage::Packed,
        pieces: 3,
        weight: Some(1.5),
        price: "12.50".parse().unwrap(),
        size: Size {
            width: 2.0,
            depth: 0.5,
        },
        tags: vec!["a".to_owned(), "$b".to_owned()],
        sent_at: None,
    }
}

/// Creates the collections, and starts the worker.
async fn started(db: &Database, stream: Handled) -> Worker {
    Parcel::ensure(db).await.unwrap();
    Drawer::ensure(db).await.unwrap();
    Journal::ensure(db).await.unwrap();
    Counters::ensure(db).await.unwrap();
    let rows = [Counters {
        name: "changes".to_owned(),
        count: 0,
        weight: Some(0.0),
    }];
    sql!("INSERT INTO counters VALUES (:rows)")
        .execute(db)
        .await
        .unwrap();
    let worker = watch::worker(db).save_every(Duration::from_millis(20));
    let mut worker = worker.run(stream).start();
    worker.ready().await.unwrap();
    worker
}

/// Waits until something is so.
async fn soon(mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..600 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it takes too long");
}

async fn counted(db: &Database, count: i64) {
    soon(async || {
        let counted: i64 = sql!("SELECT count FROM counters WHERE name = 'changes'")
            .fetch_scalar(db)
            .await
            .unwrap();
        assert!(counted <= count, "{counted}");
        counted == count
    })
    .await;
}

async fn texts(db: &Database) -> Vec<String> {
    let rows = sql!("SELECT text FROM journal ORDER BY text")
        .fetch_all(db)
        .await;
    rows.unwrap().into_iter().map(|row| row.text).collect()
}

async fn changes(db: &Database) {
    let rows = [parcel(1), parcel(2)];
    sql!("INSERT INTO parcels VALUES (:rows)")
        .execute(db)
        .await
        .unwrap();
    sql!("UPDATE parcels SET stage = 'sent' WHERE _id = 1")
        .execute(db)
        .await
        .unwrap();
    sql!("UPDATE parcels SET size.width = 7 WHERE _id = 1")
        .execute(db)
        .await
        .unwrap();
    sql!("UPDATE parcels SET weight = NULL WHERE _id = 1")
        .execute(db)
        .await
        .unwrap();
    sql!("DELETE FROM parcels WHERE _id = 2")
        .execute(db)
        .await
        .unwrap();
}

const TEXTS: [&str; 5] = [
    "announced PACKED",
    "moved to Some(Sent)",
    "packed",
    "resized",
    "touched update",
];

#[tokio::test]
async fn statements_and_calls_run_for_each_change() {
    let db = &queryleaf_testkit::database().await;
    let worker = started(db, watch::trigger(FollowParcels).at_least_once(db)).await;
    changes(db).await;
    counted(db, 6).await;
    assert_eq!(texts(db).await, TEXTS);
    let noted = sql!("SELECT * FROM journal WHERE text = 'packed'")
        .fetch_one(db)
        .await
        .unwrap();
    assert_eq!(noted.parcel, Some(1));
    assert_eq!(noted.pieces, Some(3));
    assert_eq!(noted.price.unwrap().to_string(), "12.50");
    assert_eq!(noted.stage.as_deref(), Some("packed"));
    let Some(Bson::Document(size)) = noted.size else {
        panic!("{:?}", noted.size);
    };
    assert_eq!(size, doc! { "width": 2.0, "depth": 0.5 });
    let tags = noted.tags.unwrap();
    assert_eq!(tags, ["a", "$b"]);
    assert_eq!(noted.sent_at, None);
    assert!(noted.noted_at.is_some());
    let weight: Option<f64> = sql!("SELECT weight FROM counters")
        .fetch_scalar(db)
        .await
        .unwrap();
    // The last state is looked up, so only the inserts are sure of their weight.
    assert!(weight.unwrap() >= 3.0, "{weight:?}");
    worker.shutdown().await.unwrap();
}

#[tokio::test]
async fn in_transactions_everything_is_written_once() {
    let db = &queryleaf_testkit::database().await;
    let worker = started(db, watch::trigger(FollowParcels).exactly_once()).await;
    changes(db).await;
    counted(db, 6).await;
    assert_eq!(texts(db).await, TEXTS);
    worker.shutdown().await.unwrap();
}

queryleaf::schema! {
    "CREATE TRIGGER divided ON CHANGE STREAM parcels FOR EACH CHANGE AS
    BEGIN
        INSERT INTO journal (parcel, text) VALUES (change.document_key._id, 'seen');
        IF change.full_document.pieces = 0 THEN
            NULL;
        ELSIF change.full_document.pieces = 3 THEN
            CALL shared(change.document_key._id, change.full_document.pieces);
        ELSIF 12 / change.full_document.pieces > 3 THEN
            CALL shared(change.document_key._id, 100 / (change.full_document.pieces - 3));
        ELSE
            CALL refused(change.document_key._id);
        END IF;
        UPDATE counters SET count = count + 1 WHERE name = 'changes';
    END"
}

async fn shared(
    context: &mut Context<'_>,
    parcel: Option<i64>,
    share: Option<i32>,
) -> queryleaf::Result<()> {
    let text = format!("shared {share:?}");
    sql!("INSERT INTO journal (parcel, text) VALUES (:parcel, :text)")
        .execute(&mut *context)
        .await?;
    Ok(())
}

async fn refused(_: &mut Context<'_>, parcel: Option<i64>) -> Result<(), String> {
    Err(format!("parcel {parcel:?} is refused"))
}

async fn of_pieces(db: &Database, pieces: [i32; 3]) {
    for (id, pieces) in (1..).zip(pieces) {
        let rows = [Parcel {
            pieces,
            ..parcel(id)
        }];
        sql!("INSERT INTO parcels VALUES (:rows)")
            .execute(db)
            .await
            .unwrap();
    }
}

fn hasty() -> Retry {
    Retry {
        attempts: 3,
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(5),
    }
}

/// The messages of the dead letters, each with how often its event was handled.
async fn dead_letters(db: &Database) -> Vec<(String, i64)> {
    let letters = db.collection::<Document>("change_stream_dead_letters");
    let mut letters = letters.find(doc! {}).await.unwrap();
    let mut found = Vec::new();
    while letters.advance().await.unwrap() {
        let letter = letters.deserialize_current().unwrap();
        let message = letter.get_str("error_message").unwrap().to_owned();
        found.push((message, letter.get_i64("attempts").unwrap()));
    }
    found
}

#[tokio::test]
async fn what_stands_in_a_branch_is_computed_there_only() {
    let db = &queryleaf_testkit::database().await;
    let trigger = watch::trigger(Divided).retry(hasty()).exactly_once();
    let worker = started(db, trigger).await;
    // Of no pieces the first division would fail, of three the one in the branch that is not taken.
    of_pieces(db, [0, 2, 3]).await;
    counted(db, 3).await;
    let shared = [
        "seen",
        "seen",
        "seen",
        "shared Some(-100)",
        "shared Some(3)",
    ];
    assert_eq!(texts(db).await, shared);
    worker.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_fails_is_repeated_and_then_a_dead_letter() {
    let db = &queryleaf_testkit::database().await;
    let trigger = watch::trigger(Divided).retry(hasty()).at_least_once(db);
    let worker = started(db, trigger).await;
    of_pieces(db, [4, 5, 0]).await;
    soon(async || dead_letters(db).await.len() == 2).await;
    counted(db, 1).await;
    let mut letters = dead_letters(db).await;
    letters.sort();
    let letter = |parcel: i64| (format!("parcel Some({parcel}) is refused"), 3);
    assert_eq!(letters, [letter(1), letter(2)]);
    // Each attempt has written.
    assert_eq!(texts(db).await, ["seen"; 7]);
    worker.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_fails_in_a_transaction_writes_nothing() {
    let db = &queryleaf_testkit::database().await;
    let trigger = watch::trigger(Divided).retry(hasty()).exactly_once();
    let worker = started(db, trigger).await;
    of_pieces(db, [4, 5, 0]).await;
    soon(async || dead_letters(db).await.len() == 2).await;
    counted(db, 1).await;
    assert_eq!(texts(db).await, ["seen"]);
    worker.shutdown().await.unwrap();
}

/// What the server cannot compute for one parcel is that parcel's dead letter.
async fn a_value_that_is_none(db: &Database, trigger: Handled) {
    let worker = started(db, trigger).await;
    let parcels: Vec<Parcel> = (1..=60)
        .map(|id| Parcel {
            // Of 0 pieces neither division is reached, of 1 the second one fails.
            pieces: i32::from(id % 20 == 10),
            weight: Some(id as f64),
            ..parcel(id)
        })
        .collect();
    sql!("INSERT INTO parcels VALUES (:parcels)")
        .execute(db)
        .await
        .unwrap();
    soon(async || dead_letters(db).await.len() == 3).await;
    counted(db, 57).await;
    let division = |letter: &(String, i64)| letter.0.contains("division by zero");
    assert!(dead_letters(db).await.iter().all(division));
    assert_eq!(texts(db).await, ["weighed"; 57]);
    worker.shutdown().await.unwrap();
}

queryleaf::schema! {
    "CREATE TRIGGER weighed ON CHANGE STREAM parcels FOR EACH CHANGE AS
    BEGIN
        IF change.full_document.pieces = 1 THEN
            CALL shared(change.document_key._id, 12 / (change.full_document.pieces - 1));
        END IF;
        INSERT INTO journal (parcel, text) VALUES (change.document_key._id, 'weighed');
        UPDATE counters SET count = count + 1 WHERE name = 'changes';
    END"
}

#[tokio::test]
async fn what_the_server_cannot_compute_is_a_dead_letter() {
    let db = &queryleaf_testkit::database().await;
    a_value_that_is_none(db, watch::trigger(Weighed).retry(hasty()).at_least_once(db)).await;
    let db = &queryleaf_testkit::database().await;
    a_value_that_is_none(db, watch::trigger(Weighed).retry(hasty()).exactly_once()).await;
}

queryleaf::schema! {
    "CREATE TRIGGER drawers_changed
    AFTER INSERT OR UPDATE OF count ON drawers
    FOR EACH ROW
    WHEN (OLD.count IS DISTINCT FROM NEW.count AND NEW.label <> 'quiet')
    EXECUTE FUNCTION note_drawer();

    CREATE TRIGGER parcels_gone AFTER DELETE ON parcels FOR EACH ROW EXECUTE FUNCTION note_parcel()"
}

async fn note_drawer(
    context: &mut Context<'_>,
    change: Change<Versions<Drawer>>,
) -> queryleaf::Result<()> {
    let count = |drawer: &Option<Drawer>| drawer.as_ref().map(|drawer| drawer.count);
    let text = format!(
        "{:?} {:?} {:?} -> {:?}",
        change.operation_type(),
        change.collection(),
        count(&change.before),
        count(&change.after),
    );
    sql!("INSERT INTO journal (text) VALUES (:text)")
        .execute(&mut *context)
        .await?;
    sql!("UPDATE counters SET count = count + 1")
        .execute(&mut *context)
        .await?;
    Ok(())
}

async fn note_parcel(
    context: &mut Context<'_>,
    change: Change<Versions<Parcel>>,
) -> queryleaf::Result<()> {
    assert_eq!(change.operation_type(), Some(OperationType::Delete));
    assert!(change.before.is_none() && change.after.is_none());
    let text = format!("{:?}", change.document_key());
    sql!("INSERT INTO journal (text) VALUES (:text)")
        .execute(&mut *context)
        .await?;
    sql!("UPDATE counters SET count = count + 1")
        .execute(&mut *context)
        .await?;
    Ok(())
}

#[tokio::test]
async fn triggers_of_rows() {
    let db = &queryleaf_testkit::database().await;
    let worker = started(db, watch::trigger(DrawersChanged).exactly_once()).await;
    let drawer = |id, label: &str| Drawer {
        id,
        label: label.to_owned(),
        count: 1,
    };
    let rows = [drawer(1, "loud"), drawer(2, "quiet")];
    sql!("INSERT INTO drawers VALUES (:rows)")
        .execute(db)
        .await
        .unwrap();
    sql!("UPDATE drawers SET label = 'louder' WHERE _id = 1")
        .execute(db)
        .await
        .unwrap();
    sql!("UPDATE drawers SET count = 5 WHERE _id = 2")
        .execute(db)
        .await
        .unwrap();
    sql!("UPDATE drawers SET count = 7 WHERE _id = 1")
        .execute(db)
        .await
        .unwrap();
    sql!("DELETE FROM drawers WHERE _id = 2")
        .execute(db)
        .await
        .unwrap();
    counted(db, 2).await;
    assert_eq!(
        texts(db).await,
        [
            "Some(Insert) Some(\"drawers\") None -> Some(1)",
            "Some(Update) Some(\"drawers\") Some(1) -> Some(7)",
        ]
    );
    worker.shutdown().await.unwrap();
    // What the trigger sees later is the row behind each change, not the last one.
    sql!("DELETE FROM journal").execute(db).await.unwrap();
    for count in [9, 3, 2, 8] {
        sql!("UPDATE drawers SET count = :count WHERE _id = 1")
            .execute(db)
            .await
            .unwrap();
    }
    let drawers = watch::trigger(DrawersChanged).exactly_once();
    let worker = watch::worker(db).run(drawers).start();
    counted(db, 6).await;
    assert_eq!(
        texts(db).await,
        ["2 -> 8", "3 -> 2", "7 -> 9", "9 -> 3"].map(|counts| {
            let (before, after) = counts.split_once(" -> ").unwrap();
            format!("Some(Update) Some(\"drawers\") Some({before}) -> Some({after})")
        })
    );
    worker.shutdown().await.unwrap();
}

#[tokio::test]
async fn deletions() {
    let db = &queryleaf_testkit::database().await;
    let worker = started(db, watch::trigger(ParcelsGone).at_least_once(db)).await;
    let rows = [parcel(8)];
    sql!("INSERT INTO parcels VALUES (:rows)")
        .execute(db)
        .await
        .unwrap();
    sql!("DELETE FROM parcels").execute(db).await.unwrap();
    counted(db, 1).await;
    assert_eq!(texts(db).await.len(), 1);
    worker.shutdown().await.unwrap();
}
