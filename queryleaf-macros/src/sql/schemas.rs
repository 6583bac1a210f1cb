//! The schemas of the tables that queries name, each read once.

use crate::string_literal;
use proc_macro2::Literal;
use queryleaf_compiler::schema::{self, ChangeStream, Collection, Definition, ParseError};
use std::sync::{Arc, Mutex, PoisonError};

/// How many schemas are kept: a program with more tables reads some of them again.
const MOST: usize = 256;

/// Those of this run of rustc, by the source of their literals. A program has a few tables and
/// hundreds of queries, and every query comes with the schemas of its tables.
static READ: Mutex<Vec<(String, Arc<Collection>)>> = Mutex::new(Vec::new());

/// Why a schema is none of a table.
pub(super) enum NoTable {
    /// It is that of a struct or an enum.
    OtherType,
    /// It cannot be read.
    Malformed(ParseError),
}

/// The schema of what a query can name as a table.
pub(super) enum Schema {
    Collection(Arc<Collection>),
    Stream(Box<ChangeStream>),
}

/// The schema in a literal.
pub(super) fn read(literal: &Literal) -> Result<Schema, NoTable> {
    let source = literal.to_string();
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, known)) = read.iter().find(|(known, _)| *known == source) {
        return Ok(Schema::Collection(Arc::clone(known)));
    }
    let text = string_literal::value(literal).unwrap_or_default();
    match schema::parse(&text) {
        Ok(Definition::Collection(collection)) => {
            let collection = Arc::new(collection);
            if read.len() >= MOST {
                read.clear();
            }
            read.push((source, Arc::clone(&collection)));
            Ok(Schema::Collection(collection))
        }
        Ok(Definition::Stream(stream)) => Ok(Schema::Stream(Box::new(stream))),
        Ok(Definition::Struct(_) | Definition::Enum(_)) => Err(NoTable::OtherType),
        Err(error) => Err(NoTable::Malformed(error)),
    }
}
