use crate::definition::read;
use crate::diagnostic::Code;
use crate::{InScope, Table};
use std::sync::Arc;

const BODY: &str = "BEGIN
        CASE change.operation_type
            WHEN 'insert', 'replace' THEN
                CALL parcels.announce(change, CASE WHEN change.full_document.weight > 5 THEN 'a' END);
                INSERT INTO log (text) VALUES (CASE WHEN TRUE THEN ';' END);
            WHEN 'update' THEN
                IF change.changed_fields CONTAINS 'weight' THEN
                    UPDATE scales SET used = used + 1 WHERE name = change.full_document.scale;
                ELSIF TRUE THEN
                    NULL;
                ELSE
                    DELETE FROM log WHERE text = ''
                END IF;
            ELSE NULL;
        END CASE;
        CALL done();
    END";

/// The message of the only error, and the word that it is about.
fn error(sql: &str) -> (String, &str) {
    let (_, errors) = read(sql);
    let [error] = &errors[..] else {
        panic!("{errors:?}");
    };
    (
        error.message.clone(),
        &sql[error.span.start..error.span.end],
    )
}

fn in_body(statements: &str) -> String {
    format!("CREATE TRIGGER t ON CHANGE STREAM parcels FOR EACH CHANGE AS BEGIN {statements} END;")
}

#[test]
fn bodies_keep_their_semicolons() {
    let sql = format!(
        "CREATE TABLE log (text TEXT);
        CREATE TRIGGER weighed ON CHANGE STREAM shop.parcels FOR EACH CHANGE AS {BODY};
        CREATE TRIGGER again ON CHANGE STREAM parcels FOR EACH CHANGE {BODY};
        CREATE TABLE scales (name TEXT)"
    );
    let (schema, errors) = read(&sql);
    assert_eq!(errors, []);
    assert_eq!(schema.tables.len(), 2);
    let names: Vec<&str> = schema.triggers.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["weighed", "again"]);
    let tables = schema.triggers[0].tables(&sql);
    let paths: Vec<String> = tables.iter().map(|table| table.path.join(".")).collect();
    assert_eq!(paths, ["shop.parcels", "log", "scales"]);
    let places: Vec<&str> = tables
        .iter()
        .flat_map(|table| &table.spans)
        .map(|span| &sql[span.start..span.end])
        .collect();
    assert_eq!(places, ["shop", "parcels", "log", "scales"]);
}

#[test]
fn triggers_of_tables() {
    let sql = "CREATE TRIGGER t AFTER INSERT OR UPDATE OF weight, size.depth OR DELETE ON parcels
        FOR EACH ROW WHEN (NEW.weight > 5) EXECUTE FUNCTION weigh()";
    assert_eq!(read(sql).1, []);
    let short = "CREATE TRIGGER t AFTER UPDATE ON parcels FOR ROW EXECUTE PROCEDURE weigh()";
    assert_eq!(read(short).1, []);
    for (sql, message, word) in [
        (
            "CREATE TRIGGER t BEFORE INSERT ON parcels FOR EACH ROW EXECUTE FUNCTION f()",
            "a trigger runs behind what it reacts to",
            "BEFORE",
        ),
        (
            "CREATE TRIGGER t AFTER INSERT ON parcels FOR EACH STATEMENT EXECUTE FUNCTION f()",
            "a trigger for each statement",
            "STATEMENT",
        ),
        (
            "CREATE TRIGGER t AFTER TRUNCATE ON parcels FOR EACH ROW EXECUTE FUNCTION f()",
            "a trigger of `TRUNCATE`",
            "TRUNCATE",
        ),
        (
            "CREATE TRIGGER t AFTER INSERT ON parcels FOR EACH ROW EXECUTE FUNCTION f('x')",
            "an argument of a trigger's function",
            "'x'",
        ),
        (
            "CREATE TRIGGER t ON CHANGE STREAM parcels FOR EACH ROW AS BEGIN END",
            "a stream has changes, not rows",
            "FOR EACH ROW",
        ),
        (
            "CREATE TRIGGER t ON parcels FOR EACH ROW EXECUTE FUNCTION f()",
            "expected `CHANGE STREAM`, found `parcels`",
            "parcels",
        ),
    ] {
        assert_eq!(error(sql), (message.to_owned(), word), "{sql}");
    }
}

