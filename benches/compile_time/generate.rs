//! The crates that are compiled: for each library one without functions, one with an async function
//! in place of every query, and one with the queries in these functions.

use super::queries::{Kind, Query, query};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Queries in one file.
const PER_MODULE: usize = 20;

/// A library whose queries are compiled.
pub(crate) trait Library {
    /// Its name, that of the workspace as well.
    fn name(&self) -> &'static str;
    /// The `[dependencies]` of its crates.
    fn dependencies(&self) -> String;
    /// The lock file to start from, so that nothing newer is fetched.
    fn lock_file(&self) -> Option<PathBuf>;
    /// The items at the root of each crate: imports, schemas, `Connection`, `Result` and
    /// `async fn nothing(&Connection) -> Result<Vec<u8>>`.
    fn root(&self) -> String;
    /// The Rust type of a parameter.
    fn parameter(&self, kind: Kind) -> &'static str;
    /// A constant of that type.
    fn constant(&self, kind: Kind) -> &'static str;
    /// The macro call of a query.
    fn call(&self, query: &Query) -> String;
    /// Writes the files that belong to a query.
    fn files(&self, directory: &Path, query: &Query) -> io::Result<()>;
}

/// What a crate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Everything but the functions.
    Nothing,
    /// The functions without their queries.
    Functions,
    /// The functions and their queries.
    Queries,
}

impl Content {
    pub(crate) const ALL: [Content; 3] = [Content::Nothing, Content::Functions, Content::Queries];

    /// The name of the crate.
    pub(crate) fn package(self) -> &'static str {
        match self {
            Content::Nothing => "nothing",
            Content::Functions => "functions",
            Content::Queries => "queries",
        }
    }
}

/// A generated workspace.
pub(crate) struct Workspace {
    pub(crate) directory: PathBuf,
    modules: usize,
}

impl Workspace {
    /// Writes the crates for this many queries into a directory.
    pub(crate) fn write(
        directory: PathBuf,
        library: &dyn Library,
        queries: usize,
    ) -> io::Result<Self> {
        let modules = queries.div_ceil(PER_MODULE);
        for content in Content::ALL {
            let package = directory.join(content.package());
            fs::create_dir_all(package.join("src"))?;
            let name = content.package();
            let dependencies = library.dependencies();
            write_changed(
                &package.join("Cargo.toml"),
                &format!(
                    "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                     [dependencies]\n{dependencies}"
                ),
            )?;
            let modules = if content == Content::Nothing {
                0
            } else {
                modules
            };
            write_changed(&package.join("src/lib.rs"), &root(library, modules))?;
            for module in 0..modules {
                let first = module * PER_MODULE;
                let numbers = first..queries.min(first + PER_MODULE);
                let text = functions(library, content, numbers);
                write_changed(&package.join(format!("src/queries_{module}.rs")), &text)?;
            }
            if content == Content::Queries {
                for number in 0..queries {
                    library.files(&package, &query(number))?;
                }
            }
        }
        write_changed(
            &directory.join("Cargo.toml"),
            "[workspace]\nresolver = \"3\"\nmembers = [\"nothing\", \"functions\", \"queries\"]\n",
        )?;
        let lock_file = directory.join("Cargo.lock");
        if let (Some(locked), false) = (library.lock_file(), lock_file.exists()) {
            fs::copy(locked, lock_file)?;
        }
        Ok(Workspace { directory, modules })
    }

    /// Changes a number in one function of a crate, or at its root when it has no functions; the
    /// places of everything else stay as they are.
    pub(crate) fn edit(&self, content: Content, number: usize) -> io::Result<()> {
        let file = match content {
            Content::Nothing => "src/lib.rs".to_owned(),
            Content::Functions | Content::Queries => {
                format!("src/queries_{}.rs", self.modules / 2)
            }
        };
        let file = self.directory.join(content.package()).join(file);
        let text = fs::read_to_string(&file)?;
        let (before, after) = text.split_once(MARK).expect("the file was written above");
        let rest = after.get(DIGITS..).expect("the number has so many digits");
        let text = format!("{before}{MARK}{number:0width$}{rest}", width = DIGITS);
        fs::write(&file, text)
    }
}

/// What stands before the number to be changed.
const MARK: &str = "usize = 1";
const DIGITS: usize = 6;

/// Writes a file unless it is as it should be, so that nothing is compiled again for no reason.
fn write_changed(file: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(file).is_ok_and(|found| found == text) {
        return Ok(());
    }
    fs::write(file, text)
}

/// The root of a crate. A boxed future makes the compiler generate the code of all functions.
fn root(library: &dyn Library, modules: usize) -> String {
    let mut text = library.root();
    let mut awaits = String::new();
    for module in 0..modules {
        let _ = writeln!(text, "mod queries_{module};");
        let _ = writeln!(awaits, "    sum += queries_{module}::all(db).await?;");
    }
    let _ = write!(
        text,
        "\nasync fn all(db: &Connection) -> Result<usize> {{\n    \
         let mut sum: {MARK}000000;\n    sum += nothing(db).await?.len();\n{awaits}    Ok(sum)\n}}\n\n\
         pub fn start(db: &Connection) -> std::pin::Pin<Box<dyn Future<Output = Result<usize>> + '_>> {{\n    \
         Box::pin(all(db))\n}}\n"
    );
    text
}

/// A file of functions, each with one query.
fn functions(library: &dyn Library, content: Content, numbers: std::ops::Range<usize>) -> String {
    let mut text = "use super::*;\n".to_owned();
    let mut awaits = String::new();
    for number in numbers {
        let query = query(number);
        let call = match content {
            Content::Queries => format!("{}.fetch_all(db)", library.call(&query)),
            Content::Nothing | Content::Functions => {
                let used: String = names(&query)
                    .map(|name| format!("let _ = &{name}; "))
                    .collect();
                format!("{{ {used}nothing(db) }}")
            }
        };
        let _ = write!(text, "\nasync fn query_{number}(db: &Connection");
        for (name, kind) in &query.parameters {
            let _ = write!(text, ", {name}: {}", library.parameter(*kind));
        }
        let _ = write!(
            text,
            ") -> Result<usize> {{\n    let extra: {MARK}000000;\n    \
             let rows = {call}.await?;\n    Ok(rows.len() + extra)\n}}\n"
        );
        let constants: String = query
            .parameters
            .iter()
            .map(|(_, kind)| format!(", {}", library.constant(*kind)))
            .collect();
        let _ = writeln!(awaits, "    sum += query_{number}(db{constants}).await?;");
    }
    let _ = write!(
        text,
        "\npub(crate) async fn all(db: &Connection) -> Result<usize> {{\n    \
         let mut sum = 0;\n{awaits}    Ok(sum)\n}}\n"
    );
    text
}

/// The names of the parameters.
pub(crate) fn names(query: &Query) -> impl Iterator<Item = &'static str> {
    query.parameters.iter().map(|(name, _)| *name)
}
