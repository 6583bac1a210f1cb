//! `WITH TTL (..)` and `WITH SPATIAL_INDEXING (..)`.

use super::place;
use super::table::Builder;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::schema::{Index, IndexKey, IndexKind};
use crate::syntax::definition::{IndexColumn, Name, OptionValue, SpatialItem, TtlRule};
use crate::units;

impl Builder<'_> {
    /// Each rule is an index of its own, which holds the documents that it is about.
    pub(super) fn ttl(&mut self, rules: &[TtlRule], errors: &mut Vec<Diagnostic>) {
        for rule in rules {
            match expire_after(rule) {
                Ok(seconds) => {
                    let index = Index {
                        name: None,
                        keys: vec![IndexKey {
                            path: names(&rule.column),
                            kind: IndexKind::Ascending,
                        }],
                        unique: false,
                        sparse: false,
                        partial: rule
                            .condition
                            .map(|condition| self.source.slice(condition).to_owned()),
                        expire_after_seconds: Some(seconds),
                    };
                    let column = place(&rule.column);
                    self.index(index, rule.span, vec![column], rule.condition);
                }
                Err(error) => errors.push(*error),
            }
        }
    }

    pub(super) fn spatial(&mut self, items: &[SpatialItem], _errors: &mut Vec<Diagnostic>) {
        for item in items {
            let (keys, spans, span) = match item {
                SpatialItem::Column { column, span } => {
                    let key = IndexKey {
                        path: names(column),
                        kind: IndexKind::Geo2dsphere,
                    };
                    (vec![key], vec![place(column)], *span)
                }
                SpatialItem::Compound { columns, span } => (
                    columns.iter().map(|column| self.key_of(column)).collect(),
                    columns
                        .iter()
                        .map(|column: &IndexColumn| column.span)
                        .collect(),
                    *span,
                ),
            };
            let index = Index {
                name: None,
                keys,
                unique: false,
                sparse: false,
                partial: None,
                expire_after_seconds: None,
            };
            self.index(index, span, spans, None);
        }
    }
}

/// The seconds after which a document expires.
pub(crate) fn expire_after(rule: &TtlRule) -> Result<u64> {
    let invalid = |message: &str, help: &str| {
        let error = Diagnostic::error(Code::InvalidLiteral, rule.after_span, message);
        Box::new(error.help(help))
    };
    match &rule.after {
        OptionValue::Number(digits) => digits.parse().map_err(|_| {
            invalid(
                "the number of seconds is a whole one, and not below zero",
                "write a duration as in `'7 days'`",
            )
        }),
        OptionValue::Text(text) => {
            units::seconds(text).map_err(|misfit| invalid(misfit.message, misfit.help))
        }
        OptionValue::Boolean(_) | OptionValue::Word(_) => Err(invalid(
            "every document of an index lives equally long",
            "store the time of its end in a column, and write `expires_at EXPIRE_AFTER 0`",
        )),
    }
}

/// The stored path.
pub(super) fn names(path: &[Name]) -> Vec<String> {
    path.iter().map(|name| name.value.clone()).collect()
}
