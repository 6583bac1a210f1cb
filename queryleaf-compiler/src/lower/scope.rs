//! Where the columns of a relation are in the documents of the pipeline.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::plan::{ColumnId, Path};
use queryleaf_plan::Template;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Where each column is in the current document.
///
/// It also hands out variable names, and collects what turns out not to be lowerable: expressions
/// are lowered to plain templates, and whoever owns the scope asks for the
/// [refusals](Scope::take_refusals) at the end.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    places: BTreeMap<ColumnId, String>,
    variables: Cell<u32>,
    refusals: RefCell<Vec<Diagnostic>>,
}

impl Scope {
    /// A scope without columns.
    pub(crate) fn new() -> Self {
        Scope::default()
    }

    /// Says that a column is at this dotted path; `""` is the document itself, `"$item"` a variable.
    pub(crate) fn place(&mut self, column: ColumnId, path: impl Into<String>) {
        self.places.insert(column, path.into());
    }

    /// Where a column is, if it is in this scope.
    pub(crate) fn at(&self, column: ColumnId) -> Option<&str> {
        self.places.get(&column).map(String::as_str)
    }

    /// The way to a column or a field inside it, as the query language writes it: `address.city`.
    /// Empty for the document itself.
    pub(crate) fn dotted(&self, path: &Path) -> String {
        let mut dotted = match self.places.get(&path.column) {
            Some(place) => place.clone(),
            None => {
                self.refuse(Diagnostic::error(
                    Code::Unsupported,
                    Span::default(),
                    "a column is used where the plan does not carry it; this is a defect of QueryLeaf",
                ));
                String::new()
            }
        };
        for step in &path.steps {
            if !dotted.is_empty() {
                dotted.push('.');
            }
            dotted.push_str(&step.name);
        }
        dotted
    }

    /// The same way as an aggregation expression: `$address.city`, or `$$ROOT`.
    pub(crate) fn reference(&self, path: &Path) -> Template {
        let dotted = self.dotted(path);
        if dotted.is_empty() {
            Template::string("$$ROOT")
        } else {
            Template::string(format!("${dotted}"))
        }
    }

    /// A variable name that nothing else in this scope uses: `v1`, `v2`, ..
    pub(crate) fn variable(&self) -> String {
        let number = self.variables.get().saturating_add(1);
        self.variables.set(number);
        format!("v{number}")
    }

    /// Records that something cannot be lowered faithfully, so that the query does not compile.
    pub(crate) fn refuse(&self, diagnostic: Diagnostic) {
        self.refusals.borrow_mut().push(diagnostic);
    }

    /// What could not be lowered; every owner of a scope has to ask before the command is used.
    pub(crate) fn take_refusals(&self) -> Vec<Diagnostic> {
        self.refusals.take()
    }
}
