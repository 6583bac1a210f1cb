//! Parameters as keys of documents, and as documents.

use super::*;

/// The ids of the documents that have this key: BSON has none with a zero character.
fn owners(id: usize, key: &str) -> Vec<i32> {
    if key.contains('\0') {
        Vec::new()
    } else {
        vec![i32::try_from(id).unwrap()]
    }
}

#[tokio::test]
async fn a_key_is_looked_up_as_it_is() {
    let database = &database().await;
    for (id, hostile) in HOSTILE.into_iter().enumerate() {
        let owners = owners(id, hostile);
        assert_eq!(
            ids!(database, "SELECT _id FROM notes WHERE more ? :hostile"),
            owners
        );
        assert_eq!(
            ids!(database, "SELECT _id FROM notes WHERE json ? :hostile"),
            owners
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE more->:hostile IS NOT NULL"
            ),
            owners
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE json->>:hostile = _id::text"
            ),
            owners
        );
        let rows = sql!(
            "SELECT _id, more->>:hostile AS value, json->:hostile AS other FROM notes ORDER BY _id"
        )
        .fetch_all(database)
        .await
        .unwrap();
        for row in rows {
            let found = owners.contains(&row._id);
            assert_eq!(row.value, found.then(|| row._id.to_string()), "{hostile:?}");
            assert_eq!(
                row.other,
                found.then_some(Bson::Int32(row._id)),
                "{hostile:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_key_is_removed_as_it_is() {
    let database = &database().await;
    for (id, hostile) in HOSTILE.into_iter().enumerate() {
        let id = i32::try_from(id).unwrap();
        let row = sql!("SELECT json - :hostile AS rest FROM notes WHERE _id = :id")
            .fetch_one(database)
            .await
            .unwrap();
        let rest = doc! { "key": hostile };
        assert_eq!(row.rest, Some(Bson::Document(rest)), "{hostile:?}");
    }
}

#[tokio::test]
async fn a_value_is_set_as_it_is() {
    let database = &database().await;
    for hostile in HOSTILE {
        let row = sql!(
            "SELECT JSONB_SET(JSONB_BUILD_OBJECT('a', 1), '{a}', TO_JSONB(:hostile::text)) AS changed,
                    JSONB_BUILD_ARRAY(:hostile::text, 1) AS list, TO_JSONB(:hostile::text) AS plain
             FROM notes WHERE _id = 0"
        )
        .fetch_one(database)
        .await
        .unwrap();
        let text = || Bson::String(hostile.to_owned());
        assert_eq!(row.changed, Some(Bson::Document(doc! { "a": hostile })));
        assert_eq!(row.list, [Some(text()), Some(Bson::Int32(1))]);
        assert_eq!(row.plain, Some(text()));
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
