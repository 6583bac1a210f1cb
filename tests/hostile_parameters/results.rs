//! Parameters in what a query returns.

use super::*;

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

/// `TRANSLATE`: each character of `from` becomes the one at its place in `to`, or nothing.
fn translated(text: &str, from: &str, to: &str) -> String {
    let change = |letter: char| match from.chars().position(|known| known == letter) {
        Some(place) => to.chars().nth(place),
        None => Some(letter),
    };
    text.chars().filter_map(change).collect()
}

#[tokio::test]
async fn an_argument_of_a_text_function_is_used_as_it_is() {
    let database = &database().await;
    let text = "a$.b^%_(x";
    for hostile in HOSTILE {
        let row = sql!(
            "SELECT TRANSLATE(:text, :hostile, 'xyz') AS from_it, TRANSLATE('abcb', 'abc', :hostile) AS to_it,
                    STRPOS(:text || :hostile, :hostile) AS place, BTRIM(:hostile || 'm' || :hostile, :hostile) AS trimmed,
                    CONCAT_WS(:hostile, 'a', NULL, 'b') AS joined, OVERLAY('abc' PLACING :hostile FROM 2 FOR 1) AS laid,
                    REPEAT(:hostile, 2) AS twice, LEFT(:hostile, 1) AS first, REVERSE(:hostile) AS reversed,
                    STRING_TO_ARRAY('a' || :hostile || 'b', :hostile) AS parts, SUBSTRING(:hostile, 2) AS rest,
                    STARTS_WITH(:hostile || 'x', :hostile) AS starts, LOWER(:hostile) AS lower,
                    :hostile || 'x' || :hostile AS around, CONCAT(:hostile, 1, :hostile) AS counted
             FROM notes WHERE _id = 0"
        )
        .fetch_one(database)
        .await
        .unwrap();
        let found = format!("{text}{hostile}").find(hostile).unwrap();
        assert_eq!(row.from_it, Some(translated(text, hostile, "xyz")));
        assert_eq!(row.to_it, Some(translated("abcb", "abc", hostile)));
        assert_eq!(row.place, Some(i32::try_from(found).unwrap() + 1));
        let is_edge = |letter: char| hostile.contains(letter);
        let wrapped = format!("{hostile}m{hostile}");
        assert_eq!(row.trimmed.as_deref(), Some(wrapped.trim_matches(is_edge)));
        assert_eq!(row.joined, Some(format!("a{hostile}b")));
        assert_eq!(row.laid, Some(format!("a{hostile}c")));
        assert_eq!(row.twice, Some(hostile.repeat(2)));
        assert_eq!(row.first, Some(hostile.chars().take(1).collect()));
        assert_eq!(row.reversed, Some(hostile.chars().rev().collect()));
        let whole = format!("a{hostile}b");
        let parts: Vec<String> = match hostile {
            "" => vec!["ab".to_owned()],
            separator => whole.split(separator).map(str::to_owned).collect(),
        };
        assert_eq!(row.parts.as_deref(), Some(&parts[..]));
        assert_eq!(row.rest, Some(hostile.chars().skip(1).collect()));
        assert_eq!(row.starts, Some(true));
        assert_eq!(row.lower, Some(hostile.to_ascii_lowercase()));
        assert_eq!(row.around, Some(format!("{hostile}x{hostile}")));
        assert_eq!(row.counted, format!("{hostile}1{hostile}"));
    }
}

#[tokio::test]
async fn an_item_of_an_array_is_used_as_it_is() {
    let database = &database().await;
    for hostile in HOSTILE {
        let list = [hostile, "z"];
        let row = sql!(
            "SELECT ARRAY_APPEND(tags, :hostile) AS appended, ARRAY_PREPEND(:hostile, tags) AS prepended,
                    ARRAY_CAT(tags, :list) AS longer, ARRAY_REMOVE(ARRAY_APPEND(tags, :hostile), :hostile) AS fewer,
                    ARRAY_POSITION(ARRAY_APPEND(tags, :hostile), :hostile) AS place,
                    ARRAY_TO_STRING(ARRAY_APPEND(tags, 'b'), :hostile) AS joined,
                    ARRAY_REPLACE(ARRAY_APPEND(tags, 'b'), 'b', :hostile) AS replaced
             FROM notes WHERE _id = 10"
        )
        .fetch_one(database)
        .await
        .unwrap();
        let own = HOSTILE[10];
        let plain =
            |items: Vec<Option<String>>| -> Vec<String> { items.into_iter().flatten().collect() };
        assert_eq!(plain(row.appended), [own, hostile]);
        assert_eq!(plain(row.prepended), [hostile, own]);
        assert_eq!(row.longer, [own, hostile, "z"]);
        let fewer: Vec<&str> = [own].into_iter().filter(|own| *own != hostile).collect();
        assert_eq!(plain(row.fewer), fewer);
        assert_eq!(row.place, Some(if hostile == own { 1 } else { 2 }));
        assert_eq!(row.joined, Some(format!("{own}{hostile}b")));
        assert_eq!(plain(row.replaced), [own, hostile]);
    }
}

#[tokio::test]
async fn a_collected_value_is_used_as_it_is() {
    let database = &database().await;
    for hostile in HOSTILE {
        let row = sql!(
            "SELECT ARRAY_AGG(:hostile::text) AS all, MODE() WITHIN GROUP (ORDER BY COALESCE(NULLIF(other, other), :hostile)) AS most,
                    COUNT(DISTINCT text || :hostile) AS n, BOOL_OR(text = :hostile) AS any
             FROM notes HAVING COUNT(DISTINCT :hostile || text) > 1"
        )
        .fetch_one(database)
        .await
        .unwrap();
        assert_eq!(
            row.all.unwrap_or_default(),
            vec![Some(hostile.to_owned()); HOSTILE.len()]
        );
        assert_eq!(row.most.as_deref(), Some(hostile));
        assert_eq!(row.n, i64::try_from(HOSTILE.len()).unwrap());
        assert_eq!(row.any, Some(true));
        let groups = sql!(
            "SELECT CASE WHEN text = :hostile THEN :hostile ELSE 'others' END AS key, COUNT(*) AS n
             FROM notes GROUP BY 1 ORDER BY n"
        )
        .fetch_all(database)
        .await
        .unwrap();
        assert_eq!(groups[0].key.as_deref(), Some(hostile));
        assert_eq!(groups[0].n, 1);
    }
}
