//! The documents of the shop.
//!
//! They are the same on every run. Like real ones they are skewed: few customers buy much, most
//! sales are long sent, one city is large. Moments are unique, so that an order by them is total.

use crate::schema::{TABLES, indexes};
use futures::future::try_join_all;
use queryleaf::bson::{DateTime, Document, doc};
use queryleaf::mongodb::{Database, error::Result};

const CUSTOMERS: i64 = 50_000;
const PRODUCTS: i64 = 5_000;
const SUPPLIERS: i64 = 300;
const SALES: i64 = 100_000;
const EVENTS: i64 = 60_000;
const CLAIMS: i64 = 4_000;

/// The moment of the first sale: 2023-01-01.
const START: i64 = 1_672_531_200_000;

/// Two years in steps as long as it takes to place every sale.
const STEP: i64 = 2 * 365 * 86_400_000 / SALES;

/// Creates the collections, their documents and their indexes.
pub async fn load(database: &Database) -> Result<()> {
    let fills = [
        ("customers", CUSTOMERS, customer as fn(i64) -> Document),
        ("suppliers", SUPPLIERS, supplier),
        ("products", PRODUCTS, product),
        ("sales", SALES, sale),
        ("events", EVENTS, event),
        ("claims", CLAIMS, claim),
    ];
    try_join_all(fills.map(|(name, count, document)| fill(database, name, count, document)))
        .await?;
    Ok(())
}

async fn fill(
    database: &Database,
    name: &str,
    count: i64,
    document: fn(i64) -> Document,
) -> Result<()> {
    let collection = database.collection::<Document>(name);
    let mut first = 0;
    while first < count {
        let last = count.min(first + 10_000);
        let documents: Vec<Document> = (first..last).map(document).collect();
        collection.insert_many(documents).await?;
        first = last;
    }
    let tables = TABLES.iter().filter(|table| table.collection.name == name);
    for table in tables {
        collection
            .create_indexes(indexes(&table.collection))
            .await?;
    }
    Ok(())
}

/// A number that looks random and depends on nothing but its arguments (SplitMix64).
fn bits(row: i64, purpose: u64) -> u64 {
    let mut bits = (row as u64)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(purpose.wrapping_mul(0xD1B5_4A32_D192_ED03));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// A number below `end`, every one as likely.
fn even(row: i64, purpose: u64, end: i64) -> i64 {
    (bits(row, purpose) % end as u64) as i64
}

/// A number below `end`, small ones more likely.
fn skewed(row: i64, purpose: u64, end: i64) -> i64 {
    let unit = (bits(row, purpose) >> 11) as f64 / (1u64 << 53) as f64;
    ((unit * unit * end as f64) as i64).min(end - 1)
}

fn cents(row: i64, purpose: u64, end: i64) -> f64 {
    (skewed(row, purpose, end * 100) + 99) as f64 / 100.0
}

fn moment(step: i64) -> DateTime {
    DateTime::from_millis(START + step * STEP)
}

fn customer(row: i64) -> Document {
    let segment = match even(row, 1, 100) {
        0 => "partner",
        1..=9 => "trade",
        _ => "retail",
    };
    let mut customer = doc! {
        "_id": row as i32,
        "name": format!("customer {}", even(row, 2, 20_000)),
        "email": format!("c{row:05}@example.org"),
        "city": format!("city {:03}", skewed(row, 3, 400)),
        "segment": segment,
        "joined": moment(row * 2 + 1),
    };
    if even(row, 4, 10) > 0 {
        customer.insert("country", format!("country {:02}", skewed(row, 5, 40)));
    }
    if row > 0 && even(row, 6, 10) < 3 {
        customer.insert("referrer", skewed(row, 7, row) as i32);
    }
    if even(row, 8, 5) > 0 {
        customer.insert("points", even(row, 9, 10_000) as i32);
    }
    customer
}

fn supplier(row: i64) -> Document {
    doc! {
        "_id": row as i32,
        "name": format!("supplier {row}"),
        "country": format!("country {:02}", skewed(row, 10, 40)),
    }
}

fn product(row: i64) -> Document {
    let labels = (0..even(row, 11, 4))
        .map(|number| format!("label {:03}", skewed(row, 12 + number as u64, 300)));
    let mut product = doc! {
        "_id": row as i32,
        "sku": format!("sku{row:05}"),
        "category": format!("category {:02}", skewed(row, 16, 50)),
        "price": cents(row, 17, 400),
        "supplier": skewed(row, 18, SUPPLIERS) as i32,
        "labels": labels.collect::<Vec<_>>(),
    };
    if even(row, 19, 10) > 0 {
        product.insert("stock", even(row, 20, 500) as i32);
    }
    product
}

fn sale(row: i64) -> Document {
    const CHANNELS: [&str; 6] = ["web", "web", "web", "shop", "shop", "phone"];
    let status = match even(row, 21, 200) {
        0 => "lost",
        1..=5 => "held",
        6..=19 => "open",
        _ => "sent",
    };
    let mut total = 0.0;
    let mut items = Vec::new();
    for number in 0..=skewed(row, 22, 4) as u64 {
        let (count, price) = (
            even(row, 23 + number, 3) as i32 + 1,
            cents(row, 27 + number, 400),
        );
        total += f64::from(count) * price;
        items.push(doc! {
            "product": skewed(row, 31 + number, PRODUCTS) as i32,
            "count": count,
            "price": price,
        });
    }
    let mut sale = doc! {
        "_id": row,
        "customer": skewed(row, 35, CUSTOMERS) as i32,
        "status": status,
        "channel": CHANNELS[even(row, 36, 6) as usize],
        "placed": moment(row),
        "total": (total * 100.0).round() / 100.0,
        "items": items,
    };
    if status == "sent" {
        sale.insert("shipped", moment(row + 1 + even(row, 37, 1_000)));
    }
    if even(row, 38, 20) == 0 {
        sale.insert("coupon", format!("coupon {:03}", even(row, 39, 200)));
    }
    sale
}

fn event(row: i64) -> Document {
    const KINDS: [&str; 8] = [
        "view",
        "search",
        "login",
        "basket",
        "mail",
        "call",
        "visit",
        "complaint",
    ];
    // Events come in another order than they are stored in.
    let step = row * 7_919 % EVENTS;
    let mut event = doc! {
        "_id": row,
        "kind": KINDS[skewed(row, 41, 8) as usize],
        "at": DateTime::from_millis(START + step * STEP * SALES / EVENTS + 1),
    };
    if even(row, 42, 5) > 0 {
        event.insert("customer", skewed(row, 43, CUSTOMERS) as i32);
    }
    if even(row, 44, 2) > 0 {
        event.insert("subject", even(row, 45, SALES) as f64);
    }
    if even(row, 46, 10) > 0 {
        event.insert("value", even(row, 47, 5_000) as i32);
    }
    event
}

fn claim(row: i64) -> Document {
    const REASONS: [&str; 6] = ["late", "broken", "wrong", "unwanted", "missing", "other"];
    let sale = even(row, 48, SALES);
    doc! {
        "_id": row as i32,
        "sale": sale,
        "product": skewed(row, 49, PRODUCTS) as i32,
        "reason": REASONS[skewed(row, 50, 6) as usize],
        "amount": cents(row, 51, 200),
        "made": DateTime::from_millis(START + row * (STEP * SALES / CLAIMS) + 2),
    }
}
