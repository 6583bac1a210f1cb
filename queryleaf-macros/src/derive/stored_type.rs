//! The SQL types that a field can be stored as, with all their names.

use crate::paths::marker;
use proc_macro2::TokenStream;
use queryleaf_compiler::suggestion::nearest;
use queryleaf_compiler::types::GeometryType;

/// A SQL type without structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar {
    Boolean,
    Integer,
    Bigint,
    Double,
    Numeric,
    Text,
    Timestamp,
    Date,
    Interval,
    Uuid,
    ObjectId,
    Bytea,
    Json,
    Document,
    Geometry(GeometryType),
}

impl Scalar {
    /// The names that `#[leaf(as = "..")]` takes, PostgreSQL's among them.
    const NAMES: [(&'static str, Scalar); 30] = [
        ("boolean", Scalar::Boolean),
        ("bool", Scalar::Boolean),
        ("integer", Scalar::Integer),
        ("int", Scalar::Integer),
        ("int4", Scalar::Integer),
        ("bigint", Scalar::Bigint),
        ("int8", Scalar::Bigint),
        ("double precision", Scalar::Double),
        ("double", Scalar::Double),
        ("float8", Scalar::Double),
        ("numeric", Scalar::Numeric),
        ("decimal", Scalar::Numeric),
        ("text", Scalar::Text),
        ("timestamp", Scalar::Timestamp),
        ("timestamptz", Scalar::Timestamp),
        ("date", Scalar::Date),
        ("interval", Scalar::Interval),
        ("uuid", Scalar::Uuid),
        ("objectid", Scalar::ObjectId),
        ("bytea", Scalar::Bytea),
        ("json", Scalar::Json),
        ("jsonb", Scalar::Json),
        ("document", Scalar::Document),
        ("geometry", Scalar::Geometry(GeometryType::Any)),
        ("point", Scalar::Geometry(GeometryType::Point)),
        ("linestring", Scalar::Geometry(GeometryType::LineString)),
        ("polygon", Scalar::Geometry(GeometryType::Polygon)),
        ("multipoint", Scalar::Geometry(GeometryType::MultiPoint)),
        (
            "multilinestring",
            Scalar::Geometry(GeometryType::MultiLineString),
        ),
        ("multipolygon", Scalar::Geometry(GeometryType::MultiPolygon)),
    ];

    /// The type's name in a schema text.
    pub(crate) fn schema_name(self) -> &'static str {
        match self {
            Scalar::Boolean => "boolean",
            Scalar::Integer => "integer",
            Scalar::Bigint => "bigint",
            Scalar::Double => "double",
            Scalar::Numeric => "numeric",
            Scalar::Text => "text",
            Scalar::Timestamp => "timestamp",
            Scalar::Date => "date",
            Scalar::Interval => "interval",
            Scalar::Uuid => "uuid",
            Scalar::ObjectId => "objectid",
            Scalar::Bytea => "bytea",
            Scalar::Json => "json",
            Scalar::Document => "document",
            Scalar::Geometry(geometry) => geometry.name(),
        }
    }

    /// The type's marker.
    pub(crate) fn marker(self) -> TokenStream {
        marker(match self {
            Scalar::Boolean => "Boolean",
            Scalar::Integer => "Integer",
            Scalar::Bigint => "Bigint",
            Scalar::Double => "Double",
            Scalar::Numeric => "Numeric",
            Scalar::Text => "Text",
            Scalar::Timestamp => "Timestamp",
            Scalar::Date => "Date",
            Scalar::Interval => "Interval",
            Scalar::Uuid => "Uuid",
            Scalar::ObjectId => "ObjectId",
            Scalar::Bytea => "Bytea",
            Scalar::Json => "Json",
            Scalar::Document => "Document",
            Scalar::Geometry(geometry) => geometry.rust_name(),
        })
    }
}

/// A type that `#[leaf(as = "..")]` names: a scalar, or an array of arrays of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StoredType {
    pub(crate) scalar: Scalar,
    /// How many `[]` follow it.
    pub(crate) dimensions: usize,
}

impl StoredType {
    /// Reads the name of a type; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<StoredType, String> {
        let mut rest = text.trim();
        let mut dimensions = 0;
        while let Some(item) = rest.strip_suffix("[]") {
            rest = item.trim_end();
            dimensions += 1;
        }
        if dimensions > 6 {
            return Err("an array has at most 6 dimensions".to_owned());
        }
        let lower = rest.to_ascii_lowercase();
        let known = Scalar::NAMES.iter().find(|(name, _)| *name == lower);
        match known {
            Some((_, scalar)) => Ok(StoredType {
                scalar: *scalar,
                dimensions,
            }),
            None => Err(match nearest(rest, Scalar::NAMES.map(|(name, _)| name)) {
                Some(nearest) => {
                    format!("there is no type `{rest}`\n\nhelp: did you mean `{nearest}`?")
                }
                None => format!(
                    "there is no type `{rest}`\n\nhelp: the types are boolean, integer, bigint, \
                     double precision, numeric, text, timestamp, date, interval, uuid, objectid, \
                     bytea, jsonb, document, geometry, point, linestring, polygon, multipoint, \
                     multilinestring, multipolygon, and arrays of these such as `text[]`"
                ),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_types() {
        let parse = StoredType::parse;
        let scalar = |scalar| {
            Ok(StoredType {
                scalar,
                dimensions: 0,
            })
        };
        assert_eq!(parse("text"), scalar(Scalar::Text));
        assert_eq!(parse(" DOUBLE precision "), scalar(Scalar::Double));
        assert_eq!(
            parse("int [] []"),
            Ok(StoredType {
                scalar: Scalar::Integer,
                dimensions: 2
            })
        );
        assert!(parse("txet").is_err_and(|message| message.contains("did you mean `text`")));
        assert!(parse("").is_err_and(|message| message.contains("the types are")));
        assert!(parse(&"[]".repeat(1000)).is_err());
    }

    /// Every type's name in a schema text is read back.
    #[test]
    fn schema_names_are_known_to_the_schema() {
        for (_, scalar) in Scalar::NAMES {
            let text = format!("struct A {{\"a\" a: {};}}", scalar.schema_name());
            assert!(queryleaf_compiler::schema::parse(&text).is_ok(), "{text}");
        }
    }
}
