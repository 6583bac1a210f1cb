//! Aggregates of two arguments: `CORR(y, x)`, `COVAR_POP(y, x)`, `REGR_SLOPE(y, x)` and their kin.
//!
//! The server has few of them, and those as window functions only. All follow from how many pairs there
//! are, their sums, and the sums of their products, which are computed in Decimal128, where differences
//! of large sums keep their digits.

use super::Analyzer;
use super::call::wrong_count;
use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::functions::{Function, NumberFunction};
use crate::plan::{ArithmeticOperator, ComparisonOperator, Expression, ExpressionKind, Literal};
use crate::types::Type;
use sqlparser::ast::{
    self, BinaryOperator, CastKind, DataType, ExactNumberInfo, Expr, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, ObjectName,
};

/// The aggregates of two arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statistic {
    Corr,
    CovarPop,
    CovarSamp,
    RegrCount,
    RegrAvgX,
    RegrAvgY,
    RegrSxx,
    RegrSyy,
    RegrSxy,
    RegrSlope,
    RegrIntercept,
    RegrR2,
}

/// Their names.
pub(crate) const STATISTICS: [(&str, Statistic); 12] = [
    ("corr", Statistic::Corr),
    ("covar_pop", Statistic::CovarPop),
    ("covar_samp", Statistic::CovarSamp),
    ("regr_avgx", Statistic::RegrAvgX),
    ("regr_avgy", Statistic::RegrAvgY),
    ("regr_count", Statistic::RegrCount),
    ("regr_intercept", Statistic::RegrIntercept),
    ("regr_r2", Statistic::RegrR2),
    ("regr_slope", Statistic::RegrSlope),
    ("regr_sxx", Statistic::RegrSxx),
    ("regr_sxy", Statistic::RegrSxy),
    ("regr_syy", Statistic::RegrSyy),
];

/// The aggregate of this name.
pub(crate) fn statistic(name: &str) -> Option<Statistic> {
    let named = STATISTICS.into_iter().find(|(known, _)| *known == name);
    named.map(|(_, statistic)| statistic)
}

/// The pairs that a call is about.
struct Pairs<'a> {
    call: &'a ast::Function,
    /// The values as `numeric`.
    y: Expr,
    x: Expr,
    /// What a row must fulfil to be counted: neither value is `NULL`.
    filter: Expr,
    scope: &'a Scope,
    span: Span,
}

