//! The same statements on the same rows, here and in PostgreSQL: what is stored afterwards must be
//! equal, after every one of them.
//!
//! A [`Sequence`] of statements begins with the first rows of all tables. PostgreSQL carries it out
//! once; QueryLeaf three times, each time in another [`Mode`]: as a program would, without the
//! optimiser, and with every statement in a transaction. What is stored is compared as values, a
//! `NULL` being null or missing, and each document must have the BSON types that the struct would
//! be stored with, and nothing else. `QUERYLEAF_SEED`, `QUERYLEAF_WRITES`, `QUERYLEAF_FIRST` and
//! `QUERYLEAF_SHOWN` choose the generated sequences.
//!
//! * [`sequence`] says what is compared, [`oracle`] asks PostgreSQL, [`program`] runs QueryLeaf,
//!   [`state`] reads what is stored, [`verdict`] judges, [`check`](mod@check) runs many at once;
//! * [`cases`] holds the statements that people thought of,
//!   [`generate::writes`](crate::generate::writes) invents more.

mod cases;
mod check;
mod oracle;
mod program;
mod sequence;
mod state;
mod verdict;

pub use sequence::Sequence;

/// One test for each category.
macro_rules! categories {
    ($($category:ident)+) => {$(
        #[test]
        fn $category() {
            check::check(stringify!($category), cases::$category::sequences());
        }
    )+};
}

categories! {
    inserts
    insert_selects
    conflicts
    updates
    updates_from
    several_columns
    predicates
    deletes
    merges
    returning
    errors
}

#[test]
fn generated() {
    check::check_generated();
}

/// One sequence of the reader's own, its statements separated by `;;`:
/// `QUERYLEAF_SQL="UPDATE ..;; DELETE .." cargo test --test differential writes::ask`.
#[test]
fn ask() {
    if let Ok(sql) = std::env::var("QUERYLEAF_SQL") {
        check::show(sequence::sequence(&sql.split(";;").collect::<Vec<_>>()));
    }
}
