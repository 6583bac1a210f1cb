//! Rows of a program's own that do not fit their table: they are found before they are sent, and the
//! error names the row, the place in it and the rule.

use futures::stream;
use queryleaf::bson::{Bson, doc};
use queryleaf::geo::{LineString, Point, Polygon, Position};
use queryleaf::prelude::*;
use queryleaf::{Refusal, Violation};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "parcels", unique(code))]
struct Parcel {
    #[serde(rename = "_id")]
    id: i32,
    #[leaf(max_length = 6)]
    code: String,
    note: String,
    #[leaf(precision = 5, scale = 2)]
    weight: Decimal128,
    sent_at: Option<DateTime>,
    #[leaf(max_length = 3)]
    stamps: Vec<String>,
    #[leaf(max_length = 4)]
    labels: BTreeMap<String, String>,
    #[serde(rename = "to")]
    receiver: Receiver,
    stops: Vec<Receiver>,
    route: Option<LineString>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Embedded)]
struct Receiver {
    #[leaf(max_length = 5)]
    name: String,
    place: Point,
    zone: Option<Polygon>,
}

/// The same code, in a collection whose validator only warns.
#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "drafts", validation = "warn")]
struct Draft {
    #[serde(rename = "_id")]
    id: i32,
    #[leaf(max_length = 6)]
    code: String,
}

fn parcel(id: i32) -> Parcel {
    Parcel {
        id,
        code: format!("P{id}"),
        note: "x".repeat(1000),
        weight: "12.25".parse().expect("a number"),
        sent_at: None,
        stamps: vec!["éàü".to_owned()],
        labels: BTreeMap::from([("colour".to_owned(), "red".to_owned())]),
        receiver: receiver(10.0, 60.0),
        stops: Vec::new(),
        route: None,
    }
}

fn receiver(longitude: f64, latitude: f64) -> Receiver {
    Receiver {
        name: "Ida".to_owned(),
        place: Point::new(longitude, latitude),
        zone: None,
    }
}

/// What an error tells of a row: its number, the path, the rule and what it asks for.
fn told(result: queryleaf::Result<queryleaf::Affected>) -> (u64, String, String, Option<Bson>) {
    match result {
        Err(Error::InvalidRow(invalid)) => {
            let Violation {
                path,
                rule,
                expected,
                ..
            } = invalid.violation.clone();
            (invalid.row, path, rule, expected)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_slice_is_looked_at_before_anything_is_sent() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Parcel::ensure(db).await?;
    type Change = fn(&mut Parcel);
    let wrong: [(Change, &str, &str, Option<Bson>); 10] = [
        (
            |row| row.code = "1234567".to_owned(),
            "code",
            "maxLength",
            Some(Bson::Int64(6)),
        ),
        (
            |row| row.weight = "1000".parse().expect("a number"),
            "weight",
            "maximum",
            "999.99".parse().ok().map(Bson::Decimal128),
        ),
        (
            |row| row.weight = "0.125".parse().expect("a number"),
            "weight",
            "multipleOf",
            "0.01".parse().ok().map(Bson::Decimal128),
        ),
        (
            |row| row.sent_at = Some(DateTime::MAX),
            "sent_at",
            "date",
            Some(Bson::from("a time in the years 1 to 9999")),
        ),
        (
            |row| row.stamps = vec!["abc".to_owned(), "abcd".to_owned()],
            "stamps.1",
            "maxLength",
            Some(Bson::Int64(3)),
        ),
        (
            |row| drop(row.labels.insert("size".to_owned(), "large".to_owned())),
            "labels.size",
            "maxLength",
            Some(Bson::Int64(4)),
        ),
        (
            |row| row.receiver.name = "Ingrid".to_owned(),
            "to.name",
            "maxLength",
            Some(Bson::Int64(5)),
        ),
        (
            |row| row.stops = vec![receiver(10.0, 60.0), receiver(-180.5, 60.0)],
            "stops.1.place.coordinates.0",
            "longitude",
            Some(Bson::from("from -180 to 180")),
        ),
        (
            |row| row.receiver.place.coordinates.latitude = f64::NAN,
            "to.place.coordinates.1",
            "latitude",
            Some(Bson::from("from -90 to 90")),
        ),
        (
            |row| {
                let ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
                let ring = ring.map(Position::from).to_vec();
                row.receiver.zone = Some(Polygon {
                    coordinates: vec![ring],
                });
            },
            "to.zone.coordinates.0",
            "ring",
            Some(Bson::from("the first place at the end again")),
        ),
    ];
    for (change, path, rule, expected) in wrong {
        let mut rows = [parcel(1), parcel(2), parcel(3)];
        change(&mut rows[1]);
        let result = sql!("INSERT INTO parcels VALUES (:rows)").execute(db).await;
        let found = told(result);
        assert_eq!(found, (1, path.to_owned(), rule.to_owned(), expected));
        let returned = sql!("INSERT INTO parcels VALUES (:rows) RETURNING _id");
        let returned = returned.execute(db).await;
        assert_eq!((told(returned).0, path), (1, path));
        let many = queryleaf::bulk()
            .statement(sql!("INSERT INTO parcels VALUES (:row)", row = parcel(9)))
            .statement(sql!("INSERT INTO parcels VALUES (:row)", row = &rows[1]));
        assert_eq!(told(many.execute(db).await).1, path);
    }
    let stored = sql!("SELECT COUNT(*) FROM parcels").fetch_scalar::<i64>(db);
    assert_eq!(stored.await?, 0);

    let rows = [parcel(1), parcel(2)];
    let inserted = sql!("INSERT INTO parcels VALUES (:rows)")
        .execute(db)
        .await?;
    assert_eq!(inserted.inserted, Some(2));
    Ok(())
}

#[tokio::test]
async fn a_row_of_a_stream_is_refused_as_the_server_would() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Parcel::ensure(db).await?;
    let rows = |first: i32| {
        let rows = (first..first + 5).map(move |id| {
            let mut row = parcel(id);
            if id == first + 2 {
                row.code = "too long".to_owned();
            }
            row
        });
        queryleaf::rows(stream::iter(rows))
    };
    let all = rows(1);
    let result = sql!("INSERT INTO parcels VALUES (:all)").execute(db).await;
    let Err(Error::Write(error)) = result else {
        panic!("{result:?}");
    };
    assert_eq!(error.applied.inserted, Some(4));
    assert_eq!((error.refused.len(), error.refused[0].row), (1, 2));
    let Refusal::Invalid { violations } = &error.refused[0].reason else {
        panic!("{:?}", error.refused);
    };
    let [violation] = &violations[..] else {
        panic!("{violations:?}");
    };
    assert_eq!(
        violation.to_string(),
        "`code`: maxLength 6, found \"too long\""
    );

    // In order, those behind it wait, and can be sent.
    let ordered = rows(11);
    let result = sql!("INSERT INTO parcels VALUES (:ordered) WITH BULK_OPTIONS (ordered = true)")
        .execute(db)
        .await;
    let Err(Error::Write(error)) = result else {
        panic!("{result:?}");
    };
    assert_eq!(error.applied.inserted, Some(2));
    assert_eq!(error.unsent.first(), Some(&(3..5)));
    assert_eq!(error.unsent.len(), 1);
    let rest = error.remaining().expect("rows that were not sent");
    let Err(Error::Write(error)) = rest.execute(db).await else {
        panic!("the refused row was forgotten");
    };
    assert_eq!((error.applied.inserted, error.refused.len()), (Some(4), 1));
    Ok(())
}

#[tokio::test]
async fn where_the_server_looks_away_rows_are_not_looked_at() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    queryleaf::ensure!(db, parcels, drafts).await?;
    let row = Parcel {
        code: "too long".to_owned(),
        ..parcel(1)
    };
    sql!("INSERT INTO parcels VALUES (:row) WITH BULK_OPTIONS (bypass_validation = true)")
        .execute(db)
        .await?;
    let draft = Draft {
        id: 1,
        code: "too long".to_owned(),
    };
    sql!("INSERT INTO drafts VALUES (:draft)")
        .execute(db)
        .await?;
    Ok(())
}

