//! The two servers with the same rows.

use crate::postgres::{PREAMBLE, definition, insertion};
use crate::random::Random;
use crate::schema::{TABLES, TestTable};
use crate::stored::document;
use crate::value::Value;
use futures::StreamExt;
use queryleaf::bson::{Bson, Document, RawDocumentBuf, doc};
use queryleaf::mongodb::{Database, IndexModel};
use queryleaf_compiler::create::definition as definition_of;
use queryleaf_compiler::schema::{Collection, IndexKind};
use queryleaf_plan::{encode, fill};
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
        .get_or_init(Servers::start)
        .await
        .as_ref()
        .map_err(|error| *error)
}

impl Servers {
    /// New databases, with all tables.
    pub async fn start() -> Result<Self, Unavailable> {
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
            let definition = definition(table, &mut known);
            servers.load(table, &definition).await;
        }
        Ok(servers)
    }

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
        let rows = table.first_rows(&mut random);
        let sql = format!("{definition}{}", insertion(collection, &rows));
        if let Err(error) = self.postgres.batch_execute(&sql).await {
            panic!("{error:?}\n{sql}");
        }
        self.store(table, &rows, &mut random).await;
        let stored = self.mongo.collection::<Document>(&collection.name);
        if table.enforced {
            let indexes = indexes(collection);
            let command = doc! { "createIndexes": &collection.name, "indexes": indexes };
            self.mongo.run_command(command).await.expect("indexes");
            return;
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

    /// Adds rows to a collection; a `NULL` is stored as null or not at all.
    pub async fn store(&self, table: &TestTable, rows: &[Vec<Value>], random: &mut Random) {
        let collection = &table.collection;
        let documents: Vec<Document> = rows
            .iter()
            .map(|row| document(&collection.fields, row, random))
            .collect();
        if !documents.is_empty() {
            self.mongo
                .collection::<Document>(&collection.name)
                .insert_many(documents)
                .await
                .expect("documents to store");
        }
    }
}

/// The indexes of a collection as `ensure` creates them.
fn indexes(collection: &Collection) -> Vec<Bson> {
    let definition = definition_of(collection).expect("conditions that the server can hold");
    let bytes = fill(&encode(&definition, &[]), &[]).expect("no parameters");
    let definition = RawDocumentBuf::from_bytes(bytes).expect("valid BSON");
    let definition = Document::try_from(definition).expect("valid BSON");
    definition.get_array("indexes").expect("indexes").clone()
}
