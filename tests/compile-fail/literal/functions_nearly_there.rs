use queryleaf::prelude::*;
use queryleaf_test_models::*;

fn main() {
    let _ = sql!("SELECT ARRAY_FILL(beds, ARRAY[2], ARRAY[0]) AS a FROM clinics");
    let _ = sql!("SELECT ARRAY_FILL(beds, ARRAY[2, 3]) AS a FROM clinics");
    let _ = sql!("SELECT DATE_TRUNC('day', at, 'Europe/Berlyn') AS a FROM visits");
    let _ = sql!("SELECT FORMAT('%d beds', beds) AS a FROM clinics");
    let _ = sql!("SELECT FORMAT('%*s', code, beds) AS a FROM clinics");
    let _ = sql!("SELECT WIDTH_BUCKET(beds, ARRAY[10, NULL]) AS a FROM clinics");
    let _ = sql!("SELECT REGEXP_MATCHES(code, '[0-9]', 'g') AS a FROM clinics");
    let _ = sql!("SELECT t.key, t.n FROM visits v, jsonb_each(v.treatments[1].readings) WITH ORDINALITY AS t(key, value, n)");
    let _ = sql!("SELECT v.treatments[1].readings #- ARRAY[v.treatments[1].shortName] AS a FROM visits v");
}
