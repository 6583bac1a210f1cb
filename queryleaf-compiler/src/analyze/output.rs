//! The SELECT list: which columns the result has, and what they are called.

use super::file_stream;
use super::query::Naming;
use super::scope::{RowSource, Scope};
use super::{Analyzer, Clause, change_stream};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind, Relation};
use crate::types::Type;
use sqlparser::ast::{
    BinaryOperator, Expr, SelectItem, SelectItemQualifiedWildcardKind, Value,
    WildcardAdditionalOptions,
};
use std::collections::HashSet;

/// How many columns of one name are reported at the most.
const MAX_REPORTED: usize = 20;

/// The name of a column that has none, in a query inside another one.
const UNNAMED: &str = "?column?";

/// An item of the SELECT list.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) expression: Expression,
    pub(crate) span: Span,
}

impl Analyzer<'_> {
    pub(crate) fn items(
        &mut self,
        projection: &[SelectItem],
        scope: &Scope,
        relation: &Relation,
        naming: Naming,
        outer: Span,
    ) -> Vec<Item> {
        let mut items = Vec::new();
        for item in projection {
            let span = self.source.span_or(item, outer);
            let found = self.item(item, scope, relation, naming, span);
            for item in self.keep(found).unwrap_or_default() {
                if !self.file_streams.contains_key(&item.name) {
                    self.aliases
                        .insert(item.name.clone(), item.expression.clone());
                }
                items.push(item);
            }
        }
        if naming == Naming::Result {
            self.check_names(&items);
        }
        items
    }

    fn item(
        &mut self,
        item: &SelectItem,
        scope: &Scope,
        relation: &Relation,
        naming: Naming,
        span: Span,
    ) -> Result<Vec<Item>> {
        match item {
            SelectItem::UnnamedExpr(expression) if file_stream::call(expression).is_some() => {
                let name = column_name(expression).unwrap_or_default();
                self.file_stream_item(expression, name, scope, (span, span))
            }
            SelectItem::ExprWithAlias { expr, alias } if file_stream::call(expr).is_some() => {
                let place = self.source.convert(alias.span);
                self.file_stream_item(expr, alias.value.clone(), scope, (span, place))
            }
            SelectItem::UnnamedExpr(expression) => {
                let value = self.output(expression, scope, span)?;
                let name = match (column_name(expression), naming) {
                    (Some(name), _) => name,
                    (None, Naming::Inner | Naming::Assigned) => UNNAMED.to_owned(),
                    (None, Naming::Result) => {
                        return Err(Box::new(
                            Diagnostic::error(
                                Code::UnnamedColumn,
                                span,
                                "this column needs a name",
                            )
                            .help("name it with `AS`, as in `price * 2 AS double_price`"),
                        ));
                    }
                };
                Ok(vec![Item {
                    name,
                    expression: value,
                    span,
                }])
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                let expression = self.output(expr, scope, span)?;
                let place = self.source.convert(alias.span);
                Ok(vec![Item {
                    name: alias.value.clone(),
                    expression,
                    span: place,
                }])
            }
            SelectItem::Wildcard(options) => {
                self.plain_wildcard(options, span)?;
                if matches!(relation, Relation::OneRow) {
                    return self.unsupported(span, "`*` without `FROM`");
                }
                Ok(as_items(scope.all_columns(span), span))
            }
            SelectItem::QualifiedWildcard(
                SelectItemQualifiedWildcardKind::ObjectName(name),
                options,
            ) => {
                self.plain_wildcard(options, span)?;
                let wanted = name.to_string();
                match scope.sources.iter().find(|source| source.name == wanted) {
                    Some(source) => Ok(as_items(source.columns(span), span)),
                    None => {
                        let message = format!("no table `{wanted}` in this query");
                        let error = Diagnostic::error(Code::UnknownTable, span, message);
                        let mut sources = scope.sources.iter();
                        let is_column =
                            |source: &RowSource| source.column_names(span).contains(&wanted);
                        Err(Box::new(match sources.any(is_column) {
                            true => error.help(format!(
                                "a column is not spread out: select `{wanted}`, or its fields one by one"
                            )),
                            false => error,
                        }))
                    }
                }
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(_), _) => {
                self.unsupported(span, "`.*` after an expression")
            }
            SelectItem::ExprWithAliases { .. } => self.unsupported(span, "several aliases"),
        }
    }

    /// The bytes of a file.
    fn file_stream_item(
        &mut self,
        expression: &Expr,
        name: String,
        scope: &Scope,
        (span, place): (Span, Span),
    ) -> Result<Vec<Item>> {
        let Some(call) = file_stream::call(expression) else {
            return self.unsupported(span, "this column");
        };
        let (expression, table) = self.file_stream(call, scope, span)?;
        self.file_streams.insert(name.clone(), table);
        Ok(vec![Item {
            name,
            expression,
            span: place,
        }])
    }

    fn plain_wildcard(&self, options: &WildcardAdditionalOptions, span: Span) -> Result<()> {
        let plain = options.opt_ilike.is_none()
            && options.opt_exclude.is_none()
            && options.opt_except.is_none()
            && options.opt_replace.is_none()
            && options.opt_rename.is_none();
        if plain {
            Ok(())
        } else {
            self.unsupported(span, "an option after `*`")
        }
    }

    fn output(&mut self, expression: &Expr, scope: &Scope, span: Span) -> Result<Expression> {
        let before = std::mem::replace(&mut self.clause, Clause::Select);
        let value = self.expression_or_part(expression, scope, span);
        self.clause = before;
        let value = change_stream::output(value?);
        if self.open_literals && value.ty == Type::Unknown {
            return Ok(value);
        }
        self.settle(value)
    }

    /// The result is a struct: its names must differ.
    fn check_names(&mut self, items: &[Item]) {
        let mut names = HashSet::new();
        let repeated = items
            .iter()
            .filter(|item| !names.insert(item.name.as_str()));
        for item in repeated.take(MAX_REPORTED) {
            let message = format!("two columns are called `{}`", item.name);
            let help = if self.source.slice(item.span).ends_with('*') {
                "name the columns in place of `*`, one of these two with `AS`"
            } else {
                "give one of them another name with `AS`"
            };
            self.errors
                .push(Diagnostic::error(Code::DuplicateName, item.span, message).help(help));
        }
    }
}

