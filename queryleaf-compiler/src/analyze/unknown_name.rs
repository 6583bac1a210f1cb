//! What is said of a name that means nothing.

use super::scope::{Name, RowSource, Rows, Scope};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Expression;
use crate::suggestion::nearest;
use crate::types::{EventPart, Type};

impl Scope {
    /// Whether some column has nearly this name.
    fn has_similar_column(&self, name: &Name) -> bool {
        let columns = self
            .sources
            .iter()
            .flat_map(|source| source.column_names(name.span));
        let columns: Vec<String> = columns.collect();
        let near_table = self.sources.iter().map(|source| source.name.as_str());
        nearest(&name.text, near_table).is_none()
            && nearest(&name.text, columns.iter().map(String::as_str)).is_some()
    }

    fn unknown_table_or_column(&self, name: &Name) -> Box<Diagnostic> {
        let message = format!("no table or column `{}` in this query", name.text);
        let error = Diagnostic::error(Code::UnknownTable, name.span, message);
        let tables: Vec<String> = self.sources.iter().map(|one| one.name.clone()).collect();
        Box::new(
            match (
                nearest(&name.text, tables.iter().map(String::as_str)),
                &tables[..],
            ) {
                (Some(near), _) => {
                    error.help(format!("there is a table with a similar name: `{near}`"))
                }
                (None, []) => error,
                (None, [only]) => error.note(format!("its table is `{only}`")),
                (None, tables) => error.note(format!("its tables are {}", list(tables))),
            },
        )
    }

    pub(super) fn unknown_first(&self, first: &Name, rest: &[Name]) -> Box<Diagnostic> {
        if let Some(source) = self.sources.iter().find(|source| source.name == first.text) {
            let example = source.columns(first.span).into_iter().next();
            let mut error = Diagnostic::error(
                Code::UnknownColumn,
                first.span,
                format!("`{}` is a table, not a column", first.text),
            );
            if let Some((column, _)) = example {
                error = error.help(format!(
                    "name one of its columns, such as `{}.{column}`",
                    first.text
                ));
            }
            return Box::new(error);
        }
        let renamed = self
            .sources
            .iter()
            .find(|source| source.hidden.as_ref() == Some(&first.text));
        if let (Some(source), Some(column)) = (renamed, rest.first()) {
            return Box::new(
                Diagnostic::error(
                    Code::UnknownTable,
                    first.span,
                    format!(
                        "table `{}` is called `{}` in this query",
                        first.text, source.name
                    ),
                )
                .help(format!("write `{}.{}`", source.name, column.text)),
            );
        }
        if !rest.is_empty() && !self.has_similar_column(first) {
            return self.unknown_table_or_column(first);
        }
        unknown_column(first, None, &self.sources)
    }
}

impl RowSource {
    /// The column of an event whose document has a field of this name.
    fn document_with(&self, name: &Name) -> Option<&str> {
        let Rows::Events(columns) = &self.rows else {
            return None;
        };
        let has_it = |column: &Expression| match &column.ty {
            Type::Struct(reference) => {
                let mut fields = reference.definition.fields.iter();
                fields.any(|field| field.column() == name.text)
            }
            Type::Event(EventPart::Document(documents)) => documents.field(&name.text).is_some(),
            _ => false,
        };
        let mut all = columns.all.iter();
        all.find(|(_, column)| has_it(column))
            .map(|(column, _)| column.as_str())
    }

    /// The column of a bucket's files whose struct has a field of this name: that of the metadata.
    fn metadata_with(&self, name: &Name) -> Option<String> {
        let Rows::Documents { collection, .. } = &self.rows else {
            return None;
        };
        collection.bucket()?;
        let has_it = |column: &Expression| match &column.ty {
            Type::Struct(reference) => {
                let mut fields = reference.definition.fields.iter();
                fields.any(|field| field.column() == name.text)
            }
            _ => false,
        };
        let mut columns = self.columns(name.span).into_iter();
        columns
            .find(|(_, column)| has_it(column))
            .map(|(column, _)| column)
    }
}

