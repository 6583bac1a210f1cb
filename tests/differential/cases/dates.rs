//! Timestamps, dates and intervals.

use super::{conditions, queries, values};
use crate::case::{Case, case};
use crate::value::Value;

pub fn cases() -> Vec<Case> {
    let mut cases = fields();
    cases.extend(arithmetic());
    cases.extend(texts());
    cases.extend(intervals());
    cases.extend(others());
    cases.extend(zones());
    cases
}

/// What `date_trunc` cuts a moment to.
const UNITS: [&str; 12] = [
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "decade",
    "century",
    "millennium",
];

/// Zones that set their clocks at midnight, in other steps than hours, or once had odd seconds.
fn zones() -> Vec<Case> {
    let mut list = Vec::new();
    for unit in UNITS {
        for zone in ["Europe/Berlin", "america/havana", "Asia/Kolkata", "UTC"] {
            list.push(format!("date_trunc('{unit}', moment, '{zone}')"));
        }
        list.push(format!(
            "date_trunc('{unit}', maybe_moment, 'Europe/Amsterdam')"
        ));
    }
    for (zone, change) in [
        ("America/Havana", "2023-03-12 05:00"),
        ("America/Havana", "2023-11-05 05:00"),
        ("America/Sao_Paulo", "2018-11-04 03:00"),
        ("America/Sao_Paulo", "2019-02-17 02:00"),
        ("Asia/Beirut", "2024-03-30 22:00"),
        ("Asia/Beirut", "2023-10-28 21:00"),
        ("Australia/Lord_Howe", "2024-04-06 15:00"),
        ("Europe/Berlin", "1916-09-30 23:00"),
        ("Europe/Dublin", "2024-03-31 01:00"),
        ("Pacific/Apia", "2011-12-30 10:00"),
    ] {
        for unit in ["hour", "day", "week", "month"] {
            for step in ["7 minutes", "5 hours", "1 day"] {
                list.push(format!(
                    "date_trunc('{unit}', TIMESTAMPTZ '{change}+00' + INTERVAL '{step}' * small, '{zone}')"
                ));
            }
        }
        list.push(format!(
            "date_trunc('day', (TIMESTAMPTZ '{change}+00' + INTERVAL '11 minutes' * small), '{zone}') AT TIME ZONE '{zone}'"
        ));
        list.push(format!("maybe_moment AT TIME ZONE '{zone}'"));
        list.push(format!("maybe_moment::timestamp AT TIME ZONE '{zone}'"));
        for step in ["7 minutes", "3 hours", "1 day"] {
            list.push(format!(
                "(date_trunc('minute', TIMESTAMPTZ '{change}+00', 'UTC')::timestamp + INTERVAL '{step}' * small) \
                 AT TIME ZONE '{zone}'"
            ));
        }
        list.push(format!(
            "date_trunc('day', date_trunc('hour', TIMESTAMPTZ '{change}+00' + INTERVAL '3 hours' * maybe_small, 'UTC') \
             AT TIME ZONE '{zone}') AT TIME ZONE '{zone}'"
        ));
        list.push(format!(
            "make_timestamptz(2024, 3 + abs(small) % 9, 1, 2, 30, 0, '{zone}')"
        ));
    }
    list.push("TIMESTAMP '2024-10-27 02:30' AT TIME ZONE 'Europe/Berlin'".to_owned());
    list.push("(born + INTERVAL '1 day') AT TIME ZONE 'America/New_York'".to_owned());
    list.push("moment::timestamp AT TIME ZONE 'UTC'".to_owned());
    list.push("'2024-07-01'::timestamp AT TIME ZONE 'Europe/Berlin'".to_owned());
    list.push("date_trunc('day', maybe_born, 'Asia/Kolkata')".to_owned());
    list.push("date_trunc('day', moment::timestamp, 'Asia/Kolkata')".to_owned());
    let mut cases = values("measures", &list);
    cases.extend(queries(&[
        "SELECT date_trunc('month', maybe_moment, 'America/New_York') AS month, COUNT(*) AS n FROM measures GROUP BY month",
        "SELECT _id FROM measures WHERE date_trunc('day', moment, 'Europe/Berlin') >= '2000-01-01'",
        "SELECT _id FROM measures WHERE moment >= TIMESTAMP '2000-01-01' AT TIME ZONE 'Europe/Berlin'",
    ]));
    cases
}

