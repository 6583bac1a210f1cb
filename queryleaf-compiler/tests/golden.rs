//! What the compiler makes of a text: `tests/golden/*.txt` holds queries with the command or the
//! errors that they compile to.
//!
//! Set `QUERYLEAF_BLESS=1` to write what the compiler says now, and read the difference before
//! committing it.

use queryleaf_compiler::definition::{Argument, Step, define_trigger, read};
use queryleaf_compiler::schema::{Collection, CollectionScan, Definition, Storage, parse};
use queryleaf_compiler::{
    Diagnostic, InScope, Query, Severity, Table, TableName, compile, table_names,
};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Stands between a query and what becomes of it.
const ARROW: &str = "=>";

/// Stands between entries.
const RULE: &str = "----";

const ORDERS: &str = r#"collection "orders" Order {
    "_id" id: objectid;
    "number" number: bigint;
    "customer_id" customer_id: objectid few;
    "status" status: enum Status ("pending", "paid", "shipped");
    "priority" priority: enum Priority ("Low" = 1, "High" = 3);
    "quantity" quantity: integer;
    "total" total: numeric;
    "weight" weight: ?double;
    "discount" discount: ?integer;
    "paid" paid: boolean;
    "gift" gift: ?boolean;
    "city" city: text;
    "note" note: ?text;
    "placed_at" placed_at: timestamp;
    "shipped_at" shipped_at: ?timestamp;
    "due" due: ?date;
    "tags" tags: [text];
    "items" items: [struct Item { "sku" sku: text; "price" price: numeric; "count" count: ?integer; }];
    "address" address: struct Address { "street" street: text; "zip" zip: ?text; };
    "billing" billing: ?struct Address { "street" street: text; "zip" zip: ?text; };
    "metadata" metadata: ?document;
    "scores" scores: <integer>;
} index ("status", "placed_at" desc) index ("note")"#;

const PRODUCTS: &str = r#"collection "products" Product {
    "_id" id: objectid;
    "sku" sku: text length 12;
    "name" name: text;
    "price" price: numeric precision 8 2;
    "stock" stock: integer default "0";
    "sold" sold: bigint default "0";
    "kind" kind: ?enum Kind ("new", "used");
    "added_at" added_at: timestamp default "CURRENT_TIMESTAMP";
    "code" code: ?uuid default "GENERATE_UUID()";
    "tags" tags: ?[text];
    "size" size: ?struct Size { "width" width: integer; "height" height: ?integer; };
    "origin" origin: struct Origin { "country" country: text; "city" city: ?text; };
    "details" details: ?document;
    "rank" rank: ?integer absent;
    "place" place: ?point;
    "area" area: ?polygon;
} index unique ("sku")"#;

/// The table of the examples, under whatever name a query uses; `strict` forbids scans, `watched`
/// warns of them, and `kept` keeps its documents as they were before a change.
fn tables(sql: &str, names: Vec<TableName>) -> Vec<Table> {
    let Ok(Definition::Collection(mut collection)) = parse(ORDERS) else {
        panic!("the schema of the examples does not parse");
    };
    if sql.contains("FROM strict") {
        collection.collection_scan = CollectionScan::Denied;
    } else if sql.contains("FROM watched") {
        collection.collection_scan = CollectionScan::Warned;
    }
    collection.options.pre_and_post_images = sql.contains("(kept") || sql.contains("ON kept");
    let collection = Arc::new(collection);
    names
        .into_iter()
        .map(|table| Table {
            collection: match &*table.path.concat() {
                "products" => products(Storage::Plain),
                "ring" => products(Storage::Capped {
                    size: 4096,
                    max: None,
                }),
                "collated" => collated(),
                "view" => products(Storage::View),
                _ => Arc::clone(&collection),
            },
            name: table.path,
        })
        .collect()
}

/// The table of the examples that write.
fn products(storage: Storage) -> Arc<Collection> {
    let Ok(Definition::Collection(mut collection)) = parse(PRODUCTS) else {
        panic!("the schema of the products does not parse");
    };
    collection.storage = storage;
    Arc::new(collection)
}

