//! The options of a collection in a schema text.

use super::parse::ParseError;
use super::parser::Parser;
use super::{
    CaseFirst, Collation, Collection, CollectionScan, Compression, Granularity, Shifted, Storage,
    Validation,
};

impl Parser<'_> {
    pub(super) fn option(&mut self, collection: &mut Collection) -> Result<(), ParseError> {
        let error = self.expected("an option of the collection");
        match self.word("an option of the collection")? {
            "warn_collscan" => collection.collection_scan = CollectionScan::Warned,
            "require_where" => collection.require_where = true,
            "deny_collscan" => collection.collection_scan = CollectionScan::Denied,
            "capped" => {
                collection.storage = Storage::Capped {
                    size: self.unsigned()?,
                    max: self.optional_unsigned(),
                };
            }
            "time_series" => collection.storage = self.time_series()?,
            "view" => collection.storage = Storage::View,
            "bucket" => collection.storage = Storage::Bucket(self.bucket()?),
            "clustered" => collection.storage = Storage::Clustered,
            "index" => {
                let index = self.index()?;
                collection.indexes.push(index);
            }
            "check" => {
                let condition = self.string()?;
                collection.checks.push(condition);
            }
            "pre_and_post_images" => collection.options.pre_and_post_images = true,
            "compression" => collection.options.compression = Some(self.compression()?),
            "validation" => collection.options.validation = self.validation()?,
            "collation" => collection.options.collation = Some(self.collation()?),
            _ => return Err(error),
        }
        Ok(())
    }

    fn time_series(&mut self) -> Result<Storage, ParseError> {
        Ok(Storage::TimeSeries {
            time: self.string()?,
            meta: if self.keyword("meta") {
                Some(self.string()?)
            } else {
                None
            },
            granularity: if self.keyword("seconds") {
                Some(Granularity::Seconds)
            } else if self.keyword("minutes") {
                Some(Granularity::Minutes)
            } else if self.keyword("hours") {
                Some(Granularity::Hours)
            } else {
                None
            },
            expire_after_seconds: self.expire()?,
        })
    }

    fn compression(&mut self) -> Result<Compression, ParseError> {
        let error = self.expected("a compression");
        match self.word("a compression")? {
            "none" => Ok(Compression::None),
            "snappy" => Ok(Compression::Snappy),
            "zlib" => Ok(Compression::Zlib),
            "zstd" => Ok(Compression::Zstd),
            _ => Err(error),
        }
    }

    fn validation(&mut self) -> Result<Validation, ParseError> {
        let error = self.expected("a kind of validation");
        match self.word("a kind of validation")? {
            "moderate" => Ok(Validation::Moderate),
            "warn" => Ok(Validation::Warn),
            "off" => Ok(Validation::Off),
            _ => Err(error),
        }
    }

    fn collation(&mut self) -> Result<Collation, ParseError> {
        Ok(Collation {
            locale: self.string()?,
            strength: if self.keyword("strength") {
                Some(self.small_number()?)
            } else {
                None
            },
            case_level: self.keyword("case_level"),
            case_first: if self.keyword("upper_first") {
                Some(CaseFirst::Upper)
            } else if self.keyword("lower_first") {
                Some(CaseFirst::Lower)
            } else {
                None
            },
            numeric_ordering: self.keyword("numeric_ordering"),
            shifted: if self.keyword("shifted") {
                Some(if self.keyword("space") {
                    Shifted::Space
                } else {
                    Shifted::Punctuation
                })
            } else {
                None
            },
            backwards: self.keyword("backwards"),
            normalized: self.keyword("normalized"),
        })
    }
}
