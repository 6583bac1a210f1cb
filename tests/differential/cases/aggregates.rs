//! Every aggregate: over groups, over everything, over nothing; with DISTINCT, FILTER and ORDER BY.

use super::queries;
use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    let mut cases = plain();
    cases.extend(counts_and_sums());
    cases.extend(lists());
    cases.extend(ordered_sets());
    cases.extend(texts());
    cases.extend(intervals());
    // Sums of doubles depend on the order of the rows.
    cases.into_iter().map(|case| case.within(1e-9)).collect()
}

/// The rows over which an aggregate is computed.
const OVER: [&str; 5] = [
    "measures",
    "nothing",
    "measures WHERE maybe_small IS NULL",
    "measures GROUP BY maybe_kind",
    "measures GROUP BY kind, maybe_flag",
];

fn over_all(calls: &[String]) -> Vec<Case> {
    let mut cases = Vec::new();
    for over in OVER {
        // Several calls share a query, as they do in programs.
        for chunk in calls.chunks(4) {
            let columns = chunk.iter().zip('a'..);
            let columns: Vec<String> = columns
                .map(|(call, name)| format!("{call} AS {name}"))
                .collect();
            cases.push(case(format!("SELECT {} FROM {over}", columns.join(", "))));
        }
    }
    cases
}

fn plain() -> Vec<Case> {
    let mut calls = vec![
        "COUNT(*)".to_owned(),
        "COUNT(1)".to_owned(),
        "COUNT(NULL::integer)".to_owned(),
        "COUNT(*) FILTER (WHERE flag)".to_owned(),
        "COUNT(*) FILTER (WHERE maybe_flag)".to_owned(),
        "COUNT(*) FILTER (WHERE maybe_small > 0 OR maybe_flag)".to_owned(),
    ];
    let numbers = [
        "small",
        "maybe_small",
        "large",
        "maybe_large",
        "ratio",
        "maybe_ratio",
        "amount",
        "maybe_amount",
        "small + maybe_small",
        "edge_small",
    ];
    for argument in numbers {
        for function in [
            "COUNT",
            "SUM",
            "AVG",
            "MIN",
            "MAX",
            "STDDEV_POP",
            "STDDEV_SAMP",
            "STDDEV",
            "VAR_POP",
            "VAR_SAMP",
            "VARIANCE",
        ] {
            calls.push(format!("{function}({argument})"));
        }
        for function in ["COUNT", "SUM", "AVG", "MIN", "VAR_POP"] {
            calls.push(format!("{function}(DISTINCT {argument})"));
        }
        for function in ["COUNT", "SUM", "AVG", "MAX", "STDDEV_SAMP"] {
            calls.push(format!("{function}({argument}) FILTER (WHERE maybe_flag)"));
        }
        calls.push(format!("SUM(DISTINCT {argument}) FILTER (WHERE small > 0)"));
    }
    for argument in [
        "word",
        "maybe_word",
        "moment",
        "maybe_moment",
        "born",
        "maybe_born",
        "edge_large",
        "vast",
        "edge_ratio",
    ] {
        for function in ["COUNT", "MIN", "MAX"] {
            calls.push(format!("{function}({argument})"));
        }
        calls.push(format!("COUNT(DISTINCT {argument})"));
        calls.push(format!("MAX({argument}) FILTER (WHERE NOT maybe_flag)"));
    }
    for argument in ["flag", "maybe_flag", "maybe_small > 0"] {
        for function in ["BOOL_AND", "BOOL_OR", "EVERY", "COUNT"] {
            calls.push(format!("{function}({argument})"));
        }
        calls.push(format!("COUNT(DISTINCT {argument})"));
        calls.push(format!("BOOL_OR({argument}) FILTER (WHERE small > 5)"));
    }
    calls.extend(
        [
            "SUM(edge_large::numeric)",
            "SUM(vast) FILTER (WHERE vast > 1)",
            "AVG(edge_large)",
            "SUM(small) / 2",
            "SUM(large) / 2",
            "AVG(small) * 2",
            "COUNT(*) / 7",
            "SUM(CASE WHEN flag THEN 1 ELSE 0 END)",
            "SUM(CASE WHEN maybe_flag THEN small END)",
            "AVG(COALESCE(maybe_small, 0))",
            "SUM(small * large)",
            "MAX(length(word))",
            "MIN(COALESCE(maybe_word, ''))",
            "COUNT(DISTINCT small % 3)",
            "COUNT(DISTINCT upper(maybe_word))",
            "MAX(small) - MIN(small)",
            "COALESCE(SUM(maybe_small), 0)",
            "ROUND(AVG(maybe_amount), 2)",
            "COUNT(maybe_words)",
            "COUNT(DISTINCT amount)",
            "SUM(1)",
            "AVG(1.5)",
            "MAX('x')",
            "MIN(3)",
        ]
        .map(str::to_owned),
    );
    over_all(&calls)
}

