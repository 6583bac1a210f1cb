//! The `_id` of a `$group`.

use crate::lower::relation::{Builder, computed, is_groupable, unique};
use crate::lower::{normalized, value};
use crate::plan::{ColumnId, Expression, ExpressionKind};
use queryleaf_plan::Template;
use std::collections::BTreeSet;

/// The `_id` of a group and where its parts are afterwards.
pub(in crate::lower) struct GroupId {
    /// Null for no key, the key itself for one, a document for many.
    pub(in crate::lower) template: Template,
    /// Where each key is in the documents that come out.
    pub(in crate::lower) places: Vec<(ColumnId, String)>,
}

impl Builder<'_> {
    /// Groups by these keys.
    pub(in crate::lower) fn group_id(&self, keys: &[(ColumnId, Expression)]) -> GroupId {
        self.check_groupable(keys.iter().map(|(_, key)| key));
        match keys {
            [] => GroupId {
                template: Template::null(),
                places: Vec::new(),
            },
            // As the only key, null and missing are one group.
            [(column, key)] => GroupId {
                template: value(key, &self.scope),
                places: vec![(*column, "_id".to_owned())],
            },
            _ => {
                let names = self.key_names(keys);
                GroupId {
                    template: Template::document(
                        names
                            .iter()
                            .zip(keys)
                            .map(|(name, (_, key))| (name.as_str(), self.key_value(key))),
                    ),
                    places: names
                        .iter()
                        .zip(keys)
                        .map(|(name, (column, _))| (*column, format!("_id.{name}")))
                        .collect(),
                }
            }
        }
    }

    /// Groups by these keys, of which the groups keep none.
    pub(in crate::lower) fn group_key(&self, keys: &[Expression]) -> Template {
        self.check_groupable(keys.iter());
        match keys {
            [] => Template::null(),
            [key] => value(key, &self.scope),
            _ => Template::document(
                keys.iter()
                    .enumerate()
                    .map(|(number, key)| (format!("key{}", number + 1), self.key_value(key))),
            ),
        }
    }

    /// A key inside a document, where null and missing would be two groups and a number alone
    /// would be read as "include".
    pub(in crate::lower) fn key_value(&self, key: &Expression) -> Template {
        part_of_key(if key.nullable {
            normalized(key, &self.scope)
        } else {
            value(key, &self.scope)
        })
    }

    /// A name for each key.
    pub(super) fn key_names(&self, keys: &[(ColumnId, Expression)]) -> Vec<String> {
        let mut taken = BTreeSet::new();
        keys.iter()
            .map(|(column, key)| {
                let wish = self.names.column(*column).or_else(|| own_name(key));
                let name = unique(wish, "key", |name| taken.contains(name));
                taken.insert(name.clone());
                name
            })
            .collect()
    }

    /// Refuses keys that the server takes for different where SQL does not.
    pub(in crate::lower) fn check_groupable<'e>(&self, keys: impl Iterator<Item = &'e Expression>) {
        for key in keys.filter(|key| !is_groupable(&key.ty)) {
            self.refuse(
                key.span,
                format!("cannot compare values of type `{}` for equality", key.ty),
                "group by a field inside it, or by a cast of it to another type",
            );
        }
    }
}

/// A value inside the document of a key, where a document is one of expressions.
pub(super) fn part_of_key(value: Template) -> Template {
    match value {
        Template::Document(_) => value,
        other => computed(other),
    }
}

/// The name that an expression has by itself.
pub(in crate::lower) fn own_name(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Path(path) => path.steps.last().map(|step| step.name.as_str()),
        _ => None,
    }
}