/// The error for a column that does not exist, in one table or in any.
pub(super) fn unknown_column(
    name: &Name,
    source: Option<&RowSource>,
    sources: &[RowSource],
) -> Box<Diagnostic> {
    let searched: Vec<&RowSource> =
        source.map_or_else(|| sources.iter().collect(), |one| vec![one]);
    let columns: Vec<String> = searched
        .iter()
        .flat_map(|source| source.column_names(name.span))
        .collect();
    let place = match &searched[..] {
        [one] => format!(" in `{}`", one.name),
        [] => " in a query without `FROM`".to_owned(),
        _ => String::new(),
    };
    let error = Diagnostic::error(
        Code::UnknownColumn,
        name.span,
        format!("no column `{}`{place}", name.text),
    );
    if let Some(document) = searched
        .iter()
        .find_map(|source| source.document_with(name))
    {
        let place = format!("{document}.{}", name.text);
        return Box::new(error.help(format!("the documents have such a field: write `{place}`")));
    }
    if let Some(metadata) = searched
        .iter()
        .find_map(|source| source.metadata_with(name))
    {
        let place = format!("{metadata}.{}", name.text);
        return Box::new(error.help(format!("the metadata have such a field: write `{place}`")));
    }
    if name.text == "_id"
        && let [one] = &searched[..]
        && let Rows::Documents { .. } = &one.rows
    {
        return Box::new(without_id(
            error,
            columns.iter().any(|column| column == "id"),
        ));
    }
    let near = nearest(&name.text, columns.iter().map(String::as_str));
    if let (None, Some(help)) = (
        near,
        source.is_none().then(|| other_meaning(name)).flatten(),
    ) {
        return Box::new(error.help(help));
    }
    Box::new(match (near, columns.is_empty()) {
        (Some(near), _) => error.help(format!("a column with a similar name exists: `{near}`")),
        (None, true) => error,
        (None, false) if columns.len() == 1 => {
            error.note(format!("the only column is {}", list(&columns)))
        }
        (None, false) => error.note(format!("the columns are {}", list(&columns))),
    })
}

/// The error for the `_id` that the server gives a document, where the struct has no such field.
fn without_id(error: Diagnostic, has_id: bool) -> Diagnostic {
    match has_id {
        true => error.help(
            "the field `id` is stored beside the `_id` that every document has: add \
             `#[serde(rename = \"_id\")]` to it, or ask for `id`",
        ),
        false => error.help(
            "every document has one, but only fields of the struct are columns: add \
             `#[serde(rename = \"_id\")] id: ObjectId`, or `_id OBJECTID PRIMARY KEY` in `schema!`",
        ),
    }
}

/// What is likely meant by a word that is no column.
fn other_meaning(name: &Name) -> Option<String> {
    let is_quoted = name.span.end - name.span.start > name.text.len();
    if is_quoted {
        let text = name.text.replace('\'', "''");
        return Some(format!(
            "a text stands in single quotes, `'{text}'`; double quotes are for names"
        ));
    }
    if let Some(keyword) = nearest(&name.text.to_uppercase(), VALUES_AND_MODIFIERS) {
        return Some(format!("a keyword with a similar name exists: `{keyword}`"));
    }
    let help = match name.text.to_lowercase().as_str() {
        "sysdate" | "systimestamp" | "getdate" | "curdate" => "write `NOW()` or `CURRENT_DATE`",
        "rownum" | "rowid" => {
            "write `ROW_NUMBER() OVER (ORDER BY ..)`, or `LIMIT 10` behind `ORDER BY`"
        }
        _ => return None,
    };
    Some(help.to_owned())
}

/// Keywords that stand where a column may.
const VALUES_AND_MODIFIERS: [&str; 7] = [
    "DISTINCT",
    "TRUE",
    "FALSE",
    "NULL",
    "DEFAULT",
    "CURRENT_DATE",
    "CURRENT_TIMESTAMP",
];

/// `a`, `b` and `c`; the first dozen when there are more.
pub(crate) fn list(names: &[String]) -> String {
    const MOST: usize = 12;
    let quoted: Vec<String> = names
        .iter()
        .take(MOST)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > MOST {
        return format!("{} and {} more", quoted.join(", "), names.len() - MOST);
    }
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
