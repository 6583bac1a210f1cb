//! Parameters are data, wherever they stand.

use queryleaf::bson::doc;
use queryleaf::prelude::*;

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "notes", index(text))]
struct Note {
    #[serde(rename = "_id")]
    id: i32,
    text: String,
    other: Option<String>,
    tags: Vec<String>,
    more: Document,
}

/// Strings that mean something to MongoDB, to SQL or to a regular expression.
const HOSTILE: [&str; 12] = [
    "$text",
    "$$ROOT",
    "{\"$gt\": \"\"}",
    "a.b",
    "%_\\",
    "'; DROP TABLE notes; --",
    ".*",
    "^",
    "(",
    "\u{0}",
    "$where",
    "",
];

async fn database() -> mongodb::Database {
    let database = queryleaf_testkit::database().await;
    let notes: Vec<Note> = HOSTILE
        .iter()
        .enumerate()
        .map(|(id, text)| Note {
            id: i32::try_from(id).unwrap(),
            text: (*text).to_owned(),
            other: Some("plain".to_owned()),
            tags: vec![(*text).to_owned()],
            more: doc! { "key": *text },
        })
        .collect();
    database
        .collection::<Note>("notes")
        .insert_many(&notes)
        .await
        .unwrap();
    database
}

/// The ids that a query gives.
macro_rules! ids {
    ($database:expr, $($query:tt)+) => {
        sql!($($query)+)
            .fetch_all($database)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row._id)
            .collect::<Vec<i32>>()
    };
}

#[tokio::test]
async fn a_parameter_is_compared_as_it_is() {
    let database = &database().await;
    for (id, hostile) in HOSTILE.into_iter().enumerate() {
        let only = [i32::try_from(id).unwrap()];
        assert_eq!(
            ids!(database, "SELECT _id FROM notes WHERE text = :hostile"),
            only
        );
        assert_eq!(
            ids!(database, "SELECT _id FROM notes WHERE :hostile = text"),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE text IN (:list)",
                list = [hostile]
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE text IN (:hostile, 'x')"
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE NOT (text <> :hostile)"
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE text >= :hostile AND text <= :hostile"
            ),
            only
        );
        assert_eq!(
            ids!(database, "SELECT _id FROM notes WHERE :hostile = ANY(tags)"),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE more->>'key' = :hostile"
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE text || 'x' = :hostile || 'x'"
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE CASE WHEN _id >= 0 THEN text END = :hostile"
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE COALESCE(NULLIF(text, :hostile), 'gone') = 'gone'"
            ),
            only
        );
        let both = ids!(
            database,
            "SELECT _id FROM notes WHERE text BETWEEN :hostile AND :hostile"
        );
        assert_eq!(both, only);
        let list = [hostile];
        let others = ids!(database, "SELECT _id FROM notes WHERE text NOT IN (:list)");
        assert_eq!(others.len(), HOSTILE.len() - 1);
        assert_eq!(
            ids!(database, "SELECT _id FROM notes WHERE text = ANY(:list)"),
            only
        );
        assert_eq!(
            ids!(database, "SELECT _id FROM notes WHERE tags @> :list"),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE text IS NOT DISTINCT FROM :hostile"
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE STARTS_WITH(text || '!', :hostile || '!')"
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes GROUP BY _id, text HAVING MAX(text) = :hostile"
            ),
            only
        );
    }
}

#[tokio::test]
async fn a_parameter_is_returned_as_it_is() {
    let database = &database().await;
    for hostile in HOSTILE {
        let row = sql!(
            "SELECT :hostile::text AS plain, CONCAT(:hostile::text, '') AS joined,
                    COALESCE(NULL, :hostile) AS first, JSON_BUILD_OBJECT('k', :hostile::text) AS object,
                    ARRAY[:hostile, text] AS list, LENGTH(:hostile) AS length,
                    UPPER(:hostile) AS upper, REPLACE('axb', 'x', :hostile) AS replaced
             FROM notes WHERE _id = 0"
        )
        .fetch_one(database)
        .await
        .unwrap();
        assert_eq!(row.plain.as_deref(), Some(hostile));
        assert_eq!(row.joined, hostile);
        assert_eq!(row.first.as_deref(), Some(hostile));
        assert_eq!(row.object.get_str("k"), Ok(hostile));
        assert_eq!(row.list[0].as_deref(), Some(hostile));
        assert_eq!(row.upper, Some(hostile.to_ascii_uppercase()));
        assert_eq!(row.replaced, Some(format!("a{hostile}b")));
    }
}

/// Arguments of functions and of aggregates.
#[tokio::test]
async fn an_argument_is_used_as_it_is() {
    let database = &database().await;
    for hostile in HOSTILE {
        let row = sql!(
            "SELECT FORMAT('<%s>', :hostile::text) AS formatted,
                    SPLIT_PART('a' || :hostile::text || 'b', :hostile, 2) AS part,
                    CASE WHEN _id = 0 THEN :hostile ELSE text END AS chosen,
                    GREATEST('', :hostile) AS greatest,
                    LPAD('x', LENGTH(:hostile) + 1, :hostile) AS padded
             FROM notes WHERE _id = 0"
        )
        .fetch_one(database)
        .await
        .unwrap();
        assert_eq!(row.formatted, format!("<{hostile}>"));
        let part = if hostile.is_empty() { "" } else { "b" };
        assert_eq!(row.part.as_deref(), Some(part));
        assert_eq!(row.chosen.as_deref(), Some(hostile));
        assert_eq!(row.greatest, hostile);
        assert_eq!(row.padded, Some(format!("{hostile}x")));
        let joined = sql!(
            "SELECT STRING_AGG('x', :hostile) AS joined, COUNT(*) FILTER (WHERE text = :hostile) AS n,
                    MAX(COALESCE(NULLIF(text, text), :hostile)) AS most
             FROM notes WHERE _id < 2"
        )
        .fetch_one(database)
        .await
        .unwrap();
        assert_eq!(joined.joined, Some(format!("x{hostile}x")));
        assert_eq!(joined.most.as_deref(), Some(hostile));
    }
}

/// A document is data, too: none of its keys becomes an operator.
#[tokio::test]
async fn a_document_is_returned_as_it_is() {
    let database = &database().await;
    for document in [
        doc! { "$gt": "" },
        doc! { "$add": [1, 2] },
        doc! { "a.b": "$text" },
    ] {
        let row = sql!("SELECT :document::jsonb AS plain FROM notes WHERE _id = 0")
            .fetch_one(database)
            .await
            .unwrap();
        assert_eq!(row.plain, Some(Bson::Document(document.clone())));
    }
}

/// In a pattern, `%` and `_` are wildcards and nothing else is.
#[tokio::test]
async fn a_pattern_has_two_wildcards() {
    let database = &database().await;
    for (id, hostile) in HOSTILE.into_iter().enumerate() {
        let escaped = hostile
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        let only = [i32::try_from(id).unwrap()];
        assert_eq!(
            ids!(database, "SELECT _id FROM notes WHERE text LIKE :escaped"),
            only
        );
        assert_eq!(
            ids!(database, "SELECT _id FROM notes WHERE text ILIKE :escaped"),
            only
        );
    }
    let any = "%";
    assert_eq!(
        ids!(database, "SELECT _id FROM notes WHERE text LIKE :any").len(),
        HOSTILE.len()
    );
}
