//! A film in the `<video>` element of a browser, where there are chromium and ffmpeg.

use crate::{Library, load};
use axum::Router;
use axum::extract::Request;
use axum::http::header::{CONTENT_RANGE, IF_NONE_MATCH, RANGE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Html;
use axum::routing::{get, post};
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const PAGE: &str = include_str!("browser.html");

/// How long the browser may take, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// A browser that is ended with the test.
struct Browser(Child);

impl Browser {
    fn open(url: &str, profile: &Path) -> Self {
        let child = Command::new("chromium")
            .args(["--headless=new", "--no-sandbox", "--disable-gpu"])
            .args(["--disable-background-networking", "--no-first-run"])
            .arg("--autoplay-policy=no-user-gesture-required")
            // One that it picks keeps it running without anybody at a screen.
            .arg("--remote-debugging-port=0")
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(url)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Browser(child.unwrap())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn is_there(program: &str, argument: &str) -> bool {
    let mut command = Command::new(program);
    command.arg(argument).output().is_ok()
}

/// Makes a film of a minute that is too large to be read ahead, with its index at the end.
fn make_film(path: &Path) {
    let source = "testsrc=size=320x240:rate=10,noise=alls=60:allf=t";
    let arguments = [
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        source,
        "-t",
        "60",
    ];
    let codec = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8"];
    let made = Command::new("ffmpeg")
        .args(arguments)
        .args(codec)
        .args(["-b:v", "2M", "-g", "20"].map(OsStr::new))
        .arg(path)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}

/// The page of the test, which plays a film of the library.
async fn page(film: &str, told: mpsc::UnboundedSender<String>) -> String {
    let page = PAGE.replace("FILM", film);
    let tell = move |text: String| async move {
        let _ = told.send(text);
    };
    let router = Router::new()
        .route("/", get(Html(page)))
        .route("/told", post(tell));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/")
}

/// What was asked for, and what was answered.
#[derive(Debug)]
struct Exchange {
    range: Option<String>,
    /// The version of which the browser has these bytes already, where it asks whether there is another.
    known: Option<String>,
    status: StatusCode,
    content_range: Option<String>,
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str();
    Some(value.unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_video_element_goes_to_any_place() {
    if !is_there("chromium", "--version") || !is_there("ffmpeg", "-version") {
        println!("skipped: there is no chromium, or no ffmpeg");
        return;
    }
    let exchanges: Arc<Mutex<Vec<Exchange>>> = Arc::default();
    let noted = Arc::clone(&exchanges);
    let note = move |request: Request, next: Next| {
        let noted = Arc::clone(&noted);
        async move {
            let range = text(request.headers(), RANGE);
            let known = text(request.headers(), IF_NONE_MATCH);
            let answer = next.run(request).await;
            noted.lock().unwrap().push(Exchange {
                range,
                known,
                status: answer.status(),
                content_range: text(answer.headers(), CONTENT_RANGE),
            });
            answer
        }
    };
    let library = Library::open_with(|router| router.layer(middleware::from_fn(note))).await;
    let film = library.directory.join("films/lighthouse.webm");
    make_film(&film);
    let length = std::fs::metadata(&film).unwrap().len();
    load::load(&library.database, &library.directory, 10)
        .await
        .unwrap();
    let film = library.path("lighthouse.webm").await;
    let film = format!("http://{}{film}", library.address);
    let (told, mut telling) = mpsc::unbounded_channel();
    let page = page(&film, told).await;
    let browser = Browser::open(&page, &library.directory.join("profile"));
    let told = tokio::time::timeout(PATIENCE, telling.recv()).await;
    // Its seconds, how far it can be gone into, where it was after that, and its width.
    assert_eq!(told.unwrap().as_deref(), Some("60 60 48 6 320"));
    drop(browser);

    let exchanges = exchanges.lock().unwrap();
    let mut furthest = 0;
    for exchange in &*exchanges {
        if exchange.known.is_some() {
            assert_eq!(exchange.status, StatusCode::NOT_MODIFIED, "{exchange:?}");
            continue;
        }
        let range = exchange.range.as_deref().unwrap();
        let (first, last) = range
            .strip_prefix("bytes=")
            .unwrap()
            .split_once('-')
            .unwrap();
        let last = match last {
            "" => (length - 1).to_string(),
            last => last.to_owned(),
        };
        assert_eq!(exchange.status, StatusCode::PARTIAL_CONTENT, "{exchange:?}");
        let content_range = format!("bytes {first}-{last}/{length}");
        assert_eq!(exchange.content_range.as_ref(), Some(&content_range));
        furthest = furthest.max(first.parse().unwrap());
    }
    // The index at the end was asked for, and not all that is before it.
    assert!(furthest > length / 2, "{exchanges:?}");
}
