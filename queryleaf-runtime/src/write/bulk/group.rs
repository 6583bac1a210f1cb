//! Which statements are sent together.

use crate::error::{Error, Result};
use crate::raw::RawValue;
use crate::write::Statement;
use crate::write::documents::Documents;
use crate::write::keys::Keys;
use crate::write::program::{Delete, Program, Target, Update};
use crate::write::statements::{Kind, write};
use queryleaf_plan::bson::element_type;
use std::collections::HashMap;

/// Statements that are sent together.
pub(super) struct Group {
    pub(super) target: Target,
    /// Of each row, the number of its statement.
    pub(super) numbers: Vec<u64>,
    pub(super) work: Work,
}

pub(super) enum Work {
    /// What takes commands of its own.
    Alone(Statement),
    Inserts(Documents),
    Changes(Kind, Vec<Change>),
}

impl Work {
    /// Adds work of the same kind.
    fn append(&mut self, other: &Work) -> Option<()> {
        match (self, other) {
            (Work::Inserts(documents), Work::Inserts(more)) => {
                for index in 0..more.len() {
                    documents.push_row(more.get(index));
                }
                Some(())
            }
            (Work::Changes(kind, changes), Work::Changes(other, more)) if kind == other => {
                changes.extend_from_slice(more);
                Some(())
            }
            _ => None,
        }
    }
}

/// One statement of an `update` or `delete` command.
#[derive(Clone)]
pub(super) struct Change {
    /// The elements of its document.
    pub(super) elements: Vec<u8>,
    /// It is about many documents, some of which are changed when it fails.
    pub(super) many: bool,
}

impl Change {
    fn update(update: &Update) -> Change {
        let many = RawValue {
            element_type: element_type::BOOLEAN,
            bytes: &[u8::from(!update.one)],
        };
        let mut elements = update.elements.clone();
        write(&mut elements, "multi", many);
        Change {
            elements,
            many: !update.one,
        }
    }

    fn delete(delete: &Delete) -> Change {
        let limit = i32::from(delete.one).to_le_bytes();
        let limit = RawValue {
            element_type: element_type::INT32,
            bytes: &limit,
        };
        let mut elements = delete.elements.clone();
        write(&mut elements, "limit", limit);
        Change {
            elements,
            many: !delete.one,
        }
    }
}

/// What is sent together.
pub(super) fn groups(
    statements: &[Statement],
    unordered: bool,
    in_session: bool,
) -> Result<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    // Where statements of a collection can be added; of each kind, if they may be reordered.
    let mut open: HashMap<(String, Option<&'static str>), usize> = HashMap::new();
    for (number, statement) in (0..).zip(statements) {
        let program = statement.program(in_session)?;
        let kind = program.name();
        let (target, rows, work) = match program {
            Program::Insert(insert)
                if insert.can_be_gathered()
                    && (insert.documents.is_some() || statement.known_rows().is_some()) =>
            {
                if let Some((row, misfit)) = statement
                    .known_rows()
                    .and_then(|rows| rows.misfits().first())
                {
                    return Err(Error::invalid_row(*row as u64, misfit, statement.plan()));
                }
                let known = statement.known_rows().map(Documents::copy);
                let documents = known.or(insert.documents).unwrap_or_default();
                // Other statements may change the same document once more.
                Keys::default().check_all(statement.sql(), &insert.target, &documents)?;
                let rows = documents.len();
                let target = Target {
                    conflict: insert.target.conflict,
                    ..Target::plain(insert.target.collection, Some(!unordered))
                };
                (target, rows, Work::Inserts(documents))
            }
            Program::Update(update) => {
                let change = Change::update(&update);
                let mut target = Target::plain(update.collection, Some(!unordered));
                target.options.write_concern = update.options.write_concern;
                (target, 1, Work::Changes(Kind::Update, vec![change]))
            }
            Program::Delete(delete) => {
                let change = Change::delete(&delete);
                let target = Target::plain(delete.collection, Some(!unordered));
                (target, 1, Work::Changes(Kind::Delete, vec![change]))
            }
            Program::Insert(_) | Program::Staged(_) | Program::Define(_) => {
                // It may read and write any collection.
                open.clear();
                groups.push(Group {
                    target: Target::plain(String::new(), None),
                    numbers: vec![number],
                    work: Work::Alone(statement.clone()),
                });
                continue;
            }
        };
        let key = (target.collection.clone(), unordered.then_some(kind));
        let numbers = std::iter::repeat_n(number, rows);
        let group = open.get(&key).and_then(|&index| groups.get_mut(index));
        if let Some(group) = group
            && group.target.conflict == target.conflict
            && let Some(()) = group.work.append(&work)
        {
            group.numbers.extend(numbers);
            continue;
        }
        open.insert(key, groups.len());
        groups.push(Group {
            target,
            numbers: numbers.collect(),
            work,
        });
    }
    Ok(groups)
}
