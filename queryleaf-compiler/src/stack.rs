//! Room for the recursion of the stages.

use crate::diagnostic::{Code, Diagnostic, Span};

/// Bytes of stack: enough, in a build without optimisation, for the deepest nesting and the longest
/// chains that `syntax` lets through.
const STACK: usize = 256 * 1024 * 1024;

/// Runs the compiler on a thread with a stack of a known size.
///
/// Whoever calls the compiler may have little stack left: `rustc` runs macros at any depth of its
/// own recursion, and test threads have two megabytes. The pages of the large stack are taken from
/// the system only as they are touched.
///
/// # Errors
///
/// Those of `work`, or that there is no thread to be had.
pub(crate) fn with_deep_stack<T: Send>(
    work: impl FnOnce() -> Result<T, Vec<Diagnostic>> + Send,
) -> Result<T, Vec<Diagnostic>> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("queryleaf".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, work);
        match thread {
            Ok(thread) => thread.join().unwrap_or_else(|_| {
                Err(vec![
                    failure("the compiler failed; this is a defect of QueryLeaf")
                        .help("please report it with the query"),
                ])
            }),
            Err(error) => Err(vec![failure(&format!(
                "no thread for the compiler: {error}"
            ))]),
        }
    })
}

fn failure(message: &str) -> Diagnostic {
    Diagnostic::error(Code::TooComplex, Span::default(), message)
}
