//! Functions of PostgreSQL that no expression of the server can stand in for.

/// Why a function is not to be had, and what to do instead.
#[derive(Debug)]
pub(crate) struct Unavailable {
    names: &'static [&'static str],
    /// The reason.
    pub(crate) reason: &'static str,
    /// What to write instead.
    pub(crate) help: &'static str,
}

const UNAVAILABLE: &[Unavailable] = &[
    Unavailable {
        names: &["bit_and", "bit_or", "bit_xor"],
        reason: "the server has no operators on bits before version 6.3",
        help: "collect the values with `ARRAY_AGG(DISTINCT ..)`, and combine them in the program",
    },
    Unavailable {
        names: &[
            "md5", "sha1", "sha2", "sha224", "sha256", "sha384", "sha512", "crc32", "crc32c",
            "digest", "hmac", "crypt",
        ],
        reason: "the server computes no digests",
        help: "compute it in the program, and store it in a field",
    },
    Unavailable {
        names: &["encode", "decode", "convert_from", "convert_to"],
        reason: "the server does not turn bytes into text before version 8.0",
        help: "select the bytes, and encode them in the program",
    },
    Unavailable {
        names: &["get_bit", "set_bit", "get_byte", "set_byte", "bit_count"],
        reason: "the server does not look into bytes",
        help: "select them, and look at them in the program",
    },
    Unavailable {
        names: &["current_time", "localtime", "make_time"],
        reason: "there is no type `time`",
        help: "subtract the beginning of the day, `x - DATE_TRUNC('day', x)`, or take `TO_CHAR(x, 'HH24:MI')`",
    },
    Unavailable {
        names: &["clock_timestamp", "timeofday"],
        reason: "the time of the server stands still while it runs a command",
        help: "use `NOW()`, the time at which the command began",
    },
    Unavailable {
        names: &[
            "setseed",
            "random_normal",
            "gen_random_uuid",
            "uuid_generate_v4",
            "uuidv4",
            "uuidv7",
        ],
        reason: "the server's random numbers begin where they like, and it makes no UUIDs",
        help: "choose in the program",
    },
    Unavailable {
        names: &["normalize", "unaccent", "unistr", "to_ascii", "casefold"],
        reason: "the server does not look into the characters of Unicode",
        help: "store the text in the form that is needed",
    },
    Unavailable {
        names: &[
            "sind", "cosd", "tand", "cotd", "asind", "acosd", "atand", "atan2d",
        ],
        reason: "PostgreSQL rounds its angles in degrees in a way of its own",
        help: "write it with radians, as in `SIN(RADIANS(x))`",
    },
    Unavailable {
        names: &["scale", "min_scale", "trim_scale"],
        reason: "a `numeric` has no scale here: `1.0` and `1.00` are one value",
        help: "use `ROUND(x, n)`",
    },
    Unavailable {
        names: &["erf", "erfc", "gamma", "lgamma"],
        reason: "the server does not compute it",
        help: "select its argument, and compute it in the program",
    },
    Unavailable {
        names: &["array_shuffle", "array_sample"],
        reason: "the server does not put items into an order of chance",
        help: "choose in the program",
    },
    Unavailable {
        names: &["parse_ident"],
        reason: "the server does not read the names of SQL",
        help: "split the text: `STRING_TO_ARRAY(name, '.')`",
    },
    Unavailable {
        names: &["generate_uuid"],
        reason: "the server makes no UUIDs; the client makes one where it is all that is written",
        help: "write `GENERATE_UUID()` by itself for a column, or declare it as its default",
    },
    Unavailable {
        names: &["st_buffer"],
        reason: "the server computes no areas",
        help: "make it in the program, and pass it: `queryleaf::geo::Polygon::around` is a circle",
    },
    Unavailable {
        names: &["to_number"],
        reason: "the server reads numbers without a format only",
        help: "cast the text, as in `REPLACE(x, ',', '')::numeric`",
    },
    Unavailable {
        names: &[
            "jsonb_path_exists",
            "jsonb_path_match",
            "jsonb_path_query",
            "jsonb_path_query_array",
            "jsonb_path_query_first",
            "jsonb_path_exists_tz",
            "jsonb_path_match_tz",
            "jsonb_path_query_tz",
            "jsonb_path_query_array_tz",
            "jsonb_path_query_first_tz",
            "json_exists",
            "json_query",
        ],
        reason: "the server has no `jsonpath`",
        help: "go into the document with `->` and `->>`, and ask for a key with `?`",
    },
    Unavailable {
        names: &["jsonb_pretty", "jsonb_strip_nulls", "json_strip_nulls"],
        reason: "a document is given as it is stored",
        help: "do it in the program",
    },
    Unavailable {
        names: &["jsonb_set_lax"],
        reason: "what it does with a `NULL` is written out here",
        help: "write `CASE WHEN x IS NULL THEN document #- '{a}' ELSE JSONB_SET(document, '{a}', x) END`",
    },
    Unavailable {
        names: &[
            "json_populate_record",
            "json_populate_recordset",
            "json_to_record",
            "json_to_recordset",
            "jsonb_populate_record",
            "jsonb_populate_recordset",
            "jsonb_to_record",
            "jsonb_to_recordset",
        ],
        reason: "a document has no columns",
        help: "take its fields one by one, as in `(document ->> 'size')::integer`",
    },
    Unavailable {
        names: &["jsonb_object"],
        reason: "its keys are those of an array",
        help: "write the keys, as in `JSONB_BUILD_OBJECT('a', x, 'b', y)`",
    },
    Unavailable {
        names: &[
            "to_tsvector",
            "to_tsquery",
            "plainto_tsquery",
            "phraseto_tsquery",
            "websearch_to_tsquery",
            "ts_rank",
            "ts_rank_cd",
            "ts_headline",
            "setweight",
        ],
        reason: "the server has no vectors of words",
        help: "look for words with `~*`, as in `title ~* '\\mleaf\\M'`",
    },
    Unavailable {
        names: &[
            "similarity",
            "word_similarity",
            "levenshtein",
            "soundex",
            "metaphone",
            "dmetaphone",
        ],
        reason: "the server does not compare texts by how much they are alike",
        help: "compare them in the program",
    },
    Unavailable {
        names: &[
            "int4range",
            "int8range",
            "numrange",
            "tsrange",
            "tstzrange",
            "daterange",
            "isempty",
            "range_merge",
            "range_agg",
        ],
        reason: "there are no types of ranges",
        help: "compare with both ends, as in `x >= a AND x < b`; of times `(a, b) OVERLAPS (c, d)`",
    },
    Unavailable {
        names: &["xmlagg", "xmlelement", "xmlforest", "xpath"],
        reason: "the server has no XML",
        help: "make it in the program",
    },
    Unavailable {
        names: &[
            "nextval",
            "currval",
            "lastval",
            "setval",
            "txid_current",
            "current_setting",
            "set_config",
            "current_catalog",
            "current_role",
            "current_schemas",
            "pg_advisory_lock",
            "pg_advisory_xact_lock",
            "pg_try_advisory_lock",
            "pg_backend_pid",
            "pg_client_encoding",
            "pg_sleep",
            "pg_typeof",
            "version",
            "current_user",
            "session_user",
            "current_database",
            "current_schema",
        ],
        reason: "it asks about the session or the catalogue of PostgreSQL",
        help: "ask the driver",
    },
];

/// What to say of a function of this name, if it is one of these.
pub(crate) fn unavailable(name: &str) -> Option<&'static Unavailable> {
    UNAVAILABLE
        .iter()
        .find(|function| function.names.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_function_of_ours_is_among_them() {
        let known = crate::function_names();
        let names = UNAVAILABLE.iter().flat_map(|function| function.names);
        let wrong: Vec<_> = names.filter(|name| known.contains(*name)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
