use queryleaf::prelude::*;

schema! {
    "CREATE TABLE sessions (
        user_id TEXT NOT NULL,
        seconds INTEGER,
        expires_at TIMESTAMP,
        place POINT
    )
    WITH TTL (
        expires_at EXPIRE_AFTER seconds,
        expires_at EXPIRE_AFTER '7 dyas',
        user_id EXPIRE_AFTER 0,
        expires_at EXPIRE_AFTER 0 WHERE usr_id = 'ann'
    )
    WITH CAPPED (max_documents = 10, auto_rotation = false)
    WITH SPATIAL_INDEXING (user_id USING '2dsphere', COMPOUND INDEX (plce, seconds))
    WITH (compression = 'zst');

    CREATE UNIQUE INDEX ON sesions (user_id);
    CREATE INDEX ON sessions (lower(user_id));
    CREATE INDEX ON sessions (user);"
}

schema! { "CREATE TABLE logs (at TIMESTAMP) WITH TLT (at EXPIRE_AFTER 0)" }

fn main() {}
