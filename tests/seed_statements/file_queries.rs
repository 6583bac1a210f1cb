//! Topic 02: questions about files, on metadata that structs declare.

use crate::compare::{Statement, statement};
use crate::moments::{DAY, SEED, ago};
use crate::random::Random;
use crate::servers::Servers;
use futures::AsyncReadExt;
use queryleaf::bson::doc;
use queryleaf::gridfs::Bucket as _;
use queryleaf::prelude::*;

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "documents")]
struct DocumentMetadata {
    category: String,
    department: Option<String>,
    uploaded_by: Option<String>,
    tags: Vec<String>,
    access_level: Option<String>,
    content_type: Option<String>,
    download_count: Option<i32>,
    last_accessed: Option<DateTime>,
    processing_status: Option<String>,
    hash: Option<String>,
    business_context: Option<BusinessContext>,
}

#[derive(Serialize, Deserialize, Embedded)]
struct BusinessContext {
    project_id: Option<String>,
    cost_center: Option<String>,
}

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "images")]
struct ImageMetadata {
    category: Option<String>,
    uploaded_by: Option<String>,
    tags: Vec<String>,
    visibility: Option<String>,
    content_type: Option<String>,
    view_count: Option<i32>,
    download_count: Option<i32>,
    last_viewed: Option<DateTime>,
    processing_status: Option<String>,
    hash: Option<String>,
    album_id: Option<String>,
}