fn as_items(columns: impl IntoIterator<Item = (String, Expression)>, span: Span) -> Vec<Item> {
    columns
        .into_iter()
        .map(|(name, expression)| Item {
            name,
            expression: change_stream::output(Expression { span, ..expression }),
            span,
        })
        .collect()
}

/// The name of a column without an alias: the last part of a path, or the function.
fn column_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Identifier(name) => Some(name.value.clone()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|name| name.value.clone()),
        Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last()? {
            sqlparser::ast::AccessExpr::Dot(inner) => column_name(inner),
            sqlparser::ast::AccessExpr::Subscript(_) => None,
        },
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => column_name(inner),
        Expr::Function(function) => function
            .name
            .0
            .last()?
            .as_ident()
            .map(|name| name.value.to_lowercase()),
        Expr::Extract { .. } => Some("extract".to_owned()),
        Expr::Ceil { .. } => Some("ceil".to_owned()),
        Expr::Floor { .. } => Some("floor".to_owned()),
        Expr::Position { .. } => Some("position".to_owned()),
        Expr::Substring { .. } => Some("substring".to_owned()),
        Expr::Trim { .. } => Some("trim".to_owned()),
        Expr::Overlay { .. } => Some("overlay".to_owned()),
        Expr::BinaryOp {
            op: BinaryOperator::Arrow | BinaryOperator::LongArrow,
            right,
            ..
        } => match &**right {
            Expr::Value(value) => match &value.value {
                Value::SingleQuotedString(key) => Some(key.clone()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Whether a query computes over groups: it has an aggregate somewhere.
pub(crate) fn has_aggregate(expression: &Expression) -> bool {
    expression.any(&mut |part| {
        matches!(
            part.kind,
            ExpressionKind::Aggregate(_) | ExpressionKind::Grouping(_)
        )
    })
}
