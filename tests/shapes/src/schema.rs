//! The collections of the shop, as the derives would describe them.

use queryleaf::bson::{Bson, Document};
use queryleaf::mongodb::IndexModel;
use queryleaf::mongodb::options::IndexOptions;
use queryleaf_compiler::Table;
use queryleaf_compiler::schema::{Collection, Definition, IndexKind, parse};
use std::sync::{Arc, LazyLock};

const CUSTOMERS: &str = r#"collection "customers" Customer {
    "_id" id: integer;
    "name" name: text;
    "email" email: text;
    "city" city: text;
    "country" country: ?text;
    "segment" segment: enum Segment ("retail", "trade", "partner");
    "joined" joined: timestamp;
    "referrer" referrer: ?integer;
    "points" points: ?integer;
} index unique ("email") index ("city") index ("country", "joined" desc) index ("referrer")
  index ("points") index ("segment")"#;

const SUPPLIERS: &str = r#"collection "suppliers" Supplier {
    "_id" id: integer;
    "name" name: text;
    "country" country: text;
} index ("country")"#;

const PRODUCTS: &str = r#"collection "products" Product {
    "_id" id: integer;
    "sku" sku: text;
    "category" category: text;
    "price" price: double;
    "supplier" supplier: integer references "suppliers" "_id" trusted;
    "stock" stock: ?integer;
    "labels" labels: [text];
} index unique ("sku") index ("category", "price") index ("supplier") index ("labels")"#;

const SALES: &str = r#"collection "sales" Sale {
    "_id" id: bigint;
    "customer" customer: integer references "customers" "_id" trusted few;
    "status" status: enum Status ("open", "held", "sent", "lost");
    "channel" channel: text;
    "placed" placed: timestamp;
    "shipped" shipped: ?timestamp;
    "total" total: double;
    "coupon" coupon: ?text;
    "items" items: [struct Item {
        "product" product: integer;
        "count" count: integer;
        "price" price: double;
    }];
} index ("customer", "placed" desc) index ("status", "placed" desc) index ("placed")
  index ("total") index ("items"."product") index ("coupon")"#;

const EVENTS: &str = r#"collection "events" Event {
    "_id" id: bigint;
    "customer" customer: ?integer;
    "kind" kind: text;
    "at" at: timestamp;
    "subject" subject: ?double few;
    "value" value: ?integer;
} index ("customer", "at") index ("kind", "at" desc) index ("subject") index ("value")"#;

const CLAIMS: &str = r#"collection "claims" Claim {
    "_id" id: integer;
    "sale" sale: bigint few;
    "product" product: integer;
    "reason" reason: text;
    "amount" amount: double;
    "made" made: timestamp;
} index ("sale") index ("reason", "made" desc) index ("made")"#;

/// The collections in the scope of every query.
pub(crate) static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    [CUSTOMERS, SUPPLIERS, PRODUCTS, SALES, EVENTS, CLAIMS]
        .into_iter()
        .map(|text| {
            let Ok(Definition::Collection(collection)) = parse(text) else {
                panic!("no schema: {text}");
            };
            Table {
                name: vec![collection.name.clone()],
                collection: Arc::new(collection),
            }
        })
        .collect()
});

/// The declared indexes of a collection.
pub(crate) fn indexes(collection: &Collection) -> Vec<IndexModel> {
    let indexes = collection.indexes.iter().map(|index| {
        let keys: Document = index
            .keys
            .iter()
            .map(|key| {
                let order = match key.kind {
                    IndexKind::Ascending => 1,
                    IndexKind::Descending => -1,
                    other => panic!("no index of this kind here: {other:?}"),
                };
                (key.path.join("."), Bson::Int32(order))
            })
            .collect();
        let options = IndexOptions::builder().unique(index.unique).build();
        IndexModel::builder().keys(keys).options(options).build()
    });
    indexes.collect()
}
