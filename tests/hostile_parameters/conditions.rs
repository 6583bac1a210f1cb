//! Parameters in conditions.

use super::*;

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
async fn a_list_is_compared_as_it_is() {
    let database = &database().await;
    for (id, hostile) in HOSTILE.into_iter().enumerate() {
        let only = [i32::try_from(id).unwrap()];
        let list = vec![hostile];
        let others = ids!(database, "SELECT _id FROM notes WHERE text <> ALL(:list)");
        assert_eq!(others.len(), HOSTILE.len() - 1);
        assert!(!others.contains(&only[0]));
        assert_eq!(
            ids!(database, "SELECT _id FROM notes WHERE tags && :list"),
            only
        );
        assert_eq!(
            ids!(database, "SELECT _id FROM notes WHERE tags = :list"),
            only
        );
        assert_eq!(
            ids!(database, "SELECT _id FROM notes WHERE tags <@ :list"),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE CASE text WHEN :hostile THEN 1 ELSE 0 END = 1"
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE LEAST(text, :hostile) = GREATEST(:hostile, text)"
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE :hostile IN (text, 'x')"
            ),
            only
        );
    }
}

/// What stands in a join or a subquery is sent inside of a stage.
#[tokio::test]
async fn a_parameter_of_a_joined_table_is_compared_as_it_is() {
    let database = &database().await;
    for (id, hostile) in HOSTILE.into_iter().enumerate() {
        let only = [i32::try_from(id).unwrap()];
        assert_eq!(
            ids!(
                database,
                "SELECT a._id FROM notes a JOIN notes b ON a._id = b._id AND b.text = :hostile"
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT a._id FROM notes a LEFT JOIN notes b
                 ON a._id = b._id AND b.text || 'x' = :hostile || 'x' WHERE b._id IS NOT NULL"
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE _id IN (SELECT n._id FROM notes n WHERE n.text = :hostile)"
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT a._id FROM notes a
                 WHERE EXISTS (SELECT 1 FROM notes b WHERE b.text = :hostile AND b._id = a._id)"
            ),
            only
        );
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes WHERE _id = (SELECT MAX(n._id) FROM notes n WHERE n.text = :hostile)"
            ),
            only
        );
    }
}
