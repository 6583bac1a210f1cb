//! Types of other crates, and the serde modules that store them.

use super::stored_type::Scalar;
use super::type_syntax::{text_of, type_path, vec_item};
use crate::errors::Errors;
use proc_macro2::Ident;
use queryleaf_compiler::types::GeometryType;
use syn::{PathArguments, Type};

/// A type of another crate that needs to be told how it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Foreign {
    /// What serde makes of it without help, where that is known.
    stored: Option<&'static str>,
    /// What to write.
    help: &'static str,
    /// Which types `#[leaf(as = "..")]` may name.
    truths: Truths,
}

/// Which types can be said of a foreign type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truths {
    Any,
    Text,
    None,
}

const CHRONO: Foreign = Foreign {
    stored: Some("text"),
    help: "store a timestamp with `#[serde(with = \
           \"queryleaf::bson::serde_helpers::chrono_datetime_as_bson_datetime\")]`, or keep the \
           text with `#[leaf(as = \"text\")]`",
    truths: Truths::Text,
};
const TIME: Foreign = Foreign {
    stored: Some("an array"),
    help: "store a timestamp with `#[serde(with = \
           \"queryleaf::bson::serde_helpers::time_0_3_offsetdatetime_as_bson_datetime\")]`",
    truths: Truths::None,
};
const TEXT: Foreign = Foreign {
    stored: Some("text"),
    help: "say so with `#[leaf(as = \"text\")]`, or use `DateTime` to store a timestamp",
    truths: Truths::Text,
};
const UUID: Foreign = Foreign {
    stored: Some("bytes that are not marked as a UUID"),
    help: "store a UUID with `#[serde(with = \
           \"queryleaf::bson::serde_helpers::uuid_1_as_binary\")]`, or use `queryleaf::bson::Uuid`",
    truths: Truths::None,
};
const DECIMAL: Foreign = Foreign {
    stored: Some("text"),
    help: "say so with `#[leaf(as = \"text\")]`, or use `Decimal128` to store a number",
    truths: Truths::Text,
};
const ADDRESS: Foreign = Foreign {
    stored: Some("a document of numbers"),
    help: "use `String` to store text, or `#[leaf(opaque)]`",
    truths: Truths::None,
};
const GEOMETRY: Foreign = Foreign {
    stored: Some("a document that is no GeoJSON"),
    help: "store GeoJSON with `#[serde(with = \"queryleaf::geo::geo_types_as_geojson\")]`, or use \
           the type of this name in `queryleaf::geo`",
    truths: Truths::None,
};
const JSON: Foreign = Foreign {
    stored: Some("any value"),
    help: "use `Bson`, or `#[leaf(opaque)]`",
    truths: Truths::Any,
};
const UNKNOWN: Foreign = Foreign {
    stored: None,
    help: "say how it is stored with `#[leaf(as = \"..\")]`, or use `#[leaf(opaque)]`",
    truths: Truths::Any,
};

impl Foreign {
    /// Whether a path that starts with this name leads into a crate whose types are known here.
    pub(crate) fn is_crate(name: &Ident) -> bool {
        let crates = [
            "chrono",
            "time",
            "jiff",
            "uuid",
            "rust_decimal",
            "serde_json",
            "geo_types",
        ];
        crates.iter().any(|known| name == known)
    }

