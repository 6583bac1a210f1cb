//! `CREATE TABLE`.

use super::clauses;
use super::cursor::Cursor;
use super::tree::{
    Column, ColumnConstraint, ColumnConstraintKind, CreateTable, Reference, TableConstraint,
    TableConstraintKind,
};
use super::type_name::type_name;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use sqlparser::tokenizer::Token;

/// What stands between two commas of a table.
enum Element {
    Column(Column),
    Constraint(TableConstraint),
}

/// Reads what follows `CREATE TABLE`.
pub(super) fn create_table(cursor: &mut Cursor<'_>) -> Result<CreateTable> {
    let if_not_exists = cursor.eat_all(&["IF", "NOT", "EXISTS"]);
    let name = cursor.name("the name of the table")?;
    if cursor.at(&Token::Period) {
        return Err(Box::new(
            Diagnostic::error(
                Code::Unsupported,
                name.span,
                "a table is declared without the name of a schema",
            )
            .help(
                "put it into a Rust module of that name, and write `FROM shop.orders` in queries",
            ),
        ));
    }
    if cursor.is("AS") {
        return Err(Box::new(
            Diagnostic::error(
                Code::Unsupported,
                cursor.here(),
                "`CREATE TABLE .. AS` is not supported",
            )
            .help("declare the columns, and fill the table with `INSERT INTO .. SELECT`"),
        ));
    }
    let mut columns = Vec::new();
    let mut constraints = Vec::new();
    for element in cursor.list(element)? {
        match element {
            Element::Column(column) => columns.push(column),
            Element::Constraint(constraint) => constraints.push(constraint),
        }
    }
    Ok(CreateTable {
        if_not_exists,
        name,
        columns,
        constraints,
        clauses: clauses::clauses(cursor)?,
    })
}

fn element(cursor: &mut Cursor<'_>) -> Result<Element> {
    let begins_constraint = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]
        .iter()
        .any(|word| cursor.is(word));
    if begins_constraint {
        return table_constraint(cursor).map(Element::Constraint);
    }
    let column = column(cursor)?;
    if !(cursor.at(&Token::Comma) || cursor.at(&Token::RParen)) {
        return Err(unknown_constraint(cursor));
    }
    Ok(Element::Column(column))
}

/// A name, a type and constraints.
pub(super) fn column(cursor: &mut Cursor<'_>) -> Result<Column> {
    let name = cursor.name("the name of a column")?;
    let ty = type_name(cursor)?;
    let mut constraints = Vec::new();
    while let Some(constraint) = column_constraint(cursor)? {
        constraints.push(constraint);
    }
    let span = name.span.to(cursor.before());
    Ok(Column {
        span,
        name,
        ty,
        constraints,
    })
}

/// The constraint that begins here; nothing where none does.
fn column_constraint(cursor: &mut Cursor<'_>) -> Result<Option<ColumnConstraint>> {
    let start = cursor.here();
    if cursor.eat("CONSTRAINT").is_some() {
        cursor.name("the name of the constraint")?;
    }
    let kind = if cursor.eat_all(&["NOT", "NULL"]).is_some() {
        ColumnConstraintKind::NotNull
    } else if cursor.eat("NULL").is_some() {
        ColumnConstraintKind::Null
    } else if cursor.eat_all(&["PRIMARY", "KEY"]).is_some() {
        ColumnConstraintKind::PrimaryKey
    } else if cursor.eat("UNIQUE").is_some() {
        ColumnConstraintKind::Unique
    } else if cursor.eat("DEFAULT").is_some() {
        ColumnConstraintKind::Default(cursor.expression("a value", begins_column_constraint)?)
    } else if cursor.eat("CHECK").is_some() {
        ColumnConstraintKind::Check(cursor.bracketed("a condition")?)
    } else if cursor.eat("REFERENCES").is_some() {
        ColumnConstraintKind::References(reference(cursor)?)
    } else {
        return Ok(None);
    };
    let span = start.to(cursor.before());
    Ok(Some(ColumnConstraint { kind, span }))
}

