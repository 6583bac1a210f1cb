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
        names: &["md5", "sha224", "sha256", "sha384", "sha512"],
        reason: "the server computes no digests",
        help: "compute it in the program, and store it in a field",
    },
    Unavailable {
        names: &["encode", "decode", "convert_from", "convert_to"],
        reason: "the server does not turn bytes into text before version 8.0",
        help: "select the bytes, and encode them in the program",
    },
    Unavailable {
        names: &["clock_timestamp", "timeofday"],
        reason: "the time of the server stands still while it runs a command",
        help: "use `NOW()`, the time at which the command began",
    },
    Unavailable {
        names: &["setseed", "gen_random_uuid"],
        reason: "the server's random numbers begin where they like, and it makes no UUIDs",
        help: "choose in the program",
    },
    Unavailable {
        names: &["normalize", "unaccent", "unistr", "to_ascii"],
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
        names: &[
            "nextval",
            "currval",
            "lastval",
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
