//! How much memory an upload and a download take: in processes that do nothing else.

use crate::way::Way;
use queryleaf::bson::Bson;
use queryleaf::mongodb::Client;
use std::env;
use std::error::Error;
use std::process::Command;

/// Tells a process that it is to move a file: which way, how long, where.
const TASK: &str = "QUERYLEAF_BENCH_FILES_TASK";

/// The most that was resident, in MiB.
pub(crate) struct Memory {
    pub(crate) up: f64,
    pub(crate) down: f64,
}

/// Whether this process is one of those.
pub(crate) fn is_child() -> bool {
    env::var_os(TASK).is_some()
}

/// What a way takes.
pub(crate) fn of(way: &Way, length: u64) -> Result<Memory, Box<dyn Error>> {
    let place = Way::all()
        .iter()
        .position(|other| other.to_string() == way.to_string())
        .ok_or("no such way")?;
    let uri = env::var("QUERYLEAF_BENCH_FILES_URI").or_else(|_| uri())?;
    let run = |task: String| -> Result<String, Box<dyn Error>> {
        let output = Command::new(env::current_exe()?).env(TASK, task).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    };
    let up = run(format!("up {place} {length} {uri}"))?;
    let (memory, file_id) = up.trim().split_once(' ').ok_or("no answer")?;
    let down = run(format!("down {place} {file_id} {uri}"))?;
    Ok(Memory {
        up: memory.parse()?,
        down: down.trim().parse()?,
    })
}

/// The server of this process.
fn uri() -> Result<String, Box<dyn Error>> {
    let runtime = tokio::runtime::Handle::current();
    Ok(tokio::task::block_in_place(|| {
        runtime.block_on(queryleaf_testkit::uri()).to_owned()
    }))
}

/// Moves the file, and prints how much memory it took.
pub(crate) async fn child() -> Result<(), Box<dyn Error>> {
    let task = env::var(TASK)?;
    let parts: Vec<&str> = task.splitn(4, ' ').collect();
    let [direction, place, what, uri] = parts[..] else {
        return Err("no task".into());
    };
    let way = Way::all()[place.parse::<usize>()?];
    let client = Client::with_uri_str(uri).await?;
    let database = client.database(&format!("bench_memory_{place}"));
    if direction == "up" {
        let file_id = way.upload(&database, what.parse()?).await?;
        let file_id = file_id.as_object_id().ok_or("no file")?;
        println!("{} {}", resident()?, file_id.to_hex());
    } else {
        let file_id = queryleaf::bson::oid::ObjectId::parse_str(what)?;
        way.download(&database, Bson::ObjectId(file_id)).await?;
        println!("{}", resident()?);
        database.drop().await?;
    }
    Ok(())
}

/// The most that was resident so far, in MiB.
fn resident() -> Result<f64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(kilobytes.ok_or("no such line")?.trim().parse::<f64>()? / 1024.0)
}
