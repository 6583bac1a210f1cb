//! Rows of `sql!` over several collections: the types that the structs declare, `Option` where an
//! outer join may have found nothing, both forms of the macro.

use queryleaf::prelude::*;
use queryleaf_test_models::{Address, Clinic, State, Urgency, Visit, clinics, visits};

fn clinic(code: &str, town: &str, state: State) -> Clinic {
    Clinic {
        id: ObjectId::new(),
        code: code.to_owned(),
        beds: 40,
        address: Address {
            street: "Main Street 1".to_owned(),
            town: town.to_owned(),
            post_code: None,
        },
        state,
    }
}

fn visit(clinic: ObjectId, day: i64, urgency: Urgency, home: Option<Address>) -> Visit {
    Visit {
        id: ObjectId::new(),
        clinic,
        at: DateTime::from_millis(day * 86_400_000),
        urgency,
        home,
        treatments: Vec::new(),
    }
}

/// Two clinics, one of which nobody has visited, and a visit to a third one that is gone.
async fn town() -> mongodb::Database {
    let db = queryleaf_testkit::database().await;
    let north = clinic("N", "Oslo", State::Open);
    let south = clinic("S", "Bergen", State::ClosedForRepair);
    let visited = [
        visit(north.id, 1, Urgency::Low, Some(north.address.clone())),
        visit(north.id, 2, Urgency::High, None),
        visit(ObjectId::new(), 3, Urgency::Medium, None),
    ];
    let stored = db.collection::<Clinic>("clinics");
    stored.insert_many([north, south]).await.unwrap();
    let stored = db.collection::<Visit>("visits");
    stored.insert_many(visited).await.unwrap();
    db
}

#[tokio::test]
async fn columns_of_an_inner_join_are_as_declared() {
    let db = town().await;
    let rows = sql!(
        "SELECT c.code, c.state, c.address, v.urgency, v.home
         FROM visits v JOIN clinics c ON c._id = v.clinic ORDER BY v.at"
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let states: Vec<State> = rows.iter().map(|row| row.state).collect();
    let urgencies: Vec<Urgency> = rows.iter().map(|row| row.urgency).collect();
    assert_eq!(states, [State::Open, State::Open]);
    assert_eq!(urgencies, [Urgency::Low, Urgency::High]);
    let address: &Address = &rows[0].address;
    assert_eq!(rows[0].home.as_ref(), Some(address));
    assert_eq!(rows[1].home, None);
}

#[tokio::test]
async fn what_an_outer_join_may_not_find_is_an_option() {
    let db = town().await;
    let least = Urgency::Medium;
    let rows = sql!(
        SELECT v.urgency, c.state, c.address, c.beds
        FROM visits v LEFT JOIN clinics c ON c._id = v.clinic
        WHERE v.urgency >= :least ORDER BY v.at
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let found: Vec<(Urgency, Option<State>, Option<i32>)> = rows
        .iter()
        .map(|row| (row.urgency, row.state, row.beds))
        .collect();
    assert_eq!(
        found,
        [
            (Urgency::High, Some(State::Open), Some(40)),
            (Urgency::Medium, None, None),
        ]
    );
    let address: &Option<Address> = &rows[1].address;
    assert_eq!(*address, None);
}

#[tokio::test]
async fn derived_tables_keep_the_types_of_their_columns() {
    let db = town().await;
    let rows = sql!(
        "WITH counted AS (SELECT clinic, MAX(urgency) AS worst, COUNT(*) AS n FROM visits GROUP BY clinic)
         SELECT c.code, t.worst, t.n, (SELECT MAX(v.at) FROM visits v WHERE v.clinic = c._id) AS last
         FROM clinics c LEFT JOIN counted t ON t.clinic = c._id ORDER BY c.code"
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.code.as_str(), row.worst, row.n, row.last))
        .collect();
    assert_eq!(
        found,
        [
            (
                "N",
                Some(Urgency::High),
                Some(2),
                Some(DateTime::from_millis(2 * 86_400_000))
            ),
            ("S", None, None, None),
        ]
    );
}

#[tokio::test]
async fn a_session_sees_the_same_rows() {
    let db = town().await;
    let mut session = db.client().start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let towns = ["Oslo", "Bergen"];
    let query = sql!(
        "SELECT c.code FROM clinics c
         WHERE c.address.town IN (:towns) AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.clinic = c._id)"
    );
    let rows = query
        .fetch_all(queryleaf::with_session(&db, &mut session))
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].code, "S");
    session.commit_transaction().await.unwrap();
}

#[tokio::test]
async fn few_partners_are_read_together() {
    #[derive(Serialize, Deserialize, Collection)]
    #[leaf(name = "stays")]
    struct Stay {
        #[leaf(few)]
        clinic: ObjectId,
        days: i32,
    }

    let db = town().await;
    let north: Clinic = sql!(as Clinic, "SELECT * FROM clinics WHERE code = 'N'")
        .fetch_one(&db)
        .await
        .unwrap();
    let stays = [3, 7].map(|days| Stay {
        clinic: north.id,
        days,
    });
    sql!("INSERT INTO stays VALUES (:stays)")
        .execute(&db)
        .await
        .unwrap();
    let query = sql!(
        "SELECT c.code, (SELECT COUNT(*) FROM stays s WHERE s.clinic = c._id) AS stays,
                (SELECT MAX(s.days) FROM stays s WHERE s.clinic = c._id) AS longest
         FROM clinics c ORDER BY c.code"
    );
    let stages = query.pipeline().unwrap();
    let mut lookups = stages
        .iter()
        .filter_map(|stage| stage.get_document("$lookup").ok());
    assert!(!lookups.next().unwrap().contains_key("pipeline"));
    let rows = query.fetch_all(&db).await.unwrap();
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.code.as_str(), row.stays, row.longest))
        .collect();
    assert_eq!(found, [("N", 2, Some(7)), ("S", 0, None)]);
}
