//! The server that an example runs on: a private one, or the user's own.

use mongodb::Client;
use queryleaf_testkit::Server;

use crate::Result;

/// A client of the server with this URI, or else of a private one, whose data are kept under this name.
///
/// The private server has to be held to the end of the program, which then ends it in good order.
pub(crate) async fn connect(uri: Option<&str>, name: &str) -> Result<(Client, Option<Server>)> {
    match uri {
        Some(uri) => Ok((Client::with_uri_str(uri).await?, None)),
        None => {
            let server = queryleaf_testkit::persistent(name).await?;
            Ok((server.client().await?, Some(server)))
        }
    }
}
