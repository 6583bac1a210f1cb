//! What happened to a document or a collection.

use crate::schema::{Declared, SqlEnum};
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! operation_types {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal;)+) => {
        /// What a change event reports: the type of the column `operation_type`.
        ///
        /// In SQL it is an enum of these names, so that a misspelt one does not compile.
        ///
        /// ```
        /// use queryleaf::watch::OperationType;
        ///
        /// assert_eq!(OperationType::DropDatabase.to_string(), "dropDatabase");
        /// assert!(OperationType::Insert.is_of_document());
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum OperationType {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)+
        }

        impl OperationType {
            /// All of them.
            pub const ALL: &'static [OperationType] = &[$(OperationType::$variant),+];

            /// The name that the server has for it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(OperationType::$variant => $name,)+
                }
            }

            /// The one of this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(OperationType::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

operation_types! {
    /// A document was inserted.
    Insert = "insert";
    /// Fields of a document were set or removed.
    Update = "update";
    /// A document was replaced by another one with its `_id`.
    Replace = "replace";
    /// A document was deleted.
    Delete = "delete";
    /// A collection was dropped.
    Drop = "drop";
    /// A collection was given another name.
    Rename = "rename";
    /// A database was dropped.
    DropDatabase = "dropDatabase";
    /// What is watched is gone: this is the last event.
    Invalidate = "invalidate";
    /// A collection was created; one of those that are reported only where they are asked for.
    Create = "create";
    /// Indexes were created.
    CreateIndexes = "createIndexes";
    /// Indexes were dropped.
    DropIndexes = "dropIndexes";
    /// The options of a collection were changed.
    Modify = "modify";
    /// A collection was sharded.
    ShardCollection = "shardCollection";
    /// A collection was sharded by another key.
    ReshardCollection = "reshardCollection";
    /// Fields were added to the shard key of a collection.
    RefineCollectionShardKey = "refineCollectionShardKey";
}

impl OperationType {
    /// Whether it is about one document: an insert, update, replace or delete.
    pub const fn is_of_document(self) -> bool {
        matches!(
            self,
            OperationType::Insert
                | OperationType::Update
                | OperationType::Replace
                | OperationType::Delete
        )
    }
}

impl fmt::Display for OperationType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[diagnostic::do_not_recommend]
impl Declared for OperationType {}
impl SqlEnum for OperationType {}
