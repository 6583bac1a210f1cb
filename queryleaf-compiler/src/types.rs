//! SQL types, as the compiler reasons about them.

mod event;

pub use crate::geometry::GeometryType;
pub use event::{EventDocument, EventPart, NAMED_COLLECTION, NAMED_DOCUMENT, OPERATION_TYPES};
use std::fmt;
use std::sync::Arc;

/// The SQL type of a column or expression.
///
/// Whether a value may be `NULL` is not part of the type: it travels beside it.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// `boolean`.
    Boolean,
    /// `integer`: 32 bits.
    Integer,
    /// `bigint`: 64 bits.
    Bigint,
    /// `double precision`.
    Double,
    /// `numeric`: Decimal128, 34 significant digits.
    Numeric,
    /// `text`.
    Text,
    /// `timestamptz`, in milliseconds.
    Timestamp,
    /// `date`: stored and returned as midnight UTC.
    Date,
    /// `interval`: months, days and milliseconds.
    Interval,
    /// `uuid`: BSON binary of subtype 4.
    Uuid,
    /// MongoDB's ObjectId, which PostgreSQL lacks.
    ObjectId,
    /// `bytea`: BSON binary of subtype 0.
    Bytea,
    /// `jsonb`: any BSON value.
    Json,
    /// `jsonb` that is known to be a document.
    Document,
    /// A geometry: GeoJSON, which PostgreSQL has with PostGIS.
    Geometry(GeometryType),
    /// An array.
    Array(Box<Item>),
    /// A document with string keys that the schema does not list, all of one type.
    Map(Box<Item>),
    /// A document with declared fields: a struct of the user's.
    Struct(Reference<StructType>),
    /// One of a declared set of names: an enum of the user's.
    Enum(Reference<EnumType>),
    /// A part of a change event, which no table has.
    Event(EventPart),
    /// Not known yet: `NULL`, or a quoted literal or parameter whose use decides its type.
    Unknown,
}

/// The items of an array, or the values of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Their type.
    pub ty: Type,
    /// Whether an item may be `NULL`.
    pub nullable: bool,
    /// Whether the Rust type of an item is the user's own, stored as [`ty`](Item::ty).
    pub own: bool,
}

/// A type that the user declared, with the way to its Rust type.
#[derive(Debug, Clone)]
pub struct Reference<T> {
    /// The declaration.
    pub definition: Arc<T>,
    /// The field through which the query's tables reach the Rust type; `None` in a bare schema.
    pub rust: Option<FieldPath>,
}

/// Two references are the same type when the declarations agree, however they were reached.
impl<T: PartialEq> PartialEq for Reference<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.definition, &other.definition) || self.definition == other.definition
    }
}

impl<T> Reference<T> {
    /// A reference out of reach of any query.
    pub fn new(definition: T) -> Self {
        Reference {
            definition: Arc::new(definition),
            rust: None,
        }
    }
}

/// A struct with `#[derive(Embedded)]`.
#[derive(Debug, Clone, PartialEq)]
pub struct StructType {
    /// The name of the Rust struct.
    pub name: String,
    /// Whether a stored document has no other fields: `deny_unknown_fields`.
    pub closed: bool,
    /// Its fields in the order of their declaration, which is also their number.
    pub fields: Vec<Field>,
}

/// A field of a collection or of an embedded struct.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The stored name, which is the column's name in SQL unless [`alias`](Field::alias) says
    /// otherwise.
    pub name: String,
    /// The column's name in SQL where that is not the stored one, as in the collections whose stored
    /// form MongoDB prescribes: `chunk_size` of a file is stored as `chunkSize`.
    pub alias: Option<String>,
    /// The name of the Rust field.
    pub rust_name: String,
    /// Whether the struct can be used in places where the Rust field cannot.
    pub hidden: bool,
    /// Its SQL type.
    pub ty: Type,
    /// Whether it may be `NULL`: BSON null or missing.
    pub nullable: bool,
    /// Whether `NULL` is a field that is not there, since its Rust type is no `Option`: serde could
    /// not read a BSON null.
    pub absent: bool,
    /// Whether its Rust type is the user's own, stored as [`ty`](Field::ty).
    pub own: bool,
    /// What its values are limited to, beyond their type.
    pub limits: Limits,
    /// The SQL text of what an `INSERT` that leaves the field out writes: `DEFAULT`.
    pub default: Option<String>,
}

impl Field {
    /// The column's name in SQL.
    pub fn column(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }

