//! Uploads: what is stored, and what is not when they are interrupted.

use crate::common::{Gallery, Picture, bytes, failing_after};
use queryleaf::gridfs::FileError;

#[tokio::test]
async fn what_is_stored() {
    let gallery = Gallery::new().await;
    let content = bytes(10);
    let upload = gallery
        .files
        .upload("boat.png", &content, Picture::by("Krohg"));
    let file = upload
        .content_type("image/png")
        .chunk_size(4)
        .await
        .unwrap();
    assert_eq!((file.length, file.chunk_size), (10, 4));
    assert_eq!(file.content_type.as_deref(), Some("image/png"));
    assert_eq!(file.metadata, Picture::by("Krohg"));
    let sizes: Vec<_> = gallery
        .chunks()
        .await
        .iter()
        .map(|chunk| {
            assert_eq!(chunk.get_object_id("files_id").unwrap(), file.file_id);
            let n = chunk.get_i32("n").unwrap();
            (n, chunk.get_binary_generic("data").unwrap().len())
        })
        .collect();
    assert_eq!(sizes, [(0, 4), (1, 4), (2, 2)]);
    assert_eq!(gallery.read(file.file_id).await, content);
}

#[tokio::test]
async fn nothing_is_left_of_a_source_that_fails() {
    let gallery = Gallery::new().await;
    let source = failing_after(bytes(9_000_000));
    let error = gallery.files.upload("a", source, Picture::default()).await;
    let error = error.unwrap_err();
    assert!(matches!(error.file(), Some(FileError::Source { filename, .. }) if filename == "a"));
    assert!(gallery.file_documents().await.is_empty());
    assert!(gallery.chunks().await.is_empty());
}
