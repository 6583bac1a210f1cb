//! Errors and warnings about a query.

use std::fmt;

/// A part of the SQL text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// From `start` up to, not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Span) -> Span {
        Span {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// An error or a warning about a query, in the form of rustc's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether the query compiles all the same.
    pub severity: Severity,
    /// The stable code, with its page in `docs/errors.md`.
    pub code: Code,
    /// What is wrong: lower case, names in back-ticks, no full stop.
    pub message: String,
    /// The exact word of the SQL text.
    pub span: Span,
    /// What to say under the word itself, when it adds to the message.
    pub label: Option<String>,
    /// What the reader may need to know beside it.
    pub notes: Vec<String>,
    /// What to write instead.
    pub help: Option<String>,
}

/// Whether a diagnostic stops the compilation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The query does not compile.
    Error,
    /// The query compiles, but likely not to what was meant.
    Warning,
}

impl Diagnostic {
    /// An error about the word at `span`.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            code,
            message: message.into(),
            span,
            label: None,
            notes: Vec::new(),
            help: None,
        }
    }

    /// A warning about the word at `span`.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error(code, span, message)
        }
    }

    /// An error that is none of the query's: the compiler met what it should never meet.
    pub fn defect(span: Span, what: &str) -> Self {
        let message = format!("{what}; this is a defect of QueryLeaf, not of the query");
        Diagnostic::error(Code::Defect, span, message)
            .help("please report it with the query and the structs of its collections")
    }

    /// Adds what to say under the word itself.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds what the reader may need to know beside it.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal;)+) => {
        /// The stable code of a diagnostic, `QL0101` and so on; each has a page in
        /// `docs/errors.md`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            /// Every code, in the order of the numbers.
            pub const ALL: &[Code] = &[$(Code::$name,)+];

            /// The number behind `QL`.
            pub fn number(self) -> u16 {
                match self { $(Code::$name => $number,)+ }
            }
        }
    };
}

codes! {
    /// The text is no SQL.
    Syntax = 101;
    /// The text is too long or too deeply nested.
    TooComplex = 102;
    /// A statement or clause that QueryLeaf does not have.
    Unsupported = 103;
    /// No such table in the query.
    UnknownTable = 201;
    /// No such column.
    UnknownColumn = 202;
    /// A column name that two tables have.
    AmbiguousColumn = 203;
    /// Two tables or two columns of one name.
    DuplicateName = 204;
    /// No such function.
    UnknownFunction = 205;
    /// No such variant of an enum.
    UnknownVariant = 206;
    /// A result column without a name of its own.
    UnnamedColumn = 207;
    /// No such type.
    UnknownType = 208;
    /// A column that needs a value and is given none.
    MissingColumn = 209;
    /// A bucket where a table is wanted, or a table where a bucket is.
    BucketOrTable = 210;
    /// Two types that do not go together.
    TypeMismatch = 301;
    /// A function that does not take these arguments.
    ArgumentMismatch = 302;
    /// A literal that is no value of its type.
    InvalidLiteral = 303;
    /// A cast that does not exist.
    InvalidCast = 304;
    /// A parameter whose type the query does not tell.
    UntypedParameter = 305;
    /// A parameter used in two ways that do not go together.
    ParameterConflict = 306;
    /// Named and positional parameters in one query, or a gap in the numbers.
    ParameterStyle = 307;
    /// `NULL` for a column that cannot be `NULL`.
    NotNull = 308;
    /// A column that is neither grouped nor aggregated.
    Grouping = 401;
    /// An aggregate where none may stand.
    MisplacedAggregate = 402;
    /// A position in GROUP BY or ORDER BY that no column has.
    InvalidPosition = 403;
    /// A window function where none may stand.
    MisplacedWindow = 404;
    /// A window whose parts do not go together, or that is not there.
    InvalidWindow = 405;
    /// A field that a statement cannot write.
    InvalidTarget = 406;
    /// No unique index is on the columns of `ON CONFLICT`.
    NoUniqueIndex = 407;
    /// No index serves a query on a collection that asks for one.
    NoIndex = 501;
    /// A statement that writes all documents of a collection that forbids it.
    MissingWhere = 502;
    /// A field of an interval where its length is likely meant.
    IntervalField = 601;
    /// What needs all rows, asked of a stream that has no end.
    EndlessRows = 701;
    /// An option of a change stream that is not there, or a value that it does not take.
    StreamOption = 702;
    /// The documents as they were before a change, of a collection that does not keep them.
    NoImages = 703;
    /// A `CASE` of a trigger without an `ELSE`.
    MissingElse = 711;
    /// The compiler itself failed.
    Defect = 901;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QL{:04}", self.number())
    }
}

/// The result of a stage: a value, or the errors that were found.
pub type Result<T, E = Box<Diagnostic>> = std::result::Result<T, E>;
