//! SQL text split into words.

use super::source::Index;
use super::{Source, assignments, bucket_target, definition, lower_first, query_forms, tables};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::{MAX_TEXT, TableName};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::{TokenWithSpan, Tokenizer};

/// SQL text split into words: it can be asked for the tables that it names, and then be compiled.
///
/// ```
/// let text = queryleaf_compiler::Text::new("SELECT name FROM shop.customers");
/// assert_eq!(text.tables()[0].path, ["shop", "customers"]);
/// ```
#[derive(Debug)]
pub struct Text {
    text: String,
    words: Result<Words>,
    tables: Vec<TableName>,
}

/// The words of a text, for us and for the parser.
#[derive(Debug)]
pub(crate) struct Words {
    pub(super) index: Index,
    pub(super) tokens: Vec<TokenWithSpan>,
}

impl Text {
    /// Splits a text. [`compile_text`](crate::compile_text) reports what is no word.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let (words, tables) = match words(&text) {
            Ok((source, tokens)) => {
                let tables = table_names(&source);
                (Ok(Words::new(source, tokens)), tables)
            }
            Err(error) => (Err(error), Vec::new()),
        };
        Text {
            text,
            words,
            tables,
        }
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The tables that it names, each once, in the order of their first mention.
    ///
    /// A quick scan of the words: the macro must know the names before it can ask for the schemas.
    /// Text that is no SQL gives what was found.
    pub fn tables(&self) -> &[TableName] {
        &self.tables
    }

    pub(crate) fn into_parts(self) -> (String, Result<Words>) {
        (self.text, self.words)
    }
}

impl Words {
    /// Those of a text.
    pub(super) fn of(text: &str) -> Result<Self> {
        words(text).map(|(source, tokens)| Words::new(source, tokens))
    }

    fn new(source: Source<'_>, tokens: Vec<TokenWithSpan>) -> Self {
        Words {
            index: source.into_index(),
            tokens,
        }
    }
}

fn table_names(source: &Source<'_>) -> Vec<TableName> {
    if !definition::begins(source.words()) {
        return tables::table_names(source);
    }
    let action = definition::action(source).ok();
    let table = action.as_ref().and_then(|action| action.table());
    table.map(table_name).into_iter().collect()
}

fn table_name(path: &[definition::Name]) -> TableName {
    TableName {
        path: path.iter().map(|name| name.value.clone()).collect(),
        spans: path.iter().map(|name| name.span).collect(),
    }
}

/// Splits a text into words.
pub(super) fn words(text: &str) -> Result<(Source<'_>, Vec<TokenWithSpan>)> {
    if text.len() > MAX_TEXT {
        let message = format!(
            "the query has {} bytes, more than the {MAX_TEXT} accepted",
            text.len()
        );
        return Err(Box::new(Diagnostic::error(
            Code::TooComplex,
            Span::default(),
            message,
        )));
    }
    match Tokenizer::new(&PostgreSqlDialect {}, text).tokenize_with_location() {
        Ok(tokens) => {
            let tokens = query_forms::spelled_out(tokens);
            let source = Source::new(text, &tokens);
            let tokens = bucket_target::as_names(tokens, &source)?;
            Ok((source, assignments::subscripts_in_names(tokens)))
        }
        Err(error) => {
            let start = Source::new(text, &[]).offset(error.location);
            let message = lower_first(error.message.trim_end_matches('.'));
            let error = Diagnostic::error(Code::Syntax, Span::new(start, text.len()), message);
            Err(Box::new(
                if error.message.starts_with("unterminated string") {
                    error.help("a quote inside a text is written twice, as in `'it''s'`")
                } else {
                    error
                },
            ))
        }
    }
}
