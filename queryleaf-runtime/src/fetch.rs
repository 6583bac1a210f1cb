//! The futures of a running query.
//!
//! They are named types around one type-erased loop, so that little code is generated for each
//! query of a program. What remains is always inlined: else a debug build would make of it a unit of its
//! own beside that of the function with the query, and describe all types once more.

use crate::error::{Error, Result};
use crate::query::DecodeRow;
use crate::row::RowReader;
use crate::running::{Running, Sink};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The future of [`fetch_all`](crate::Query::fetch_all), for those who must name it.
#[must_use = "futures do nothing unless awaited"]
pub struct FetchAll<'e, R> {
    running: Running<'e>,
    decode: DecodeRow<R>,
    rows: Vec<R>,
}

/// The future of [`fetch_one`](crate::Query::fetch_one) and
/// [`fetch_scalar`](crate::Query::fetch_scalar), for those who must name it.
#[must_use = "futures do nothing unless awaited"]
pub struct FetchOne<'e, R>(FetchOptional<'e, R>);

/// The future of [`fetch_optional`](crate::Query::fetch_optional), for those who must name it.
#[must_use = "futures do nothing unless awaited"]
pub struct FetchOptional<'e, R>(FetchAll<'e, R>);

/// Decodes every row into a list.
struct Decoded<'r, R> {
    decode: DecodeRow<R>,
    rows: &'r mut Vec<R>,
}

impl<R> Sink for Decoded<'_, R> {
    #[inline(always)]
    fn take(&mut self, row: &mut RowReader<'_>) -> Result<()> {
        self.rows.push((self.decode)(row)?);
        Ok(())
    }
}

impl<'e, R> FetchAll<'e, R> {
    #[inline(always)]
    pub(crate) fn new(running: Running<'e>, decode: DecodeRow<R>) -> Self {
        FetchAll {
            running,
            decode,
            rows: Vec::new(),
        }
    }

    #[inline(always)]
    fn poll_rows(&mut self, cx: &mut Context<'_>) -> Poll<Result<Vec<R>>> {
        let mut decoded = Decoded {
            decode: self.decode,
            rows: &mut self.rows,
        };
        ready!(self.running.poll_rows(cx, &mut decoded))?;
        Poll::Ready(Ok(std::mem::take(&mut self.rows)))
    }
}

impl<'e, R> FetchOptional<'e, R> {
    #[inline(always)]
    pub(crate) fn new(running: Running<'e>, decode: DecodeRow<R>) -> Self {
        FetchOptional(FetchAll::new(running, decode))
    }

    #[inline(always)]
    fn poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<R>>> {
        let mut rows = ready!(self.0.poll_rows(cx))?;
        Poll::Ready(if rows.len() > 1 {
            Err(Error::TooManyRows {
                sql: self.0.running.plan().sql,
            })
        } else {
            Ok(rows.pop())
        })
    }
}

impl<'e, R> FetchOne<'e, R> {
    #[inline(always)]
    pub(crate) fn new(running: Running<'e>, decode: DecodeRow<R>) -> Self {
        FetchOne(FetchOptional::new(running, decode))
    }

    #[inline(always)]
    fn poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Result<R>> {
        let row = ready!(self.0.poll_row(cx))?;
        Poll::Ready(row.ok_or_else(|| Error::NoRows {
            sql: self.0.0.running.plan().sql,
        }))
    }
}

/// Implements the future and what goes with it; nothing in it is pinned.
macro_rules! futures {
    ($($name:ident, $poll:ident -> $output:ty;)+) => {$(
        impl<R> Future for $name<'_, R> {
            type Output = Result<$output>;

            #[inline(always)]
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
                self.get_mut().$poll(cx)
            }
        }

        impl<R> Unpin for $name<'_, R> {}

        impl<R> fmt::Debug for $name<'_, R> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}

futures! {
    FetchAll, poll_rows -> Vec<R>;
    FetchOne, poll_row -> R;
    FetchOptional, poll_row -> Option<R>;
}
