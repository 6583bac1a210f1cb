//! The one expression tree: typed, with every name resolved.

use super::{Aggregate, ColumnId, Subquery, WindowCall};
use crate::diagnostic::Span;
use crate::functions::{Function, NumberFunction};
use crate::types::{FieldPath, Type};

/// A typed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// What it computes.
    pub kind: ExpressionKind,
    /// The SQL type of its value.
    pub ty: Type,
    /// Whether its value may be `NULL`. A parameter is always nullable: its Rust type may be an
    /// `Option`.
    pub nullable: bool,
    /// Where it stands in the SQL text.
    pub span: Span,
}

/// What an expression computes.
///
/// There is one form for each meaning: `BETWEEN` is two comparisons, `x IN (a, b)` keeps its list,
/// `IS NOT NULL` is `Not(IsNull)`, `NULLIF` is a `Case`.
#[derive(Debug, Clone, PartialEq)]
pub enum ExpressionKind {
    /// A constant.
    Literal(Literal),
    /// A column, or a field inside one.
    Path(Path),
    /// A parameter, by its number in [`Query::parameters`](crate::Query).
    Parameter(u16),
    /// The time at which the server started the command.
    CurrentTimestamp,
    /// `NOT x`.
    Not(Box<Expression>),
    /// A chain of `AND`, flattened; at least two.
    And(Vec<Expression>),
    /// A chain of `OR`, flattened; at least two.
    Or(Vec<Expression>),
    /// `a = b` and its kin. Both sides have comparable types: coercions are explicit casts.
    Compare {
        /// Which comparison.
        operator: ComparisonOperator,
        /// The left side.
        left: Box<Expression>,
        /// The right side.
        right: Box<Expression>,
    },
    /// `x IS NULL`; never null itself.
    IsNull(Box<Expression>),
    /// `a IS NOT DISTINCT FROM b`: equality in which NULL equals NULL; never null itself.
    NotDistinct {
        /// The left side.
        left: Box<Expression>,
        /// The right side.
        right: Box<Expression>,
    },
    /// `x IS TRUE` or `x IS FALSE`; never null itself. (`IS UNKNOWN` is `IsNull`.)
    IsTruth {
        /// The boolean asked about.
        operand: Box<Expression>,
        /// The value asked for.
        value: bool,
    },
    /// `x IN (a, b, c)`; `NOT IN` is `Not` of this.
    InList {
        /// The value looked for.
        operand: Box<Expression>,
        /// The list, each of the operand's type.
        items: Vec<Expression>,
    },
    /// `x IN (:list)`: a parameter that is a list.
    InParameter {
        /// The value looked for.
        operand: Box<Expression>,
        /// The number of the parameter.
        parameter: u16,
    },
    /// `x LIKE pattern`.
    Like {
        /// The text.
        operand: Box<Expression>,
        /// The pattern: a text literal, a parameter or any text expression.
        pattern: Box<Expression>,
        /// The escape character; `None` for `ESCAPE ''`.
        escape: Option<char>,
        /// True for `ILIKE`.
        ignore_case: bool,
    },
    /// `x ~ pattern`: a POSIX regular expression.
    Regex {
        /// The text.
        operand: Box<Expression>,
        /// The pattern: a text literal or a parameter.
        pattern: Box<Expression>,
        /// True for `~*`.
        ignore_case: bool,
    },
    /// `a + b` and its kin on numbers. Both sides have the result's type.
    Arithmetic {
        /// Which operation.
        operator: ArithmeticOperator,
        /// The left side.
        left: Box<Expression>,
        /// The right side.
        right: Box<Expression>,
    },
    /// `-x` of a number or an interval.
    Negate(Box<Expression>),
    /// `CASE WHEN condition THEN value .. ELSE otherwise END`. A `CASE` with an operand has its
    /// conditions written out as comparisons.
    Case {
        /// The branches in order: condition and value.
        branches: Vec<(Expression, Expression)>,
        /// The `ELSE`; `None` is `NULL`.
        otherwise: Option<Box<Expression>>,
    },
    /// `COALESCE(a, b, ..)`.
    Coalesce(Vec<Expression>),
    /// `GREATEST(a, b, ..)`: NULL only when all are.
    Greatest(Vec<Expression>),
    /// `LEAST(a, b, ..)`: NULL only when all are.
    Least(Vec<Expression>),
    /// A conversion to this expression's type, explicit or implied.
    Cast(Box<Expression>),
    /// A scalar function, an operator on dates and the like.
    Call {
        /// Which function.
        function: Function,
        /// Its arguments, coerced to the types of the function's signature.
        arguments: Vec<Expression>,
    },
    /// `x op ANY(array)` or `x op ALL(array)`.
    Quantified {
        /// Which comparison.
        operator: ComparisonOperator,
        /// The value compared.
        operand: Box<Expression>,
        /// The array: a column, a parameter or any array expression.
        array: Box<Expression>,
        /// True for `ALL`.
        all: bool,
    },
    /// `ARRAY[a, b, ..]` and `JSON_ARRAY(a, b, ..)`.
    Array(Vec<Expression>),
    /// `JSON_BUILD_OBJECT('a', x, ..)` and `JSON_OBJECT('a' VALUE x, ..)`.
    Object(Vec<(String, Expression)>),
    /// `array[i]`, counted from 1; NULL beyond the ends.
    Subscript {
        /// The array.
        array: Box<Expression>,
        /// The position.
        index: Box<Expression>,
    },
    /// `document -> 'key'` (or `->>` below a cast to text) where the schema does not know the key.
    Member {
        /// The document.
        document: Box<Expression>,
        /// The key.
        key: String,
    },
    /// An aggregate call; only until `analyze::grouping` has moved it into
    /// [`Relation::Aggregate`](super::Relation::Aggregate).
    Aggregate(Box<Aggregate>),
    /// `GROUPING(a, b)`: which of these keys a row is not grouped by, a bit for each; only until
    /// `analyze::grouping` has put the answer in its place.
    Grouping(Vec<Expression>),
    /// A window function call; only until the analysis has moved it into
    /// [`Relation::Window`](super::Relation::Window).
    Window(Box<WindowCall>),
    /// A subquery; only until the optimiser has moved it into a
    /// [`Relation::Join`](super::Relation::Join) or [`Relation::Apply`](super::Relation::Apply).
    Subquery(Box<Subquery>),
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `NULL`.
    Null,
    /// `TRUE` or `FALSE`.
    Boolean(bool),
    /// A number without a fraction that fits 64 bits.
    Integer(i64),
    /// A double.
    Double(f64),
    /// A number kept as it is written, in decimal notation.
    Numeric(String),
    /// A text; also the stored text of an enum.
    Text(String),
    /// Milliseconds since 1970-01-01T00:00:00Z; also a date, at its midnight.
    Timestamp(i64),
    /// An interval.
    Interval {
        /// Whole months, years included.
        months: i32,
        /// Whole days, weeks included.
        days: i32,
        /// The rest, in milliseconds.
        milliseconds: i64,
    },
    /// A UUID's bytes.
    Uuid([u8; 16]),
    /// An ObjectId's bytes.
    ObjectId([u8; 12]),
    /// Bytes.
    Bytea(Vec<u8>),
}

