//! What a body asks of an event: the columns of the query, and the steps that use them.

use super::Argument;
use super::guard::{Guard, never_fails};
use super::own_changes::{self, Made};
use crate::TableName;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::syntax::definition::{self as syntax, BodyStatement, CHANGE, Case, CreateTrigger, If};
use crate::syntax::{Source, Word};
use sqlparser::tokenizer::Token;

/// The columns that an event keeps, beside its documents, for a function that is given all of it.
const KEPT: [&str; 4] = [
    "operation_type",
    "wall_time",
    "database_name",
    "collection_name",
];

/// The body of a trigger, as far as it is understood without a schema.
pub(super) struct Body {
    pub(super) columns: Vec<Column>,
    pub(super) steps: Vec<Step>,
}

/// A column of the query over the stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub(super) expression: Expression,
    /// The branches in which it is computed, the outermost first; none where it can fail for no event.
    pub(super) guards: Vec<Guard>,
    /// The word before it, where it has to be true or not.
    pub(super) condition_of: Option<&'static str>,
}

/// What a column is computed from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Condition(Condition),
    /// The place of an expression.
    Value(Span),
    /// A column of the event, and where it is asked for.
    Named(&'static str, Span),
}

/// A condition of a branch.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    /// The place of an expression.
    Is(Span),
    /// The places of what a `CASE` compares with what.
    Equals { operand: Span, values: Vec<Span> },
}

/// A step, with the statements of SQL as they are written.
pub(super) enum Step {
    If {
        condition: usize,
        then: Vec<Step>,
        otherwise: Vec<Step>,
    },
    Call {
        function: TableName,
        arguments: Vec<Argument>,
    },
    Write {
        span: Span,
        /// The places of the event's fields in it, and their columns.
        uses: Vec<(Span, usize)>,
        /// The kinds of changes for each of which it runs.
        always: Vec<Made>,
    },
}

impl Expression {
    pub(super) fn span(&self) -> Span {
        match self {
            Expression::Condition(condition) => condition.span(),
            Expression::Value(span) | Expression::Named(_, span) => *span,
        }
    }
}

impl Condition {
    pub(super) fn span(&self) -> Span {
        match self {
            Condition::Is(span) => *span,
            Condition::Equals { values, operand } => {
                values.iter().copied().reduce(Span::to).unwrap_or(*operand)
            }
        }
    }

    fn places(&self) -> Vec<Span> {
        match self {
            Condition::Is(span) => vec![*span],
            Condition::Equals { operand, values } => {
                let mut places = vec![*operand];
                places.extend(values);
                places
            }
        }
    }
}

impl Body {
    /// Reads a body; says whether the collection keeps its documents as they were before a change.
    pub(super) fn read(
        text: &str,
        create: &CreateTrigger,
        keeps_images: bool,
    ) -> Result<Self, Vec<Diagnostic>> {
        let source = crate::syntax::source(text).map_err(|error| vec![*error])?;
        let mut reader = Reader {
            source: &source,
            keeps_images,
            columns: Vec::new(),
            errors: Vec::new(),
        };
        let steps = reader.steps(&create.body, &[]);
        if reader.errors.is_empty() {
            Ok(Body {
                columns: reader.columns,
                steps,
            })
        } else {
            Err(reader.errors)
        }
    }
}

