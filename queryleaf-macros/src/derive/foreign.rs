//! Types of other crates.

use super::stored_type::Scalar;
use super::type_syntax::{text_of, type_path};
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
    help: "store a timestamp with `#[serde(with = \"queryleaf::chrono::as_timestamp\")]`, or keep the \
           text with `#[leaf(as = \"text\")]`",
    truths: Truths::Text,
};
const CHRONO_DATE: Foreign = Foreign {
    stored: Some("text"),
    help: "store a date with `#[serde(with = \"queryleaf::chrono::as_date\")]`, or keep the text with \
           `#[leaf(as = \"text\")]`",
    truths: Truths::Text,
};
const JIFF: Foreign = Foreign {
    stored: Some("text"),
    help: "store a timestamp with `#[serde(with = \"queryleaf::jiff::as_timestamp\")]`, or keep the \
           text with `#[leaf(as = \"text\")]`",
    truths: Truths::Text,
};
const JIFF_DATE: Foreign = Foreign {
    stored: Some("text"),
    help: "store a date with `#[serde(with = \"queryleaf::jiff::as_date\")]`, or keep the text with \
           `#[leaf(as = \"text\")]`",
    truths: Truths::Text,
};
const TIME: Foreign = Foreign {
    stored: Some("an array"),
    help: "store a timestamp with `#[serde(with = \"queryleaf::time::as_timestamp\")]`",
    truths: Truths::None,
};
const TIME_DATE: Foreign = Foreign {
    stored: Some("an array"),
    help: "store a date with `#[serde(with = \"queryleaf::time::as_date\")]`",
    truths: Truths::None,
};
const TEXT: Foreign = Foreign {
    stored: Some("text"),
    help: "say so with `#[leaf(as = \"text\")]`, or use `DateTime` to store a timestamp",
    truths: Truths::Text,
};
const UUID: Foreign = Foreign {
    stored: Some("bytes that are not marked as a UUID"),
    help: "store a UUID with `#[serde(with = \"queryleaf::uuid::as_uuid\")]`, or use \
           `queryleaf::bson::Uuid`",
    truths: Truths::None,
};
const DECIMAL: Foreign = Foreign {
    stored: Some("text"),
    help: "store a number with `#[serde(with = \"queryleaf::rust_decimal::as_numeric\")]`, or keep the \
           text with `#[leaf(as = \"text\")]`",
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
            (Some("time"), "Date") => TIME_DATE,
            (Some("chrono") | None, "NaiveDate") => CHRONO_DATE,
            (Some("jiff"), "Timestamp") => JIFF,
            (Some("jiff"), "Date") => JIFF_DATE,
            (Some("time") | None, "PrimitiveDateTime")
            | (Some("chrono") | None, "NaiveDateTime" | "NaiveTime")
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
}

/// The geometry that a type of `geo_types` is.
pub(super) fn geometry(name: &str) -> Option<GeometryType> {
    GeometryType::ALL
        .into_iter()
        .find(|geometry| geometry.rust_name() == name)
}
