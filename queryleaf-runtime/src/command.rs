//! A completed command, in the terms of the driver's `find` and `aggregate`.
//!
//! The driver repeats those after a network failure and picks a server by the read preference;
//! it would do neither for a bare command.

use crate::bridge;
use crate::catalog::Catalog;
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::{AggregateOptions, FindOptions, Hint, ReadConcern};

/// A completed command.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    Find {
        collection: String,
        filter: Document,
        options: Box<FindOptions>,
    },
    Aggregate {
        /// `None` where the pipeline brings its own documents.
        collection: Option<String>,
        pipeline: Vec<Document>,
        options: Box<AggregateOptions>,
    },
    /// What there is in the database, and what is done with these rows.
    Catalog {
        catalog: Catalog,
        pipeline: Vec<Document>,
    },
}

impl Command {
    /// Reads the BSON bytes of a `find` or `aggregate` command.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        Command::from_document(bridge::to_document(bytes)?)
    }

    /// Reads a `find` or `aggregate` command.
    pub(crate) fn from_document(mut command: Document) -> Result<Self, String> {
        if let Ok(name) = command.get_str("catalog") {
            let catalog = Catalog::from_name(name).ok_or_else(|| format!("no catalog `{name}`"))?;
            let pipeline = Vec::new();
            Ok(Command::Catalog { catalog, pipeline })
        } else if command.contains_key("find") {
            find(&mut command)
        } else {
            aggregate(&mut command)
        }
    }

    /// Its name on the server.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Command::Find { .. } => "find",
            Command::Aggregate { .. } => "aggregate",
            Command::Catalog { catalog, .. } => catalog.command(),
        }
    }

    /// Which data it reads, where that is declared. It is taken out: in a transaction the driver refuses
    /// an operation with one of its own, and passes over that of the database.
    pub(crate) fn take_read_concern(&mut self) -> Option<ReadConcern> {
        match self {
            Command::Find { options, .. } => options.read_concern.take(),
            Command::Aggregate { options, .. } => options.read_concern.take(),
            Command::Catalog { .. } => None,
        }
    }

    /// Stops after this many rows: the caller wants no more.
    pub(crate) fn at_most(&mut self, rows: i64) {
        match self {
            Command::Find { options, .. } => {
                let limit = options.limit.filter(|&limit| limit != 0);
                options.limit = Some(limit.map_or(rows, |limit| limit.min(rows)));
            }
            Command::Aggregate { pipeline, .. } | Command::Catalog { pipeline, .. } => {
                pipeline.push(doc! { "$limit": rows });
            }
        }
    }
}

fn find(command: &mut Document) -> Result<Command, String> {
    let mut options = FindOptions::default();
    let mut collection = None;
    let mut filter = Document::new();
    for (key, value) in std::mem::take(command) {
        match (key.as_str(), value) {
            ("find", Bson::String(name)) => collection = Some(name),
            ("filter", Bson::Document(document)) => filter = document,
            ("projection", Bson::Document(document)) => options.projection = Some(document),
            ("sort", Bson::Document(document)) => options.sort = Some(document),
            ("skip", Bson::Int64(count)) => {
                options.skip = Some(u64::try_from(count).map_err(|_| "a negative skip")?);
            }
            ("skip", Bson::Int32(count)) => {
                options.skip = Some(u64::try_from(count).map_err(|_| "a negative skip")?);
            }
            ("limit", Bson::Int64(count)) => options.limit = Some(count),
            ("limit", Bson::Int32(count)) => options.limit = Some(i64::from(count)),
            ("hint", value) => options.hint = Some(hint(value)?),
            ("let", Bson::Document(document)) => options.let_vars = Some(document),
            ("allowDiskUse", Bson::Boolean(allow)) => options.allow_disk_use = Some(allow),
            ("readConcern", Bson::Document(document)) => {
                options.read_concern = Some(bridge::from_document(document)?);
            }
            (key, _) => return Err(format!("`{key}` in a find command")),
        }
    }
    Ok(Command::Find {
        collection: collection.ok_or("a find command without a collection")?,
        filter,
        options: Box::new(options),
    })
}

