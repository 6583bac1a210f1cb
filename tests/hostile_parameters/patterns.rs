//! Parameters as patterns, and in them.

use super::*;

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

/// A pattern may be put together from parameters and constants.
#[tokio::test]
async fn a_part_of_a_pattern_has_two_wildcards() {
    let database = &database().await;
    for hostile in HOSTILE {
        let escaped = hostile
            .replace('!', "!!")
            .replace('%', "!%")
            .replace('_', "!_");
        let which = |is: &dyn Fn(&str) -> bool| -> Vec<i32> {
            let found = HOSTILE.iter().enumerate().filter(|(_, text)| is(text));
            found.map(|(id, _)| i32::try_from(id).unwrap()).collect()
        };
        let sorted = |mut ids: Vec<i32>| {
            ids.sort_unstable();
            ids
        };
        assert_eq!(
            sorted(ids!(
                database,
                "SELECT _id FROM notes WHERE text LIKE :escaped || '%' ESCAPE '!'"
            )),
            which(&|text| text.starts_with(hostile))
        );
        assert_eq!(
            sorted(ids!(
                database,
                "SELECT _id FROM notes WHERE text LIKE CONCAT('%', :escaped, '%') ESCAPE '!'"
            )),
            which(&|text| text.contains(hostile))
        );
        assert_eq!(
            sorted(ids!(
                database,
                "SELECT _id FROM notes WHERE text || '' NOT LIKE '%' || :escaped ESCAPE '!'"
            )),
            which(&|text| !text.ends_with(hostile))
        );
        assert_eq!(
            sorted(ids!(
                database,
                "SELECT _id FROM notes WHERE STARTS_WITH(text, :hostile)"
            )),
            which(&|text| text.starts_with(hostile))
        );
        // The server has no pattern with a zero character; PostgreSQL has no text with one.
        assert_eq!(
            sorted(ids!(
                database,
                r"SELECT _id FROM notes
                  WHERE CASE WHEN _id = 9 THEN FALSE ELSE
                      :hostile LIKE '%' || REPLACE(REPLACE(REPLACE(text, '\', '\\'), '%', '\%'), '_', '\_') || '%'
                  END"
            )),
            which(&|text| text != "\0" && hostile.contains(text))
        );
    }
}

/// A regular expression is one for SQL: none of its characters is more to the server.
#[tokio::test]
async fn a_regular_expression_is_taken_as_sql_has_it() {
    let database = &database().await;
    for hostile in HOSTILE {
        // In brackets, only a caret at the beginning and a closing bracket mean something.
        let quoted: String = hostile
            .chars()
            .map(|letter| match letter {
                '^' | '\\' => format!("\\{letter}"),
                _ => format!("[{letter}]"),
            })
            .collect();
        let pattern = format!("^{quoted}$");
        let found = sql!("SELECT text FROM notes WHERE text ~ :pattern")
            .fetch_all(database)
            .await;
        match found {
            Ok(rows) => {
                let texts: Vec<_> = rows.into_iter().map(|row| row.text).collect();
                assert_eq!(texts, [hostile], "{pattern:?}");
            }
            // PostgreSQL has no text with a zero character.
            Err(error) => assert!(hostile.contains('\0'), "{pattern:?}: {error}"),
        }
    }
}
