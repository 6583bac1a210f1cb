//! Collections that are declared in SQL.

use queryleaf::bson::{Binary, doc, spec::BinarySubtype};
use queryleaf::geo::{Point, Polygon};
use queryleaf::prelude::*;
use queryleaf_compiler::schema::{Collection as Described, Definition, IndexKind, Storage, parse};

/// The schema that a table's macro passes on.
macro_rules! described {
    ($($table:ident)::+) => {
        described($($table)::+! { [[take] ] { } })
    };
}

macro_rules! take {
    ([] {} $schema:literal) => {
        $schema
    };
}

fn described(text: &str) -> Described {
    match parse(text) {
        Ok(Definition::Collection(collection)) => collection,
        other => panic!("{other:?}"),
    }
}

mod sessions {
    queryleaf::schema! {
        "CREATE TABLE user_sessions (
          session_id UUID PRIMARY KEY,
          user_id VARCHAR(50) NOT NULL,
          session_data DOCUMENT,
          created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
          expires_at TIMESTAMP NOT NULL,
          last_accessed_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
          is_active BOOLEAN DEFAULT true
        )
        WITH TTL (
          expires_at EXPIRE_AFTER 0,
          last_accessed_at EXPIRE_AFTER '7 days' -- Inactive session cleanup
        );"
        "CREATE INDEX by_user ON user_sessions (user_id, created_at DESC)"
    }
}

#[test]
fn a_table_is_a_collection() {
    use sessions::{UserSessions, user_sessions};
    let session = UserSessions {
        session_id: Uuid::new(),
        user_id: "ann".to_owned(),
        session_data: None,
        created_at: Some(DateTime::now()),
        expires_at: DateTime::now(),
        last_accessed_at: None,
        is_active: Some(true),
    };
    assert_eq!(session.clone(), session);
    let sessions = described!(user_sessions);
    assert_eq!(
        (sessions.name.as_str(), UserSessions::NAME),
        ("user_sessions", "user_sessions")
    );
    let names: Vec<_> = sessions
        .fields
        .iter()
        .map(|field| (field.name.as_str(), field.nullable))
        .collect();
    assert_eq!(
        names,
        [
            ("session_id", false),
            ("user_id", false),
            ("session_data", true),
            ("created_at", true),
            ("expires_at", false),
            ("last_accessed_at", true),
            ("is_active", true),
        ]
    );
    assert_eq!(sessions.fields[1].limits.max_length, Some(50));
    assert_eq!(
        sessions.fields[3].default.as_deref(),
        Some("CURRENT_TIMESTAMP")
    );
    let [key, expires, accessed, user] = &sessions.indexes[..] else {
        panic!("{:?}", sessions.indexes)
    };
    assert!(key.unique && key.keys[0].path == ["session_id"]);
    assert_eq!(expires.expire_after_seconds, Some(0));
    assert_eq!(accessed.expire_after_seconds, Some(7 * 86_400));
    assert_eq!(user.name.as_deref(), Some("by_user"));
    assert_eq!(user.keys[1].kind, IndexKind::Descending);
    // Queries know it.
    let user = "ann";
    let query = sql!("SELECT session_id, is_active FROM user_sessions WHERE user_id = :user");
    assert_eq!(
        query.command().unwrap().get_str("find"),
        Ok("user_sessions")
    );
}

schema! {
    "CREATE TABLE everything (
        _id OBJECTID PRIMARY KEY,
        truth BOOLEAN NOT NULL,
        small SMALLINT NOT NULL,
        whole INTEGER NOT NULL,
        large BIGINT NOT NULL,
        double DOUBLE PRECISION NOT NULL,
        price DECIMAL(10, 2) NOT NULL,
        words TEXT NOT NULL,
        code VARCHAR(4) NOT NULL,
        moment TIMESTAMP NOT NULL,
        day DATE NOT NULL,
        number UUID NOT NULL,
        bytes BYTEA NOT NULL,
        anything JSONB NOT NULL,
        maybe JSONB,
        document DOCUMENT NOT NULL,
        place POINT NOT NULL,
        area POLYGON,
        tags TEXT[] NOT NULL,
        sizes SMALLINT[] NOT NULL,
        days DATE[],
        places POINT[],
        \"type\" TEXT,
        camelCase INTEGER
    )"
}

fn midnight(days: i64) -> DateTime {
    DateTime::from_millis(days * 86_400_000)
}

fn one_of_each() -> Everything {
    Everything {
        id: ObjectId::new(),
        truth: true,
        small: -7,
        whole: 1,
        large: 1 << 40,
        double: 0.5,
        price: "12.50".parse().unwrap(),
        words: "größe 😀".to_owned(),
        code: "$set".to_owned(),
        moment: DateTime::from_millis(1),
        day: midnight(3),
        number: Uuid::new(),
        bytes: Binary {
            subtype: BinarySubtype::Generic,
            bytes: vec![0, 255],
        },
        anything: Bson::Array(vec![Bson::Int32(1), Bson::Null]),
        maybe: None,
        document: doc! { "a": { "b": 1 } },
        place: Point::new(10.75, 59.91),
        area: Some(Polygon::new([(10.0, 59.0), (11.0, 59.0), (10.0, 60.0)])),
        tags: vec!["a".to_owned(), String::new()],
        sizes: vec![1, 2],
        days: Some(vec![midnight(1)]),
        places: None,
        r#type: Some("t".to_owned()),
        camelCase: Some(5),
    }
}

