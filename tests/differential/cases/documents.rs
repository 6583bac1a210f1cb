//! Documents: what the schema does not list, and JSON made by the query.

use super::{conditions, queries, values};
use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = values(
        "shipments",
        &[
            "extra",
            "extra -> 'size'",
            "extra ->> 'size'",
            "extra ->> 'colour'",
            "extra -> 'nested'",
            "extra -> 'nested' -> 'deep'",
            "extra -> 'nested' ->> 'deep'",
            "extra -> 'list' -> 0",
            "extra -> 'list' -> -1",
            "extra -> 'list' ->> 1",
            "extra -> 'nothing'",
            "(extra ->> 'size')::integer",
            "(extra ->> 'size')::integer + crates",
            "(extra -> 'size')::integer",
            "(extra -> 'size')::numeric",
            "counts",
            "jsonb_typeof(extra -> 'size')",
            "jsonb_typeof(extra -> 'nested')",
            "jsonb_typeof(extra)",
            "jsonb_array_length(extra -> 'list')",
            "extra @> '{}'",
            "extra @> '[]'",
            "extra @> '{\"size\": 1}'",
            "extra @> '{\"size\": 2.5}'",
            "extra @> '{\"colour\": \"red\"}'",
            "extra @> '{\"nested\": {\"deep\": true}}'",
            "extra @> '{\"nested\": {}}'",
            "extra @> '{\"list\": [1]}'",
            "extra @> '{\"list\": []}'",
            "extra @> '{\"list\": 1}'",
            "extra -> 'list' @> '1'",
            "extra -> 'list' @> '[2, 1]'",
            "extra -> 'size' @> '3'",
            "extra -> 'nothing' @> '3'",
            "counts @> '{\"north\": 2}'",
            "extra #> '{nested,deep}'",
            "extra #>> '{nested, deep}'",
            "extra #>> '{colour}'",
            "extra #> ARRAY['nested', 'deep']",
            "extra #> '{nothing,deep}'",
            "extra ? 'size'",
            "extra ?| ARRAY['size', 'list']",
            "extra ?& ARRAY['size', 'list']",
            "extra - 'size'",
            "extra - ARRAY['size', 'nested']",
            "extra - ARRAY['size', NULL]",
            "extra - ARRAY[recipient, 'nested']",
            "jsonb_set(extra, '{size}', '5')",
            "jsonb_set(extra, '{size}', '-2.5'::jsonb)",
            "jsonb_set(extra, '{size}', '\"$big\"')",
            "jsonb_set(extra, '{size}', 'true'::jsonb, false)",
            "jsonb_set(extra, '{nested}', '{\"$a.b\": [1, {\"c\": \"x\"}], \"d\": {}}')",
            "jsonb_set(extra, '{list}', '[]')",
            "jsonb_set(extra, '{list,0}', '[1, \"$two\"]'::jsonb)",
            "jsonb_set('{\"a\": {\"b\": 1}}', '{a,b}', to_jsonb(damaged))",
            "jsonb_insert(extra, '{list,0}', '{\"a\": 1}')",
            "extra || '{\"size\": 7}'",
            "extra || '{}'",
            "'{\"size\": 7, \"more\": [1, 2]}' || extra",
            "(extra -> 'list') || '[5, \"x\"]'",
            "(extra -> 'list') || '3'::jsonb",
            "COALESCE(extra, '{}')",
            "COALESCE(extra -> 'nested', '{\"deep\": 1}'::jsonb)",
            "COALESCE(extra -> 'list', '[]')",
            "CASE WHEN insured THEN extra ELSE '\"none\"' END",
            "'{\"a\": {\"b\": \"c\"}}'::jsonb -> 'a' ->> 'b'",
            "('[10, 20]'::jsonb) -> 1",
            "jsonb_typeof('[1]'::jsonb)",
            "jsonb_typeof('\"a\"')",
            "jsonb_array_length('[1, 2]')",
            "jsonb_build_object('a', '{\"b\": 1}'::jsonb, 'c', '[1]'::jsonb)",
            "jsonb_set(extra, '{size}', to_jsonb(crates))",
            "jsonb_set(extra, '{new}', to_jsonb(damaged))",
            "jsonb_set(extra, '{new}', to_jsonb(crates), false)",
            "jsonb_set(extra, '{size}', to_jsonb(crates), false)",
            "jsonb_set(extra, '{size}', to_jsonb(crates), insured)",
            "jsonb_set(extra, '{new}', to_jsonb(crates), fragile)",
            "jsonb_set(extra, '{nested,deep}', to_jsonb(sender))",
            "jsonb_set(extra, '{nested,new}', jsonb_build_object('a', crates))",
            "jsonb_set(extra, '{nothing,new}', to_jsonb(sender))",
            "jsonb_set(extra, '{size,new}', to_jsonb(sender))",
            "jsonb_set(extra, '{list,0}', to_jsonb(sender))",
            "jsonb_set(extra, '{list,1}', to_jsonb(sender), false)",
            "jsonb_set(extra, '{list,1}', to_jsonb(sender), insured)",
            "jsonb_set(extra, '{list,-1}', to_jsonb(sender))",
            "jsonb_set(extra, '{list,-1}', to_jsonb(sender), false)",
            "jsonb_set(extra, '{list,-2}', to_jsonb(sender), insured)",
            "jsonb_set(extra, '{list,9}', to_jsonb(sender))",
            "jsonb_set(extra, '{list,-9}', to_jsonb(sender))",
            "jsonb_set(extra, '{list,0,x}', to_jsonb(sender))",
            "jsonb_set(extra -> 'list', '{0}', to_jsonb(sender))",
            "jsonb_set(counts, '{0}', to_jsonb(crates))",
            "jsonb_set(jsonb_build_object('a', jsonb_build_array(jsonb_build_object('b', 1), 2)), '{a,0,b}', to_jsonb(crates))",
            "jsonb_set(jsonb_build_object('a', jsonb_build_array(jsonb_build_object('b', 1), 2)), '{a,-2,c}', to_jsonb(crates))",
            "jsonb_set(jsonb_build_object('a', jsonb_build_array(jsonb_build_array(1, 2), 2)), '{a,0,5}', to_jsonb(crates))",
            "jsonb_set(jsonb_build_object('a', jsonb_build_array(jsonb_build_array(1, 2), 2)), '{a,-7,5}', to_jsonb(crates))",
            "jsonb_set(jsonb_build_object('a', jsonb_build_array(NULL, 2)), '{a,1}', to_jsonb(tags))",
            "jsonb_insert(extra, '{new}', to_jsonb(crates))",
            "jsonb_insert(extra, '{nested,new}', to_jsonb(crates))",
            "jsonb_insert(extra, '{list,0}', to_jsonb(crates))",
            "jsonb_insert(extra, '{list,0}', to_jsonb(crates), true)",
            "jsonb_insert(extra, '{list,-1}', to_jsonb(crates))",
            "jsonb_insert(extra, '{list,-1}', to_jsonb(crates), true)",
            "jsonb_insert(extra, '{list,1}', to_jsonb(damaged), insured)",
            "jsonb_insert(extra, '{list,7}', to_jsonb(crates), true)",
            "jsonb_insert(extra, '{list,-7}', to_jsonb(crates), fragile)",
            "jsonb_insert(extra -> 'list', '{1}', to_jsonb(crates))",
            "extra #- '{size}'",
            "extra #- '{nested,deep}'",
            "extra #- '{nested,nothing}'",
            "extra #- '{size,deep}'",
            "extra #- '{nothing,deep}'",
            "extra #- '{list,0}'",
            "extra #- '{list,-1}'",
            "extra #- '{list, -2}'",
            "extra #- '{list,7}'",
            "extra #- '{list,0,x}'",
            "extra #- '{}'",
            "extra #- '{0}'",
            "extra #- ARRAY['nested', 'deep']",
            "extra #- ARRAY[]::text[]",
            "counts #- '{été}'",
            "(extra -> 'list') #- '{1}'",
            "(extra -> 'nested') #- '{deep}'",
            "(extra -> 'list') - 0",
            "(extra -> 'list') - -1",
            "(extra -> 'list') - crates",
            "(extra -> 'list') - damaged",
            "jsonb_build_object('a', jsonb_build_array(jsonb_build_object('b', crates, 'c', 1), 2, NULL)) #- '{a,0,b}'",
            "jsonb_build_object('a', jsonb_build_array(jsonb_build_object('b', crates, 'c', 1), 2, 3)) #- '{a,-3,c}'",
            "jsonb_build_object('a', jsonb_build_array(1, 2, 3)) #- '{a,1}'",
            "'{\"colour\": \"red\"}' <@ extra",
            "'{\"nested\": {}}' <@ extra",
            "JSONB_BUILD_OBJECT('number', number, 'sender', sender)",
            "JSONB_BUILD_OBJECT('a', crates, 'b', damaged, 'c', recipient, 'd', insured)",
            "JSON_BUILD_OBJECT('price', tariff, 'tags', tags, 'marks', marks)",
            "JSON_BUILD_OBJECT('literal', '$x', 'number', 1.5, 'null', NULL)",
            "JSON_BUILD_OBJECT('inner', JSON_BUILD_OBJECT('a', 1, 'b', sender))",
            "JSON_BUILD_OBJECT()",
            "JSON_BUILD_ARRAY(1, sender, damaged, NULL, insured)",
            "JSON_BUILD_ARRAY(tags, crates)",
            "JSONB_BUILD_OBJECT('due', due::text, 'state', state, 'id', token)",
            "to_jsonb(crates)",
            "to_jsonb(recipient)",
        ],
    );
    cases.extend(texts_of_documents());
    cases.extend(rows_of_documents());
    cases.extend(aggregates());
    cases.extend(conditions(
        "shipments",
        &[
            "extra ->> 'colour' = 'red'",
            "extra ->> 'colour' <> 'red'",
            "extra ->> 'colour' = '$red'",
            "extra ->> 'colour' LIKE 'g%'",
            "extra ->> 'size' = '1'",
            "(extra ->> 'size')::integer > 0",
            "(extra -> 'size')::integer > 0",
            "extra ->> 'size' IS NULL",
            "extra -> 'size' IS NULL",
            "extra -> 'nested' ->> 'deep' = 'true'",
            "extra -> 'nested' ->> 'deep' = 'x'",
            "extra -> 'list' ->> 'size' = 'x'",
            "extra ->> 'colour' IN ('red', 'x', NULL)",
            "extra IS NULL",
            "extra ? 'nested'",
        ],
    ));
    // Texts in documents, or in what may be an array of documents.
    for condition in [
        "d ->> 'colour' = 'red'",
        "d ->> 'sku' = 'bolt'",
        "d ->> 'sku' IN ('bolt', 'nut')",
        "NOT (d ->> 'sku' = 'bolt')",
        "e -> 'p' ->> 'colour' = 'red'",
        "e -> 'p' ->> 'sku' = 'bolt'",
        "e -> 'p' ->> 'sku' IN ('bolt', 'nut')",
        "e -> 'p' -> 'sku' ->> 'x' = 'bolt'",
        "d -> 'nested' ->> 'deep' = 'bolt'",
        "d ->> 'colour' = 'red' OR d ->> 'colour' = 'x'",
    ] {
        cases.push(case(format!(
            "SELECT t.number FROM (SELECT number, \
             CASE WHEN crates > 2 THEN to_jsonb(goods) ELSE extra END AS d, \
             jsonb_build_object('p', CASE WHEN crates > 2 THEN to_jsonb(goods) ELSE extra END) AS e \
             FROM shipments ORDER BY number LIMIT 100) AS t WHERE {condition}"
        )));
    }
    cases.push(
        case("SELECT number, extra.size AS a, extra.nested.deep AS b FROM shipments")
            .postgres("SELECT number, extra -> 'size', extra -> 'nested' -> 'deep' FROM shipments"),
    );
    cases.push(
        case("SELECT number, counts.north AS a, counts -> 'été' AS b FROM shipments").postgres(
            "SELECT number, (counts ->> 'north')::integer, (counts ->> 'été')::integer FROM shipments",
        ),
    );
    cases.push(
        case("SELECT number FROM shipments WHERE counts.north > counts.south").postgres(
            "SELECT number FROM shipments \
             WHERE (counts ->> 'north')::integer > (counts ->> 'south')::integer",
        ),
    );
    cases.extend(queries(&[
        "SELECT extra ->> 'colour' AS colour, COUNT(*) AS n FROM shipments GROUP BY colour",
        "SELECT extra ->> 'colour' AS colour, SUM((extra ->> 'size')::integer) AS s FROM shipments GROUP BY 1",
        "SELECT state, JSONB_AGG(number ORDER BY number) AS numbers FROM shipments GROUP BY state",
        "SELECT state, JSON_AGG(recipient ORDER BY number) AS names FROM shipments GROUP BY state",
    ]));
    cases
}