struct Reader<'a> {
    source: &'a Source<'a>,
    keeps_images: bool,
    columns: Vec<Column>,
    errors: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn steps(&mut self, statements: &[BodyStatement], guards: &[Guard]) -> Vec<Step> {
        let mut steps = Vec::new();
        for statement in statements {
            match statement {
                BodyStatement::If(statement) => steps.extend(self.if_steps(statement, guards)),
                BodyStatement::Case(case) => steps.extend(self.case_steps(case, guards)),
                BodyStatement::Call(call) => steps.push(self.call(call, guards)),
                BodyStatement::Write(span) => steps.push(self.write(*span, guards)),
                BodyStatement::Nothing => {}
            }
        }
        steps
    }

    fn if_steps(&mut self, statement: &If, guards: &[Guard]) -> Vec<Step> {
        let branches: Vec<_> = statement
            .branches
            .iter()
            .map(|(condition, body)| (Condition::Is(*condition), &body[..]))
            .collect();
        self.branches("IF", &branches, &statement.otherwise, guards)
    }

    fn case_steps(&mut self, case: &Case, guards: &[Guard]) -> Vec<Step> {
        let Case {
            word,
            operand,
            branches,
            otherwise,
        } = case;
        let Some(otherwise) = otherwise else {
            self.errors.push(
                Diagnostic::error(Code::MissingElse, *word, "this `CASE` has no `ELSE`")
                    .note("in PostgreSQL a change that no `WHEN` fits would be an error")
                    .help("end it with `ELSE NULL;` if nothing shall be done then"),
            );
            return Vec::new();
        };
        let branches: Vec<_> = branches
            .iter()
            .map(|(values, body)| {
                let condition = match (operand, &values[..]) {
                    (None, [condition]) => Condition::Is(*condition),
                    (operand, values) => Condition::Equals {
                        operand: operand.unwrap_or(*word),
                        values: values.to_vec(),
                    },
                };
                (condition, &body[..])
            })
            .collect();
        self.branches("WHEN", &branches, otherwise, guards)
    }

    /// One step in another, from the first branch to the last.
    fn branches(
        &mut self,
        word: &'static str,
        branches: &[(Condition, &[BodyStatement])],
        otherwise: &[BodyStatement],
        guards: &[Guard],
    ) -> Vec<Step> {
        let mut not: Vec<Condition> = Vec::new();
        let mut found = Vec::new();
        for (condition, body) in branches {
            // A condition is asked where the ones before it are not true.
            let before = Guard {
                not: not.clone(),
                is: None,
            };
            let before = if not.is_empty() { None } else { Some(before) };
            let asked: Vec<Guard> = guards.iter().cloned().chain(before).collect();
            let column = self.column(Expression::Condition(condition.clone()), &asked, Some(word));
            let inside = Guard {
                not: not.clone(),
                is: Some(condition.clone()),
            };
            let inside: Vec<Guard> = guards.iter().cloned().chain([inside]).collect();
            found.push((column, self.steps(body, &inside)));
            not.push(condition.clone());
        }
        let last = Guard { not, is: None };
        let last: Vec<Guard> = guards.iter().cloned().chain([last]).collect();
        let mut steps = self.steps(otherwise, &last);
        for (condition, then) in found.into_iter().rev() {
            steps = vec![Step::If {
                condition,
                then,
                otherwise: steps,
            }];
        }
        steps
    }

    fn call(&mut self, call: &syntax::Call, guards: &[Guard]) -> Step {
        let arguments = call.arguments.iter().map(|argument| match *argument {
            syntax::Argument::Value(span) => Argument::Column {
                column: self.column(Expression::Value(span), guards, None),
                span,
            },
            syntax::Argument::Change(span) => self.change(span),
        });
        let arguments = arguments.collect();
        Step::Call {
            function: TableName {
                path: call
                    .function
                    .iter()
                    .map(|name| name.value.clone())
                    .collect(),
                spans: call.function.iter().map(|name| name.span).collect(),
            },
            arguments,
        }
    }

    /// All of the event.
    fn change(&mut self, span: Span) -> Argument {
        let mut named = |name| self.column(Expression::Named(name, span), &[], None);
        for name in KEPT {
            named(name);
        }
        Argument::Change {
            after: named("full_document"),
            before: self.keeps_images.then(|| {
                self.column(
                    Expression::Named("full_document_before_change", span),
                    &[],
                    None,
                )
            }),
            span,
        }
    }

    fn write(&mut self, span: Span, guards: &[Guard]) -> Step {
        let words = self.source.words_in(span);
        let mut uses = Vec::new();
        let mut index = 0;
        while index < words.len() {
            match field_of_change(words, index) {
                Some(end) => {
                    let first = words.get(index).map_or(span, |word| word.span);
                    let last = words.get(end - 1).map_or(first, |word| word.span);
                    let field = first.to(last);
                    uses.push((field, self.column(Expression::Value(field), &[], None)));
                    index = end;
                }
                None => index += 1,
            }
        }
        for word in words {
            if let Token::Placeholder(_) = word.token {
                self.errors.push(super::no_parameters(word.span));
            }
        }
        Step::Write {
            span,
            uses,
            always: own_changes::always(guards, self.source),
        }
    }

    /// The number of a column; what is asked for twice is one.
    fn column(
        &mut self,
        expression: Expression,
        guards: &[Guard],
        condition_of: Option<&'static str>,
    ) -> usize {
        let places = match &expression {
            Expression::Condition(condition) => condition.places(),
            Expression::Value(span) => vec![*span],
            Expression::Named(..) => Vec::new(),
        };
        let can_fail = !places
            .iter()
            .all(|place| never_fails(self.source.words_in(*place)));
        let column = Column {
            expression,
            guards: if can_fail {
                guards.to_vec()
            } else {
                Vec::new()
            },
            condition_of,
        };
        let known = self
            .columns
            .iter()
            .position(|known| self.is_same(known, &column));
        known.unwrap_or_else(|| {
            self.columns.push(column);
            self.columns.len() - 1
        })
    }

    fn is_same(&self, one: &Column, other: &Column) -> bool {
        let same_value = match (&one.expression, &other.expression) {
            (Expression::Value(one), Expression::Value(other)) => {
                self.source.slice(*one) == self.source.slice(*other)
            }
            (Expression::Named(one, _), Expression::Named(other, _)) => one == other,
            (one, other) => one == other,
        };
        same_value && one.guards == other.guards
    }
}