#[test]
fn mistakes_in_bodies() {
    for (statements, message, word) in [
        (
            "IF TRUE THEN CALL f(); ELSE CALL g();",
            "expected `END IF`, found `END`",
            "END",
        ),
        (
            "IF TRUE CALL f(); END IF;",
            "expected `THEN`, found `;`",
            ";",
        ),
        (
            "IF THEN CALL f(); END IF;",
            "expected a condition, found `THEN`",
            "THEN",
        ),
        (
            "CASE WHEN TRUE THEN CALL f(); ELSE NULL; END IF; END CASE;",
            "expected `END CASE`, found `END IF`",
            "END",
        ),
        (
            "CASE change.operation_type ELSE NULL; END CASE;",
            "expected `WHEN`, found `;`",
            ";",
        ),
        (
            "CASE WHEN TRUE, FALSE THEN NULL; ELSE NULL; END CASE;",
            "a list of conditions",
            ",",
        ),
        (
            "ELSIF TRUE THEN NULL;",
            "`ELSIF` without an `IF` or a `CASE`",
            "ELSIF",
        ),
        ("CALL f() CALL g();", "expected `;`, found `CALL`", "CALL"),
        ("CALL f(1 2;", "expected `,` or `)`, found `;`", ";"),
        ("CALL shop::f();", "expected `(`, found `::`", "::"),
        ("CALL f;", "expected `(`, found `;`", ";"),
        (
            "SELECT 1;",
            "a query in a trigger, where nothing takes its rows",
            "SELECT",
        ),
        ("COMMIT;", "`COMMIT` in a trigger", "COMMIT"),
        (
            "RETURN NEW;",
            "`RETURN` begins no statement of a trigger",
            "RETURN",
        ),
    ] {
        let sql = in_body(statements);
        assert_eq!(error(&sql), (message.to_owned(), word), "{statements}");
    }
}

#[test]
fn a_case_needs_an_else() {
    let sql = in_body("CASE WHEN TRUE THEN CALL f(); END CASE;");
    let (schema, errors) = read(&sql);
    assert_eq!(errors, []);
    let errors =
        super::define_trigger(&sql, &schema.triggers[0], InScope::of_tables(&[])).unwrap_err();
    assert_eq!(errors[0].code, Code::MissingElse);
    assert_eq!(&sql[errors[0].span.start..errors[0].span.end], "CASE");
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| {
        in_body(&format!(
            "{}NULL;{}",
            "IF TRUE THEN ".repeat(depth),
            " END IF;".repeat(depth)
        ))
    };
    assert_eq!(read(&nested(16)).1, []);
    let (_, errors) = read(&nested(17));
    assert_eq!(errors[0].code, Code::TooComplex);
    // Statements in a row are not nested.
    let row = "CASE WHEN TRUE THEN IF TRUE THEN NULL; END IF; ELSE NULL; END CASE; ".repeat(200);
    assert_eq!(read(&in_body(&row)).1, []);
}

#[test]
fn any_cut_of_a_trigger_gives_an_answer() {
    let sql =
        format!("CREATE TRIGGER t ON CHANGE STREAM parcels FOR EACH CHANGE AS {BODY}; SELECT");
    for (end, _) in sql.char_indices() {
        let (schema, _) = read(&sql[..end]);
        for trigger in &schema.triggers {
            let _ = trigger.tables(&sql[..end]);
            let _ = super::define_trigger(&sql[..end], trigger, InScope::of_tables(&[]));
        }
    }
}

