//! MongoDB commands with holes where the parameters go.

use crate::rules::Rules;

/// A MongoDB command, or a part of one, that waits for the values of its parameters.
///
/// The compiler builds a tree of these, [`encode`](crate::encode) writes it down as bytes, and
/// [`fill`](crate::fill) completes it when the query runs. Whatever depends on a parameter being
/// `NULL`, empty or zero is decided there, so that the command sent is the one an expert would have
/// written for just these values.
#[derive(Debug, Clone, PartialEq)]
pub enum Template {
    /// A constant.
    Value(Value),
    /// A document; an entry whose template fills to [`Omit`](Template::Omit) is left out.
    Document(Vec<(String, Template)>),
    /// An array; an item whose template fills to [`Omit`](Template::Omit) is left out.
    Array(Vec<Template>),
    /// The value of a parameter.
    Hole {
        /// Which parameter, counted from 0.
        parameter: u16,
        /// How its value is written.
        form: Form,
    },
    /// One of two templates, chosen when the parameters are known.
    When {
        /// What is asked about the parameter.
        condition: Condition,
        /// Which parameter, counted from 0.
        parameter: u16,
        /// Used when the condition holds.
        then: Box<Template>,
        /// Used otherwise.
        otherwise: Box<Template>,
    },
    /// Nothing: leaves out the array item or document entry it stands in.
    Omit,
    /// A query-language filter that is true when all of these are.
    ///
    /// Fills to [`Never`](Template::Never) when one of them is never true; drops those that are
    /// always true (the empty document); merges filters on different fields into one document and
    /// falls back to `$and`; fills to the empty document when nothing is left. An
    /// [omitted](Template::Omit) filter is not among them. A stage `{$match: ..}` of an array whose
    /// filter comes to nothing is left out.
    All(Vec<Template>),
    /// A query-language filter that is true when one of these is, simplified like
    /// [`All`](Template::All); falls back to `$or`.
    Any(Vec<Template>),
    /// A query-language filter that no document passes. Where a filter is wanted and this is what
    /// remains, it is written as `{_id: {$in: []}}`, an empty range of an index.
    Never,
}

/// A constant of the template, as BSON stores it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// BSON null.
    Null,
    /// BSON boolean.
    Boolean(bool),
    /// BSON 32-bit integer.
    Int32(i32),
    /// BSON 64-bit integer.
    Int64(i64),
    /// BSON double.
    Double(f64),
    /// BSON Decimal128, little-endian, binary integer decimal encoding.
    Decimal128([u8; 16]),
    /// BSON string.
    String(String),
    /// BSON ObjectId.
    ObjectId([u8; 12]),
    /// BSON date: milliseconds since 1970-01-01T00:00:00Z.
    DateTime(i64),
    /// BSON binary with its subtype.
    Binary {
        /// The BSON binary subtype: 0 for plain bytes, 4 for a UUID.
        subtype: u8,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// BSON regular expression.
    Regex {
        /// The pattern, in the server's (PCRE) syntax.
        pattern: String,
        /// Its options in alphabetical order.
        options: String,
    },
}

