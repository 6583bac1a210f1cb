//! `FROM`: which tables a query reads, and which arrays it unnests.

use super::join::keeps_right_rows;
use super::scope::{Name, RowSource, Rows, Scope};
use super::table_function::named_like_a_table;
use super::unnest::gives_items;
use super::{Analyzer, Clause, Column};
use crate::Table;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, JoinKind, Relation};
use crate::syntax::TableFunction;
use sqlparser::ast::{self, TableAlias, TableFactor};
use std::sync::Arc;

impl Analyzer<'_> {
    /// The rows of `FROM`, and the scope of the names that they bring.
    pub(crate) fn from(
        &mut self,
        from: &[ast::TableWithJoins],
        outer: Span,
    ) -> Result<(Relation, Scope)> {
        let mut scope = Scope::default();
        let mut relation = None;
        for entry in from {
            relation = Some(self.join_entry(relation, entry, &mut scope, outer)?);
        }
        Ok((relation.unwrap_or(Relation::OneRow), scope))
    }

    /// The relation before, joined with an entry of `FROM`: a comma is a cross join.
    pub(crate) fn join_entry(
        &mut self,
        before: Option<Relation>,
        entry: &ast::TableWithJoins,
        scope: &mut Scope,
        outer: Span,
    ) -> Result<Relation> {
        if let Some(before) = before {
            if entry.joins.iter().any(keeps_right_rows) {
                // What has no partner is missing among the rows of this entry, not of those before.
                let mut own = Scope::default();
                let relation = self.join_entry(None, entry, &mut own, outer)?;
                self.merge(scope, own)?;
                return Ok(cross_join(before, relation, outer));
            }
            let mut relation = self.cross(before, &entry.relation, scope, outer)?;
            for join in &entry.joins {
                relation = self.join(relation, join, scope, outer)?;
            }
            return Ok(relation);
        }
        let mut relation = match &entry.relation {
            factor if gives_items(factor) => self.cross(Relation::OneRow, factor, scope, outer)?,
            factor => {
                let (relation, own) = self.factor(factor, &Scope::default(), outer)?;
                self.merge(scope, own)?;
                relation
            }
        };
        for join in &entry.joins {
            relation = self.join(relation, join, scope, outer)?;
        }
        Ok(relation)
    }

    /// Each row before with each row of a factor, which may be an array of the row before.
    pub(crate) fn cross(
        &mut self,
        before: Relation,
        factor: &TableFactor,
        scope: &mut Scope,
        outer: Span,
    ) -> Result<Relation> {
        let span = self.source.span_or(factor, outer);
        if gives_items(factor) {
            return self.unnest_factor(before, factor, false, scope, span);
        }
        let (relation, own) = self.factor(factor, scope, outer)?;
        self.merge(scope, own)?;
        Ok(cross_join(before, relation, span))
    }

    /// A table, a query in brackets or a join in brackets. What stands before it in `FROM` can be
    /// named after `LATERAL`.
    pub(crate) fn factor(
        &mut self,
        factor: &TableFactor,
        before: &Scope,
        outer: Span,
    ) -> Result<(Relation, Scope)> {
        let span = self.source.span_or(factor, outer);
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample: None,
                index_hints,
            } if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty() => {
                self.table(name, alias.as_ref(), span)
            }
            TableFactor::Derived {
                lateral,
                subquery,
                alias,
                sample: None,
            } => {
                let (relation, columns) = if *lateral {
                    let clause = std::mem::replace(&mut self.clause, Clause::From);
                    let result = self.inside(before, |analyzer| analyzer.inner_query(subquery));
                    self.clause = clause;
                    result?
                } else {
                    self.beside.push(before.clone());
                    let result = self.inner_query(subquery);
                    self.beside.pop();
                    result?
                };
                let scope = self.derived(columns, alias.as_ref(), span)?;
                Ok((relation, scope))
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => {
                let mut scope = Scope::default();
                let relation = self.join_entry(None, table_with_joins, &mut scope, span)?;
                match alias {
                    Some(alias) => self.named_join(relation, &scope, alias, span),
                    None => Ok((relation, scope)),
                }
            }
            TableFactor::Table {
                name,
                alias,
                args: Some(arguments),
                ..
            } => self.table_function(name, arguments, alias.as_ref(), span),
            TableFactor::Table { .. } => self.unsupported(span, "this form of a table"),
            _ => self.unsupported(span, "this in `FROM`"),
        }
    }

    /// A join in brackets with a name of its own, which hides those of its tables.
    fn named_join(
        &mut self,
        relation: Relation,
        scope: &Scope,
        alias: &TableAlias,
        span: Span,
    ) -> Result<(Relation, Scope)> {
        let columns: Vec<Column> = scope
            .all_columns(span)
            .into_iter()
            .map(|(name, expression)| Column {
                id: self.named_column(&name),
                name,
                expression,
                span,
            })
            .collect();
        let list = columns.iter();
        let relation = Relation::Project {
            input: Box::new(relation),
            columns: list
                .map(|column| (column.id, column.expression.clone()))
                .collect(),
        };
        Ok((relation, self.derived(columns, Some(alias), span)?))
    }

    /// The scope of a query in `FROM`.
    pub(crate) fn derived(
        &mut self,
        columns: Vec<Column>,
        alias: Option<&TableAlias>,
        span: Span,
    ) -> Result<Scope> {
        let Some(alias) = alias else {
            return Err(Box::new(
                Diagnostic::error(Code::Syntax, span, "a query in `FROM` needs a name")
                    .help("name it after the bracket, as in `FROM (SELECT ..) AS recent`"),
            ));
        };
        let columns = self.renamed(columns, alias)?;
        let named = columns
            .iter()
            .map(|column| (column.name.clone(), column.path()))
            .collect();
        let mut scope = Scope::default();
        let name = self.name(&alias.name);
        self.add(&mut scope, name, None, Rows::Columns(named))?;
        Ok(scope)
    }

    /// The columns under the names of a list after the alias: `AS t (a, b)`.
    pub(crate) fn renamed(
        &mut self,
        mut columns: Vec<Column>,
        alias: &TableAlias,
    ) -> Result<Vec<Column>> {
        if alias.columns.len() > columns.len() {
            let extra = alias.columns.get(columns.len());
            let place =
                extra.map_or_else(Span::default, |extra| self.source.convert(extra.name.span));
            let message = format!(
                "`{}` has {} columns, and {} names are given",
                alias.name.value,
                columns.len(),
                alias.columns.len()
            );
            return Err(Box::new(Diagnostic::error(Code::Syntax, place, message)));
        }
        for (column, name) in columns.iter_mut().zip(&alias.columns) {
            column.name.clone_from(&name.name.value);
            self.names.insert(column.id, column.name.clone());
        }
        Ok(columns)
    }

    /// Adds the tables of one scope to those of another.
    pub(crate) fn merge(&mut self, scope: &mut Scope, other: Scope) -> Result<()> {
        for source in other.sources {
            if scope.sources.iter().any(|known| known.name == source.name) {
                return Err(twice(&source.name, source.span));
            }
            scope.sources.push(source);
        }
        scope.merged.extend(other.merged);
        Ok(())
    }

    pub(super) fn table(
        &mut self,
        name: &ast::ObjectName,
        alias: Option<&TableAlias>,
        span: Span,
    ) -> Result<(Relation, Scope)> {
        let path: Vec<Name> = name
            .0
            .iter()
            .filter_map(|part| part.as_ident().map(|ident| self.name(ident)))
            .collect();
        if let [name] = &path[..]
            && let Some((relation, columns)) = self.common_table(&name.text)
        {
            let alias = alias.cloned().unwrap_or_else(|| own_alias(&name.text));
            let scope = self.derived(columns, Some(&alias), span)?;
            return Ok((relation, scope));
        }
        let number = self.table_number(&path, span)?;
        if let Some(table) = self.tables.get(number)
            && table.collection.bucket().is_some()
        {
            let function = TableFunction::GridFsFiles;
            return Err(named_like_a_table(&table.collection, &path, function, span));
        }
        self.scan(number, &path, alias, span)
    }

    /// The number of the table that a path names.
    pub(super) fn table_number(&self, path: &[Name], span: Span) -> Result<usize> {
        let names = || path.iter().map(|name| name.text.as_str());
        let is_named = |table: &Table| table.name.iter().map(String::as_str).eq(names());
        self.tables.iter().position(is_named).ok_or_else(|| {
            let name = names().collect::<Vec<_>>().join(".");
            let message = format!("no table `{name}` is in scope");
            let span = match path {
                [first, .., last] => first.span.to(last.span),
                [_] | [] => span,
            };
            let error = Diagnostic::error(Code::UnknownTable, span, message);
            Box::new(match path {
                // Modules are resolved before: this is a field of a table beside it.
                [_, _, ..] => error.help(format!(
                    "the items of an array are rows of `UNNEST({name}) AS item`"
                )),
                _ => error
                    .help("a table has the name that `#[leaf(name = \"..\")]` gives to its struct"),
            })
        })
    }

    /// The documents of a table as rows.
    pub(super) fn scan(
        &mut self,
        number: usize,
        path: &[Name],
        alias: Option<&TableAlias>,
        span: Span,
    ) -> Result<(Relation, Scope)> {
        let (Some(table), Some(last)) = (self.tables.get(number), path.last()) else {
            return self.unsupported(span, "this table");
        };
        let collection = Arc::clone(&table.collection);
        let shown = match alias {
            Some(alias) => {
                if !alias.columns.is_empty() {
                    return self.unsupported(span, "a list of column names after a table");
                }
                self.name(&alias.name)
            }
            None => last.clone(),
        };
        let document = self.named_column(&shown.text);
        let rows = Rows::Documents {
            table: number,
            document,
            collection,
        };
        let hidden = alias.map(|_| last.text.clone());
        let mut scope = Scope::default();
        self.add(&mut scope, shown, hidden, rows)?;
        let scan = Relation::Scan {
            table: number,
            document,
            natural: None,
        };
        Ok((scan, scope))
    }

    pub(super) fn add(
        &mut self,
        scope: &mut Scope,
        name: Name,
        hidden: Option<String>,
        rows: Rows,
    ) -> Result<()> {
        if scope.sources.iter().any(|source| source.name == name.text) {
            return Err(twice(&name.text, name.span));
        }
        scope.sources.push(RowSource {
            name: name.text,
            span: name.span,
            hidden,
            rows,
            outer_joined: false,
            merged: Vec::new(),
        });
        Ok(())
    }
}

fn twice(name: &str, span: Span) -> Box<Diagnostic> {
    let message = format!("two tables are called `{name}`");
    Box::new(
        Diagnostic::error(Code::DuplicateName, span, message)
            .help("give one of them an alias with `AS`"),
    )
}

fn cross_join(left: Relation, right: Relation, span: Span) -> Relation {
    Relation::Join {
        kind: JoinKind::Inner,
        left: Box::new(left),
        right: Box::new(right),
        condition: Expression::always(span),
    }
}

/// The name of a common table expression as its alias.
fn own_alias(name: &str) -> TableAlias {
    TableAlias {
        explicit: false,
        name: ast::Ident::new(name),
        columns: Vec::new(),
        at: None,
    }
}
