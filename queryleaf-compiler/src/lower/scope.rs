//! Where the columns of a relation are in the documents of the pipeline.

use super::operators::bind_always;
use crate::diagnostic::{Diagnostic, Span};
use crate::plan::{ColumnId, Path, Scales};
use queryleaf_plan::Template;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Where each column is in the current document.
///
/// It also hands out variable names, and collects what turns out not to be lowerable: expressions
/// are lowered to plain templates, and whoever owns the scope asks for the
/// [refusals](Scope::take_refusals) at the end.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    places: BTreeMap<ColumnId, String>,
    /// What the pipelines around this one have passed in, and those variables: `$name`.
    outer: Vec<(Path, String)>,
    variables: Cell<u32>,
    laziness: Cell<Laziness>,
    /// Whether what has been passed in is read so that the server does not take it for a constant.
    apart: Cell<bool>,
    depth: Cell<u32>,
    refusals: RefCell<Vec<Diagnostic>>,
    scales: Rc<Scales>,
}

/// How much SQL promises about what is computed.
///
/// The server computes the constant parts of an expression before it looks at the first document,
/// and fails when one of them fails, also when no document would have come to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Laziness {
    /// Computed for every row.
    #[default]
    Eager,
    /// Behind an `AND` or `OR`, whose first operands may have decided already.
    Operand,
    /// In a branch of `CASE` or `COALESCE` that may not be taken.
    Branch,
}

impl Scope {
    /// A scope without columns; the scales are those of the query.
    pub(crate) fn new(scales: Rc<Scales>) -> Self {
        Scope {
            scales,
            ..Scope::default()
        }
    }

    /// The scope of a pipeline inside another one: it sees the variables of that, not its documents.
    pub(crate) fn inside(outer: &Scope) -> Self {
        let scope = Scope {
            outer: outer.outer.clone(),
            scales: Rc::clone(&outer.scales),
            ..Scope::default()
        };
        scope.continue_names(outer);
        scope
    }

    /// The digits behind the point of numeric columns.
    pub(crate) fn scales(&self) -> &Rc<Scales> {
        &self.scales
    }

    /// Says that a path of a pipeline around this one is in this variable.
    pub(crate) fn pass_in(&mut self, path: Path, variable: String) {
        self.outer.push((path, variable));
    }

    /// The variable that has been passed in for this path or what is around it, and the rest of the
    /// way.
    fn passed_in(&self, path: &Path) -> Option<String> {
        self.outer.iter().rev().find_map(|(outer, variable)| {
            let rest = path.steps.strip_prefix(&*outer.steps)?;
            (outer.column == path.column).then(|| {
                rest.iter()
                    .fold(variable.clone(), |way, step| format!("{way}.{}", step.name))
            })
        })
    }

    /// Whether a variable of this name has been passed in.
    pub(crate) fn has_variable(&self, name: &str) -> bool {
        let known = |(_, variable): &(Path, String)| variable.strip_prefix('$') == Some(name);
        self.outer.iter().any(known)
    }

    /// Whether a path is that of a variable that has been passed in.
    pub(crate) fn is_passed_in(&self, path: &Path) -> bool {
        !self.places.contains_key(&path.column) && self.passed_in(path).is_some()
    }

    /// Says that a column is at this dotted path; `""` is the document itself, `"$item"` a variable.
    pub(crate) fn place(&mut self, column: ColumnId, path: impl Into<String>) {
        self.places.insert(column, path.into());
    }

    /// The columns that are somewhere in the document.
    pub(crate) fn columns(&self) -> Vec<ColumnId> {
        self.places.keys().copied().collect()
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
                if let Some(variable) = self.passed_in(path) {
                    return variable;
                }
                self.refuse(Diagnostic::defect(
                    Span::default(),
                    "a column is used where the plan does not carry it",
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
        let reference = if dotted.is_empty() {
            Template::string("$$ROOT")
        } else {
            Template::string(format!("${dotted}"))
        };
        if self.apart.get() && self.is_passed_in(path) {
            // Under its own name, so that equal expressions stay equal.
            let name = dotted.trim_start_matches('$');
            let name = name.split('.').next().unwrap_or(name);
            return bind_always(name, reference, |variable| variable);
        }
        reference
    }

    /// Lowers something that may fail for what has been passed in.
    ///
    /// For each run of a pipeline inside another one the server takes what has been passed in for
    /// constants. It computes what depends on nothing else beforehand, also where a condition says
    /// that it must not be computed.
    pub(crate) fn apart<T>(&self, lower: impl FnOnce() -> T) -> T {
        let outside = self.apart.replace(true);
        let lowered = lower();
        self.apart.set(outside);
        lowered
    }

    /// Whether anything has been passed in.
    pub(crate) fn has_outer(&self) -> bool {
        !self.outer.is_empty()
    }

    /// A variable name that nothing else in this scope uses: `v1`, `v2`, ..
    pub(crate) fn variable(&self) -> String {
        let number = self.variables.get().saturating_add(1);
        self.variables.set(number);
        format!("v{number}")
    }

    /// Hands out no variable names that another scope has handed out.
    pub(crate) fn continue_names(&self, other: &Scope) {
        self.variables
            .set(self.variables.get().max(other.variables.get()));
    }

    /// Lowers something that is evaluated like this, or even more lazily.
    pub(crate) fn evaluated<T>(&self, laziness: Laziness, lower: impl FnOnce() -> T) -> T {
        let outside = self.laziness.get();
        self.laziness.set(outside.max(laziness));
        let lowered = lower();
        self.laziness.set(outside);
        lowered
    }

    /// How lazily what is lowered now is evaluated.
    pub(crate) fn laziness(&self) -> Laziness {
        self.laziness.get()
    }

    /// Lowers something that is written twice into what is around it.
    pub(crate) fn deeper<T>(&self, lower: impl FnOnce() -> T) -> T {
        self.depth.set(self.depth.get().saturating_add(1));
        let lowered = lower();
        self.depth.set(self.depth.get().saturating_sub(1));
        lowered
    }

    /// How many times around each other things are written twice here.
    pub(crate) fn depth(&self) -> u32 {
        self.depth.get()
    }

    /// Records that something cannot be lowered faithfully, so that the query does not compile.
    pub(crate) fn refuse(&self, diagnostic: Diagnostic) {
        let mut refusals = self.refusals.borrow_mut();
        // A condition is often lowered twice.
        if !refusals.contains(&diagnostic) {
            refusals.push(diagnostic);
        }
    }

    /// Takes over what could not be lowered in a pipeline inside this one.
    pub(crate) fn adopt_refusals(&self, inner: &Scope) {
        for refusal in inner.take_refusals() {
            self.refuse(refusal);
        }
    }

    /// What could not be lowered; every owner of a scope has to ask before the command is used.
    pub(crate) fn take_refusals(&self) -> Vec<Diagnostic> {
        self.refusals.take()
    }
}
