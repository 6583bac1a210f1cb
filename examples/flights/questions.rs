//! The questions, each one query.

use mongodb::Database;
use mongodb::bson::{Document, doc};

use crate::Result;
use crate::print_table;

// MACROS: the questions come here, as `sql!` queries. Until then, how much there is to ask about.

struct Loaded {
    collection: String,
    documents: i64,
}

/// Answers all questions, one after the other.
pub(crate) async fn answer(database: &Database) -> Result<()> {
    let mut rows = Vec::new();
    for name in ["airlines", "airports", "flights", "planes", "weather"] {
        let collection = database.collection::<Document>(name);
        rows.push(Loaded {
            collection: name.to_owned(),
            documents: i64::try_from(collection.count_documents(doc! {}).await?)?,
        });
    }
    print_table!(rows => collection, documents);
    Ok(())
}