const FIELDS: &[&str] = &[
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "millisecond",
    "milliseconds",
    "microseconds",
    "quarter",
    "week",
    "dow",
    "isodow",
    "doy",
    "isoyear",
    "decade",
    "century",
    "millennium",
    "epoch",
];

fn fields() -> Vec<Case> {
    let mut list = Vec::new();
    for field in FIELDS {
        if *field != "millisecond" {
            list.push(format!("EXTRACT({field} FROM moment)"));
            list.push(format!("date_part('{field}', maybe_moment)"));
        }
        let has_no_date = ["hour", "minute", "second", "milli", "micro"];
        if !has_no_date.iter().any(|name| field.starts_with(name)) {
            list.push(format!("EXTRACT({field} FROM maybe_born)"));
        }
    }
    for unit in UNITS {
        list.push(format!("date_trunc('{unit}', moment)"));
        list.push(format!("date_trunc('{unit}', maybe_born)"));
    }
    let mut cases = values("measures", &list);
    cases.extend(conditions(
        "measures",
        &[
            "EXTRACT(YEAR FROM moment) = 2024",
            "EXTRACT(YEAR FROM maybe_moment) = 2024",
            "EXTRACT(YEAR FROM maybe_moment) <> 2024",
            "EXTRACT(YEAR FROM maybe_moment) >= 2020",
            "EXTRACT(YEAR FROM maybe_born) < 1970",
            "EXTRACT(YEAR FROM moment) IN (1970, 2024)",
            "EXTRACT(YEAR FROM moment) BETWEEN 1970 AND 2020",
            "EXTRACT(MONTH FROM maybe_moment) = 2",
            "EXTRACT(DAY FROM born) > 28",
            "date_trunc('month', maybe_moment) = '2024-02-01'",
            "date_trunc('year', moment) >= '2000-01-01'",
            "moment::date = '2024-02-29'",
            "maybe_moment::date <> '2024-02-29'",
            "date_trunc('day', maybe_moment) < '2000-01-01'",
        ],
    ));
    cases
}

fn arithmetic() -> Vec<Case> {
    let mut list = Vec::new();
    for interval in [
        "1 day",
        "-1 month",
        "1 year",
        "3 months 2 days",
        "1 week",
        "36 hours",
        "1.5 seconds",
        "-1 year 13 months",
        "1 day -24:00:00",
        "10 milliseconds",
        "1 mon 1 day 01:02:03.004",
    ] {
        list.push(format!("moment + INTERVAL '{interval}'"));
        list.push(format!("maybe_moment - INTERVAL '{interval}'"));
        list.push(format!("maybe_born + INTERVAL '{interval}'"));
    }
    let mut cases = values("measures", &list);
    cases.extend(values(
        "measures",
        &[
            "born + 1",
            "maybe_born - 31",
            "1 + born",
            "born + small",
            "maybe_born - maybe_small",
            "born - maybe_born",
            "moment - maybe_moment",
            "moment - born",
            "maybe_moment - TIMESTAMP '2000-01-01'",
            "age(moment, maybe_moment)",
            "age(moment, TIMESTAMP '2000-02-29')",
            "moment + INTERVAL '1 day' * small",
            "moment + INTERVAL '1 hour' * 1.5",
            "born + INTERVAL '1 month' * maybe_small",
            "moment - small * INTERVAL '1 day'",
            "INTERVAL '1 day' + moment",
            "(moment - maybe_moment) + maybe_moment",
            "EXTRACT(EPOCH FROM moment - maybe_moment)",
            "EXTRACT(DAY FROM moment - maybe_moment)",
            "EXTRACT(HOUR FROM moment - maybe_moment)",
            "EXTRACT(DAY FROM age(moment, maybe_moment))",
            "EXTRACT(YEAR FROM age(moment, maybe_moment))",
            "date_trunc('month', moment) + INTERVAL '1 month' - INTERVAL '1 day'",
            "(date_trunc('month', moment) + INTERVAL '1 month' - INTERVAL '1 day')::date",
            "date_bin(INTERVAL '15 minutes', moment, TIMESTAMP '2000-01-01')",
            "date_bin(INTERVAL '7 days', maybe_moment, TIMESTAMP '2024-02-29 10:00:00')",
        ],
    ));
    cases.extend(conditions(
        "measures",
        &[
            "moment + INTERVAL '1 month' > maybe_moment",
            "moment >= TIMESTAMP '2024-03-31' - INTERVAL '1 month'",
            "maybe_born + 1 = '2000-03-01'",
            "moment - maybe_moment > INTERVAL '100 years'",
            "moment - maybe_moment <= INTERVAL '0'",
            "born - maybe_born > 365",
            "moment < NOW() - INTERVAL '10 years'",
            "maybe_moment > CURRENT_TIMESTAMP + INTERVAL '10 years'",
            "born < CURRENT_DATE - 3650",
        ],
    ));
    cases
}

