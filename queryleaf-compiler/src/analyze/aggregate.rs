//! Calls of aggregate functions.

use super::call::wrong_count;
use super::fractions::Fractions;
use super::row_count::row_of;
use super::scope::Scope;
use super::{Analyzer, Clause};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{
    Aggregate, AggregateFunction, ComparisonOperator, Expression, ExpressionKind, SortKey,
};
use crate::types::{Item, Type};
use sqlparser::ast::{
    self, DuplicateTreatment, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments,
};

/// The aggregate of this name.
pub(crate) fn function(name: &str) -> Option<AggregateFunction> {
    Some(match name {
        "count" => AggregateFunction::Count,
        "sum" => AggregateFunction::Sum,
        "avg" => AggregateFunction::Avg,
        "min" => AggregateFunction::Min,
        "max" => AggregateFunction::Max,
        "stddev_pop" => AggregateFunction::StddevPop,
        "stddev_samp" | "stddev" => AggregateFunction::StddevSamp,
        "var_pop" => AggregateFunction::VarPop,
        "var_samp" | "variance" => AggregateFunction::VarSamp,
        "bool_and" | "every" => AggregateFunction::BoolAnd,
        "bool_or" => AggregateFunction::BoolOr,
        "string_agg" => AggregateFunction::StringAgg,
        "array_agg" => AggregateFunction::ArrayAgg,
        "json_agg" | "jsonb_agg" => AggregateFunction::JsonAgg,
        "percentile_cont" => AggregateFunction::PercentileCont,
        "percentile_disc" => AggregateFunction::PercentileDisc,
        "mode" => AggregateFunction::Mode,
        _ => return None,
    })
}

