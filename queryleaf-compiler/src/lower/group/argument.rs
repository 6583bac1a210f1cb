//! The argument of an aggregate, with what its `FILTER` leaves of it.

use crate::functions::datetime::Aggregated;
use crate::lower::operators::{and, call, cond, int, is_not_null};
use crate::lower::relation::computed;
use crate::lower::scope::Laziness;
use crate::lower::{Scope, is_true, normalized, value};
use crate::plan::{Aggregate, AggregateFunction, Expression};
use crate::types::Type;
use queryleaf_plan::Template;

/// The argument of an aggregate.
#[derive(Debug, Clone)]
pub(super) struct Argument {
    /// Its value.
    value: Template,
    /// True on the rows that count.
    filter: Option<Template>,
    /// Whether the value may be null or missing.
    nullable: bool,
    /// Its type.
    pub(super) ty: Type,
    /// How intervals are read of which a sum, an average or the least or greatest is wanted.
    pub(super) intervals: Option<Aggregated>,
}

impl Argument {
    /// The argument of a call; `COUNT(*)` counts a constant.
    pub(super) fn new(expression: Option<&Expression>, call: &Aggregate, scope: &Scope) -> Self {
        let filter = call.filter.as_ref().map(|filter| is_true(filter, scope));
        let laziness = laziness(filter.as_ref());
        match expression {
            Some(expression) => {
                let intervals =
                    is_of_lengths(call.function, expression).then(|| Aggregated::of(expression));
                let (intervals, read) = intervals.unzip();
                let read = read.flatten();
                let read = read.as_ref().unwrap_or(expression);
                Argument {
                    value: scope.evaluated(laziness, || value(read, scope)),
                    filter,
                    nullable: expression.nullable,
                    ty: expression.ty.clone(),
                    intervals,
                }
            }
            None => Argument {
                value: int(1),
                filter,
                nullable: false,
                ty: Type::Integer,
                intervals: None,
            },
        }
    }

    /// The row of all arguments of a call, `{key1: .., key2: ..}`: the rows are to be told apart, and
    /// null and missing are one value in them.
    pub(super) fn row(call: &Aggregate, scope: &Scope) -> Self {
        let filter = call.filter.as_ref().map(|filter| is_true(filter, scope));
        let laziness = laziness(filter.as_ref());
        let fields = call.arguments.iter().enumerate().map(|(number, argument)| {
            let value = scope.evaluated(laziness, || normalized(argument, scope));
            (format!("key{}", number + 1), computed(value))
        });
        Argument {
            value: Template::document(fields),
            filter,
            nullable: false,
            ty: Type::Document,
            intervals: None,
        }
    }

    /// The same values, where an earlier group has put them.
    pub(super) fn moved_to(&self, place: &str) -> Self {
        Argument {
            value: Template::string(format!("${place}")),
            filter: None,
            nullable: self.may_be_null(),
            ty: self.ty.clone(),
            intervals: self.intervals,
        }
    }

    /// The value on every row.
    pub(super) fn value(&self) -> Template {
        self.value.clone()
    }

    /// Whether some row may have nothing to give.
    pub(super) fn may_be_null(&self) -> bool {
        self.nullable || self.filter.is_some()
    }

    /// Whether a `FILTER` leaves out rows.
    pub(super) fn is_filtered(&self) -> bool {
        self.filter.is_some()
    }

    /// The value; null on the rows that do not count.
    pub(super) fn guarded(&self) -> Template {
        match &self.filter {
            None => self.value.clone(),
            Some(filter) => cond(filter.clone(), self.value.clone(), Template::null()),
        }
    }

    /// The value; null and never missing on the rows that do not count or have none.
    pub(super) fn normalized(&self) -> Template {
        if self.nullable {
            call("$ifNull", [self.guarded(), Template::null()])
        } else {
            self.guarded()
        }
    }

    /// 1 where there is a value that counts, else 0.
    pub(super) fn counted(&self) -> Template {
        let mut conditions: Vec<Template> = self.filter.iter().cloned().collect();
        if self.nullable {
            conditions.push(is_not_null(self.value.clone()));
        }
        if conditions.is_empty() {
            return int(1);
        }
        cond(and(conditions), int(1), int(0))
    }

    /// The value for `$push` and `$addToSet`, which leave out `$$REMOVE`: without nulls.
    pub(super) fn without_nulls(&self) -> Template {
        self.if_counted(self.or_removed())
    }

    /// The value for `$push` and `$addToSet`: nulls are null and not missing.
    pub(super) fn with_nulls(&self) -> Template {
        self.if_counted(self.or_null())
    }

    /// A document made for the rows that count, or for those of them that have a value.
    pub(super) fn document(
        &self,
        with_nulls: bool,
        more: impl IntoIterator<Item = (String, Template)>,
    ) -> Template {
        let drops_nulls = self.nullable && !with_nulls;
        let value = if drops_nulls {
            self.value()
        } else {
            self.or_null()
        };
        let entries = [("value".to_owned(), value)];
        let document = Template::Document(entries.into_iter().chain(more).collect());
        self.if_counted(if drops_nulls {
            cond(is_not_null(self.value()), document, removed())
        } else {
            document
        })
    }

    fn or_null(&self) -> Template {
        self.or(Template::null())
    }

    fn or_removed(&self) -> Template {
        self.or(removed())
    }

    fn or(&self, otherwise: Template) -> Template {
        if self.nullable {
            call("$ifNull", [self.value.clone(), otherwise])
        } else {
            self.value.clone()
        }
    }

    fn if_counted(&self, value: Template) -> Template {
        match &self.filter {
            None => value,
            Some(filter) => cond(filter.clone(), value, removed()),
        }
    }
}

/// When the value is computed: behind a filter for some of the rows only.
fn laziness(filter: Option<&Template>) -> Laziness {
    match filter {
        Some(_) => Laziness::Branch,
        None => Laziness::Eager,
    }
}

/// Whether an aggregate adds up or compares intervals.
fn is_of_lengths(function: AggregateFunction, argument: &Expression) -> bool {
    let adds_or_compares = matches!(
        function,
        AggregateFunction::Sum
            | AggregateFunction::Avg
            | AggregateFunction::Min
            | AggregateFunction::Max
    );
    adds_or_compares && argument.ty == Type::Interval
}

fn removed() -> Template {
    Template::string("$$REMOVE")
}
