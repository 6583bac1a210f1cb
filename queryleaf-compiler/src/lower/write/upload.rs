//! `INSERT INTO GRIDFS(..)`: files to upload.

use super::rows::{is_stored, value_of};
use super::stored::{Unfit, misfits};
use super::{Context, Entries, concern};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::lower::operators::cond;
use crate::lower::relation::LoweredRows;
use crate::plan::{ColumnId, Content, Expression, Relation, Target, UploadOptions};
use crate::types::{Item, Limits, Type};
use queryleaf_plan::Template;

impl Context<'_> {
    /// `{upload: .., files: ..}`.
    pub(super) fn files(
        &mut self,
        columns: &[Target],
        files: &[(Vec<Expression>, Content)],
    ) -> Result<Entries, Vec<Diagnostic>> {
        let mut lowered = Vec::with_capacity(files.len());
        for (values, content) in files {
            let Some(Template::Array(documents)) =
                self.documents(columns, std::slice::from_ref(values))?
            else {
                return Err(self.computed_value(columns, values));
            };
            let document = documents.into_iter().next().unwrap_or(Template::ALWAYS);
            let content = match content {
                Content::Source(number) => ("source", Template::from(i32::from(*number))),
                Content::Path(path) => {
                    let known = self.known_value(path, &path_target(path.span))?;
                    let known = known.ok_or_else(|| vec![computed(path.span)])?;
                    ("path", known)
                }
            };
            lowered.push(Template::document([("file", document), content]));
        }
        Ok(vec![
            ("upload", self.name()),
            ("files", Template::Array(lowered)),
        ])
    }

    /// `{aggregate: .., as: {upload: true}}`.
    pub(super) fn rows_to_upload(
        &self,
        rows: &Relation,
        columns: &[(Target, ColumnId)],
    ) -> Result<Entries, Vec<Diagnostic>> {
        let accepting: Vec<(Target, ColumnId)> = columns
            .iter()
            .map(|(target, column)| (accepting(target), *column))
            .collect();
        let is_stored = |column| is_stored(rows, column);
        let name = columns
            .iter()
            .position(|(target, _)| target.path() == "filename");
        // A row with a value that the file does not take is refused by itself, and the others are uploaded.
        let unless_refused = |lowered: &LoweredRows<'_>, row: Template| {
            let mut answer = row;
            for (number, (target, column)) in columns.iter().enumerate().rev() {
                let value = lowered.reference(number);
                let misfits = misfits(&value, target, value_of(rows, *column), &is_stored);
                for (is_unfit, unfit) in misfits.into_iter().rev() {
                    let mut refused = vec![("refused", refusal(target, unfit))];
                    refused.extend(name.map(|name| ("filename", lowered.reference(name))));
                    answer = cond(is_unfit, Template::document(refused), answer);
                }
            }
            answer
        };
        let action = Template::entry("upload", true);
        self.rows_as_documents(rows, &accepting, action, unless_refused)
    }

    /// The error for the value that the client does not have.
    fn computed_value(&mut self, columns: &[Target], values: &[Expression]) -> Vec<Diagnostic> {
        for (target, value) in columns.iter().zip(values) {
            match self.known_value(value, target) {
                Ok(Some(_)) => {}
                Ok(None) => return vec![computed(value.span)],
                Err(errors) => return errors,
            }
        }
        vec![computed(Span::default())]
    }
}

/// What `UPLOAD_OPTIONS` says, if it says anything.
pub(super) fn options(options: &UploadOptions) -> Option<Template> {
    let UploadOptions {
        concurrent,
        chunk_size,
        deduplicate,
        write_concern,
    } = options;
    let entries: Vec<(&str, Template)> = [
        ("concurrent", concurrent.map(Template::from)),
        ("chunkSize", chunk_size.map(Template::from)),
        ("deduplicate", deduplicate.map(Template::from)),
        ("writeConcern", write_concern.as_ref().map(concern)),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key, value?)))
    .collect();
    (!entries.is_empty()).then(|| Template::document(entries))
}

/// A column that takes whatever is of its type.
fn accepting(target: &Target) -> Target {
    Target {
        ty: match &target.ty {
            Type::Array(item) => Type::Array(Box::new(Item {
                nullable: true,
                ..(**item).clone()
            })),
            ty => ty.clone(),
        },
        nullable: true,
        limits: Limits::default(),
        ..target.clone()
    }
}

/// Why a row is refused: what is wrong, and in which column of the file.
fn refusal(target: &Target, unfit: Unfit) -> Template {
    let column = target.of_file.clone().unwrap_or_else(|| target.name());
    let mut refusal = vec![("column", Template::string(column))];
    match unfit {
        Unfit::Null => {}
        Unfit::NullItem => refusal.push(("item", Template::from(true))),
        Unfit::Limits(value) => refusal.push(("value", Template::string(value))),
    }
    Template::document(refusal)
}

/// A path, which is never `NULL`.
fn path_target(span: Span) -> Target {
    Target {
        steps: Vec::new(),
        ty: Type::Text,
        nullable: false,
        limits: Limits::default(),
        absent: false,
        content_types: Vec::new(),
        of_file: None,
        item: None,
        span,
    }
}

fn computed(span: Span) -> Diagnostic {
    let message = "a value of an upload that the server would have to compute";
    Diagnostic::error(Code::Unsupported, span, message)
        .note("the client sends the file, and nothing is asked of the server before")
        .help("compute it in the program, and pass it as a parameter")
}
