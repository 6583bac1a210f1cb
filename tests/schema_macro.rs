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

/// Views on the struct of another module and on each other.
mod views {
    use queryleaf::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, SqlEnum)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum State {
        Open,
        PaidInFull,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
    pub(crate) struct Line {
        pub article: String,
        pub count: i16,
    }

    #[derive(Debug, Clone, Serialize, Deserialize, Collection)]
    #[leaf(name = "orders", index(state), deny_collscan)]
    pub(crate) struct Order {
        #[serde(rename = "_id")]
        pub(crate) id: i64,
        pub customer: Option<String>,
        pub state: State,
        pub total: i32,
        pub lines: Vec<Line>,
    }

    pub(crate) mod sql {
        use super::orders;

        queryleaf::schema! {
            "CREATE VIEW paid_orders AS
                SELECT _id, customer, state, total, lines FROM orders WHERE state = 'paid_in_full';

            CREATE VIEW customers (name, state, sum, orders, latest) AS
                SELECT customer, state, SUM(total), COUNT(*), MAX(_id)
                FROM orders GROUP BY customer, state;"

            /// An article, and how often it was paid for.
            pub struct Article = "CREATE VIEW articles AS
                SELECT l.article, SUM(l.count) AS count, CURRENT_TIMESTAMP AS now
                FROM paid_orders p, UNNEST(p.lines) AS l GROUP BY l.article";
        }
    }
}

fn order(id: i64, customer: Option<&str>, state: views::State, total: i32) -> views::Order {
    let line = |article: &str, count| views::Line {
        article: article.to_owned(),
        count,
    };
    views::Order {
        id,
        customer: customer.map(str::to_owned),
        state,
        total,
        lines: vec![line("pen", 2), line("ink", 1)],
    }
}

#[tokio::test]
async fn views_are_read_like_tables() -> Result<(), Box<dyn std::error::Error>> {
    use queryleaf::CollectionPart;
    use views::sql::{Article, PaidOrdersState, articles, customers, paid_orders};
    use views::{State, orders};
    let database = queryleaf_testkit::database().await;
    for ensured in ensure!(&database, orders, paid_orders, customers, articles).await? {
        assert!(ensured.created && ensured.is_as_declared(), "{ensured:?}");
    }
    let stored = [
        order(1, Some("ann"), State::PaidInFull, 10),
        order(2, Some("ann"), State::Open, 20),
        order(3, None, State::PaidInFull, 30),
        order(4, Some("ann"), State::PaidInFull, 5),
    ];
    database.collection("orders").insert_many(stored).await?;

    // The columns of a view have the types of the query's, the names of an enum among them.
    let rows = sql!("SELECT _id, state, lines[1].count AS pens FROM paid_orders WHERE state = 'paid_in_full' AND total > 7 ORDER BY _id")
        .fetch_all(&database)
        .await?;
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| (row._id, row.state, row.pens))
        .collect();
    let paid = PaidOrdersState::PaidInFull;
    assert_eq!(rows, [(1, paid, Some(2)), (3, paid, Some(2))]);
    let counted = sql!("SELECT COUNT(*) AS n FROM paid_orders")
        .fetch_one(&database)
        .await?;
    assert_eq!(counted.n, 3);

    // Groups, under the names that the view gives them, joined with a table.
    let rows = sql!("SELECT c.name, c.sum / 2.0 AS half, c.orders, o.total FROM customers c JOIN orders o ON o._id = c.latest WHERE c.state = 'paid_in_full' ORDER BY c.sum")
        .fetch_all(&database)
        .await?;
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            (
                row.name,
                row.half.to_string().parse(),
                row.orders,
                row.total,
            )
        })
        .collect();
    let ann = Some("ann".to_owned());
    assert_eq!(rows, [(ann, Ok(7.5), 2, 5), (None, Ok(15.0), 1, 30)]);

    // A view on a view.
    let rows = sql!(as Counted, "SELECT article, count FROM articles ORDER BY article DESC")
        .fetch_all(&database)
        .await?;
    assert_eq!(
        rows[0],
        Counted {
            article: "pen".to_owned(),
            count: 6
        }
    );
    let whole: Option<Article> = database.collection("articles").find_one(doc! {}).await?;
    assert!(whole.is_some());

    // What somebody else has changed is reported, and changed when asked.
    let change = doc! { "collMod": "paid_orders", "viewOn": "orders", "pipeline": [] };
    database.run_command(change).await?;
    let ensured = ensure!(&database, paid_orders).await?;
    assert_eq!(ensured[0].differences[0].part, CollectionPart::Query);
    let ensured = ensure!(&database, paid_orders).apply_drift().await?;
    assert!(
        ensured[0].is_as_declared() && ensured[0].applied.len() == 1,
        "{ensured:?}"
    );
    Ok(())
}

#[derive(Debug, PartialEq)]
struct Counted {
    article: String,
    count: i64,
}