fn texts() -> Vec<Case> {
    let mut list = Vec::new();
    for format in [
        "YYYY-MM-DD",
        "YYYY-MM-DD HH24:MI:SS",
        "YYYY-MM-DD\"T\"HH24:MI:SS.MS",
        "DD.MM.YY",
        "FMDD/FMMM/YYYY",
        "HH12:MI AM",
        "HH:MI pm",
        "Month DD, YYYY",
        "FMMonth FMDDth, YYYY",
        "MONTH|month|Mon|MON|mon",
        "Day|DAY|day|Dy|DY|dy",
        "FMDay",
        "D ID",
        "DDD IDDD",
        "Q",
        "WW IW W",
        "IYYY-IW-ID",
        "SSSS",
        "US",
        "YY Y",
        "\"year\" YYYY",
        "YYYYMMDD",
    ] {
        list.push(format!("to_char(moment, '{format}')"));
    }
    list.push("to_char(maybe_moment, 'YYYY-\"Q\"Q')".to_owned());
    list.push("to_char(maybe_born, 'DD Mon YYYY')".to_owned());
    let mut cases = values("measures", &list);
    cases.extend(values(
        "measures",
        &[
            "to_date(born::text, 'YYYY-MM-DD')",
            "to_date(to_char(moment, 'DD.MM.YYYY'), 'DD.MM.YYYY')",
            "to_timestamp(to_char(maybe_moment, 'YYYY-MM-DD HH24:MI:SS'), 'YYYY-MM-DD HH24:MI:SS')",
            "to_timestamp(to_char(moment, 'YYYYMMDDHH24MISS'), 'YYYYMMDDHH24MISS')",
            "to_timestamp(small * 100000)",
            "to_timestamp(maybe_large % 1000000)",
            "to_timestamp(1.5)",
            "moment::text || '!'",
            "(moment - maybe_moment)::text",
            "to_char(moment - maybe_moment, 'DD HH24:MI:SS')",
        ],
    ));
    cases
}

fn intervals() -> Vec<Case> {
    let mut cases = values(
        "shipments",
        &[
            "patience",
            "patience + INTERVAL '1 month'",
            "patience - INTERVAL '36 hours'",
            "-patience",
            "patience * 2",
            "patience * 1.5",
            "patience / 2",
            "booked_at + patience",
            "landed_at - patience",
            "due + patience",
            "patience::text",
            "EXTRACT(EPOCH FROM patience)",
            "EXTRACT(MONTH FROM patience)",
            "EXTRACT(YEAR FROM patience)",
            "EXTRACT(DAY FROM patience)",
            "EXTRACT(HOUR FROM patience)",
            "EXTRACT(MINUTE FROM patience)",
            "EXTRACT(SECOND FROM patience)",
            "date_part('day', patience)",
            "date_trunc('day', patience)",
            "COALESCE(patience, INTERVAL '0')",
            "landed_at - booked_at",
            "age(landed_at, booked_at)",
            "landed_at - booked_at > patience",
            "patience > INTERVAL '1 day'",
            "patience = INTERVAL '30 days'",
            "INTERVAL '1 year 2 months 3 days 04:05:06.789'",
            "INTERVAL '7' DAY",
            "INTERVAL '1 month' + INTERVAL '45 days'",
        ],
    );
    cases.extend(conditions(
        "shipments",
        &[
            "patience > INTERVAL '1 day'",
            "patience <= INTERVAL '1 month'",
            "patience = INTERVAL '30 days'",
            "patience <> INTERVAL '0'",
            "landed_at - booked_at > patience",
            "booked_at + patience < landed_at",
        ],
    ));
    cases
}

