//! What a stream of changes is opened with.

use super::{ClusterTime, ResumeToken};
use crate::Plan;
use crate::bridge;
use crate::error::{Error, Result};
use crate::raw::RawValue;
use crate::request::Request;
use mongodb::Database;
use mongodb::bson::{Bson, Document, RawDocumentBuf, Timestamp, doc};
use mongodb::change_stream::ChangeStream;
use mongodb::options::ChangeStreamOptions;
use queryleaf_plan::bson::element_type;
use std::time::Duration;

/// What the first stage may say, and with it the driver's options.
const OPTIONS: [&str; 6] = [
    "fullDocument",
    "fullDocumentBeforeChange",
    "showExpandedEvents",
    START_AFTER,
    RESUME_AFTER,
    START_AT,
];

const START_AFTER: &str = "startAfter";
const RESUME_AFTER: &str = "resumeAfter";
const START_AT: &str = "startAtOperationTime";

/// What a stream is opened with.
#[derive(Debug, Clone)]
pub(super) struct Source {
    plan: &'static Plan,
    /// `None` for all collections of the database.
    collection: Option<String>,
    /// What the first stage says.
    pub(super) options: Document,
    /// The other stages.
    pub(super) pipeline: Vec<Document>,
    batch_size: Option<u32>,
    max_await_time: Option<Duration>,
}

impl Source {
    /// Reads what the template of a query fills to.
    pub(super) fn read(request: &Request) -> Result<Self> {
        let plan = request.plan;
        let not_understood = |reason: String| Error::internal(reason, plan);
        let command = bridge::to_document(&request.fill(false)?).map_err(not_understood)?;
        Source::from_command(command, plan).map_err(not_understood)
    }

    fn from_command(command: Document, plan: &'static Plan) -> Result<Self, String> {
        let mut source = Source {
            plan,
            collection: None,
            options: Document::new(),
            pipeline: Vec::new(),
            batch_size: None,
            max_await_time: None,
        };
        let mut stages = Vec::new();
        for (key, value) in command {
            match (key.as_str(), value) {
                ("aggregate", Bson::String(name)) => source.collection = Some(name),
                ("aggregate", Bson::Int32(1)) => {}
                ("pipeline", Bson::Array(array)) => stages = array,
                ("cursor", Bson::Document(cursor)) => {
                    source.batch_size = cursor.get("batchSize").and_then(number);
                }
                ("maxAwaitTimeMS", value) => {
                    let time = number(&value).map(|time| Duration::from_millis(time.into()));
                    source.max_await_time = time;
                }
                (key, _) => return Err(format!("`{key}` in a change stream")),
            }
        }
        let mut stages = stages.into_iter().map(|stage| match stage {
            Bson::Document(stage) => Ok(stage),
            _ => Err("a stage that is no document".to_owned()),
        });
        let first = stages.next().transpose()?.unwrap_or_default();
        let Ok(options) = first.get_document("$changeStream") else {
            return Err("a watch of what is no change stream".to_owned());
        };
        source.options = understood(options)?;
        source.pipeline = stages.collect::<Result<_, _>>()?;
        Ok(source)
    }

    /// The stages that are sent.
    pub(super) fn stages(&self) -> Vec<Document> {
        let first = doc! { "$changeStream": &self.options };
        let others = self.pipeline.iter().cloned();
        std::iter::once(first).chain(others).collect()
    }

    /// The command that opens the stream.
    pub(super) fn command(&self) -> Document {
        let collection = self.collection.clone().map_or(Bson::Int32(1), Bson::from);
        let mut cursor = Document::new();
        if let Some(size) = self.batch_size {
            cursor.insert("batchSize", i64::from(size));
        }
        let mut command = Document::new();
        command.insert("aggregate", collection);
        command.insert("pipeline", self.stages());
        command.insert("cursor", cursor);
        command
    }

