//! The serde modules whose stored form is known: those of QueryLeaf and of `bson`.

use super::foreign::geometry;
use super::inner_type::{Inner, array_of, map_of};
use super::stored_type::Scalar;
use super::type_syntax::{arguments, option_item, type_path, ungroup, vec_item};
use crate::errors::Errors;
use crate::paths::private;
use proc_macro2::TokenStream;
use queryleaf_compiler::suggestion::nearest;
use queryleaf_compiler::types::GeometryType;
use quote::quote_spanned;
use syn::{LitStr, Path, Type};

/// A serde module whose stored form is known.
pub(super) struct Module {
    /// What a value is stored as.
    stored: Scalar,
    /// Whether its Rust type is one of another crate that the runtime reads from this form, too,
    /// with the feature of that crate's name.
    pub(super) of_foreign_type: bool,
    /// What asserts that the path leads to the module, where the path alone does not tell.
    pub(super) assertion: TokenStream,
}

/// The modules of QueryLeaf by the paths below the crate.
const OWN: [(&str, &str, Option<Scalar>); 9] = [
    ("chrono", "as_timestamp", Some(Scalar::Timestamp)),
    ("chrono", "as_date", Some(Scalar::Date)),
    ("jiff", "as_timestamp", Some(Scalar::Timestamp)),
    ("jiff", "as_date", Some(Scalar::Date)),
    ("time", "as_timestamp", Some(Scalar::Timestamp)),
    ("time", "as_date", Some(Scalar::Date)),
    ("uuid", "as_uuid", Some(Scalar::Uuid)),
    ("rust_decimal", "as_numeric", Some(Scalar::Numeric)),
    // What it stores depends on the type.
    ("geo", "geo_types_as_geojson", None),
];

/// The modules and functions in `bson::serde_helpers`, and whether they are for types of other crates.
const OF_BSON: [(&str, Scalar, bool); 15] = [
    ("chrono_datetime_as_bson_datetime", Scalar::Timestamp, true),
    (
        "chrono_datetime_as_bson_datetime_optional",
        Scalar::Timestamp,
        true,
    ),
    (
        "time_0_3_offsetdatetime_as_bson_datetime",
        Scalar::Timestamp,
        true,
    ),
    ("uuid_1_as_binary", Scalar::Uuid, true),
    ("i64_as_bson_datetime", Scalar::Timestamp, false),
    ("rfc3339_string_as_bson_datetime", Scalar::Timestamp, false),
    ("bson_datetime_as_rfc3339_string", Scalar::Text, false),
    ("serialize_object_id_as_hex_string", Scalar::Text, false),
    ("hex_string_as_object_id", Scalar::ObjectId, false),
    ("u32_as_f64", Scalar::Double, false),
    ("u64_as_f64", Scalar::Double, false),
    ("serialize_u32_as_i32", Scalar::Integer, false),
    ("serialize_u64_as_i32", Scalar::Integer, false),
    ("serialize_u32_as_i64", Scalar::Bigint, false),
    ("serialize_u64_as_i64", Scalar::Bigint, false),
];

