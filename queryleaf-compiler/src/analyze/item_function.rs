//! Functions in `FROM` whose rows are the items of an array: `generate_series(start, stop)`,
//! `jsonb_each(document)`, `regexp_matches(text, pattern, 'g')` and their like.

use super::call::wrong_count;
use super::scope::Scope;
use super::timestamp_series::is_of_times;
use super::unnest::Items;
use super::{Analyzer, Clause};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::{ArrayFunction, Function};
use crate::plan::{Expression, ExpressionKind, Literal};
use crate::types::{Item, Type};
use sqlparser::ast::{self, FunctionArg, FunctionArgExpr, TableAlias};

/// A function that stands in `FROM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemFunction {
    /// `generate_series(start, stop, step)`.
    Series,
    /// `generate_subscripts(array, 1)`.
    Subscripts,
    /// `jsonb_array_elements(array)`.
    Elements,
    /// `jsonb_array_elements_text(array)`.
    ElementTexts,
    /// `jsonb_object_keys(document)`.
    Keys,
    /// `jsonb_each(document)`.
    Entries,
    /// `jsonb_each_text(document)`.
    EntryTexts,
    /// `string_to_table(text, separator)`.
    Pieces,
    /// `regexp_split_to_table(text, pattern, options)`.
    PiecesByMatches,
    /// `regexp_matches(text, pattern, options)`.
    Matches,
}

/// What the columns of such rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Columns {
    /// The item, called like the table.
    Item,
    /// The item, called `value`.
    Value,
    /// The parts of an entry of a document.
    KeyAndValue {
        /// Whether the value is its text.
        as_text: bool,
    },
}

impl ItemFunction {
    fn columns(self) -> Columns {
        match self {
            ItemFunction::Elements | ItemFunction::ElementTexts => Columns::Value,
            ItemFunction::Entries => Columns::KeyAndValue { as_text: false },
            ItemFunction::EntryTexts => Columns::KeyAndValue { as_text: true },
            ItemFunction::Series
            | ItemFunction::Subscripts
            | ItemFunction::Keys
            | ItemFunction::Pieces
            | ItemFunction::PiecesByMatches
            | ItemFunction::Matches => Columns::Item,
        }
    }

    /// The function of this name, in small letters.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "generate_series" => ItemFunction::Series,
            "generate_subscripts" => ItemFunction::Subscripts,
            "json_array_elements" | "jsonb_array_elements" => ItemFunction::Elements,
            "json_array_elements_text" | "jsonb_array_elements_text" => ItemFunction::ElementTexts,
            "json_object_keys" | "jsonb_object_keys" => ItemFunction::Keys,
            "json_each" | "jsonb_each" => ItemFunction::Entries,
            "json_each_text" | "jsonb_each_text" => ItemFunction::EntryTexts,
            "string_to_table" => ItemFunction::Pieces,
            "regexp_split_to_table" => ItemFunction::PiecesByMatches,
            "regexp_matches" => ItemFunction::Matches,
            _ => return None,
        })
    }

    /// The error for a call that does not stand in `FROM`.
    pub(super) fn misplaced(self, name: &str, span: Span) -> Box<Diagnostic> {
        let (call, select) = match self {
            ItemFunction::Series => ("generate_series(1, 5) AS n", "n"),
            ItemFunction::Subscripts => (".., #(items, 1) AS n", "n"),
            ItemFunction::Elements | ItemFunction::ElementTexts => (".., #(list) AS item", "item"),
            ItemFunction::Keys => (".., #(document) AS key", "key"),
            ItemFunction::Entries | ItemFunction::EntryTexts => {
                (".., #(document) AS entry", "entry.key` and `entry.value")
            }
            ItemFunction::Pieces => (".., #(text, ',') AS piece", "piece"),
            ItemFunction::PiecesByMatches => (".., #(text, '[,;]') AS piece", "piece"),
            ItemFunction::Matches => (".., #(text, '[0-9]+', 'g') AS found", "found[1]"),
        };
        let call = call.replace('#', name);
        Box::new(
            Diagnostic::error(
                Code::Unsupported,
                span,
                format!("`{name}` stands in FROM only"),
            )
            .help(format!("write `FROM {call}` and select `{select}`")),
        )
    }
}

/// The function of this name, with its name in small letters.
pub(super) fn item_function(name: &ast::ObjectName) -> Option<(ItemFunction, String)> {
    let [part] = &name.0[..] else {
        return None;
    };
    let name = part.as_ident()?.value.to_lowercase();
    Some((ItemFunction::named(&name)?, name))
}

/// Whether the order of the rows is PostgreSQL's own.
fn has_no_order(function: ItemFunction) -> bool {
    match function {
        ItemFunction::Keys | ItemFunction::Entries | ItemFunction::EntryTexts => true,
        ItemFunction::Series
        | ItemFunction::Subscripts
        | ItemFunction::Elements
        | ItemFunction::ElementTexts
        | ItemFunction::Pieces
        | ItemFunction::PiecesByMatches
        | ItemFunction::Matches => false,
    }
}

impl Analyzer<'_> {
    pub(super) fn items_of_function<'f>(
        &mut self,
        name: &ast::ObjectName,
        arguments: &[FunctionArg],
        alias: Option<&'f TableAlias>,
        ordinality: bool,
        scope: &Scope,
        span: Span,
    ) -> Result<Items<'f>> {
        let Some((function, name)) = item_function(name) else {
            return self.unsupported(span, format!("the table function `{name}`"));
        };
        if ordinality && has_no_order(function) {
            let message = format!("`WITH ORDINALITY` of `{name}` is not supported");
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, span, message)
                    .note("the keys of a document stand in an order of their own on each server"),
            ));
        }
        let mut steps = None;
        let array = match function {
            ItemFunction::Series => {
                let arguments = self.values_of(arguments, &name, scope, span)?;
                if is_of_times(&arguments) {
                    let (array, of_times) = self.timestamp_series(arguments, span)?;
                    steps = Some(of_times);
                    array
                } else {
                    self.series(arguments, span)?
                }
            }
            ItemFunction::Subscripts => {
                let arguments = self.values_of(arguments, &name, scope, span)?;
                let last = self.resolve("array_upper", arguments, span)?;
                let one = || Expression::literal(Literal::Integer(1), Type::Integer, span);
                self.series(vec![one(), last, one()], span)?
            }
            ItemFunction::Elements => self.elements(arguments, &name, scope, span)?,
            ItemFunction::ElementTexts => {
                let elements = self.elements(arguments, &name, scope, span)?;
                let texts = Item {
                    ty: Type::Text,
                    nullable: true,
                    own: false,
                };
                self.cast_to(elements, &Type::Array(Box::new(texts)), span)?
            }
            ItemFunction::Keys
            | ItemFunction::Entries
            | ItemFunction::EntryTexts
            | ItemFunction::Pieces
            | ItemFunction::PiecesByMatches
            | ItemFunction::Matches => {
                let arguments = self.values_of(arguments, &name, scope, span)?;
                self.resolve(&name, arguments, span)?
            }
        };
        Ok(Items {
            array,
            name,
            columns: function.columns(),
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
}
