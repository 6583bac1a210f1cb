//! What a query costs when a program is compiled: processor time of `cargo check` and
//! `cargo build`, per `sql!`, in a crate with many distinct queries.
//!
//! ```text
//! cargo bench --bench compile_time -- [--sqlx] [--statement] [--queries 200] [--runs 5] [--optimised-macros]
//! ```
//!
//! Crates are generated under `target` and compiled by the `cargo` that runs this, in the default
//! `dev` profile, dependencies first and not counted:
//!
//! * **cold**: nothing of the crate is there, as after `cargo clean -p`;
//! * **incremental**: all is there, and one number in one of its functions has changed.
//!
//! Every query stands in an async function of its own. From the time of that crate the time of one
//! is subtracted that has the same functions without queries, and the rest is divided by the number
//! of queries. What the functions themselves cost is measured against a crate without them.
//!
//! `--statement` adds one statement of 400 lines, with five common table expressions, in a crate of its
//! own.
//!
//! `--sqlx` does the same with `sqlx::query!` on PostgreSQL, offline, with the same queries.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench reports there"
)]

#[path = "../measure/mod.rs"]
mod measure;

mod generate;
mod queries;
mod queryleaf;
mod sqlx;
mod statement;

use generate::{Content, Library, Workspace};
use measure::{UsageWho, median, processor_time};
use std::process::{Command, Stdio};
use std::{env, io};

/// How many times a crate is compiled incrementally for each time it is compiled cold.
const EDITS: usize = 3;

#[derive(Clone, Copy)]
struct Options {
    sqlx: bool,
    statement: bool,
    queries: usize,
    runs: usize,
    optimised_macros: bool,
}

/// What is measured, as a column of the table.
#[derive(Clone, Copy)]
struct Case {
    command: &'static str,
    cold: bool,
}

const CASES: [Case; 4] = [
    Case {
        command: "check",
        cold: false,
    },
    Case {
        command: "build",
        cold: false,
    },
    Case {
        command: "check",
        cold: true,
    },
    Case {
        command: "build",
        cold: true,
    },
];

/// Milliseconds per query for each case.
type Figures = [f64; CASES.len()];

fn main() -> io::Result<()> {
    let options = Options::read();
    let own = run(&queryleaf::QueryLeaf, &options)?;
    let sqlx = options
        .sqlx
        .then(|| run(&sqlx::Sqlx, &options))
        .transpose()?;
    let statement = options
        .statement
        .then(|| {
            let options = Options {
                queries: 1,
                ..options
            };
            run(&statement::Statement, &options)
        })
        .transpose()?;
    println!(
        "\nprocessor time in ms per query; {} queries, medians of {} runs{}\n",
        options.queries,
        options.runs,
        if options.optimised_macros {
            ", build-override opt-level = 3"
        } else {
            ""
        },
    );
    print!("{:<28}", "");
    for case in CASES {
        let state = if case.cold { "cold" } else { "incremental" };
        print!("{:>18}", format!("{state} {}", case.command));
    }
    println!();
    row("sql!", own.queries);
    if let Some(sqlx) = &sqlx {
        row("sqlx::query!, offline", sqlx.queries);
        let ratios = std::array::from_fn(|case| own.queries[case] / sqlx.queries[case]);
        row("sql! / sqlx::query!", ratios);
    }
    row("async function without query", own.functions);
    if let Some(statement) = &statement {
        row("sql! of 400 lines", statement.queries);
    }
    Ok(())
}

fn row(name: &str, figures: Figures) {
    print!("{name:<28}");
    for figure in figures {
        print!("{figure:>18.2}");
    }
    println!();
}

impl Options {
    fn read() -> Self {
        let mut options = Options {
            sqlx: false,
            statement: false,
            queries: 200,
            runs: 5,
            optimised_macros: false,
        };
        let mut arguments = env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--sqlx" => options.sqlx = true,
                "--statement" => options.statement = true,
                "--queries" => options.queries = number(arguments.next()),
                "--runs" => options.runs = number(arguments.next()),
                "--optimised-macros" => options.optimised_macros = true,
                // What `cargo bench` adds.
                "--bench" => {}
                other => panic!("unknown argument `{other}`"),
            }
        }
        options
    }
}

fn number(argument: Option<String>) -> usize {
    let number = argument.and_then(|argument| argument.parse().ok());
    number
        .filter(|number| *number > 0)
        .expect("a positive number")
}

/// What is found out about a library.
struct Result {
    queries: Figures,
    functions: Figures,
}

/// Measures a library.
fn run(library: &dyn Library, options: &Options) -> io::Result<Result> {
    let directory = queryleaf_testkit::target_directory().join("compile_time");
    let workspace = Workspace::write(directory.join(library.name()), library, options.queries)?;
    eprintln!("{}: dependencies", library.name());
    for command in ["check", "build"] {
        cargo(&workspace, options, &[command, "--workspace"])?;
    }
    let mut times = vec![[const { Vec::new() }; CASES.len()]; Content::ALL.len()];
    let mut edits = 0;
    for run in 1..=options.runs {
        eprintln!("{}: run {run} of {}", library.name(), options.runs);
        for (content, times) in Content::ALL.into_iter().zip(&mut times) {
            for (case, times) in CASES.into_iter().zip(times) {
                let arguments = [case.command, "-p", content.package()];
                if case.cold {
                    cargo(&workspace, options, &["clean", "-p", content.package()])?;
                    times.push(timed(&workspace, options, &arguments)?);
                } else {
                    cargo(&workspace, options, &arguments)?;
                    for _ in 0..EDITS {
                        edits += 1;
                        workspace.edit(content, edits)?;
                        times.push(timed(&workspace, options, &arguments)?);
                    }
                }
            }
        }
    }
    let [nothing, functions, queries] = <[_; 3]>::try_from(times)
        .expect("there is one for each content")
        .map(|times| times.map(median));
    let per_query = |more: Figures, less: Figures| {
        std::array::from_fn(|case| (more[case] - less[case]) / options.queries as f64)
    };
    Ok(Result {
        queries: per_query(queries, functions),
        functions: per_query(functions, nothing),
    })
}

/// The processor time of a `cargo` command and of all that it runs, in milliseconds.
fn timed(workspace: &Workspace, options: &Options, arguments: &[&str]) -> io::Result<f64> {
    let before = processor_time(UsageWho::RUSAGE_CHILDREN);
    cargo(workspace, options, arguments)?;
    Ok((processor_time(UsageWho::RUSAGE_CHILDREN) - before).as_secs_f64() * 1000.0)
}

/// Runs `cargo` in a generated workspace, free of what the environment says about profiles.
fn cargo(workspace: &Workspace, options: &Options, arguments: &[&str]) -> io::Result<()> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PROFILE_") || name == "CARGO_INCREMENTAL" || name == "RUSTFLAGS"
        {
            command.env_remove(name);
        }
    }
    if options.optimised_macros {
        command.env("CARGO_PROFILE_DEV_BUILD_OVERRIDE_OPT_LEVEL", "3");
    }
    let target = workspace.directory.join("target");
    let status = command
        .args(arguments)
        .arg("--quiet")
        .current_dir(&workspace.directory)
        .env("CARGO_TARGET_DIR", target)
        .env("SQLX_OFFLINE", "true")
        .stdin(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        let message = format!("`cargo {}`: {status}", arguments.join(" "));
        Err(io::Error::other(message))
    }
}
