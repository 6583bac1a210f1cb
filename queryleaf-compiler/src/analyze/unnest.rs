//! `UNNEST(array)` and `generate_series(start, stop)` in `FROM`: rows that are the items of an array.

use super::scope::{Name, Rows, Scope};
use super::{Analyzer, Clause};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::{ArrayFunction, Function};
use crate::plan::{Expression, ExpressionKind, Literal, Path, Relation};
use crate::types::{Item, Step, Type};
use sqlparser::ast::{self, FunctionArg, FunctionArgExpr, TableAlias, TableFactor};

/// The function of which `generate_series(..)` is a call.
const SERIES: &str = "generate_series";

/// Whether the rows of a factor of `FROM` are the items of an array.
pub(super) fn gives_items(factor: &TableFactor) -> bool {
    match factor {
        TableFactor::UNNEST { .. } => true,
        TableFactor::Table {
            name,
            args: Some(_),
            ..
        } => is_series(name),
        TableFactor::Function { name, .. } => is_series(name),
        _ => false,
    }
}

fn is_series(name: &ast::ObjectName) -> bool {
    match &name.0[..] {
        [part] => part
            .as_ident()
            .is_some_and(|name| name.value.eq_ignore_ascii_case(SERIES)),
        _ => false,
    }
}

/// What stands in `FROM`.
struct Items<'a> {
    array: Expression,
    /// Its name where it has no alias.
    name: String,
    alias: Option<&'a TableAlias>,
    ordinality: bool,
}

impl Analyzer<'_> {
    /// The rows before, each with the items of an array, which may be one of the row.
    pub(crate) fn unnest_factor(
        &mut self,
        before: Relation,
        factor: &TableFactor,
        keep_empty: bool,
        scope: &mut Scope,
        span: Span,
    ) -> Result<Relation> {
        let items = self.items_of(factor, scope, span)?;
        self.unnest(before, items, keep_empty, scope, span)
    }

    fn items_of<'f>(
        &mut self,
        factor: &'f TableFactor,
        scope: &Scope,
        span: Span,
    ) -> Result<Items<'f>> {
        match factor {
            TableFactor::UNNEST {
                alias,
                array_exprs,
                with_offset: false,
                with_offset_alias: None,
                with_ordinality,
            } => {
                let [array] = &array_exprs[..] else {
                    return self.unsupported(span, "`UNNEST` of several arrays");
                };
                let array = self.expression_in(Clause::From, array, scope, span)?;
                let array = self.settle(array)?;
                let own_name = match &array.kind {
                    ExpressionKind::Path(path) => path.steps.last().map(|step| step.name.clone()),
                    _ => None,
                };
                Ok(Items {
                    array,
                    name: own_name.unwrap_or_else(|| "unnest".to_owned()),
                    alias: alias.as_ref(),
                    ordinality: *with_ordinality,
                })
            }
            TableFactor::Table {
                args: Some(args),
                alias,
                with_ordinality,
                ..
            } => Ok(Items {
                array: self.series(&args.args, scope, span)?,
                name: SERIES.to_owned(),
                alias: alias.as_ref(),
                ordinality: *with_ordinality,
            }),
            TableFactor::Function { args, alias, .. } => Ok(Items {
                array: self.series(args, scope, span)?,
                name: SERIES.to_owned(),
                alias: alias.as_ref(),
                ordinality: false,
            }),
            _ => self.unsupported(span, "this form of `UNNEST`"),
        }
    }

    /// The array of the numbers of a series.
    fn series(
        &mut self,
        arguments: &[FunctionArg],
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let mut numbers = Vec::new();
        for argument in arguments {
            let FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) = argument else {
                return self.unsupported(span, "this argument of `generate_series`");
            };
            let number = self.expression_in(Clause::From, argument, scope, span)?;
            numbers.push(match number.ty {
                Type::Unknown | Type::Integer => self.coerce(number, &Type::Integer)?,
                Type::Bigint => number,
                ref ty => {
                    let message = format!("`generate_series` of `{ty}` is not supported");
                    return Err(Box::new(
                        Diagnostic::error(Code::Unsupported, number.span, message)
                            .help("count with integers, and compute the values from them"),
                    ));
                }
            });
        }
        if numbers.len() == 2 {
            numbers.push(Expression::literal(
                Literal::Integer(1),
                Type::Integer,
                span,
            ));
        }
        if numbers.len() != 3 {
            let message = "`generate_series` takes a start, a stop and perhaps a step";
            return Err(Box::new(Diagnostic::error(
                Code::ArgumentMismatch,
                span,
                message,
            )));
        }
        let is_small = numbers.iter().all(|number| number.ty == Type::Integer);
        let item = Item {
            ty: if is_small {
                Type::Integer
            } else {
                Type::Bigint
            },
            nullable: false,
            own: false,
        };
        let kind = ExpressionKind::Call {
            function: Function::Array(ArrayFunction::Series),
            arguments: numbers,
        };
        Ok(Expression::new(kind, Type::Array(Box::new(item)), span))
    }

    fn unnest(
        &mut self,
        before: Relation,
        items: Items<'_>,
        keep_empty: bool,
        scope: &mut Scope,
        span: Span,
    ) -> Result<Relation> {
        let array = items.array;
        let Type::Array(item) = array.ty.clone() else {
            let message = format!("`UNNEST` wants an array, found `{}`", array.ty);
            return Err(Box::new(
                Diagnostic::error(Code::TypeMismatch, array.span, message)
                    .label(format!("this is of type `{}`", array.ty)),
            ));
        };
        let shown = match items.alias {
            Some(alias) => self.name(&alias.name),
            None => Name {
                text: items.name,
                span,
            },
        };
        let mut names = items.alias.into_iter().flat_map(|alias| &alias.columns);
        let column_name = names
            .next()
            .map_or_else(|| shown.text.clone(), |column| column.name.value.clone());
        let rust = match &array.kind {
            ExpressionKind::Path(path) => path.rust.clone().map(|mut rust| {
                rust.steps.push(Step::Item);
                rust
            }),
            _ => None,
        };
        let column = self.new_column();
        let value = Expression {
            kind: ExpressionKind::Path(Path {
                column,
                steps: Vec::new(),
                rust,
            }),
            ty: item.ty,
            nullable: item.nullable || keep_empty,
            span,
        };
        let ordinality = items.ordinality.then(|| {
            let name = names.next().map_or_else(
                || "ordinality".to_owned(),
                |column| column.name.value.clone(),
            );
            let column = self.new_column();
            let path = Path {
                column,
                steps: Vec::new(),
                rust: None,
            };
            let position = Expression {
                kind: ExpressionKind::Path(path),
                ty: Type::Bigint,
                nullable: keep_empty,
                span,
            };
            (name, column, position)
        });
        if let Some(extra) = names.next() {
            let place = self.source.convert(extra.name.span);
            return self.unsupported(place, "this column name: `UNNEST` has one column");
        }
        let relation = Relation::Unnest {
            input: Box::new(before),
            array,
            item: column,
            ordinality: ordinality.as_ref().map(|(_, column, _)| *column),
            keep_empty,
        };
        let ordinality = ordinality.map(|(name, _, position)| (name, position));
        let rows = Rows::Items {
            column_name,
            item: Box::new(value),
            ordinality,
        };
        self.add(scope, shown, None, rows)?;
        Ok(relation)
    }
}
