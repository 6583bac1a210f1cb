//! Topic 02: buckets that are declared, and files that are uploaded to them.

use futures::AsyncReadExt;
use queryleaf::bson::spec::BinarySubtype;
use queryleaf::bson::{Binary, doc};
use queryleaf::gridfs::{Bucket as _, FileError};
use queryleaf::mongodb::Database;
use queryleaf::prelude::*;

queryleaf::schema! { file "tests/seed_statements/sql/02-01-create-bucket-documents-corrected.sql" }
queryleaf::schema! { file "tests/seed_statements/sql/02-02-create-bucket-images-corrected.sql" }

#[derive(Debug, Clone, Serialize, Deserialize, Collection)]
#[leaf(name = "staging_images")]
struct StagedImage {
    original_filename: String,
    detected_content_type: String,
    file_binary_data: Binary,
    batch_id: String,
    uploader_user_id: String,
    upload_source: Option<String>,
    original_file_path: String,
    image_width: i32,
    image_height: i32,
    image_format: String,
    color_space: Option<String>,
    has_alpha_channel: bool,
    camera_metadata: Option<Document>,
    album_id: Option<String>,
    event_date: Option<DateTime>,
    geo_location: Option<Document>,
    detected_tags: Vec<String>,
    photo_visibility: String,
    sharing_rules: Option<Document>,
    privacy_setting: String,
    processing_status: String,
    upload_date: DateTime,
}

async fn database() -> Database {
    let db = queryleaf_testkit::database().await;
    let all = queryleaf::ensure!(db, documents, images).await.unwrap();
    for ensured in all {
        assert!(ensured.is_as_declared(), "{ensured:?}");
    }
    db
}

#[test]
fn buckets_are_declared() {
    assert_eq!(Documents::CHUNK_SIZE, 512 * 1024);
    assert_eq!(Images::CHUNK_SIZE, 256 * 1024);
}

#[tokio::test]
async fn the_file_of_the_statement_is_not_there() {
    let db = database().await;
    let error = sql!(file "tests/seed_statements/sql/02-03-upload-one.sql")
        .execute(&db)
        .await
        .unwrap_err();
    let Some(FileError::Uploads(uploads)) = error.file() else {
        panic!("{error:?}");
    };
    assert_eq!(
        uploads.failed[0].filename.as_deref(),
        Some("enterprise-report.pdf")
    );
    let chunks = db.collection::<Document>("documents.chunks");
    assert_eq!(chunks.count_documents(doc! {}).await.unwrap(), 0);
}

#[tokio::test]
async fn upload_one() {
    let db = database().await;
    let content: Vec<u8> = (0..1_300_000)
        .map(|position| (position % 253) as u8)
        .collect();
    let path = std::env::temp_dir().join(format!("{}.pdf", ObjectId::new().to_hex()));
    std::fs::write(&path, &content).unwrap();
    let path_name = path.to_str().unwrap();
    let uploaded =
        sql!(file "tests/seed_statements/sql/02-03-upload-one-corrected.sql", path = path_name)
            .execute(&db)
            .await
            .unwrap();
    std::fs::remove_file(path).unwrap();
    assert_eq!(uploaded.inserted, Some(1));
    let file = sql!("SELECT * FROM GRIDFS_FILES('documents')");
    let file = file.fetch_one(&db).await.unwrap();
    assert_eq!(file.filename, "enterprise-report.pdf");
    assert_eq!(
        (file.length, file.chunk_size, file.content_type.as_deref()),
        (1_300_000, 524_288, Some("application/pdf"))
    );
    let expected = doc! {
        "category": "reports",
        "department": "finance",
        "classification": "internal",
        "tags": ["quarterly", "financial", "analysis"],
        "access_level": "restricted",
        "retention_years": 7,
        "compliance_flags": {
            "gdpr_applicable": true,
            "sox_applicable": true,
            "data_classification": "sensitive",
        },
        "business_context": {
            "project_id": "PROJ-2025-Q1",
            "cost_center": "CC-FINANCE-001",
            "stakeholders": ["[email\u{a0}protected]", "[email\u{a0}protected]"],
        },
    };
    assert_eq!(file.metadata.0, expected);
    let mut stored = Vec::new();
    let mut stream = Documents::files(&db).open(file.file_id).await.unwrap();
    stream.read_to_end(&mut stored).await.unwrap();
    assert!(stored == content, "{} bytes", stored.len());
}

