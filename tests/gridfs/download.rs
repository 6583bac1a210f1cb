//! Downloads: all of a file, ranges of it, and files that are damaged.

use crate::common::{Gallery, bytes, read_all};

#[tokio::test]
async fn ranges() {
    let gallery = Gallery::new().await;
    let content = bytes(1000);
    let file = gallery.store("a", &content, 64).await;
    for (from, to) in [
        (0, 0),
        (0, 999),
        (63, 64),
        (64, 127),
        (999, 5000),
        (500, 700),
    ] {
        let stream = gallery.files.open_range(file.file_id, from..=to).await;
        let read = read_all(stream.unwrap()).await.unwrap();
        let to = usize::try_from(to).unwrap().min(999);
        assert_eq!(read, content[usize::try_from(from).unwrap()..=to]);
    }
}