/// The same, where texts are equal that differ in case only.
fn collated() -> Arc<Collection> {
    let products = PRODUCTS.replacen("products", "collated", 1);
    let text = format!(r#"{products} collation "en" strength 2"#);
    match parse(&text) {
        Ok(Definition::Collection(collection)) => Arc::new(collection),
        _ => panic!("the schema of the products does not parse"),
    }
}

fn describe(result: &Result<Query, Vec<Diagnostic>>, sql: &str) -> String {
    let mut text = String::new();
    match result {
        Ok(query) => {
            writeln!(text, "{}", query.command).unwrap();
            for parameter in &query.parameters {
                let list = if parameter.list { "list of " } else { "" };
                writeln!(
                    text,
                    "parameter {:?}: {list}{}",
                    parameter.name, parameter.ty
                )
                .unwrap();
            }
            for (number, value) in query.generated.iter().enumerate() {
                let number = query.parameters.len() + number;
                writeln!(text, "generated :{number}: {value:?}").unwrap();
            }
            for (number, value) in query.computed.iter().enumerate() {
                let number = query.parameters.len() + query.generated.len() + number;
                writeln!(text, "computed :{number}: {value:?}").unwrap();
            }
            for column in &query.columns {
                let null = if column.nullable { " or null" } else { "" };
                let path = column.path.join(".");
                writeln!(
                    text,
                    "column {} at {path}: {}{null}",
                    column.name, column.ty
                )
                .unwrap();
            }
            for warning in &query.warnings {
                describe_diagnostic(&mut text, warning, sql);
            }
        }
        Err(errors) => {
            for error in errors {
                describe_diagnostic(&mut text, error, sql);
            }
        }
    }
    text
}

/// A trigger: the query over its stream, and its steps.
fn describe_trigger(sql: &str) -> String {
    let (schema, errors) = read(sql);
    let defined = match &schema.triggers[..] {
        [trigger] if errors.is_empty() => {
            let tables = tables(sql, trigger.tables(sql));
            define_trigger(sql, trigger, InScope::of_tables(&tables))
        }
        _ => Err(errors),
    };
    match defined {
        Ok(defined) => {
            let mut text = describe(&Ok(defined.stream), sql);
            for warning in &defined.warnings {
                describe_diagnostic(&mut text, warning, sql);
            }
            describe_steps(&mut text, &defined.steps, "");
            text
        }
        Err(errors) => describe(&Err(errors), sql),
    }
}

fn describe_steps(text: &mut String, steps: &[Step], indent: &str) {
    let deeper = format!("{indent}  ");
    for step in steps {
        match step {
            Step::If {
                condition,
                then,
                otherwise,
            } => {
                writeln!(text, "{indent}if #{condition}").unwrap();
                describe_steps(text, then, &deeper);
                if !otherwise.is_empty() {
                    writeln!(text, "{indent}else").unwrap();
                    describe_steps(text, otherwise, &deeper);
                }
            }
            Step::Call {
                function,
                arguments,
            } => {
                let path = function.path.join(".");
                let arguments: Vec<String> = arguments
                    .iter()
                    .map(|argument| match argument {
                        Argument::Column { column, .. } => format!("#{column}"),
                        Argument::Change { after, before, .. } => {
                            format!("change with {after} and {before:?}")
                        }
                    })
                    .collect();
                writeln!(text, "{indent}call {path}({})", arguments.join(", ")).unwrap();
            }
            Step::Write(statement) => {
                writeln!(text, "{indent}{}", statement.query.command).unwrap();
                let parameters = statement.query.parameters.iter();
                for (parameter, column) in parameters.zip(&statement.parameters) {
                    writeln!(text, "{indent}with #{column} as {}", parameter.ty).unwrap();
                }
            }
        }
    }
}

fn describe_diagnostic(text: &mut String, diagnostic: &Diagnostic, sql: &str) {
    let Diagnostic {
        severity,
        code,
        message,
        span,
        label,
        notes,
        help,
    } = diagnostic;
    let severity = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let word = sql.get(span.start..span.end).unwrap_or("?");
    writeln!(text, "{severity} {code}: {message}").unwrap();
    writeln!(text, "  at {word:?}").unwrap();
    if let Some(label) = label {
        writeln!(text, "  label: {label}").unwrap();
    }
    for note in notes {
        writeln!(text, "  note: {note}").unwrap();
    }
    if let Some(help) = help {
        writeln!(text, "  help: {help}").unwrap();
    }
}

fn check(path: &Path) -> Result<(), String> {
    let before = std::fs::read_to_string(path).unwrap();
    let mut after = String::new();
    for entry in before.split(&format!("\n{RULE}\n")) {
        let sql = entry.split(&format!("\n{ARROW}\n")).next().unwrap().trim();
        if sql.is_empty() {
            continue;
        }
        let result = match sql.starts_with("CREATE TRIGGER") {
            true => describe_trigger(sql),
            false => describe(&compile(sql, &tables(sql, table_names(sql))), sql),
        };
        write!(after, "{sql}\n{ARROW}\n{result}{RULE}\n").unwrap();
    }
    if std::env::var_os("QUERYLEAF_BLESS").is_some() {
        std::fs::write(path, &after).unwrap();
        return Ok(());
    }
    let difference = before
        .lines()
        .zip(after.lines())
        .find(|(expected, found)| expected != found)
        .map(|(expected, found)| format!("expected: {expected}\n   found: {found}"));
    match difference {
        _ if before == after => Ok(()),
        Some(difference) => Err(format!("{}:\n{difference}", path.display())),
        None => Err(format!("{}: lines missing or too many", path.display())),
    }
}

#[test]
fn queries_compile_to_what_was_accepted() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    let failures: Vec<String> = files.iter().filter_map(|file| check(file).err()).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