/// Where the field of the event ends that begins at a word, if one does.
fn field_of_change(words: &[Word], start: usize) -> Option<usize> {
    let token = |index: usize| words.get(index).map(|word| &word.token);
    let is_change = matches!(token(start), Some(Token::Word(name)) if name.value == CHANGE);
    let before = start.checked_sub(1).and_then(token);
    if !is_change || before == Some(&Token::Period) || token(start + 1) != Some(&Token::Period) {
        return None;
    }
    let mut end = start + 1;
    loop {
        end = match (token(end), token(end + 1), token(end + 2)) {
            (Some(Token::Period), Some(Token::Word(_)), _) => end + 2,
            (
                Some(Token::LBracket),
                Some(Token::SingleQuotedString(_) | Token::Number(..)),
                Some(Token::RBracket),
            ) => end + 3,
            (
                Some(Token::Arrow | Token::LongArrow),
                Some(Token::SingleQuotedString(_) | Token::Number(..)),
                _,
            ) => end + 2,
            _ => return (end > start + 1).then_some(end),
        };
    }
}

/// The places of the expressions and statements of a body, which may name tables.
pub(super) fn places(statements: &[BodyStatement], found: &mut Vec<Span>) {
    for statement in statements {
        match statement {
            BodyStatement::If(statement) => {
                for (condition, body) in &statement.branches {
                    found.push(*condition);
                    places(body, found);
                }
                places(&statement.otherwise, found);
            }
            BodyStatement::Case(case) => {
                found.extend(case.operand);
                for (values, body) in &case.branches {
                    found.extend(values);
                    places(body, found);
                }
                places(case.otherwise.as_deref().unwrap_or_default(), found);
            }
            BodyStatement::Call(call) => {
                found.extend(call.arguments.iter().filter_map(|argument| match argument {
                    syntax::Argument::Value(span) => Some(*span),
                    syntax::Argument::Change(_) => None,
                }));
            }
            BodyStatement::Write(span) => found.push(*span),
            BodyStatement::Nothing => {}
        }
    }
}
