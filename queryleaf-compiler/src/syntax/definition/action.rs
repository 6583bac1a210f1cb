//! Statements that create, change, remove or show what is defined, when they run.

use super::cursor::Cursor;
use super::tree::{Column, CreateCollection, CreateIndex, Name, TtlRule};
use super::{clauses, create_collection, create_table, indexes};
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::syntax::source::{Source, Word};
use sqlparser::tokenizer::Token;

/// What a statement does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Action {
    /// `CREATE CAPPED COLLECTION`.
    CreateCollection(CreateCollection),
    /// `CREATE INDEX`.
    CreateIndex(CreateIndex),
    /// `DROP TABLE` and `DROP VIEW`.
    Drop {
        table: Vec<Name>,
        if_exists: bool,
        view: bool,
    },
    /// `DROP INDEX name ON table`.
    DropIndex {
        name: Name,
        table: Vec<Name>,
        if_exists: bool,
    },
    /// `ALTER TABLE`.
    Alter {
        table: Vec<Name>,
        changes: Vec<Change>,
    },
    /// `OPTIMIZE TTL INDEXES`.
    OptimizeTtl,
    /// `SHOW TABLES`.
    ShowTables,
    /// `SHOW TTL STATUS`.
    ShowTtl,
    /// `SHOW INDEXES FROM table`.
    ShowIndexes(Vec<Name>),
    /// `DESCRIBE table`.
    Describe(Vec<Name>),
    /// `ANALYZE table`.
    Analyze(Vec<Name>),
}

/// A change of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    AddColumn(Column),
    DropColumn(Name),
    ModifyTtl(TtlRule),
    DropTtl {
        column: Vec<Name>,
        /// The place of the condition.
        condition: Option<Span>,
        span: Span,
    },
}

impl Action {
    /// The table that it is about.
    pub(crate) fn table(&self) -> Option<&[Name]> {
        match self {
            Action::CreateCollection(create) => Some(&create.name),
            Action::CreateIndex(create) => Some(&create.table),
            Action::Drop { table, .. }
            | Action::DropIndex { table, .. }
            | Action::Alter { table, .. }
            | Action::ShowIndexes(table)
            | Action::Describe(table)
            | Action::Analyze(table) => Some(table),
            Action::OptimizeTtl | Action::ShowTables | Action::ShowTtl => None,
        }
    }
}

/// Whether these words begin such a statement.
pub(crate) fn begins(words: &[Word]) -> bool {
    const FIRST: [&str; 7] = [
        "CREATE", "DROP", "ALTER", "SHOW", "DESCRIBE", "ANALYZE", "OPTIMIZE",
    ];
    words.first().is_some_and(|word| match &word.token {
        Token::Word(name) if name.quote_style.is_none() => FIRST
            .iter()
            .any(|first| name.value.eq_ignore_ascii_case(first)),
        _ => false,
    })
}

/// Reads the one statement of a text.
pub(crate) fn action(source: &Source<'_>) -> Result<Action> {
    let words = source.words();
    let end = words
        .iter()
        .position(|word| word.token == Token::SemiColon)
        .unwrap_or(words.len());
    let (statement, rest) = words.split_at(end);
    let mut cursor = Cursor::new(source, statement);
    let action = read(&mut cursor)?;
    if cursor.peek().is_some() {
        return Err(cursor.expected("the end of the statement"));
    }
    match rest.iter().find(|word| word.token != Token::SemiColon) {
        None => Ok(action),
        Some(second) => Err(Box::new(
            Diagnostic::error(Code::Syntax, second.span, "a second statement")
                .label("one `sql!` runs one statement")
                .help("write a `sql!` for each statement"),
        )),
    }
}