impl Analyzer<'_> {
    pub(crate) fn aggregate(
        &mut self,
        function: AggregateFunction,
        call: &ast::Function,
        name: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        let place = self.clause;
        let may_be_outer = !self.outer.is_empty() && place != Clause::Aggregate;
        if !place.allows_aggregates() && !may_be_outer {
            return Err(misplaced(place, name, span));
        }
        self.clause = Clause::Aggregate;
        let typed = self.typed_aggregate(function, call, name, self.grouped, scope, span);
        self.clause = place;
        let (aggregate, ty, mut nullable) = match typed {
            Err(_) if !place.allows_aggregates() => return Err(misplaced(place, name, span)),
            typed => typed?,
        };
        match self.outer_clause(&aggregate, scope) {
            Some(clause) if !clause.allows_aggregates() => {
                return Err(Box::new(misplaced(clause, name, span).note(
                    "it is about nothing but columns of the query around this one, to which it belongs",
                )));
            }
            // Of that query, which may have no rows.
            Some(_) => nullable |= !aggregate.function.is_count(),
            None if !place.allows_aggregates() => return Err(misplaced(place, name, span)),
            None => {}
        }
        let mut inside = Ok(());
        aggregate.for_each_part(&mut |part| {
            if inside.is_ok() {
                inside = super::window::refuse_inside(part, Clause::Aggregate);
            }
        });
        inside?;
        let kind = ExpressionKind::Aggregate(Box::new(aggregate));
        Ok(Expression {
            kind,
            ty,
            nullable,
            span,
        })
    }

    /// The call with the type of its result, and whether that may be `NULL`. `has_rows` says that it
    /// is never computed over nothing.
    pub(super) fn typed_aggregate(
        &mut self,
        function: AggregateFunction,
        call: &ast::Function,
        name: &str,
        has_rows: bool,
        scope: &Scope,
        span: Span,
    ) -> Result<(Aggregate, Type, bool)> {
        if let (AggregateFunction::Count, Some(row)) = (function, row_of(call)) {
            let count = self.row_count(row, call, scope, span)?;
            return Ok((count, Type::Bigint, false));
        }
        let (mut aggregate, argument) = self.aggregate_parts(function, call, name, scope, span)?;
        let ty = self.aggregate_type(&mut aggregate, argument.as_ref(), name, span)?;
        let nullable = is_nullable(&aggregate, argument.as_ref(), has_rows);
        Ok((aggregate, ty, nullable))
    }

    /// The parts of the call, and the expression whose values are aggregated.
    fn aggregate_parts(
        &mut self,
        function: AggregateFunction,
        call: &ast::Function,
        name: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<(Aggregate, Option<Expression>)> {
        let FunctionArguments::List(list) = &call.args else {
            return wrong_count(name, "arguments in brackets", span);
        };
        let star = matches!(
            &list.args[..],
            [FunctionArg::Unnamed(
                FunctionArgExpr::Wildcard | FunctionArgExpr::WildcardWithOptions(_)
            )]
        );
        let arguments = if star && function == AggregateFunction::Count {
            Vec::new()
        } else {
            self.arguments(call, scope, span)?
        };
        let mut order = Vec::new();
        for clause in &list.clauses {
            match clause {
                FunctionArgumentClause::OrderBy(keys) => {
                    order = self.sort_keys(keys, scope, span)?;
                }
                _ => return self.unsupported(span, format!("this clause inside `{name}`")),
            }
        }
        let ordered_set = matches!(
            function,
            AggregateFunction::PercentileCont
                | AggregateFunction::PercentileDisc
                | AggregateFunction::Mode
        );
        if ordered_set == call.within_group.is_empty() {
            let message = if ordered_set {
                format!("`{name}` wants `WITHIN GROUP (ORDER BY ..)`")
            } else {
                format!("`{name}` does not take `WITHIN GROUP`")
            };
            return Err(Box::new(Diagnostic::error(
                Code::ArgumentMismatch,
                span,
                message,
            )));
        }
        if ordered_set {
            order = self.sort_keys(&call.within_group, scope, span)?;
        }
        let filter = self.aggregate_filter(call, scope, span)?;
        let distinct = matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
        let argument = if ordered_set {
            match &order[..] {
                [key] => Some(key.expression.clone()),
                _ => return wrong_count(name, "one key in `WITHIN GROUP (ORDER BY ..)`", span),
            }
        } else {
            arguments.first().cloned()
        };
        let wanted: usize = match function {
            AggregateFunction::Count if star => 0,
            AggregateFunction::Mode => 0,
            AggregateFunction::StringAgg => 2,
            _ => 1,
        };
        if function == AggregateFunction::Count && arguments.len() > 1 {
            let message = format!("`{name}` takes one argument");
            return Err(Box::new(
                Diagnostic::error(Code::ArgumentMismatch, span, message)
                    .help("count rows of several values: `COUNT(DISTINCT (a, b))`"),
            ));
        }
        if arguments.len() != wanted {
            let wanted = match wanted {
                0 => "no arguments".to_owned(),
                1 => "one argument".to_owned(),
                many => format!("{many} arguments"),
            };
            return wrong_count(name, &wanted, span);
        }
        if distinct && (star || ordered_set) {
            return self.unsupported(span, format!("`DISTINCT` in this form of `{name}`"));
        }
        if let Some(separator) = arguments.get(1) {
            self.check_separator(separator)?;
        }
        self.check_distinct_order(distinct, &order, argument.as_ref(), span)?;
        Ok((
            Aggregate {
                function,
                arguments,
                distinct,
                order,
                filter,
            },
            argument,
        ))
    }

    /// The condition of `FILTER (WHERE ..)`.
    pub(super) fn aggregate_filter(
        &mut self,
        call: &ast::Function,
        scope: &Scope,
        span: Span,
    ) -> Result<Option<Expression>> {
        let Some(filter) = call.filter.as_deref() else {
            return Ok(None);
        };
        let filter = self.expression(filter, scope, span)?;
        self.condition(filter, "FILTER").map(Some)
    }

    /// The separator of `STRING_AGG` is one for all rows: the texts are joined after the rows are
    /// gone.
    fn check_separator(&self, separator: &Expression) -> Result<()> {
        if separator.any(&mut |part| matches!(part.kind, ExpressionKind::Path(_))) {
            return self.unsupported(separator.span, "a separator that differs from row to row");
        }
        Ok(())
    }

    /// With `DISTINCT`, the order inside the call must be by the argument itself.
    fn check_distinct_order(
        &self,
        distinct: bool,
        order: &[SortKey],
        argument: Option<&Expression>,
        span: Span,
    ) -> Result<()> {
        let Some(argument) = argument else {
            return Ok(());
        };
        let argument = argument.clone().without_spans();
        let other = order
            .iter()
            .find(|key| key.expression.clone().without_spans() != argument);
        match other {
            Some(key) if distinct => Err(Box::new(
                Diagnostic::error(
                    Code::Grouping,
                    key.expression.span.to(span),
                    "an aggregate with `DISTINCT` can only be ordered by its argument",
                )
                .help("leave out `DISTINCT` or the `ORDER BY`"),
            )),
            _ => Ok(()),
        }
    }

    /// The type of the result; brings the arguments to the types that the function takes.
    fn aggregate_type(
        &mut self,
        aggregate: &mut Aggregate,
        argument: Option<&Expression>,
        name: &str,
        span: Span,
    ) -> Result<Type> {
        let Some(argument) = argument else {
            return Ok(Type::Bigint);
        };
        let wrong = |wanted: &str, ty: &Type| {
            let message = format!("`{name}` wants {wanted}, found `{ty}`");
            Box::new(
                Diagnostic::error(Code::ArgumentMismatch, argument.span, message)
                    .label(format!("this is of type `{ty}`")),
            )
        };
        let settled = self.settle(argument.clone())?;
        let ty = settled.ty.clone();
        match aggregate.function {
            AggregateFunction::Count | AggregateFunction::CountRows => {
                aggregate.arguments = vec![settled];
                Ok(Type::Bigint)
            }
            AggregateFunction::Sum | AggregateFunction::Avg => {
                let average = aggregate.function == AggregateFunction::Avg;
                match ty {
                    Type::Integer if !average => Ok(Type::Bigint),
                    Type::Integer | Type::Bigint | Type::Numeric => Ok(Type::Numeric),
                    Type::Double => Ok(Type::Double),
                    Type::Interval => Ok(Type::Interval),
                    other => Err(wrong("a number", &other)),
                }
            }
            AggregateFunction::Min | AggregateFunction::Max => match ty {
                Type::Integer
                | Type::Bigint
                | Type::Double
                | Type::Numeric
                | Type::Text
                | Type::Timestamp
                | Type::Date
                | Type::Interval
                | Type::ObjectId
                | Type::Enum(_) => {
                    aggregate.arguments = vec![settled];
                    Ok(ty)
                }
                Type::Boolean => Err(Box::new(
                    wrong("values with an order", &ty).help("use `BOOL_AND` or `BOOL_OR`"),
                )),
                Type::Array(_) => {
                    let message = format!("`{name}` of `{ty}` is not supported");
                    Err(Box::new(
                        Diagnostic::error(Code::Unsupported, argument.span, message)
                            .help("choose among the items, with `UNNEST` in FROM"),
                    ))
                }
                other => Err(wrong("values with an order", &other)),
            },
            AggregateFunction::StddevPop
            | AggregateFunction::StddevSamp
            | AggregateFunction::VarPop
            | AggregateFunction::VarSamp => match ty {
                Type::Integer | Type::Bigint | Type::Numeric => Ok(Type::Numeric),
                Type::Double => Ok(Type::Double),
                other => Err(wrong("a number", &other)),
            },
            AggregateFunction::BoolAnd | AggregateFunction::BoolOr => match ty {
                Type::Boolean => Ok(Type::Boolean),
                other => Err(wrong("a condition", &other)),
            },
            AggregateFunction::StringAgg => {
                if !matches!(ty, Type::Text | Type::Enum(_)) {
                    return Err(Box::new(wrong("text", &ty).help("cast it with `::text`")));
                }
                let arguments = std::mem::take(&mut aggregate.arguments);
                aggregate.arguments = self.coerce_all(arguments, &Type::Text)?;
                Ok(Type::Text)
            }
            AggregateFunction::ArrayAgg | AggregateFunction::JsonAgg => {
                let item = Item {
                    ty,
                    nullable: settled.nullable,
                    own: false,
                };
                aggregate.arguments = vec![settled];
                Ok(Type::Array(Box::new(item)))
            }
            AggregateFunction::PercentileCont | AggregateFunction::PercentileDisc => {
                let continuous = aggregate.function == AggregateFunction::PercentileCont;
                let fractions = self.fractions(aggregate, name, span)?;
                if continuous && !ty.is_number() {
                    return Err(wrong("numbers in its ORDER BY", &ty));
                }
                self.orderable(argument)?;
                let ty = if continuous { Type::Double } else { ty };
                Ok(match fractions {
                    Fractions::One => ty,
                    Fractions::Many { nullable } => Type::Array(Box::new(Item {
                        ty,
                        nullable,
                        own: false,
                    })),
                })
            }
            AggregateFunction::Mode => {
                self.orderable(argument)?;
                Ok(ty)
            }
        }
    }

    /// Values of a type that has an order.
    fn orderable(&mut self, value: &Expression) -> Result<()> {
        self.comparable(value.clone(), value.clone(), ComparisonOperator::Less)
            .map(|_| ())
    }
}