    pub(super) fn plan(&self) -> &'static Plan {
        self.plan
    }

    /// The collection, where it is one.
    pub(super) fn collection(&self) -> Option<&str> {
        self.collection.as_deref()
    }

    /// The names of the collections, if the first condition says so.
    pub(super) fn named_collections(&self) -> Option<Vec<&str>> {
        let stage = self.pipeline.first()?.get_document("$match").ok()?;
        let names = stage.get_document("ns.coll").ok()?.get_array("$in").ok()?;
        names.iter().map(Bson::as_str).collect()
    }

    /// The stages behind the first.
    pub(super) fn pipeline(&self) -> &[Document] {
        &self.pipeline
    }

    pub(super) fn set_batch_size(&mut self, size: u32) {
        self.batch_size = Some(size.max(1));
    }

    /// How many events the server sends at once, where the query does not say so.
    pub(super) fn default_batch_size(&mut self, size: u32) {
        self.batch_size.get_or_insert(size);
    }

    pub(super) fn set_max_await_time(&mut self, time: Duration) {
        self.max_await_time = Some(time.max(Duration::from_millis(1)));
    }

    /// Begins behind this place, also where it is behind the last event of a collection that was
    /// dropped.
    pub(super) fn start_after(&mut self, token: &ResumeToken) -> Result<()> {
        let token = token.to_document();
        let token = token.map_err(|reason| Error::internal(reason, self.plan))?;
        self.start(START_AFTER, token.into());
        Ok(())
    }

    /// The place behind which it begins, where it does.
    pub(super) fn place(&self) -> Option<ResumeToken> {
        let place = |option| ResumeToken::from_bson(self.options.get(option)?);
        place(START_AFTER).or_else(|| place(RESUME_AFTER))
    }

    /// Begins with the operations of this time.
    pub(super) fn start_at(&mut self, time: ClusterTime) {
        self.start(START_AT, Timestamp::from(time).into());
    }

    /// Begins with what happens from now on.
    pub(super) fn start_now(&mut self) {
        for option in [START_AFTER, RESUME_AFTER, START_AT] {
            self.options.remove(option);
        }
    }

    fn start(&mut self, option: &str, place: Bson) {
        self.start_now();
        self.options.insert(option, place);
    }

    /// Opens a stream of the driver.
    pub(super) async fn open(
        &self,
        database: &Database,
    ) -> Result<ChangeStream<RawDocumentBuf>, mongodb::error::Error> {
        let (kind, bytes) = bridge::serialize(&self.options).map_err(invalid)?;
        debug_assert_eq!(kind, element_type::DOCUMENT);
        let options = RawValue {
            element_type: element_type::DOCUMENT,
            bytes: &bytes,
        };
        let mut options: ChangeStreamOptions = bridge::deserialize(options).map_err(invalid)?;
        options.batch_size = self.batch_size;
        options.max_await_time = self.max_await_time;
        let pipeline = self.pipeline.iter().cloned();
        let stream = match &self.collection {
            Some(name) => {
                let collection = database.collection::<Document>(name);
                let watch = collection.watch().pipeline(pipeline);
                watch.with_options(options).await?
            }
            None => {
                let watch = database.watch().pipeline(pipeline);
                watch.with_options(options).await?
            }
        };
        Ok(stream.with_type())
    }
}

/// The options of the first stage; what is to be resumed after may also be a text.
fn understood(options: &Document) -> Result<Document, String> {
    let mut understood = Document::new();
    for (name, value) in options {
        let place = || {
            let token = ResumeToken::from_bson(value).ok_or("this is no resume token")?;
            token.to_document().map(Bson::from)
        };
        let value = match (name.as_str(), value) {
            (START_AFTER | RESUME_AFTER, Bson::Null) | (START_AT, Bson::Null) => continue,
            (START_AFTER | RESUME_AFTER, _) => place()?,
            (START_AT, Bson::DateTime(time)) => {
                let seconds = time.timestamp_millis().div_euclid(1000);
                let seconds = u32::try_from(seconds).map_err(|_| "a time before 1970")?;
                Timestamp::from(ClusterTime::new(seconds, 0)).into()
            }
            (name, value) if OPTIONS.contains(&name) => value.clone(),
            (name, _) => return Err(format!("`{name}` of a change stream")),
        };
        understood.insert(name, value);
    }
    Ok(understood)
}

fn number(value: &Bson) -> Option<u32> {
    match value {
        Bson::Int32(number) => u32::try_from(*number).ok(),
        Bson::Int64(number) => u32::try_from(*number).ok(),
        _ => None,
    }
}

fn invalid(reason: String) -> mongodb::error::Error {
    mongodb::error::Error::custom(reason)
}