#[derive(Serialize, Deserialize, Bucket)]
#[leaf(name = "videos", chunk_size = "1KB")]
struct VideoMetadata {
    content_type: Option<String>,
    processing_status: Option<String>,
    download_count: Option<i32>,
    streaming_optimized: Option<bool>,
    cdn_enabled: Option<bool>,
    cache_headers: Option<String>,
    video_metadata: Option<Moving>,
    image_metadata: Option<Frame>,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Moving {
    duration: Option<f64>,
    bitrate: Option<i32>,
}

#[derive(Serialize, Deserialize, Embedded)]
struct Frame {
    width: Option<i32>,
    height: Option<i32>,
}

/// What a bucket stores of a file, uploaded when the data want it.
#[derive(Serialize)]
struct Stored<M> {
    #[serde(rename = "_id")]
    id: ObjectId,
    filename: String,
    length: i64,
    #[serde(rename = "chunkSize")]
    chunk_size: i32,
    #[serde(rename = "uploadDate")]
    upload_date: DateTime,
    metadata: M,
}

/// The collections of files are tables of schemas, and what SQL sees of them are views.
const DEFINITIONS: &str = r#"
    CREATE TYPE business_context AS (project_id text, cost_center text);
    CREATE TYPE document_metadata AS (category text, department text, uploaded_by text, tags text[],
        access_level text, content_type text, download_count integer, last_accessed timestamptz,
        processing_status text, hash text, business_context business_context);
    CREATE TYPE image_metadata AS (category text, uploaded_by text, tags text[], visibility text,
        content_type text, view_count integer, download_count integer, last_viewed timestamptz,
        processing_status text, hash text, album_id text);
    CREATE TYPE video_metadata AS (content_type text, processing_status text, download_count integer);
    CREATE SCHEMA documents;
    CREATE TABLE documents.files (_id text, filename text, length bigint, "uploadDate" timestamptz,
        metadata document_metadata);
    CREATE VIEW documents_files AS SELECT *, _id AS file_id, "uploadDate" AS upload_date
        FROM documents.files;
    CREATE SCHEMA images;
    CREATE TABLE images.files (_id text, filename text, length bigint, "uploadDate" timestamptz,
        metadata image_metadata);
    CREATE VIEW images_files AS SELECT *, _id AS file_id, "uploadDate" AS upload_date
        FROM images.files;
    CREATE SCHEMA videos;
    CREATE TABLE videos.files (_id text, filename text, length bigint, "uploadDate" timestamptz,
        metadata video_metadata);
    CREATE VIEW videos_files AS SELECT *, _id AS file_id, "uploadDate" AS upload_date
        FROM videos.files;"#;

const WORDS: [&str; 4] = ["a.b", "$level", "", "Fehler 😀"];

fn word(random: &mut Random, percent: u64) -> Option<String> {
    random
        .percent(percent)
        .then(|| random.choose(&WORDS).to_owned())
}

fn tags(random: &mut Random) -> Vec<String> {
    (0..random.below(4))
        .map(|tag| format!("tag {tag}"))
        .collect()
}

fn count(random: &mut Random) -> Option<i32> {
    random
        .percent(80)
        .then(|| random.pick(&[0, 0, 3, 30, 300]) + random.between(0, 2) as i32)
}

fn file<M>(random: &mut Random, now: DateTime, days: i64, metadata: M) -> Stored<M> {
    let magnitude = random.between(10, 34);
    Stored {
        id: ObjectId::new(),
        filename: format!("{:016x}", random.bits()),
        length: random.between(1 << magnitude, 2 << magnitude),
        chunk_size: 261_120,
        upload_date: ago(random, now, 0..days * DAY),
        metadata,
    }
}

fn content_type(random: &mut Random) -> Option<String> {
    random
        .pick(&[
            None,
            Some("image/png"),
            Some("video/mp4"),
            Some("application/pdf"),
        ])
        .map(str::to_owned)
}

fn status(random: &mut Random) -> Option<String> {
    random
        .pick(&[None, Some("completed"), Some("completed"), Some("failed")])
        .map(str::to_owned)
}

fn document(random: &mut Random, now: DateTime) -> Stored<DocumentMetadata> {
    let metadata = DocumentMetadata {
        category: random.choose(&["reports", "$plans"]).to_owned(),
        department: random.pick(&[None, Some("sales".to_owned())]),
        uploaded_by: random.pick(&[None, Some("ada".to_owned()), Some("$bo".to_owned())]),
        tags: tags(random),
        access_level: random
            .pick(&[None, Some("public"), Some("restricted"), Some("secret")])
            .map(str::to_owned),
        content_type: content_type(random),
        download_count: count(random),
        last_accessed: random.percent(50).then(|| ago(random, now, 0..DAY)),
        processing_status: status(random),
        hash: word(random, 50),
        business_context: random.percent(80).then(|| BusinessContext {
            project_id: word(random, 80),
            cost_center: word(random, 80),
        }),
    };
    file(random, now, 100, metadata)
}

fn image(random: &mut Random, now: DateTime) -> Stored<ImageMetadata> {
    let metadata = ImageMetadata {
        category: word(random, 80),
        uploaded_by: word(random, 80),
        tags: tags(random),
        visibility: word(random, 80),
        content_type: content_type(random),
        view_count: count(random),
        download_count: count(random),
        last_viewed: random.percent(50).then(|| ago(random, now, 0..DAY)),
        processing_status: status(random),
        hash: word(random, 50),
        album_id: word(random, 80),
    };
    file(random, now, 40, metadata)
}

fn video(random: &mut Random, now: DateTime) -> Stored<VideoMetadata> {
    let metadata = VideoMetadata {
        content_type: content_type(random),
        processing_status: status(random),
        download_count: count(random),
        streaming_optimized: None,
        cdn_enabled: None,
        cache_headers: None,
        video_metadata: None,
        image_metadata: None,
    };
    file(random, now, 40, metadata)
}

async fn servers() -> Option<Servers> {
    let servers = Servers::start(DEFINITIONS).await?;
    let (now, random) = (servers.now().await, &mut Random::new(SEED, "files"));
    let documents: Vec<_> = (0..900).map(|_| document(random, now)).collect();
    servers.store(random, "documents.files", &documents).await;
    let images: Vec<_> = (0..300).map(|_| image(random, now)).collect();
    servers.store(random, "images.files", &images).await;
    let videos: Vec<_> = (0..120).map(|_| video(random, now)).collect();
    servers.store(random, "videos.files", &videos).await;
    Some(servers)
}

/// The statement on PostgreSQL's views and composite types.
fn on_views(name: &'static str, text: &str, buckets: &[&str], fields: &[&str]) -> Statement {
    let mut expected = statement(name, text);
    for bucket in buckets {
        expected = expected.in_postgres(
            &format!("GRIDFS_FILES('{bucket}')"),
            &format!("{bucket}_files"),
        );
    }
    for field in fields {
        let path = match field.split_once('.') {
            Some((outer, inner)) => format!("((metadata).{outer}).{inner}"),
            None => format!("(metadata).{field}"),
        };
        expected = expected.in_postgres(&format!("JSON_EXTRACT(metadata, '$.{field}')"), &path);
    }
    expected
}

#[tokio::test]
async fn file_search() {
    let Some(servers) = servers().await else {
        return;
    };
    let text = include_str!("sql/02-05-file-search-corrected.sql");
    let (_, after) = text.split_once("-- Usage classification\n").unwrap();
    let (usage, _) = after.split_once(" as usage_pattern").unwrap();
    let fields = [
        "category",
        "department",
        "uploaded_by",
        "tags",
        "access_level",
        "content_type",
        "download_count",
        "last_accessed",
        "processing_status",
        "hash",
        "business_context.project_id",
        "business_context.cost_center",
        "visibility",
        "view_count",
        "last_viewed",
        "album_id",
    ];
    for may_see_restricted_files in [true, false] {
        let current_user_id = "ada";
        // PostgreSQL knows no alias in the list in which it is defined, nor inside a key of ORDER BY.
        on_views(
            "02-05-file-search-corrected",
            text,
            &["documents", "images"],
            &fields,
        )
        .in_postgres(
            "$may_see_restricted_files",
            &may_see_restricted_files.to_string(),
        )
        .in_postgres("$current_user_id", "'ada'")
        .in_postgres("JSON_EXTRACT_TEXT(tags)", "to_json(tags)::text")
        .in_postgres("usage_pattern =", &format!("({usage}) ="))
        .in_postgres(
            "unused_files_percent >",
            "ROUND((unused_files::DECIMAL / file_count) * 100, 1) >",
        )
        .in_postgres(
            "total_size_gb >",
            "ROUND(total_size_bytes / 1024.0 / 1024.0 / 1024.0, 2) >",
        )
        .in_postgres(
            "\nSELECT \n  -- Classification dimensions",
            "\nSELECT * FROM (SELECT",
        )
        .in_postgres(
            "ORDER BY \n  CASE action_priority",
            ") AS rows ORDER BY CASE action_priority",
        )
        .ordered_by(&["action_priority", "total_size_gb", "file_count"])
        .check(&servers, 100, async || {
            sql!(
                file "tests/seed_statements/sql/02-05-file-search-corrected.sql",
                may_see_restricted_files = may_see_restricted_files,
                current_user_id = current_user_id
            )
            .fetch_all(&servers.mongo)
            .await
        })
        .await;
    }
}

#[tokio::test]
async fn storage_utilization() {
    let Some(servers) = servers().await else {
        return;
    };
    let text = include_str!("sql/02-07-storage-utilization-corrected.sql");
    // PostgreSQL knows no alias in the list in which it is defined, nor inside a key of ORDER BY.
    on_views(
        "02-07-storage-utilization-corrected",
        text,
        &["documents", "images", "videos"],
        &["content_type", "processing_status", "download_count"],
    )
    .in_postgres(
        "daily_storage_gb >",
        "ROUND(daily_storage_bytes / 1024.0 / 1024.0 / 1024.0, 3) >",
    )
    .in_postgres(
        "\nSELECT \n  bucket_name,\n  upload_day,",
        "\nSELECT * FROM (SELECT bucket_name, upload_day,",
    )
    .in_postgres(
        "ORDER BY \n  CASE alert_status",
        ") AS rows ORDER BY CASE alert_status",
    )
    .ordered_by(&["alert_status", "bucket_name", "upload_day"])
    .check(&servers, 80, async || {
        sql!(file "tests/seed_statements/sql/02-07-storage-utilization-corrected.sql")
            .fetch_all(&servers.mongo)
            .await
    })
    .await;
}

#[tokio::test]
async fn a_range_of_a_file_is_read() {
    let db = queryleaf_testkit::database().await;
    queryleaf::ensure!(db, videos).await.unwrap();
    let content: Vec<u8> = (0..10_000).map(|position| (position % 251) as u8).collect();
    let metadata = VideoMetadata {
        content_type: None,
        processing_status: None,
        download_count: None,
        streaming_optimized: Some(true),
        cdn_enabled: None,
        cache_headers: None,
        video_metadata: Some(Moving {
            duration: Some(12.5),
            bitrate: Some(2),
        }),
        image_metadata: Some(Frame {
            width: Some(640),
            height: None,
        }),
    };
    let files = VideoMetadata::files(&db);
    let upload = files.upload("clip.mp4", &content, metadata);
    let stored = upload.content_type("video/mp4").await.unwrap();
    let requests = [
        (Some(1020), Some(3071), "1020-3071", "206", "8.02"),
        (None, None, "0-9999", "200", "39.06"),
        (Some(9999), None, "9999-9999", "206", "0.00"),
    ];
    for (range_start, range_end, range, status, seconds) in requests {
        let mut row = sql!(
            file "tests/seed_statements/sql/02-06-file-stream-range.sql",
            range_start = range_start,
            range_end = range_end,
            requested_file_id = stored.file_id
        )
        .fetch_one(&db)
        .await
        .unwrap();
        let (first, last) = range.split_once('-').unwrap();
        let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
        assert_eq!(row.file_id, stored.file_id);
        assert_eq!(row.content_type.as_deref(), Some("video/mp4"));
        assert_eq!(
            (row.total_size, row.range_size),
            (10_000, (last - first + 1) as i64)
        );
        assert_eq!(row.content_range_header, format!("bytes {range}/10000"));
        assert_eq!(row.http_status_code, status);
        assert_eq!(row.cache_control_header, "public, max-age=3600");
        assert_eq!(
            (row.is_streaming_optimized, row.use_cdn),
            (Some(true), None)
        );
        let estimated = row.estimated_streaming_seconds.unwrap();
        assert_eq!(estimated.to_string(), seconds);
        let expected = doc! {
            "total_duration": 12.5,
            "bitrate_kbps": 2,
            "width": 640,
            "height": null,
            "supports_range_requests": true,
            "chunk_size_optimized": true,
            "streaming_ready": true,
        };
        assert_eq!(row.content_metadata, expected);
        let mut bytes = Vec::new();
        row.file_stream.read_to_end(&mut bytes).await.unwrap();
        assert!(
            bytes == content[first..=last],
            "{range}: {} bytes",
            bytes.len()
        );
    }
}
