use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "photos", content_types("image/png", "image/jpeg"))]
struct Photo {
    place: String,
    camera: Camera,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Camera {
    model: String,
}

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "clips", content_types("video/*", "image/gif"))]
struct Clip {
    seconds: Option<i32>,
}

#[derive(Serialize, Deserialize, Collection)]
#[leaf(name = "albums")]
struct Album {
    title: String,
    photo: ObjectId,
    cover: Option<ObjectId>,
}

fn main() {
    // Buckets and tables.
    sql!("SELECT filename FROM photos");
    sql!("SELECT title FROM GRIDFS_FILES('albums')");
    sql!("SELECT filename FROM GRIDFS_FILES('photo')");
    sql!("SELECT filename FROM GRIDFS('photos')");
    sql!("INSERT INTO photos (filename) VALUES ('a')");
    sql!("DELETE FROM photos WHERE filename = 'a'");

    // Columns and metadata.
    sql!("SELECT file_name FROM GRIDFS_FILES('photos')");
    sql!("SELECT metadata.plaec FROM GRIDFS_FILES('photos')");
    sql!("SELECT JSON_EXTRACT(metadata, '$.camera.modle') AS model FROM GRIDFS_FILES('photos')");

    // What is written.
    let data = b"png".as_slice();
    sql!(
        "INSERT INTO GRIDFS('photos') (filename, content_type, file_data, metadata)
         VALUES ('a', 'image/gif', :data, JSON_OBJECT('place', 'Jura', 'camera', JSON_OBJECT('model', 'M')))"
    );
    sql!("UPDATE GRIDFS('photos') SET content_type = 'image/gif' WHERE filename = 'a'");
    sql!(
        "INSERT INTO GRIDFS('photos') (filename, content_type, file_data, metadata)
         VALUES ('a', 'image/png', :data, JSON_OBJECT('plaec', 'Jura', 'camera', JSON_OBJECT('model', 'M')))"
    );
    sql!("INSERT INTO GRIDFS('photos') (filename, metadata) VALUES ('a', '{}')");
    sql!("UPDATE GRIDFS('photos') SET length = 0 WHERE filename = 'a'");
    sql!("UPDATE GRIDFS('clips') SET content_type = 'audio/ogg' WHERE filename = 'a'");
    sql!("UPDATE GRIDFS('clips') SET content_type = 'image/gfi' WHERE filename = 'a'");
    sql!(
        "INSERT INTO GRIDFS('clips') (filename, content_type, file_data)
         SELECT title, 'image/png', FILE_STREAM(title) FROM albums"
    );
    sql!("SELECT filename FROM GRIDFS_FILES('photos') WHERE content_type = 'image/jpg'");
    sql!("CREATE GRIDFS_BUCKET drawings");

    // The bytes of files.
    sql!("SELECT GRIDFS_STREAM(photo) AS bytes FROM albums");
    sql!("SELECT DISTINCT GRIDFS_STREAM(file_id) AS bytes FROM GRIDFS_FILES('photos')");
    sql!("SELECT GRIDFS_STREAM(file_id, 'first') AS bytes FROM GRIDFS_FILES('photos')");
}
