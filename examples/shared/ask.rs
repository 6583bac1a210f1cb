//! Questions with their answers, for the examples: the SQL, the rows and the time that they took.

use std::time::Duration;

/// Prints a question, asks it, and prints the answer with the SQL and the time it took.
#[macro_export]
macro_rules! ask {
    ($database:expr, $question:literal, $query:expr => $($field:ident),+ $(,)?) => {{
        let query = $query;
        println!("\n{}\n", $question);
        $crate::ask::print_sql(query.sql());
        let start = std::time::Instant::now();
        let rows = query.fetch_all($database).await?;
        let elapsed = start.elapsed();
        println!();
        print!("{}", $crate::table!(rows => $($field),+));
        $crate::ask::print_time(rows.len(), elapsed);
    }};
}

/// Prints a query without the indentation it has in this file.
pub(crate) fn print_sql(sql: &str) {
    let indented = sql.lines().skip(1).filter(|line| !line.trim().is_empty());
    let margin = indented
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    for line in sql.lines() {
        let shown = if line.starts_with(' ') {
            line.get(margin..).unwrap_or("")
        } else {
            line
        };
        println!("    {shown}");
    }
}

/// Prints how long an answer took.
pub(crate) fn print_time(rows: usize, elapsed: Duration) {
    println!(
        "  ({rows} rows in {:.1} ms)",
        elapsed.as_secs_f64() * 1000.0
    );
}
