//! The content types that a bucket declares: those that its files may have.

use crate::diagnostic::{Code, Diagnostic, Result, Span};
use crate::plan::{Expression, Literal, PathStep, Target};
use crate::schema::{BucketStorage, CONTENT_TYPE_ENUM, Collection, Storage};
use crate::suggestion::nearest;
use crate::types::EnumType;

/// The stored name of the column.
const CONTENT_TYPE: &str = "contentType";

/// The error for a content type that no file of the bucket has, where these are the variants.
pub(super) fn unknown(given: &str, definition: &EnumType, span: Span) -> Option<Box<Diagnostic>> {
    if definition.name != CONTENT_TYPE_ENUM {
        return None;
    }
    let message = format!("no file of the bucket has the content type `'{given}'`");
    let variants = definition.variants.iter();
    let declared: Vec<String> = variants.map(|variant| variant.name.clone()).collect();
    let error = Diagnostic::error(Code::UnknownVariant, span, message);
    Some(Box::new(with_declared(error, given, &declared)))
}

/// The content types that a bucket takes, where this is the column of a file's; none where it takes any.
pub(super) fn of_target<'c>(collection: &'c Collection, steps: &[PathStep]) -> &'c [String] {
    match (&collection.storage, steps) {
        (Storage::Bucket(bucket), [step]) if step.name == CONTENT_TYPE => &bucket.content_types,
        _ => &[],
    }
}

/// Refuses a content type that a bucket does not take.
pub(super) fn check(value: &Expression, target: &Target) -> Result<()> {
    let declared = &target.content_types;
    let Some(Literal::Text(given)) = value.as_literal() else {
        return Ok(());
    };
    let is_it = |declared: &String| match BucketStorage::kind(declared) {
        Some(kind) => given.starts_with(kind),
        None => given == declared,
    };
    if declared.is_empty() || declared.iter().any(is_it) {
        return Ok(());
    }
    let message = format!("the bucket takes no files of the content type `'{given}'`");
    Err(Box::new(with_declared(
        Diagnostic::error(Code::UnknownVariant, value.span, message),
        given,
        declared,
    )))
}

/// The error with the content type that is meant, or with all that are declared.
fn with_declared(error: Diagnostic, given: &str, declared: &[String]) -> Diagnostic {
    match nearest(given, declared.iter().map(String::as_str)) {
        Some(near) => error.help(format!("a similar one is declared: `'{near}'`")),
        None => {
            let declared: Vec<String> = declared.iter().map(|name| format!("`'{name}'`")).collect();
            error.note(format!("`content_types` declares {}", declared.join(", ")))
        }
    }
}
