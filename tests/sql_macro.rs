//! What `sql!` expands to, without a server: its input forms, its rows, its parameters.

#![deny(warnings, missing_docs)]
#![allow(unused_qualifications)]
#![warn(clippy::pedantic)]
#![allow(clippy::items_after_statements)]

use queryleaf::Result;
use queryleaf::bson::{Document, doc, oid::ObjectId};
use queryleaf::prelude::*;
use queryleaf_test_models::*;

/// The filter of a query that is a `find`.
fn filter(command: Result<Document>) -> Document {
    let command = command.expect("a command");
    command.get_document("filter").cloned().unwrap_or_default()
}

#[test]
fn one_query_in_every_form() {
    let town = "Oslo";
    let expected = doc! { "address.town": { "$eq": "Oslo" }, "beds": { "$gte": 100 } };
    let literal = sql!(
        "SELECT code, beds FROM clinics WHERE address.town = :town AND beds >= 100 ORDER BY code"
    );
    let raw = sql!(
        r#"SELECT code, beds
           FROM clinics
           WHERE address.town = :town AND "beds" >= 100
           ORDER BY code"#
    );
    let adjacent = sql!(
        "SELECT code, beds FROM clinics"
        "WHERE address.town = :town AND beds >= 100"
        "ORDER BY code"
    );
    let bare = sql!(
        SELECT code, beds FROM clinics
        WHERE address.town = :town AND beds >= 100 // with room for many
        ORDER BY code
    );
    let file = sql!(file "tests/queries/busy.sql");
    let text = sql!(SELECT code, beds FROM clinics WHERE address.town = "Oslo" AND beds >= 100 ORDER BY code);
    for command in [
        literal.command(),
        raw.command(),
        adjacent.command(),
        bare.command(),
        file.command(),
    ] {
        assert_eq!(filter(command), expected);
    }
    let constant = doc! { "address.town": "Oslo", "beds": { "$gte": 100 } };
    assert_eq!(filter(text.command()), constant);
    assert_eq!(literal.columns(), ["code", "beds"]);
    assert!(file.sql().starts_with("-- The clinics"));
    assert_eq!(
        bare.sql(),
        "SELECT code, beds FROM clinics WHERE address.town = :town AND beds >= 100 ORDER BY code"
    );
}

#[test]
fn values_of_parameters() {
    let beds = 5;
    let state = State::Open;
    let captured = sql!("SELECT code FROM clinics WHERE beds > :beds AND state = :state");
    let named = sql!(
        "SELECT code FROM clinics WHERE beds > :least AND state = :wanted",
        least = beds,
        wanted = state,
    );
    let numbered = sql!(
        "SELECT code FROM clinics WHERE beds > $1 AND state = $2",
        2 + 3,
        &state
    );
    let bare = sql!(SELECT code FROM clinics WHERE beds > $1 AND state = $2; beds, Some(state));
    let mixed = sql!(SELECT code FROM clinics WHERE beds > :beds AND state = :s; s = State::Open);
    let expected = doc! { "beds": { "$gt": 5 }, "state": { "$eq": "open" } };
    for command in [
        captured.command(),
        named.command(),
        numbered.command(),
        bare.command(),
        mixed.command(),
    ] {
        assert_eq!(filter(command), expected);
    }
}

#[test]
fn lists_and_keywords() {
    let r#type = vec![State::Open, State::ClosedForRepair];
    let in_list = sql!("SELECT code FROM clinics WHERE state IN (:type)");
    assert_eq!(
        filter(in_list.command()),
        doc! { "state": { "$in": ["open", "closed_for_repair"] } }
    );
    let urgency = Urgency::High;
    let clinics = [ObjectId::from_bytes([7; 12])];
    let visits = sql!("SELECT at FROM visits WHERE urgency = :urgency AND clinic IN (:clinics)");
    assert_eq!(
        filter(visits.command()),
        doc! { "urgency": { "$eq": 10 }, "clinic": { "$in": [clinics[0]] } }
    );
}