/// A column, or a field inside one.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The column. The rows of a scanned collection are one column each: the document.
    pub column: ColumnId,
    /// The way from there, by stored names.
    pub steps: Vec<PathStep>,
    /// The way to the Rust type of what is reached, where the user declared it.
    pub rust: Option<FieldPath>,
}

impl Path {
    /// A column itself.
    pub fn of(column: ColumnId) -> Self {
        Path {
            column,
            steps: Vec::new(),
            rust: None,
        }
    }

    /// The stored names of the fields on the way, to keep.
    pub fn owned_names(&self) -> Vec<String> {
        self.steps.iter().map(|step| step.name.clone()).collect()
    }

    /// The stored names of the fields on the way.
    pub fn names(&self) -> Vec<&str> {
        self.steps.iter().map(|step| step.name.as_str()).collect()
    }
}

/// A step of a [`Path`].
#[derive(Debug, Clone, PartialEq)]
pub struct PathStep {
    /// The stored name of the field.
    pub name: String,
    /// Whether the field may be `NULL`.
    pub nullable: bool,
}

/// `=`, `<>`, `<`, `<=`, `>`, `>=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparisonOperator {
    /// `=`.
    Equal,
    /// `<>`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
}

impl ComparisonOperator {
    /// The operator with which `b op a` says what `a self b` says.
    pub fn flipped(self) -> Self {
        match self {
            Self::Equal => Self::Equal,
            Self::NotEqual => Self::NotEqual,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    /// The operator that is true, on values that are not `NULL`, exactly where this one is false.
    pub fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }

    /// The operator of MongoDB's query language and aggregation expressions.
    pub fn mongo(self) -> &'static str {
        match self {
            Self::Equal => "$eq",
            Self::NotEqual => "$ne",
            Self::Less => "$lt",
            Self::LessOrEqual => "$lte",
            Self::Greater => "$gt",
            Self::GreaterOrEqual => "$gte",
        }
    }
}

