//! What must not compile, each with its code.

use crate::case::{Case, refused};
use queryleaf_compiler::Code;

pub fn cases() -> Vec<Case> {
    let list = [
        (Code::Syntax, "SELECT FROM WHERE"),
        (
            Code::Unsupported,
            "SELECT array_fill(7, ARRAY[3], ARRAY[2]) AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT array_fill(7, ARRAY[3, 2]) AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT array_fill(numbers, ARRAY[3]) AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT jsonb_set(extra, '{size}', 'null') AS a FROM shipments",
        ),
        (
            Code::InvalidLiteral,
            "SELECT extra || '{size: 1}' AS a FROM shipments",
        ),
        (
            Code::InvalidLiteral,
            "SELECT COALESCE(extra, '{\"a\": 0.12345678901234567890}') AS a FROM shipments",
        ),
        (
            Code::Unsupported,
            "SELECT jsonb_each(extra) AS a FROM shipments",
        ),
        (
            Code::Unsupported,
            "SELECT regexp_matches(sender, 'a', 'g') AS a FROM shipments",
        ),
        (
            Code::Unsupported,
            "SELECT key, n FROM shipments, jsonb_each(extra) WITH ORDINALITY AS t(key, value, n)",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT key FROM shipments, jsonb_each(sender)",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT format('%d', small) AS a FROM measures",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT format('%*s', word, small) AS a FROM measures",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT format('%*s', small) AS a FROM measures",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT extra #- ARRAY[sender] AS a FROM shipments",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT date_trunc('day', moment, 'Europe/Berlyn') AS a FROM measures",
        ),
        (
            Code::MisplacedAggregate,
            "SELECT _id FROM measures a WHERE (SELECT MAX(a.small)) > 1",
        ),
        (
            Code::MisplacedAggregate,
            "SELECT t.s FROM measures a, LATERAL (SELECT SUM(a.small) AS s) AS t",
        ),
        (
            Code::MisplacedAggregate,
            "SELECT kind FROM measures a GROUP BY kind \
             HAVING EXISTS (SELECT 1 FROM measures m WHERE m.small = SUM(m.large))",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT width_bucket(small, ARRAY[1, NULL]) AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT width_bucket(flag, ARRAY[TRUE]) AS a FROM measures",
        ),
        (Code::Syntax, "SELEC _id FROM measures"),
        (Code::UnknownTable, "SELECT a FROM nowhere"),
        (Code::UnknownColumn, "SELECT smal FROM measures"),
        (Code::UnknownColumn, "SELECT port.town FROM shipments"),
        (Code::UnknownTable, "SELECT m.small FROM measures"),
        (
            Code::UnknownVariant,
            "SELECT number FROM shipments WHERE state = 'landing'",
        ),
        (
            Code::UnknownVariant,
            "SELECT number FROM shipments WHERE urgency IN ('Calm', 'calm')",
        ),
        (
            Code::UnknownFunction,
            "SELECT uper(word) AS a FROM measures",
        ),
        (Code::UnknownType, "SELECT small::intger AS a FROM measures"),
        (Code::UnnamedColumn, "SELECT small + 1 FROM measures"),
        (Code::DuplicateName, "SELECT small, small FROM measures"),
        (
            Code::DuplicateName,
            "SELECT small AS a, large AS a FROM measures",
        ),
        (
            Code::TypeMismatch,
            "SELECT _id FROM measures WHERE small = word",
        ),
        (Code::TypeMismatch, "SELECT _id FROM measures WHERE small"),
        (
            Code::TypeMismatch,
            "SELECT _id FROM measures WHERE flag > 1",
        ),
        (Code::TypeMismatch, "SELECT small + word AS a FROM measures"),
        (Code::TypeMismatch, "SELECT small + flag AS a FROM measures"),
        (Code::TypeMismatch, "SELECT ratio % 2 AS a FROM measures"),
        (
            Code::TypeMismatch,
            "SELECT CASE WHEN flag THEN small ELSE word END AS a FROM measures",
        ),
        (
            Code::TypeMismatch,
            "SELECT COALESCE(small, word) AS a FROM measures",
        ),
        (
            Code::TypeMismatch,
            "SELECT _id FROM measures WHERE small LIKE 'a%'",
        ),
        (
            Code::TypeMismatch,
            "SELECT number FROM shipments WHERE extra = extra",
        ),
        (
            Code::TypeMismatch,
            "SELECT number FROM shipments WHERE port = origin",
        ),
        (
            Code::TypeMismatch,
            "SELECT number FROM shipments WHERE 'a' = ANY(sender)",
        ),
        (
            Code::TypeMismatch,
            "SELECT _id FROM measures WHERE moment > 5",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT upper(small) AS a FROM measures",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT length(word, word) AS a FROM measures",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT SUM(word) AS a FROM measures",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT AVG(flag) AS a FROM measures",
        ),
        (
            Code::InvalidLiteral,
            "SELECT _id FROM measures WHERE small = 'x'",
        ),
        (
            Code::InvalidLiteral,
            "SELECT _id FROM measures WHERE born = '2023-02-29'",
        ),
        (
            Code::InvalidLiteral,
            "SELECT _id FROM measures WHERE flag = 'maybe'",
        ),
        (
            Code::InvalidLiteral,
            "SELECT number FROM shipments WHERE token = 'x'",
        ),
        (Code::InvalidCast, "SELECT flag::date AS a FROM measures"),
        (Code::InvalidCast, "SELECT born::integer AS a FROM measures"),
        (Code::UntypedParameter, "SELECT :p AS a"),
        (
            Code::ParameterConflict,
            "SELECT _id FROM measures WHERE small = :p AND word = :p",
        ),
        (
            Code::ParameterStyle,
            "SELECT _id FROM measures WHERE small = :p AND large = $1",
        ),
        (
            Code::ParameterStyle,
            "SELECT _id FROM measures WHERE small = $1 AND large = $3",
        ),
        (
            Code::Grouping,
            "SELECT kind, small FROM measures GROUP BY kind",
        ),
        (Code::Grouping, "SELECT kind, COUNT(*) AS n FROM measures"),
        (
            Code::Grouping,
            "SELECT kind FROM measures GROUP BY kind HAVING small > 1",
        ),
        (
            Code::Grouping,
            "SELECT kind FROM measures GROUP BY kind ORDER BY small",
        ),
        (
            Code::Grouping,
            "SELECT DISTINCT kind FROM measures ORDER BY small",
        ),
        (
            Code::MisplacedAggregate,
            "SELECT kind FROM measures WHERE COUNT(*) > 1",
        ),
        (
            Code::MisplacedAggregate,
            "SELECT SUM(COUNT(*)) AS a FROM measures",
        ),
        (
            Code::MisplacedAggregate,
            "SELECT COUNT(*) AS n FROM measures GROUP BY n",
        ),
        (
            Code::InvalidPosition,
            "SELECT small FROM measures ORDER BY 2",
        ),
        (
            Code::InvalidPosition,
            "SELECT small FROM measures GROUP BY 3",
        ),
        (
            Code::AmbiguousColumn,
            "SELECT sku FROM shipments, UNNEST(goods) AS g, UNNEST(goods) AS h",
        ),
        (Code::AmbiguousColumn, "SELECT _id FROM measures, shipments"),
        (
            Code::MisplacedWindow,
            "SELECT _id FROM measures WHERE ROW_NUMBER() OVER (ORDER BY _id) = 1",
        ),
        (
            Code::MisplacedWindow,
            "SELECT SUM(RANK() OVER (ORDER BY small)) AS n FROM measures",
        ),
        (Code::InvalidWindow, "SELECT RANK() AS n FROM measures"),
        (
            Code::InvalidWindow,
            "SELECT SUM(small) OVER w AS n FROM measures",
        ),
        (
            Code::InvalidWindow,
            "SELECT SUM(small) OVER (ORDER BY word RANGE 1 PRECEDING) AS n FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT COUNT(DISTINCT kind) OVER () AS n FROM measures",
        ),
        (Code::Unsupported, "SELECT _id FROM measures FOR UPDATE"),
        (
            Code::Unsupported,
            "SELECT _id FROM measures TABLESAMPLE SYSTEM (10)",
        ),
        (Code::Unsupported, "SELECT TOP 5 _id FROM measures"),
        (
            Code::Unsupported,
            "SELECT SUM(small) OVER (ORDER BY ratio RANGE 2.5 PRECEDING) AS s FROM measures",
        ),
        (
            Code::Grouping,
            "SELECT _id, (SELECT MAX(a.small) FROM measures b) AS m FROM measures a",
        ),
        (Code::Unsupported, "SELECT word ~ kind AS a FROM measures"),
        (
            Code::Unsupported,
            "SELECT STRING_AGG(word, kind) AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT number FROM shipments ORDER BY seal",
        ),
        (
            Code::Unsupported,
            "SELECT number FROM shipments WHERE seal < '\\x00'",
        ),
        (
            Code::Unsupported,
            "SELECT patience, COUNT(*) AS n FROM shipments GROUP BY patience",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT make_interval(day => 3) AS a FROM measures",
        ),
        (
            Code::Unsupported,
            "SELECT kind || :p AS a FROM measures GROUP BY kind || :p",
        ),
        (Code::InvalidCast, "SELECT token::text AS a FROM shipments"),
        (Code::InvalidCast, "SELECT token || '!' AS a FROM shipments"),
        (
            Code::InvalidLiteral,
            "SELECT TIMESTAMP 'epoch' AS a FROM measures",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT to_char(moment, 'J') AS a FROM measures",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT to_char(moment, '') AS a FROM measures",
        ),
        (
            Code::ArgumentMismatch,
            "SELECT ARRAY_LENGTH(scores, 2) AS a FROM shipments",
        ),
        (
            Code::TypeMismatch,
            "SELECT tags || 'new' AS a FROM shipments",
        ),
        (
            Code::ParameterConflict,
            "SELECT _id FROM measures WHERE moment < :p AND moment > :p + INTERVAL '1 day'",
        ),
    ];
    list.map(|(code, sql)| refused(code, sql)).to_vec()
}