/// What is said of a trigger of `parcels` with this body.
fn defined(statements: &str) -> Result<(), Vec<String>> {
    let tables = read(
        "CREATE TABLE parcels (_id BIGINT NOT NULL, number BIGINT NOT NULL, pieces INTEGER NOT NULL, at TIMESTAMP);
         CREATE TABLE journal (parcel BIGINT NOT NULL, at TIMESTAMP)",
    );
    let tables: Vec<Table> = tables
        .0
        .tables
        .into_iter()
        .map(|table| table.collection)
        .map(|collection| Table {
            name: vec![collection.name.clone()],
            collection: Arc::new(collection),
        })
        .collect();
    let sql = in_body(statements);
    let (schema, errors) = read(&sql);
    assert_eq!(errors, [], "{statements}");
    let defined = super::define_trigger(&sql, &schema.triggers[0], InScope::of_tables(&tables));
    defined
        .map(|_| ())
        .map_err(|errors| errors.into_iter().map(|error| error.message).collect())
}

#[test]
fn a_trigger_does_not_react_to_itself_without_end() {
    let insert =
        "INSERT INTO parcels (_id, number, pieces) VALUES (change.full_document.number, 1, 2);";
    let count = "UPDATE parcels SET pieces = pieces + 1 WHERE _id = change.document_key._id;";
    let other = "UPDATE parcels SET at = CURRENT_TIMESTAMP, pieces = 1 WHERE number = change.full_document.number;";
    let note = "UPDATE parcels SET at = CURRENT_TIMESTAMP;";
    let all: &[(&str, &[&str])] = &[("insert", &[insert]), ("update", &[count, note, other])];
    for (kind, statements) in all {
        for statement in *statements {
            let endless = format!("an `{}` for each {kind}", kind.to_uppercase());
            for body in [
                (*statement).to_owned(),
                format!("IF TRUE THEN {statement} END IF;"),
                format!("IF change.operation_type = '{kind}' THEN {statement} END IF;"),
                format!("IF change.operation_type = 'delete' THEN NULL; ELSE {statement} END IF;"),
                format!(
                    "CASE change.operation_type WHEN 'replace' THEN NULL; WHEN 'delete', '{kind}' THEN {statement} ELSE NULL; END CASE;"
                ),
            ] {
                let errors = defined(&body).expect_err(&body);
                assert!(
                    matches!(&errors[..], [error] if error.starts_with(&endless)),
                    "{body}: {errors:?}"
                );
            }
            let other = if *kind == "insert" {
                "update"
            } else {
                "insert"
            };
            for body in [
                format!("IF change.operation_type = '{other}' THEN {statement} END IF;"),
                format!("IF change.full_document.pieces < 5 THEN {statement} END IF;"),
                format!("IF change.operation_type = '{kind}' THEN NULL; ELSE {statement} END IF;"),
                format!(
                    "IF change.operation_type = '{kind}' AND change.full_document.number > 1 THEN {statement} END IF;"
                ),
                format!(
                    "CASE change.operation_type WHEN 'delete' THEN {statement} ELSE NULL; END CASE;"
                ),
            ] {
                assert_eq!(defined(&body), Ok(()), "{body}");
            }
        }
    }
    for ends in [
        "INSERT INTO journal (parcel, at) VALUES (change.full_document.number, CURRENT_TIMESTAMP);",
        "UPDATE journal SET at = CURRENT_TIMESTAMP;",
        // The second time nothing is changed.
        "UPDATE parcels SET pieces = 5 WHERE _id = change.document_key._id;",
        "UPDATE parcels SET at = CURRENT_TIMESTAMP WHERE at IS NULL;",
        "DELETE FROM parcels WHERE number = 5;",
        "INSERT INTO parcels (_id, number, pieces) SELECT 0, 1, 2 FROM journal WHERE parcel = 5;",
    ] {
        assert_eq!(defined(ends), Ok(()), "{ends}");
    }
}
