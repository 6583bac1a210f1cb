//! What SQL about dates becomes. Each expression was compared with PostgreSQL on a real server when
//! it was written down here; a change in one has to be compared again.

use queryleaf_compiler::schema::{Definition, parse};
use queryleaf_compiler::{Table, compile};
use std::sync::Arc;

const SCHEMA: &str = r#"collection "visits" Visit {
    "_id" id: integer;
    "seen" seen: timestamp;
    "left" left: ?timestamp;
    "day" day: date;
    "stay" stay: interval;
    "note" note: text;
}"#;

fn tables() -> Vec<Table> {
    let Definition::Collection(collection) = parse(SCHEMA).unwrap() else {
        panic!("the schema is a collection");
    };
    vec![Table {
        name: vec!["visits".to_owned()],
        collection: Arc::new(collection),
    }]
}

fn command(sql: &str) -> String {
    match compile(sql, &tables()) {
        Ok(query) => query.command.to_string(),
        Err(errors) => panic!("{sql}: {errors:?}"),
    }
}

/// The filter of a condition.
fn filter(condition: &str) -> String {
    let command = command(&format!("SELECT _id FROM visits WHERE {condition}"));
    let filter = command
        .strip_prefix(r#"{find: "visits", filter: "#)
        .and_then(|rest| rest.strip_suffix(", projection: {_id: 1}}"));
    filter.unwrap_or(&command).to_owned()
}

/// The aggregation expression of a value.
fn value(expression: &str) -> String {
    let command = command(&format!("SELECT {expression} AS x FROM visits"));
    let value = command
        .strip_prefix(r#"{find: "visits", projection: {x: "#)
        .and_then(|rest| rest.strip_suffix(", _id: 0}}"));
    value.unwrap_or(&command).to_owned()
}

fn error(expression: &str) -> String {
    let sql = format!("SELECT {expression} AS x FROM visits");
    let errors = compile(&sql, &tables()).expect_err(expression);
    let [error] = &errors[..] else {
        panic!("{expression}: {errors:?}");
    };
    let word = &sql[error.span.start..error.span.end];
    let help = error.help.as_deref().unwrap_or_default();
    format!("{word}: {}; {help}", error.message)
}

/// Compares all cases before it fails, so that one run shows every difference.
#[track_caller]
fn check(computed: fn(&str) -> String, cases: &[(&str, &str)]) {
    let different: Vec<String> = cases
        .iter()
        .map(|(sql, expected)| (sql, expected, computed(sql)))
        .filter(|(_, expected, found)| **expected != found)
        .map(|(sql, expected, found)| format!("{sql}\n  expected {expected}\n  found    {found}"))
        .collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn conditions_on_computed_dates_are_ranges() {
    check(
        filter,
        &[
            (
                "EXTRACT(YEAR FROM seen) = 2024",
                "all({seen: {$gte: Date(1704067200000)}}, {seen: {$lt: Date(1735689600000)}})",
            ),
            (
                "2024 >= EXTRACT(YEAR FROM seen)",
                "{seen: {$lt: Date(1735689600000)}}",
            ),
            (
                "EXTRACT(YEAR FROM seen) > 2023.5",
                "{seen: {$gte: Date(1704067200000)}}",
            ),
            (
                "NOT EXTRACT(YEAR FROM left) = 2024",
                "any({left: {$lt: Date(1704067200000)}}, {left: {$gte: Date(1735689600000)}})",
            ),
            (
                "DATE_PART('isoyear', seen) = 2025",
                "all({seen: {$gte: Date(1735516800000)}}, {seen: {$lt: Date(1766966400000)}})",
            ),
            (
                "EXTRACT(CENTURY FROM seen) = 20",
                "all({seen: {$gte: Date(-2177452800000)}}, {seen: {$lt: Date(978307200000)}})",
            ),
            (
                "EXTRACT(YEAR FROM day) IN (1969, 2024)",
                "any(all({day: {$gte: Date(-31536000000)}}, {day: {$lt: Date(0)}}), all({day: {$gte: Date(1704067200000)}}, {day: {$lt: Date(1735689600000)}}))",
            ),
            (
                "EXTRACT(EPOCH FROM seen) >= 1700000000.5",
                "{seen: {$gte: Date(1700000000500)}}",
            ),
            (
                "EXTRACT(YEAR FROM seen) = :year",
                r#"all(when(:0 IsNull, never, {$expr: {$gte: ["$seen", {$dateAdd: {startDate: Date(-62135596800000), unit: "year", amount: {$subtract: [{$toLong: {$ceil: :0}}, 1]}}}]}}), when(:0 IsNull, never, {$expr: {$lt: ["$seen", {$dateAdd: {startDate: Date(-62135596800000), unit: "year", amount: {$toLong: {$floor: :0}}}}]}}))"#,
            ),
            (
                "EXTRACT(YEAR FROM seen) = 2024 AND EXTRACT(MONTH FROM seen) = 2 AND _id > 7",
                "all({_id: {$gt: 7}}, {seen: {$gte: Date(1706745600000)}}, {seen: {$lt: Date(1709251200000)}})",
            ),
            (
                "DATE_TRUNC('month', seen) = '2024-02-01'",
                "all({seen: {$gte: Date(1706745600000)}}, {seen: {$lt: Date(1709251200000)}})",
            ),
            (
                "DATE_TRUNC('month', seen) >= '2024-02-10'",
                "{seen: {$gte: Date(1709251200000)}}",
            ),
            (
                "DATE_TRUNC('week', seen) = DATE_TRUNC('week', NOW()) - INTERVAL '7 days'",
                r#"{$expr: {$and: [{$gte: ["$seen", {$subtract: [{$dateTrunc: {date: "$$NOW", unit: "week", startOfWeek: "monday"}}, 604800000]}]}, {$lt: ["$seen", {$add: [{$subtract: [{$dateTrunc: {date: "$$NOW", unit: "week", startOfWeek: "monday"}}, 604800000]}, 604800000]}]}]}}"#,
            ),
            (
                "DATE_TRUNC('month', seen) = :month",
                r#"all(when(:0 IsNull, never, {$expr: {$gte: ["$seen", {$dateAdd: {startDate: {$dateTrunc: {date: {$subtract: [:0, 1]}, unit: "month"}}, unit: "month", amount: 1}}]}}), when(:0 IsNull, never, {$expr: {$lt: ["$seen", {$dateAdd: {startDate: {$dateTrunc: {date: :0, unit: "month"}}, unit: "month", amount: 1}}]}}))"#,
            ),
            (
                "seen::date IN ('2024-02-29', '2024-03-01')",
                "any(all({seen: {$gte: Date(1709164800000)}}, {seen: {$lt: Date(1709251200000)}}), all({seen: {$gte: Date(1709251200000)}}, {seen: {$lt: Date(1709337600000)}}))",
            ),
            (
                "seen::date = CURRENT_DATE",
                r#"{$expr: {$and: [{$gte: ["$seen", {$dateTrunc: {date: "$$NOW", unit: "day"}}]}, {$lt: ["$seen", {$add: [{$dateTrunc: {date: "$$NOW", unit: "day"}}, 86400000]}]}]}}"#,
            ),
            (
                "TO_CHAR(seen, 'YYYY-MM') = '2024-02'",
                "all({seen: {$gte: Date(1706745600000)}}, {seen: {$lt: Date(1709251200000)}})",
            ),
            (
                "TO_CHAR(seen, 'YYYYMMDD') < '20240229'",
                "{seen: {$lt: Date(1709164800000)}}",
            ),
        ],
    );
}

#[test]
fn constants_move_to_the_other_side() {
    check(
        filter,
        &[
            (
                "NOW() - seen > INTERVAL '30 days'",
                r#"{$expr: {$lt: ["$seen", {$subtract: ["$$NOW", NumberLong(2592000000)]}]}}"#,
            ),
            (
                "EXTRACT(EPOCH FROM NOW() - seen) < 3600",
                r#"{$expr: {$gt: ["$seen", {$subtract: ["$$NOW", 3600000]}]}}"#,
            ),
            (
                "seen + INTERVAL '36:00' < '2024-03-01'",
                "{seen: {$lt: Date(1709121600000)}}",
            ),
            (
                "day - 7 >= CURRENT_DATE",
                r#"{$expr: {$gte: ["$day", {$add: [{$dateTrunc: {date: "$$NOW", unit: "day"}}, 604800000]}]}}"#,
            ),
            (
                "CURRENT_DATE - day <= 7",
                r#"{$expr: {$gte: ["$day", {$subtract: [{$dateTrunc: {date: "$$NOW", unit: "day"}}, 604800000]}]}}"#,
            ),
            (
                "seen >= DATE '2024-01-31' + INTERVAL '1 month'",
                "{seen: {$gte: Date(1709164800000)}}",
            ),
        ],
    );
}

#[test]
fn what_is_no_range_stays_what_it_is() {
    check(
        filter,
        &[
            (
                "EXTRACT(YEAR FROM seen) = 10000",
                r#"{$expr: {$eq: [{$year: "$seen"}, 10000]}}"#,
            ),
            (
                "EXTRACT(MONTH FROM seen) = 5",
                r#"{$expr: {$eq: [{$month: "$seen"}, 5]}}"#,
            ),
            (
                "EXTRACT(SECOND FROM seen) = 5.5",
                r#"{$expr: {$eq: [{$add: [{$second: "$seen"}, {$divide: [{$toDecimal: {$millisecond: "$seen"}}, 1000]}]}, NumberDecimal("5.5")]}}"#,
            ),
            (
                "TO_CHAR(seen, 'YYYY-MM') = '2024'",
                r#"{$expr: {$eq: [{$dateToString: {date: "$seen", format: "%Y-%m"}}, "2024"]}}"#,
            ),
            (
                "TO_CHAR(seen, 'MM') = '02'",
                r#"{$expr: {$eq: [{$dateToString: {date: "$seen", format: "%m"}}, "02"]}}"#,
            ),
            (
                "seen + INTERVAL '1 month' > NOW()",
                r#"{$expr: {$gt: [{$add: [{$dateAdd: {startDate: {$dateTrunc: {date: "$seen", unit: "second"}}, unit: "month", amount: 1}}, {$millisecond: "$seen"}]}, "$$NOW"]}}"#,
            ),
            (
                "NOT EXTRACT(YEAR FROM left) = 0",
                r#"{$expr: {$and: [{$gt: ["$left", null]}, {$ne: [{$year: "$left"}, 0]}]}}"#,
            ),
            (
                "seen - left > INTERVAL '1 day'",
                r#"{$expr: {$gt: [{$subtract: ["$seen", "$left"]}, NumberLong(86400000)]}}"#,
            ),
        ],
    );
}

#[test]
fn arithmetic() {
    check(
        value,
        &[
            (
                "seen + INTERVAL '7 days'",
                r#"{$add: ["$seen", 604800000]}"#,
            ),
            (
                "seen - INTERVAL '1 month'",
                r#"{$add: [{$dateSubtract: {startDate: {$dateTrunc: {date: "$seen", unit: "second"}}, unit: "month", amount: 1}}, {$millisecond: "$seen"}]}"#,
            ),
            (
                "day + INTERVAL '2 years'",
                r#"{$dateAdd: {startDate: "$day", unit: "year", amount: 2}}"#,
            ),
            (
                "NOW() - INTERVAL '1 month 1 day'",
                r#"{$subtract: [{$dateSubtract: {startDate: "$$NOW", unit: "month", amount: 1}}, 86400000]}"#,
            ),
            (
                "seen + stay",
                r#"{$add: [{$add: [{$dateAdd: {startDate: {$dateTrunc: {date: "$seen", unit: "second"}}, unit: "month", amount: "$stay.months"}}, {$millisecond: "$seen"}]}, {$add: [{$multiply: ["$stay.days", NumberLong(86400000)]}, "$stay.milliseconds"]}]}"#,
            ),
            (
                "seen - left",
                r#"{$cond: [{$gt: ["$left", null]}, {$let: {vars: {difference: {$subtract: ["$seen", "$left"]}}, in: {$mergeObjects: {months: 0, days: {$toInt: {$toLong: {$trunc: {$divide: ["$$difference", 86400000]}}}}, milliseconds: {$mod: ["$$difference", 86400000]}}}}}, null]}"#,
            ),
            (
                "day - DATE '2024-01-01'",
                r#"{$toInt: {$dateDiff: {startDate: Date(1704067200000), endDate: "$day", unit: "day"}}}"#,
            ),
            (
                "day + 30",
                r#"{$dateAdd: {startDate: "$day", unit: "day", amount: 30}}"#,
            ),
            (
                "EXTRACT(EPOCH FROM left - seen)",
                r#"{$divide: [{$toDecimal: {$subtract: ["$left", "$seen"]}}, 1000]}"#,
            ),
            (
                "-stay",
                r#"{$cond: [{$lte: ["$stay.months", null]}, null, {$mergeObjects: {months: {$toInt: {$multiply: ["$stay.months", -1]}}, days: {$toInt: {$multiply: ["$stay.days", -1]}}, milliseconds: {$toLong: {$multiply: ["$stay.milliseconds", -1]}}}}]}"#,
            ),
            (
                "2 * INTERVAL '36:00'",
                "{$mergeObjects: [{months: 0, days: 0, milliseconds: NumberLong(259200000)}]}",
            ),
        ],
    );
}

#[test]
fn fields_and_units() {
    check(
        value,
        &[
            (
                "EXTRACT(YEAR FROM seen)",
                r#"{$toDecimal: {$year: "$seen"}}"#,
            ),
            (
                "EXTRACT(SECONDS FROM seen)",
                r#"{$add: [{$second: "$seen"}, {$divide: [{$toDecimal: {$millisecond: "$seen"}}, 1000]}]}"#,
            ),
            (
                "EXTRACT(QUARTER FROM day)",
                r#"{$toDecimal: {$toLong: {$trunc: {$divide: [{$add: [{$month: "$day"}, 2]}, 3]}}}}"#,
            ),
            (
                "EXTRACT(DOW FROM seen)",
                r#"{$toDecimal: {$add: [{$dayOfWeek: "$seen"}, -1]}}"#,
            ),
            (
                "DATE_PART('week', seen)",
                r#"{$toDouble: {$isoWeek: "$seen"}}"#,
            ),
            (
                "EXTRACT(HOUR FROM stay)",
                r#"{$toDecimal: {$toLong: {$trunc: {$divide: ["$stay.milliseconds", 3600000]}}}}"#,
            ),
            (
                "DATE_TRUNC('week', seen)",
                r#"{$dateTrunc: {date: "$seen", unit: "week", startOfWeek: "monday"}}"#,
            ),
            (
                "DATE_TRUNC('century', seen)",
                r#"{$dateSubtract: {startDate: {$dateTrunc: {date: "$seen", unit: "year"}}, unit: "year", amount: {$mod: [{$subtract: [{$year: "$seen"}, 1]}, 100]}}}"#,
            ),
            (
                "DATE_TRUNC('hour', stay)",
                r#"{$mergeObjects: {months: "$stay.months", days: "$stay.days", milliseconds: {$subtract: ["$stay.milliseconds", {$mod: ["$stay.milliseconds", 3600000]}]}}}"#,
            ),
            ("seen AT TIME ZONE 'utc'", r#""$seen""#),
            (
                "seen AT TIME ZONE 'europe/berlin'",
                r#"{$dateFromString: {dateString: {$dateToString: {date: "$seen", format: "%Y-%m-%dT%H:%M:%S.%L", timezone: "Europe/Berlin"}}}}"#,
            ),
        ],
    );
}

#[test]
fn text() {
    check(
        value,
        &[
            (
                "TO_CHAR(seen, 'YYYY-MM-DD HH24:MI:SS.MS')",
                r#"{$dateToString: {date: "$seen", format: "%Y-%m-%d %H:%M:%S.%L"}}"#,
            ),
            ("TO_CHAR(seen, '$%')", r#"{$literal: "$%"}"#),
            (
                "TO_CHAR(seen, 'FMDDth')",
                r#"{$let: {vars: {number: {$dayOfMonth: "$seen"}}, in: {$concat: [{$toString: "$$number"}, {$cond: [{$and: [{$gte: [{$mod: ["$$number", 100]}, 11]}, {$lte: [{$mod: ["$$number", 100]}, 13]}]}, "th", {$cond: [{$eq: [{$mod: ["$$number", 10]}, 1]}, "st", {$cond: [{$eq: [{$mod: ["$$number", 10]}, 2]}, "nd", {$cond: [{$eq: [{$mod: ["$$number", 10]}, 3]}, "rd", "th"]}]}]}]}]}}}"#,
            ),
            (
                "seen::text",
                r#"{$concat: [{$rtrim: {input: {$rtrim: {input: {$dateToString: {date: "$seen", format: "%Y-%m-%d %H:%M:%S.%L"}}, chars: "0"}}, chars: "."}}, "+00"]}"#,
            ),
            (
                "day::text",
                r#"{$dateToString: {date: "$day", format: "%Y-%m-%d"}}"#,
            ),
            (
                "TO_DATE(note, 'DD.MM.YYYY')",
                r#"{$dateFromString: {dateString: "$note", format: "%d.%m.%Y"}}"#,
            ),
            (
                "TO_DATE(note, 'YYYY-MM')",
                r#"{$dateFromString: {dateString: {$concat: ["$note", " 01"]}, format: "%Y-%m %d"}}"#,
            ),
            (
                "note::date",
                r#"{$cond: [{$lte: ["$note", null]}, null, {$cond: [{$regexMatch: {input: "$note", regex: "^\\s*(?!0000)\\d{4}-\\d{2}-\\d{2}\\s*$"}}, {$toDate: "$note"}, {$toLong: {$concat: ["this text is no date in a form like 2024-05-01", {$substrCP: [{$toString: "$note"}, 0, 0]}]}}]}]}"#,
            ),
        ],
    );
}

#[test]
fn errors_name_the_word() {
    check(
        error,
        &[
            (
                "EXTRACT(YAER FROM seen)",
                "YAER: there is no field `yaer`; did you mean `year`?",
            ),
            (
                "EXTRACT(HOUR FROM day)",
                "HOUR: a date has no field `hour`; cast the date to `timestamp` for a time of day",
            ),
            (
                "EXTRACT(WEEK FROM stay)",
                "WEEK: an interval has no field `week`; ",
            ),
            (
                "DATE_TRUNC('fortnight', seen)",
                "'fortnight': there is no unit `fortnight`; it is one of year, quarter, month, week, day, hour, minute, second, decade, century, millennium, milliseconds, microseconds",
            ),
            (
                "DATE_TRUNC('week', stay)",
                "'week': an interval cannot be cut to `week`, since its months are no whole weeks; ",
            ),
            (
                "TO_CHAR(seen, 'YYYY RM')",
                r#"'YYYY RM': the pattern `RM` is not supported in `to_char`; to write these letters themselves, put them in double quotes: `"RM"`"#,
            ),
            (
                "TO_CHAR(seen, 'TMMonth')",
                r#"'TMMonth': the pattern `TM` is not supported in `to_char`; to write these letters themselves, put them in double quotes: `"TM"`"#,
            ),
            (
                "TO_CHAR(stay, 'Month')",
                "'Month': the pattern `Month` is not supported in `to_char` of an interval; the patterns are `YYYY`, `MM`, `DD`, `HH24`, `MI`, `SS` and `MS`",
            ),
            (
                "TO_DATE(note, 'DD Mon YYYY')",
                "'DD Mon YYYY': the pattern `Mon` is not supported where a text is read; the patterns are `YYYY`, `MM`, `DD`, `HH24`, `MI`, `SS` and `MS`; other letters go in double quotes",
            ),
            (
                "TO_TIMESTAMP(note, 'HH24:MI')",
                "'HH24:MI': the format lacks `YYYY`; the patterns are `YYYY`, `MM`, `DD`, `HH24`, `MI`, `SS` and `MS`; other letters go in double quotes",
            ),
            (
                "seen AT TIME ZONE 'Europe/Berlni'",
                "'Europe/Berlni': the time zone `Europe/Berlni` is not supported; did you mean `Europe/Berlin`?",
            ),
            (
                "TIMESTAMP '2024-01-01' AT TIME ZONE 'Europe/Berlin'",
                "'2024-01-01': only a column, a parameter or the current time can be taken to a time zone; write a constant time with its offset instead, like `+02:00`",
            ),
            (
                "DATE_BIN('1 month', seen, seen)",
                "'1 month': a stride is positive and has no months; ",
            ),
            (
                "TIMESTAMP '2024-02-30'",
                "'2024-02-30': `'2024-02-30'` is no `timestamp`: that month has no such day; write it like `'2026-01-31 12:30:00'`",
            ),
            (
                "INTERVAL '1 fortnight'",
                "'1 fortnight': `'1 fortnight'` is no `interval`: it has an unknown unit; write it like `INTERVAL '7 days'`",
            ),
        ],
    );
}
