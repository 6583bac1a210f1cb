//! The columns that random expressions are made of.

use super::Kind;
use crate::schema::TABLES;
use queryleaf_compiler::types::{Field, Type};

/// Columns whose values leave the range of most operations at once.
const EXTREME: [&str; 4] = ["edge_small", "edge_large", "edge_ratio", "vast"];

/// The columns of a table, those of its structs included.
pub(super) fn of(table: &str) -> Vec<(Kind, String)> {
    let table = TABLES
        .iter()
        .find(|known| known.collection.name == table)
        .expect("a table");
    let mut columns = Vec::new();
    for field in &table.collection.fields {
        if !EXTREME.contains(&field.name.as_str()) {
            add(field, &field.name, &mut columns);
        }
    }
    columns
}

fn add(field: &Field, path: &str, columns: &mut Vec<(Kind, String)>) {
    let kind = match &field.ty {
        Type::Boolean => Kind::Boolean,
        Type::Integer => Kind::Integer,
        Type::Bigint => Kind::Bigint,
        Type::Numeric => Kind::Numeric,
        Type::Double => Kind::Double,
        Type::Text => Kind::Text,
        Type::Timestamp => Kind::Timestamp,
        Type::Date => Kind::Date,
        Type::ObjectId => Kind::ObjectId,
        Type::Array(item) => match item.ty {
            Type::Integer => Kind::Integers,
            Type::Text => Kind::Texts,
            _ => return,
        },
        Type::Struct(reference) => {
            for field in &reference.definition.fields {
                add(field, &format!("{path}.{}", field.name), columns);
            }
            return;
        }
        Type::Enum(_) => {
            columns.push((Kind::Text, format!("{path}::text")));
            return;
        }
        _ => return,
    };
    columns.push((kind, path.to_owned()));
}