/// Whether an expression before this place is over.
fn begins_column_constraint(cursor: &Cursor<'_>) -> bool {
    [
        "CONSTRAINT",
        "NOT",
        "NULL",
        "PRIMARY",
        "UNIQUE",
        "DEFAULT",
        "CHECK",
        "REFERENCES",
    ]
    .iter()
    .any(|word| cursor.is(word))
}

/// What is wrong with a word that stands where a constraint would.
fn unknown_constraint(cursor: &Cursor<'_>) -> Box<Diagnostic> {
    let refused = |message: &str, help: &str| {
        Box::new(Diagnostic::error(Code::Unsupported, cursor.here(), message).help(help))
    };
    if cursor.is("GENERATED") || cursor.is("AUTO_INCREMENT") || cursor.is("IDENTITY") {
        let help = "use an ObjectId or `UUID DEFAULT GENERATE_UUID()`, or let the program number";
        return refused("the server generates no values of columns", help);
    }
    if cursor.is("COLLATE") {
        let help = "say it of the whole table, with `WITH (collation = 'de')`";
        return refused("a column has no collation of its own", help);
    }
    cursor.expected("a constraint, `,` or `)`")
}

fn table_constraint(cursor: &mut Cursor<'_>) -> Result<TableConstraint> {
    let start = cursor.here();
    let name = match cursor.eat("CONSTRAINT") {
        Some(_) => Some(cursor.name("the name of the constraint")?),
        None => None,
    };
    let columns =
        |cursor: &mut Cursor<'_>| cursor.list(|cursor| cursor.name("the name of a column"));
    let kind = if cursor.eat_all(&["PRIMARY", "KEY"]).is_some() {
        TableConstraintKind::PrimaryKey(columns(cursor)?)
    } else if cursor.eat("UNIQUE").is_some() {
        TableConstraintKind::Unique(columns(cursor)?)
    } else if cursor.eat("CHECK").is_some() {
        TableConstraintKind::Check(cursor.bracketed("a condition")?)
    } else if cursor.eat_all(&["FOREIGN", "KEY"]).is_some() {
        let names = columns(cursor)?;
        let [column] = &names[..] else {
            let first = names.first().map_or(start, |name| name.span);
            let last = names.last().map_or(start, |name| name.span);
            let message = "a reference of several columns is not supported";
            return Err(Box::new(Diagnostic::error(
                Code::Unsupported,
                first.to(last),
                message,
            )));
        };
        cursor.expect("REFERENCES")?;
        TableConstraintKind::ForeignKey {
            column: column.clone(),
            reference: reference(cursor)?,
        }
    } else {
        return Err(cursor.expected("`PRIMARY KEY`, `UNIQUE`, `CHECK` or `FOREIGN KEY`"));
    };
    let span = start.to(cursor.before());
    Ok(TableConstraint { name, kind, span })
}

/// What follows `REFERENCES`.
fn reference(cursor: &mut Cursor<'_>) -> Result<Reference> {
    let table = cursor.name("the name of a table")?;
    let column = if cursor.at(&Token::LParen) {
        let mut names = cursor.list(|cursor| cursor.name("the name of a column"))?;
        match (names.pop(), names.is_empty()) {
            (Some(column), true) => Some(column),
            (column, _) => {
                let span = column.map_or(table.span, |column| column.span);
                let message = "a reference of several columns is not supported";
                return Err(Box::new(Diagnostic::error(
                    Code::Unsupported,
                    span,
                    message,
                )));
            }
        }
    } else {
        None
    };
    if let Some(span) = cursor.eat("ON").or_else(|| cursor.eat("MATCH")) {
        return Err(no_action(span.to(cursor.here())));
    }
    Ok(Reference { table, column })
}

fn no_action(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            Code::Unsupported,
            span,
            "the server does not act on references",
        )
        .help("delete the rows that refer to a row with a statement of their own"),
    )
}
