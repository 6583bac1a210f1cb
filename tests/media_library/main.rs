//! The example `media_library`: its files as clients of HTTP get them.

#![expect(clippy::print_stdout, reason = "the example does")]

mod browser;
mod http;
#[path = "../../examples/media_library/load.rs"]
mod load;
#[path = "../../examples/media_library/models.rs"]
mod models;
#[path = "../../examples/media_library/serve.rs"]
mod serve;
#[path = "../../examples/media_library/tree.rs"]
mod tree;

use axum::Router;
use http::{Answer, ask};
use models::library;
use queryleaf::prelude::*;
use std::error::Error;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use tokio::net::TcpListener;

/// What the parts of the example answer.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// As many bytes, of which no two neighbours are the same.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n % 251) as u8).collect()
}

/// The example with a film of a megabyte, an empty text and another text.
struct Library {
    database: mongodb::Database,
    address: SocketAddr,
    directory: PathBuf,
}

impl Library {
    async fn open() -> Self {
        Library::open_with(|router| router).await
    }

    /// The same with something around its server.
    async fn open_with(around: impl FnOnce(Router) -> Router) -> Self {
        let database = queryleaf_testkit::database().await;
        let directory = std::env::temp_dir().join(database.name());
        let films = directory.join("films");
        std::fs::create_dir_all(&films).unwrap();
        std::fs::write(films.join("fjord.mp4"), content(1_000_000)).unwrap();
        std::fs::write(films.join("empty.txt"), []).unwrap();
        std::fs::write(films.join("<seen>.txt"), "in May").unwrap();
        load::load(&database, &directory, 10).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = around(serve::router(database.clone()));
        tokio::spawn(serve::serve(router, listener));
        Library {
            database,
            address,
            directory,
        }
    }

    /// Where a file is.
    async fn path(&self, name: &str) -> String {
        let file_id: ObjectId =
            sql!("SELECT file_id FROM GRIDFS_FILES('library') WHERE filename = :name")
                .fetch_scalar(&self.database)
                .await
                .unwrap();
        format!("/files/{file_id}")
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        ask(self.address, "GET", path, headers).await
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

#[tokio::test]
async fn whole_files() {
    let library = Library::open().await;
    let film = library.get(&library.path("fjord.mp4").await, &[]).await;
    assert_eq!(film.status, 200);
    assert_eq!(film.header("content-type"), Some("video/mp4"));
    assert_eq!(film.header("content-length"), Some("1000000"));
    assert_eq!(film.header("accept-ranges"), Some("bytes"));
    assert_eq!(film.header("content-range"), None);
    assert_eq!(film.header("transfer-encoding"), None);
    assert!(film.body == content(1_000_000));
    let empty = library.get(&library.path("empty.txt").await, &[]).await;
    assert_eq!((empty.status, empty.body.len()), (200, 0));
    assert_eq!(empty.header("content-length"), Some("0"));
    for path in ["/files/none", "/files/6512bd43d9caa6e02c990b0a"] {
        assert_eq!(library.get(path, &[]).await.status, 404);
    }
}

#[tokio::test]
async fn ranges() {
    let library = Library::open().await;
    let (path, content) = (library.path("fjord.mp4").await, content(1_000_000));
    for (range, expected) in [
        ("bytes=0-99", 0..100),
        ("bytes=261119-261120", 261_119..261_121),
        ("bytes=999999-", 999_999..1_000_000),
        ("bytes=-1000", 999_000..1_000_000),
        ("bytes=0-", 0..1_000_000),
        ("bytes=500000-9999999", 500_000..1_000_000),
    ] {
        let answer = library.get(&path, &[("range", range)]).await;
        assert_eq!(answer.status, 206, "{range}");
        let (first, last) = (expected.start, expected.end - 1);
        let content_range = format!("bytes {first}-{last}/1000000");
        assert_eq!(answer.header("content-range"), Some(&*content_range));
        let length = expected.len().to_string();
        assert_eq!(answer.header("content-length"), Some(&*length));
        assert!(answer.body == content[expected], "{range}");
    }
}

#[tokio::test]
async fn ranges_that_are_not_there() {
    let library = Library::open().await;
    let path = library.path("fjord.mp4").await;
    for range in ["bytes=1000000-", "bytes=2000000-3000000", "bytes=-0"] {
        let answer = library.get(&path, &[("range", range)]).await;
        assert_eq!((answer.status, answer.body.len()), (416, 0), "{range}");
        assert_eq!(answer.header("content-range"), Some("bytes */1000000"));
    }
    // Of several ranges at once, and of what is no range, all of the file is the answer.
    for range in ["bytes=0-1,5-6", "bytes=7-5", "lines=1-2", "bytes"] {
        let answer = library.get(&path, &[("range", range)]).await;
        assert_eq!(answer.status, 200, "{range}");
        assert_eq!(answer.body.len(), 1_000_000);
    }
    let empty = library.path("empty.txt").await;
    let answer = library.get(&empty, &[("range", "bytes=0-9")]).await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

#[tokio::test]
async fn versions() {
    let library = Library::open().await;
    let path = library.path("fjord.mp4").await;
    let tag = library.get(&path, &[]).await;
    let tag = tag.header("etag").unwrap();
    let range = ("range", "bytes=10-19");
    let same = library.get(&path, &[range, ("if-range", tag)]).await;
    assert_eq!((same.status, same.body.len()), (206, 10));
    let other = library.get(&path, &[range, ("if-range", "\"x\"")]).await;
    assert_eq!((other.status, other.body.len()), (200, 1_000_000));
    let known = library.get(&path, &[("if-none-match", tag)]).await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    assert_eq!(known.header("etag"), Some(tag));
}

#[tokio::test]
async fn only_the_headers() {
    let library = Library::open().await;
    let path = library.path("fjord.mp4").await;
    for headers in [&[][..], &[("range", "bytes=0-9")]] {
        let answer = ask(library.address, "HEAD", &path, headers).await;
        assert_eq!((answer.status, answer.body.len()), (200, 0));
        assert_eq!(answer.header("content-length"), Some("1000000"));
        assert_eq!(answer.header("accept-ranges"), Some("bytes"));
    }
}

#[tokio::test]
async fn the_list() {
    let library = Library::open().await;
    let list = library.get("/", &[]).await;
    assert_eq!(list.status, 200);
    let page = String::from_utf8(list.body).unwrap();
    let film = library.path("fjord.mp4").await;
    assert!(page.contains(&format!("<video controls preload=none src={film}>")));
    assert!(page.contains("&lt;seen>.txt"), "{page}");
}

/// As a person at a terminal does it, where there is curl.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn curl() {
    if Command::new("curl").arg("--version").output().is_err() {
        return;
    }
    let library = Library::open().await;
    let url = format!(
        "http://{}{}",
        library.address,
        library.path("fjord.mp4").await
    );
    let content = content(1_000_000);
    let curl = |arguments: &[&str]| {
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--fail"])
            .args(arguments)
            .arg(&url)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        output.stdout
    };
    assert_eq!(curl(&["-r", "0-99"]), content[..100]);
    assert_eq!(curl(&["-r", "-100"]), content[999_900..]);
    // A download that was broken off is taken up again.
    let part = library.directory.join("part");
    std::fs::write(&part, &content[..400_000]).unwrap();
    let text = Path::new(&part).to_str().unwrap();
    curl(&["-C", "-", "-o", text]);
    assert!(std::fs::read(&part).unwrap() == content);
}
