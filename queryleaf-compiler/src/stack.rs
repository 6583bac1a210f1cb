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
                Err(vec![Diagnostic::defect(
                    Span::default(),
                    "the compiler panicked",
                )])
            }),
            Err(error) => Err(vec![no_thread(&error)]),
        }
    })
}

fn no_thread(error: &std::io::Error) -> Diagnostic {
    let message = format!("the system gives no thread to compile this query in: {error}");
    Diagnostic::error(Code::TooComplex, Span::default(), message)
        .help("build with fewer jobs at once, or raise the limits of processes and memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_defect() {
        let failed = with_deep_stack(|| -> Result<(), _> { panic!("on purpose") });
        let errors = failed.expect_err("a panic is no result");
        assert_eq!(errors.len(), 1);
        assert_eq!(errors.first().map(|error| error.code), Some(Code::Defect));
    }
}