/// What is added up is the same for both, but not what comes of no rows.
fn counts_and_sums() -> Vec<Case> {
    over_all(
        &[
            "COUNT(*)",
            "SUM(1)",
            "COUNT(maybe_small)",
            "SUM(CASE WHEN maybe_small IS NOT NULL THEN 1 ELSE 0 END)",
            "SUM(1) + 1",
            "COUNT(*) FILTER (WHERE flag)",
            "SUM(CASE WHEN flag THEN 1 ELSE 0 END)",
            "COUNT(*) - COALESCE(SUM(1), -5)",
        ]
        .map(str::to_owned),
    )
}

fn lists() -> Vec<Case> {
    let calls: Vec<String> = [
        "ARRAY_AGG(small ORDER BY _id)",
        "ARRAY_AGG(maybe_small ORDER BY _id DESC)",
        "ARRAY_AGG(maybe_small ORDER BY maybe_small, _id)",
        "ARRAY_AGG(maybe_small ORDER BY maybe_small DESC, _id)",
        "ARRAY_AGG(maybe_word ORDER BY maybe_word NULLS FIRST, _id)",
        "ARRAY_AGG(maybe_small ORDER BY kind, small DESC, _id)",
        "ARRAY_AGG(DISTINCT maybe_small)",
        "ARRAY_AGG(DISTINCT maybe_kind ORDER BY maybe_kind DESC)",
        "ARRAY_AGG(DISTINCT amount)",
        "ARRAY_AGG(_id ORDER BY _id) FILTER (WHERE maybe_flag)",
        "ARRAY_AGG(maybe_kind ORDER BY _id) FILTER (WHERE small > 100)",
        "ARRAY_AGG(small + maybe_small ORDER BY _id)",
        "ARRAY_AGG(born ORDER BY born, _id)",
        "JSONB_AGG(maybe_small ORDER BY _id)",
        "JSON_AGG(word ORDER BY _id) FILTER (WHERE flag)",
        "JSONB_AGG(DISTINCT maybe_kind)",
    ]
    .map(str::to_owned)
    .to_vec();
    over_all(&calls)
}

fn texts() -> Vec<Case> {
    let calls: Vec<String> = [
        "STRING_AGG(kind, ',' ORDER BY _id)",
        "STRING_AGG(maybe_kind, '$' ORDER BY _id)",
        "STRING_AGG(maybe_word, '' ORDER BY maybe_word, _id)",
        "STRING_AGG(maybe_word, NULL ORDER BY _id)",
        "STRING_AGG(DISTINCT kind, ', ')",
        "STRING_AGG(DISTINCT maybe_kind, ', ' ORDER BY maybe_kind DESC)",
        "STRING_AGG(kind, ',' || ' ' ORDER BY _id)",
        "STRING_AGG(small::text, '+' ORDER BY small, _id)",
        "STRING_AGG(kind, '-' ORDER BY _id) FILTER (WHERE maybe_flag)",
        "STRING_AGG(maybe_kind, '-' ORDER BY small DESC, _id) FILTER (WHERE small > 100)",
    ]
    .map(str::to_owned)
    .to_vec();
    let mut cases = over_all(&calls);
    for sql in [
        "SELECT state, STRING_AGG(recipient, '; ' ORDER BY number) AS names FROM shipments GROUP BY state",
        "SELECT urgency, STRING_AGG(state::text, ',' ORDER BY number) AS states FROM shipments GROUP BY urgency",
        "SELECT urgency, ARRAY_AGG(state ORDER BY number) AS states FROM shipments GROUP BY urgency",
        "SELECT state, MIN(last_urgency) AS a, MAX(urgency) AS b, MIN(last_state) AS c FROM shipments GROUP BY state",
        "SELECT state, ARRAY_AGG(origin.city ORDER BY number) AS cities FROM shipments GROUP BY state",
        "SELECT state, COUNT(origin) AS a, COUNT(DISTINCT origin.city) AS b, COUNT(marks) AS c FROM shipments GROUP BY state",
        "SELECT COUNT(DISTINCT carrier) AS a, COUNT(DISTINCT old_token) AS b, COUNT(DISTINCT seal) AS c FROM shipments",
        "SELECT MIN(number) AS a, MAX(number) AS b, COUNT(*) AS c FROM shipments WHERE state = 'lost'",
        "SELECT MIN(booked_at) AS a FROM shipments",
        "SELECT MAX(booked_at) AS a FROM shipments",
        "SELECT MIN(damaged) AS a FROM shipments",
        "SELECT MAX(damaged) AS a FROM shipments",
        "SELECT COUNT(*) AS n FROM shipments WHERE 'cold' = ANY(tags)",
        "SELECT COUNT(*) AS n FROM shipments",
        "SELECT COUNT(DISTINCT state) AS n FROM shipments",
        "SELECT COUNT(DISTINCT number) AS n FROM shipments",
    ] {
        cases.push(case(sql));
    }
    cases
}