#[tokio::test]
async fn parameters_are_looked_at_as_rows_are() -> queryleaf::Result<()> {
    let db = &queryleaf_testkit::database().await;
    Parcel::ensure(db).await?;
    let row = parcel(1);
    sql!("INSERT INTO parcels VALUES (:row)")
        .execute(db)
        .await?;
    let reason = |result: queryleaf::Result<queryleaf::Affected>| match result {
        Err(Error::Parameter { name, reason, .. }) => format!("{name}: {reason}"),
        other => panic!("{other:?}"),
    };
    let to = Receiver {
        name: "Ingrid".to_owned(),
        ..receiver(0.0, 0.0)
    };
    let long = "`name`: a text of 6 characters is longer than 5";
    let updated = sql!("UPDATE parcels SET to = :to WHERE _id = 1").execute(db);
    assert_eq!(reason(updated.await), format!("to: {long}"));
    let stops = [receiver(0.0, 0.0), to];
    let updated = sql!("UPDATE parcels SET stops = :stops, note = UPPER(note) WHERE code <> 'x'");
    let long = "`1.name`: a text of 6 characters is longer than 5";
    assert_eq!(reason(updated.execute(db).await), format!("stops: {long}"));
    let labels = BTreeMap::from([("size".to_owned(), "large".to_owned())]);
    let updated = sql!("UPDATE parcels SET labels = :labels WHERE _id = 1").execute(db);
    let long = "`size`: a text of 5 characters is longer than 4";
    assert_eq!(reason(updated.await), format!("labels: {long}"));
    let at = DateTime::MAX;
    let updated = sql!("UPDATE parcels SET sent_at = :at WHERE _id = 1").execute(db);
    let late = "at: a time outside of the years 1 to 9999";
    assert_eq!(reason(updated.await), late);

    let place = Point::new(200.0, 0.0);
    let updated = sql!("UPDATE parcels SET to.place = :place WHERE _id = 1").execute(db);
    let outside = "place: `coordinates.0`: 200 is no longitude: it goes from -180 to 180";
    assert_eq!(reason(updated.await), outside);
    let route = LineString::new([(0.0, 0.0)]);
    let updated = sql!("UPDATE parcels SET route = :route WHERE _id = 1").execute(db);
    let short = "route: `coordinates`: a line of 1 places has no length";
    assert_eq!(reason(updated.await), short);
    let stored = db.collection::<Document>("parcels");
    assert_eq!(
        stored.count_documents(doc! { "to.name": "Ida" }).await.ok(),
        Some(1)
    );
    Ok(())
}
