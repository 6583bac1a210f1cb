use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "photos_thumbnails", thumbnails = true)]
struct Thumbnails {
    place: String,
}

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "photos_scanned", virus_scanning = true)]
struct Scanned {
    place: String,
}

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "photos_two", enable_compression = true, sharded)]
struct Two {
    place: String,
}

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "photos_deduplicated", deduplicate = true)]
struct Deduplicated {
    place: String,
}

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "photos_encrypted", encryption = true)]
struct Encrypted {
    place: String,
}

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "photos_capped", capped(size = "1MB"))]
struct Capped {
    place: String,
}

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "photos_misspelt", chunksize = "1MB")]
struct Misspelt {
    place: String,
}

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "photos_large", chunk_size = "16MB")]
struct Large {
    place: String,
}

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "photos_concerns", write_concern = 0, read_concern = "majorty")]
struct Concerns {
    place: String,
}

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "photos_contenttypes", content_types("image", "*/png"))]
struct ContentTypes {
    place: String,
}

fn main() {}
