//! `CREATE INDEX` and `CREATE CAPPED COLLECTION`.

use super::{NAMESPACE_EXISTS, definition, entry, step};
use crate::definition::table::Builder;
use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::schema::{Collection, Storage};
use crate::syntax::Source;
use crate::syntax::definition::{CreateCollection, CreateIndex};
use queryleaf_plan::Template;

/// The steps that create an index.
pub(super) fn index(
    create: &CreateIndex,
    collection: &Collection,
    span: Span,
    source: &Source<'_>,
) -> Result<Vec<Template>, Vec<Diagnostic>> {
    let mut errors = Vec::new();
    let bare = Collection {
        indexes: Vec::new(),
        ..collection.clone()
    };
    let mut builder = Builder::of(bare, span, source);
    builder.create_index(create, &mut errors);
    let made = builder.finish(&[], &mut errors).collection;
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(indexes(&made)?.into_iter().collect())
}

/// The step that creates the indexes of a collection, if it has any.
fn indexes(collection: &Collection) -> Result<Option<Template>, Vec<Diagnostic>> {
    if collection.indexes.is_empty() {
        return Ok(None);
    }
    let indexes = entry(&definition(collection)?, "indexes");
    let command = Template::document([
        ("createIndexes", Template::string(&*collection.name)),
        ("indexes", indexes.unwrap_or(Template::Array(Vec::new()))),
    ]);
    Ok(Some(step(command, &[])))
}

/// The steps that create a capped collection as its struct declares it.
pub(super) fn capped(
    create: &CreateCollection,
    collection: &Collection,
    span: Span,
    source: &Source<'_>,
) -> Result<Vec<Template>, Vec<Diagnostic>> {
    let mut errors = Vec::new();
    let plain = Collection {
        storage: Storage::Plain,
        ..collection.clone()
    };
    let mut builder = Builder::of(plain, span, source);
    builder.capped(span, &create.options, &mut errors);
    let made = &builder.collection;
    let differs = made.storage != collection.storage
        || made.options.compression != collection.options.compression;
    if errors.is_empty() && differs {
        let message = format!("`{}` is not declared like this", collection.name);
        let error = Diagnostic::error(Code::Unsupported, span, message);
        errors.push(match &collection.storage {
            Storage::Capped { size, max } => {
                let max = max.map(|max| format!(", max = {max}")).unwrap_or_default();
                error
                    .label(format!("it is `capped(size = {size}{max})`"))
                    .help("make the statement and the declaration agree, or use `ensure`")
            }
            Storage::Plain
            | Storage::Clustered
            | Storage::TimeSeries { .. }
            | Storage::View
            | Storage::Bucket(_) => error
                .label("it is not capped")
                .help("add `capped(size = .., max = ..)` to its `#[leaf(..)]`"),
        });
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut command = vec![("create".to_owned(), Template::string(&*collection.name))];
    if let Some(Template::Document(options)) = entry(&definition(collection)?, "options") {
        command.extend(options);
    }
    let ignored: &[i32] = match create.if_not_exists {
        Some(_) => &[NAMESPACE_EXISTS],
        None => &[],
    };
    let mut steps = vec![step(Template::Document(command), ignored)];
    steps.extend(indexes(collection)?);
    Ok(steps)
}