    /// Whether a document without it says as much as one with an empty document: of the metadata of a
    /// file, that it needs none.
    pub fn may_be_left_out(&self) -> bool {
        match &self.ty {
            Type::Document => true,
            Type::Struct(reference) => {
                let mut fields = reference.definition.fields.iter();
                fields.all(|field| field.nullable)
            }
            _ => false,
        }
    }
}

/// What the values of a field are limited to, beyond their type; in an array or a map, each of its
/// values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// The most characters of a text: `VARCHAR(n)`.
    pub max_length: Option<u32>,
    /// The digits of a number: `DECIMAL(p, s)`.
    pub precision: Option<Precision>,
    /// The smallest and the largest integer that the Rust type holds, where that is less than the
    /// SQL type.
    pub range: Option<(i64, i64)>,
}

/// The digits of a `DECIMAL(p, s)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Precision {
    /// How many digits there are in all, 1 to 34.
    pub precision: u8,
    /// How many of them stand behind the point, not more than there are.
    pub scale: u8,
}

/// An enum with `#[derive(SqlEnum)]`.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumType {
    /// The name of the Rust enum.
    pub name: String,
    /// Its variants in the order of their declaration.
    pub variants: Vec<Variant>,
}

/// A variant of an enum.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// The name by which SQL text refers to it: the stored text, or the Rust name where an integer
    /// is stored.
    pub name: String,
    /// What is stored.
    pub stored: StoredVariant,
}

/// The stored form of an enum's variant. All variants of one enum use the same form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredVariant {
    /// A string.
    Text(String),
    /// An integer.
    Integer(i64),
}

/// The way from a table of the query to a Rust type: "the type of field 3 of the first table",
/// "of field 1 of an item of that".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPath {
    /// The table, counted from 0 in the order of [`Query::tables`](crate::Query).
    pub table: usize,
    /// The steps from the collection's struct inwards. `Option` takes no step: every step looks
    /// through it.
    pub steps: Vec<Step>,
}

/// A step of a [`FieldPath`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To the field of this number.
    Field(usize),
    /// To the items of an array or the values of a map.
    Item,
}

impl Type {
    /// Whether this is one of the number types.
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Type::Integer | Type::Bigint | Type::Double | Type::Numeric
        )
    }

    /// Whether this is one of the integer types.
    pub fn is_integer(&self) -> bool {
        matches!(self, Type::Integer | Type::Bigint)
    }

    /// Whether values of this type are documents, or may be: they have no order, and their equality
    /// on the server is not SQL's.
    pub fn is_document(&self) -> bool {
        match self {
            Type::Json
            | Type::Document
            | Type::Geometry(_)
            | Type::Event(_)
            | Type::Struct(_)
            | Type::Map(_) => true,
            Type::Boolean
            | Type::Integer
            | Type::Bigint
            | Type::Double
            | Type::Numeric
            | Type::Text
            | Type::Timestamp
            | Type::Date
            | Type::Interval
            | Type::Uuid
            | Type::ObjectId
            | Type::Bytea
            | Type::Array(_)
            | Type::Enum(_)
            | Type::Unknown => false,
        }
    }

    /// Whether every value of this type is a document, unless it is `NULL`.
    pub(crate) fn is_certain_document(&self) -> bool {
        self.is_document() && *self != Type::Json
    }

    /// An array of this type whose items cannot be `NULL`.
    pub fn array(self) -> Type {
        Type::Array(Box::new(Item {
            ty: self,
            nullable: false,
            own: false,
        }))
    }
}

/// The name that error messages and `docs/sql.md` use, PostgreSQL's where it has one.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Boolean => f.write_str("boolean"),
            Type::Integer => f.write_str("integer"),
            Type::Bigint => f.write_str("bigint"),
            Type::Double => f.write_str("double precision"),
            Type::Numeric => f.write_str("numeric"),
            Type::Text => f.write_str("text"),
            Type::Timestamp => f.write_str("timestamp"),
            Type::Date => f.write_str("date"),
            Type::Interval => f.write_str("interval"),
            Type::Uuid => f.write_str("uuid"),
            Type::ObjectId => f.write_str("objectid"),
            Type::Bytea => f.write_str("bytea"),
            Type::Json => f.write_str("jsonb"),
            Type::Document => f.write_str("document"),
            Type::Geometry(geometry) => f.write_str(geometry.name()),
            Type::Array(item) => write!(f, "{}[]", item.ty),
            Type::Map(item) => write!(f, "map of {}", item.ty),
            Type::Struct(reference) => write!(f, "struct {}", reference.definition.name),
            Type::Enum(reference) => write!(f, "enum {}", reference.definition.name),
            Type::Event(part) => part.value().fmt(f),
            Type::Unknown => f.write_str("unknown"),
        }
    }
}