fn others() -> Vec<Case> {
    let mut cases = values(
        "measures",
        &[
            "make_date(2024, 2, 29)",
            "make_date(2000 + small, 3, 31)",
            "make_interval(days => 3)",
            "isfinite(moment)",
            "isfinite(maybe_born)",
            "isfinite(moment - maybe_moment)",
            "justify_days(INTERVAL '1 day' * (small * 17))",
            "justify_hours(INTERVAL '1 hour' * (small * 31))",
            "justify_days(INTERVAL '1 month' * small + INTERVAL '1 day' * (maybe_small * 11))",
            "justify_hours(INTERVAL '1 day' * small + INTERVAL '1 hour' * (maybe_small * 11))",
            "justify_interval(INTERVAL '1 month' * small + INTERVAL '1 day' * (maybe_small * 11) \
             + INTERVAL '1 hour' * (small * 13))",
            "justify_interval(INTERVAL '1 month' * maybe_small - INTERVAL '3 minutes')",
            "justify_interval(INTERVAL '3 days' * small - INTERVAL '30 hours' * maybe_small)",
            "justify_interval(moment - maybe_moment)",
            "justify_interval(INTERVAL '1 mon -1 hour')",
            "justify_days(INTERVAL '35 days')",
            "make_timestamp(2024, 2, 29, 12, 30, 1.5)",
            "moment AT TIME ZONE 'UTC'",
            "GREATEST(moment, TIMESTAMP '2000-01-01')",
            "moment = born",
            "date(moment)",
            "LEAST(maybe_born, DATE '1999-12-31')",
        ],
    );
    cases.extend(queries(&[
        "SELECT EXTRACT(YEAR FROM moment) AS year, COUNT(*) AS n FROM measures GROUP BY 1",
        "SELECT date_trunc('year', maybe_moment) AS year, COUNT(*) AS n FROM measures GROUP BY year",
        "SELECT to_char(born, 'YYYY-MM') AS month, MIN(born) AS first, MAX(born) AS last FROM measures GROUP BY month",
        "SELECT MIN(moment) AS a, MAX(maybe_moment) AS b, MIN(born) AS c, MAX(maybe_born) AS d FROM measures",
    ]));
    cases.extend(conditions(
        "measures",
        &[
            "(moment, maybe_moment) OVERLAPS (born, maybe_born)",
            "(maybe_born, born) OVERLAPS (maybe_moment, INTERVAL '10 years')",
            "(born, INTERVAL '20 years') OVERLAPS (maybe_born, INTERVAL '-5 years')",
            "(born, born) OVERLAPS (DATE '1990-01-01', DATE '2030-01-01')",
            "(maybe_moment, moment) OVERLAPS (NULL, TIMESTAMP '2001-01-01')",
            "(maybe_born, maybe_born) OVERLAPS (maybe_born, maybe_moment)",
            "(DATE '2020-01-01', DATE '2021-01-01') OVERLAPS (DATE '2021-01-01', DATE '2022-01-01')",
        ],
    ));
    cases.push(
        case("SELECT _id FROM measures WHERE moment >= :from AND moment < :from::timestamp + INTERVAL '50 years'")
            .with("from", Value::timestamp("1970-01-01 00:00:00")),
    );
    cases
}
