//! Parameters in the order of the rows and in how many of them there are.

use super::*;

#[tokio::test]
async fn an_order_is_computed_with_it_as_it_is() {
    let database = &database().await;
    for (id, hostile) in HOSTILE.into_iter().enumerate() {
        let first = ids!(
            database,
            "SELECT _id FROM notes ORDER BY text = :hostile DESC, text || :hostile"
        );
        assert_eq!(first[0], i32::try_from(id).unwrap());
        let mut rest: Vec<usize> = (0..HOSTILE.len()).filter(|other| *other != id).collect();
        rest.sort_by_key(|other| format!("{}{hostile}", HOSTILE[*other]));
        let rest: Vec<i32> = rest
            .into_iter()
            .map(|other| i32::try_from(other).unwrap())
            .collect();
        assert_eq!(first[1..], rest);
        let (limit, offset) = (1, 0);
        assert_eq!(
            ids!(
                database,
                "SELECT _id FROM notes ORDER BY NULLIF(text, :hostile) NULLS FIRST LIMIT :limit OFFSET :offset"
            ),
            [i32::try_from(id).unwrap()]
        );
    }
}
