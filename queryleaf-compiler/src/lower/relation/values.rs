//! `VALUES`: `$documents`.

use super::Builder;
use super::pipeline::{Stage, computed};
use crate::lower::value;
use crate::plan::{ColumnId, Expression};
use queryleaf_plan::Template;

impl Builder<'_> {
    /// Begins the pipeline with rows that the query writes out.
    pub(super) fn values(&mut self, columns: &[ColumnId], rows: &[Vec<Expression>]) {
        let mut keys = Vec::new();
        for column in columns {
            let wish = self.names.column(*column).map(str::to_owned);
            let key = self.new_key(wish.as_deref(), "column");
            self.scope.place(*column, key.clone());
            keys.push(key);
        }
        let documents = rows.iter().map(|row| {
            let values = row.iter().map(|item| computed(value(item, &self.scope)));
            Template::document(keys.iter().cloned().zip(values))
        });
        let documents = Template::array(documents.collect::<Vec<_>>());
        self.stages
            .push(Stage::Other(Template::entry("$documents", documents)));
        self.narrow = true;
    }
}
