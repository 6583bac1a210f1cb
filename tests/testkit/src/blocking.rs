//! Async work for callers that wait.

use std::future::Future;
use std::thread;

use crate::{Error, Result};

/// Runs `work` on a thread and a runtime of its own.
///
/// Servers are shared by tests with a runtime each, so their start can belong to none of those.
pub(crate) fn block_on<T: Send>(work: impl Future<Output = Result<T>> + Send) -> Result<T> {
    let failed = |message: String| Error::Setup {
        step: "run the driver",
        message,
    };
    thread::scope(|scope| {
        let running = scope.spawn(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| failed(error.to_string()))?
                .block_on(work)
        });
        let panicked = |_| Err(failed("the driver panicked".to_owned()));
        running.join().unwrap_or_else(panicked)
    })
}