#[tokio::test]
async fn every_type_is_stored_and_read() -> Result<(), Box<dyn std::error::Error>> {
    let database = queryleaf_testkit::database().await;
    // The validator takes it.
    let ensured = Everything::ensure(&database).await?;
    assert!(ensured.created && ensured.is_as_declared(), "{ensured:?}");
    let stored = one_of_each();
    database
        .collection::<Everything>("everything")
        .insert_one(&stored)
        .await?;
    let small: i16 = -7;
    let day = midnight(3);
    let rows = sql!("SELECT * FROM everything WHERE small = :small AND day = :day")
        .fetch_all(&database)
        .await?;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!(row._id, stored.id);
    assert_eq!(
        (row.small, row.day, row.price),
        (stored.small, stored.day, stored.price)
    );
    assert_eq!(
        (&row.bytes, &row.anything),
        (&stored.bytes.bytes, &stored.anything)
    );
    assert_eq!((&row.place, &row.area), (&stored.place, &stored.area));
    assert_eq!((&row.sizes, &row.days), (&stored.sizes, &stored.days));
    assert_eq!(
        (&row.r#type, row.camelCase),
        (&stored.r#type, stored.camelCase)
    );
    // A date is no timestamp.
    let days = sql!("SELECT day + 1 AS next, EXTRACT(DAY FROM day) AS number FROM everything")
        .fetch_one(&database)
        .await?;
    assert_eq!(days.next, midnight(4));
    let found: Option<Everything> = database.collection("everything").find_one(doc! {}).await?;
    assert_eq!(found, Some(stored));
    Ok(())
}

#[tokio::test]
async fn the_server_keeps_to_what_is_declared() -> Result<(), Box<dyn std::error::Error>> {
    let database = queryleaf_testkit::database().await;
    for ensured in ensure!(&database, everything, planets, stars, moons, comets).await? {
        assert!(ensured.created && ensured.is_as_declared(), "{ensured:?}");
    }
    let again = Moon::ensure(&database).await?;
    assert!(!again.created && again.is_as_declared(), "{again:?}");
    // A text that is too long, a number with too many digits, two planets of one name.
    let everything = database.collection::<Everything>("everything");
    let code = "12345".to_owned();
    let long = Everything {
        code,
        ..one_of_each()
    };
    assert!(everything.insert_one(long).await.is_err());
    let price = "12345678901.00".parse()?;
    let digits = Everything {
        price,
        ..one_of_each()
    };
    assert!(everything.insert_one(digits).await.is_err());
    everything.insert_one(one_of_each()).await?;
    let planet = |id| Planets {
        id,
        name: "earth".to_owned(),
        r#type: None,
        star: None,
    };
    let planets = database.collection::<Planets>("planets");
    planets.insert_one(planet(3)).await?;
    assert!(planets.insert_one(planet(4)).await.is_err());
    Ok(())
}

schema! { file "tests/sql/tables.sql" }

schema! {
    /// Bare tokens, in which a text stands in double quotes.
    #[derive(Eq)]
    pub(crate) struct Moon = CREATE TABLE moons (
        name TEXT NOT NULL DEFAULT "luna",
        planet INTEGER REFERENCES planets (_id)
    ) WITH CAPPED (size = "1MB", max_documents = 10);

    struct Comet = "CREATE TABLE comets (name TEXT, seen TIMESTAMP, \"self\" TEXT, \"two words\" TEXT)
        WITH TTL (
            seen EXPIRE_AFTER '1 day' WHERE name = 'a',
            seen EXPIRE_AFTER '2 days' WHERE name = 'b'
        )";
}

#[test]
fn files_and_tokens() {
    let earth = Planets {
        id: 3,
        name: "earth".to_owned(),
        r#type: None,
        star: None,
    };
    assert_eq!(Stars::NAME, "stars");
    let planets = described!(planets);
    assert_eq!(planets.references[0].collection, "stars");
    assert!(planets.indexes[0].unique);
    let moon = Moon {
        name: "luna".to_owned(),
        planet: Some(earth.id),
    };
    assert!(moon == moon.clone());
    let moons = described!(moons);
    let storage = Storage::Capped {
        size: 1 << 20,
        max: Some(10),
    };
    assert_eq!((moons.storage, moons.rust_name.as_str()), (storage, "Moon"));
    assert_eq!(moons.fields[0].default.as_deref(), Some("'luna'"));
    let comets = described!(comets);
    let names: Vec<_> = comets
        .indexes
        .iter()
        .map(|index| index.name.as_deref())
        .collect();
    assert_eq!(names, [None, Some("seen_1_2")]);
    let _ = Comet {
        name: None,
        seen: None,
        self_: None,
        two_words: None,
    };
}

#[test]
fn tables_of_a_function() {
    schema! { struct Letter = "CREATE TABLE letters (number INTEGER NOT NULL)" }
    let query = sql!("SELECT number FROM letters");
    assert_eq!(query.command().unwrap().get_str("find"), Ok(Letter::NAME));
}