/// The JSON that a stored document is.
fn texts_of_documents() -> Vec<Case> {
    let mut cases = values(
        "shipments",
        &[
            "extra::text",
            "counts::text",
            "CAST(extra -> 'nested' AS text)",
            "(extra -> 'list')::text",
            "(extra -> 'colour')::text",
            "(extra -> 'nothing')::text",
            "LENGTH(extra::text)",
            "extra::varchar(9)",
            "COALESCE(LENGTH(extra::text), 0)",
            "(counts -> 'north')::text",
        ],
    );
    cases.extend(conditions(
        "shipments",
        &[
            "extra @> '{\"size\": 1, \"list\": [1]}'",
            "extra -> 'nested' @> '{\"deep\": false}'",
            "extra::text LIKE '%\"size\": 1%'",
            "extra::text = '{}'",
        ],
    ));
    let extracted = |call: &str, postgres: &str| {
        let query = |answer: &str| format!("SELECT number, {answer} AS answer FROM shipments");
        case(query(call)).postgres(query(postgres))
    };
    cases.push(extracted("JSON_EXTRACT_TEXT(extra)", "extra::text"));
    cases.push(extracted("JSON_EXTRACT_TEXT(tags)", "to_jsonb(tags)::text"));
    cases.push(extracted(
        "JSON_EXTRACT_TEXT(extra, '$.nested.deep')",
        "extra -> 'nested' ->> 'deep'",
    ));
    cases
}

