queryleaf::schema! {
    "CREATE GRIDFS_BUCKET maps WITH (enable_encryption = true, chunksize = '1MB')"
}

queryleaf::schema! {
    "CREATE GRIDFS_BUCKET sheets WITH (chunk_size = '16MB')"
}

queryleaf::schema! {
    "CREATE GRIDFS_BUCKET plans WITH (write_concern = 0, read_concern = 'majorty')"
}

queryleaf::schema! {
    "CREATE GRIDFS_BUCKET scans WITH (content_types = ['image/png', 'gif'])"
}

queryleaf::schema! {
    "CREATE GRIDFS_BUCKET prints WITH (content_types = 'image/png', compression = 'gzip')"
}

queryleaf::schema! {
    "CREATE GRIDFS_BUCKET letters WITH (enable_virus_scanning = true, enable_deduplication = true)"
}

queryleaf::schema! {
    "CREATE GRIDFS_BUCKET tapes WITH (chunk_size = '1MB', chunk_size = '2MB')"
}

fn main() {}
