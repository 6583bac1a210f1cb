//! From a stored path to the type it reaches, as an index sees it.

use crate::suggestion::nearest;
use crate::types::{Field, GeometryType, Type};

/// What a stored path reaches.
pub(super) struct Resolved<'a> {
    /// The type, looking through arrays; `None` where documents are not declared any further.
    pub(super) ty: Option<&'a Type>,
    /// The path of the innermost array on the way, the last field included.
    pub(super) array: Option<Vec<String>>,
    /// Whether the last field itself is an array.
    pub(super) is_array: bool,
}

/// The first name of a path that is not known.
pub(super) struct Unknown<'a> {
    name: &'a str,
    /// The path that leads to it.
    parent: &'a [String],
    /// What stands there instead of fields.
    scalar: Option<&'a Type>,
    /// The known name that was most likely meant.
    pub(super) nearest: Option<&'a str>,
}

impl Unknown<'_> {
    pub(super) fn message(&self) -> String {
        let Unknown { name, parent, .. } = self;
        let parent = parent.join(".");
        match self.scalar {
            Some(ty) => format!("no field `{name}` in `{parent}`, which is of type {ty}"),
            None if parent.is_empty() => format!("no field `{name}` in this collection"),
            None => format!("no field `{name}` in `{parent}`"),
        }
    }
}

/// Follows a path through structs, and through arrays as the server's dotted paths do.
pub(super) fn resolve<'a>(
    fields: &'a [Field],
    path: &'a [String],
) -> Result<Resolved<'a>, Unknown<'a>> {
    let mut fields = fields;
    let mut resolved = Resolved {
        ty: None,
        array: None,
        is_array: false,
    };
    for (depth, name) in path.iter().enumerate() {
        let last = depth + 1 == path.len();
        if last && name == "$**" {
            return Ok(resolved);
        }
        let Some(field) = fields.iter().find(|field| field.name == *name) else {
            // Every document has an `_id`, declared or not.
            if depth == 0 && name == "_id" {
                return Ok(resolved);
            }
            return Err(Unknown {
                name,
                parent: path.get(..depth).unwrap_or_default(),
                scalar: None,
                nearest: nearest(name, fields.iter().map(|field| field.name.as_str())),
            });
        };
        let mut ty = &field.ty;
        resolved.is_array = matches!(ty, Type::Array(_));
        while let Type::Array(item) = ty {
            resolved.array = path.get(..=depth).map(<[String]>::to_vec);
            ty = &item.ty;
        }
        resolved.ty = Some(ty);
        if last {
            return Ok(resolved);
        }
        match ty {
            Type::Struct(reference) => fields = &reference.definition.fields,
            Type::Map(_) | Type::Json | Type::Document | Type::Event(_) | Type::Unknown => {
                resolved.ty = None;
                resolved.is_array = false;
                return Ok(resolved);
            }
            Type::Geometry(geometry) => {
                let key = path.get(depth + 1).map_or("", String::as_str);
                if geometry.key(key).is_none() {
                    return Err(Unknown {
                        name: key,
                        parent: path.get(..=depth).unwrap_or_default(),
                        scalar: Some(ty),
                        nearest: nearest(key, GeometryType::KEYS),
                    });
                }
                resolved.ty = None;
                resolved.is_array = false;
                return Ok(resolved);
            }
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
            | Type::Enum(_) => {
                return Err(Unknown {
                    name: path.get(depth + 1).map_or("", String::as_str),
                    parent: path.get(..=depth).unwrap_or_default(),
                    scalar: Some(ty),
                    nearest: None,
                });
            }
        }
    }
    Ok(resolved)
}
