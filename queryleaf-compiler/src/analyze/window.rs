//! Calls with an `OVER` clause: which function is meant, what it takes, and its window.

use super::call::wrong_count;
use super::frame::Keys;
use super::frame_exclusion;
use super::scope::Scope;
use super::{Analyzer, Clause};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{
    AggregateFunction, Expression, ExpressionKind, Frame, Literal, WindowCall, WindowFunction,
};
use crate::suggestion::nearest;
use crate::types::Type;
use sqlparser::ast::{
    self, DuplicateTreatment, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, NullTreatment, WindowType,
};

/// The window functions that are no aggregates.
pub(super) const FUNCTIONS: [(&str, WindowFunction); 11] = [
    ("cume_dist", WindowFunction::CumeDist),
    ("dense_rank", WindowFunction::DenseRank),
    ("first_value", WindowFunction::FirstValue),
    ("lag", WindowFunction::Lag),
    ("last_value", WindowFunction::LastValue),
    ("lead", WindowFunction::Lead),
    ("nth_value", WindowFunction::NthValue),
    ("ntile", WindowFunction::Ntile),
    ("percent_rank", WindowFunction::PercentRank),
    ("rank", WindowFunction::Rank),
    ("row_number", WindowFunction::RowNumber),
];

/// The window function of this name that is no aggregate.
pub(crate) fn function(name: &str) -> Option<WindowFunction> {
    let named = FUNCTIONS.into_iter().find(|(known, _)| *known == name);
    named.map(|(_, function)| function)
}

/// A function with its arguments and what its results are.
struct Typed {
    function: WindowFunction,
    arguments: Vec<Expression>,
    filter: Option<Expression>,
    ty: Type,
    nullable: bool,
}

