//! What QueryLeaf sends against what an expert would: the same rows, the same indexes, and no more
//! keys and documents examined. The shapes are in `tests/shapes`; the bench `plans` times them.

use queryleaf::mongodb::Database;
use queryleaf_test_shapes::{Shape, compile, data, explain, fetch, shapes, work};

/// How many times as much as the expert's command may be examined.
const TIMES: f64 = 1.1;

/// And how much more in any case: looking one key further is no other plan.
const MORE: i64 = 12;

#[tokio::test]
async fn plans_are_those_of_an_expert() {
    let database = queryleaf_testkit::database().await;
    data::load(&database).await.unwrap();
    let mut count = 0;
    let mut worse = Vec::new();
    for shape in shapes::all().into_iter().flat_map(|(_, shapes)| shapes) {
        count += 1;
        if let Err(message) = check(&database, shape).await {
            worse.push(format!("{}\n    {}\n    {message}", shape.name, shape.sql));
        }
    }
    assert!(count >= 60, "{count} shapes");
    assert!(
        worse.is_empty(),
        "{} of {count} shapes:\n{}",
        worse.len(),
        worse.join("\n")
    );
}

async fn check(database: &Database, shape: &Shape) -> Result<(), String> {
    let compiled = compile(shape)?;
    let context = |error| format!("{error}: {}", compiled.own);
    let own = fetch(database, &compiled.own).await.map_err(context)?;
    let expert = fetch(database, &compiled.expert).await.map_err(context)?;
    let (own, expert) = (
        compiled.own_rows(shape, &own),
        compiled.expert_rows(shape, &expert),
    );
    if own != expert {
        let differ = own
            .iter()
            .zip(&expert)
            .position(|(own, expert)| own != expert);
        let at = differ.unwrap_or(own.len().min(expert.len()));
        return Err(format!(
            "{} rows, the expert's {}; the first that differ: {:?}, {:?}",
            own.len(),
            expert.len(),
            own.get(at),
            expert.get(at),
        ));
    }
    let own = explain(database, &compiled.own).await.map_err(context)?;
    let own = work(&own);
    let expert = explain(database, &compiled.expert).await.map_err(context)?;
    let expert = work(&expert);
    for &index in shape.indexes {
        if !expert.indexes.contains(index) {
            return Err(format!("the expert does not use {index}: {expert:?}"));
        }
    }
    let allowed = |expert: i64, times: f64| (expert as f64 * times) as i64 + MORE;
    let (examined, of_expert) = (own.keys + own.documents, expert.keys + expert.documents);
    let fits = match shape.exception {
        Some(bound) => examined <= allowed(of_expert, bound.times),
        None => {
            shape
                .indexes
                .iter()
                .all(|&index| own.indexes.contains(index))
                && own.documents <= allowed(expert.documents, TIMES)
                && examined <= allowed(of_expert, TIMES)
        }
    };
    if !fits {
        return Err(format!(
            "{own:?}, the expert {expert:?}; {:?}\n    {}",
            shape.exception, compiled.own
        ));
    }
    Ok(())
}
