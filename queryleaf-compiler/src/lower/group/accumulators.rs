//! The accumulators of a `$group`, each computed once however often it is asked for.

use crate::lower::relation::unique;
use queryleaf_plan::Template;
use std::collections::BTreeSet;

/// The fields of a stage.
pub(super) type Fields = Vec<(String, Template)>;

/// The accumulators that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Sum,
    Min,
    Max,
    Avg,
    StdDevPop,
    Push,
    StdDevSamp,
    AddToSet,
    Top,
}

impl Operator {
    fn name(self) -> &'static str {
        match self {
            Operator::Sum => "$sum",
            Operator::Min => "$min",
            Operator::Max => "$max",
            Operator::Avg => "$avg",
            Operator::StdDevPop => "$stdDevPop",
            Operator::StdDevSamp => "$stdDevSamp",
            Operator::Push => "$push",
            Operator::AddToSet => "$addToSet",
            Operator::Top => "$top",
        }
    }
}

#[derive(Debug)]
struct Accumulator {
    key: String,
    operator: Operator,
    operand: Template,
}

/// The accumulators of one `$group`, or of two that follow each other: the first makes parts, by the
/// keys and the values of one `DISTINCT` argument, and the second puts them together.
#[derive(Debug, Default)]
pub(super) struct Accumulators {
    /// Those of the first of two groups.
    parts: Vec<Accumulator>,
    /// Those of the only or last group.
    whole: Vec<Accumulator>,
    in_parts: bool,
    /// Names that something else has.
    taken: BTreeSet<String>,
}

impl Accumulators {
    /// No accumulators yet.
    pub(super) fn new(in_parts: bool) -> Self {
        Accumulators {
            in_parts,
            ..Accumulators::default()
        }
    }

    /// No accumulators yet, beside fields that have these names.
    pub(super) fn beside(taken: &BTreeSet<String>) -> Self {
        Accumulators {
            taken: taken.clone(),
            ..Accumulators::default()
        }
    }

    /// Accumulates over the rows, and gives the reference to the result.
    ///
    /// What is made in parts must be a sum, a minimum or a maximum: these are their own way of
    /// putting parts together.
    pub(super) fn add(&mut self, wish: &str, operator: Operator, operand: Template) -> Template {
        if !self.in_parts {
            return self.add_whole(wish, operator, operand);
        }
        let part = self.add_part(wish, operator, operand);
        self.add_whole(wish, operator, part)
    }

    /// Accumulates over the rows in the first of two groups only.
    pub(super) fn add_part(
        &mut self,
        wish: &str,
        operator: Operator,
        operand: Template,
    ) -> Template {
        add(&mut self.parts, &self.taken, wish, operator, operand)
    }

    /// Accumulates in the only or last group.
    pub(super) fn add_whole(
        &mut self,
        wish: &str,
        operator: Operator,
        operand: Template,
    ) -> Template {
        add(&mut self.whole, &self.taken, wish, operator, operand)
    }

    /// Whether there are two groups.
    pub(super) fn are_in_parts(&self) -> bool {
        self.in_parts
    }

    /// The reference to the result that [`add`](Self::add) has given for this before.
    pub(super) fn find(&self, operator: Operator, operand: &Template) -> Option<Template> {
        if !self.in_parts {
            return self.find_whole(operator, operand);
        }
        let part = find(&self.parts, operator, operand)?;
        self.find_whole(operator, &part)
    }

    /// The reference to the result that [`add_whole`](Self::add_whole) has given for this before.
    pub(super) fn find_whole(&self, operator: Operator, operand: &Template) -> Option<Template> {
        find(&self.whole, operator, operand)
    }

    /// The fields of the first of two groups, and those of the only or last one.
    pub(super) fn into_fields(self) -> (Fields, Fields) {
        (fields(self.parts), fields(self.whole))
    }
}

fn add(
    list: &mut Vec<Accumulator>,
    taken: &BTreeSet<String>,
    wish: &str,
    operator: Operator,
    operand: Template,
) -> Template {
    if let Some(known) = find(list, operator, &operand) {
        return known;
    }
    let key = unique(Some(wish), "value", |name| {
        name == "_id" || taken.contains(name) || list.iter().any(|known| known.key == name)
    });
    let reference = Template::string(format!("${key}"));
    list.push(Accumulator {
        key,
        operator,
        operand,
    });
    reference
}

fn find(list: &[Accumulator], operator: Operator, operand: &Template) -> Option<Template> {
    list.iter()
        .find(|known| known.operator == operator && known.operand == *operand)
        .map(|known| Template::string(format!("${}", known.key)))
}

fn fields(list: Vec<Accumulator>) -> Fields {
    list.into_iter()
        .map(|accumulator| {
            let call = Template::entry(accumulator.operator.name(), accumulator.operand);
            (accumulator.key, call)
        })
        .collect()
}
