//! 06/01: a write concern is said of statements, and a table has columns.
queryleaf::schema! {
    "CREATE CAPPED COLLECTION application_logs
    WITH (
      size = '200MB',
      max_documents = 100000,
      write_concern = 'fast',
      compression = 'snappy'
    );"
}

queryleaf::schema! {
    "CREATE TABLE application_logs (level TEXT NOT NULL);
    CREATE CAPPED COLLECTION application_logs
    WITH (
      size = '200MB',
      max_documents = 100000,
      write_concern = 'fast',
      compression = 'snappy'
    );"
}

fn main() {}