fn read(cursor: &mut Cursor<'_>) -> Result<Action> {
    if cursor.eat("CREATE").is_some() {
        return create(cursor);
    }
    if cursor.eat("DROP").is_some() {
        return drop(cursor);
    }
    if cursor.eat_all(&["ALTER", "TABLE"]).is_some() {
        let table = table(cursor)?;
        let mut changes = vec![change(cursor)?];
        while cursor.eat_mark(&Token::Comma).is_some() {
            changes.push(change(cursor)?);
        }
        return Ok(Action::Alter { table, changes });
    }
    if cursor.eat_all(&["OPTIMIZE", "TTL", "INDEXES"]).is_some() {
        return Ok(Action::OptimizeTtl);
    }
    if cursor.eat("SHOW").is_some() {
        if cursor.eat("TABLES").is_some() {
            return Ok(Action::ShowTables);
        }
        if cursor.eat_all(&["TTL", "STATUS"]).is_some() {
            return Ok(Action::ShowTtl);
        }
        if cursor.eat("INDEXES").is_some() {
            cursor.expect("FROM")?;
            return table(cursor).map(Action::ShowIndexes);
        }
        return Err(cursor.expected("`TABLES`, `INDEXES FROM` or `TTL STATUS`"));
    }
    if cursor.eat("DESCRIBE").is_some() {
        cursor.eat("TABLE");
        return table(cursor).map(Action::Describe);
    }
    if cursor.eat("ANALYZE").is_some() {
        cursor.eat("TABLE");
        return table(cursor).map(Action::Analyze);
    }
    cursor.next();
    Err(
        cursor.expected(match cursor.before_text().to_ascii_uppercase().as_str() {
            "ALTER" => "`TABLE`",
            _ => "`TTL INDEXES`",
        }),
    )
}

fn create(cursor: &mut Cursor<'_>) -> Result<Action> {
    if cursor.eat_all(&["CAPPED", "COLLECTION"]).is_some() {
        return create_collection(cursor).map(Action::CreateCollection);
    }
    let unique = cursor.eat("UNIQUE").is_some();
    if cursor.eat("INDEX").is_some() {
        return indexes::create_index(cursor, unique).map(Action::CreateIndex);
    }
    let declared = ["TABLE", "VIEW", "GRIDFS_BUCKET"];
    if declared.iter().any(|word| cursor.is(word)) {
        let (name, kind) = match cursor.text().to_uppercase() {
            name if name == "GRIDFS_BUCKET" => (name, "bucket"),
            name => (name, "table"),
        };
        let message = format!("`CREATE {name}` in `sql!`");
        return Err(Box::new(
            Diagnostic::error(Code::Unsupported, cursor.here(), message)
                .label(format!(
                    "a {kind} is known to queries only if it is an item of the program"
                ))
                .help("declare it with `schema!` or a struct, and create it with `ensure`"),
        ));
    }
    Err(cursor.expected("`INDEX`, `UNIQUE INDEX` or `CAPPED COLLECTION`"))
}

fn drop(cursor: &mut Cursor<'_>) -> Result<Action> {
    let if_exists = |cursor: &mut Cursor<'_>| cursor.eat_all(&["IF", "EXISTS"]).is_some();
    for (word, view) in [("TABLE", false), ("VIEW", true)] {
        if cursor.eat(word).is_some() {
            return Ok(Action::Drop {
                if_exists: if_exists(cursor),
                table: table(cursor)?,
                view,
            });
        }
    }
    if cursor.eat("INDEX").is_some() {
        let if_exists = if_exists(cursor);
        let name = cursor.name("the name of the index")?;
        cursor.expect("ON")?;
        return Ok(Action::DropIndex {
            name,
            table: table(cursor)?,
            if_exists,
        });
    }
    Err(cursor.expected("`TABLE`, `VIEW` or `INDEX`"))
}

fn change(cursor: &mut Cursor<'_>) -> Result<Change> {
    let start = cursor.here();
    if cursor.eat_all(&["MODIFY", "TTL"]).is_some() {
        return clauses::ttl_rule(cursor).map(Change::ModifyTtl);
    }
    if cursor.eat_all(&["DROP", "TTL"]).is_some() {
        let column = cursor.path("the name of a column")?;
        let condition = match cursor.eat("WHERE") {
            Some(_) => Some(cursor.expression("a condition", |_| false)?),
            None => None,
        };
        return Ok(Change::DropTtl {
            column,
            condition,
            span: start.to(cursor.before()),
        });
    }
    if cursor.eat("ADD").is_some() {
        cursor.eat("COLUMN");
        return create_table::column(cursor).map(Change::AddColumn);
    }
    if cursor.eat("DROP").is_some() {
        cursor.eat("COLUMN");
        return cursor.name("the name of a column").map(Change::DropColumn);
    }
    Err(cursor.expected("`ADD COLUMN`, `DROP COLUMN`, `MODIFY TTL` or `DROP TTL`"))
}

/// The name of a table, which may be a path of Rust.
fn table(cursor: &mut Cursor<'_>) -> Result<Vec<Name>> {
    cursor.path("the name of a table")
}
