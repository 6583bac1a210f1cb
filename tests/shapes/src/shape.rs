//! What a shape is.

/// A query and the command that an expert writes for the same rows.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// What is asked, in words.
    pub name: &'static str,
    /// The query.
    pub sql: &'static str,
    /// The command, as one types it into a shell: keys without quotes, dates as `{$date: ".."}`.
    pub command: &'static str,
    /// The columns in the rows of the command, in the order of those of the query; a dotted path
    /// each.
    pub columns: &'static [&'static str],
    /// The indexes that both use: `sales.status_1_placed_-1`.
    pub indexes: &'static [&'static str],
    /// Whether the query has an order.
    pub ordered: bool,
    /// Why what QueryLeaf sends examines more, or uses other indexes, than the command.
    pub exception: Option<Bound>,
}

/// An exception, with its reason.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    /// How many times as many keys and documents together are examined at the most.
    pub times: f64,
    /// Why it cannot be fewer.
    pub reason: &'static str,
}

/// A shape without an order.
pub const fn shape(
    name: &'static str,
    sql: &'static str,
    indexes: &'static [&'static str],
    columns: &'static [&'static str],
    command: &'static str,
) -> Shape {
    Shape {
        name,
        sql,
        command,
        columns,
        indexes,
        ordered: false,
        exception: None,
    }
}

impl Shape {
    /// The rows come in an order.
    pub const fn ordered(self) -> Self {
        Shape {
            ordered: true,
            ..self
        }
    }

    /// Examines up to so many times as much as the command does, for this reason.
    pub const fn examines(self, times: f64, reason: &'static str) -> Self {
        let exception = Some(Bound { times, reason });
        Shape { exception, ..self }
    }
}
