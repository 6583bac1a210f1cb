//! The questions, each one query.

use mongodb::Database;
use queryleaf::prelude::*;

use crate::models::{Origin, airports, flights, planes, weather};
use crate::table::{Cell, ToCell};
use crate::{Result, ask};

/// Answers all questions, one after the other.
pub(crate) async fn answer(database: &Database) -> Result<()> {
    delays(database).await?;
    places(database).await?;
    aeroplanes(database).await?;
    the_weather(database).await
}

/// Who is late, and when.
async fn delays(database: &Database) -> Result<()> {
    ask!(
        database,
        "Which airlines left latest, on average, and how many of their flights never left?",
        sql!(
            "SELECT carrier,
                    COUNT(*) AS flights,
                    COUNT(*) FILTER (WHERE dep_time IS NULL) AS cancelled,
                    ROUND(AVG(dep_delay), 2) AS mean_delay,
                    MAX(dep_delay) AS worst
             FROM flights
             GROUP BY carrier
             ORDER BY mean_delay DESC
             LIMIT 8"
        ) => carrier, flights, cancelled, mean_delay, worst
    );
    ask!(
        database,
        "At which hours of the day is it best to leave?",
        sql!(
            "SELECT hour,
                    COUNT(dep_delay) AS departed,
                    PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY dep_delay) AS median_delay,
                    ROUND(100.0 * COUNT(*) FILTER (WHERE dep_delay <= 15) / COUNT(dep_delay), 1)
                        AS punctual_percent
             FROM flights
             WHERE dep_delay IS NOT NULL
             GROUP BY hour
             HAVING COUNT(*) >= 100
             ORDER BY punctual_percent DESC, hour
             LIMIT 6"
        ) => hour, departed, median_delay, punctual_percent
    );
    ask!(
        database,
        "Which months had the worst delays?",
        sql!(
            "SELECT TO_CHAR(time_hour, 'YYYY-MM') AS month,
                    COUNT(*) AS flights,
                    ROUND(AVG(arr_delay), 2) AS mean_arrival_delay,
                    ROUND(STDDEV_POP(arr_delay)::numeric, 2) AS spread
             FROM flights
             GROUP BY 1
             ORDER BY mean_arrival_delay DESC
             LIMIT 5"
        ) => month, flights, mean_arrival_delay, spread
    );
    ask!(
        database,
        "Which flights made up the most time in the air?",
        sql!(
            "SELECT carrier, flight, origin, dest, dep_delay, arr_delay,
                    dep_delay - arr_delay AS made_up, time_hour
             FROM flights
             WHERE dep_delay > 0 AND arr_delay IS NOT NULL
             ORDER BY made_up DESC, time_hour
             LIMIT 5"
        ) => carrier, flight, origin, dest, dep_delay, arr_delay, made_up, time_hour
    );
    Ok(())
}

/// Where they go.
async fn places(database: &Database) -> Result<()> {
    let origin = Origin::Kennedy;
    ask!(
        database,
        "Where does one fly to from Kennedy?",
        sql!(
            "SELECT dest,
                    COUNT(*) AS flights,
                    COUNT(DISTINCT carrier) AS airlines,
                    STRING_AGG(DISTINCT carrier, ' ' ORDER BY carrier) AS codes,
                    MIN(air_time) AS fastest
             FROM flights
             WHERE origin = :origin
             GROUP BY dest
             ORDER BY flights DESC
             LIMIT 6"
        ) => dest, flights, airlines, codes, fastest
    );
    let places = ["HNL", "ANC", "SFO"];
    ask!(
        database,
        "How fast do they fly there, in miles per hour?",
        sql!(
            "SELECT dest, distance,
                    ROUND(AVG(distance * 60.0 / air_time), 1) AS speed,
                    COUNT(*) AS flights
             FROM flights
             WHERE dest IN (:places) AND air_time > 0
             GROUP BY dest, distance
             ORDER BY speed DESC"
        ) => dest, distance, speed, flights
    );
    let since: Option<DateTime> = None;
    ask!(
        database,
        "Which busy days were there around Thanksgiving?",
        sql!(
            "SELECT time_hour::date AS day, COUNT(*) AS flights,
                    BOOL_OR(dep_delay > 600) AS ten_hours_late
             FROM flights
             WHERE EXTRACT(MONTH FROM time_hour) = 11
               AND EXTRACT(YEAR FROM time_hour) = 2013
               AND (:since IS NULL OR time_hour >= :since)
             GROUP BY time_hour::date
             ORDER BY flights DESC, day
             LIMIT 5"
        ) => day, flights, ten_hours_late
    );
    ask!(
        database,
        "Which airports lie highest?",
        sql!(
            SELECT faa, name, location.alt AS feet, time_zone.name AS zone
            FROM airports
            WHERE location.alt > 7000 AND name NOT ILIKE "%heliport%"
            ORDER BY feet DESC
            LIMIT 5
        ) => faa, name, feet, zone
    );
    Ok(())
}

/// What they fly with.
async fn aeroplanes(database: &Database) -> Result<()> {
    ask!(
        database,
        "Who built the fleet?",
        sql!(
            "SELECT CASE WHEN manufacturer LIKE 'AIRBUS%' THEN 'Airbus'
                         WHEN manufacturer LIKE 'MCDONNELL%' THEN 'McDonnell Douglas'
                         ELSE INITCAP(manufacturer) END AS maker,
                    COUNT(*) AS planes,
                    SUM(seats) AS seats,
                    MIN(year) AS oldest,
                    MODE() WITHIN GROUP (ORDER BY model) AS commonest
             FROM planes
             GROUP BY maker
             ORDER BY planes DESC
             LIMIT 6"
        ) => maker, planes, seats, oldest, commonest
    );
    let tail = "N14228";
    ask!(
        database,
        "What did the aeroplane N14228 do in its first week of the year?",
        sql!(
            "SELECT time_hour, origin, dest, COALESCE(dep_delay, 0) AS delay,
                    distance || ' miles' AS length
             FROM flights
             WHERE tailnum = :tail
               AND time_hour < TIMESTAMP '2013-01-01' + INTERVAL '1 week'
             ORDER BY time_hour"
        ) => time_hour, origin, dest, delay, length
    );
    Ok(())
}

/// What they fly through.
async fn the_weather(database: &Database) -> Result<()> {
    ask!(
        database,
        "How warm was it, season by season?",
        sql!(
            "SELECT EXTRACT(QUARTER FROM time_hour)::integer AS quarter,
                    ROUND(AVG(((temp - 32) * 5 / 9)::numeric), 1) AS mean_celsius,
                    MIN(temp) AS coldest_fahrenheit,
                    MAX(temp) AS warmest_fahrenheit,
                    COUNT(*) FILTER (WHERE precip > 0) AS wet_hours
             FROM weather
             GROUP BY quarter
             ORDER BY quarter"
        ) => quarter, mean_celsius, coldest_fahrenheit, warmest_fahrenheit, wet_hours
    );
    ask!(
        database,
        "In which hours was it stormy and wet?",
        sql!(
            "SELECT origin, time_hour, wind_gust, precip
             FROM weather
             WHERE wind_gust >= 50 AND precip > 0.1
             ORDER BY wind_gust DESC NULLS LAST, time_hour
             LIMIT 5"
        ) => origin, time_hour, wind_gust, precip
    );
    Ok(())
}

impl ToCell for Origin {
    fn to_cell(&self) -> Cell {
        Cell::Text(format!("{self:?}"))
    }
}
