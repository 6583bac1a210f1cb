//! The library over HTTP: a list, and the files with byte ranges, as players of videos ask for them.

use std::fmt::{Display, Write};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use mongodb::Database;
use queryleaf::gridfs::{Bucket, RangeResponse};
use queryleaf::prelude::*;
use tokio::net::TcpListener;

use crate::models::{Item, Kind, library};

/// Answers requests until the program is ended.
pub(crate) async fn serve(router: Router, listener: TcpListener) -> crate::Result<()> {
    Ok(axum::serve(listener, router).await?)
}

/// What there is to be asked for.
pub(crate) fn router(database: Database) -> Router {
    Router::new()
        .route("/", get(list))
        .route("/files/{file_id}", get(file))
        .with_state(database)
}

/// A request that failed: what the client is told.
struct Failure(StatusCode, String);

impl Failure {
    fn internal(error: impl Display) -> Self {
        Failure(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}

/// A page with the largest pictures, sounds and videos, and then with the largest of the other files.
async fn list(State(database): State<Database>) -> Result<Html<String>, Failure> {
    let query = sql!(
        "SELECT file_id, filename, length, metadata.kind
         FROM GRIDFS_FILES('library')
         ORDER BY metadata.kind IN ('image', 'audio', 'video') DESC, length DESC
         LIMIT 50"
    );
    let files = query.fetch_all(&database).await;
    let mut page = "<!doctype html><title>Media library</title><ul>".to_owned();
    for file in files.map_err(Failure::internal)? {
        let address = format!("/files/{}", file.file_id);
        let name = escaped(&file.filename);
        let shown = match file.kind {
            Kind::Video => format!("<video controls preload=none src={address}></video> {name}"),
            Kind::Audio => format!("<audio controls preload=none src={address}></audio> {name}"),
            Kind::Image => format!("<img height=80 loading=lazy src={address}> {name}"),
            Kind::Text | Kind::Application | Kind::Other => format!("<a href={address}>{name}</a>"),
        };
        // Writing to a string cannot fail.
        let _ = write!(page, "<li>{shown}, {} bytes", file.length);
    }
    Ok(Html(page))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A file, or the range of it that the request asks for.
async fn file(
    method: Method,
    State(database): State<Database>,
    Path(file_id): Path<String>,
    request: HeaderMap,
) -> Result<Response, Failure> {
    let no_file = || Failure(StatusCode::NOT_FOUND, format!("no file {file_id}"));
    let id = ObjectId::parse_str(&file_id).map_err(|_| no_file())?;
    let query =
        sql!("SELECT content_type, length FROM GRIDFS_FILES('library') WHERE file_id = :id");
    let found = query.fetch_optional(&database).await;
    let found = found.map_err(Failure::internal)?.ok_or_else(no_file)?;

    // The content of a file never changes, so its key tells one version from another.
    let tag = format!("\"{file_id}\"");
    let header = |name| request.get(name).and_then(|value| value.to_str().ok());
    if header(IF_NONE_MATCH).is_some_and(|known| known.contains(&tag)) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    // Only GET asks for ranges; and not of another version than the one that the client has a part of.
    let is_meant = method == Method::GET && header(IF_RANGE).is_none_or(|known| known == tag);
    let wanted = header(RANGE).filter(|_| is_meant);
    let range = RangeResponse::new(wanted, found.length.unsigned_abs());
    let body = match range.range() {
        Some(bytes) => {
            let opened = Item::files(&database).open_range(id, bytes).await;
            Body::from_stream(opened.map_err(Failure::internal)?.into_stream())
        }
        None => Body::empty(),
    };
    let mut response = Response::builder().status(range.status()).header(ETAG, tag);
    for (name, value) in range.headers() {
        response = response.header(name, value);
    }
    let media_type = found.content_type;
    let media_type = media_type.unwrap_or_else(|| "application/octet-stream".to_owned());
    let response = response.header(CONTENT_TYPE, media_type).body(body);
    response.map_err(Failure::internal)
}