impl Analyzer<'_> {
    /// A call of an aggregate of two arguments, perhaps over a window.
    pub(super) fn statistic(
        &mut self,
        statistic: Statistic,
        call: &ast::Function,
        name: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<Expression> {
        if call.over.is_none() && !self.clause.allows_aggregates() {
            return Err(super::aggregate::misplaced(self.clause, name, span));
        }
        let FunctionArguments::List(list) = &call.args else {
            return wrong_count(name, "two numbers", span);
        };
        let [
            FunctionArg::Unnamed(FunctionArgExpr::Expr(y)),
            FunctionArg::Unnamed(FunctionArgExpr::Expr(x)),
        ] = &list.args[..]
        else {
            return wrong_count(name, "two numbers", span);
        };
        let is_plain = list.duplicate_treatment.is_none() && list.clauses.is_empty();
        if !is_plain || !call.within_group.is_empty() {
            return self.unsupported(span, format!("`DISTINCT` or an order in `{name}`"));
        }
        let [exact_y, exact_x] = [
            self.exact_number(y, name, scope, span)?,
            self.exact_number(x, name, scope, span)?,
        ];
        let not_null =
            |value: &Expr| Expr::IsNotNull(Box::new(Expr::Nested(Box::new(value.clone()))));
        let both = binary(not_null(y), BinaryOperator::And, not_null(x));
        let filter = match &call.filter {
            Some(filter) => {
                let filter = Expr::Nested(filter.clone());
                binary(filter, BinaryOperator::And, both)
            }
            None => both,
        };
        let pairs = Pairs {
            call,
            y: exact_y,
            x: exact_x,
            filter,
            scope,
            span,
        };
        self.of_pairs(statistic, &pairs)
    }

    /// A number as `numeric`, with all its digits. The conversion of a `double precision` keeps 15 of
    /// them; converted by itself, what it has taken off brings the rest.
    fn exact_number(
        &mut self,
        argument: &Expr,
        name: &str,
        scope: &Scope,
        span: Span,
    ) -> Result<Expr> {
        let value = self.expression_in(super::Clause::Aggregate, argument, scope, span)?;
        if value.ty == Type::Double {
            let rounded = cast(numeric(argument), DataType::DoublePrecision);
            let whole = Expr::Nested(Box::new(argument.clone()));
            let rest = numeric(&binary(whole, BinaryOperator::Minus, rounded));
            return Ok(binary(numeric(argument), BinaryOperator::Plus, rest));
        }
        if value.ty.is_number() || value.ty == Type::Unknown {
            return Ok(numeric(argument));
        }
        let message = format!("`{name}` wants numbers, found `{}`", value.ty);
        Err(Box::new(
            Diagnostic::error(Code::ArgumentMismatch, value.span, message)
                .label(format!("this is of type `{}`", value.ty)),
        ))
    }

    fn of_pairs(&mut self, statistic: Statistic, pairs: &Pairs<'_>) -> Result<Expression> {
        let counted = self.part(pairs, "count", None)?;
        if statistic == Statistic::RegrCount {
            return Ok(counted);
        }
        let span = pairs.span;
        let least = match statistic {
            Statistic::CovarSamp => 1,
            _ => 0,
        };
        let is_enough = counted.clone().compared(
            ComparisonOperator::Greater,
            Expression::integer(least, Type::Bigint, span),
        );
        let n = self.cast_to(counted, &Type::Numeric, span)?;
        let x = || pairs.x.clone();
        let y = || pairs.y.clone();
        // Each is `n` times PostgreSQL's.
        let sxx = self.spread(pairs, &n, x(), x())?;
        let syy = self.spread(pairs, &n, y(), y())?;
        let sxy = self.spread(pairs, &n, x(), y())?;
        let value = match statistic {
            Statistic::RegrSxx => quotient(sxx, n.clone()),
            Statistic::RegrSyy => quotient(syy, n.clone()),
            Statistic::RegrSxy => quotient(sxy, n.clone()),
            Statistic::RegrAvgX => quotient(self.part(pairs, "sum", Some(x()))?, n.clone()),
            Statistic::RegrAvgY => quotient(self.part(pairs, "sum", Some(y()))?, n.clone()),
            Statistic::CovarPop => quotient(sxy, times(n.clone(), n.clone())),
            Statistic::CovarSamp => {
                let one = Expression::integer(1, Type::Numeric, span);
                let others = n.clone().combined(ArithmeticOperator::Subtract, one);
                quotient(sxy, times(n.clone(), others))
            }
            Statistic::Corr => {
                let root = ExpressionKind::Call {
                    function: Function::Number(NumberFunction::SquareRoot),
                    arguments: vec![times(sxx, syy)],
                };
                let root = Expression::new(root, Type::Numeric, span).nullable(true);
                quotient(sxy, root)
            }
            Statistic::RegrSlope => quotient(sxy, sxx),
            Statistic::RegrIntercept => {
                let sum_x = self.part(pairs, "sum", Some(x()))?;
                let sum_y = self.part(pairs, "sum", Some(y()))?;
                let slope = times(sum_x, quotient(sxy, sxx));
                let rest = sum_y.combined(ArithmeticOperator::Subtract, slope);
                quotient(rest, n.clone())
            }
            Statistic::RegrR2 => quotient(times(sxy.clone(), sxy), times(sxx, syy)),
            Statistic::RegrCount => n,
        };
        let value = self.cast_to(value, &Type::Double, span)?;
        let mut branches = Vec::new();
        let has_slope = matches!(
            statistic,
            Statistic::Corr | Statistic::RegrSlope | Statistic::RegrIntercept | Statistic::RegrR2
        );
        let mut conditions = vec![is_enough];
        if has_slope {
            conditions.push(self.varies(pairs, x())?);
        }
        match statistic {
            Statistic::Corr => conditions.push(self.varies(pairs, y())?),
            Statistic::RegrR2 => {
                let mut flat = conditions.clone();
                flat.push(self.varies(pairs, y())?.negated());
                let one = Expression::literal(Literal::Double(1.0), Type::Double, span);
                branches.extend(Expression::all_of(flat).map(|flat| (flat, one)));
            }
            _ => {}
        }
        branches.extend(Expression::all_of(conditions).map(|enough| (enough, value)));
        let kind = ExpressionKind::Case {
            branches,
            otherwise: None,
        };
        Ok(Expression::new(kind, Type::Double, span).nullable(true))
    }

    /// `n * sum(a * b) - sum(a) * sum(b)`.
    fn spread(
        &mut self,
        pairs: &Pairs<'_>,
        n: &Expression,
        a: Expr,
        b: Expr,
    ) -> Result<Expression> {
        let nested = |value: &Expr| Expr::Nested(Box::new(value.clone()));
        let product = binary(nested(&a), BinaryOperator::Multiply, nested(&b));
        let products = self.part(pairs, "sum", Some(product))?;
        let sums = times(
            self.part(pairs, "sum", Some(a))?,
            self.part(pairs, "sum", Some(b))?,
        );
        Ok(times(n.clone(), products).combined(ArithmeticOperator::Subtract, sums))
    }

    /// Whether there are two different values.
    fn varies(&mut self, pairs: &Pairs<'_>, value: Expr) -> Result<Expression> {
        let least = self.part(pairs, "min", Some(value.clone()))?;
        let most = self.part(pairs, "max", Some(value))?;
        Ok(least.compared(ComparisonOperator::Less, most))
    }

    /// An aggregate of one argument over the pairs.
    fn part(
        &mut self,
        pairs: &Pairs<'_>,
        name: &str,
        argument: Option<Expr>,
    ) -> Result<Expression> {
        let argument = argument.map_or(FunctionArgExpr::Wildcard, FunctionArgExpr::Expr);
        let list = FunctionArgumentList {
            duplicate_treatment: None,
            args: vec![FunctionArg::Unnamed(argument)],
            clauses: Vec::new(),
        };
        let call = ast::Function {
            name: ObjectName::from(vec![Ident::new(name)]),
            args: FunctionArguments::List(list),
            filter: Some(Box::new(pairs.filter.clone())),
            ..pairs.call.clone()
        };
        self.function(&call, pairs.scope, pairs.span)
    }
}

fn times(left: Expression, right: Expression) -> Expression {
    left.combined(ArithmeticOperator::Multiply, right)
}

fn quotient(left: Expression, right: Expression) -> Expression {
    left.combined(ArithmeticOperator::Divide, right)
}

fn numeric(value: &Expr) -> Expr {
    cast(value.clone(), DataType::Numeric(ExactNumberInfo::None))
}

fn cast(value: Expr, data_type: DataType) -> Expr {
    Expr::Cast {
        kind: CastKind::DoubleColon,
        expr: Box::new(Expr::Nested(Box::new(value))),
        data_type,
        format: None,
    }
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    }
}
