//! The files of a directory and of all directories in it.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use queryleaf::gridfs::{NewFile, Source};
use queryleaf::prelude::DateTime;

use crate::Result;
use crate::models::{Item, Kind};

/// A file that is to be put into the library.
#[derive(Debug)]
pub(crate) struct Found {
    path: PathBuf,
    item: Item,
    media_type: String,
    /// Its length in bytes.
    pub(crate) length: u64,
}

/// The first files of a tree, in the order of their paths.
pub(crate) fn files(tree: &Path, limit: usize) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    collect(tree, tree, limit, &mut found)?;
    if found.is_empty() {
        return Err(format!("there are no files in {}", tree.display()).into());
    }
    Ok(found)
}

fn collect(tree: &Path, directory: &Path, limit: usize, found: &mut Vec<Found>) -> Result<()> {
    let unreadable = |error| format!("{}: {error}", directory.display());
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        entries.push(entry.map_err(unreadable)?.path());
    }
    entries.sort();
    for path in entries {
        if found.len() >= limit {
            return Ok(());
        }
        let metadata = fs::symlink_metadata(&path)?;
        if metadata.is_dir() {
            collect(tree, &path, limit, found)?;
        } else if metadata.is_file() {
            found.push(Found::new(tree, path, &metadata)?);
        }
    }
    Ok(())
}

impl Found {
    fn new(tree: &Path, path: PathBuf, metadata: &Metadata) -> Result<Self> {
        let inside = path.strip_prefix(tree)?.parent().unwrap_or(Path::new(""));
        let names: Vec<_> = inside.iter().map(OsStr::to_string_lossy).collect();
        let (shelf, directory) = match &names[..] {
            // The registry that crates come from is one directory more, which tells nothing.
            [registry, shelf, rest @ ..] if registry.contains("crates.io") => (shelf, rest),
            [shelf, rest @ ..] => (shelf, rest),
            [] => (&Cow::Borrowed("."), &[][..]),
        };
        let media_type = mime_guess::from_path(&path)
            .first_raw()
            .unwrap_or("application/octet-stream");
        Ok(Found {
            item: Item {
                shelf: shelf.to_string(),
                directory: directory.join("/"),
                kind: Kind::of(media_type),
                modified: DateTime::from_system_time(metadata.modified()?),
                loans: 0,
            },
            media_type: media_type.to_owned(),
            length: metadata.len(),
            path,
        })
    }
}

impl From<Found> for NewFile<'static, Item> {
    fn from(found: Found) -> Self {
        let name = found.path.file_name().unwrap_or_default().to_string_lossy();
        NewFile::new(name, Source::path(&found.path), found.item).content_type(found.media_type)
    }
}
