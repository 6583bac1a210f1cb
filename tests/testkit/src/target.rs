//! Where downloads and kept data live: under cargo's own `target` directory.

use std::env;
use std::path::{Path, PathBuf};

/// The directory for what outlives a test run: `queryleaf` under the workspace's `target`.
///
/// `cargo clean` removes it with everything else that can be made again.
pub fn target_directory() -> PathBuf {
    let running = env::current_exe().ok();
    running
        .as_deref()
        .and_then(build_directory)
        .or_else(|| env::var_os("CARGO_TARGET_DIR").map(PathBuf::from))
        .filter(|directory| directory.is_absolute())
        .unwrap_or_else(|| workspace().join("target"))
        .join("queryleaf")
}

/// The build directory that holds `executable`, which cargo marks with a tag file.
///
/// This is right wherever `target` was moved to: by a flag, a configuration file, or a relative
/// `CARGO_TARGET_DIR`, which tests could not resolve because they run elsewhere.
fn build_directory(executable: &Path) -> Option<PathBuf> {
    let tagged = |directory: &&Path| directory.join("CACHEDIR.TAG").is_file();
    executable
        .ancestors()
        .skip(1)
        .find(tagged)
        .map(Path::to_path_buf)
}

/// The root of the workspace, two levels above this package.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_test_is_in_its_own_build_directory() {
        let executable = env::current_exe().unwrap();
        let directory = target_directory();
        assert!(directory.ends_with("queryleaf"));
        assert!(executable.starts_with(directory.parent().unwrap()));
    }

    #[test]
    fn a_program_elsewhere_has_none() {
        assert_eq!(build_directory(Path::new("/nowhere/to/be/found")), None);
    }
}
