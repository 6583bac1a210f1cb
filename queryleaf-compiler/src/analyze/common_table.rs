//! `WITH`: queries that have a name.

use super::{Analyzer, Column};
use crate::diagnostic::{Result, Span};
use crate::plan::{ColumnId, Relation};
use sqlparser::ast;
use std::collections::BTreeMap;

/// A common table expression.
///
/// Each use of it is a copy with columns of its own: what is read of it, and which filters can be
/// moved into it, differs from use to use.
#[derive(Debug, Clone)]
pub(crate) struct CommonTable {
    pub(super) name: String,
    pub(super) relation: Relation,
    pub(super) columns: Vec<Column>,
}

impl Analyzer<'_> {
    /// Looks at the queries of `WITH`; each can be named by those after it.
    pub(crate) fn common_tables(&mut self, with: &ast::With, outer: Span) -> Result<()> {
        for table in &with.cte_tables {
            let recursive = if with.recursive {
                self.recursive_table(table, outer)?
            } else {
                None
            };
            let (relation, columns) = match recursive {
                Some(rows) => rows,
                None => {
                    let (relation, columns) = self.inner_query(&table.query)?;
                    (relation, self.renamed(columns, &table.alias)?)
                }
            };
            self.common.push(CommonTable {
                name: table.alias.name.value.clone(),
                relation,
                columns,
            });
        }
        Ok(())
    }

    /// A relation with columns of its own, which are called like those of the first one; and the new
    /// column in place of each old one.
    pub(crate) fn copy_of(
        &mut self,
        relation: Relation,
    ) -> (Relation, BTreeMap<ColumnId, ColumnId>) {
        let (relation, numbers) = relation.renumbered(&mut self.new_columns);
        for (old, new) in &numbers {
            if let Some(name) = self.names.get(old).cloned() {
                self.names.insert(*new, name);
            }
        }
        (relation, numbers)
    }

    /// A copy of the common table expression of this name.
    pub(crate) fn common_table(&mut self, name: &str) -> Option<(Relation, Vec<Column>)> {
        let known = self.common.iter().rev().find(|table| table.name == name)?;
        let CommonTable {
            relation, columns, ..
        } = known.clone();
        let (relation, numbers) = self.copy_of(relation);
        let columns = columns
            .into_iter()
            .map(|column| Column {
                id: numbers.get(&column.id).copied().unwrap_or(column.id),
                expression: column.expression.with_numbers(&numbers),
                ..column
            })
            .collect();
        Some((relation, columns))
    }
}
