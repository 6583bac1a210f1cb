//! What a name stands for, and the ways into its value: `o.items[1].sku`.

use super::field::{field, member};
use super::scope::{Name, Scope};
use super::{Analyzer, change_stream};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind};
use crate::types::Type;
use sqlparser::ast::{AccessExpr, Expr, Subscript};

impl Analyzer<'_> {
    /// A column, or else an earlier item of the SELECT list where such may be used.
    pub(crate) fn column_or_alias(&mut self, parts: &[Name], scope: &Scope) -> Result<Expression> {
        match self.alias(parts, scope)? {
            Some(value) => parts.iter().skip(1).try_fold(value, field),
            None => self.named(parts, scope),
        }
    }

    /// What a dotted name means here, or in a query around this one.
    fn named(&self, parts: &[Name], scope: &Scope) -> Result<Expression> {
        if scope.knows(parts) {
            return scope.resolve(parts);
        }
        match self.outer.iter().rev().find(|outer| outer.knows(parts)) {
            Some(outer) => outer.resolve(parts),
            None => match parts.first() {
                Some(first) if self.beside.iter().any(|beside| beside.knows(parts)) => {
                    Err(Box::new(
                        Diagnostic::error(
                            Code::UnknownTable,
                            first.span,
                            format!("`{}` is not known inside this query", first.text),
                        )
                        .help("write `LATERAL` in front of it, so that it can name what stands before it in FROM"),
                    ))
                }
                _ => scope.resolve(parts),
            },
        }
    }

    /// `root.field`, `root[1]` and chains of both.
    pub(crate) fn access(
        &mut self,
        root: &Expr,
        chain: &[AccessExpr],
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        // `t.tags[1]`: the names in front are one dotted name.
        let mut names: Vec<Name> = match root {
            Expr::Identifier(name) => vec![self.name(name)],
            Expr::CompoundIdentifier(parts) => parts.iter().map(|part| self.name(part)).collect(),
            _ => Vec::new(),
        };
        let mut chain = chain.iter().peekable();
        while let (false, Some(AccessExpr::Dot(Expr::Identifier(name)))) =
            (names.is_empty(), chain.peek())
        {
            names.push(self.name(name));
            chain.next();
        }
        let mut value = if names.is_empty() {
            self.expression_or_part(root, scope, span)?
        } else {
            self.column_or_alias(&names, scope)?
        };
        while let Some(access) = chain.next() {
            value = match access {
                AccessExpr::Dot(Expr::Identifier(name)) => field(value, &self.name(name))?,
                AccessExpr::Dot(other) => {
                    let span = self.source.span_or(other, span);
                    return self.unsupported(span, "this after a `.`");
                }
                AccessExpr::Subscript(Subscript::Index { index }) => {
                    self.subscript(value, index, scope, span)?
                }
                AccessExpr::Subscript(Subscript::Slice {
                    lower_bound,
                    upper_bound,
                    stride: None,
                }) if chain.peek().is_none() => {
                    let bounds = (lower_bound.as_ref(), upper_bound.as_ref());
                    self.slice(value, bounds, scope, span)?
                }
                // PostgreSQL takes the next one for another dimension of the same slice.
                AccessExpr::Subscript(Subscript::Slice { .. }) => {
                    return self.unsupported(span, "what follows this array slice");
                }
            };
        }
        Ok(value)
    }

    /// `array[low:high]`; a bound that is left out is the end of the array.
    fn slice(
        &mut self,
        value: Expression,
        (low, high): (Option<&Expr>, Option<&Expr>),
        scope: &Scope,
        outer: Span,
    ) -> Result<Expression> {
        let value = change_stream::value(self.settle(value)?);
        if !matches!(value.ty, Type::Array(_)) {
            let message = format!("a value of type `{}` has no items", value.ty);
            return Err(Box::new(
                Diagnostic::error(Code::TypeMismatch, value.span, message)
                    .help("only arrays have slices"),
            ));
        }
        let mut bound = |bound: Option<&Expr>, otherwise: i32| match bound {
            Some(bound) => {
                let bound = self.expression(bound, scope, outer)?;
                self.coerce(bound, &Type::Integer)
            }
            None => Ok(Expression::integer(
                i64::from(otherwise),
                Type::Integer,
                outer,
            )),
        };
        let (low, high) = (bound(low, 1)?, bound(high, i32::MAX)?);
        self.resolve("::slice", vec![value, low, high], outer)
    }

    fn subscript(
        &mut self,
        value: Expression,
        index: &Expr,
        scope: &Scope,
        outer: Span,
    ) -> Result<Expression> {
        // An array of quoted literals has to have a type before an item is taken out.
        let mut value = self.settle(value)?;
        let index = self.expression(index, scope, outer)?;
        if index.as_text().is_none() {
            value = change_stream::value(value);
        }
        let span = value.span.to(index.span);
        match (value.ty.clone(), index.as_text()) {
            (Type::Array(item), _) => {
                let index = self.coerce(index, &Type::Integer)?;
                let kind = ExpressionKind::Subscript {
                    array: Box::new(value),
                    index: Box::new(index),
                };
                Ok(Expression {
                    kind,
                    ty: item.ty,
                    nullable: true,
                    span,
                })
            }
            (ty, Some(key)) if ty.is_document() => {
                let name = Name {
                    text: key.to_owned(),
                    span: index.span,
                };
                self.key(value, &name, span)
            }
            (ty, _) => Err(Box::new(
                Diagnostic::error(
                    Code::TypeMismatch,
                    index.span,
                    format!("a value of type `{ty}` has no items"),
                )
                .help("only arrays take a subscript"),
            )),
        }
    }

    /// The value of a key, whether the schema lists it or not.
    pub(crate) fn key(&self, value: Expression, name: &Name, span: Span) -> Result<Expression> {
        let found = match value.ty {
            Type::Json | Type::Document => member(value, &name.text, Type::Json, span),
            _ => field(value, name)?,
        };
        Ok(Expression { span, ..found })
    }
}