/// What a document holds as rows of their own.
fn rows_of_documents() -> Vec<Case> {
    queries(&[
        "SELECT number, item FROM shipments, jsonb_array_elements(extra -> 'list') AS item",
        "SELECT s.number, e.value FROM shipments AS s \
         CROSS JOIN jsonb_array_elements(s.extra -> 'list') AS e",
        "SELECT number, piece FROM shipments \
         CROSS JOIN jsonb_array_elements_text(extra -> 'list') AS e (piece)",
        "SELECT number, value FROM shipments \
         LEFT JOIN jsonb_array_elements(extra -> 'list') AS e ON TRUE",
        "SELECT COUNT(*) AS n, SUM((e.value ->> 0)::integer) AS s \
         FROM shipments, jsonb_array_elements(extra -> 'list') AS e",
        "SELECT number, key FROM shipments, jsonb_object_keys(extra) AS key",
        "SELECT key, COUNT(*) AS n FROM shipments, jsonb_object_keys(counts) AS key GROUP BY key",
        "SELECT number, item ->> 0 AS a FROM shipments, jsonb_array_elements(extra -> 'list') AS item",
        "SELECT number, piece FROM shipments, string_to_table(sender, ' ') AS piece",
    ])
}

fn aggregates() -> Vec<Case> {
    let mut cases = queries(&[
        "SELECT jsonb_object_agg(number, sender) AS a FROM shipments",
        "SELECT damaged, jsonb_object_agg(number, insured) AS a FROM shipments GROUP BY damaged",
        "SELECT jsonb_object_agg(number, insured) FILTER (WHERE damaged > 0) AS a FROM shipments",
        "SELECT jsonb_object_agg(number, sender) AS a FROM shipments WHERE number < 0",
        "SELECT number, array_to_json(tags) AS a FROM shipments",
    ]);
    cases.push(
        case("SELECT JSON_ARRAYAGG(insured ORDER BY number) AS a FROM shipments").postgres(
            "SELECT array_remove(array_agg(insured ORDER BY number), NULL) AS a FROM shipments",
        ),
    );
    cases.push(
        case(
            "SELECT damaged, JSON_ARRAYAGG(number ORDER BY number) AS a FROM shipments GROUP BY 1",
        )
        .postgres("SELECT damaged, array_agg(number ORDER BY number) FROM shipments GROUP BY 1"),
    );
    cases
}
