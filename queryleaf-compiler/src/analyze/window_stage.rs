//! Window functions become columns of their own, after the groups and before the SELECT list.

use super::Analyzer;
use crate::plan::{ColumnId, Expression, ExpressionKind, Path, Relation, WindowCall};
use std::convert::Infallible;

/// The calls of a query. One that reads another's result comes in a later stage.
#[derive(Default)]
pub(crate) struct Windows {
    calls: Vec<Call>,
}

struct Call {
    column: ColumnId,
    call: WindowCall,
    /// Without its places, for comparing.
    stripped: WindowCall,
    /// How many stages are before its own.
    stage: usize,
}

impl Windows {
    /// The same expression over the columns of the windows.
    pub(crate) fn rewrite(
        &mut self,
        analyzer: &mut Analyzer<'_>,
        expression: Expression,
    ) -> Expression {
        if !has_window(&expression) {
            return expression;
        }
        let Ok(expression) = expression
            .try_map_children(&mut |child| Ok::<_, Infallible>(self.rewrite(analyzer, child)));
        match expression.kind {
            ExpressionKind::Window(call) => {
                let path = Path {
                    column: self.column(analyzer, *call),
                    steps: Vec::new(),
                    rust: None,
                };
                Expression {
                    kind: ExpressionKind::Path(path),
                    ..expression
                }
            }
            kind => Expression { kind, ..expression },
        }
    }

    /// The column of a call; equal calls share one.
    fn column(&mut self, analyzer: &mut Analyzer<'_>, call: WindowCall) -> ColumnId {
        let stripped = call.clone().without_spans();
        if let Some(known) = self.calls.iter().find(|known| known.stripped == stripped) {
            return known.column;
        }
        let mut stage = 0;
        call.for_each_part(&mut |part| {
            part.for_each_path(&mut |path| {
                let inner = self.calls.iter().find(|known| known.column == path.column);
                stage = stage.max(inner.map_or(0, |inner| inner.stage + 1));
            });
        });
        let column = analyzer.new_column();
        self.calls.push(Call {
            column,
            call,
            stripped,
            stage,
        });
        column
    }

    /// The rows of `input` with the results of the calls.
    pub(crate) fn relation(self, input: Relation) -> Relation {
        let stages = self.calls.iter().map(|call| call.stage + 1).max();
        (0..stages.unwrap_or(0)).fold(input, |input, stage| {
            let calls = self.calls.iter().filter(|call| call.stage == stage);
            Relation::Window {
                input: Box::new(input),
                calls: calls.map(|call| (call.column, call.call.clone())).collect(),
            }
        })
    }
}

/// Whether an expression has a window function somewhere.
pub(crate) fn has_window(expression: &Expression) -> bool {
    expression.any(&mut |part| matches!(part.kind, ExpressionKind::Window(_)))
}