/// An average has microseconds in PostgreSQL, which nothing here may show.
fn intervals() -> Vec<Case> {
    queries(&[
        "SELECT SUM(patience) AS s, MIN(patience) AS a, MAX(patience) AS z FROM shipments",
        "SELECT SUM(landed_at - booked_at) AS s, MIN(landed_at - booked_at) AS a, MAX(booked_at - landed_at) AS z FROM shipments",
        "SELECT SUM(patience) AS s, MAX(landed_at - booked_at) AS z, AVG(patience) AS a FROM shipments WHERE number < 0",
        "SELECT state, SUM(patience) AS s, date_trunc('minute', AVG(patience)) AS a, COUNT(patience) AS n FROM shipments GROUP BY state",
        "SELECT last_state, SUM(landed_at - booked_at) AS s, date_trunc('minute', AVG(landed_at - booked_at)) AS a FROM shipments GROUP BY last_state",
        "SELECT last_state, MIN(patience) FILTER (WHERE insured) AS a, SUM(landed_at - booked_at) FILTER (WHERE NOT fragile) AS s FROM shipments GROUP BY last_state",
        "SELECT SUM(patience) FILTER (WHERE FALSE) AS s, MAX(patience - INTERVAL '1 month') AS z FROM shipments",
        "SELECT state, last_state, SUM(patience) AS s, MAX(patience) AS z, date_trunc('hour', AVG(booked_at - landed_at)) AS a FROM shipments \
         GROUP BY CUBE (state, last_state)",
        "SELECT state FROM shipments GROUP BY state HAVING AVG(patience) > INTERVAL '1 month' AND SUM(landed_at - booked_at) < INTERVAL '100 years'",
        "SELECT number, SUM(patience) OVER (PARTITION BY state) AS s, MAX(patience) OVER (PARTITION BY state ORDER BY number) AS z, \
         MIN(landed_at - booked_at) OVER (ORDER BY state) AS a FROM shipments",
        "SELECT number, SUM(patience) OVER (ORDER BY number ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING) AS s, \
         SUM(landed_at - booked_at) OVER (ORDER BY number ROWS 2 PRECEDING) AS t, \
         date_trunc('minute', AVG(patience) OVER (PARTITION BY last_state ORDER BY number ROWS 4 PRECEDING)) AS a FROM shipments",
        "SELECT MAX(moment - born) AS z, SUM(moment - born::timestamp) AS s, SUM(moment - moment) AS n FROM measures",
        "SELECT (SELECT SUM(l.ended - l.started) FROM legs l WHERE l.carrier = c._id) AS s, c.code FROM carriers c",
        "SELECT l.number, SUM(l.ended - l.started) AS s FROM legs l GROUP BY l.number HAVING SUM(l.ended - l.started) > INTERVAL '1 day'",
    ])
}

fn ordered_sets() -> Vec<Case> {
    let mut calls = Vec::new();
    for argument in [
        "small",
        "maybe_small",
        "maybe_large",
        "maybe_ratio",
        "maybe_amount",
    ] {
        for fraction in ["0", "0.25", "0.5", "0.9", "1"] {
            calls.push(format!(
                "PERCENTILE_CONT({fraction}) WITHIN GROUP (ORDER BY {argument})"
            ));
            calls.push(format!(
                "PERCENTILE_DISC({fraction}) WITHIN GROUP (ORDER BY {argument})"
            ));
        }
        calls.push(format!(
            "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {argument} DESC)"
        ));
        calls.push(format!(
            "PERCENTILE_DISC(0.3) WITHIN GROUP (ORDER BY {argument}) FILTER (WHERE maybe_flag)"
        ));
        calls.push(format!("MODE() WITHIN GROUP (ORDER BY {argument})"));
    }
    calls.push("MODE() WITHIN GROUP (ORDER BY maybe_word)".to_owned());
    calls.push("MODE() WITHIN GROUP (ORDER BY kind DESC)".to_owned());
    calls.push("PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY maybe_word)".to_owned());
    calls.push("PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY moment DESC)".to_owned());
    over_all(&calls)
}
