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
}
