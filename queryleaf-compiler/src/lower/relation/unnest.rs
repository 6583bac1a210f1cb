//! `UNNEST(array)`: `$unwind`.

use super::names::last;
use super::pipeline::{Stage, computed};
use super::{Builder, Unwound};
use crate::lower::operators::{call, int};
use crate::lower::value;
use crate::plan::{ColumnId, Expression, ExpressionKind};
use crate::types::Type;
use queryleaf_plan::Template;

/// One `UNNEST`.
pub(super) struct Unnest<'a> {
    /// The array.
    pub(super) array: &'a Expression,
    /// The column of the items.
    pub(super) item: ColumnId,
    /// The column of their positions.
    pub(super) ordinality: Option<ColumnId>,
    /// Whether a row without items is kept.
    pub(super) keep_empty: bool,
}

impl Builder<'_> {
    /// Takes an array apart, one document per item. The uses up to the mark `above` are those of the
    /// operators that see the result.
    pub(super) fn unnest(&mut self, unnest: &Unnest<'_>, above: usize) {
        let stored = match &unnest.array.kind {
            ExpressionKind::Path(_) => self.place_of(unnest.array),
            _ => None,
        };
        let filterable = !unnest.keep_empty
            && stored.is_some()
            && self
                .stages
                .iter()
                .all(|stage| matches!(stage, Stage::Match(_)))
            && items_can_be_asked(&unnest.array.ty);
        let place = self.unwound_place(unnest.array, stored.as_deref(), above);
        self.unwound.push(Unwound {
            array: stored.unwrap_or_default(),
            item: unnest.item,
            place: place.clone(),
            filterable,
        });
        let position = unnest.ordinality.map(|column| {
            let wish = self.names.column(column).map(str::to_owned);
            (column, self.new_key(wish.as_deref(), "__ordinality"))
        });
        self.stages.push(unwind(
            &place,
            position.as_ref().map(|(_, key)| key),
            unnest.keep_empty,
        ));
        if let Some((column, key)) = position {
            // The server counts from 0. A row without items has no position, and null stays null.
            let counted = call("$add", [Template::string(format!("${key}")), int(1)]);
            self.stages.push(Stage::Set(vec![(key.clone(), counted)]));
            self.scope.place(column, key);
        }
        self.scope.place(unnest.item, place);
        self.narrow = false;
    }

    /// Where the array is taken apart: where it is stored, unless something still reads the array
    /// itself, or what it is in, afterwards.
    fn unwound_place(&mut self, array: &Expression, stored: Option<&str>, above: usize) -> String {
        if let Some(stored) = stored
            && !self.uses.reads(stored, above, &self.scope)
        {
            return stored.to_owned();
        }
        let expression = value(array, &self.scope);
        let fallback =
            stored.map_or_else(|| "__items".to_owned(), |path| format!("__{}", last(path)));
        let place = self.new_key(None, &fallback);
        self.stages
            .push(Stage::Set(vec![(place.clone(), computed(expression))]));
        place
    }
}

/// Whether `$elemMatch` asks the items of an array what `$match` asks them later: about fields it asks
/// documents only, not the nulls among them.
pub(super) fn items_can_be_asked(array: &Type) -> bool {
    match array {
        Type::Array(item) => {
            let is_scalar = !matches!(
                item.ty,
                Type::Json
                    | Type::Document
                    | Type::Geometry(_)
                    | Type::Event(_)
                    | Type::Map(_)
                    | Type::Struct(_)
                    | Type::Array(_)
            );
            is_scalar || !item.nullable
        }
        _ => false,
    }
}

/// The stage; in its short form where that says it all.
fn unwind(place: &str, position: Option<&String>, keep_empty: bool) -> Stage {
    let path = Template::string(format!("${place}"));
    let options = if position.is_none() && !keep_empty {
        path
    } else {
        let mut entries = vec![("path", path)];
        if let Some(key) = position {
            entries.push(("includeArrayIndex", Template::string(key.as_str())));
        }
        if keep_empty {
            entries.push(("preserveNullAndEmptyArrays", Template::from(true)));
        }
        Template::document(entries)
    };
    Stage::Other(Template::entry("$unwind", options))
}
