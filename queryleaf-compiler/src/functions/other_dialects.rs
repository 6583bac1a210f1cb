//! Functions of other databases, and what PostgreSQL has instead.

/// Functions and what to write instead of them.
const INSTEAD: &[(&[&str], &str)] = &[
    (
        &["ifnull", "nvl"],
        "write `COALESCE(x, y)`, the first of them that is not `NULL`",
    ),
    (
        &["isnull"],
        "write `COALESCE(x, y)`, the first of them that is not `NULL`, or `x IS NULL`",
    ),
    (
        &["nvl2"],
        "write `CASE WHEN x IS NOT NULL THEN y ELSE z END`",
    ),
    (
        &["if", "iif"],
        "write `CASE WHEN condition THEN x ELSE y END`",
    ),
    (
        &["choose"],
        "write `CASE x WHEN 1 THEN .. WHEN 2 THEN .. END`",
    ),
    (&["len", "datalength"], "write `LENGTH(x)`"),
    (
        &["size", "array_size"],
        "write `CARDINALITY(x)` for an array, `LENGTH(x)` for a text",
    ),
    (
        &["first", "last"],
        "write `(ARRAY_AGG(x ORDER BY y))[1]`, or `FIRST_VALUE(x) OVER (ORDER BY y)`",
    ),
    (&["ucase"], "write `UPPER(x)`"),
    (&["lcase"], "write `LOWER(x)`"),
    (&["mid"], "write `SUBSTRING(x FROM 1 FOR 3)`"),
    (&["replicate"], "write `REPEAT(x, n)`"),
    (&["space"], "write `REPEAT(' ', n)`"),
    (
        &["charindex", "instr", "locate"],
        "write `STRPOS(text, part)`",
    ),
    (&["substring_index"], "write `SPLIT_PART(x, ',', 1)`"),
    (&["split"], "write `STRING_TO_ARRAY(x, ',')`"),
    (
        &["string_split"],
        "write `FROM .., STRING_TO_TABLE(x, ',') AS piece`",
    ),
    (&["truncate"], "write `TRUNC(x, n)`"),
    (&["log2"], "write `LOG(2, x)`"),
    (&["find_in_set"], "write `x = ANY(array)`"),
    (
        &["group_concat", "listagg"],
        "write `STRING_AGG(x, ',')`, with `ORDER BY` inside if the order matters",
    ),
    (
        &["countif", "count_if", "sumif"],
        "write `COUNT(*) FILTER (WHERE condition)`",
    ),
    (
        &[
            "getdate",
            "getutcdate",
            "sysdate",
            "sysdatetime",
            "systimestamp",
            "utc_timestamp",
        ],
        "write `NOW()`",
    ),
    (&["curdate", "today"], "write `CURRENT_DATE`"),
    (
        &[
            "year",
            "month",
            "day",
            "hour",
            "minute",
            "second",
            "quarter",
            "week",
            "dayofmonth",
        ],
        "write `EXTRACT(YEAR FROM x)`, or another field",
    ),
    (
        &["dayofweek", "weekday"],
        "write `EXTRACT(ISODOW FROM x)`, which is 1 for Monday",
    ),
    (&["dayofyear"], "write `EXTRACT(DOY FROM x)`"),
    (
        &["dateadd", "timestampadd", "adddate", "add_months"],
        "write `x + INTERVAL '1 day'`",
    ),
    (&["subdate"], "write `x - INTERVAL '1 day'`"),
    (
        &["datediff"],
        "write `x::date - y::date` for days, or `EXTRACT(EPOCH FROM x - y)` for seconds",
    ),
    (
        &["date_format", "strftime"],
        "write `TO_CHAR(x, 'YYYY-MM-DD')`",
    ),
    (&["str_to_date"], "write `TO_TIMESTAMP(text, 'YYYY-MM-DD')`"),
    (&["unix_timestamp"], "write `EXTRACT(EPOCH FROM x)`"),
    (&["from_unixtime"], "write `TO_TIMESTAMP(seconds)`"),
    (
        &["isodate"],
        "write the time as a text, as in `'2024-05-01T12:00:00Z'`",
    ),
    (
        &["objectid"],
        "write its 24 digits as a text, as in `_id = '64b7f3a2c9e77b0012345678'`",
    ),
    (&["rand"], "write `RANDOM()`"),
    (
        &["newid", "newsequentialid", "uuid"],
        "write `GENERATE_UUID()`",
    ),
    (
        &["stdev", "stdevp", "var", "varp"],
        "write `STDDEV_SAMP`, `STDDEV_POP`, `VAR_SAMP` or `VAR_POP`",
    ),
    (&["array_size"], "write `CARDINALITY(x)`"),
    (
        &["array_contains", "list_contains"],
        "write `x = ANY(array)`",
    ),
    (
        &["array_distinct"],
        "write `ARRAY(SELECT DISTINCT item FROM UNNEST(array) AS item)`",
    ),
    (
        &["array_sort", "list_sort"],
        "write `ARRAY(SELECT item FROM UNNEST(array) AS item ORDER BY item)`",
    ),
    (
        &["json_value", "json_unquote"],
        "write `document ->> 'key'`",
    ),
    (&["json_contains"], "write `document @> '{\"key\": 1}'`"),
    (
        &["json_contains_path"],
        "write `document ? 'key'`, or `document #> '{a,b}' IS NOT NULL`",
    ),
    (&["json_length"], "write `JSONB_ARRAY_LENGTH(document)`"),
    (
        &["json_keys"],
        "write `FROM .., JSONB_OBJECT_KEYS(document) AS key`",
    ),
    (&["json_remove"], "write `document #- '{a,b}'`"),
    (
        &["json_insert", "json_replace"],
        "write `JSONB_SET(document, '{a,b}', x)`",
    ),
    (&["any_value"], "write `MIN(x)`"),
    (
        &["median"],
        "write `PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x)`",
    ),
    (&["approx_count_distinct"], "write `COUNT(DISTINCT x)`"),
    (
        &["last_day", "eomonth"],
        "write `DATE_TRUNC('month', x) + INTERVAL '1 month -1 day'`",
    ),
    (&["monthname"], "write `TO_CHAR(x, 'FMMonth')`"),
    (&["dayname"], "write `TO_CHAR(x, 'FMDay')`"),
    (&["regexp", "rlike"], "write `x ~ 'pattern'`"),
];

/// What to write instead of a function of this name, if other databases have it and PostgreSQL does not.
pub(crate) fn instead_of(name: &str) -> Option<&'static str> {
    INSTEAD
        .iter()
        .find(|(names, _)| names.contains(&name))
        .map(|(_, help)| *help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_function_of_ours_is_among_them() {
        let known = crate::function_names();
        for name in INSTEAD.iter().flat_map(|(names, _)| *names) {
            assert!(!known.contains(name), "{name}");
        }
    }
}
