//! Topic 08: products that are imported, and their stock.

use crate::compare::{Statement, statement};
use crate::moments::{DAY, SEED, ago};
use crate::random::Random;
use crate::servers::Servers;
use queryleaf::Affected;
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "products", unique(sku))]
struct Product {
    #[serde(rename = "_id")]
    id: ObjectId,
    sku: String,
    name: String,
    category: Option<String>,
    #[leaf(precision = 10, scale = 2)]
    price: Option<Decimal128>,
    stock_quantity: Option<i32>,
    supplier_id: Option<i64>,
    created_at: Option<DateTime>,
    last_stock_update: Option<DateTime>,
    stock_updated_by: Option<String>,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "product_import_staging")]
struct ImportedProduct {
    import_sku: Option<String>,
    import_name: Option<String>,
    import_category: Option<String>,
    import_price: Option<String>,
    import_stock: Option<String>,
    supplier_name: Option<String>,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "suppliers")]
struct Supplier {
    supplier_id: Option<i64>,
    name: Option<String>,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "inventory_adjustment_queue")]
struct Adjustment {
    product_id: Option<ObjectId>,
    adjustment_quantity: Option<i32>,
    adjustment_reason: Option<String>,
    adjustment_type: Option<String>,
    processed: Option<bool>,
    processed_at: Option<DateTime>,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "inventory_audit_log")]
struct Audit {
    product_id: Option<ObjectId>,
    previous_stock: Option<i32>,
    new_stock: Option<i32>,
    adjustment_reason: Option<String>,
    adjustment_timestamp: Option<DateTime>,
    adjusted_by: Option<String>,
}

const DEFINITIONS: &str = "
    CREATE TABLE products (_id text, sku text NOT NULL, name text NOT NULL, category text,
        price numeric(10, 2), stock_quantity integer, supplier_id bigint, created_at timestamptz,
        last_stock_update timestamptz, stock_updated_by text);
    CREATE TABLE product_import_staging (import_sku text, import_name text, import_category text,
        import_price text, import_stock text, supplier_name text);
    CREATE TABLE suppliers (supplier_id bigint, name text);
    CREATE TABLE inventory_adjustment_queue (product_id text, adjustment_quantity integer,
        adjustment_reason text, adjustment_type text, processed boolean, processed_at timestamptz);
    CREATE TABLE inventory_audit_log (product_id text, previous_stock integer, new_stock integer,
        adjustment_reason text, adjustment_timestamp timestamptz, adjusted_by text);";

const WORDS: [&str; 4] = ["a.b", "$stock", "", "Größe 😀"];

async fn servers() -> Option<Servers> {
    let servers = Servers::start(DEFINITIONS).await?;
    Product::ensure(&servers.mongo).await.unwrap();
    let random = &mut Random::new(SEED, "products");
    let products: Vec<Product> = (0..60)
        .map(|number| Product {
            id: ObjectId::new(),
            sku: format!("sku-{number}"),
            name: random.choose(&WORDS).to_owned(),
            category: None,
            price: random.percent(80).then(|| "9.90".parse().unwrap()),
            stock_quantity: random.percent(85).then(|| random.between(-3, 50) as i32),
            supplier_id: None,
            created_at: None,
            last_stock_update: None,
            stock_updated_by: None,
        })
        .collect();
    servers.store(random, "products", &products).await;
    let now = servers.now().await;
    let text = |random: &mut Random, texts: &[&str]| {
        random.percent(80).then(|| random.choose(texts).to_owned())
    };
    // One for a product at the most: PostgreSQL takes any of several.
    let adjustments: Vec<Adjustment> = products
        .iter()
        .map(|product| product.id)
        .chain([ObjectId::new()])
        .map(|product_id| Adjustment {
            product_id: random.percent(80).then_some(product_id),
            adjustment_quantity: random.percent(85).then(|| random.between(-2, 30) as i32),
            adjustment_reason: text(random, &WORDS),
            adjustment_type: text(random, &["increase", "decrease", "recount", "$other"]),
            processed: random.pick(&[None, Some(true), Some(false), Some(false)]),
            processed_at: random.percent(30).then(|| ago(random, now, 0..DAY)),
        })
        .collect();
    servers
        .store(random, "inventory_adjustment_queue", &adjustments)
        .await;
    Some(servers)
}

