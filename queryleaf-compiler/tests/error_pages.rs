//! `docs/errors.md` has a section for every code, and its examples are true.

use queryleaf_compiler::definition::{define_trigger, read};
use queryleaf_compiler::schema::{Collection, CollectionScan, Definition, parse};
use queryleaf_compiler::{Code, Diagnostic, InScope, Table, compile, table_names};
use std::sync::Arc;

const PAGES: &str = include_str!("../../docs/errors.md");

/// The collection that the page declares.
const BOOKS: &str = r#"collection "books" Book {
    "_id" id: objectid; "title" title: text;
    "author" author: struct Author { "name" name: text; "born" born: ?integer; };
    "genre" genre: enum Genre ("fiction", "history", "science");
    "pages" pages: integer; "price" price: numeric; "rating" rating: ?double;
    "tags" tags: [text]; "published" published: timestamp; "extra" extra: ?json;
} index ("title")"#;

/// With `strict`, the collection forbids queries that no index serves.
fn books(strict: bool, require_where: bool) -> Arc<Collection> {
    let Ok(Definition::Collection(mut collection)) = parse(BOOKS) else {
        panic!("the schema of the page does not parse");
    };
    if strict {
        collection.collection_scan = CollectionScan::Denied;
    }
    collection.require_where = require_where;
    Arc::new(collection)
}

/// The codes of the errors that a query has, or of its warnings.
fn codes(sql: &str, books: &Arc<Collection>) -> Vec<String> {
    let tables: Vec<Table> = table_names(sql)
        .into_iter()
        .map(|table| Table {
            name: table.path,
            collection: Arc::clone(books),
        })
        .collect();
    let found = match sql.split_whitespace().nth(1) {
        Some("TRIGGER") => of_trigger(sql, books),
        Some("CHANGE") => of_stream(sql, books),
        _ => match compile(sql, &tables) {
            Ok(query) => query.warnings,
            Err(errors) => errors,
        },
    };
    found
        .iter()
        .map(|diagnostic| diagnostic.code.to_string())
        .collect()
}

fn of_stream(sql: &str, books: &Arc<Collection>) -> Vec<Diagnostic> {
    let (schema, mut errors) = read(sql);
    if let (true, [stream]) = (errors.is_empty(), &schema.streams[..]) {
        let tables = [Table {
            name: vec!["books".to_owned()],
            collection: Arc::clone(books),
        }];
        errors = stream.define(sql, &tables).err().unwrap_or_default();
    }
    errors
}

fn of_trigger(sql: &str, books: &Arc<Collection>) -> Vec<Diagnostic> {
    let (schema, mut errors) = read(sql);
    for trigger in &schema.triggers {
        let tables = trigger.tables(sql).into_iter().map(|table| Table {
            name: table.path,
            collection: Arc::clone(books),
        });
        let tables: Vec<Table> = tables.collect();
        match define_trigger(sql, trigger, InScope::of_tables(&tables)) {
            Ok(defined) => errors.extend(defined.warnings),
            Err(found) => errors.extend(found),
        }
    }
    errors
}

/// The examples of a section that are fenced like this.
fn examples<'a>(section: &'a str, fence: &str) -> Vec<&'a str> {
    section
        .split(&format!("```sql {fence}\n"))
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().trim())
        .collect()
}

#[test]
fn every_code_has_a_true_page() {
    for code in Code::ALL {
        let books = books(*code == Code::NoIndex, *code == Code::MissingWhere);
        let heading = format!("\n## {code}: ");
        let section = PAGES
            .split(&heading)
            .nth(1)
            .unwrap_or_else(|| panic!("docs/errors.md has no section for {code}"))
            .split("\n## ")
            .next()
            .unwrap();
        let wrong = examples(section, "wrong");
        let right = examples(section, "right");
        if *code == Code::Defect {
            assert!(wrong.is_empty(), "a known way to {code} is to be mended");
            continue;
        }
        assert!(
            !wrong.is_empty() && !right.is_empty(),
            "{code} lacks an example"
        );
        for sql in wrong {
            assert_eq!(codes(sql, &books), [code.to_string()], "{sql}");
        }
        for sql in right {
            assert_eq!(codes(sql, &books), Vec::<String>::new(), "{sql}");
        }
    }
}