/// `+`, `-`, `*`, `/`, `%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArithmeticOperator {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`: truncates on integers.
    Divide,
    /// `%`: takes the sign of the dividend.
    Modulo,
}

impl Literal {
    /// The opposite of a number literal.
    pub fn negated(&self) -> Option<Literal> {
        match self {
            Literal::Integer(value) => value.checked_neg().map(Literal::Integer),
            Literal::Double(value) => Some(Literal::Double(-value)),
            Literal::Numeric(text) => Some(match text.strip_prefix('-') {
                Some(positive) => Literal::Numeric(positive.to_owned()),
                None => Literal::Numeric(format!("-{text}")),
            }),
            Literal::Null
            | Literal::Boolean(_)
            | Literal::Text(_)
            | Literal::Timestamp(_)
            | Literal::Interval { .. }
            | Literal::Uuid(_)
            | Literal::ObjectId(_)
            | Literal::Bytea(_) => None,
        }
    }
}

impl Expression {
    /// An expression of a type that cannot be `NULL`.
    pub fn new(kind: ExpressionKind, ty: Type, span: Span) -> Self {
        Expression {
            kind,
            ty,
            nullable: false,
            span,
        }
    }

    /// What an operator makes of two numbers of one type.
    #[must_use]
    pub fn combined(self, operator: ArithmeticOperator, other: Expression) -> Expression {
        let (ty, span) = (self.ty.clone(), self.span);
        let nullable = self.nullable || other.nullable;
        let kind = ExpressionKind::Arithmetic {
            operator,
            left: Box::new(self),
            right: Box::new(other),
        };
        Expression::new(kind, ty, span).nullable(nullable)
    }

    /// A column of some type.
    pub fn column(column: ColumnId, ty: Type, span: Span) -> Self {
        Expression::new(ExpressionKind::Path(Path::of(column)), ty, span)
    }

    /// A whole number.
    pub fn integer(value: i64, ty: Type, span: Span) -> Self {
        Expression::literal(Literal::Integer(value), ty, span)
    }

    /// The same expression with another nullability.
    #[must_use]
    pub fn nullable(mut self, nullable: bool) -> Self {
        self.nullable = nullable;
        self
    }

    /// A constant.
    pub fn literal(literal: Literal, ty: Type, span: Span) -> Self {
        let nullable = matches!(literal, Literal::Null);
        Expression {
            kind: ExpressionKind::Literal(literal),
            ty,
            nullable,
            span,
        }
    }

    /// The constant this is, if it is one.
    pub fn as_literal(&self) -> Option<&Literal> {
        match &self.kind {
            ExpressionKind::Literal(literal) => Some(literal),
            _ => None,
        }
    }

    /// Whether this itself is a random number.
    pub fn is_random(&self) -> bool {
        matches!(
            self.kind,
            ExpressionKind::Call {
                function: Function::Number(NumberFunction::Random),
                ..
            }
        )
    }

    /// Whether it is the same for every row.
    pub fn is_constant(&self) -> bool {
        !self.any(&mut |part| {
            part.is_random()
                || matches!(
                    part.kind,
                    ExpressionKind::Path(_)
                        | ExpressionKind::Aggregate(_)
                        | ExpressionKind::Grouping(_)
                        | ExpressionKind::Window(_)
                        | ExpressionKind::Subquery(_)
                )
        })
    }

    /// The text this is, if it is a constant text.
    pub fn as_text(&self) -> Option<&str> {
        match self.as_literal() {
            Some(Literal::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The integer this is, if it is a constant integer.
    pub fn as_integer(&self) -> Option<i64> {
        match self.as_literal() {
            Some(Literal::Integer(value)) => Some(*value),
            _ => None,
        }
    }
}