/// Images of a batch: some are of another type, of another status or of yesterday, and two are the same.
fn staged(now: DateTime) -> Vec<StagedImage> {
    let image = |number: i64| StagedImage {
        original_filename: format!("image {number:02}"),
        detected_content_type: "image/png".to_owned(),
        file_binary_data: Binary {
            subtype: BinarySubtype::Generic,
            bytes: vec![number as u8; 1000 * number as usize],
        },
        batch_id: "batch $1".to_owned(),
        uploader_user_id: "ada".to_owned(),
        upload_source: None,
        original_file_path: format!("/camera/{number}"),
        image_width: 640,
        image_height: 480,
        image_format: "PNG".to_owned(),
        color_space: Some("sRGB".to_owned()),
        has_alpha_channel: false,
        camera_metadata: Some(doc! { "model": "$M", "iso": 200 }),
        album_id: None,
        event_date: Some(now),
        geo_location: None,
        detected_tags: vec!["a.b".to_owned(), "😀".to_owned()],
        photo_visibility: "private".to_owned(),
        sharing_rules: None,
        privacy_setting: "strict".to_owned(),
        processing_status: "ready_for_upload".to_owned(),
        upload_date: DateTime::from_millis(now.timestamp_millis() - number * 60_000),
    };
    let mut images: Vec<StagedImage> = (0..40).map(image).collect();
    images[3].processing_status = "draft".to_owned();
    images[5].detected_content_type = "application/pdf".to_owned();
    images[7].upload_date = DateTime::from_millis(now.timestamp_millis() - 86_400_000);
    images[9].file_binary_data = images[8].file_binary_data.clone();
    images
}

#[tokio::test]
async fn upload_many() {
    let db = database().await;
    let now = DateTime::now();
    let staged = staged(now);
    sql!(
        "INSERT INTO staging_images VALUES (:staged)",
        staged = &staged
    )
    .execute(&db)
    .await
    .unwrap();
    let uploaded = sql!(file "tests/seed_statements/sql/02-04-upload-bulk-corrected.sql")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!((uploaded.inserted, uploaded.skipped), (Some(36), Some(1)));
    let files = sql!("SELECT * FROM GRIDFS_FILES('images') ORDER BY length");
    let files = files.fetch_all(&db).await.unwrap();
    let lengths: Vec<i64> = files.iter().map(|file| file.length / 1000).collect();
    let expected: Vec<i64> = (0..40).filter(|n| ![3, 5, 7, 9].contains(n)).collect();
    assert_eq!(lengths, expected);
    for (file, number) in files.iter().zip(expected) {
        let image = &staged[number as usize];
        // Which of the two that are the same is stored is left open.
        if number != 8 {
            assert_eq!(file.filename, image.original_filename);
            assert_eq!(
                file.metadata.0.get_str("original_path"),
                Ok(&*image.original_file_path)
            );
        }
        assert_eq!(file.content_type, "image/png");
        let mut stored = Vec::new();
        let mut stream = Images::files(&db).open(file.file_id).await.unwrap();
        stream.read_to_end(&mut stored).await.unwrap();
        assert!(stored == image.file_binary_data.bytes, "{}", file.filename);
    }
    let mut metadata = files[0].metadata.0.clone();
    assert_eq!(metadata.remove("event_date"), Some(now.into()));
    let expected = doc! {
        "upload_batch_id": "batch $1",
        "uploaded_by": "ada",
        "upload_source": null,
        "original_path": "/camera/0",
        "image_metadata": {
            "width": 640,
            "height": 480,
            "format": "PNG",
            "color_space": "sRGB",
            "has_transparency": false,
            "camera_info": { "model": "$M", "iso": 200 },
        },
        "processing_queue": [
            "thumbnail_generation",
            "format_optimization",
            "metadata_extraction",
            "duplicate_detection",
        ],
        "album_id": null,
        "location": null,
        "tags": ["a.b", "😀"],
        "visibility": "private",
        "sharing_permissions": null,
        "privacy_level": "strict",
    };
    assert_eq!(metadata, expected);
}