    /// The foreign type that this is, by its name and the crate in its path.
    pub(crate) fn of_type(ty: &Type) -> Option<Foreign> {
        let (path, last) = type_path(ty)?;
        let first = path.segments.first()?;
        let from = (path.segments.len() > 1 && Foreign::is_crate(&first.ident))
            .then(|| first.ident.to_string());
        let plain = matches!(last.arguments, PathArguments::None);
        let name = last.ident.to_string();
        Some(match (from.as_deref(), name.as_str()) {
            (Some("chrono") | None, "DateTime") if !plain => CHRONO,
            (Some("time") | None, "OffsetDateTime") => TIME,
            (Some("time") | None, "PrimitiveDateTime")
            | (Some("chrono") | None, "NaiveDateTime" | "NaiveDate" | "NaiveTime")
            | (Some("jiff") | None, "Zoned")
            | (Some("jiff"), _) => TEXT,
            (Some("uuid"), "Uuid") => UUID,
            (Some("rust_decimal"), "Decimal") => DECIMAL,
            (Some("geo_types"), name) if geometry(name).is_some() => GEOMETRY,
            (
                None,
                "IpAddr" | "Ipv4Addr" | "Ipv6Addr" | "SocketAddr" | "SocketAddrV4" | "SocketAddrV6",
            ) => ADDRESS,
            (Some("serde_json"), "Value") => JSON,
            (Some(_), _) => UNKNOWN,
            (None, _) => return None,
        })
    }

    /// Whether serde can be right to store this type as that one.
    pub(crate) fn allows(self, stored: Scalar) -> bool {
        match self.truths {
            Truths::Any => true,
            Truths::Text => stored == Scalar::Text,
            Truths::None => stored == Scalar::Json,
        }
    }

    /// Reports that the stored form of a field of this type must be told.
    pub(crate) fn report(self, ty: &Type, errors: &mut Errors) {
        let name = text_of(ty);
        let message = match self.stored {
            Some(stored) => format!("serde stores `{name}` as {stored}"),
            None => format!("how serde stores `{name}` is not known"),
        };
        errors.add_with_help(ty, message, self.help);
    }

    /// A serde module or function by its last name, on a field of this type.
    pub(crate) fn of_module(name: &str, ty: &Type) -> Option<Module> {
        let of_foreign_type = matches!(
            name,
            "chrono_datetime_as_bson_datetime"
                | "chrono_datetime_as_bson_datetime_optional"
                | "time_0_3_offsetdatetime_as_bson_datetime"
                | "uuid_1_as_binary"
                | "geo_types_as_geojson"
        );
        let mut dimensions = 0;
        let stored = match name {
            "chrono_datetime_as_bson_datetime"
            | "chrono_datetime_as_bson_datetime_optional"
            | "time_0_3_offsetdatetime_as_bson_datetime"
            | "i64_as_bson_datetime"
            | "rfc3339_string_as_bson_datetime" => Scalar::Timestamp,
            "uuid_1_as_binary" => Scalar::Uuid,
            "geo_types_as_geojson" => {
                let mut item = ty;
                while let Some(inner) = vec_item(item) {
                    item = inner;
                    dimensions += 1;
                }
                let (_, last) = type_path(item)?;
                Scalar::Geometry(geometry(&last.ident.to_string())?)
            }
            "serde_bytes" => Scalar::Bytea,
            "bson_datetime_as_rfc3339_string" | "serialize_object_id_as_hex_string" => Scalar::Text,
            "hex_string_as_object_id" => Scalar::ObjectId,
            "u32_as_f64" | "u64_as_f64" => Scalar::Double,
            "serialize_u32_as_i32" | "serialize_u64_as_i32" => Scalar::Integer,
            "serialize_u32_as_i64" | "serialize_u64_as_i64" => Scalar::Bigint,
            _ => return None,
        };
        Some(Module {
            stored,
            dimensions,
            of_foreign_type,
        })
    }
}

/// The geometry that a type of `geo_types` is.
fn geometry(name: &str) -> Option<GeometryType> {
    GeometryType::ALL
        .into_iter()
        .find(|geometry| geometry.rust_name() == name)
}

/// A serde module whose stored form is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Module {
    pub(crate) stored: Scalar,
    /// Of how many dimensions an array of it is stored.
    pub(crate) dimensions: usize,
    /// Whether its Rust type is one of another crate that the runtime reads from this form, too,
    /// with the feature of that crate's name.
    pub(crate) of_foreign_type: bool,
}