fn aggregate(command: &mut Document) -> Result<Command, String> {
    let mut options = AggregateOptions::default();
    options.allow_disk_use = Some(true);
    let mut collection = None;
    let mut stages = None;
    for (key, value) in std::mem::take(command) {
        match (key.as_str(), value) {
            ("aggregate", Bson::String(name)) => collection = Some(name),
            ("aggregate", Bson::Int32(1)) => {}
            ("pipeline", Bson::Array(array)) => stages = Some(array),
            ("hint", value) => options.hint = Some(hint(value)?),
            ("let", Bson::Document(document)) => options.let_vars = Some(document),
            ("allowDiskUse", Bson::Boolean(allow)) => options.allow_disk_use = Some(allow),
            ("collation", Bson::Document(document)) => {
                options.collation = Some(bridge::from_document(document)?);
            }
            ("readConcern", Bson::Document(document)) => {
                options.read_concern = Some(bridge::from_document(document)?);
            }
            (key, _) => return Err(format!("`{key}` in an aggregate command")),
        }
    }
    let pipeline = stages
        .ok_or("a command that is neither find nor aggregate")?
        .into_iter()
        .map(|stage| match stage {
            Bson::Document(stage) => Ok(stage),
            _ => Err("a stage that is no document".to_owned()),
        })
        .collect::<Result<_, _>>()?;
    Ok(Command::Aggregate {
        collection,
        pipeline,
        options: Box::new(options),
    })
}

fn hint(value: Bson) -> Result<Hint, String> {
    match value {
        Bson::Document(keys) => Ok(Hint::Keys(keys)),
        Bson::String(name) => Ok(Hint::Name(name)),
        _ => Err("a hint that is no index".to_owned()),
    }
}

fn hint_to_bson(hint: Hint) -> Bson {
    match hint {
        Hint::Keys(keys) => keys.into(),
        Hint::Name(name) => name.into(),
        _ => Bson::Null,
    }
}

/// The same command as a document, for the eyes of the user and for `explain`.
impl From<Command> for Document {
    fn from(command: Command) -> Self {
        let mut document = Document::new();
        let mut set = |key: &str, value: Option<Bson>| {
            if let Some(value) = value {
                document.insert(key, value);
            }
        };
        match command {
            Command::Find {
                collection,
                filter,
                options,
            } => {
                set("find", Some(collection.into()));
                set("filter", Some(filter.into()));
                set("projection", options.projection.map(Bson::from));
                set("sort", options.sort.map(Bson::from));
                set("skip", options.skip.map(|skip| Bson::Int64(skip as i64)));
                set("limit", options.limit.map(Bson::from));
                set("hint", options.hint.map(hint_to_bson));
                set("let", options.let_vars.map(Bson::from));
                set("allowDiskUse", options.allow_disk_use.map(Bson::from));
                let concern = options.read_concern.as_ref();
                set(
                    "readConcern",
                    concern.and_then(|concern| bridge::serialize_to_bson(concern).ok()),
                );
            }
            Command::Catalog { catalog, .. } => set(catalog.command(), Some(Bson::Int32(1))),
            Command::Aggregate {
                collection,
                pipeline,
                options,
            } => {
                set(
                    "aggregate",
                    Some(collection.map_or(Bson::Int32(1), Bson::from)),
                );
                set("pipeline", Some(pipeline.into()));
                set("cursor", Some(Document::new().into()));
                set("hint", options.hint.map(hint_to_bson));
                set("let", options.let_vars.map(Bson::from));
                set("allowDiskUse", options.allow_disk_use.map(Bson::from));
                let concern = options.read_concern.as_ref();
                set(
                    "readConcern",
                    concern.and_then(|concern| bridge::serialize_to_bson(concern).ok()),
                );
            }
        }
        document
    }
}

/// The command as the stages of a pipeline that gives the same rows.
impl From<Command> for Vec<Document> {
    fn from(command: Command) -> Self {
        match command {
            Command::Find {
                filter, options, ..
            } => [
                (!filter.is_empty()).then(|| doc! { "$match": filter }),
                options.sort.map(|sort| doc! { "$sort": sort }),
                options.skip.map(|skip| doc! { "$skip": skip as i64 }),
                options.limit.map(|limit| doc! { "$limit": limit }),
                options
                    .projection
                    .map(|projection| doc! { "$project": projection }),
            ]
            .into_iter()
            .flatten()
            .collect(),
            Command::Aggregate { pipeline, .. } | Command::Catalog { pipeline, .. } => pipeline,
        }
    }
}