async fn check_products(
    statement: Statement,
    servers: &Servers,
    at_least: usize,
    execute: impl AsyncFn() -> queryleaf::Result<Affected>,
) {
    let stored = "SELECT sku, name, category, price, stock_quantity, supplier_id, created_at,
        last_stock_update, stock_updated_by FROM products ORDER BY sku";
    let fetch = async || {
        sql!(
            "SELECT sku, name, category, price, stock_quantity, supplier_id, created_at, \
             last_stock_update, stock_updated_by FROM products"
        )
        .fetch_all(&servers.mongo)
        .await
    };
    statement
        .check_written(servers, at_least, stored, execute, fetch)
        .await;
}

#[tokio::test]
async fn products_are_imported() {
    let Some(servers) = servers().await else {
        return;
    };
    let random = &mut Random::new(SEED, "imports");
    let suppliers: Vec<Supplier> = ["Acme", "$name", "", "Ünal"]
        .into_iter()
        .enumerate()
        .map(|(number, name)| Supplier {
            supplier_id: (number != 2).then_some(number as i64),
            name: Some(name.to_owned()),
        })
        .chain([Supplier {
            supplier_id: Some(9),
            name: None,
        }])
        .collect();
    servers.store(random, "suppliers", &suppliers).await;
    let text = |random: &mut Random, texts: &[&str]| {
        random.percent(90).then(|| random.choose(texts).to_owned())
    };
    let imported: Vec<ImportedProduct> = (0..400)
        .map(|number| ImportedProduct {
            import_sku: random.percent(90).then(|| format!("sku-{number}")),
            import_name: text(random, &WORDS),
            import_category: text(random, &["Electronics", "Books", "Home", "$in", ""]),
            import_price: text(random, &["0", "12.345", "-1.5", "99.99", "0.005", " 7 "]),
            import_stock: text(random, &["0", "12", "-1", "+3"]),
            supplier_name: text(random, &["Acme", "$name", "", "Ünal", "unknown"]),
        })
        .collect();
    servers
        .store(random, "product_import_staging", &imported)
        .await;
    let statement = statement(
        "08-08-insert-products-validated",
        include_str!("../sql/08-08-insert-products-validated.sql"),
    );
    check_products(statement, &servers, 70, async || {
        sql!(file "tests/seed_statements/sql/08-08-insert-products-validated.sql")
            .execute(&servers.mongo)
            .await
    })
    .await;
}

#[tokio::test]
async fn stock_is_adjusted() {
    let Some(servers) = servers().await else {
        return;
    };
    let statement = statement(
        "08-09-update-inventory-from-cte",
        include_str!("../sql/08-09-update-inventory-from-cte.sql"),
    );
    check_products(statement, &servers, 60, async || {
        sql!(file "tests/seed_statements/sql/08-09-update-inventory-from-cte.sql")
            .execute(&servers.mongo)
            .await
    })
    .await;
}

#[tokio::test]
async fn adjustments_are_written_down() {
    let Some(servers) = servers().await else {
        return;
    };
    statement(
        "08-10-insert-inventory-audit-corrected",
        include_str!("../sql/08-10-insert-inventory-audit-corrected.sql"),
    )
    .check_written(
        &servers,
        10,
        "SELECT product_id, previous_stock, new_stock, adjustment_reason, adjustment_timestamp,
            adjusted_by FROM inventory_audit_log ORDER BY product_id",
        async || {
            sql!(file "tests/seed_statements/sql/08-10-insert-inventory-audit-corrected.sql")
                .execute(&servers.mongo)
                .await
        },
        async || {
            sql!(
                "SELECT product_id, previous_stock, new_stock, adjustment_reason, \
                 adjustment_timestamp, adjusted_by FROM inventory_audit_log"
            )
            .fetch_all(&servers.mongo)
            .await
        },
    )
    .await;
}

#[tokio::test]
async fn the_queue_is_done() {
    let Some(servers) = servers().await else {
        return;
    };
    statement(
        "08-11-update-queue-processed",
        include_str!("../sql/08-11-update-queue-processed.sql"),
    )
    .check_written(
        &servers,
        60,
        "SELECT product_id, adjustment_quantity, adjustment_reason, adjustment_type, processed,
            processed_at FROM inventory_adjustment_queue
            ORDER BY product_id, adjustment_quantity, adjustment_reason, adjustment_type",
        async || {
            sql!(file "tests/seed_statements/sql/08-11-update-queue-processed.sql")
                .execute(&servers.mongo)
                .await
        },
        async || {
            sql!(
                "SELECT product_id, adjustment_quantity, adjustment_reason, adjustment_type, \
                 processed, processed_at FROM inventory_adjustment_queue"
            )
            .fetch_all(&servers.mongo)
            .await
        },
    )
    .await;
}
