-- What docs/schemas.md reads from a file.
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT
);
