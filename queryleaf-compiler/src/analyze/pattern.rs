//! `LIKE` and regular expressions.

use super::Analyzer;
use super::call::wrong_count;
use super::scope::Scope;
use crate::client_values;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, ExpressionKind};
use crate::types::Type;
use queryleaf_plan::pattern::{PatternError, like, posix};
use sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, FunctionArguments};

/// What follows `LIKE` or `ILIKE`.
pub(crate) struct LikePattern<'a> {
    pub(crate) pattern: &'a Expr,
    pub(crate) any: bool,
    pub(crate) negated: bool,
    pub(crate) escape: Option<&'a Expr>,
    pub(crate) ignore_case: bool,
}

/// How the answers for several patterns make one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    Any,
    All,
}

impl<'a> LikePattern<'a> {
    /// The quantifier and what stands in its brackets. The parser knows `ANY` only, and takes `ALL` and
    /// `SOME` for functions.
    fn quantified(&self) -> Option<(Quantifier, &'a Expr)> {
        if self.any {
            return Some((Quantifier::Any, self.pattern));
        }
        let Expr::Function(function) = self.pattern else {
            return None;
        };
        let name = function.name.to_string().to_ascii_uppercase();
        let quantifier = match name.as_str() {
            "ALL" => Quantifier::All,
            "SOME" => Quantifier::Any,
            _ => return None,
        };
        let FunctionArguments::List(list) = &function.args else {
            return None;
        };
        match list.args.as_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(patterns))] => Some((quantifier, patterns)),
            _ => None,
        }
    }
}