impl Analyzer<'_> {
    /// `function(..) OVER window`.
    pub(crate) fn window(
        &mut self,
        call: &ast::Function,
        over: &WindowType,
        name: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        if !self.clause.allows_windows() {
            return Err(misplaced(self.clause, name, span));
        }
        let mut definition = self.window_definition(over)?;
        let exclusion = frame_exclusion::take(&mut definition);
        let partition = definition
            .partition_by
            .iter()
            .map(|key| {
                let key = self.expression(key, scope, span)?;
                self.settle(key)
            })
            .collect::<Result<Vec<_>>>()?;
        let order = self.sort_keys(&definition.order_by, scope, span)?;
        let keys = Keys::of(&order);
        let frame = match &definition.window_frame {
            Some(frame) => self.frame(frame, keys, scope, span)?,
            None if order.is_empty() => Frame::WHOLE,
            None => Frame::DEFAULT,
        };
        self.check_null_treatment(call, span)?;
        let may_be_empty = frame.may_be_empty() || exclusion.is_some();
        let typed = match super::aggregate::function(name) {
            Some(aggregate) => {
                self.window_aggregate(aggregate, call, name, may_be_empty, scope, span)?
            }
            None => self.window_function(call, name, may_be_empty, scope, span)?,
        };
        let frame = if reads_frame(typed.function) {
            frame
        } else {
            Frame::WHOLE
        };
        let call = WindowCall {
            function: typed.function,
            arguments: typed.arguments,
            filter: typed.filter,
            partition,
            order,
            frame,
        };
        let mut once = Ok(());
        call.for_each_part(&mut |part| {
            if once.is_ok() {
                once = self.check_once(part);
            }
        });
        once?;
        if let Some(exclusion) = exclusion
            && reads_frame(call.function)
        {
            return self.excluding(exclusion, call, &typed.ty, span);
        }
        Ok(Expression {
            kind: ExpressionKind::Window(Box::new(call)),
            ty: typed.ty,
            nullable: typed.nullable,
            span,
        })
    }

    /// An aggregate over the frame.
    fn window_aggregate(
        &mut self,
        function: AggregateFunction,
        call: &ast::Function,
        name: &str,
        may_be_empty: bool,
        scope: &Scope,
        span: Span,
    ) -> Result<Typed> {
        let ordered_set = matches!(
            function,
            AggregateFunction::PercentileCont
                | AggregateFunction::PercentileDisc
                | AggregateFunction::Mode
        );
        if ordered_set {
            return Err(Box::new(
                Diagnostic::error(
                    Code::Unsupported,
                    span,
                    format!("`{name}` is no window function"),
                )
                .help("compute it with GROUP BY in a derived table, and join that"),
            ));
        }
        let (aggregate, ty, nullable) =
            self.typed_aggregate(function, call, name, !may_be_empty, scope, span)?;
        if aggregate.distinct || !aggregate.order.is_empty() {
            let what = if aggregate.distinct {
                "`DISTINCT`"
            } else {
                "`ORDER BY` among the arguments"
            };
            return Err(Box::new(
                Diagnostic::error(
                    Code::Unsupported,
                    span,
                    format!("{what} of a window function is not supported"),
                )
                .help("the rows come in the order of the window; remove duplicates in a derived table"),
            ));
        }
        Ok(Typed {
            function: WindowFunction::Aggregate(function),
            arguments: aggregate.arguments,
            filter: aggregate.filter,
            ty,
            nullable,
        })
    }

    /// A window function that is no aggregate.
    fn window_function(
        &mut self,
        call: &ast::Function,
        name: &str,
        may_be_empty: bool,
        scope: &Scope,
        span: Span,
    ) -> Result<Typed> {
        let Some(function) = function(name) else {
            return Err(self.no_window_function(name, span));
        };
        if let Some(filter) = &call.filter {
            let span = self.source.span_or(&**filter, span);
            let message = format!("`{name}` does not take `FILTER`");
            return Err(Box::new(
                Diagnostic::error(Code::ArgumentMismatch, span, message)
                    .help("`FILTER` belongs to aggregates"),
            ));
        }
        self.no_distinct(call, name, span)?;
        let arguments = self.arguments(call, scope, span)?;
        let (arguments, ty, nullable) = match function {
            WindowFunction::RowNumber | WindowFunction::Rank | WindowFunction::DenseRank => (
                [].into(),
                self.without_arguments(name, &arguments, Type::Bigint, span)?,
                false,
            ),
            WindowFunction::PercentRank | WindowFunction::CumeDist => (
                [].into(),
                self.without_arguments(name, &arguments, Type::Double, span)?,
                false,
            ),
            WindowFunction::Ntile => {
                let Ok([buckets]) = <[Expression; 1]>::try_from(arguments) else {
                    return wrong_count(name, "one argument", span);
                };
                let buckets = self.coerce(buckets, &Type::Integer)?;
                self.positive(&buckets, name)?;
                (vec![buckets], Type::Integer, false)
            }
            WindowFunction::Lag | WindowFunction::Lead => self.neighbour(arguments, name, span)?,
            WindowFunction::FirstValue | WindowFunction::LastValue => {
                let Ok([value]) = <[Expression; 1]>::try_from(arguments) else {
                    return wrong_count(name, "one argument", span);
                };
                let value = self.settle(value)?;
                let (ty, nullable) = (value.ty.clone(), value.nullable);
                (vec![value], ty, nullable || may_be_empty)
            }
            WindowFunction::NthValue => {
                let Ok([value, position]) = <[Expression; 2]>::try_from(arguments) else {
                    return wrong_count(name, "two arguments", span);
                };
                let value = self.settle(value)?;
                let position = self.coerce(position, &Type::Integer)?;
                self.positive(&position, name)?;
                let ty = value.ty.clone();
                (vec![value, position], ty, true)
            }
            // Aggregates have been dealt with.
            WindowFunction::Aggregate(_) => return Err(self.no_window_function(name, span)),
        };
        Ok(Typed {
            function,
            arguments,
            filter: None,
            ty,
            nullable,
        })
    }

    /// The arguments of `LAG` and `LEAD`, with those that are left out.
    fn neighbour(
        &mut self,
        arguments: Vec<Expression>,
        name: &str,
        span: Span,
    ) -> Result<(Vec<Expression>, Type, bool)> {
        let mut arguments = arguments.into_iter();
        let Some(value) = arguments.next() else {
            return wrong_count(name, "one to three arguments", span);
        };
        let offset = match arguments.next() {
            Some(offset) => self.coerce(offset, &Type::Integer)?,
            None => Expression::literal(Literal::Integer(1), Type::Integer, span),
        };
        let no_offset = offset.nullable;
        let default = arguments.next();
        if arguments.next().is_some() {
            return wrong_count(name, "one to three arguments", span);
        }
        let Some(default) = default else {
            let value = self.settle(value)?;
            let ty = value.ty.clone();
            let null = Expression::literal(Literal::Null, ty.clone(), span);
            return Ok((vec![value, offset, null], ty, true));
        };
        let (both, ty) = self.unify(vec![value, default], &name.to_uppercase())?;
        let mut settled = Vec::new();
        for one in both {
            settled.push(self.settle(one)?);
        }
        let nullable = no_offset || settled.iter().any(|one| one.nullable);
        let ty = settled.first().map_or(ty, |one| one.ty.clone());
        settled.insert(1, offset);
        Ok((settled, ty, nullable))
    }

    /// A number that the query spells out, and that is not below one.
    fn positive(&self, number: &Expression, name: &str) -> Result<()> {
        match number.as_integer() {
            Some(1..) => Ok(()),
            Some(_) => {
                let message = format!("the argument of `{name}` must be greater than zero");
                Err(Box::new(Diagnostic::error(
                    Code::InvalidLiteral,
                    number.span,
                    message,
                )))
            }
            None => Err(not_a_number(number, &format!("the number in `{name}`"))),
        }
    }

    fn without_arguments(
        &self,
        name: &str,
        arguments: &[Expression],
        ty: Type,
        span: Span,
    ) -> Result<Type> {
        self.no_arguments(name, arguments, span).map(|()| ty)
    }

    /// `IGNORE NULLS` has another answer; `RESPECT NULLS` is what is done anyway.
    fn check_null_treatment(&self, call: &ast::Function, span: Span) -> Result<()> {
        let inside = match &call.args {
            FunctionArguments::List(list) => list.clauses.iter().find_map(|clause| match clause {
                FunctionArgumentClause::IgnoreOrRespectNulls(treatment) => Some(*treatment),
                _ => None,
            }),
            FunctionArguments::None | FunctionArguments::Subquery(_) => None,
        };
        match call.null_treatment.or(inside) {
            Some(NullTreatment::IgnoreNulls) => {
                let span = self.source.find(span.start, "ignore").unwrap_or(span);
                Err(Box::new(
                    Diagnostic::error(Code::Unsupported, span, "`IGNORE NULLS` is not supported")
                        .help("leave the rows out with `WHERE .. IS NOT NULL` in a derived table"),
                ))
            }
            Some(NullTreatment::RespectNulls) | None => Ok(()),
        }
    }

    fn no_distinct(&self, call: &ast::Function, name: &str, span: Span) -> Result<()> {
        let FunctionArguments::List(list) = &call.args else {
            return Ok(());
        };
        let star = list
            .args
            .iter()
            .any(|argument| matches!(argument, FunctionArg::Unnamed(FunctionArgExpr::Wildcard)));
        let distinct = matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
        if star || distinct || !call.within_group.is_empty() {
            let message = format!("`{name}` takes nothing but its arguments");
            return Err(Box::new(Diagnostic::error(
                Code::ArgumentMismatch,
                span,
                message,
            )));
        }
        Ok(())
    }

    fn no_window_function(&self, name: &str, span: Span) -> Box<Diagnostic> {
        let message = format!("`{name}` is neither a window function nor an aggregate");
        let error = Diagnostic::error(Code::ArgumentMismatch, span, message);
        let names = FUNCTIONS.into_iter().map(|(known, _)| known);
        Box::new(match nearest(name, names) {
            Some(near) => error.help(format!(
                "a window function with a similar name exists: `{near}`"
            )),
            None => error.help("leave out `OVER`"),
        })
    }

    /// `ROW_NUMBER()` and its kin without an `OVER` clause.
    pub(crate) fn without_over(&self, name: &str, span: Span) -> Box<Diagnostic> {
        let message = format!("the window function `{name}` wants an `OVER` clause");
        Box::new(
            Diagnostic::error(Code::InvalidWindow, span, message)
                .help("write `OVER (ORDER BY ..)` behind it"),
        )
    }
}

