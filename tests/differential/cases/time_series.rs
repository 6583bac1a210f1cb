//! `generate_series` of times, and of numbers that are parameters.

use super::queries;
use crate::case::{Case, case, refused};
use crate::value::Value;
use queryleaf_compiler::Code;

pub fn cases() -> Vec<Case> {
    let mut cases = queries(&[
        // Steps of a fixed length, up and down, over the beginning of 1970.
        "SELECT d FROM generate_series(DATE '2024-02-20', DATE '2024-03-11', INTERVAL '1 day') AS d",
        "SELECT d, to_char(d, 'YYYY-MM-DD HH24:MI') AS t FROM generate_series(TIMESTAMP '1969-12-31 12:00:00.5', \
         TIMESTAMP '1970-01-02 01:00', INTERVAL '90 minutes') AS d",
        "SELECT d FROM generate_series(TIMESTAMP '2024-03-01', TIMESTAMP '2024-02-20', INTERVAL '-2 days') AS d",
        "SELECT d FROM generate_series(TIMESTAMP '2024-03-01', TIMESTAMP '2024-02-20', INTERVAL '2 days') AS d",
        "SELECT d FROM generate_series(TIMESTAMP '2024-03-01', TIMESTAMP '2024-03-01', INTERVAL '-2 days') AS d",
        "SELECT d FROM generate_series(TIMESTAMP '2024-03-01', TIMESTAMP '2024-03-01 23:59', '1 day') AS d",
        "SELECT d FROM generate_series(NULL::timestamp, TIMESTAMP '2024-01-01', INTERVAL '1 day') AS d",
        // Of months.
        "SELECT d FROM generate_series(DATE '1969-01-28', DATE '1970-02-27', INTERVAL '1 month') AS d",
        "SELECT d FROM generate_series(DATE '2024-01-01', DATE '2026-01-01', INTERVAL '3 months') AS d",
        "SELECT d FROM generate_series(DATE '2024-03-28', DATE '2023-11-29', INTERVAL '-1 month') AS d",
        "SELECT d FROM generate_series(DATE '2024-01-15', DATE '2020-01-14', INTERVAL '-1 year') AS d",
        "SELECT d FROM generate_series(DATE '2024-01-15', DATE '2024-01-14', INTERVAL '1 month') AS d",
        // From the row before.
        "SELECT l._id, d FROM legs l, generate_series(l.started, l.ended, INTERVAL '1 day') AS d",
        "SELECT l._id, d FROM legs l LEFT JOIN generate_series(l.started, l.ended, INTERVAL '36 hours') AS d ON TRUE",
        "SELECT l._id, d::date AS d FROM legs l, generate_series(date_trunc('month', l.started), l.ended, INTERVAL '1 month') AS d",
        "SELECT l._id, d FROM legs l, generate_series(date_trunc('month', l.ended), l.started, INTERVAL '-1 month') AS d",
        "SELECT l._id, d, n FROM legs l, generate_series(l.ended, l.started, INTERVAL '-1 day') WITH ORDINALITY AS g(d, n) \
         WHERE d > '2024-02-25'",
        "SELECT l._id, COUNT(*) AS n, MAX(d) AS last FROM legs l, generate_series(l.day, l.ended, INTERVAL '12 hours') AS d GROUP BY l._id",
        // What they are for: rows for the times that have none.
        "SELECT d::date AS day, COUNT(l._id) AS n FROM generate_series(DATE '2024-02-18', DATE '2024-03-11', INTERVAL '1 day') AS d \
         LEFT JOIN legs l ON l.day = d::date GROUP BY d",
        "SELECT d, (SELECT COUNT(*) FROM legs l WHERE l.day = d) AS n FROM generate_series(DATE '2024-02-20', DATE '2024-02-28', INTERVAL '1 day') AS d",
        "WITH days AS (SELECT d::date AS day FROM generate_series((SELECT MIN(day) FROM legs), (SELECT MAX(day) FROM legs), INTERVAL '1 day') AS d) \
         SELECT day, COUNT(l._id) AS n, SUM(l.minutes) AS m FROM days LEFT JOIN legs l USING (day) GROUP BY day",
        "SELECT m, COUNT(s.number) AS n FROM generate_series(date_trunc('month', TIMESTAMP '2023-05-15') - INTERVAL '11 months', \
         TIMESTAMP '2024-05-15', INTERVAL '1 month') AS m LEFT JOIN shipments s ON date_trunc('month', s.booked_at) = m GROUP BY m",
    ]);
    cases.push(
        case("SELECT d, COUNT(l._id) AS n FROM generate_series(:from, :to, INTERVAL '1 day') AS d LEFT JOIN legs l ON l.day = d GROUP BY d ORDER BY d")
            .with("from", Value::timestamp("2024-02-18 00:00:00"))
            .with("to", Value::timestamp("2024-03-02 12:00:00"))
            .ordered(),
    );
    for number in [Value::Integer(4), Value::Integer(0), Value::Null] {
        for sql in [
            "SELECT n FROM generate_series(1, :n) AS n",
            "SELECT n FROM generate_series(:n, 3) AS n",
            "SELECT n FROM generate_series(3, :n, -1) AS n",
        ] {
            cases.push(case(sql).with("n", number.clone()));
        }
    }
    cases.push(
        case("SELECT d FROM generate_series(DATE '2024-02-20', DATE '2024-03-11', INTERVAL '0 days') AS d")
            .fails(),
    );
    for sql in [
        "SELECT d FROM generate_series(DATE '2024-01-31', DATE '2024-06-11', INTERVAL '1 month') AS d",
        "SELECT l._id, d FROM legs l, generate_series(l.started, l.ended, INTERVAL '1 month') AS d",
        "SELECT l._id, d FROM legs l, generate_series(l.started, l.ended, INTERVAL '1 month 1 day') AS d",
        "SELECT number, d FROM shipments, generate_series(booked_at, landed_at, patience) AS d",
    ] {
        cases.push(refused(Code::Unsupported, sql));
    }
    cases
}
