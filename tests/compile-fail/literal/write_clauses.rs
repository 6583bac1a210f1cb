use queryleaf::prelude::*;
use queryleaf_test_models::*;

#[derive(Debug, Serialize, Deserialize, Collection)]
#[leaf(name = "accounts", require_where)]
struct Account {
    #[serde(rename = "_id")]
    id: ObjectId,
    balance: i64,
}

fn main() {
    let _ = sql!("INSERT INTO accounts (balance) VALUES (1) ON CONFLICT (balance) DO NOTHING");
    let _ = sql!("INSERT INTO accounts (balance) VALUES (1) ON CONFLICT DO UPDATE SET balance = 2");
    let _ = sql!("INSERT INTO accounts (balance) VALUES (1) WITH BULK_OPTIONS (batchsize = 5)");
    let _ = sql!("INSERT INTO accounts (balance) VALUES (1) WITH BULK_OPTIONS (ordered = 5)");
    let _ = sql!("DELETE FROM accounts WHERE balance = 0 WITH BULK_OPTIONS (ordered = TRUE)");
    let _ = sql!("UPDATE accounts SET balance = 0");
    let _ = sql!("DELETE FROM accounts");
    let _ = sql!("UPDATE clinics SET beds = 1 RETURNING COUNT(*)");
    let _ = sql!("INSERT INTO accounts (balance) VALUES (1) ON DUPLICATE KEY UPDATE balance = 2");
    let _ = sql!("INSERT INTO weighings (scale, raw) VALUES ('north', '{\"grams\": 123456789012345678.91}')");
    let _ = sql!("UPDATE weighings SET scale = 1 WHERE raw IS NULL");
}

#[derive(Debug, Serialize, Deserialize, Collection)]
#[leaf(name = "weighings")]
struct Weighing {
    scale: Scale,
    raw: Option<Document>,
}

#[derive(Debug, Serialize, Deserialize, SqlEnum)]
#[serde(rename_all = "lowercase")]
enum Scale {
    North,
    South,
}
