//! The terminal: what happened to orders in the last minute, again and again.

use std::io::{self, IsTerminal, Write};
use std::pin::pin;
use std::time::Duration;

use futures::TryStreamExt;
use mongodb::Database;
use queryleaf::prelude::*;

use crate::models::{OrderStatus, orders};
use crate::table::{Cell, Table, ToCell};
use crate::{Result, ask, table};

/// How often the screen is drawn.
const REFRESH: Duration = Duration::from_secs(1);

impl ToCell for OrderStatus {
    fn to_cell(&self) -> Cell {
        Cell::Text(self.name().to_owned())
    }
}

/// Shows the orders for as long as the work takes, and once more with everything that it did.
pub(crate) async fn show_during(
    database: &Database,
    work: impl Future<Output = Result<()>>,
) -> Result<()> {
    let query = sql!(
        "SELECT COALESCE(updated_fields.status, full_document.status) AS status,
                COUNT(*) AS changes,
                COUNT(*) FILTER (WHERE wall_time >= CURRENT_TIMESTAMP - INTERVAL '1 second')
                    AS last_second,
                ROUND(AVG(full_document.total)) AS mean_total,
                MAX(wall_time) AS latest
         FROM CHANGE_STREAM(orders)
         WHERE wall_time >= CURRENT_TIMESTAMP - INTERVAL '1 minute'
           AND (operation_type = 'insert' OR changed_fields CONTAINS 'status')
         GROUP BY COALESCE(updated_fields.status, full_document.status)
         ORDER BY changes DESC, status"
    );
    println!("What happened to orders in the last minute?\n");
    ask::print_sql(query.sql());
    println!();
    let mut live = query.live(database).refresh_every(REFRESH);
    live.open().await?;
    let mut screen = Screen::new();
    let mut work = pin!(work);
    loop {
        tokio::select! {
            done = &mut work => {
                done?;
                break;
            }
            results = live.try_next() => match results? {
                Some(results) => {
                    screen.draw(&table!(results => status, changes, last_second, mean_total, latest))?;
                }
                None => break,
            }
        }
    }
    let results = live.refresh().await?;
    screen.draw(&table!(results => status, changes, last_second, mean_total, latest))
}

/// Where frames are drawn: each over the one before if somebody watches, else below it.
struct Screen {
    is_terminal: bool,
    /// The lines of the last frame.
    lines: usize,
}

impl Screen {
    fn new() -> Self {
        Screen {
            is_terminal: io::stdout().is_terminal(),
            lines: 0,
        }
    }

    fn draw(&mut self, table: &Table) -> Result<()> {
        let frame = table.to_string();
        let mut out = io::stdout().lock();
        if self.is_terminal && self.lines > 0 {
            // To the first line of the last frame, and without what is there.
            write!(out, "\x1b[{}A\x1b[J", self.lines)?;
        }
        writeln!(out, "{frame}")?;
        self.lines = frame.lines().count() + 1;
        Ok(out.flush()?)
    }
}
