use queryleaf::prelude::*;

schema! {
    "CREATE TABLE orders (
        number BIGINT NOT NULL,
        status TEXT,
        note TEXT NOT NULL,
        token UUID,
        placed_at TIMESTAMP
    )
    WITH TTL (
        placed_at EXPIRE_AFTER '1 day' WHERE status = 'draft',
        placed_at EXPIRE_AFTER '365 days' WHERE status = 'sent'
    );
    CREATE TABLE logs (at TIMESTAMP) WITH CAPPED (size = '1MB');
    CREATE VIEW sent AS SELECT number FROM orders WHERE status = 'sent'"
}

fn main() {
    let _ = sql!("ALTER TABLE orders MODIFY TTL placed_at EXPIRE_AFTER '2 days'");
    let _ = sql!("ALTER TABLE orders MODIFY TTL placed_at EXPIRE_AFTER '2 days' WHERE status = 'snt'");
    let _ = sql!("ALTER TABLE orders MODIFY TTL status EXPIRE_AFTER 0, DROP TTL plced_at");
    let _ = sql!("ALTER TABLE orders ADD COLUMN colour TEXT");
    let _ = sql!("ALTER TABLE orders ADD COLUMN status INTEGER, ADD COLUMN status TEXT NOT NULL");
    let _ = sql!("ALTER TABLE orders ADD COLUMN note TEXT NOT NULL");
    let _ = sql!("ALTER TABLE orders ADD COLUMN number BIGINT DEFAULT 'x'");
    let _ = sql!("ALTER TABLE orders ADD COLUMN token UUID DEFAULT GENERATE_UUID()");
    let _ = sql!("ALTER TABLE orders DROP COLUMN status");
    let _ = sql!("ALTER TABLE orders RENAME COLUMN status TO state");
    let _ = sql!("CREATE INDEX ON orders (statu)");
    let _ = sql!("CREATE INDEX ON sent (number)");
    let _ = sql!("CREATE CAPPED COLLECTION logs WITH (size = '2MB')");
    let _ = sql!("CREATE CAPPED COLLECTION orders WITH (size = '2MB')");
    let _ = sql!("CREATE TABLE other (a TEXT)");
    let _ = sql!("DROP TABLE sent");
    let _ = sql!("DROP VIEW orders");
    let _ = sql!("DROP INDEX by_number");
    let _ = sql!("SHOW TTL");
    let _ = sql!("DROP TABLE orders; DROP TABLE logs");
    let _ = sql!("OPTIMIZE orders");
    let _ = sql!(ALTER TABLE orders DROP COLUMN status);
}