impl Module {
    /// The module at the path in an attribute, on a field of this type; where what it stores is not
    /// known, that is an error.
    pub(super) fn of(with: &LitStr, ty: &Type, errors: &mut Errors) -> Option<Module> {
        let path = with.value();
        let names: Vec<&str> = path
            .trim_start_matches("::")
            .split("::")
            .map(str::trim)
            .collect();
        let found = match names[..] {
            ["serde_bytes"] => Ok(Module::surely(Scalar::Bytea, false)),
            ["queryleaf", "bson", "serde_helpers", name]
            | ["queryleaf", "mongodb", "bson", "serde_helpers", name]
            | ["mongodb", "bson", "serde_helpers", name]
            | ["bson", "serde_helpers", name] => Module::of_bson(name),
            ["queryleaf", parent, name] => OWN
                .iter()
                .find(|(of, own, _)| (*of, *own) == (parent, name))
                .and_then(|(.., stored)| stored.or_else(|| geometry_of(ty)))
                .map(|stored| Module::surely(stored, true))
                .ok_or_else(|| match nearest(name, OWN.map(|(_, own, _)| own)) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => SAY_IT.to_owned(),
                }),
            [.., name] => Module::of_name(name, with, ty),
            [] => Err(SAY_IT.to_owned()),
        };
        found
            .map_err(|help| {
                let message = format!("what `{path}` stores is not known");
                errors.add_with_help(with, message, help);
            })
            .ok()
    }

    /// What a field of this type is stored as.
    pub(super) fn inner(&self, ty: &Type) -> Inner {
        let ty = ungroup(ty);
        if !self.of_foreign_type {
            return Inner::scalar(self.stored);
        }
        match (vec_item(ty), map_value(ty)) {
            (Some(item), _) => array_of(self.item(item), 1),
            (None, Some(value)) => map_of(&self.item(value)),
            (None, None) => Inner::foreign(self.stored),
        }
    }

    fn item(&self, ty: &Type) -> Inner {
        match option_item(ty) {
            Some(item) => Inner {
                nullable: true,
                ..self.inner(item)
            },
            None => self.inner(ty),
        }
    }

    fn surely(stored: Scalar, of_foreign_type: bool) -> Module {
        Module {
            stored,
            of_foreign_type,
            assertion: TokenStream::new(),
        }
    }

    fn of_bson(name: &str) -> Result<Module, String> {
        let known = OF_BSON.iter().find(|(known, ..)| *known == name);
        match known {
            Some((_, stored, of_foreign_type)) => Ok(Module::surely(*stored, *of_foreign_type)),
            None => Err(SAY_IT.to_owned()),
        }
    }

    /// A module that was imported: those of QueryLeaf have a mark by which rustc knows them, those of
    /// others have none.
    fn of_name(name: &str, with: &LitStr, ty: &Type) -> Result<Module, String> {
        if Module::of_bson(name).is_ok() {
            return Err(format!(
                "if it is the one of bson, write its whole path, `bson::serde_helpers::{name}`; else say \
                 what it stores with `#[leaf(as = \"..\")]`"
            ));
        }
        let stored = OWN
            .iter()
            .find(|(_, own, _)| *own == name)
            .and_then(|(.., stored)| stored.or_else(|| geometry_of(ty)));
        let (Some(stored), Ok(path)) = (stored, with.parse::<Path>()) else {
            return Err(SAY_IT.to_owned());
        };
        let private = private();
        // All geometries are stored by one module.
        let marker = match stored {
            Scalar::Geometry(_) => Scalar::Geometry(GeometryType::Any).marker(),
            other => other.marker(),
        };
        // A glob import of an inner block goes before one of an outer block: the name is the
        // module's own if it has it.
        let assertion = quote_spanned! {with.span()=>
            #[allow(unused_imports)]
            const _: () = {
                use #private::other_module::*;
                const _: () = {
                    use #path::*;
                    #private::is_stored_by::<#marker, _>(&STORED_BY)
                };
            };
        };
        Ok(Module {
            assertion,
            ..Module::surely(stored, true)
        })
    }
}

const SAY_IT: &str =
    "say it with `#[leaf(as = \"text\")]` or another type, or with `#[leaf(opaque)]`";

/// The values of a map.
fn map_value(ty: &Type) -> Option<&Type> {
    let (_, last) = type_path(ty)?;
    match arguments(last)[..] {
        [_, value] if last.ident == "HashMap" || last.ident == "BTreeMap" => Some(value),
        _ => None,
    }
}

/// The geometry that a type of `geo_types` is, or what holds such.
fn geometry_of(ty: &Type) -> Option<Scalar> {
    let mut item = ungroup(ty);
    while let Some(inner) = vec_item(item)
        .or_else(|| option_item(item))
        .or_else(|| map_value(item))
    {
        item = ungroup(inner);
    }
    let (_, last) = type_path(item)?;
    geometry(&last.ident.to_string()).map(Scalar::Geometry)
}