impl Analyzer<'_> {
    /// `x [NOT] LIKE pattern`, or `x [NOT] LIKE { ANY | ALL } (ARRAY['a%', 'b%'])`. The `NOT` is about each
    /// pattern: `x NOT LIKE ANY` is true where one of them does not match.
    pub(crate) fn like_one_or_many(
        &mut self,
        operand: &Expr,
        like: &LikePattern<'_>,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let one = |analyzer: &mut Self, pattern: &Expr| {
            let result =
                analyzer.like(operand, pattern, like.escape, like.ignore_case, scope, span)?;
            Ok(if like.negated {
                result.negated()
            } else {
                result
            })
        };
        let Some((quantifier, mut pattern)) = like.quantified() else {
            return one(self, like.pattern);
        };
        while let Expr::Nested(inner) = pattern {
            pattern = inner;
        }
        let patterns = match pattern {
            Expr::Array(array) if !array.elem.is_empty() => &array.elem,
            Expr::Tuple(patterns) => patterns,
            _ => {
                let place = self.source.span_or(pattern, span);
                let (quantifier, operator) = match quantifier {
                    Quantifier::Any => ("ANY", "OR"),
                    Quantifier::All => ("ALL", "AND"),
                };
                let message = format!("`LIKE {quantifier}` wants patterns that are written out");
                return Err(Box::new(
                    Diagnostic::error(Code::Unsupported, place, message).help(format!(
                        "write `LIKE {quantifier} (ARRAY['a%', 'b%'])`, or a chain of `{operator}`"
                    )),
                ));
            }
        };
        let mut conditions = patterns
            .iter()
            .map(|pattern| one(self, pattern))
            .collect::<Result<Vec<_>>>()?;
        if conditions.len() == 1 {
            return Ok(conditions.remove(0));
        }
        let nullable = conditions.iter().any(|condition| condition.nullable);
        let kind = match quantifier {
            Quantifier::Any => ExpressionKind::Or(conditions),
            Quantifier::All => ExpressionKind::And(conditions),
        };
        Ok(Expression::new(kind, Type::Boolean, span).nullable(nullable))
    }

    pub(crate) fn like(
        &mut self,
        operand: &Expr,
        pattern: &Expr,
        escape: Option<&Expr>,
        ignore_case: bool,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let operand = self.text_operand(operand, "LIKE", scope, span)?;
        let pattern = self.text_operand(pattern, "LIKE", scope, span)?;
        let escape = match escape {
            None => Some('\\'),
            Some(escape) => {
                let escape = self.expression(escape, scope, span)?;
                let mut characters = escape.as_text().unwrap_or("..").chars();
                match (characters.next(), characters.next()) {
                    (first, None) => first,
                    _ => {
                        let message = "the escape must be a literal of one character";
                        return Err(Box::new(Diagnostic::error(
                            Code::InvalidLiteral,
                            escape.span,
                            message,
                        )));
                    }
                }
            }
        };
        if let Some(text) = pattern.as_text() {
            like(text, escape, ignore_case)
                .map_err(|error| invalid_pattern("pattern", &error, pattern.span))?;
        }
        let nullable = operand.nullable || pattern.nullable;
        let kind = ExpressionKind::Like {
            operand: Box::new(operand),
            pattern: Box::new(pattern),
            escape,
            ignore_case,
        };
        Ok(Expression {
            kind,
            ty: Type::Boolean,
            nullable,
            span,
        })
    }

    pub(crate) fn regex(
        &mut self,
        operand: &Expr,
        pattern: &Expr,
        ignore_case: bool,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let operand = self.text_operand(operand, "~", scope, span)?;
        let pattern = self.text_operand(pattern, "~", scope, span)?;
        self.matches(operand, pattern, ignore_case, span)
    }

    /// `regexp_like(text, pattern, options)`.
    pub(crate) fn regexp_like(
        &mut self,
        arguments: Vec<Expression>,
        span: Span,
    ) -> Result<Expression> {
        let mut arguments = arguments.into_iter();
        let (Some(operand), Some(pattern), options, None) = (
            arguments.next(),
            arguments.next(),
            arguments.next(),
            arguments.next(),
        ) else {
            return wrong_count("regexp_like", "a text, a pattern and perhaps options", span);
        };
        let ignore_case = match options.as_ref().map(Expression::as_text) {
            None | Some(Some("" | "c")) => false,
            Some(Some("i")) => true,
            Some(_) => {
                let place = options.map_or(span, |options| options.span);
                return self.unsupported(place, "an option of a regular expression other than `i`");
            }
        };
        let operand = self.coerce(operand, &Type::Text)?;
        let pattern = self.coerce(pattern, &Type::Text)?;
        self.matches(operand, pattern, ignore_case, span)
    }

    /// `text ~ pattern`.
    fn matches(
        &mut self,
        operand: Expression,
        pattern: Expression,
        ignore_case: bool,
        span: Span,
    ) -> Result<Expression> {
        // PostgreSQL's regular expressions are written in the server's terms before they are sent.
        let is_literal = matches!(pattern.kind, ExpressionKind::Literal(_));
        if !is_literal && !client_values::is_known(&pattern) {
            let message = "a regular expression that the server would have to compute";
            return Err(Box::new(
                Diagnostic::error(Code::Unsupported, pattern.span, message).help(
                    "make it of literals and parameters, as in `'^' || :start`; for a plain text use \
                     `STARTS_WITH`, `STRPOS` or `LIKE`",
                ),
            ));
        }
        if let Some(text) = pattern.as_text() {
            posix(text, ignore_case)
                .map_err(|error| invalid_pattern("regular expression", &error, pattern.span))?;
        }
        let nullable = operand.nullable || pattern.nullable;
        let kind = ExpressionKind::Regex {
            operand: Box::new(operand),
            pattern: Box::new(pattern),
            ignore_case,
        };
        Ok(Expression {
            kind,
            ty: Type::Boolean,
            nullable,
            span,
        })
    }

    fn text_operand(
        &mut self,
        operand: &Expr,
        operator: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let operand = self.expression(operand, scope, span)?;
        if matches!(operand.ty, Type::Text | Type::Unknown | Type::Enum(_)) {
            return self.coerce(operand, &Type::Text);
        }
        let message = format!("`{operator}` wants text, found `{}`", operand.ty);
        Err(Box::new(
            Diagnostic::error(Code::TypeMismatch, operand.span, message)
                .label(format!("this is of type `{}`", operand.ty))
                .help("cast it with `::text`"),
        ))
    }
}

fn invalid_pattern(what: &str, error: &PatternError, span: Span) -> Box<Diagnostic> {
    let message = format!("the {what} cannot be used: {error}");
    Box::new(Diagnostic::error(Code::InvalidLiteral, span, message))
}
