//! Statements that create, change or remove what is defined.

use super::Affected;
use super::run::Run;
use crate::catalog::{Catalog, code};
use crate::error::{Error, Result};
use futures::TryStreamExt;
use mongodb::bson::{Bson, Document, doc};

/// Carries out the steps, one after the other.
pub(super) async fn define(run: &mut Run<'_>, steps: &[Document]) -> Result<Affected> {
    if run.in_transaction {
        let what = "a statement that defines; run it before the transaction";
        return Err(run.not_in_transaction(what));
    }
    let mut affected = Affected::NOTHING;
    for step in steps {
        if let Ok(name) = step.get_str("exists") {
            exists(run, name).await?;
        } else if let Ok(name) = step.get_str("dropTtl") {
            drop_ttl(run, name, step).await?;
        } else if step.contains_key("compactTtl") {
            compact(run).await?;
        } else {
            let command = step.get_document("run");
            let command = command.map_err(|error| run.internal(error.to_string()))?;
            let ignored = step.get_array("ignore").map(Vec::as_slice);
            affected += once(run, command.clone(), ignored.unwrap_or_default()).await?;
        }
    }
    Ok(affected)
}

/// Runs a command, and waits until no failover can undo it.
async fn once(run: &mut Run<'_>, mut command: Document, ignored: &[Bson]) -> Result<Affected> {
    command.insert("writeConcern", doc! { "w": "majority" });
    let answer = match send(run, command).await {
        Ok(answer) => answer,
        Err(error) if code(&error).is_some_and(|code| ignored.contains(&Bson::Int32(code))) => {
            return Ok(Affected::NOTHING);
        }
        Err(error) => return Err(Error::from_driver(error, run.plan())),
    };
    if let Some(Bson::Document(refused)) = answer
        .get_array("writeErrors")
        .ok()
        .and_then(|errors| errors.first())
    {
        let message = refused
            .get_str("errmsg")
            .unwrap_or("the server refused to write");
        return Err(failed(run, message.to_owned()));
    }
    let count = |key: &str| match answer.get(key) {
        Some(Bson::Int32(count)) => u64::try_from(*count).unwrap_or_default(),
        Some(Bson::Int64(count)) => u64::try_from(*count).unwrap_or_default(),
        _ => 0,
    };
    // Only `update` tells how many there were.
    Ok(match answer.contains_key("nModified") {
        true => Affected::updated(count("n"), count("nModified")),
        false => Affected::NOTHING,
    })
}

async fn exists(run: &mut Run<'_>, name: &str) -> Result<()> {
    let command = doc! { "listCollections": 1, "nameOnly": true, "filter": { "name": name } };
    let answer = send(run, command).await;
    let answer = answer.map_err(|error| Error::from_driver(error, run.plan()))?;
    let found = answer
        .get_document("cursor")
        .and_then(|cursor| cursor.get_array("firstBatch"))
        .is_ok_and(|found| !found.is_empty());
    if found {
        Ok(())
    } else {
        Err(failed(run, format!("collection \"{name}\" does not exist")))
    }
}

/// Drops the TTL indexes with this key, and with this condition where there is one.
async fn drop_ttl(run: &mut Run<'_>, name: &str, step: &Document) -> Result<()> {
    let rules = ttl_indexes(run, name, step).await;
    let rules = rules.map_err(|error| Error::from_driver(error, run.plan()))?;
    if rules.is_empty() {
        return Err(failed(run, format!("no such rule on \"{name}\"")));
    }
    for rule in rules {
        once(run, doc! { "dropIndexes": name, "index": rule }, &[]).await?;
    }
    Ok(())
}

/// The names of those.
async fn ttl_indexes(
    run: &Run<'_>,
    name: &str,
    step: &Document,
) -> mongodb::error::Result<Vec<String>> {
    let indexes = run
        .database
        .run_cursor_command(doc! { "listIndexes": name });
    let indexes: Vec<Document> = indexes.await?.try_collect().await?;
    let key = step.get_document("key").ok();
    let is_meant = |index: &Document| {
        let path = |key: &Document| key.keys().cloned().collect::<Vec<_>>();
        let condition = step.get_document("condition").ok();
        index.contains_key("expireAfterSeconds")
            && index.get_document("key").ok().map(path) == key.map(path)
            && (condition.is_none()
                || index.get_document("partialFilterExpression").ok() == condition)
    };
    let meant = indexes.iter().filter(|index| is_meant(index));
    let names = meant.filter_map(|index| index.get_str("name").ok());
    Ok(names.map(str::to_owned).collect())
}

/// Gives the space of documents that have expired back, in each collection that has such.
async fn compact(run: &mut Run<'_>) -> Result<()> {
    let rows = Catalog::Ttl.rows(&run.database).await;
    let rows = rows.map_err(|error| Error::from_driver(error, run.plan()))?;
    let mut names: Vec<&str> = rows
        .iter()
        // Of a time series the server compacts the buckets itself.
        .filter(|row| row.contains_key("index_name"))
        .filter_map(|row| row.get_str("table_name").ok())
        .collect();
    names.dedup();
    for name in names {
        let command = doc! { "compact": name, "force": true };
        let answer = send(run, command).await;
        answer.map_err(|error| Error::from_driver(error, run.plan()))?;
    }
    Ok(())
}

/// In the session, if there is one: in a transaction of it the server refuses.
async fn send(run: &mut Run<'_>, command: Document) -> mongodb::error::Result<Document> {
    let command = run.database.run_command(command);
    match run.session.as_deref_mut() {
        Some(session) => command.session(session).await,
        None => command.await,
    }
}

fn failed(run: &Run<'_>, message: String) -> Error {
    Error::from_driver(mongodb::error::Error::custom(message), run.plan())
}