/// Whether a function looks at the rows of its frame and not at those of the partition.
fn reads_frame(function: WindowFunction) -> bool {
    match function {
        WindowFunction::Aggregate(_)
        | WindowFunction::FirstValue
        | WindowFunction::LastValue
        | WindowFunction::NthValue => true,
        WindowFunction::RowNumber
        | WindowFunction::Rank
        | WindowFunction::DenseRank
        | WindowFunction::PercentRank
        | WindowFunction::CumeDist
        | WindowFunction::Ntile
        | WindowFunction::Lag
        | WindowFunction::Lead => false,
    }
}

pub(super) fn not_a_number(value: &Expression, what: &str) -> Box<Diagnostic> {
    let message = format!("{what} has to be written out as a number");
    Box::new(
        Diagnostic::error(Code::Unsupported, value.span, message)
            .label("the server wants to know it before it reads the rows"),
    )
}

fn misplaced(clause: Clause, name: &str, span: Span) -> Box<Diagnostic> {
    let error = |message: String| Diagnostic::error(Code::MisplacedWindow, span, message);
    Box::new(match clause {
        Clause::Where | Clause::Having => error(format!(
            "the window function `{name}` cannot stand in {}",
            clause.name()
        ))
        .note("windows are computed over the rows that WHERE and HAVING have left")
        .help("put the condition into QUALIFY, or compute the column in a derived table"),
        Clause::Aggregate => error(format!("the window function `{name}` inside an aggregate"))
            .help("compute it in a derived table, and aggregate over that"),
        other => error(format!(
            "the window function `{name}` cannot stand in {}",
            other.name()
        ))
        .help("compute it in a derived table: `FROM (SELECT .. OVER (..) AS x ..) AS t`"),
    })
}

/// Refuses a window function that an alias has brought to a place where none may stand.
pub(super) fn refuse_inside(expression: &Expression, clause: Clause) -> Result<()> {
    let mut found = None;
    expression.any(&mut |part| {
        if matches!(part.kind, ExpressionKind::Window(_)) {
            found = Some(part.span);
        }
        found.is_some()
    });
    match found {
        None => Ok(()),
        Some(_) => {
            let message = match clause {
                Clause::Aggregate => "a window function inside an aggregate".to_owned(),
                other => format!("a window function cannot stand in {}", other.name()),
            };
            Err(Box::new(
                Diagnostic::error(Code::MisplacedWindow, expression.span, message).help(
                    "compute it in a derived table: `FROM (SELECT .. OVER (..) AS x ..) AS t`",
                ),
            ))
        }
    }
}
