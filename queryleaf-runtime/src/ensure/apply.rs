//! Changing a collection in place to what is declared.

use super::definition::Definition;
use super::difference::{CollectionPart, Difference, Remedy, number};
use super::indexes;
use super::options::{self, GRANULARITIES};
use super::server::Server;
use mongodb::bson::{Bson, Document, doc};
use mongodb::error::Result;

impl Server<'_> {
    /// Changes what is different. `stored` are the indexes that are there.
    pub(super) async fn apply(
        &self,
        definition: &Definition,
        stored: &[Document],
        difference: &Difference,
    ) -> Result<()> {
        let Difference {
            part,
            declared,
            stored: is,
            remedy,
        } = difference;
        let option = |key: &str| definition.options.get(key).cloned();
        match part {
            CollectionPart::Index(name) => match (remedy, is) {
                (Remedy::RemoveUndeclared, _) => self.drop_index(name).await,
                (_, is) => {
                    let is = is.as_ref().and_then(Bson::as_document);
                    let wanted = declared.as_ref().and_then(Bson::as_document);
                    let mut named = definition.indexes.iter();
                    match (named.find(|index| indexes::name(index) == name), wanted) {
                        (Some(index), Some(wanted)) => self.index(index, wanted, is, stored).await,
                        _ => Ok(()),
                    }
                }
            },
            CollectionPart::Query => self.modify(options::query(&definition.options)).await,
            CollectionPart::Validator => {
                let rules = option("validator").unwrap_or_else(|| Document::new().into());
                self.modify(doc! { "validator": rules }).await
            }
            CollectionPart::ValidationLevel => {
                let level = option("validationLevel").unwrap_or_else(|| "strict".into());
                self.modify(doc! { "validationLevel": level }).await
            }
            CollectionPart::ValidationAction => {
                let action = option("validationAction").unwrap_or_else(|| "error".into());
                self.modify(doc! { "validationAction": action }).await
            }
            CollectionPart::CappedSize => match declared {
                Some(size) => self.modify(doc! { "cappedSize": size.clone() }).await,
                None => Ok(()),
            },
            CollectionPart::CappedMax => {
                // Zero is no limit.
                let most = declared.clone().unwrap_or(Bson::Int32(0));
                self.modify(doc! { "cappedMax": most }).await
            }
            CollectionPart::Granularity => self.granularity(declared.as_ref(), is.as_ref()).await,
            CollectionPart::ExpireAfter => {
                let after = declared.clone().unwrap_or_else(|| "off".into());
                self.modify(doc! { "expireAfterSeconds": after }).await
            }
            CollectionPart::PreAndPostImages => {
                let enabled = doc! { "enabled": declared.is_some() };
                self.modify(doc! { "changeStreamPreAndPostImages": enabled })
                    .await
            }
            // Nothing in place changes these.
            CollectionPart::Kind
            | CollectionPart::Capped
            | CollectionPart::TimeField
            | CollectionPart::MetaField
            | CollectionPart::Clustered
            | CollectionPart::Collation
            | CollectionPart::Compression => Ok(()),
        }
    }

    /// The server takes one step at a time.
    async fn granularity(&self, declared: Option<&Bson>, is: Option<&Bson>) -> Result<()> {
        let position = |value: Option<&Bson>| {
            let name = value.and_then(Bson::as_str).unwrap_or("seconds");
            GRANULARITIES.iter().position(|known| *known == name)
        };
        let (Some(from), Some(to)) = (position(is), position(declared)) else {
            return Ok(());
        };
        for step in GRANULARITIES.iter().take(to + 1).skip(from + 1) {
            let series = doc! { "granularity": *step };
            self.modify(doc! { "timeseries": series }).await?;
        }
        Ok(())
    }

    /// Creates an index or changes it.
    async fn index(
        &self,
        index: &Document,
        wanted: &Document,
        is: Option<&Document>,
        stored: &[Document],
    ) -> Result<()> {
        let Some(is) = is else {
            return self.create_indexes(std::slice::from_ref(index)).await;
        };
        let (name, old) = (indexes::name(index), indexes::name(is));
        let option = |key: &str, value: Bson| {
            let mut option = doc! { "name": name };
            option.insert(key, value);
            doc! { "index": option }
        };
        match (&indexes::differing(wanted, is)[..], indexes::expiry(index)) {
            (["expireAfterSeconds"], Some(seconds)) if name == old => {
                return self
                    .modify(option("expireAfterSeconds", seconds.into()))
                    .await;
            }
            (["hidden"], _) if name == old => {
                return self.modify(option("hidden", false.into())).await;
            }
            // In two steps, so that there is no moment without the index.
            (["unique"], _) if name == old && wanted.contains_key("unique") => {
                self.modify(option("prepareUnique", true.into())).await?;
                let result = self.modify(option("unique", true.into())).await;
                if result.is_err() {
                    // The error that matters is the first one.
                    let _ = self.modify(option("prepareUnique", false.into())).await;
                }
                return result;
            }
            _ => {}
        }
        self.drop_index(old).await?;
        let created = self.create_indexes(std::slice::from_ref(index)).await;
        if created.is_err()
            && let Some(before) = stored.iter().find(|index| indexes::name(index) == old)
        {
            // Better the old one than none; the error that matters is the first one.
            let _ = self.create_indexes(&[without_version(before)]).await;
        }
        created
    }
}

/// An index as `createIndexes` takes it back from `listIndexes`.
fn without_version(index: &Document) -> Document {
    let mut index = index.clone();
    index.remove("ns");
    if let Some(collation) = index.get("collation").and_then(Bson::as_document) {
        let mut collation = collation.clone();
        collation.remove("version");
        index.insert("collation", collation);
    }
    let weights = index.get("weights").and_then(Bson::as_document).cloned();
    if let (Some(weights), Ok(key)) = (weights, index.get_document("key").cloned()) {
        let mut keys = Document::new();
        for (path, kind) in key {
            match path.as_str() {
                "_fts" => keys.extend(
                    weights
                        .iter()
                        .filter(|(_, weight)| number(weight).is_some())
                        .map(|(path, _)| (path.clone(), Bson::from("text"))),
                ),
                "_ftsx" => {}
                _ => {
                    keys.insert(path, kind);
                }
            }
        }
        index.insert("key", keys);
    }
    index
}