/// How the value of a parameter is written into its hole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Plain,
    /// As it is, into a field.
    Stored {
        /// Whether it cannot be `NULL`.
        not_null: bool,
        /// What its values are held to.
        rules: Rules,
    },
    /// A list without its `NULL` items, for `IN`.
    ListWithoutNull,
    /// A list with one `NULL` item, for `NOT IN` as a query-language `$nin`.
    ListWithNull,
    /// A non-negative count (`LIMIT`, `OFFSET`) as a 64-bit integer; a negative one is an error,
    /// `NULL` leaves itself out.
    Count,
    /// A count and another one together, as a 64-bit integer: how many rows `LIMIT` and `OFFSET`
    /// need. `NULL` adds nothing, a negative count is an error.
    CountWith(Addend),
    /// A `LIKE` pattern as a string holding the regular expression, for `$regexMatch`.
    LikeText {
        /// The escape character; `None` where the query says `ESCAPE ''`.
        escape: Option<char>,
        /// True for `ILIKE`.
        ignore_case: bool,
    },
    /// A `LIKE` pattern as a query-language operand: a BSON regular expression, anchored at the
    /// front so that an index range is used when the pattern starts with literal text.
    LikeFilter {
        /// The escape character; `None` where the query says `ESCAPE ''`.
        escape: Option<char>,
        /// True for `ILIKE`.
        ignore_case: bool,
    },
    /// A POSIX regular expression as a string in the server's syntax, for `$regexMatch`.
    RegexText {
        /// True for `~*`.
        ignore_case: bool,
    },
    /// A POSIX regular expression as a query-language operand.
    ///
    /// Only for a pattern whose [`exact`](crate::pattern::Regex::exact) is true, which is not known
    /// of a parameter: there `{$expr: {$regexMatch: ..}}` with [`RegexText`](Form::RegexText) is
    /// the filter that never answers wrongly.
    RegexFilter {
        /// True for `~*`.
        ignore_case: bool,
    },
}

/// What is added to a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addend {
    /// A constant, not negative.
    Number(i64),
    /// Another parameter, counted from 0.
    Parameter(u16),
}

/// What a [`Template::When`] asks, as a rule about its parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It is `NULL`.
    IsNull,
    /// It is the number zero.
    IsZero,
    /// It is an empty list.
    IsEmptyList,
    /// It is a list with at least one `NULL` item.
    HasNullItem,
    /// It is the boolean true.
    IsTrue,
    /// Whatever the parameter is: the command runs in a session, and so perhaps in a transaction,
    /// which has no `$unionWith`.
    InSession,
}

impl Template {
    /// The empty document: as a filter, one that every document passes.
    pub const ALWAYS: Template = Template::Document(Vec::new());

    /// A document of one entry.
    pub fn entry(key: impl Into<String>, value: impl Into<Template>) -> Template {
        Template::Document(vec![(key.into(), value.into())])
    }

    /// A document of the given entries, in their order.
    pub fn document<K: Into<String>>(entries: impl IntoIterator<Item = (K, Template)>) -> Template {
        Template::Document(
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }

    /// An array of the given items.
    pub fn array(items: impl IntoIterator<Item = Template>) -> Template {
        Template::Array(items.into_iter().collect())
    }

    /// The value of a parameter as it is.
    pub fn parameter(parameter: u16) -> Template {
        Template::Hole {
            parameter,
            form: Form::Plain,
        }
    }

    /// A string constant.
    pub fn string(text: impl Into<String>) -> Template {
        Template::Value(Value::String(text.into()))
    }

    /// BSON null.
    pub const fn null() -> Template {
        Template::Value(Value::Null)
    }

    /// The same template with this done to it; where it is a choice, to what is chosen from, however
    /// deep.
    pub fn map_branches(self, change: &mut impl FnMut(Template) -> Template) -> Template {
        match self {
            Template::When {
                condition,
                parameter,
                then,
                otherwise,
            } => Template::When {
                condition,
                parameter,
                then: Box::new(then.map_branches(change)),
                otherwise: Box::new(otherwise.map_branches(change)),
            },
            template => change(template),
        }
    }

    /// Whether this is the empty document: as a filter, one that every document passes.
    pub fn is_always(&self) -> bool {
        matches!(self, Template::Document(entries) if entries.is_empty())
    }
}

impl From<Value> for Template {
    fn from(value: Value) -> Self {
        Template::Value(value)
    }
}

impl From<&str> for Template {
    fn from(text: &str) -> Self {
        Template::string(text)
    }
}

impl From<String> for Template {
    fn from(text: String) -> Self {
        Template::string(text)
    }
}

impl From<bool> for Template {
    fn from(value: bool) -> Self {
        Template::Value(Value::Boolean(value))
    }
}

impl From<i32> for Template {
    fn from(value: i32) -> Self {
        Template::Value(Value::Int32(value))
    }
}

impl From<i64> for Template {
    fn from(value: i64) -> Self {
        Template::Value(Value::Int64(value))
    }
}