/// Whether a result may be `NULL`.
fn is_nullable(aggregate: &Aggregate, argument: Option<&Expression>, has_rows: bool) -> bool {
    match aggregate.function {
        AggregateFunction::Count | AggregateFunction::CountRows => false,
        AggregateFunction::StddevSamp | AggregateFunction::VarSamp => true,
        AggregateFunction::ArrayAgg | AggregateFunction::JsonAgg => {
            !has_rows || aggregate.filter.is_some()
        }
        AggregateFunction::StringAgg => {
            let separator = aggregate.arguments.get(1).is_some_and(|one| one.nullable);
            !has_rows
                || aggregate.filter.is_some()
                || separator
                || argument.is_none_or(|argument| argument.nullable)
        }
        AggregateFunction::Sum
        | AggregateFunction::Avg
        | AggregateFunction::Min
        | AggregateFunction::Max
        | AggregateFunction::StddevPop
        | AggregateFunction::VarPop
        | AggregateFunction::BoolAnd
        | AggregateFunction::BoolOr
        | AggregateFunction::PercentileCont
        | AggregateFunction::PercentileDisc
        | AggregateFunction::Mode => {
            !has_rows
                || aggregate.filter.is_some()
                || argument.is_none_or(|argument| argument.nullable)
        }
    }
}

/// The error for an aggregate where none may stand.
pub(super) fn misplaced(clause: Clause, name: &str, span: Span) -> Box<Diagnostic> {
    let error = |message: String| Diagnostic::error(Code::MisplacedAggregate, span, message);
    Box::new(match clause {
        Clause::Where => error(format!("the aggregate `{name}` cannot stand in WHERE"))
            .help("conditions on groups go into HAVING"),
        Clause::Aggregate => error(format!("the aggregate `{name}` inside another aggregate")),
        other => error(format!(
            "the aggregate `{name}` cannot stand in {}",
            other.name()
        )),
    })
}
