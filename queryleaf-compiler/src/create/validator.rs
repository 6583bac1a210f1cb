//! The validator of a collection: a `$jsonSchema` of what serde writes for its struct.
//!
//! A column that may be `NULL` is null or missing (only missing where serde could not read a null); one
//! that may not is required. Fields that the
//! struct does not declare are allowed, as older and newer versions of a program may write them,
//! unless the struct is closed.

use super::{binary, null};
use crate::lower::decimal::decimal128;
use crate::schema::{BucketStorage, Collection, Storage};
use crate::types::{EnumType, Field, GeometryType, Item, Limits, Precision, StoredVariant, Type};
use queryleaf_plan::{Template, Value};

/// The validator of a collection, with the clauses of its checks.
pub(super) fn validator(collection: &Collection, checks: Vec<Template>) -> Template {
    let declared = collection.fields.iter().any(|field| field.name == "_id");
    // The server adds an `_id` to a document without one.
    let added: &[&str] = if declared { &[] } else { &["_id"] };
    let fields: Vec<Field> = match collection.bucket() {
        Some(_) => collection.fields.iter().map(of_file).collect(),
        None => collection.fields.clone(),
    };
    let schema = Schema::object(&fields, collection.closed, added, false);
    let schema = Template::entry("$jsonSchema", schema.finish());
    let mut clauses = binary::clauses(&fields);
    clauses.extend(content_types(collection));
    clauses.extend(checks);
    if clauses.is_empty() {
        return schema;
    }
    clauses.insert(0, schema);
    Template::entry("$and", Template::Array(clauses))
}

/// A field of a file: drivers store no metadata where nobody has given any, which is as good as none of
/// its fields.
fn of_file(field: &Field) -> Field {
    Field {
        nullable: field.nullable || field.may_be_left_out(),
        ..field.clone()
    }
}

/// The clause of the content types, where some are kinds; an enum stands in the schema itself.
fn content_types(collection: &Collection) -> Option<Template> {
    let Storage::Bucket(bucket) = &collection.storage else {
        return None;
    };
    let declared = &bucket.content_types;
    if !declared
        .iter()
        .any(|name| BucketStorage::kind(name).is_some())
    {
        return None;
    }
    let clauses = declared.iter().map(|name| {
        let of_kind = |kind| Template::entry("$regex", Template::string(beginning(kind)));
        let value = BucketStorage::kind(name).map(of_kind);
        Template::entry(
            "contentType",
            value.unwrap_or_else(|| Template::string(&**name)),
        )
    });
    Some(Template::entry("$or", Template::array(clauses)))
}

/// The pattern of what begins with this text.
fn beginning(text: &str) -> String {
    let escaped = text
        .chars()
        .map(|letter| match letter.is_ascii_alphanumeric() {
            true => letter.to_string(),
            false => format!("\\{letter}"),
        });
    format!("^{}", escaped.collect::<String>())
}

