//! `UNNEST(array)`, `generate_series(start, stop)`, `jsonb_array_elements(array)` and their like in
//! `FROM`: rows that are the items of an array.

use super::call::wrong_count;
use super::scope::{Name, Rows, Scope};
use super::timestamp_series::{Steps, is_of_times};
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
        } => table_function(name).is_some(),
        TableFactor::Function { name, .. } => table_function(name).is_some(),
        _ => false,
    }
}

/// A function that stands in `FROM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TableFunction {
    /// `generate_series(start, stop, step)`.
    Series,
    /// `jsonb_array_elements(array)`.
    Elements,
    /// `jsonb_array_elements_text(array)`.
    ElementTexts,
    /// `jsonb_object_keys(document)`.
    Keys,
    /// `string_to_table(text, separator)`.
    Pieces,
}

/// The function of this name, with its name in small letters.
fn table_function(name: &ast::ObjectName) -> Option<(TableFunction, String)> {
    let [part] = &name.0[..] else {
        return None;
    };
    let name = part.as_ident()?.value.to_lowercase();
    let function = match name.as_str() {
        SERIES => TableFunction::Series,
        "json_array_elements" | "jsonb_array_elements" => TableFunction::Elements,
        "json_array_elements_text" | "jsonb_array_elements_text" => TableFunction::ElementTexts,
        "json_object_keys" | "jsonb_object_keys" => TableFunction::Keys,
        "string_to_table" => TableFunction::Pieces,
        _ => return None,
    };
    Some((function, name))
}

/// What stands in `FROM`.
struct Items<'a> {
    array: Expression,
    /// Its name where it has no alias.
    name: String,
    /// The name of its column, where that is not its own.
    column: Option<&'static str>,
    alias: Option<&'a TableAlias>,
    ordinality: bool,
    /// What the rows are instead of the items, which count the steps to them.
    steps: Option<Steps>,
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
                    column: None,
                    alias: alias.as_ref(),
                    ordinality: *with_ordinality,
                    steps: None,
                })
            }
            TableFactor::Table {
                name,
                args: Some(args),
                alias,
                with_ordinality,
                ..
            } => self.items_of_function(
                name,
                &args.args,
                alias.as_ref(),
                *with_ordinality,
                scope,
                span,
            ),
            TableFactor::Function {
                name, args, alias, ..
            } => self.items_of_function(name, args, alias.as_ref(), false, scope, span),
            _ => self.unsupported(span, "this form of `UNNEST`"),
        }
    }

    fn items_of_function<'f>(
        &mut self,
        name: &ast::ObjectName,
        arguments: &[FunctionArg],
        alias: Option<&'f TableAlias>,
        ordinality: bool,
        scope: &Scope,
        span: Span,
    ) -> Result<Items<'f>> {
        let Some((function, name)) = table_function(name) else {
            return self.unsupported(span, format!("the table function `{name}`"));
        };
        let mut steps = None;
        let array = match function {
            TableFunction::Series => {
                let arguments = self.values_of(arguments, &name, scope, span)?;
                if is_of_times(&arguments) {
                    let (array, of_times) = self.timestamp_series(arguments, span)?;
                    steps = Some(of_times);
                    array
                } else {
                    self.series(arguments, span)?
                }
            }
            TableFunction::Elements => self.elements(arguments, &name, scope, span)?,
            TableFunction::ElementTexts => {
                let elements = self.elements(arguments, &name, scope, span)?;
                let texts = Item {
                    ty: Type::Text,
                    nullable: true,
                    own: false,
                };
                self.cast_to(elements, &Type::Array(Box::new(texts)), span)?
            }
            TableFunction::Keys | TableFunction::Pieces => {
                let arguments = self.values_of(arguments, &name, scope, span)?;
                let function = match function {
                    TableFunction::Pieces => "string_to_array",
                    _ => "jsonb_object_keys",
                };
                self.resolve(function, arguments, span)?
            }
        };
        let column = match function {
            TableFunction::Elements | TableFunction::ElementTexts => Some("value"),
            TableFunction::Series | TableFunction::Keys | TableFunction::Pieces => None,
        };
        Ok(Items {
            array,
            name,
            column,
            alias,
            ordinality,
            steps,
        })
    }

    fn values_of(
        &mut self,
        arguments: &[FunctionArg],
        name: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<Vec<Expression>> {
        arguments
            .iter()
            .map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => {
                    self.expression_in(Clause::From, argument, scope, span)
                }
                _ => self.unsupported(span, format!("this argument of `{name}`")),
            })
            .collect()
    }

    /// The array that is the only argument: one of the schema, or one that a document holds.
    fn elements(
        &mut self,
        arguments: &[FunctionArg],
        name: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let values = self.values_of(arguments, name, scope, span)?;
        match <[Expression; 1]>::try_from(values) {
            Ok([array]) => match array.ty {
                Type::Array(_) => self.settle(array),
                _ => self.resolve("::elements", vec![array], span),
            },
            Err(_) => wrong_count(name, "one array", span),
        }
    }

    /// The array of the numbers of a series.
    fn series(&mut self, arguments: Vec<Expression>, span: Span) -> Result<Expression> {
        let mut numbers = Vec::new();
        for number in arguments {
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
        let column_name = match (names.next(), items.column) {
            (Some(column), _) => column.name.value.clone(),
            (None, Some(column)) => column.to_owned(),
            (None, None) => shown.text.clone(),
        };
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
                rust,
                ..Path::of(column)
            }),
            ty: item.ty,
            nullable: item.nullable || keep_empty,
            span,
        };
        let value = match items.steps {
            Some(steps) => steps.after(value),
            None => value,
        };
        let ordinality = items.ordinality.then(|| {
            let name = names.next().map_or_else(
                || "ordinality".to_owned(),
                |column| column.name.value.clone(),
            );
            let column = self.new_column();
            let path = Path::of(column);
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
