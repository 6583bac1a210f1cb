//! A kept server finds its data again, and belongs to one process at a time.

use std::fs;

use mongodb::bson::{Document, doc};
use queryleaf_testkit::{Error, Server, persistent, target_directory};

/// Starts from nothing, whatever an earlier run has left.
fn forget(name: &str) {
    let directory = target_directory().join(name);
    if directory.exists() {
        fs::remove_dir_all(directory).unwrap();
    }
}

async fn notes(server: &Server) -> mongodb::Collection<Document> {
    server
        .client()
        .await
        .unwrap()
        .database("kept")
        .collection("notes")
}

#[tokio::test]
async fn data_are_there_again_on_another_port() {
    forget("testkit-persistent");
    let mut addresses = Vec::new();
    for expected in 0..3 {
        let server = persistent("testkit-persistent").await.unwrap();
        addresses.push(server.uri().to_owned());
        let notes = notes(&server).await;
        assert_eq!(notes.count_documents(doc! {}).await.unwrap(), expected);
        notes.insert_one(doc! { "round": 1 }).await.unwrap();
        server.stop();
    }
    addresses.dedup();
    assert_eq!(
        addresses.len(),
        3,
        "the test has not seen a change of port: {addresses:?}"
    );
    forget("testkit-persistent");
}

#[tokio::test]
async fn a_second_user_is_told_so() {
    forget("testkit-contested");
    let first = persistent("testkit-contested").await.unwrap();
    let refused = persistent("testkit-contested").await.unwrap_err();
    assert!(matches!(refused, Error::InUse(_)), "{refused}");
    assert!(
        refused
            .to_string()
            .contains("another process is using the server in `")
    );

    // The attempt has not harmed the first.
    notes(&first)
        .await
        .insert_one(doc! { "alive": true })
        .await
        .unwrap();
    let directory = first.directory().to_path_buf();
    drop(first);
    assert!(!directory.exists());
    forget("testkit-contested");
}
