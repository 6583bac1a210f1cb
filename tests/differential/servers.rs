//! The two servers with the same rows.

use crate::postgres::{PREAMBLE, definition, insertion};
use crate::random::Random;
use crate::schema::{TABLES, TestTable};
use crate::stored::document;
use futures::StreamExt;
use queryleaf::bson::{Bson, Document, doc};
use queryleaf::mongodb::{Database, IndexModel};
use queryleaf_compiler::schema::IndexKind;
use queryleaf_testkit::postgres::{Unavailable, tokio_postgres::Client};
use std::env;
use std::sync::LazyLock;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

/// Both servers.
pub struct Servers {
    pub mongo: Database,
    pub postgres: Client,
}

/// The seed of everything random.
pub static SEED: LazyLock<u64> = LazyLock::new(|| match env::var("QUERYLEAF_SEED") {
    Ok(seed) => seed.parse().expect("QUERYLEAF_SEED is a number"),
    Err(_) => 20_260_401,
});

/// The runtime of all tests: connections belong to the one that made them.
pub static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// The servers that all tests share.
pub async fn servers() -> Result<&'static Servers, Unavailable> {
    static SERVERS: OnceCell<Result<Servers, Unavailable>> = OnceCell::const_new();
    SERVERS
        .get_or_init(start)
        .await
        .as_ref()
        .map_err(|error| *error)
}

async fn start() -> Result<Servers, Unavailable> {
    let servers = Servers {
        postgres: queryleaf_testkit::postgres::client().await?,
        mongo: queryleaf_testkit::database().await,
    };
    servers
        .postgres
        .batch_execute(PREAMBLE)
        .await
        .expect("a domain");
    let mut known = Vec::new();
    for table in TABLES.iter() {
        let definition = definition(&table.collection, &mut known);
        servers.load(table, &definition).await;
    }
    Ok(servers)
}

impl Servers {
    /// Ends what MongoDB still does for a query on which the test has given up.
    pub async fn stop_long_operations(&self, longer_than: Duration) {
        let admin = self.mongo.client().database("admin");
        let seconds = i64::try_from(longer_than.as_secs()).unwrap_or(i64::MAX) - 1;
        let long = doc! {
            "secs_running": { "$gte": seconds },
            "command.$db": self.mongo.name(),
        };
        let pipeline = [doc! { "$currentOp": {} }, doc! { "$match": long }];
        let Ok(mut operations) = admin.aggregate(pipeline).await else {
            return;
        };
        while let Some(Ok(operation)) = operations.next().await {
            if let Some(id) = operation.get("opid") {
                // It may have ended by itself.
                let _ = admin
                    .run_command(doc! { "killOp": 1, "op": id.clone() })
                    .await;
            }
        }
    }

    async fn load(&self, table: &TestTable, definition: &str) {
        let collection = &table.collection;
        let mut random = Random::new(*SEED, &collection.name);
        let rows: Vec<_> = (0..table.rows)
            .map(|number| table.row(&mut random, number))
            .collect();
        let sql = format!("{definition}{}", insertion(collection, &rows));
        if let Err(error) = self.postgres.batch_execute(&sql).await {
            panic!("{error:?}\n{sql}");
        }
        let documents: Vec<Document> = rows
            .iter()
            .map(|row| document(&collection.fields, row, &mut random))
            .collect();
        let stored = self.mongo.collection::<Document>(&collection.name);
        if !documents.is_empty() {
            stored
                .insert_many(documents)
                .await
                .expect("documents to store");
        }
        for index in &collection.indexes {
            let keys: Document = index
                .keys
                .iter()
                .map(|key| {
                    let order = match key.kind {
                        IndexKind::Descending => -1,
                        _ => 1,
                    };
                    (key.path.join("."), Bson::Int32(order))
                })
                .collect();
            let model = IndexModel::builder().keys(keys).build();
            stored.create_index(model).await.expect("an index");
        }
    }
}