/// The schema of a value.
#[derive(Default)]
struct Schema {
    /// The BSON types; any, where there are none.
    types: Vec<&'static str>,
    rules: Vec<(&'static str, Template)>,
}

impl Schema {
    fn of(types: &[&'static str]) -> Self {
        Schema {
            types: types.to_vec(),
            rules: Vec::new(),
        }
    }

    fn rule(mut self, name: &'static str, value: impl Into<Template>) -> Self {
        self.rules.push((name, value.into()));
        self
    }

    /// A value that may be null as well.
    fn or_null(mut self, nullable: bool) -> Self {
        if !nullable || self.types.is_empty() {
            return self;
        }
        self.types.push("null");
        for (name, value) in &mut self.rules {
            if let ("enum", Template::Array(values)) = (*name, value) {
                values.push(null());
            }
        }
        self
    }

    fn finish(self) -> Template {
        let types = match &self.types[..] {
            [] => None,
            [only] => Some(Template::string(*only)),
            many => Some(Template::array(many.iter().map(|ty| Template::string(*ty)))),
        };
        let types = types.map(|types| ("bsonType", types));
        Template::document(types.into_iter().chain(self.rules))
    }

    /// A document with these fields; `added` are fields that may be there, too.
    fn object(fields: &[Field], closed: bool, added: &[&str], nullable: bool) -> Self {
        let mut schema = Schema::of(&["object"]);
        let required: Vec<Template> = fields
            .iter()
            .filter(|field| !field.nullable)
            .map(|field| Template::string(&*field.name))
            .collect();
        // The server refuses an empty list.
        if !required.is_empty() {
            schema = schema.rule("required", Template::Array(required));
        }
        let mut properties: Vec<(String, Template)> = fields
            .iter()
            .map(|field| {
                let schema =
                    Schema::value(&field.ty, field.nullable && !field.absent, &field.limits);
                (field.name.clone(), schema.finish())
            })
            .collect();
        if closed {
            let added = added
                .iter()
                .map(|name| ((*name).to_owned(), Template::ALWAYS));
            properties.extend(added);
        }
        if !properties.is_empty() {
            schema = schema.rule("properties", Template::Document(properties));
        }
        if closed {
            schema = schema.rule("additionalProperties", false);
        }
        schema.or_null(nullable)
    }

    /// A value of this type.
    fn value(ty: &Type, nullable: bool, limits: &Limits) -> Self {
        let schema = match ty {
            Type::Boolean => Schema::of(&["bool"]),
            Type::Integer => Schema::of(&["int"]).range(limits.range),
            // Every int is a bigint, and the server's arithmetic makes ints of what fits.
            Type::Bigint => Schema::of(&["long", "int"]).range(limits.range),
            Type::Double => Schema::of(&["double"]),
            Type::Numeric => Schema::of(&["decimal"]).digits(limits.precision),
            Type::Text => Schema::of(&["string"]).length(limits.max_length),
            Type::Timestamp | Type::Date => Schema::of(&["date"]),
            Type::Interval => Schema::interval(),
            Type::Uuid | Type::Bytea => Schema::of(&["binData"]),
            Type::ObjectId => Schema::of(&["objectId"]),
            // No collection has a field that is a part of an event.
            Type::Json | Type::Event(_) | Type::Unknown => return Schema::default(),
            Type::Document => Schema::of(&["object"]),
            Type::Geometry(geometry) => Schema::geometry(*geometry),
            Type::Array(item) => Schema::of(&["array"]).inner("items", Schema::item(item, limits)),
            Type::Map(item) => {
                Schema::of(&["object"]).inner("additionalProperties", Schema::item(item, limits))
            }
            Type::Struct(reference) => {
                let definition = &reference.definition;
                return Schema::object(&definition.fields, definition.closed, &[], nullable);
            }
            Type::Enum(reference) => Schema::variants(&reference.definition),
        };
        schema.or_null(nullable)
    }

    fn item(item: &Item, limits: &Limits) -> Self {
        Schema::value(&item.ty, item.nullable, limits)
    }

    /// A rule for the values inside, unless they can be anything.
    fn inner(self, name: &'static str, schema: Schema) -> Self {
        let schema = schema.finish();
        if schema.is_always() {
            return self;
        }
        self.rule(name, schema)
    }

    fn variants(definition: &EnumType) -> Self {
        let mut of_text = true;
        let stored = definition
            .variants
            .iter()
            .map(|variant| match &variant.stored {
                StoredVariant::Text(text) => Template::string(&**text),
                StoredVariant::Integer(value) => {
                    of_text = false;
                    let short = i32::try_from(*value).map(Template::from);
                    short.unwrap_or_else(|_| Template::from(*value))
                }
            });
        let stored = Template::array(stored);
        let types: &[&str] = if of_text {
            &["string"]
        } else {
            &["int", "long"]
        };
        Schema::of(types).rule("enum", stored)
    }

    /// GeoJSON. Whether places are on the earth and rings are closed, a 2dsphere index checks.
    fn geometry(geometry: GeometryType) -> Self {
        let kinds = GeometryType::ALL.into_iter().filter(|kind| match geometry {
            GeometryType::Any => *kind != GeometryType::Any,
            only => *kind == only,
        });
        let mut names: Vec<Template> = kinds.map(|kind| kind.rust_name().into()).collect();
        let mut required = vec![Template::from("type")];
        let mut properties = Vec::new();
        match geometry.dimensions() {
            Some(dimensions) => {
                let position = Schema::of(&["array"])
                    .rule("minItems", 2)
                    .rule("maxItems", 2)
                    .inner("items", Schema::of(&["number"]));
                let coordinates = (1..dimensions).fold(position, |items, _| {
                    Schema::of(&["array"]).inner("items", items)
                });
                required.push("coordinates".into());
                properties.push(("coordinates", coordinates.finish()));
            }
            None => names.push("GeometryCollection".into()),
        }
        let kind = Template::entry("enum", Template::Array(names));
        properties.insert(0, ("type", kind));
        Schema::of(&["object"])
            .rule("required", Template::Array(required))
            .rule("properties", Template::document(properties))
    }

    fn interval() -> Self {
        let part = |ty| Schema::of(ty).finish();
        let properties = Template::document([
            ("months", part(&["int"])),
            ("days", part(&["int"])),
            ("milliseconds", part(&["long", "int"])),
        ]);
        let required = ["months", "days", "milliseconds"].map(Template::from);
        Schema::of(&["object"])
            .rule("required", Template::array(required))
            .rule("properties", properties)
    }

    fn range(self, range: Option<(i64, i64)>) -> Self {
        let Some((smallest, largest)) = range else {
            return self;
        };
        self.rule("minimum", smallest).rule("maximum", largest)
    }

    fn length(self, most: Option<u32>) -> Self {
        match most {
            Some(most) => self.rule("maxLength", i64::from(most)),
            None => self,
        }
    }

    /// `DECIMAL(p, s)`: between the largest numbers of so many digits, and a multiple of the last
    /// digit's unit.
    fn digits(self, limit: Option<Precision>) -> Self {
        let Some(Precision { precision, scale }) = limit else {
            return self;
        };
        let nines = "9".repeat(usize::from(precision));
        let largest = format!("{nines}e-{scale}");
        let bounds = [
            ("minimum", format!("-{largest}")),
            ("maximum", largest),
            ("multipleOf", format!("1e-{scale}")),
        ];
        bounds.into_iter().fold(self, |schema, (name, number)| {
            match decimal128(&number) {
                Some(bytes) => schema.rule(name, Value::Decimal128(bytes)),
                // Every number of at most 34 digits fits.
                None => schema,
            }
        })
    }
}
