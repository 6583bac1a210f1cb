//! 02/01 and 02/02: what MongoDB does not do for a bucket.
queryleaf::schema! {
    "CREATE GRIDFS_BUCKET documents 
    WITH (
      chunk_size = '512KB',
      write_concern = 'majority',
      read_concern = 'majority',
      enable_sharding = true
    );"
}

queryleaf::schema! {
    "CREATE GRIDFS_BUCKET images
    WITH (
      chunk_size = '256KB',
      enable_compression = true,
      enable_thumbnail_generation = true,
      content_types = ['image/jpeg', 'image/png', 'image/gif']
    );"
}

fn main() {}