/// Nothing that is in scope where a query stands gets in its way, nor the other way round.
#[test]
fn names_around_a_query() {
    #[allow(dead_code)]
    struct Row(i32);
    let clinics = 3;
    let (value0, reached0, parameters, row) = (10, 20, 30, 40);
    fn threshold(_: &Row) -> i32 {
        7
    }
    let query = sql!(
        "SELECT state FROM clinics WHERE beds > $1 AND beds < $2 AND beds <> $3 AND state = $4",
        value0 + clinics,
        threshold(&Row(1)) + reached0 + parameters + row,
        value0,
        State::Open
    );
    assert_eq!(query.columns(), ["state"]);
    let command = format!("{:?}", query.command());
    assert!(
        command.contains("13") && command.contains("97"),
        "{command}"
    );
}

mod renamed {
    pub(crate) use queryleaf_test_models::clinics as houses;
}

#[test]
fn paths_and_other_names() {
    use queryleaf_test_models::visits as calls;
    let by_path = sql!("SELECT h.code, h.state FROM renamed.houses AS h WHERE h.beds > 1");
    assert_eq!(by_path.columns(), ["code", "state"]);
    let by_crate = sql!("SELECT code FROM queryleaf_test_models.clinics");
    assert_eq!(by_crate.columns(), ["code"]);
    let by_name = sql!("SELECT calls.at FROM calls");
    assert_eq!(by_name.columns(), ["at"]);
}

/// A struct of a function, with a type of its own and one that is not public.
#[test]
fn a_local_collection() {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, SqlEnum)]
    enum Color {
        Red,
        Green,
    }
    #[derive(Debug, Serialize, Deserialize, Collection)]
    #[leaf(name = "balloons")]
    struct Balloon {
        color: Color,
        at: Option<Place>,
        r#type: String,
        #[leaf(as = "text")]
        from: std::path::PathBuf,
    }
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Embedded)]
    struct Place {
        floor: i32,
    }
    let color = Color::Green;
    let from = "/home/ada";
    let query = sql!(
        "SELECT color, at, at.floor, type, balloons.from FROM balloons WHERE color = :color AND balloons.from = :from"
    );
    assert_eq!(query.columns(), ["color", "at", "floor", "type", "from"]);
    assert_eq!(
        filter(query.command()),
        doc! { "color": { "$eq": "Green" }, "from": { "$eq": "/home/ada" } }
    );
    let _ = Balloon {
        color: Color::Red,
        at: None,
        r#type: String::new(),
        from: from.into(),
    };
}

/// A row that was never fetched has the types that it would have.
#[allow(dead_code)]
async fn rows_have_types(database: &queryleaf::mongodb::Database) -> Result<()> {
    let rows = sql!("SELECT code, beds, state, address, address.post_code FROM clinics")
        .fetch_all(database)
        .await?;
    for row in rows {
        let _: String = row.code;
        let _: i32 = row.beds;
        let _: State = row.state;
        let _: Address = row.address;
        let _: Option<String> = row.post_code;
    }
    let visit = sql!("SELECT * FROM visits").fetch_one(database).await?;
    let _: ObjectId = visit._id;
    let _: Urgency = visit.urgency;
    let _: Option<Address> = visit.home.clone();
    let _: &Vec<Treatment> = &visit.treatments;
    assert_eq!(visit.clone(), visit);
    serialized(&visit);
    let beds: i64 = sql!("SELECT beds FROM clinics LIMIT 1")
        .fetch_scalar(database)
        .await?;
    let state: State = sql!("SELECT state FROM clinics LIMIT 1")
        .fetch_scalar(database)
        .await?;
    let _ = (beds, state);

    #[derive(Debug)]
    struct Summary<T> {
        code: String,
        beds: T,
        condition: Option<State>,
    }
    let summaries = sql!(as Summary<i64>, "SELECT code, beds, state AS condition FROM clinics")
        .fetch_all(database)
        .await?;
    for Summary {
        code,
        beds,
        condition,
    } in summaries
    {
        let _: (String, i64, Option<State>) = (code, beds, condition);
    }
    Ok(())
}

fn serialized<T: Serialize + std::fmt::Debug>(_: &T) {}
